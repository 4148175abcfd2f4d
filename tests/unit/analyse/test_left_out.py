"""Leave-one-out scores of latent ratings against brute force: integrals over a lattice, boxes of a normal, refits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from latent_diaries import LIKELIHOODS, diary, schedule_of
from scipy.special import gammaln, logsumexp, ndtr, ndtri
from scipy.stats import multivariate_normal

from equipoise.analyse.coefficients import coefficients
from equipoise.analyse.coefficients import leave_one_out as exact_scores
from equipoise.analyse.columns import Columns, columns
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.latent_model import LOG_UNIT, ROUNDING_SD, THRESHOLD_SD, LatentModel, latent_model
from equipoise.analyse.latent_nodes import Axis, Grid, LatentNodes, _evaluate, latent_nodes
from equipoise.analyse.left_out import leave_one_out
from equipoise.analyse.propagation import Model, propagate
from equipoise.analyse.sites import Between, Counts
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan, Trend
from equipoise.model.prior import Prior
from equipoise.model.schedule import Schedule

STILL = Prior(s0=1.0, centre=2.0, scale=1e-3)
"""Without a process: its spread is held near zero, and what is left can be integrated on a lattice."""


def nodes(
    likelihood: str, schedule: Schedule, seen: Observations, prior: Prior, trend: Trend = "linear"
) -> LatentNodes:
    found = columns(schedule, seen, prior, trend, 9)
    return latent_nodes(found, seen.times_days, seen.values, prior, likelihood, seen.bounds)


def scores_on_lattice(log_prior: np.ndarray, each: np.ndarray) -> np.ndarray:
    """The log density of each rating given the others; `each`: log likelihoods (ratings, places)."""
    every = log_prior + each.sum(axis=0)
    return logsumexp(every) - logsumexp(every - each, axis=1)


def log_normal(x: np.ndarray, mean: float, sd: float) -> np.ndarray:
    return -0.5 * ((x - mean) / sd) ** 2


def test_a_count_without_correlation_has_the_score_of_poisson_regression() -> None:
    """With the process held at zero the scores of counts are those of an integral over level and effect."""
    schedule, on = schedule_of(28, 5)
    values = np.random.default_rng(6).poisson(np.exp(0.3 - 0.7 * on)).astype(np.float64)
    scores = leave_one_out(nodes("poisson", schedule, Observations(np.arange(1.0, 29.0), values), STILL, "none"))
    level, effect = (axis.ravel() for axis in np.meshgrid(np.linspace(-3, 3, 401), np.linspace(-4, 3, 401)))
    state = level + on[:, None] * effect
    each = values[:, None] * state - np.exp(state) - gammaln(values[:, None] + 1.0)
    log_prior = log_normal(level, np.log(2.0), 3.0 * LOG_UNIT) + log_normal(effect, 0.0, LOG_UNIT)
    assert scores == pytest.approx(scores_on_lattice(log_prior, each), abs=0.005)


@pytest.mark.parametrize(
    ("middle", "alone"), [(9, False), (1, True)], ids=["many ratings a level", "one rating at the middle level"]
)
def test_an_ordinal_rating_without_correlation_has_the_score_of_probit_regression(middle: int, *, alone: bool) -> None:
    """The scores of three levels are those of an integral over thresholds in order and effect, also where a level
    loses its only rating: its thresholds are then known to be in order and little else.
    """
    schedule, on = schedule_of(28, 7)
    values = np.where(np.random.default_rng(8).normal(size=28) < on, 0.0, 2.0)
    values[np.random.default_rng(9).permutation(28)[:middle]] = 1.0
    seen = Observations(np.arange(1.0, 29.0), values)
    scores = leave_one_out(nodes("ordinal", schedule, seen, replace(STILL, s0=1.0), "none"))
    low, high, effect = (axis.ravel() for axis in np.meshgrid(*[np.linspace(-5.0, 5.0, 81)] * 3))
    keep = low <= high
    low, high, effect = low[keep], high[keep], effect[keep]
    log_prior = log_normal(effect, 0.0, 1.0)
    for threshold, centre in zip((low, high), ndtri([1 / 3, 2 / 3]), strict=True):
        log_prior = log_prior + log_normal(threshold, centre, THRESHOLD_SD)
    state = on[:, None] * effect
    edges = [np.full(low.size, -np.inf), low, high, np.full(low.size, np.inf)]
    rows = values.astype(int)
    mass = ndtr(np.stack(edges)[rows + 1] - state) - ndtr(np.stack(edges)[rows] - state)
    each = np.log(np.maximum(mass, 1e-300))
    log_prior = np.where(low == high, log_prior - np.log(2.0), log_prior)  # half of such a cell is out of order
    wanted, rest = scores_on_lattice(log_prior, each), values != 1.0 if alone else np.full(28, fill_value=True)
    assert scores[rest] == pytest.approx(wanted[rest], abs=0.05)
    assert scores == pytest.approx(wanted, abs=0.2)


def one_node(found: Columns, values: np.ndarray, latent: LatentModel, phi: float, tau: float) -> LatentNodes:
    """A posterior that knows its correlation and its spread."""
    point = Axis(np.zeros(1), np.ones(1))
    grid = Grid(point, point, np.zeros(1, dtype=np.intp))
    at = np.array([phi]), np.array([tau]), np.array([0])
    return LatentNodes(found, values, latent, grid, np.ones(1), *at, (propagate(latent.model, *at),), 0.0)


@pytest.mark.parametrize("likelihood", ["ordinal_sum", "binary"])
def test_the_score_at_a_node_is_a_ratio_of_boxes_under_a_normal(likelihood: str) -> None:
    """With correlation, at one node, six rounded ratings or six answers yes or no are a box under their joint normal;
    the threshold of yes and no is one more normal. A score is the box with the rating over that without it.
    """
    schedule, _ = schedule_of(6, 9, block=1)
    times = np.array([1.0, 2.0, 3.5, 4.0, 7.0, 8.0])
    sums = likelihood == "ordinal_sum"
    values = np.array([0.0, 2.0, 1.0, 0.0, 3.0, 1.0]) if sums else np.array([0.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    seen = Observations(times, values, bounds=(0.0, 27.0) if sums else None)
    prior = Prior(s0=1.5, centre=1.0)
    found = columns(schedule, seen, prior, "linear", 1)
    latent = latent_model(found, times, values, prior, likelihood, seen.bounds)
    model = latent.model
    x = model.x[:, :, 0]
    centre, noise = x @ model.mean, ROUNDING_SD**2 * np.eye(6)
    low, high = np.where(values == 0.0, -50.0, values - 0.5), values + 0.5
    if not sums:
        noise = np.eye(6) + THRESHOLD_SD**2
        low, high = np.where(values == 0.0, -50.0, 0.0), np.where(values == 0.0, 0.0, 50.0)
    for phi, tau in ((0.2, 0.5), (0.6, 1.5), (0.9, 3.0)):
        at = one_node(found, values, latent, phi, tau)
        spread = tau**2 * phi ** np.abs(times[:, None] - times) + (x * model.sd**2) @ x.T + noise

        def box(rows: np.ndarray, spread: np.ndarray = spread) -> float:
            joint = multivariate_normal(centre[rows], spread[np.ix_(rows, rows)], seed=1, abseps=1e-9, maxpts=200_000)
            return float(np.log(joint.cdf(high[rows], lower_limit=low[rows])))

        wanted = [box(np.arange(6)) - box(np.delete(np.arange(6), i)) for i in range(6)]
        assert leave_one_out(at) == pytest.approx(wanted, abs=0.02)


def test_whole_numbers_that_are_fine_beside_their_spread_have_the_gaussian_scores() -> None:
    """A sum score far from its bounds, with a spread of 60 points, has the exact scores of the Gaussian model."""
    schedule, on = schedule_of(56, 3)
    rng = np.random.default_rng(4)
    values = np.round(500.0 - 40.0 * on + 60.0 * rng.normal(size=56))
    seen = Observations(np.arange(1.0, 57.0), values, bounds=(0.0, 1000.0))
    prior = Prior(centre="mean")
    exact = coefficients(fit_gaussian(schedule, seen, prior, Plan()))
    assert exact is not None
    found = leave_one_out(nodes("ordinal_sum", schedule, seen, prior))
    assert found == pytest.approx(exact_scores(exact), abs=2e-3)


def without(model: Model, row: int, times: np.ndarray) -> Model:
    """The model of the diary without one rating; its thresholds stay."""
    keep = np.arange(times.size) != row
    sites = model.sites
    if isinstance(sites, Counts):
        sites = Counts(sites.counts[keep])
    elif isinstance(sites, Between) and sites.lower is not None:
        sites = replace(sites, low=sites.low[keep], high=sites.high[keep], lower=sites.lower[keep])
    elif isinstance(sites, Between):
        sites = replace(sites, low=sites.low[keep], high=sites.high[keep])
    gaps = np.diff(times[keep])
    return replace(
        model, sites=sites, gaps_days=gaps, x=model.x[keep], above=model.above[keep], below=model.below[keep]
    )


def refitted(found: LatentNodes, seen: Observations, prior: Prior) -> np.ndarray:
    """The scores as ratios of evidences with each rating and without it, each by propagation at all nodes."""

    def evidence(model: Model) -> float:
        density, _ = _evaluate(replace(found.latent, model=model), found.columns, prior, found.grid)
        return float(logsumexp(density + found.grid.log_widths))

    full = evidence(found.latent.model)
    every = range(seen.n)
    return full - np.array([evidence(without(found.latent.model, i, seen.times_days)) for i in every])


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_scores_are_those_of_refits(likelihood: str) -> None:
    """The score of every rating of a diary is that of propagation without it at every node, not at three of them."""
    schedule, seen = diary(likelihood, 28, -1.0, 1)
    prior = Prior()
    found = nodes(likelihood, schedule, seen, prior)
    scores, wanted = leave_one_out(found), refitted(found, seen, prior)
    assert scores == pytest.approx(wanted, abs=0.05)
    assert scores.sum() == pytest.approx(wanted.sum(), abs=0.15)


@pytest.mark.parametrize("likelihood", ["poisson", "ordinal_sum"])
def test_a_surprising_rating_has_the_lowest_score(likelihood: str) -> None:
    """A rating far from its neighbours is the one that they expect least."""
    schedule, _ = schedule_of(56, 2)
    values = np.where(np.arange(56) % 5 < 3, 2.0, 3.0)
    values[40] = 9.0
    seen = Observations(np.arange(1.0, 57.0), values, bounds=(0.0, 27.0))
    assert np.argmin(leave_one_out(nodes(likelihood, schedule, seen, Prior(s0=1.0)))) == 40
