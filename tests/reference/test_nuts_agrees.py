"""What is computed without sampling against NUTS on the same density: within Monte-Carlo error and a stated tolerance.

The tolerance is in posterior SDs: 0.02 for the Gaussian model, exact up to the quadrature, and 0.05 for the latent
models, where each rating's likelihood is replaced by a normal. Leave-one-out scores of the latent models may differ by
what `leave_one_out` says of itself. Four Monte-Carlo standard errors come on top.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp

from equipoise.analyse.columns import columns
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.latent import fit_latent
from equipoise.analyse.latent_nodes import LatentNodes
from equipoise.analyse.left_out import leave_one_out
from equipoise.analyse.nuts import Draws, sample
from equipoise.analyse.sites import FAR, Between, log_between
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import WEAK, HalfLife, Prior
from equipoise.model.schedule import Exposure, Schedule

try:
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
except ImportError:
    pytest.skip("NUMPYRO ABSENT: install the extra `mcmc` to run these checks", allow_module_level=True)

pytestmark = pytest.mark.slow

EXACT, REPLACED = 0.02, 0.05
EACH, ALONE, TOTAL = 0.05, 0.2, 0.15  # of scores: a rating; one of 0.001 or the only one of its level; all together
ERRORS = 4.0
FINE = 401  # half-lives between which the sampler interpolates
KNOWN = HalfLife()
UNKNOWN = HalfLife(2.0, 0.5)


def drawn(schedule: Schedule, seen: Observations, prior: Prior, likelihood: str) -> Draws:
    found = columns(schedule, seen, prior, "linear", FINE)
    return sample(found, seen.times_days, seen.values, prior, likelihood, seen.bounds, draws=1000, warmup=700, seed=1)


def agree(draws: np.ndarray, mean: float, sd: float, tolerance: float) -> None:
    """Mean and SD agree, and the chains with each other."""
    assert split_gelman_rubin(draws) < 1.03
    truth, spread = float(draws.mean()), float(draws.std())
    squares = (draws - truth) ** 2
    mean_error = spread / np.sqrt(float(effective_sample_size(draws)))
    sd_error = float(squares.std()) / (2.0 * spread) / np.sqrt(float(effective_sample_size(squares)))
    print(f"mean {mean:.4f} NUTS {truth:.4f} +- {mean_error:.4f}; sd {sd:.4f} NUTS {spread:.4f} +- {sd_error:.4f}")
    assert abs(mean - truth) < ERRORS * mean_error + tolerance * spread
    assert abs(sd - spread) < ERRORS * sd_error + tolerance * spread


def series84(shared_data: Path) -> tuple[Schedule, Observations]:
    rows = list(csv.DictReader((shared_data / "nof1/series84.csv").read_text().splitlines()))
    days, level, values = (np.array([float(row[key]) for row in rows]) for key in ("day", "trt", "y"))
    return Schedule("randomised_blocks", Exposure(days - 1.0, level)), Observations(days, values)


@pytest.mark.real_data
@pytest.mark.parametrize("half_life", [KNOWN, UNKNOWN], ids=["at_once", "half_life_unknown"])
def test_gaussian(shared_data: Path, half_life: HalfLife) -> None:
    """The 84-day series: effect, correlation, spread and half-life by quadrature are those of NUTS."""
    schedule, seen = series84(shared_data)
    prior = replace(WEAK, s0=float(seen.values.std(ddof=1)), half_life=half_life)
    fit = fit_gaussian(schedule, seen, prior, Plan())
    draws = drawn(schedule, seen, prior, "gaussian")
    assert draws.diverged < 20
    agree(draws.effect, fit.mixture.mean, fit.mixture.sd, EXACT)
    for found, values in ((draws.phi, fit.phi), (draws.sigma, fit.spread)):
        agree(found, *moments(values, fit.weight), EXACT)
    if not half_life.fixed:
        agree(draws.half_life_days, *moments(fit.columns.half_lives_days[fit.half_life], fit.weight), EXACT)


def moments(values: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    mean = float(weight @ values)
    return mean, float(np.sqrt(weight @ (values - mean) ** 2))


def simulated(likelihood: str, half_life: HalfLife) -> tuple[Schedule, Observations, Prior]:
    """An 84-day diary with an effect of one latent SD; near the floor for sums."""
    rng = np.random.default_rng(1)
    on = np.repeat(rng.permuted(np.tile([0.0, 1.0], (6, 1)), axis=1).ravel(), 7)
    state = np.empty(84)
    state[0] = rng.normal()
    for i in range(1, 84):
        state[i] = 0.5 * state[i - 1] + np.sqrt(0.75) * rng.normal()
    state -= on
    noisy = state + rng.normal(size=84)
    ratings: dict[str, Any] = {
        "ordinal": np.digitize(noisy, [-2.5, -1.5, -0.7, 0.2, 1.0, 2.0]) + 1.0,
        "binary": (noisy > -0.3).astype(np.float64),
        "poisson": rng.poisson(np.exp(0.7 + 0.6 * state)).astype(np.float64),
        "ordinal_sum": np.clip(np.round(3.0 + 3.0 * state), 0.0, 27.0),
    }
    values = ratings[likelihood]
    bounds = (0.0, 27.0) if likelihood == "ordinal_sum" else None
    schedule = Schedule("randomised_blocks", Exposure(np.arange(84.0), on))
    return (
        schedule,
        Observations(np.arange(1.0, 85.0), values, bounds=bounds),
        Prior(centre="mean", half_life=half_life),
    )


def compare(schedule: Schedule, seen: Observations, prior: Prior, likelihood: str) -> None:
    found = columns(schedule, seen, prior, "linear", 9)
    fit = fit_latent(found, seen.times_days, seen.values, prior, likelihood, seen.bounds)
    draws = drawn(schedule, seen, prior, likelihood)
    assert fit.unsettled < 1e-3
    assert draws.diverged < 40
    agree(draws.effect, fit.mixture.mean, fit.mixture.sd, REPLACED)
    agree(draws.phi, fit.phi.mean, fit.phi.sd, REPLACED)
    agree(draws.sigma, fit.sigma.mean, fit.sigma.sd, REPLACED)
    if not prior.half_life.fixed:
        agree(draws.half_life_days, fit.half_life_days.mean, fit.half_life_days.sd, REPLACED)
    scores_agree(fit.nodes, draws, seen)


def scores_agree(nodes: LatentNodes, draws: Draws, seen: Observations) -> None:
    """Scores are those of the draws, by importance: with the rating's own state integrated out given its neighbours,
    the mean of one over its density is one over its density given all others (Vehtari et al. 2016).
    """
    log_density = given_neighbours(nodes, draws, seen)
    inverse = np.exp(-log_density - (-log_density).max(axis=0))
    wanted = np.log(log_density.shape[0]) - logsumexp(-log_density, axis=0)
    blocks = inverse.reshape(40, -1, seen.n).mean(axis=1)
    error = blocks.std(axis=0, ddof=1) / np.sqrt(40.0) / blocks.mean(axis=0)
    scores = leave_one_out(nodes)
    _, level, count = np.unique(seen.values, return_inverse=True, return_counts=True)
    alone = (count[level] == 1) & bool(nodes.latent.threshold_names) | (wanted < np.log(0.001))
    worst = int(np.argmax(np.abs(scores - wanted) - ERRORS * error))
    print(f"rating {worst}: {scores[worst]:.3f} NUTS {wanted[worst]:.3f} +- {error[worst]:.3f}")
    print(f"all: {scores.sum():.3f} NUTS {wanted.sum():.3f} +- {np.sqrt((error**2).sum()):.3f}")
    assert np.all(np.abs(scores - wanted) < ERRORS * error + np.where(alone, ALONE, EACH))
    assert abs(scores.sum() - wanted.sum()) < ERRORS * np.sqrt((error**2).sum()) + TOTAL + ALONE * alone.sum()


def given_neighbours(nodes: LatentNodes, draws: Draws, seen: Observations) -> np.ndarray:
    """The log density of each rating given the course at all others, (draws, n)."""
    count, sites = draws.phi.size, nodes.latent.model.sites
    expected, course = (part.reshape(count, -1) for part in (draws.expected, draws.course))
    rho = draws.phi.reshape(-1, 1) ** np.diff(seen.times_days)
    free, residual = 1.0 - rho**2, course - expected
    precision, pull = np.ones_like(residual), np.zeros_like(residual)
    precision[:, 1:] += rho**2 / free
    precision[:, :-1] += rho**2 / free
    pull[:, 1:] += rho / free * residual[:, :-1]
    pull[:, :-1] += rho / free * residual[:, 1:]
    mean, variance = expected + pull / precision, draws.sigma.reshape(-1, 1) ** 2 / precision
    if not isinstance(sites, Between):
        places, shares = np.polynomial.hermite_e.hermegauss(41)
        state = mean[..., None] + np.sqrt(variance)[..., None] * places
        y = seen.values[:, None]
        return logsumexp(y * state - np.exp(state) - gammaln(y + 1.0) + np.log(shares / shares.sum()), axis=-1)
    low, high = sites.low[:, 0], sites.high[:, 0]
    if sites.lower is not None:
        end = np.full((count, 1), FAR)
        every = np.concatenate([-end, draws.thresholds.reshape(count, -1), end], axis=1)
        low, high = every[:, sites.lower + 1], every[:, sites.lower + 2]
    spread = np.sqrt(sites.noise**2 + variance)
    return log_between((low - mean) / spread, (high - mean) / spread)


@pytest.mark.parametrize(
    ("likelihood", "half_life"),
    [("ordinal", KNOWN), ("binary", KNOWN), ("poisson", UNKNOWN), ("ordinal_sum", UNKNOWN)],
)
def test_latent(likelihood: str, half_life: HalfLife) -> None:
    """Simulated diaries: effect, correlation, spread and half-life without sampling are those of NUTS."""
    compare(*simulated(likelihood, half_life), likelihood)


@pytest.mark.real_data
def test_an_item_with_few_ratings(shared_data: Path) -> None:
    """Eighteen ratings on nine levels, hardly more than one a level: the hardest case for held thresholds."""
    rows = list(csv.DictReader((shared_data / "nof1/nof1_laughter.csv").read_text().splitlines()))
    values = np.array([float(row["Y"]) for row in rows])
    level = np.array([float(row["Treat"] == "Laughter") for row in rows])
    days = np.arange(1.0, values.size + 1.0)
    schedule = Schedule("randomised_blocks", Exposure(days - 1.0, level))
    compare(schedule, Observations(days, values, bounds=(1.0, 11.0)), Prior(), "ordinal")
