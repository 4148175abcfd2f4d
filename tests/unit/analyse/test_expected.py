"""The effect of ratings that are no Gaussian numbers, on the scale of the ratings themselves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.analyse import analyse, latent
from equipoise.analyse.columns import columns
from equipoise.analyse.effect_shape import Shape
from equipoise.analyse.expected import OnRatings
from equipoise.analyse.latent import fit_latent
from equipoise.analyse.latent_model import ROUNDING_SD, LatentModel
from equipoise.analyse.latent_nodes import LatentNodes
from equipoise.model.observations import Observations
from equipoise.model.plan import Likelihood, Plan
from equipoise.model.posterior import Posterior
from equipoise.model.prior import Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

DAYS = np.arange(1.0, 57.0)
TAKEN = np.repeat([0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0], 7)
TRIAL = Schedule("randomised_blocks", Exposure(DAYS - 1.0, TAKEN))
STATE = np.random.default_rng(7).standard_normal(56)
RATINGS: dict[Likelihood, Floats] = {
    "binary": np.where(STATE - 0.8 * TAKEN > 0.0, 1.0, 0.0),
    "ordinal": np.clip(np.round(4.0 + 1.5 * STATE - 1.5 * TAKEN), 1.0, 7.0),
    "ordinal_sum": np.clip(np.round(2.5 + 3.0 * STATE - 3.0 * TAKEN), 0.0, 27.0),
    "poisson": np.random.default_rng(8).poisson(np.exp(1.2 - 0.5 * TAKEN)).astype(np.float64),
}


def _rating(found: LatentModel, drawn: Floats, tau: Floats, acting: Floats, mean_variance: float) -> Floats:
    """The mean rating for each draw of the coefficients (draws, coefficients) and the residual SD (draws,)."""
    if found.likelihood == "poisson":
        return np.exp(drawn[:, 0] + acting + 0.5 * mean_variance)
    if found.likelihood == "ordinal_sum":
        scores = np.arange(28.0)
        cuts = (scores[1:] - 0.5 - (drawn[:, 0] + acting)[:, None]) / np.sqrt(ROUNDING_SD**2 + tau**2)[:, None]
        return ndtr(-cuts).sum(axis=1)
    thresholds = drawn[:, len(found.names) :]
    above = ndtr((acting[:, None] - thresholds) / np.sqrt(1.0 + tau**2)[:, None])
    return found.levels[0] + above @ np.diff(found.levels)


@pytest.mark.parametrize("likelihood", RATINGS)
def test_the_effect_on_ratings_is_that_of_draws(likelihood: Likelihood, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean, SD and quantiles are those of 40,000 draws from the nodes: to four standard errors and 3 % of an SD."""
    whole = latent.on_ratings

    def straight(found: LatentNodes, shape: Shape) -> OnRatings:
        del shape
        return whole(found, Shape(0.0, 1.0, 0.0))

    monkeypatch.setattr(latent, "on_ratings", straight)
    seen = Observations(DAYS, RATINGS[likelihood], bounds=(0.0, 27.0) if likelihood == "ordinal_sum" else None)
    found = columns(TRIAL, seen, Prior(), "linear", 1)
    fit = fit_latent(found, DAYS, seen.values, Prior(), likelihood, seen.bounds)
    nodes, weight, tau = fit.nodes, fit.nodes.weight, fit.nodes.tau
    model = nodes.latent
    rng = np.random.default_rng(9)
    chosen = rng.choice(weight.size, size=40_000, p=weight / weight.sum())
    drawn = np.empty((chosen.size, nodes.mean.shape[1]))
    for node in np.unique(chosen):
        rows = np.flatnonzero(chosen == node)
        drawn[rows] = rng.multivariate_normal(nodes.mean[node], nodes.covariance[node], rows.size, method="cholesky")
    effect, variance = drawn[:, len(model.names) - 1], float(weight @ tau**2)
    without = _rating(model, drawn, tau[chosen], 0.0 * effect, variance)
    change = (_rating(model, drawn, tau[chosen], effect, variance) - without) * (100.0 if likelihood == "binary" else 1)
    close = 0.03 * change.std() + 4.0 * change.std() / np.sqrt(chosen.size)
    told = fit.on_ratings.effect
    assert told.mean == pytest.approx(change.mean(), abs=close)
    assert told.sd == pytest.approx(change.std(), rel=0.04)
    for share in (0.025, 0.5, 0.975):
        assert told.quantile(share) == pytest.approx(np.quantile(change, share), abs=3.0 * close)
    assert fit.on_ratings.without == pytest.approx(without.mean(), abs=0.03 * RATINGS[likelihood].std())


def _answer(likelihood: Likelihood, mcid: float) -> Posterior:
    bounds = (0.0, 27.0) if likelihood == "ordinal_sum" else None
    seen = Observations(DAYS, RATINGS[likelihood], bounds=bounds)
    return analyse(TRIAL, seen, plan=Plan(mcid=mcid, likelihood=likelihood))


UNITS: list[tuple[Likelihood, float, str]] = [
    ("binary", 10.0, "percentage points"),
    ("ordinal", 1.0, "points"),
    ("poisson", 1.0, "counts"),
]


@pytest.mark.parametrize(("likelihood", "mcid", "unit"), UNITS)
def test_an_agreed_size_is_held_against_the_effect(likelihood: Likelihood, mcid: float, unit: str) -> None:
    """The MCID is a difference of chances, answers or counts, and its probabilities are those of the effect."""
    answer = _answer(likelihood, mcid)
    assert answer.effect.unit == unit
    assert answer.effect.p_benefit == pytest.approx(answer.mixture.below(-mcid))
    assert all(row.p_benefit is not None for row in answer.what_if)


def test_at_the_floor_points_are_those_of_the_score() -> None:
    """With hardly any prior the effect is the difference of the plain means, not that of a score without a floor."""
    answer = _answer("ordinal_sum", 2.0)
    plain = RATINGS["ordinal_sum"][TAKEN == 1.0].mean() - RATINGS["ordinal_sum"][TAKEN == 0.0].mean()
    hardly = next(row for row in answer.what_if if row.name.startswith("hardly any"))
    assert hardly.mean == pytest.approx(plain, abs=0.35)
    assert answer.coefficients["effect"].mean < 1.2 * answer.effect.mean
    assert answer.effect.expected is not None
    without, taken = answer.effect.expected
    assert taken - without == pytest.approx(answer.effect.mean, abs=0.02)
    assert "The mean score for outcome is estimated" in answer.sentence
