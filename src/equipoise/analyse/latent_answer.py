"""The answer for outcomes that are no Gaussian numbers: the same model on a latent scale, and what stands beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.analyse.answer import QUADRATURE, SEQUENCE, effect_of, notes_of
from equipoise.analyse.columns import columns
from equipoise.analyse.confidence import confidence_sequence
from equipoise.analyse.exposure import acting_exposure
from equipoise.analyse.grids import HALF_LIVES
from equipoise.analyse.latent import LatentFit, fit_latent
from equipoise.analyse.randomisation import randomisation_test
from equipoise.analyse.sentence import sentence
from equipoise.analyse.what_if import what_if
from equipoise.model.mixture import Mixture
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Fitted, Posterior
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats, Schedule

UNITS = {"ordinal": "points", "binary": "percentage points", "ordinal_sum": "points", "poisson": "counts"}
"""What the effect is in: the difference between mean ratings with the adjunct and without it."""

SCALES = {
    "ordinal": "SDs of the rating noise",
    "binary": "SDs of the rating noise",
    "ordinal_sum": "points of a score without bounds",
    "poisson": "log counts",
}
"""What the model's own coefficients are in."""

PLANNED = {
    "ordinal": "the unit of the scale",
    "binary": "the unit of the scale",
    "poisson": "log 2, a doubling or a halving of the count",
}
"""Where the unit of the priors comes from, if it is not the spread of the ratings."""
PROPAGATION = ("minka_2001", "tierney_kadane_1986")
NO_SCORES = "Leave-one-out scores and predictive checks are given for the Gaussian model only."


def latent_answer(
    schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, likelihood: str, why: str
) -> Posterior:
    """The answer of the latent model, its effect and MCID on the scale of the ratings that `effect.unit` names."""
    fit, s0, s0_from = _fit(schedule, seen, prior, plan, likelihood)

    def refit(taken: Schedule, believed: Prior, planned: Plan) -> Mixture:
        alike = (believed.phi.low, believed.phi.high) == (prior.phi.low, prior.phi.high)
        return _fit(taken, seen, believed, planned, likelihood, fit if alike else None)[0].on_ratings.effect

    rated = fit.on_ratings
    effect = effect_of(rated.effect, seen, plan, None, UNITS[likelihood])
    effect = replace(effect, expected=(rated.without, rated.taken))
    notes = [*notes_of(schedule, seen, prior, plan), NO_SCORES]
    if likelihood == "poisson":
        low, high = np.exp(fit.mixture.interval(plan.level))
        notes.append(f"As a ratio of counts: {np.exp(fit.mixture.mean):.2f} ({low:.2f} to {high:.2f}).")
    if fit.unsettled > 1e-6:
        notes.append(f"The approximation did not settle on {fit.unsettled:.1%} of its weight: read it with care.")
    others = what_if(schedule, seen, replace(prior, s0=s0), plan, refit)
    sequence = confidence_sequence(schedule, seen, prior, s0, plan.level, additive=False)
    return Posterior(
        schedule=schedule,
        observations=seen,
        prior=prior,
        plan=plan,
        effect=effect,
        mixture=rated.effect,
        likelihood=likelihood,
        likelihood_why=why,
        scale=SCALES[likelihood],
        s0=fit.unit,
        s0_from=PLANNED.get(likelihood, s0_from),
        phi=fit.phi,
        sigma=fit.sigma,
        half_life_days=fit.half_life_days,
        trend=fit.coefficients.get("trend"),
        coefficients=fit.coefficients,
        log_evidence=fit.log_evidence,
        fitted=_fitted(schedule, seen, fit, prior),
        randomisation_test=randomisation_test(schedule, seen, prior, plan),
        confidence_sequence=sequence,
        checks=(),
        loo=(),
        what_if=others,
        sentence=sentence(effect, seen, schedule, plan.level, likelihood),
        notes=tuple(notes),
        references=(*QUADRATURE, *PROPAGATION, *(SEQUENCE if sequence.looks else ())),
    )


def _fit(
    schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, likelihood: str, near: LatentFit | None = None
) -> tuple[LatentFit, float, str]:
    """The fit, and the planning SD of the ratings in points with where it comes from."""
    found = columns(schedule, seen, prior, plan.trend, HALF_LIVES["fast"])
    rows = seen.observed
    fit = fit_latent(found, seen.times_days[rows], seen.values[rows], prior, likelihood, seen.bounds, near)
    return fit, found.s0, found.s0_from


def _fitted(schedule: Schedule, seen: Observations, fit: LatentFit, prior: Prior) -> Fitted:
    """The latent course at the rated days; between them nothing is claimed."""
    days = seen.times_days
    median = np.array([prior.half_life.median_days])
    exposure = acting_exposure(schedule.exposure, days, median, seen.recall_days)[0]

    def spread(course: Floats) -> Floats:
        out = np.full(days.size, np.nan)
        out[seen.observed] = course
        return out

    return Fitted(days, exposure, spread(fit.fitted_mean), spread(fit.fitted_low), spread(fit.fitted_high))
