"""The latent state on the scale of its ratings: expected ratings, drawn ratings, the fitted course."""

from __future__ import annotations

import numpy as np
import pytest
from latent_diaries import LIKELIHOODS, course, diary, schedule_of
from scipy.special import ndtr

from equipoise.analyse import analyse
from equipoise.analyse.columns import columns
from equipoise.analyse.latent_draws import latent_draws
from equipoise.analyse.latent_model import ROUNDING_SD, LatentModel, latent_model
from equipoise.analyse.latent_nodes import latent_nodes
from equipoise.analyse.rating_scale import drawn_rating, expected_rating
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.prior import HalfLife, Prior


def model_of(likelihood: str) -> LatentModel:
    schedule, seen = diary(likelihood, 28, -1.0, 1)
    found = columns(schedule, seen, Prior(), "linear", 1)
    return latent_model(found, seen.times_days, seen.values, Prior(), likelihood, seen.bounds)


def thresholds_of(found: LatentModel) -> np.ndarray:
    return np.linspace(-1.0, 1.0, len(found.threshold_names))[None]


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_expected_rating_is_the_mean_of_drawn_ones(likelihood: str) -> None:
    """The mean of 200,000 ratings drawn from the same state, within four Monte-Carlo errors."""
    found, rng = model_of(likelihood), np.random.default_rng(2)
    for centre, spread in ((-1.0, 0.5), (0.7, 1.0), (2.5, 0.2)):
        state = centre + spread * rng.standard_normal((1, 200_000))
        drawn = drawn_rating(found, state, thresholds_of(found), rng)
        wanted = expected_rating(found, np.array([[centre]]), np.array([[spread]]), list(thresholds_of(found).T))
        tolerance = 4.0 * drawn.std() / np.sqrt(drawn.size) + (0.07 if likelihood == "ordinal_sum" else 0.0)
        assert float(drawn.mean()) == pytest.approx(float(wanted[0, 0]), abs=tolerance)
        assert np.all(drawn % 1 == 0)
        assert found.ends[0] <= drawn.min() <= drawn.max() <= found.ends[1]


def test_a_bounded_sum_is_summed_up_over_its_points() -> None:
    """The closed form is as near to the sum over all scores as it says: nearer, the larger the SD of the state."""
    found = model_of("ordinal_sum")
    centre: np.ndarray = np.linspace(-6.0, 33.0, 400)[None]
    for spread, tolerance in ((0.0, 0.07), (0.5, 0.01), (1.0, 0.001), (6.0, 0.001)):
        wide = np.sqrt(spread**2 + ROUNDING_SD**2)
        wanted = ndtr((centre[..., None] - np.arange(0.5, 27.0)) / wide).sum(axis=-1)
        assert expected_rating(found, centre, np.array([[spread]]), []) == pytest.approx(wanted, abs=tolerance)


def test_a_sum_without_bounds_is_its_own_expectation() -> None:
    """Where nothing is cut off, rounding has no direction."""
    schedule, seen = diary("ordinal_sum", 28, -1.0, 1)
    found = columns(schedule, seen, Prior(), "linear", 1)
    free = latent_model(found, seen.times_days, seen.values, Prior(), "ordinal_sum")
    assert expected_rating(free, np.array([[-3.3]]), np.ones((1, 1)), []).tolist() == [[-3.3]]


def test_draws_have_the_moments_of_the_nodes() -> None:
    """Mean and covariance of the draws are those of the mixture over the nodes; the same seed gives the same draws."""
    schedule, seen = diary("ordinal", 56, -1.0, 2)
    found = columns(schedule, seen, Prior(half_life=HalfLife(2.0, 0.5)), "linear", 9)
    nodes = latent_nodes(found, seen.times_days, seen.values, Prior(half_life=HalfLife(2.0, 0.5)), "ordinal")
    draws = latent_draws(nodes, 4000, 1)
    p = len(nodes.latent.names)
    mean = nodes.weight @ nodes.mean
    gap = nodes.mean - mean
    spread = np.einsum("n,nij->ij", nodes.weight, nodes.covariance + gap[:, :, None] * gap[:, None, :])
    sd = np.sqrt(np.diag(spread))[:p]
    assert np.all(np.abs(draws.coefficients.mean(axis=0) - mean[:p]) < 0.02 * sd)
    assert np.sqrt(np.diag(np.cov(draws.coefficients.T))) == pytest.approx(sd, rel=0.05)
    assert np.all(np.diff(draws.thresholds, axis=1) >= 0.0)
    assert draws.tau.mean() == pytest.approx(float(nodes.weight @ nodes.tau), rel=0.01)
    again = latent_draws(nodes, 4000, 1)
    assert np.array_equal(draws.coefficients, again.coefficients)


def answer_of(likelihood: str, effect: float, seed: int = 3) -> Posterior:
    schedule, seen = diary(likelihood, 84, effect, seed)
    values = seen.values.copy()
    values[[5, 20, 21]] = np.nan
    gaps = Observations(seen.times_days, values, bounds=seen.bounds)
    return analyse(schedule, gaps, prior=Prior(centre="mean"), plan=Plan(likelihood=likelihood))  # type: ignore[arg-type]


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_fitted_course_is_in_ratings(likelihood: str) -> None:
    """At every row, rated or not, the course lies inside its band and inside the scale, and its mean with the adjunct
    and without it is near that of the ratings.
    """
    answer = answer_of(likelihood, -2.0)
    fit, seen = answer.fitted, answer.observations
    assert np.all((fit.low < fit.mean) & (fit.mean < fit.high))
    low, high = seen.bounds or (0.0, np.inf)
    assert np.all((fit.low > low) & (fit.high < high))
    on, given = fit.exposure > 0.5, seen.observed
    for days in (on, ~on):
        rated = seen.values[days & given]
        assert fit.mean[days].mean() == pytest.approx(rated.mean(), abs=2.5 * rated.std() / np.sqrt(rated.size / 3.0))
    assert fit.mean[on].mean() < fit.mean[~on].mean()


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_same_diary_gives_the_same_course_and_checks(likelihood: str) -> None:
    """Draws have a seed of the plan: nothing of an answer differs between two runs."""
    first, second = answer_of(likelihood, -1.0), answer_of(likelihood, -1.0)
    assert np.array_equal(first.fitted.low, second.fitted.low)
    assert first.checks == second.checks
    assert first.loo == second.loo


@pytest.mark.parametrize("phi", [0.8, 1e-9])
def test_counts_of_any_spread_have_an_answer(phi: float) -> None:
    """Counts that swing from none to thousands have a finite course, and scores under every model, though some explain
    them badly.
    """
    schedule, on = schedule_of(56, 17)
    rng = np.random.default_rng(18)
    values = rng.poisson(np.exp(2.0 - on + course(56, phi, 3.0, rng))).astype(np.float64)
    seen = Observations(np.arange(1.0, 57.0), values)
    answer = analyse(schedule, seen, prior=Prior(s0=1.0, centre=4.0), plan=Plan(likelihood="poisson"))
    assert np.all(np.isfinite(answer.fitted.high))
    assert np.all(answer.fitted.low > 0.0)
    assert all(score.elpd is not None and np.isfinite(score.elpd) for score in answer.loo)
