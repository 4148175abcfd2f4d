"""The same diary under simpler models: their leave-one-out scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.analyse.coefficients import Coefficients, coefficients, leave_one_out
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.sentence import noun
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import ModelScore
from equipoise.model.prior import HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Floats, Schedule

NONE = 1e-6
Choice = tuple[str, Prior, Plan]


def scores(
    schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, chosen: Coefficients, evidence: float
) -> tuple[ModelScore, ...]:
    """Exact leave-one-out log scores: the chosen model first, then the simpler ones.

    A difference below 0 means that the simpler model predicts worse. Its standard error is that of a sum over ratings.
    """
    own = leave_one_out(chosen)
    found = [ModelScore("chosen", float(own.sum()), log_evidence=evidence)]
    for name, other, other_plan in simpler_models(replace(prior, s0=chosen.fit.columns.s0), plan, noun(schedule)):
        fit = fit_gaussian(schedule, seen, other, other_plan, "fast")
        rest = coefficients(fit)
        if rest is None:
            found.append(ModelScore(name, None, why="too many ratings with noise of their own"))
        else:
            found.append(score_beside(name, own, leave_one_out(rest), fit.log_evidence))
    return tuple(found)


def simpler_models(prior: Prior, plan: Plan, estimate: str) -> list[Choice]:
    """The model without correlation, trend, carry-over and effect, each left out alone where it is there."""
    found: list[Choice] = [("without correlation", replace(prior, phi=PhiPrior.uniform(0.0, NONE)), plan)]
    if plan.trend != "none":
        found.append(("without trend", prior, replace(plan, trend="none")))
    if not (prior.half_life.fixed and prior.half_life.median_days == 0.0):
        found.append(("without carry-over", replace(prior, half_life=HalfLife()), plan))
    return [*found, (f"without {estimate}", replace(prior, effect=NONE, half_life=prior.half_life.known), plan)]


def score_beside(name: str, own: Floats, other: Floats, log_evidence: float) -> ModelScore:
    """The score of another model beside the chosen one, out of both log densities of each rating given the others."""
    gap = other - own
    se = float(np.sqrt(gap.size * gap.var(ddof=1)))
    return ModelScore(name, float(other.sum()), float(gap.sum()), se, log_evidence)
