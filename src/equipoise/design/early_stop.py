"""When the anytime-valid confidence sequence would let a trial stop early for benefit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyse.confidence import confidence_sequence
from equipoise.design.estimates import Estimate, mean, share
from equipoise.design.layout import randomisation
from equipoise.design.simulated import Simulated, simulate
from equipoise.design.truth import Truth, better
from equipoise.model.observations import Observations
from equipoise.model.posterior import ConfidenceSequence
from equipoise.model.schedule import Exposure, Schedule
from equipoise.model.trial_design import TrialDesign


@dataclass(frozen=True, slots=True)
class EarlyStop:
    """`stopped`: the share of trials that show a benefit before their last look. `days`: the mean length, if a trial
    ends there; both None where none can, and `why` says why.
    """

    stopped: Estimate | None
    days: Estimate | None
    why: str = ""


def early_stop(design: TrialDesign, truth: Truth, *, trials: int, seed: int) -> EarlyStop:
    """How often, and when, the confidence sequence of the plan's level shows a benefit; it may be looked at every day.

    Source: howard_2021, malenica_2023.
    """
    if not design.template.randomised:
        return EarlyStop(None, None, "the order is not drawn by chance, so no look is valid before the end")
    if trials == 0:
        return EarlyStop(None, None, "not simulated")
    made = simulate(design, truth, seed=seed, first=0, count=trials)
    found = [_sequence(design, made, row) for row in range(trials)]
    if all(item.is_out_of_reach for item in found):
        return EarlyStop(None, None, "too few drawn periods: no ratings could show a benefit before the end")
    length = float(design.length_days)
    days = np.array([min(_shown(design, item), length) for item in found])
    return EarlyStop(share(days < length), mean(days))


def _sequence(design: TrialDesign, made: Simulated, row: int) -> ConfidenceSequence:
    diaries = made.diaries
    drawn = tuple(made.orders[row].tolist())
    exposure = Exposure(range(diaries.levels.shape[1]), diaries.levels[row])
    schedule = Schedule(design.template.value, exposure, randomisation(design, drawn))
    values = diaries.values[row]
    seen = Observations(diaries.times_days, values, recall_days=diaries.recall_days)
    s0 = design.analysis.s0 or float(np.nanstd(values)) or 1.0
    return confidence_sequence(schedule, seen, design.analysis.prior, s0, design.analysis.level)


def _shown(design: TrialDesign, found: ConfidenceSequence) -> float:
    """The day of the first look whose interval lies on the better side of no effect."""
    for look in found.looks:
        bound = look.high if better(design) < 0 else look.low
        if bound is not None and bound * better(design) > 0:
            return look.day
    return np.inf
