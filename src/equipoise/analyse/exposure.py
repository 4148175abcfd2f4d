"""From what was taken to what acts: first-order build-up and decay, averaged over the days that a rating looks back on.

de/dt = k (u - e) with k = ln 2 / half-life has a closed form wherever the level u is constant, and so has its integral.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.model.schedule import Exposure, Floats

LN2 = float(np.log(2.0))


def acting_exposure(
    exposure: Exposure,
    times_days: Floats,
    half_lives_days: Floats,
    recall_days: float = 0.0,
    kernel: Sequence[float] = (),
) -> Floats:
    """The acting exposure at each time for each half-life: an array of shape (half-lives, times).

    A half-life of 0 acts at once; a level that begins on the very moment of a rating does not count for it. With a
    recall window the mean over the last `recall_days` is given. Before the first start the person was in equilibrium.
    A `kernel` (`HalfLife.kernel`) stands in place of build-up and decay; one row for it, whatever the half-life.

    >>> on = Exposure((0.0,), (1.0,))
    >>> acting_exposure(on, np.array([2.0, 4.0]), np.array([0.0, 2.0])).round(3).tolist()
    [[1.0, 1.0], [0.5, 0.75]]
    """
    if kernel:
        return _by_kernel(exposure, times_days, recall_days, np.asarray(kernel))[None]
    keep = np.append(True, np.diff(exposure.levels) != 0)  # a piece that changes nothing is no piece
    starts, levels = exposure.starts_days[keep], exposure.levels[keep][None]
    return acting_exposures(starts, levels, times_days, half_lives_days, recall_days, exposure.before)[0]


def acting_exposures(
    starts_days: Floats,
    levels: Floats,
    times_days: Floats,
    half_lives_days: Floats,
    recall_days: float = 0.0,
    before: float = 0.0,
) -> Floats:
    """The same for many people whose levels (people, starts) begin on the same days: (people, half-lives, times).

    `half_lives_days`: (half-lives,), or (people, half-lives) where each has their own.
    """
    course = _Course(starts_days, levels, before, np.atleast_2d(np.asarray(half_lives_days, dtype=np.float64)))
    if recall_days == 0.0:
        return course.level_at(times_days)
    return (course.integral_to(times_days) - course.integral_to(times_days - recall_days)) / recall_days


def _by_kernel(exposure: Exposure, times_days: Floats, recall_days: float, kernel: Floats) -> Floats:
    """What was taken, spread over the days after it: each share evenly over its day."""
    taken = _Taken(exposure)
    total = np.zeros(times_days.size)
    for day, share in enumerate(kernel.tolist()):
        near, far = times_days - day, times_days - day - 1.0
        if recall_days == 0.0:
            total += share * (taken.since_start(near) - taken.since_start(far))
        else:
            sums = [taken.area(near), taken.area(far), taken.area(near - recall_days), taken.area(far - recall_days)]
            total += share * (sums[0] - sums[1] - sums[2] + sums[3]) / recall_days
    return total


class _Taken:
    """What was taken since the first start, and the integral of that; both run backwards before it."""

    def __init__(self, exposure: Exposure) -> None:
        self.starts, self.levels, self.before = exposure.starts_days, exposure.levels, exposure.before
        lengths = np.diff(self.starts)
        sums = np.concatenate([[0.0], np.cumsum(self.levels[:-1] * lengths)])
        steps = sums[:-1] * lengths + self.levels[:-1] * lengths**2 / 2.0
        self.sums, self.areas = sums, np.concatenate([[0.0], np.cumsum(steps)])

    def _at(self, times_days: Floats) -> tuple[NDArray[np.intp], Floats, Floats]:
        """The piece of each time, the days since its start (below 0 before the first), and its level."""
        piece = np.searchsorted(self.starts, times_days, side="right") - 1
        index = np.maximum(piece, 0)
        return index, times_days - self.starts[index], np.where(piece >= 0, self.levels[index], self.before)

    def since_start(self, times_days: Floats) -> Floats:
        index, since, level = self._at(times_days)
        return self.sums[index] + level * since

    def area(self, times_days: Floats) -> Floats:
        index, since, level = self._at(times_days)
        return self.areas[index] + self.sums[index] * since + level * since**2 / 2.0


class _Course:
    """The state at the start of every constant piece, and its integral since the first start: (people, half-lives)."""

    def __init__(self, starts_days: Floats, levels: Floats, before: float, half_lives_days: Floats) -> None:
        self.starts, self.levels, self.before = starts_days, levels, before
        self.half_lives = half_lives_days[:, :, None]
        shape = (starts_days.size, len(levels), half_lives_days.shape[1])
        states, areas = np.empty(shape), np.zeros(shape)  # pieces first: each is written as a whole
        states[0] = before
        lengths = np.diff(starts_days)
        left, mean_time = (np.moveaxis(part, -1, 0) for part in (self._left(lengths), self._mean_time(lengths)))
        for i, length in enumerate(lengths):
            level = levels[:, i : i + 1]
            gap = states[i] - level
            states[i + 1] = level + gap * left[i]
            areas[i + 1] = areas[i] + level * length + gap * mean_time[i]
        self.states, self.areas = (np.moveaxis(part, 0, -1) for part in (states, areas))

    def _left(self, lengths_days: Floats) -> Floats:
        """The share of a gap to equilibrium that is left after each length: (people or 1, half-lives, lengths)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            exponent = np.where(lengths_days > 0.0, -LN2 * lengths_days / self.half_lives, 0.0)
        return np.exp(exponent)

    def _mean_time(self, lengths_days: Floats) -> Floats:
        """The integral of what is left over each length, in days."""
        return np.where(self.half_lives > 0.0, self.half_lives / LN2 * (1.0 - self._left(lengths_days)), 0.0)

    def _piece(self, times_days: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
        piece = np.searchsorted(self.starts, times_days, side="left") - 1
        index = np.maximum(piece, 0)
        return piece, index, np.maximum(times_days - self.starts[index], 0.0)

    def level_at(self, times_days: Floats) -> Floats:
        piece, index, since = self._piece(times_days)
        level = self.levels[:, None, index]
        state = level + (self.states[..., index] - level) * self._left(since)
        return np.where(piece >= 0, state, self.before)

    def integral_to(self, times_days: Floats) -> Floats:
        piece, index, since = self._piece(times_days)
        level = self.levels[:, None, index]
        inside = self.areas[..., index] + level * since + (self.states[..., index] - level) * self._mean_time(since)
        early = self.before * (times_days - self.starts[0])
        return np.where(piece >= 0, inside, early)
