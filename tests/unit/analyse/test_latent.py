"""Ordinal, binary, bounded and counted ratings: known effects are recovered; limits with an exact answer are met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from latent_diaries import LIKELIHOODS, course, diary, schedule_of
from scipy.special import gammaln, ndtr, ndtri
from scipy.stats import kstest, multivariate_normal

from equipoise.analyse.columns import Columns, columns
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.latent import LatentFit, fit_latent
from equipoise.analyse.latent_model import LOG_UNIT, ROUNDING_SD, THRESHOLD_SD, latent_model
from equipoise.analyse.propagation import propagate
from equipoise.errors import InputError
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Schedule


def fitted(
    likelihood: str, schedule: Schedule, seen: Observations, prior: Prior, trend: Any = "linear", half_lives: int = 9
) -> LatentFit:
    found = columns(schedule, seen, prior, trend, half_lives)
    rows = seen.observed
    return fit_latent(found, seen.times_days[rows], seen.values[rows], prior, likelihood, seen.bounds)


@pytest.mark.parametrize(
    ("likelihood", "scale"), [("ordinal", 1.0), ("binary", 1.0), ("poisson", 0.6), ("ordinal_sum", 3.0)]
)
def test_known_effects_are_recovered(likelihood: str, scale: float) -> None:
    """Over eight simulated diaries the effect is missed by as much as its SD says, and not to one side."""
    misses: list[float] = []
    for seed in range(8):
        schedule, seen = diary(likelihood, 112, -1.0, seed)
        fit = fitted(likelihood, schedule, seen, Prior(centre="mean"))
        assert fit.unsettled < 1e-3
        misses.append((fit.mixture.mean + scale) / fit.mixture.sd)
    assert 0.5 < np.sqrt(np.mean(np.square(misses))) < 1.6
    assert abs(np.mean(misses)) < 3.0 / np.sqrt(8)


def test_whole_numbers_that_are_fine_beside_their_spread_are_gaussian() -> None:
    """Far from its bounds, with a spread of 60 rounding units, a sum score has the Gaussian posterior."""
    schedule, on = schedule_of(84, 3)
    rng = np.random.default_rng(4)
    values = np.round(500.0 - 40.0 * on + course(84, 0.5, 60.0, rng))
    seen = Observations(np.arange(1.0, 85.0), values, bounds=(0.0, 1000.0))
    prior = Prior(centre="mean")
    exact = fit_gaussian(schedule, seen, prior, Plan())
    fit = fitted("ordinal_sum", schedule, seen, prior)
    assert abs(fit.mixture.mean - exact.mixture.mean) < 5e-4 * exact.mixture.sd
    assert fit.mixture.sd == pytest.approx(exact.mixture.sd, rel=5e-4)
    assert fit.log_evidence == pytest.approx(exact.log_evidence, abs=2e-3)
    assert fit.sigma.mean == pytest.approx(float(exact.weight @ exact.spread), rel=5e-4)
    assert fit.phi.mean == pytest.approx(float(exact.weight @ exact.phi), rel=5e-4)


def still(prior: Prior) -> Prior:
    """The same prior without a process: its spread is held near zero, and the rest can be integrated on a lattice."""
    return replace(prior, scale=1e-3)


def lattice(log_density: Callable[..., np.ndarray], *axes: np.ndarray) -> tuple[float, float, float]:
    """Mean and SD of the last coordinate and the log integral, summed over a lattice."""
    mesh = np.meshgrid(*axes, indexing="ij")
    found = log_density(*mesh)
    top = found.max()
    weight = np.exp(found - top)
    cell = np.prod([axis[1] - axis[0] for axis in axes])
    last = weight.sum(axis=tuple(range(len(axes) - 1)))
    mean = last @ axes[-1] / last.sum()
    sd = np.sqrt(last @ (axes[-1] - mean) ** 2 / last.sum())
    return float(mean), float(sd), float(top + np.log(weight.sum() * cell))


def log_normal(x: np.ndarray, mean: float, sd: float) -> np.ndarray:
    return -0.5 * ((x - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2.0 * np.pi)


def test_a_count_without_correlation_is_poisson_regression() -> None:
    """With the process held at zero, level and effect of a count are those of an integral over a lattice."""
    schedule, on = schedule_of(28, 5)
    values = np.random.default_rng(6).poisson(np.exp(0.3 - 0.7 * on)).astype(np.float64)
    seen = Observations(np.arange(1.0, 29.0), values)
    prior = still(Prior(s0=1.0, centre=2.0))
    fit = fitted("poisson", schedule, seen, prior, "none")

    def log_density(level: np.ndarray, effect: np.ndarray) -> np.ndarray:
        found = log_normal(level, np.log(2.0), 3.0 * LOG_UNIT) + log_normal(effect, 0.0, LOG_UNIT)
        for y, x in zip(values, on, strict=True):
            state = level + x * effect
            found = found + y * state - np.exp(state) - gammaln(y + 1.0)
        return found

    mean, sd, evidence = lattice(log_density, np.linspace(-3, 3, 401), np.linspace(-4, 3, 401))
    assert abs(fit.mixture.mean - mean) < 0.01 * sd
    assert fit.mixture.sd == pytest.approx(sd, rel=0.01)
    assert fit.log_evidence == pytest.approx(evidence, abs=0.01)


@pytest.mark.parametrize("levels", [2, 3])
def test_an_ordinal_rating_without_correlation_is_cumulative_probit_regression(levels: int) -> None:
    """With the process held at zero, the effect is that of an integral over a lattice of thresholds and effect."""
    schedule, on = schedule_of(28, 7)
    rng = np.random.default_rng(8)
    values = np.digitize(rng.normal(size=28) - 0.8 * on, [-0.8, 0.4][: levels - 1]).astype(np.float64)
    seen = Observations(np.arange(1.0, 29.0), values)
    fit = fitted("ordinal", schedule, seen, still(Prior()), "none")
    centres = ndtri(np.arange(1, levels) / levels)

    def log_density(*at: np.ndarray) -> np.ndarray:
        *thresholds, effect = at
        found = log_normal(effect, 0.0, 1.0)
        for centre, c in zip(centres, thresholds, strict=True):
            found = found + log_normal(c, centre, THRESHOLD_SD)
        edges = [np.full_like(effect, -np.inf), *thresholds, np.full_like(effect, np.inf)]
        with np.errstate(divide="ignore", invalid="ignore"):
            for k in range(levels):
                for x in (0.0, 1.0):
                    count = np.sum((values == k) & (on == x))
                    mass = np.maximum(ndtr(edges[k + 1] - x * effect) - ndtr(edges[k] - x * effect), 0.0)
                    found = found + count * np.log(mass)
        return np.where(np.isnan(found), -np.inf, found)

    axes = [np.linspace(-4, 3, 101)] * (levels - 1)
    mean, sd, evidence = lattice(log_density, *axes, np.linspace(-4, 3, 101))
    assert abs(fit.mixture.mean - mean) < 0.04 * sd
    assert fit.mixture.sd == pytest.approx(sd, rel=0.03)
    assert fit.log_evidence == pytest.approx(evidence, abs=0.1)


def test_the_evidence_of_a_node_is_a_rectangle_of_a_normal() -> None:
    """With correlation, the probability of six rounded ratings is that of a box under their joint normal."""
    schedule, _ = schedule_of(6, 9, block=1)
    times = np.array([1.0, 2.0, 3.5, 4.0, 7.0, 8.0])
    seen = Observations(times, np.array([0.0, 2.0, 1.0, 0.0, 3.0, 1.0]), bounds=(0.0, 27.0))
    prior = Prior(s0=1.5, centre=1.0)
    found = columns(schedule, seen, prior, "linear", 1)
    model = latent_model(found, times, seen.values, prior, "ordinal_sum", seen.bounds).model
    for phi, tau in ((0.2, 0.5), (0.6, 1.5), (0.9, 3.0)):
        nodes = propagate(model, np.array([phi]), np.array([tau]), np.array([0]))
        x = found.at(0)
        spread = tau**2 * phi ** np.abs(times[:, None] - times) + (x * found.sd**2) @ x.T + ROUNDING_SD**2 * np.eye(6)
        low = np.where(seen.values == 0.0, -50.0, seen.values - 0.5)
        box = multivariate_normal(x @ found.mean, spread, seed=1, abseps=1e-9, releps=1e-5, maxpts=200_000)
        exact = np.log(box.cdf(seen.values + 0.5, lower_limit=low))
        assert nodes.log_z[0] == pytest.approx(float(exact), abs=0.02)


def test_binary_is_ordinal_with_two_levels_and_the_mirror_has_the_mirrored_effect() -> None:
    """Two levels are the same under either name; swapping what counts as 1 turns the effect round."""
    schedule, seen = diary("binary", 84, -1.0, 10)
    prior = Prior()
    fit, same = fitted("binary", schedule, seen, prior), fitted("ordinal", schedule, seen, prior)
    assert fit.mixture.mean == same.mixture.mean
    mirror = Observations(seen.times_days, 1.0 - seen.values)
    turned = fitted("binary", schedule, mirror, prior)
    assert turned.mixture.mean == pytest.approx(-fit.mixture.mean, abs=1e-4)
    assert turned.mixture.sd == pytest.approx(fit.mixture.sd, abs=1e-4)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_half_life_that_is_all_but_known_gives_the_fit_of_the_known_one(likelihood: str) -> None:
    """A half-life with hardly any spread is one that is fixed."""
    schedule, seen = diary(likelihood, 84, -1.0, 11)
    known = fitted(likelihood, schedule, seen, Prior(centre="mean", half_life=HalfLife(2.0)))
    nearly = fitted(likelihood, schedule, seen, Prior(centre="mean", half_life=HalfLife(2.0, 1e-3)))
    assert abs(nearly.mixture.mean - known.mixture.mean) < 0.01 * known.mixture.sd
    assert nearly.mixture.sd == pytest.approx(known.mixture.sd, rel=0.01)
    assert nearly.half_life_days.mean == pytest.approx(2.0, abs=1e-3)
    assert known.half_life_days.interval == (2.0, 2.0)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_what_stands_beside_the_effect(likelihood: str) -> None:
    """Each column and threshold has its summary, and thresholds ascend."""
    schedule, seen = diary(likelihood, 84, -1.0, 12)
    values = seen.values.copy()
    values[[5, 20, 21]] = np.nan
    gaps = Observations(seen.times_days, values, bounds=seen.bounds)
    fit = fitted(likelihood, schedule, gaps, Prior(centre="mean"))
    assert fit.coefficients["effect"].mean == pytest.approx(fit.mixture.mean)
    edges = [part.mean for name, part in fit.coefficients.items() if name.startswith("threshold")]
    assert edges == sorted(edges)
    assert ("level" in fit.coefficients) == (likelihood in {"poisson", "ordinal_sum"})
    assert 0.0 < fit.phi.interval[0] < fit.phi.mean < fit.phi.interval[1] < 1.0
    assert 0.0 < fit.sigma.interval[0] < fit.sigma.mean < fit.sigma.interval[1]


def test_separated_answers_stay_finite() -> None:
    """Where every day on has one answer and every day off the other, the prior keeps the effect finite."""
    schedule, on = schedule_of(84, 13)
    seen = Observations(np.arange(1.0, 85.0), on)
    fit = fitted("binary", schedule, seen, Prior(s0=0.5))
    assert fit.unsettled < 1e-3
    assert 1.0 < fit.mixture.mean < 4.0
    assert fit.mixture.below(0.0) < 1e-3
    with pytest.raises(InputError, match="s0"):
        fitted("binary", schedule, seen, Prior())


def test_counts_that_swing_from_none_to_a_thousand_settle() -> None:
    """Wild counts far from any one rate settle at every node that matters, and their effect stays finite."""
    schedule, on = schedule_of(56, 17)
    rng = np.random.default_rng(18)
    values = rng.poisson(np.exp(2.0 - on + course(56, 0.8, 3.0, rng))).astype(np.float64)
    assert values.min() == 0.0
    assert values.max() > 1000.0
    fit = fitted("poisson", schedule, Observations(np.arange(1.0, 57.0), values), Prior(s0=1.0, centre=4.0))
    assert fit.unsettled < 1e-6
    assert fit.sigma.mean > 1.5


def simple() -> tuple[Columns, np.ndarray, Prior]:
    schedule, seen = diary("ordinal_sum", 14, -1.0, 14)
    prior = Prior()
    return columns(schedule, seen, prior, "linear", 1), seen.times_days, prior


@pytest.mark.parametrize(
    ("likelihood", "change", "paths"),
    [
        ("gamma", {}, ["likelihood"]),
        ("binary", {3: 2.0}, ["values"]),
        ("poisson", {2: -1.0, 5: 0.5}, ["values", "values"]),
        ("ordinal_sum", {4: 28.0}, ["values"]),
        ("ordinal", dict.fromkeys(range(14), 3.0), ["values"]),
        ("ordinal", {1: np.nan}, ["values"]),
    ],
)
def test_ratings_that_cannot_be_used_are_named(likelihood: str, change: dict[int, float], paths: list[str]) -> None:
    """An unknown likelihood, fractions, ratings out of range or all the same: every fault is named with its row."""
    found, times, prior = simple()
    values = np.tile([0.0, 1.0], 7)
    for row, value in change.items():
        values[row] = value
    with pytest.raises(InputError) as caught:
        fit_latent(found, times, values, prior, likelihood, (0.0, 27.0))
    assert [fault.path for fault in caught.value.faults] == paths


def test_a_negative_correlation_needs_whole_days() -> None:
    """A power of a negative correlation with a fraction of a day is not defined, and the message says so."""
    found, times, prior = simple()
    uneven = times.copy()
    uneven[3] += 0.25
    negative = replace(prior, phi=replace(prior.phi, low=-0.9))
    values = np.tile([0.0, 1.0], 7)
    with pytest.raises(InputError, match=r"prior\.phi"):
        fit_latent(found, uneven, values, negative, "binary")
    assert fit_latent(found, times, values, negative, "binary").phi.mean < 0.0


@pytest.mark.slow
@pytest.mark.parametrize("likelihood", ["binary", "poisson", "ordinal_sum"])
def test_the_posterior_is_calibrated(likelihood: str) -> None:
    """Diaries drawn from the prior itself: the true effect lies anywhere in its posterior equally often."""
    schedule, on = schedule_of(56, 15)
    rng = np.random.default_rng(16)
    days = np.arange(1.0, 57.0)
    prior = Prior(s0=1.5, centre=4.0, intercept=0.5)
    unit = {"binary": 1.0, "poisson": LOG_UNIT, "ordinal_sum": 1.5}[likelihood]
    reached: list[float] = []
    while len(reached) < 200:
        effect, trend, level = unit * rng.normal(size=3) * np.array([1.0, 0.5, 0.5])
        state = effect * on + trend * (days - 28.5) / 28.0
        state += course(56, rng.beta(2.0, 2.0), 1.5 * unit * abs(rng.normal()), rng)
        if likelihood == "binary":
            values = (state + rng.normal(size=56) > THRESHOLD_SD * rng.normal()).astype(np.float64)
        elif likelihood == "poisson":
            values = rng.poisson(np.exp(np.log(4.0) + level + state)).astype(np.float64)
        else:
            values = np.clip(np.round(4.0 + level + state + ROUNDING_SD * rng.normal(size=56)), 0.0, 27.0)
        if np.unique(values).size == 1:
            continue  # no effect can be told from these, and the program says so
        seen = Observations(days, values, bounds=(0.0, 27.0) if likelihood == "ordinal_sum" else None)
        reached.append(fitted(likelihood, schedule, seen, prior).mixture.below(float(effect)))
    assert kstest(reached, "uniform").pvalue > 0.01
    inside = np.mean((np.array(reached) > 0.05) & (np.array(reached) < 0.95))
    assert inside == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_nodes_of_another_assumption_serve_as_well(likelihood: str) -> None:
    """Begun at the nodes of another prior, effect and SD are those of a fit of its own, to 0.005 of the SD."""
    schedule, seen = diary(likelihood, 84, -1.0, 17)
    prior = Prior(centre="mean", s0=1.5)
    other = replace(prior, effect=10.0, phi=PhiPrior.uniform(0.0, 1.0))
    found = columns(schedule, seen, other, "linear", 1)
    rows = (found, seen.times_days, seen.values, other, likelihood, seen.bounds)
    own, lent = fit_latent(*rows), fit_latent(*rows, near=fitted(likelihood, schedule, seen, prior, half_lives=1).nodes)
    for mine, theirs in ((own.mixture, lent.mixture), (own.on_ratings.effect, lent.on_ratings.effect)):
        assert theirs.mean == pytest.approx(mine.mean, abs=0.005 * mine.sd)
        assert theirs.sd == pytest.approx(mine.sd, rel=0.01)
