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
    """Exact leave-one-out log scores: the chosen model first, then without correlation, trend, carry-over, effect.

    A difference below 0 means that the simpler model predicts worse. Its standard error is that of a sum over ratings.
    """
    own = leave_one_out(chosen)
    found = [ModelScore("chosen", float(own.sum()), log_evidence=evidence)]
    fixed = replace(prior, s0=chosen.fit.columns.s0)
    simpler: list[Choice] = [("without correlation", replace(fixed, phi=PhiPrior.uniform(0.0, NONE)), plan)]
    if plan.trend != "none":
        simpler.append(("without trend", fixed, replace(plan, trend="none")))
    if not (prior.half_life.fixed and prior.half_life.median_days == 0.0):
        simpler.append(("without carry-over", replace(fixed, half_life=HalfLife()), plan))
    simpler.append((f"without {noun(schedule)}", replace(fixed, effect=NONE), plan))
    found += [_score(name, schedule, seen, other, other_plan, own) for name, other, other_plan in simpler]
    return tuple(found)


def _score(name: str, schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, own: Floats) -> ModelScore:
    fit = fit_gaussian(schedule, seen, prior, plan, "fast")
    other = coefficients(fit)
    if other is None:
        return ModelScore(name, None, why="too many ratings with noise of their own")
    gap = leave_one_out(other) - own
    total = float(gap.sum())
    se = float(np.sqrt(gap.size * gap.var(ddof=1)))
    return ModelScore(name, float(own.sum()) + total, total, se, fit.log_evidence)
