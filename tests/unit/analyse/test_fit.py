"""The quadrature of one diary against brute force, leave-one-out scores, and laws that any diary obeys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dense import dense_posterior
from diaries import blocks, diary, wandering
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyse import analyse, gaussian
from equipoise.analyse.coefficients import coefficients, leave_one_out
from equipoise.analyse.exposure import acting_exposure
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import WEAK, HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Exposure, Randomisation, Schedule

SCHEDULE = blocks((0, 1, 1, 0), days=5.0)
DAYS = np.arange(1.0, 21.0)
GAPPY = DAYS[np.isin(DAYS, (3, 4, 9, 15), invert=True)]
IRREGULAR = np.sort(np.random.default_rng(5).uniform(0.1, 20.0, 18)).round(3)
OWN = Prior(s0=2.0, centre=10.0)
ONE = Plan(several_a_day=False)  # irregular times often fall on one day; without noise of their own here
DENSE = {
    "regular": (DAYS, OWN, 140),
    "missing days": (GAPPY, OWN, 140),
    "irregular times": (IRREGULAR, OWN, 140),
    "a correlation that may be negative": (DAYS, replace(WEAK, s0=2.0, centre=10.0), 140),
    "a half-life that is not known": (IRREGULAR, replace(OWN, half_life=HalfLife(1.5, 0.5)), 50),
}


@pytest.mark.parametrize("name", DENSE)
def test_posterior_is_that_of_brute_force(name: str) -> None:
    """Mean, SD and evidence agree with dense covariances on a plain grid."""
    times, prior, nodes = DENSE[name]
    seen = diary(SCHEDULE, times)
    fit = fit_gaussian(SCHEDULE, seen, prior, ONE)
    wanted = dense_posterior(fit.columns, times, seen.values, prior, nodes=nodes)
    assert fit.mixture.mean == pytest.approx(wanted.mean, abs=1e-3 * wanted.sd)
    assert fit.mixture.sd == pytest.approx(wanted.sd, rel=1e-3)
    assert fit.log_evidence == pytest.approx(wanted.log_evidence, abs=1e-3)


def test_posterior_with_noise_of_its_own_is_that_of_brute_force() -> None:
    """Where ratings carry noise of their own, its share is one more unknown that is integrated out."""
    times = np.sort(np.concatenate([DAYS[::2], DAYS[::2] + 0.3]))
    rng = np.random.default_rng(6)
    seen = Observations(times, 10.0 + wandering(rng, times, 0.5, 2.0) + rng.standard_normal(times.size))
    fit = fit_gaussian(SCHEDULE, seen, OWN, Plan(several_a_day=True))
    wanted = dense_posterior(fit.columns, times, seen.values, OWN, shares=(np.arange(40) + 0.5) / 40, nodes=40)
    assert fit.mixture.mean == pytest.approx(wanted.mean, abs=1e-3 * wanted.sd)
    assert fit.mixture.sd == pytest.approx(wanted.sd, rel=1e-3)
    assert fit.log_evidence == pytest.approx(wanted.log_evidence, abs=5e-3)


@pytest.mark.parametrize("name", ["missing days", "irregular times", "a half-life that is not known"])
def test_leave_one_out_is_that_of_refits(name: str) -> None:
    """The score of a rating given the others is the ratio of two evidences, each by brute force without and with it."""
    times, prior, nodes = DENSE[name]
    seen = diary(SCHEDULE, times, seed=3)
    found = coefficients(fit_gaussian(SCHEDULE, seen, prior, ONE))
    assert found is not None
    scores = leave_one_out(found)
    nodes = min(nodes, 60)
    columns = found.fit.columns
    full = dense_posterior(columns, times, seen.values, prior, nodes=nodes).log_evidence
    for i in (0, 7, times.size - 1):
        keep = np.arange(times.size) != i
        rest = dense_posterior(columns, times, seen.values, prior, nodes=nodes, keep=keep).log_evidence
        assert scores[i] == pytest.approx(full - rest, abs=2e-3)


def test_effect_among_the_coefficients_is_the_effect() -> None:
    """The posterior of the last coefficient at the heavy nodes is that of the effect."""
    fit = fit_gaussian(SCHEDULE, diary(SCHEDULE, DAYS), OWN, ONE)
    found = coefficients(fit)
    assert found is not None
    assert found.of(-1).mean == pytest.approx(fit.mixture.mean, abs=1e-4)
    assert found.of(-1).sd == pytest.approx(fit.mixture.sd, rel=1e-3)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    level=st.floats(-50.0, 50.0),
    factor=st.one_of(st.floats(0.05, 20.0), st.floats(-20.0, -0.05)),
)
def test_effect_has_the_unit_of_the_rating(seed: int, level: float, factor: float) -> None:
    """Y -> a + c y, with the planning SD scaled by |c|, scales the effect by c: priors are centred and in its units."""
    seen = diary(SCHEDULE, IRREGULAR, seed=seed)
    one = fit_gaussian(SCHEDULE, seen, OWN, ONE, "fast").mixture
    other_seen = Observations(IRREGULAR, level + factor * seen.values)
    other_prior = replace(OWN, s0=2.0 * abs(factor), centre=level + factor * 10.0)
    other = fit_gaussian(SCHEDULE, other_seen, other_prior, ONE, "fast").mixture
    assert other.mean == pytest.approx(factor * one.mean, rel=1e-6, abs=1e-6 * abs(factor))
    assert other.sd == pytest.approx(abs(factor) * one.sd, rel=1e-6)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), shift=st.floats(-1000.0, 1000.0), median=st.sampled_from([0.0, 1.5]))
def test_no_day_is_special(seed: int, shift: float, median: float) -> None:
    """Moving diary and schedule along the calendar changes nothing."""
    shift = round(shift, 3)
    seen = diary(SCHEDULE, IRREGULAR, seed=seed)
    prior = replace(OWN, half_life=HalfLife(median))
    exposure = SCHEDULE.exposure
    moved = Schedule("observational", Exposure(exposure.starts_days + shift, exposure.levels))
    one = fit_gaussian(SCHEDULE, seen, prior, ONE, "fast").mixture
    other = fit_gaussian(moved, Observations(IRREGULAR + shift, seen.values), prior, ONE, "fast").mixture
    assert other.mean == pytest.approx(one.mean, abs=1e-6)
    assert other.sd == pytest.approx(one.sd, rel=1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), median=st.sampled_from([0.0, 1.5]))
def test_swapping_on_and_off_flips_the_sign(seed: int, median: float) -> None:
    """With on and off swapped the effect changes its sign, provided that the level's prior is flat.

    The level is that of off, so swapping moves it by the effect; a prior that says something about the level of off
    says something else about the level of on. With a flat prior of the level the two are the same statement.
    """
    prior = Prior(s0=2.0, centre=10.0, intercept=1e4, half_life=HalfLife(median), phi=PhiPrior(2.0, 2.0))
    exposure = SCHEDULE.exposure
    swapped = Schedule("observational", Exposure(exposure.starts_days, 1.0 - exposure.levels, before=1.0))
    seen = diary(SCHEDULE, DAYS, seed=seed)
    one = fit_gaussian(SCHEDULE, seen, prior, ONE, "fast").mixture
    other = fit_gaussian(swapped, seen, prior, ONE, "fast").mixture
    assert other.mean == pytest.approx(-one.mean, abs=1e-4)
    assert other.sd == pytest.approx(one.sd, rel=1e-4)


@pytest.mark.parametrize("phi", [PhiPrior(2.0, 2.0), PhiPrior.uniform(0.0, 1.0)])
def test_ratings_that_hardly_move_have_a_finite_answer(phi: PhiPrior) -> None:
    """A smooth course pulls the correlation towards 1; no node rounds to it, and every figure stays finite."""
    fit = fit_gaussian(SCHEDULE, Observations(DAYS, 10.0 + 3.0 * np.sin(DAYS / 30.0)), replace(OWN, phi=phi), ONE)
    assert fit.phi.max() < 1.0
    assert np.isfinite((fit.mixture.mean, fit.mixture.sd, fit.log_evidence)).all()
    assert 0.0 < fit.mixture.sd < 0.1


def test_a_half_life_that_the_diary_tells_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear effect in a quiet diary tells its half-life better than the prior's nodes lie apart: they move closer.

    The figures are those of a lattice so dense that nothing has to move; the unmoved nodes are visibly off.
    """
    prior = replace(OWN, half_life=HalfLife(2.0, 0.7))
    acting = acting_exposure(SCHEDULE.exposure, DAYS, np.array([2.9]))[0]
    noise = wandering(np.random.default_rng(8), DAYS, 0.3, 0.05)
    seen = Observations(DAYS, 10.0 - 4.0 * acting + noise)
    moved = fit_gaussian(SCHEDULE, seen, prior, ONE)
    monkeypatch.setattr(gaussian, "CLOSER", 0)
    unmoved = fit_gaussian(SCHEDULE, seen, prior, ONE)
    monkeypatch.setitem(gaussian.HALF_LIVES, "fine", 1601)
    dense = fit_gaussian(SCHEDULE, seen, prior, ONE)
    assert moved.mixture.mean == pytest.approx(dense.mixture.mean, abs=1e-3 * dense.mixture.sd)
    assert moved.mixture.sd == pytest.approx(dense.mixture.sd, rel=1e-3)
    assert moved.log_evidence == pytest.approx(dense.log_evidence, abs=1e-3)
    assert abs(unmoved.mixture.sd / dense.mixture.sd - 1.0) > 0.1


def test_a_kernel_runs_through_every_part_of_the_answer() -> None:
    """With a kernel of one day the answer is that of acting at once, looked back on over a day: estimate, randomisation
    test, confidence sequence and fitted exposure alike.
    """
    drawn = Randomisation("blocks", (0.0, 7.0, 14.0, 21.0), (0, 1, 1, 0), blocks=(1, 1, 2, 2))
    schedule = Schedule("randomised_blocks", Exposure((0.0, 7.0, 21.0), (0.0, 1.0, 0.0)), drawn)
    days = np.arange(1.0, 29.0)
    ratings = wandering(np.random.default_rng(4), days, 0.3, 2.0)
    prior = Prior(s0=2.0, centre=0.0)
    by_kernel = analyse(
        schedule, Observations(days, ratings), prior=replace(prior, half_life=HalfLife(0.5, kernel=(1.0,)))
    )
    looked_back = analyse(schedule, Observations(days, ratings, recall_days=1.0), prior=prior)
    assert by_kernel.effect.mean == pytest.approx(looked_back.effect.mean, abs=1e-9)
    assert by_kernel.effect.sd == pytest.approx(looked_back.effect.sd, abs=1e-9)
    assert by_kernel.randomisation_test.p_value == looked_back.randomisation_test.p_value
    assert by_kernel.confidence_sequence.looks[-1].e_value == pytest.approx(
        looked_back.confidence_sequence.looks[-1].e_value
    )
    assert by_kernel.fitted.exposure == pytest.approx(looked_back.fitted.exposure, abs=1e-12)
