"""The answer for outcomes that are no Gaussian numbers: the same model on a latent scale, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from equipoise.analyse.alternatives import score_beside, simpler_models
from equipoise.analyse.answer import QUADRATURE, SEQUENCE, effect_of, every_row, notes_of
from equipoise.analyse.columns import Columns, columns
from equipoise.analyse.confidence import confidence_sequence
from equipoise.analyse.exposure import acting_exposure
from equipoise.analyse.grids import HALF_LIVES
from equipoise.analyse.latent import LatentFit, fit_latent
from equipoise.analyse.latent_checks import latent_checks
from equipoise.analyse.latent_course import expected_course
from equipoise.analyse.latent_draws import LatentDraws, latent_draws
from equipoise.analyse.latent_nodes import LatentNodes, latent_nodes
from equipoise.analyse.left_out import leave_one_out
from equipoise.analyse.randomisation import randomisation_test
from equipoise.analyse.sentence import noun, sentence
from equipoise.analyse.what_if import what_if
from equipoise.model.mixture import Mixture
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Fitted, ModelScore, Posterior
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
PROPAGATION, SCORES = ("minka_2001", "tierney_kadane_1986"), ("vehtari_2016",)
PAIRS = 1000  # of draws behind the course; the edges of its band are then off by about 0.05 posterior SDs
UNSETTLED = 1e-6  # of the weight; where more of it did not settle, the answer says so

Data = tuple[Columns, Floats, Floats, Prior, str, tuple[float, float] | None]


def latent_answer(
    schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, likelihood: str, why: str
) -> Posterior:
    """The answer of the latent model: effect, MCID, fitted course and checks on the scale of the ratings, the effect in
    what `effect.unit` names.

    Source: ou_quadrature
    """

    def refit(taken: Schedule, believed: Prior, planned: Plan) -> Mixture:
        return fit_latent(*_data(taken, seen, believed, planned, likelihood), fit.nodes).on_ratings.effect

    fit = fit_latent(*_data(schedule, seen, prior, plan, likelihood))
    nodes, found, rows = fit.nodes, fit.nodes.columns, seen.observed
    draws = latent_draws(nodes, PAIRS, plan.seed)
    rated = fit.on_ratings
    effect = effect_of(rated.effect, seen, plan, None, UNITS[likelihood])
    effect = replace(effect, expected=(rated.without, rated.taken))
    named = replace(prior, s0=found.s0)
    sequence = confidence_sequence(schedule, seen, prior, found.s0, plan.level, additive=False)
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
        s0=nodes.latent.unit,
        s0_from=PLANNED.get(likelihood, found.s0_from),
        phi=fit.phi,
        sigma=fit.sigma,
        half_life_days=fit.half_life_days,
        trend=fit.coefficients.get("trend"),
        coefficients=fit.coefficients,
        log_evidence=nodes.log_evidence,
        fitted=_fitted(schedule, seen, plan, nodes, draws),
        randomisation_test=randomisation_test(schedule, seen, prior, plan),
        confidence_sequence=sequence,
        checks=latent_checks(nodes, seen.times_days[rows], plan.seed),
        loo=tuple(_scores(schedule, seen, named, plan, nodes)),
        what_if=what_if(schedule, seen, named, plan, refit),
        sentence=sentence(effect, seen, schedule, plan.level, likelihood),
        notes=(*notes_of(schedule, seen, prior, plan), *_own_notes(fit, plan)),
        references=(*QUADRATURE, *PROPAGATION, *(SEQUENCE if sequence.looks else ()), *SCORES),
    )


def _data(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, likelihood: str) -> Data:
    """What a fit takes."""
    found, rows = columns(schedule, seen, prior, plan.trend, HALF_LIVES["fast"]), seen.observed
    return found, seen.times_days[rows], seen.values[rows], prior, likelihood, seen.bounds


def _own_notes(fit: LatentFit, plan: Plan) -> Iterable[str]:
    if fit.nodes.latent.likelihood == "poisson":
        low, high = np.exp(fit.mixture.interval(plan.level))
        yield f"As a ratio of counts: {np.exp(fit.mixture.mean):.2f} ({low:.2f} to {high:.2f})."
    if fit.unsettled > UNSETTLED:
        yield f"The approximation did not settle on {fit.unsettled:.1%} of its weight: read it with care."


def _scores(
    schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, chosen: LatentNodes
) -> Iterable[ModelScore]:
    """Leave-one-out log scores by `leave_one_out`: the chosen model first, then the simpler ones."""
    own = leave_one_out(chosen)
    yield ModelScore("chosen", float(own.sum()), log_evidence=chosen.log_evidence)
    for name, other, other_plan in simpler_models(prior, plan, noun(schedule)):
        data = _data(schedule, seen, other, other_plan, chosen.latent.likelihood)
        nodes = latent_nodes(*data, chosen)
        yield score_beside(name, own, leave_one_out(nodes), nodes.log_evidence)


def _fitted(schedule: Schedule, seen: Observations, plan: Plan, nodes: LatentNodes, draws: LatentDraws) -> Fitted:
    days, found = seen.times_days, nodes.columns
    exposures = acting_exposure(schedule.exposure, days, found.half_lives_days, seen.recall_days, found.kernel)
    acting = np.bincount(nodes.half_life, weights=nodes.weight) @ exposures
    rows = every_row(schedule, seen, plan, found)
    return Fitted(days, acting, *expected_course(nodes, draws, rows, exposures))
