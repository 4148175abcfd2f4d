"""The use case: one schedule, one diary, one prior; everything that the answer needs beside it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from equipoise.analyse.alternatives import scores
from equipoise.analyse.checks import checks
from equipoise.analyse.coefficients import Coefficients, coefficients, course
from equipoise.analyse.columns import HALF_LIFE_REACH, Columns, trend_columns, withdrawal_share
from equipoise.analyse.confidence import confidence_sequence
from equipoise.analyse.demands import levels_taken
from equipoise.analyse.exposure import acting_exposure
from equipoise.analyse.gaussian import Fit, fit_gaussian, several_a_day, summary_of
from equipoise.analyse.probabilities import beyond, opposite, within
from equipoise.analyse.randomisation import randomisation_test
from equipoise.analyse.sentence import sentence
from equipoise.analyse.what_if import what_if
from equipoise.model.mixture import Mixture
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Effect, Fitted, Posterior, Summary
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats, Schedule

NO_CHECKS = "Too many ratings with noise of their own for checks and leave-one-out scores; analyse daily means."
QUADRATURE, SCORES, SEQUENCE = ("ou_quadrature",), ("vehtari_2017",), ("howard_2021", "malenica_2023")


def gaussian_answer(
    schedule: Schedule, observations: Observations, prior: Prior, plan: Plan, likelihood_why: str
) -> Posterior:
    """The answer under the Gaussian model, with everything that stands beside it. Source: ou_quadrature."""

    def refit(taken: Schedule, believed: Prior, planned: Plan) -> Mixture:
        return fit_gaussian(taken, observations, believed, planned).mixture

    fit = fit_gaussian(schedule, observations, prior, plan)
    found = coefficients(fit)
    names = fit.columns.names
    parts = {name: _summary(found.of(i), plan.level) for i, name in enumerate(names)} if found else {}
    effect = effect_of(fit.mixture, observations, plan, _delivered(fit, plan.level))
    sequence = confidence_sequence(schedule, observations, prior, fit.columns.s0, plan.level)
    loo = scores(schedule, observations, prior, plan, found, fit.log_evidence) if found else ()
    return Posterior(
        schedule=schedule,
        observations=observations,
        prior=prior,
        plan=plan,
        effect=effect,
        mixture=fit.mixture,
        likelihood="gaussian",
        likelihood_why=likelihood_why,
        s0=fit.columns.s0,
        s0_from=fit.columns.s0_from,
        phi=summary_of(fit.phi, fit.weight, plan.level),
        sigma=summary_of(fit.spread / np.sqrt(1.0 - fit.share), fit.weight, plan.level),
        half_life_days=summary_of(fit.columns.half_lives_days[fit.half_life], fit.weight, plan.level),
        trend=parts.get("trend"),
        coefficients=MappingProxyType(parts),
        log_evidence=fit.log_evidence,
        fitted=_fitted(schedule, observations, plan, fit, found),
        randomisation_test=randomisation_test(schedule, observations, prior, plan),
        confidence_sequence=sequence,
        checks=checks(found, observations.bounds, plan.seed) if found else (),
        loo=loo,
        what_if=what_if(schedule, observations, replace(prior, s0=fit.columns.s0), plan, refit),
        sentence=sentence(effect, observations, schedule, plan.level),
        notes=(*notes_of(schedule, observations, prior, plan), *(() if found else (NO_CHECKS,))),
        references=(*QUADRATURE, *(SEQUENCE if sequence.looks else ()), *(SCORES if loo else ())),
    )


def effect_of(
    mixture: Mixture, seen: Observations, plan: Plan, delivered: Summary | None, unit: str = "points"
) -> Effect:
    """The effect's figures out of its posterior; which direction is a benefit comes from the instrument."""
    benefit = harm = futile = None
    if plan.mcid is not None:
        benefit, harm = (beyond(mixture, plan.mcid, way) for way in (seen.better, opposite(seen.better)))
        futile = within(mixture, plan.mcid / 2.0)
    size = (mixture.mean, mixture.sd, mixture.interval(plan.level), mixture.below(0.0))
    return Effect(*size, benefit, harm, futile, plan.mcid, unit, delivered)


def _summary(found: Mixture, level: float) -> Summary:
    return Summary(found.mean, found.sd, found.interval(level))


def _delivered(fit: Fit, level: float) -> Summary | None:
    """The mean difference as the days were lived: the effect times the difference in acting exposure, on minus off."""
    weights = np.bincount(fit.half_life, weights=fit.weight, minlength=fit.columns.exposure.shape[0])
    acting = weights @ fit.columns.exposure
    high = acting > 0.5 * (acting.max() + acting.min())
    if high.all() or not high.any():
        return None
    share = float(acting[high].mean() - acting[~high].mean())
    low, top = fit.mixture.interval(level)
    return Summary(fit.mixture.mean * share, fit.mixture.sd * share, (low * share, top * share))


def _fitted(schedule: Schedule, seen: Observations, plan: Plan, fit: Fit, found: Coefficients | None) -> Fitted:
    days = seen.times_days
    exposures = acting_exposure(
        schedule.exposure, days, fit.columns.half_lives_days, seen.recall_days, fit.columns.kernel
    )
    acting = np.bincount(fit.half_life, weights=fit.weight, minlength=exposures.shape[0]) @ exposures
    if found is None:
        empty = np.full(days.size, np.nan)
        return Fitted(days, acting, empty, empty, empty)
    return Fitted(days, acting, *course(found, 1.96, every_row(schedule, seen, plan, fit.columns), exposures))


def every_row(schedule: Schedule, seen: Observations, plan: Plan, found: Columns) -> Floats:
    """The common columns at every row of the diary, rated or not: (rows, p - 1). Covariates are interpolated."""
    days, rated = seen.times_days, seen.times_days[seen.observed]
    trend = [column for _, column in trend_columns(days, days, plan.trend)]
    covariates = [np.interp(days, rated, found.common[:, 1 + len(trend) + i]) for i in range(len(seen.covariates))]
    parts: list[Floats] = [np.ones(days.size), *trend, *covariates]
    if schedule.withdrawal_days:
        parts.append(withdrawal_share(schedule.withdrawal_days, days, seen.recall_days))
    return np.column_stack(parts)


def notes_of(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan) -> list[str]:
    """What was assumed, and what a reader must know of the data, one sentence each."""
    notes: list[str] = []
    if seen.missing:
        due = seen.n + seen.missing
        share = seen.missing / due
        notes.append(f"{seen.missing} of {due} ratings are missing ({share:.0%}); taken as missing at random.")
    if several_a_day(seen, plan):
        notes.append(
            "Several ratings a day: each carries noise of its own beside the state that the day's ratings share."
        )
    if schedule.design == "observational":
        notes.append("Observational: no causal claim can be made from this.")
    if schedule.design == "supervised_taper":
        notes.append(
            "Taper: the difference is that of the full starting level against none; order and time go together."
        )
    if seen.recall_days > 0 and _shortest_period(schedule, seen) < seen.recall_days:
        notes.append("The recall window is longer than the shortest period: ratings mix days with and without.")
    if not prior.half_life.fixed:
        reach = HALF_LIFE_REACH * prior.half_life.log_sd
        low, high = prior.half_life.median_days * np.exp(-reach), prior.half_life.median_days * np.exp(reach)
        notes.append(f"The half-life was integrated from {low:.2g} to {high:.2g} days.")
    return notes


def _shortest_period(schedule: Schedule, seen: Observations) -> float:
    levels = levels_taken(schedule, seen.times_days)
    turns = np.flatnonzero(np.diff(levels)) + 1
    edges = seen.times_days[np.concatenate([[0], turns, [levels.size - 1]])]
    return float(np.diff(edges).min())
