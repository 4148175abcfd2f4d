"""From what was taken to what acts: first-order build-up and decay, averaged over the days that a rating looks back on.

de/dt = k (u - e) with k = ln 2 / half-life has a closed form wherever the level u is constant, and so has its integral.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.model.schedule import Exposure, Floats

LN2 = float(np.log(2.0))


def acting_exposure(
    exposure: Exposure, times_days: Floats, half_lives_days: Floats, recall_days: float = 0.0
) -> Floats:
    """The acting exposure at each time for each half-life: an array of shape (half-lives, times).

    A half-life of 0 acts at once; a level that begins on the very moment of a rating does not count for it. With a
    recall window the mean over the last `recall_days` is given. Before the first start the person was in equilibrium.

    >>> on = Exposure((0.0,), (1.0,))
    >>> acting_exposure(on, np.array([2.0, 4.0]), np.array([0.0, 2.0])).round(3).tolist()
    [[1.0, 1.0], [0.5, 0.75]]
    """
    course = _Course(exposure, np.asarray(half_lives_days, dtype=np.float64))
    if recall_days == 0.0:
        return course.level_at(times_days)
    return (course.integral_to(times_days) - course.integral_to(times_days - recall_days)) / recall_days


class _Course:
    """The state at the start of every constant piece, and its integral since the first start, per half-life."""

    def __init__(self, exposure: Exposure, half_lives_days: Floats) -> None:
        keep = np.append(True, np.diff(exposure.levels) != 0)  # a piece that changes nothing is no piece
        self.starts = exposure.starts_days[keep]
        self.levels = exposure.levels[keep]
        self.before = exposure.before
        self.half_lives = half_lives_days[:, None]
        states = [np.full(half_lives_days.size, self.before)]
        areas = [np.zeros(half_lives_days.size)]
        for level, length in zip(self.levels[:-1], np.diff(self.starts), strict=True):
            left = self._left(np.array([length]))[:, 0]
            gap = states[-1] - level
            areas.append(areas[-1] + level * length + gap * self._mean_time(np.array([length]))[:, 0])
            states.append(level + gap * left)
        self.states = np.stack(states, axis=1)
        self.areas = np.stack(areas, axis=1)

    def _left(self, lengths_days: Floats) -> Floats:
        """The share of a gap to equilibrium that is left after each length."""
        with np.errstate(divide="ignore", invalid="ignore"):
            exponent = np.where(lengths_days > 0.0, -LN2 * lengths_days / self.half_lives, 0.0)
        return np.exp(exponent)

    def _mean_time(self, lengths_days: Floats) -> Floats:
        """The integral of what is left over each length, in days."""
        return np.where(self.half_lives > 0.0, self.half_lives / LN2 * (1.0 - self._left(lengths_days)), 0.0)

    def _piece(self, times_days: Floats) -> tuple[NDArray[np.intp], Floats]:
        piece = np.searchsorted(self.starts, times_days, side="left") - 1
        index = np.maximum(piece, 0)
        return piece, np.maximum(times_days - self.starts[index], 0.0)

    def level_at(self, times_days: Floats) -> Floats:
        piece, since = self._piece(times_days)
        index = np.maximum(piece, 0)
        level = self.levels[index]
        state = level + (self.states[:, index] - level) * self._left(since)
        return np.where(piece >= 0, state, self.before)

    def integral_to(self, times_days: Floats) -> Floats:
        piece, since = self._piece(times_days)
        index = np.maximum(piece, 0)
        level = self.levels[index]
        inside = self.areas[:, index] + level * since + (self.states[:, index] - level) * self._mean_time(since)
        early = self.before * (times_days - self.starts[0])
        return np.where(piece >= 0, inside, early)
