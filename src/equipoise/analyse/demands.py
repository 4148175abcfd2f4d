"""What a diary must hold before it can be analysed: every lack at once, each with its mend."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.mcid import mcid_faults
from equipoise.errors import Fault, InputError
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats, Schedule

FEWEST_IN_ALL = 4
MOST = 20_000
TINY, HUGE = 1e-100, 1e100
TOO_FEW = "Too few ratings to answer; whether to go on is a clinician's decision."


def levels_taken(schedule: Schedule, times_days: Floats) -> Floats:
    """The level that was being taken at each time; the level that begins at that very moment does not count."""
    piece = np.searchsorted(schedule.exposure.starts_days, times_days, side="left") - 1
    return np.where(piece >= 0, schedule.exposure.levels[np.maximum(piece, 0)], schedule.exposure.before)


def check_demands(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan) -> None:
    """Refuses a diary that cannot answer: one level only, too few ratings at one, no variation, far too many rows; and
    an MCID that no such ratings can show.
    """
    faults = [
        *_level_faults(schedule, seen, plan),
        *_value_faults(seen),
        *_gap_faults(seen, prior),
        *mcid_faults(seen, plan),
    ]
    if faults:
        raise InputError(f"analysis of {seen.name}", faults)


def _level_faults(schedule: Schedule, seen: Observations, plan: Plan) -> list[Fault]:
    levels = levels_taken(schedule, seen.times_days[seen.observed])
    if not levels.size:
        return [Fault("values", "no rating at all", "ratings", "Check the outcome column.")]
    if np.unique(levels).size < 2:
        mend = "Check the treatment column and its on-value; a comparison needs days with and days without."
        expected = "at least two levels among the rated rows"
        return [Fault("exposure", f"one level only ({levels[0]:g})", expected, mend)]
    on = int((levels > 0).sum())
    needed, groups = plan.fewest, {"with the adjunct": on, "without it": levels.size - on}
    if schedule.design == "supervised_taper":
        needed, groups = 2 * plan.fewest, {"in all": levels.size}
    return [
        Fault("values", f"{count} ratings {name}", f"at least {needed}", TOO_FEW)
        for name, count in groups.items()
        if count < needed
    ]


def _value_faults(seen: Observations) -> list[Fault]:
    values = seen.values[seen.observed]
    faults: list[Fault] = []
    if values.size > MOST:
        mend = "Choose one person, or analyse daily means."
        faults.append(Fault("values", f"{values.size} ratings", f"one person's diary, at most {MOST}", mend))
    spread = float(np.ptp(values)) if values.size else 0.0
    if values.size >= FEWEST_IN_ALL and spread == 0.0:
        found = f"the same rating, {values[0]:g}, in every row"
        mend = "Check the outcome column; an instrument that never moves cannot answer."
        faults.append(Fault("values", found, "ratings that vary", mend))
    elif spread > 0.0 and not TINY < spread < HUGE:
        found = f"ratings from {values.min():g} to {values.max():g}"
        expected = f"ratings that differ by {TINY:g} to {HUGE:g}: squares of others cannot be computed"
        faults.append(Fault("values", found, expected, "Write them in other units."))
    return faults


def _gap_faults(seen: Observations, prior: Prior) -> list[Fault]:
    gaps = np.diff(seen.times_days[seen.observed])
    if prior.phi.low < 0.0 and np.any(np.abs(gaps - np.round(gaps)) > 1e-9):
        found = f"a prior that lets the correlation fall to {prior.phi.low:g}, and times between whole days"
        mend = "Use a prior from 0 upwards, for example beta(2,2)."
        return [Fault("phi", found, "whole days: a negative number has no broken power", mend)]
    return []
