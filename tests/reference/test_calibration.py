"""Simulation-based calibration: with truths drawn from the prior, the posterior's ranks of the truth are uniform.

Truth and diary are drawn from the very model and prior that the analysis assumes (Talts et al. 2018, arXiv 1804.06788);
the probability that the posterior puts below the true effect is then uniform. 12,000 fits over four designs. The seed
was fixed before the first run; the four designs together are tested at 1 % (Bonferroni).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from equipoise.analyse.batch import fit_many, fit_ragged
from equipoise.analyse.columns import HALF_LIFE_REACH, trend_columns
from equipoise.analyse.exposure import acting_exposure
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

SEED = 20_260_101
FITS = 3_000
BINS = 20
LEVEL = 0.01 / 4
S0 = 2.0
CENTRE = 10.0
PLAN = Plan(several_a_day=False)
PRIOR = Prior(s0=S0, centre=CENTRE, phi=PhiPrior(2.0, 2.0))
CARRY_OVER = Prior(s0=S0, centre=CENTRE, half_life=HalfLife(2.0, 0.7))
WEEKS = Schedule("randomised_blocks", Exposure(tuple(7.0 * u for u in range(6)), (0, 1, 1, 0, 0, 1)))
DAYS = np.arange(1.0, 43.0)


def drawn_half_life(rng: np.random.Generator, prior: HalfLife) -> float:
    """A half-life from the log-normal prior, which the analysis cuts at its reach in SDs."""
    step = HALF_LIFE_REACH + 1.0
    while abs(step) > HALF_LIFE_REACH:
        step = rng.standard_normal()
    return prior.median_days * float(np.exp(prior.log_sd * step))


def drawn(rng: np.random.Generator, prior: Prior, times: Floats) -> tuple[float, Floats]:
    """A true effect and a diary, both from the prior."""
    half_life = np.array([drawn_half_life(rng, prior.half_life)])
    acting = acting_exposure(WEEKS.exposure, times, half_life)[0]
    ((_, trend),) = trend_columns(times, times, "linear")
    effect = S0 * prior.effect * rng.standard_normal()
    level, slope = CENTRE + S0 * prior.intercept * rng.standard_normal(), S0 * prior.trend * rng.standard_normal()
    spread = S0 * prior.scale * abs(rng.standard_normal())
    phi = prior.phi.low + (prior.phi.high - prior.phi.low) * rng.beta(prior.phi.a, prior.phi.b)
    rho = phi ** np.diff(times)
    state = np.empty(times.size)
    noise = rng.standard_normal(times.size)
    state[0] = noise[0]
    for i in range(1, times.size):
        state[i] = rho[i - 1] * state[i - 1] + np.sqrt(1.0 - rho[i - 1] ** 2) * noise[i]
    return effect, level + slope * trend + effect * acting + spread * state


def ranks_under_one_schedule(rng: np.random.Generator, prior: Prior, quality: str) -> Floats:
    """The ranks of the true effects of complete diaries of one schedule."""
    pairs = [drawn(rng, prior, DAYS) for _ in range(FITS)]
    truths = np.array([effect for effect, _ in pairs])
    outcomes = np.stack([values for _, values in pairs])
    fits = fit_many(WEEKS, DAYS, outcomes, prior, PLAN, at=truths[:, None], quality=quality, threads=1)
    return fits.below[:, 0]


def ragged_ranks(rng: np.random.Generator, prior: Prior, times_of: object) -> Floats:
    """The ranks of the true effects of diaries with times of their own."""
    assert callable(times_of)
    ranks = np.empty(FITS)
    for start in range(0, FITS, 100):
        trials: list[tuple[Schedule, Observations]] = []
        truths: list[float] = []
        for _ in range(100):
            whole, seen = times_of(rng)
            effect, values = drawn(rng, prior, whole)
            trials.append((WEEKS, Observations(whole, np.where(seen, values, np.nan))))
            truths.append(effect)
        fits = fit_ragged(trials, prior, PLAN, at=truths, threads=1)
        ranks[start : start + 100] = np.diagonal(fits.below)
    return ranks


def single_ranks(rng: np.random.Generator, prior: Prior) -> Floats:
    """The ranks of the true effects, each diary fitted by itself: its half-lives are placed about its own posterior."""
    ranks = np.empty(FITS)
    for i in range(FITS):
        effect, values = drawn(rng, prior, DAYS)
        ranks[i] = fit_gaussian(WEEKS, Observations(DAYS, values), prior, PLAN).mixture.below(effect)
    return ranks


def some_missing(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return DAYS, rng.random(DAYS.size) < rng.uniform(0.5, 0.95)


def any_times(rng: np.random.Generator) -> tuple[Floats, Floats]:
    times = np.unique(rng.uniform(0.05, 42.0, rng.integers(20, 45)).round(2))
    return times, np.ones(times.size, dtype=bool)


DESIGNS = {
    "regular": lambda rng: ranks_under_one_schedule(rng, PRIOR, "fine"),
    "missing": lambda rng: ragged_ranks(rng, PRIOR, some_missing),
    "irregular": lambda rng: ragged_ranks(rng, PRIOR, any_times),
    "carry-over, half-life integrated": lambda rng: single_ranks(rng, CARRY_OVER),
}


@pytest.mark.slow
@pytest.mark.parametrize("prior", [PRIOR, CARRY_OVER], ids=["half-life known", "half-life integrated"])
def test_the_batch_holds_wherever_the_prior_leads(prior: Prior) -> None:
    """Of 1,000 diaries from the prior, 99.5 % of the batch lie within 0.02 SD of the fine grid, all in 0.05."""
    rng = np.random.default_rng([SEED, 9])
    outcomes = np.stack([drawn(rng, prior, DAYS)[1] for _ in range(1000)])
    fits = fit_many(WEEKS, DAYS, outcomes, prior, PLAN, threads=1)
    fine = [fit_gaussian(WEEKS, Observations(DAYS, values), prior, PLAN).mixture for values in outcomes]
    mean, sd = np.array([fit.mean for fit in fine]), np.array([fit.sd for fit in fine])
    error = np.maximum(np.abs(fits.mean - mean) / sd, np.abs(fits.sd / sd - 1.0))
    assert np.quantile(error, 0.995) < 0.02
    assert error.max() < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
def test_ranks_of_the_truth_are_uniform(name: str) -> None:
    """The rank of the true effect in its posterior is uniform, by Kolmogorov-Smirnov and by chi-square over 20 bins."""
    ranks = DESIGNS[name](np.random.default_rng([SEED, list(DESIGNS).index(name)]))
    assert ranks.shape == (FITS,)
    by_distance = kstest(ranks, "uniform").pvalue
    by_bins = chisquare(np.histogram(ranks, BINS, (0.0, 1.0))[0]).pvalue
    print(f"{name}: Kolmogorov-Smirnov p = {by_distance:.3f}, chi-square p = {by_bins:.3f}")
    assert min(by_distance, by_bins) > LEVEL


@pytest.mark.slow
def test_calibration_sees_a_prior_that_is_wrong() -> None:
    """Diaries with a correlation, analysed as if they had none, fail the same test: it is no formality."""
    rng = np.random.default_rng([SEED, 99])
    pairs = [drawn(rng, PRIOR, DAYS) for _ in range(FITS)]
    wrong = Prior(s0=S0, centre=CENTRE, phi=PhiPrior.uniform(0.0, 1e-3))
    at = np.array([[effect] for effect, _ in pairs])
    ranks = fit_many(WEEKS, DAYS, np.stack([values for _, values in pairs]), wrong, PLAN, at=at, threads=1).below[:, 0]
    assert kstest(ranks, "uniform").pvalue < LEVEL
