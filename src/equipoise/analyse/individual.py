"""The use case of this stage: one schedule, one diary, one prior; the honest individual answer."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyse.answer import gaussian_answer
from equipoise.analyse.blinding import blinding, expectation
from equipoise.analyse.demands import check_demands
from equipoise.analyse.figures import plain
from equipoise.analyse.latent_answer import latent_answer
from equipoise.analyse.mcid import mcid_note
from equipoise.analyse.outcomes import choose_likelihood, must_be_bounded
from equipoise.analyse.prior_notes import prior_notes
from equipoise.analyse.sentence import noun
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.prior import Prior
from equipoise.model.schedule import Schedule


def analyse(
    schedule: Schedule, observations: Observations, *, prior: Prior | None = None, plan: Plan | None = None
) -> Posterior:
    """The effect of the adjunct in this patient with its uncertainty, and everything that speaks for or against it.

    Points are those of the instrument, times are in days. `prior` None: sceptical, centred on zero, in units of the
    planning SD. Raises InputError with all faults of schedule and diary; what cannot be had for a sound diary (a
    randomisation test without a known draw, say) is a value that says why.

    >>> import numpy as np
    >>> from equipoise.model.schedule import Exposure
    >>> on = Exposure(range(40), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] * 4)
    >>> days = np.arange(1.0, 41.0)
    >>> diary = Observations(days, 10 + np.sin(7 * days) - 2 * on.levels)
    >>> answer = analyse(Schedule("randomised_blocks", on), diary)
    >>> -2.5 < answer.effect.mean < -1.0, answer.effect.p_below_zero > 0.99
    (True, True)

    Source: ou_quadrature
    """
    prior, plan = prior or Prior(), plan or Plan()
    check_demands(schedule, observations, prior, plan)
    likelihood, why = choose_likelihood(observations, plan)
    if likelihood == "gaussian":
        answer = gaussian_answer(schedule, observations, prior, plan, why)
        misfit = must_be_bounded(answer)
        if misfit is None:
            return _weighed(answer)
        likelihood, why = "ordinal_sum", misfit
    return _weighed(latent_answer(schedule, observations, prior, plan, likelihood, why))


def _weighed(answer: Posterior) -> Posterior:
    """The answer with what its design and the patient's guesses say of how far it can be trusted."""
    schedule, seen = answer.schedule, answer.observations
    found = None if seen.guesses is None else blinding(schedule, seen.times_days, seen.guesses, answer.plan.seed)
    told = (mcid_note(answer), *prior_notes(answer), _reach(answer), expectation(found, noun(schedule)))
    return replace(answer, blinding=found, notes=(*answer.notes, *(note for note in told if note)))


def _reach(answer: Posterior) -> str:
    """A note where the design itself can convince nobody."""
    test = answer.randomisation_test
    if not test.is_out_of_reach or test.least_p is None:
        return ""
    least = plain(test.least_p)
    return f"Too few drawn units: no order could give p below {least} without the model; the certainty is the model's."
