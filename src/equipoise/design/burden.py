"""What a trial asks of the patient: ratings, minutes, days, and days with the adjunct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.design.estimates import Estimate, mean
from equipoise.design.layout import rating_days
from equipoise.design.trials import Found
from equipoise.model.trial_design import TrialDesign


@dataclass(frozen=True, slots=True)
class Burden:
    """As planned. `minutes`: of all ratings of which the plan says how long one takes; None where it says it of none.

    `days_on`: days with the adjunct, at whatever share, out of `days`.
    """

    ratings: int
    minutes: float | None
    days: int
    days_on: int


@dataclass(frozen=True, slots=True)
class ExpectedBurden:
    """As simulated: ratings of the primary outcome given, days until the patient left, days on which it was taken."""

    ratings: Estimate
    days: Estimate
    days_on: Estimate


def burden(design: TrialDesign) -> Burden:
    """What the plan asks, if nobody leaves and nothing is forgotten."""
    asked = {item.id: len(rating_days(design, item)) for item in design.outcomes}
    timed = [asked[item.id] * item.minutes for item in design.outcomes if item.minutes is not None]
    return Burden(sum(asked.values()), sum(timed) if timed else None, design.length_days, _days_on(design))


def expected_burden(found: Found) -> ExpectedBurden:
    """The means over the simulated trials."""
    return ExpectedBurden(
        *(mean(np.asarray(part, dtype=float)) for part in (found.ratings, found.left, found.taken_days))
    )


def _days_on(design: TrialDesign) -> int:
    if design.template.randomised:
        return design.blocks * design.period_days
    steps = sum(step.days for step in design.steps if step.share > 0.0)
    return steps + (design.run_in_days if design.steps else 0)
