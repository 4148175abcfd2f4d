"""Many diaries at once are the same answers as one at a time."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from diaries import blocks, diary, wandering

from equipoise.analyse.batch import Answers, Engine, fit_common_days, fit_many, fit_ragged
from equipoise.analyse.common_days import Diaries
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.grids import Quality
from equipoise.errors import EquipoiseError, InputError, MissingExtraError
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import WEAK, HalfLife, Prior
from equipoise.model.schedule import Floats, Schedule

SCHEDULE = blocks((0, 1, 1, 0, 1, 0, 0, 1))
TIMES = np.arange(1.0, 57.0)[np.arange(56) % 6 != 5]
AT = (-3.0, -1.0, 0.0, 2.0)
PRIORS = {
    "at once": Prior(s0=2.0, centre=10.0),
    "carry-over": Prior(s0=2.0, centre=10.0, half_life=HalfLife(2.0, 0.5)),
    "weak": replace(WEAK, s0=2.0, centre=10.0),
}


def series(count: int) -> Floats:
    rng = np.random.default_rng(9)
    return 10.0 + np.stack([wandering(rng, TIMES, 0.5, 2.0) for _ in range(count)])


def alone(trials: list[tuple[Schedule, Observations]], prior: Prior, quality: Quality, plan: Plan) -> Answers:
    fits = [fit_gaussian(schedule, seen, prior, plan, quality).mixture for schedule, seen in trials]
    below = np.array([[fit.below(value) for value in AT] for fit in fits])
    interval = np.array([fit.interval(plan.level) for fit in fits])
    return Answers(np.array([fit.mean for fit in fits]), np.array([fit.sd for fit in fits]), below, interval)


def agree(found: Answers, wanted: Answers, within: float) -> None:
    assert found.mean == pytest.approx(wanted.mean, abs=within)
    assert found.sd == pytest.approx(wanted.sd, abs=within)
    assert found.below == pytest.approx(wanted.below, abs=within)


@pytest.mark.parametrize("quality", ["fine", "fast"])
@pytest.mark.parametrize("name", PRIORS)
def test_many_under_one_schedule_are_single_fits(name: str, quality: Quality) -> None:
    """A batch gives what each series gives alone, to 1e-10, in blocks and on threads of any number."""
    plan, prior, outcomes = Plan(), PRIORS[name], series(7)
    wanted = alone([(SCHEDULE, Observations(TIMES, y)) for y in outcomes], prior, quality, plan)
    for threads in (1, 3):
        found = fit_many(SCHEDULE, TIMES, outcomes, prior, plan, at=AT, quality=quality, threads=threads)
        agree(found, wanted, 1e-10)


def test_blocks_are_cut_and_joined_in_order() -> None:
    """A thousand series pass in several blocks and come back in their order."""
    outcomes = np.tile(series(4), (250, 1))
    found = fit_many(SCHEDULE, TIMES, outcomes, PRIORS["at once"], at=AT)
    few = fit_many(SCHEDULE, TIMES, outcomes[:4], PRIORS["at once"], at=AT)
    assert found.mean == pytest.approx(np.tile(few.mean, 250), abs=1e-12)
    assert found.below.shape == (1000, 4)


def test_each_series_may_ask_for_probabilities_of_its_own() -> None:
    """`at` of shape (series, at) is read row by row."""
    outcomes, prior = series(3), PRIORS["at once"]
    own = np.array([[-1.0, 0.0], [0.5, 1.0], [2.0, -2.0]])
    found = fit_many(SCHEDULE, TIMES, outcomes, prior, at=own)
    for row, places in enumerate(own):
        one = fit_many(SCHEDULE, TIMES, outcomes[[row]], prior, at=tuple(places))
        assert found.below[row] == pytest.approx(one.below[0], abs=1e-12)


@pytest.mark.parametrize("quality", ["fine", "fast"])
@pytest.mark.parametrize("name", PRIORS)
def test_ragged_trials_are_single_fits(name: str, quality: Quality) -> None:
    """Trials with days, gaps, schedules and planning SDs of their own give what each gives alone."""
    plan = Plan(several_a_day=False)
    prior = replace(PRIORS[name], s0=None)
    trials: list[tuple[Schedule, Observations]] = []
    for seed, length in enumerate((56, 40, 28)):
        schedule = blocks((0, 1) * (length // 14), days=7.0)
        times = np.arange(1.0, length + 1.0)
        if seed and name != "weak":  # a correlation that may be negative needs whole days
            times = np.sort(np.random.default_rng(seed).uniform(0.1, length, length - 5)).round(3)
        seen = diary(schedule, times, seed=seed)
        values = seen.values.copy()
        values[3:6] = np.nan
        trials.append((schedule, Observations(times, values)))
    found = fit_ragged(trials, prior, plan, at=AT, quality=quality)
    agree(found, alone(trials, prior, quality, plan), 1e-10)


def lived(count: int, recall_days: float) -> Diaries:
    """Trials of six weeks after one without, each with an order, days left out and missing ratings of its own."""
    rng = np.random.default_rng(31)
    orders = np.stack([np.concatenate([rng.permutation([0.0, 1.0]) for _ in range(3)]) for _ in range(count)])
    planned = np.concatenate([np.zeros((count, 7)), np.repeat(orders, 7, axis=1)], axis=1)
    taken = np.where(rng.random(planned.shape) < 0.8, planned, 0.0)
    values = 10.0 - taken + np.stack([wandering(rng, np.arange(49.0), 0.5, 2.0) for _ in range(count)])
    values[rng.random(values.shape) < 0.2] = np.nan
    values[0] = np.where(np.arange(49) < 25, values[0], np.nan)  # one leaves half-way
    return Diaries(taken, np.arange(1.0, 50.0), values, recall_days, before=0.25)


@pytest.mark.parametrize("recall_days", [0.0, 3.0])
@pytest.mark.parametrize("quality", ["fine", "fast"])
@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize("s0", [2.0, None])
def test_diaries_on_common_days_are_single_fits(
    name: str, quality: Quality, recall_days: float, s0: float | None
) -> None:
    """Diaries with orders, doses taken, gaps and planning SDs of their own give what each gives alone, to 1e-10."""
    plan, diaries = Plan(several_a_day=False, level=0.9), lived(5, recall_days)
    prior = replace(PRIORS[name], s0=s0, centre="baseline" if s0 is None else 10.0)
    found = fit_common_days(diaries, prior, plan, at=AT, interval=True, quality=quality)
    wanted = alone([diaries.one(row) for row in range(5)], prior, quality, plan)
    agree(found, wanted, 1e-10)
    assert found.interval == pytest.approx(wanted.interval, abs=1e-5)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is an extra")
@pytest.mark.parametrize("quality", ["fine", "fast"])
def test_jax_is_numpy(quality: Quality) -> None:
    """The engine on JAX gives the figures of NumPy."""
    outcomes, prior = series(5), PRIORS["carry-over"]
    one = fit_many(SCHEDULE, TIMES, outcomes, prior, at=AT, quality=quality)
    agree(fit_many(SCHEDULE, TIMES, outcomes, prior, at=AT, quality=quality, engine="jax"), one, 1e-9)


@pytest.mark.skipif(find_spec("jax") is not None, reason="JAX is installed")
def test_without_jax_the_extra_is_named() -> None:
    """The engine that is not installed names the extra and the way out."""
    engine: Engine = "jax"
    with pytest.raises(MissingExtraError, match="mcmc"):
        fit_many(SCHEDULE, TIMES, series(2), PRIORS["at once"], engine=engine)


def test_what_series_cannot_share_is_refused_together() -> None:
    """A prior that would be read from one series for all, and gaps, are named with their mend in one message."""
    outcomes = series(2)
    outcomes[0, 3] = np.nan
    with pytest.raises(InputError) as refused:
        fit_many(SCHEDULE, TIMES, outcomes, Prior())
    assert [fault.path for fault in refused.value.faults] == ["prior.s0", "prior.centre", "outcomes"]


def test_ragged_trials_need_the_same_columns() -> None:
    """A trial with a covariate cannot be stacked with one without."""
    with_one = Observations(TIMES, series(1)[0], covariates={"sleep": TIMES % 3})
    with pytest.raises(EquipoiseError, match="the same number for all"):
        fit_ragged([(SCHEDULE, with_one), (SCHEDULE, Observations(TIMES, series(1)[0]))], Prior())
