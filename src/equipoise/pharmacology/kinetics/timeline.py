"""A regimen as the courses that subjects go through: what happens, in which order, and how long each takes.

Subjects in whom everything happens in the same order share a course, each with durations and amounts of its own: a lag
may differ in every subject without a new course, until it crosses a row or another event. Nothing is a union of times.

The rule of equal times: rows of a time grid come first (or, on request, last), then what earlier records caused, then
the records in the order of their table, each followed by its own dose. Times within a few units in the last place are
equal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

import numpy as np

from equipoise.model.schedule import Bools, Floats, Indices
from equipoise.pharmacology.kinetics.course import Course
from equipoise.pharmacology.kinetics.entering import Entering, alike
from equipoise.pharmacology.kinetics.epochs import Epochs, epochs
from equipoise.pharmacology.kinetics.occurrences import NEVER, LateLag, occurrences
from equipoise.pharmacology.kinetics.regimen import RESET, Regimen
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.walk import Plan, Walk

AtDose = Literal["before", "after"]
ROUNDING = 8  # times that differ by so many units in the last place of the last time are equal
MOST = 4_000_000  # times that are put in order at once
LATER = NEVER / 2  # the one time of all that happens after the last row


def courses(
    regimen: Regimen,
    system: System,
    entering: Entering,
    subjects: int,
    grid: Floats | None = None,
    *,
    at_dose: AtDose = "before",
    late_lag: LateLag = "nonmem",
    by_occasion: Collection[str] = (),
) -> tuple[Course, ...]:
    """The courses of `subjects` who share a regimen; together they hold every subject once.

    `grid`: times of the rows, ascending; None: one row for each record, after its own dose, as NONMEM prints them.
    `at_dose`: whether a row of the grid at the time of a dose is the state before or after it. `late_lag`: what a lag
    longer than the interval means at steady state: NONMEM's extrapolation backwards, or doses that are on their way.
    `by_occasion`: the parameters that change with the occasion.
    Between the first row and the first record, whichever is earlier, nothing happens: the initial state holds there.
    """
    still = epochs(regimen, system, by_occasion)
    matter = _matter(regimen, still, by_record=grid is None)
    end = float(regimen.time[-1] if grid is None else grid[-1])
    same_lag, same_duration = alike(regimen, system, by_occasion)
    size = MOST // (2 * int(matter.sum()) + 2 * int((regimen.additional[regimen.dosing] + 1).sum()) + 1) + 1
    found: list[Course] = []
    for first in range(0, entering.subjects, size):
        part = entering.part(slice(first, first + size))
        plan = Plan(
            regimen=regimen,
            entering=part,
            happening=occurrences(regimen, part, matter, end, late_lag),
            epochs=still,
            grid=grid,
            start=float(min(regimen.time[0], end if grid is None else grid[0])),
            tolerance=ROUNDING * float(np.spacing(max(end, 1.0))),
            late_lag=late_lag,
            same_lag=same_lag,
            same_duration=same_duration,
        )
        for walk, members in _walks(plan, end, at_dose):
            who = np.arange(subjects) if entering.subjects == 1 else members + first
            found.append(walk.course(who, members))
    return tuple(found)


def _matter(regimen: Regimen, still: Epochs, *, by_record: bool) -> Bools:
    """The records that do something by themselves: write a row, dose, reset, or change the covariates."""
    before = np.append(0, still.after[:-1])
    changes = (still.at != before) | (still.after != still.at)
    return changes | regimen.dosing | (regimen.evid == RESET) | by_record


def _walks(plan: Plan, end: float, at_dose: AtDose) -> Iterator[tuple[Walk, Indices]]:
    """One walk for each order in which things happen, and the subjects in whom they do."""
    happening, tolerance = plan.happening, plan.tolerance
    if not happening.items:
        walk = Walk(plan, 0)
        walk.through([], [])
        yield walk, np.arange(plan.entering.subjects)
        return
    times = np.stack(np.broadcast_arrays(*happening.times), axis=1)
    times = np.where((times > end + tolerance) & (times < NEVER), LATER, times)
    order = _order(times, np.array([item.order for item in happening.items]), tolerance)
    ordered = np.take_along_axis(times, order, axis=1)
    positions, touching = _positions(ordered, plan.grid, tolerance, at_dose)
    apart = np.diff(ordered, axis=1) > tolerance
    shape = np.concatenate([order, positions, touching, apart, ordered < NEVER], axis=1).astype(np.intp)
    for member, members in _alike(shape):
        real = ordered[member] < NEVER
        walk = Walk(plan, member)
        walk.through(order[member][real].tolist(), positions[member][real].tolist())
        yield walk, members if len(shape) == plan.entering.subjects else np.arange(plan.entering.subjects)


def _order(times: Floats, rank: Floats, tolerance: float) -> Indices:
    """The order in which things happen in each subject (subjects, occurrences); equal times in the order of `rank`."""
    order = np.argsort(times, axis=1, kind="stable")
    apart = np.diff(np.take_along_axis(times, order, axis=1), axis=1) > tolerance
    moment = np.concatenate([np.zeros((len(times), 1), dtype=np.intp), np.cumsum(apart, axis=1)], axis=1)
    again = np.lexsort((rank[order], moment), axis=1)
    return np.take_along_axis(order, again, axis=1)


def _positions(times: Floats, grid: Floats | None, tolerance: float, at_dose: AtDose) -> tuple[Indices, Indices]:
    """How many rows of the grid come before each occurrence, and how many are at its very time."""
    if grid is None:
        none = np.zeros(times.shape, dtype=np.intp)
        return none, none
    upper = np.searchsorted(grid, times + tolerance, side="right")
    lower = np.searchsorted(grid, times - tolerance, side="left")
    # Once a row has been written nothing that is counted before it may follow: near-equal times share their rows.
    chosen = np.maximum.accumulate(upper if at_dose == "before" else lower, axis=1)
    return chosen, upper - lower


def _alike(shape: Indices) -> list[tuple[int, Indices]]:
    """Rows that are the same: the first of each kind, and all of it."""
    if len(shape) == 1:
        return [(0, np.zeros(1, dtype=np.intp))]
    weights = np.array([pow(48271, i + 1, 2**61 - 1) for i in range(shape.shape[1])], dtype=np.intp)
    sums: Indices = shape @ weights
    _, first, kind = np.unique(sums, return_index=True, return_inverse=True)
    if not np.array_equal(shape, shape[first][kind]):  # two kinds with one sum, once in 2**60
        _, first, kind = np.unique(shape, axis=0, return_index=True, return_inverse=True)
    kind = kind.reshape(-1)
    return [(int(first[i]), np.flatnonzero(kind == i)) for i in np.argsort(first)]
