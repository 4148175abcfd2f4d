"""Quantiles over a population at each row, from any number of subjects in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from equipoise.model.schedule import Floats, Indices

BITS = 8  # of the fraction that are kept: two neighbouring bins differ by less than 1/256, 0.4 %
SMALL = 1e-18  # what is nearer to 0 counts as 0
_DROPPED = 52 - BITS
_BASE = int(np.float64(SMALL).view(np.int64)) >> _DROPPED


class Quantiles:
    """Counts of subjects by row and by the leading digits of their values.

    Sums of whole numbers: neither the order of the subjects nor how they come in blocks changes a quantile.

    >>> found = Quantiles(rows=2)
    >>> found.add(np.array([[1.0, 10.0], [2.0, 20.0]]))
    >>> found.add(np.array([[3.0, 30.0]]))
    >>> np.round(found.at([0.5, 1.0]), 1).tolist()
    [[2.0, 20.0], [3.0, 30.0]]
    """

    def __init__(self, rows: int) -> None:
        self._low = 0
        self._counts: Indices = np.zeros((rows, 1), dtype=np.intp)
        self._spoilt = np.zeros(rows, dtype=np.bool_)

    def add(self, values: Floats) -> None:
        """Counts the values of some subjects (subjects, rows)."""
        sound = np.isfinite(values)
        self._spoilt |= ~sound.all(axis=0)
        codes = _codes(values.T if sound.all() else np.where(sound, values, 0.0).T)
        self._widen(int(codes.min(initial=0)), int(codes.max(initial=0)))
        for counts, code in zip(self._counts, codes - self._low, strict=True):
            counts += np.bincount(code, minlength=counts.size)

    def at(self, levels: Sequence[float]) -> Floats:
        """The quantiles (levels, rows): the least value that at least this share of the subjects does not exceed.

        Within 0.4 % of it. NaN for a row in which a value was not finite, or that has no subjects.
        """
        summed = np.cumsum(self._counts, axis=1)
        total = summed[:, -1:]
        lows, highs = _bounds(self._low, self._counts.shape[1])
        found = np.empty((len(levels), len(self._counts)))
        for i, level in enumerate(levels):
            rank = np.clip(np.ceil(level * total), 1, np.maximum(total, 1))
            place = np.minimum((summed < rank).sum(axis=1, keepdims=True), self._counts.shape[1] - 1)
            here = np.take_along_axis(self._counts, place, axis=1)
            share = (rank - np.take_along_axis(summed, place, axis=1) + here - 0.5) / np.maximum(here, 1)
            found[i] = (lows[place] + share * (highs[place] - lows[place]))[:, 0]
        found[:, self._spoilt | (total[:, 0] == 0)] = np.nan
        return found

    def _widen(self, low: int, high: int) -> None:
        """Makes room for codes from `low` to `high`."""
        before = max(self._low - low, 0)
        after = max(high + 1 - self._low - self._counts.shape[1], 0)
        if before or after:
            self._counts = np.pad(self._counts, ((0, 0), (before, after)))
            self._low -= before


def _codes(values: Floats) -> Indices:
    """Whole numbers in the order of the values: 0 about 0, one step for each bin on either side."""
    sizes = np.abs(np.ascontiguousarray(values))
    codes = np.maximum((sizes.view(np.int64) >> _DROPPED) - (_BASE - 1), 0).astype(np.intp, copy=False)
    return np.where(values < 0.0, -codes, codes) if np.any(values < 0.0) else codes


def _bounds(low: int, count: int) -> tuple[Floats, Floats]:
    """Where the bin of each code from `low` on begins and ends; that of 0 is 0 itself."""
    codes = np.arange(low, low + count, dtype=np.int64)
    first = (np.abs(codes) + (_BASE - 1)) << _DROPPED
    near, far = first.view(np.float64), (first + (1 << _DROPPED)).view(np.float64)
    lows, highs = np.where(codes > 0, near, -far), np.where(codes > 0, far, -near)
    return np.where(codes == 0, 0.0, lows), np.where(codes == 0, 0.0, highs)
