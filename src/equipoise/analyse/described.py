"""The ratings as they are: counts, means and SDs at each level and in each period, before any model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyse.columns import withdrawal_share
from equipoise.analyse.demands import levels_taken
from equipoise.model.observations import Observations
from equipoise.model.schedule import Bools, Schedule

MOST_GROUPS = 24
"""So many periods or levels are listed; with more (drawn days, measured concentrations) every rating stands alone."""


@dataclass(frozen=True, slots=True)
class Group:
    """The ratings of one level or period: days of its first and last row, ratings given and missing, mean and SD.

    `level`: what was taken, 1 in full; None where several levels are taken together. `withdrawal`: days that the
    protocol keeps apart. `mean` is None without a rating, `sd` with fewer than two.
    """

    level: float | None
    withdrawal: bool
    days: tuple[float, float]
    n: int
    missing: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class Described:
    """The ratings by level, by period, and the plain difference of means, any level minus none; None without both."""

    levels: tuple[Group, ...]
    periods: tuple[Group, ...]
    difference: float | None


def described(schedule: Schedule, seen: Observations) -> Described:
    """Plain figures of a diary, in points; nothing is modelled and nothing is drawn towards anything.

    A period ends where the level changes, where the next drawn period begins, or where days of withdrawal begin or
    end. Days of withdrawal belong to no level.

    >>> from equipoise.model.schedule import Exposure
    >>> two = Schedule("observational", Exposure((0.0, 2.0), (0.0, 1.0)))
    >>> found = described(two, Observations((1.0, 2.0, 3.0, 4.0), (5.0, 7.0, 2.0, float("nan"))))
    >>> [(group.level, group.n, group.missing, group.mean) for group in found.levels], found.difference
    ([(0.0, 2, 0, 6.0), (1.0, 1, 1, 2.0)], -4.0)
    """
    levels = levels_taken(schedule, seen.times_days)
    withdrawn = withdrawal_share(schedule.withdrawal_days, seen.times_days, 0.0) > 0.0
    kinds = np.unique(levels[~withdrawn])
    none, some = _group(seen, (levels == 0.0) & ~withdrawn, 0.0), _group(seen, (levels != 0.0) & ~withdrawn, None)
    found = [none, some]
    if kinds.size <= MOST_GROUPS:
        found = [_group(seen, (levels == level) & ~withdrawn, float(level)) for level in kinds]
    if withdrawn.any():
        found.append(_group(seen, withdrawn, None, withdrawal=True))
    return Described(
        levels=tuple(found),
        periods=_periods(schedule, seen, withdrawn),
        difference=None if none.mean is None or some.mean is None else some.mean - none.mean,
    )


def _periods(schedule: Schedule, seen: Observations, withdrawn: Bools) -> tuple[Group, ...]:
    levels = levels_taken(schedule, seen.times_days)
    rule = schedule.randomisation
    unit = np.zeros(seen.times_days.size)
    if rule is not None and rule.rule == "blocks":
        unit = rule.units_at(seen.times_days)
    turns = (np.diff(levels) != 0) | (np.diff(unit) != 0) | (np.diff(withdrawn) != 0)
    period = np.append(0, np.cumsum(turns))
    if period[-1] >= MOST_GROUPS:
        return ()
    first = [int(np.argmax(period == number)) for number in range(period[-1] + 1)]
    return tuple(
        _group(seen, period == number, float(levels[row]), withdrawal=bool(withdrawn[row]))
        for number, row in enumerate(first)
    )


def _group(seen: Observations, chosen: Bools, level: float | None, *, withdrawal: bool = False) -> Group:
    values = seen.values[chosen & seen.observed]
    days = seen.times_days[chosen]
    return Group(
        level=level,
        withdrawal=withdrawal,
        days=(float(days[0]), float(days[-1])) if days.size else (np.nan, np.nan),
        n=int(values.size),
        missing=int((chosen & seen.due & ~seen.observed).sum()),
        mean=float(values.mean()) if values.size else None,
        sd=float(values.std(ddof=1)) if values.size > 1 else None,
    )
