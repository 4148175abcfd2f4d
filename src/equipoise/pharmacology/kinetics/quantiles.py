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
        self._rows = [_Row() for _ in range(rows)]
        self._spoilt = np.zeros(rows, dtype=np.bool_)

    def add(self, values: Floats) -> None:
        """Counts the values of some subjects (subjects, rows)."""
        sound = np.isfinite(values)
        self._spoilt |= ~sound.all(axis=0)
        codes = _codes(values.T if sound.all() else np.where(sound, values, 0.0).T)
        for row, code in zip(self._rows, codes, strict=True):
            row.add(code)

    def at(self, levels: Sequence[float]) -> Floats:
        """The quantiles (levels, rows): the least value that at least this share of the subjects does not exceed.

        Within 0.4 % of it. NaN for a row in which a value was not finite, or that has no subjects.
        """
        found = np.array([row.at(np.asarray(levels)) for row in self._rows]).T.copy()
        found[:, self._spoilt] = np.nan
        return found


class _Row:
    """Counts of one row, from its lowest code to its highest; those of 0, which may lie far from all others, apart."""

    __slots__ = ("_counts", "_low", "_zeros")

    def __init__(self) -> None:
        self._low = 0
        self._zeros = 0
        self._counts: Indices = np.zeros(0, dtype=np.intp)

    def add(self, codes: Indices) -> None:
        """Counts codes (subjects,)."""
        other = codes[codes != 0]
        self._zeros += codes.size - other.size
        if other.size:
            self._widen(int(other.min()), int(other.max()))
            self._counts += np.bincount(other - self._low, minlength=self._counts.size)

    def at(self, levels: Floats) -> Floats:
        """The quantiles (levels,)."""
        codes = np.arange(self._low, self._low + self._counts.size)
        place = int(np.searchsorted(codes, 0))
        codes, counts = np.insert(codes, place, 0), np.insert(self._counts, place, self._zeros)
        summed = np.cumsum(counts)
        total = int(summed[-1])
        if total == 0:
            return np.full(levels.size, np.nan)
        rank = np.clip(np.ceil(levels * total), 1, total)
        found = np.searchsorted(summed, rank)
        here = counts[found]
        share = (rank - summed[found] + here - 0.5) / here
        lows, highs = _bounds(codes[found])
        return lows + share * (highs - lows)

    def _widen(self, low: int, high: int) -> None:
        """Makes room for codes from `low` to `high`."""
        if not self._counts.size:
            self._low = low
        before = max(self._low - low, 0)
        after = max(high + 1 - self._low - self._counts.size, 0)
        if before or after:
            self._counts = np.pad(self._counts, (before, after))
            self._low -= before


def _codes(values: Floats) -> Indices:
    """Whole numbers in the order of the values: 0 about 0, one step for each bin on either side."""
    sizes = np.abs(np.ascontiguousarray(values))
    codes = np.maximum((sizes.view(np.int64) >> _DROPPED) - (_BASE - 1), 0).astype(np.intp, copy=False)
    return np.where(values < 0.0, -codes, codes) if np.any(values < 0.0) else codes


def _bounds(codes: Indices) -> tuple[Floats, Floats]:
    """Where the bin of each code begins and ends; that of 0 is 0 itself."""
    first = (np.abs(codes).astype(np.int64) + (_BASE - 1)) << _DROPPED
    near, far = first.view(np.float64), (first + (1 << _DROPPED)).view(np.float64)
    lows, highs = np.where(codes > 0, near, -far), np.where(codes > 0, far, -near)
    return np.where(codes == 0, 0.0, lows), np.where(codes == 0, 0.0, highs)
