"""The same diary under other assumptions, each changed alone: the rows that stand under an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from equipoise.analyse.probabilities import beyond
from equipoise.analyse.sentence import noun
from equipoise.model.mixture import Mixture
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan, Trend
from equipoise.model.posterior import WhatIf
from equipoise.model.prior import HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Schedule

PRIORS = (("sceptical prior", "half", 0.5), ("wide prior", "twice", 2.0), ("hardly any prior", "ten times", 10.0))
Refit = Callable[[Schedule, Prior, Plan], Mixture]
Choice = tuple[str, Schedule, Prior, Plan]


def what_if(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, refit: Refit) -> tuple[WhatIf, ...]:
    """The effect under other priors, correlations, trends, half-lives, and another past where the past acts.

    `prior` names the planning SD, so that it stays; `refit` gives the effect's posterior under the same likelihood.
    """
    others = (*_priors(schedule, prior, plan), *_courses(schedule, prior, plan), *_pasts(schedule, seen, prior, plan))
    return tuple(_row(name, refit(taken, believed, planned), seen, plan) for name, taken, believed, planned in others)


def prior_names(estimate: str) -> list[tuple[str, str]]:
    """The rows that change the prior of the effect alone, and how wide it is in each; `estimate`: what it is called."""
    return [(f"{word} of the {estimate} ({size} as wide)", size) for word, size, _ in PRIORS]


def _row(name: str, found: Mixture, seen: Observations, plan: Plan) -> WhatIf:
    benefit = None if plan.mcid is None else beyond(found, plan.mcid, seen.better)
    return WhatIf(name, found.mean, found.sd, found.interval(plan.level), found.below(0.0), benefit)


def _priors(schedule: Schedule, prior: Prior, plan: Plan) -> Iterator[Choice]:
    for (name, _), (_, _, factor) in zip(prior_names(noun(schedule)), PRIORS, strict=True):
        yield name, schedule, replace(prior, effect=factor * prior.effect), plan
    alike = replace(prior, phi=PhiPrior.uniform(0.0, 1.0))
    yield "any correlation between days equally likely", schedule, alike, plan


def _courses(schedule: Schedule, prior: Prior, plan: Plan) -> Iterator[Choice]:
    trends: tuple[Trend, ...] = ("none", "linear", "spline")
    for trend in trends:
        if trend != plan.trend:
            yield f"trend: {trend}", schedule, prior, replace(plan, trend=trend)
    own = prior.half_life
    if own.median_days == 0.0:
        yield "carry-over with a half-life of 2 days", schedule, replace(prior, half_life=HalfLife(2.0)), plan
        return
    yield "no carry-over", schedule, replace(prior, half_life=HalfLife()), plan
    whose = "the half-life that is as slow on average" if own.kernel else "the half-life"
    for factor, word in ((0.5, "half"), (2.0, "twice")):
        other = HalfLife(own.median_days * factor, own.log_sd)
        yield f"{word} {whose}", schedule, replace(prior, half_life=other), plan


def _pasts(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan) -> Iterator[Choice]:
    """What was taken before the trial acts on its first ratings only through carry-over or a recall window."""
    if prior.half_life.median_days == 0.0 and seen.recall_days == 0.0:
        return
    taken = schedule.exposure.before > 0.0
    other = replace(schedule.exposure, before=0.0 if taken else 1.0)
    yield f"{'not taken' if taken else 'taken'} before the first row", replace(schedule, exposure=other), prior, plan
