"""The same diary under other assumptions: what-if rows, and leave-one-out scores of the simpler models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.analyse.coefficients import Coefficients, coefficients, leave_one_out
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.probabilities import beyond
from equipoise.analyse.sentence import noun
from equipoise.model.mixture import Mixture
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan, Trend
from equipoise.model.posterior import ModelScore, WhatIf
from equipoise.model.prior import HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Floats, Schedule

NONE = 1e-6
PRIORS = (("sceptical prior", "half", 0.5), ("wide prior", "twice", 2.0), ("hardly any prior", "ten times", 10.0))
Choice = tuple[str, Prior, Plan]


def what_if(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, s0: float) -> tuple[WhatIf, ...]:
    """The effect under other priors, trends, half-lives and correlations, each changed alone."""
    fixed = replace(prior, s0=s0)
    rows: list[WhatIf] = []
    for name, other, other_plan in _others(fixed, plan, noun(schedule)):
        mix = fit_gaussian(schedule, seen, other, other_plan).mixture
        rows.append(row(name, mix, seen, plan))
    return tuple(rows)


def row(name: str, found: Mixture, seen: Observations, plan: Plan) -> WhatIf:
    """The effect under another assumption, with the probability that it is better by an amount that matters."""
    benefit = None if plan.mcid is None else beyond(found, plan.mcid, seen.better)
    return WhatIf(name, found.mean, found.sd, found.interval(plan.level), found.below(0.0), benefit)


def prior_names(estimate: str) -> list[tuple[str, str]]:
    """The rows that change the prior of the effect alone, and how wide it is in each; `estimate`: what it is called."""
    return [(f"{word} of the {estimate} ({size} as wide)", size) for word, size, _ in PRIORS]


def prior_choices(prior: Prior, plan: Plan, estimate: str) -> list[Choice]:
    """Narrower and wider priors of the effect."""
    factors = [factor for _, _, factor in PRIORS]
    names = [name for name, _ in prior_names(estimate)]
    return [
        (name, replace(prior, effect=factor * prior.effect), plan) for name, factor in zip(names, factors, strict=True)
    ]


def _others(prior: Prior, plan: Plan, estimate: str) -> list[Choice]:
    found: list[Choice] = [
        *prior_choices(prior, plan, estimate),
        ("any correlation between days equally likely", replace(prior, phi=PhiPrior.uniform(0.0, 1.0)), plan),
    ]
    other_trends: list[Trend] = [trend for trend in ("none", "linear", "spline") if trend != plan.trend]
    found += [(f"trend: {trend}", prior, replace(plan, trend=trend)) for trend in other_trends]
    own = prior.half_life
    if own.median_days > 0.0:
        found.append(("no carry-over", replace(prior, half_life=HalfLife()), plan))
        for factor, word in ((0.5, "half"), (2.0, "twice")):
            other = HalfLife(own.median_days * factor, own.log_sd)
            found.append((f"{word} the half-life", replace(prior, half_life=other), plan))
    else:
        found.append(("carry-over with a half-life of 2 days", replace(prior, half_life=HalfLife(2.0)), plan))
    return found


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
