"""Simulated trials are what the plan and the truth say, whatever the portions in which they are made."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import chisquare
from small_plans import MOOD, plan

from equipoise.analyse.exposure import acting_exposure
from equipoise.design.simulated import drawn_orders, planned_levels, simulate
from equipoise.design.truth import Normal, Truth, expected_truth
from equipoise.errors import InputError
from equipoise.model.prior import HalfLife, PhiPrior
from equipoise.model.trial_design import PlannedAnalysis, TaperStep

LIFE = Truth(
    effect=Normal(-2.0, 1.0),
    sd=3.0,
    half_life=HalfLife(1.5, 0.4),
    trend=1.0,
    level=15.0,
    adherence=0.8,
    missing=0.2,
    dropout_per_day=0.01,
)


def test_a_trial_is_the_same_in_whatever_portion_it_is_made() -> None:
    """Order, effect, days taken, ratings and leaving depend on the seed and the trial's own number alone."""
    whole = simulate(plan(), LIFE, seed=4, first=0, count=50)
    part = simulate(plan(), LIFE, seed=4, first=17, count=5)
    for name in ("orders", "planned", "effect", "acting", "left"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[17:22]), name
    assert np.array_equal(part.diaries.levels, whole.diaries.levels[17:22])
    assert np.array_equal(part.diaries.values, whole.diaries.values[17:22], equal_nan=True)


def test_another_seed_is_another_simulation() -> None:
    """No rating is shared with another seed's."""
    one, other = (simulate(plan(), LIFE, seed=seed, first=0, count=20).diaries.values for seed in (1, 2))
    assert not np.any(one == other)


def test_orders_are_drawn_evenly_from_the_admissible_ones() -> None:
    """Each admissible order is drawn as often as any other, and no other order is."""
    design = plan(blocks=4, rule="run_length", max_run=2)
    listed = [
        order
        for order in itertools.product((0, 1), repeat=8)
        if sum(order) == 4 and not any(len(set(order[i : i + 3])) == 1 for i in range(6))
    ]
    drawn = [tuple(order) for order in drawn_orders(design, 3, 0, 20_000).tolist()]
    counts = [drawn.count(order) for order in listed]
    assert sum(counts) == len(drawn)
    assert chisquare(counts).pvalue > 0.001


def test_truth_is_found_again_in_many_trials() -> None:
    """Adherence, missing ratings, leaving, SD, correlation and effect of many trials are those that were asked for."""
    truth = Truth(effect=-2.0, sd=3.0, phi=0.5, adherence=0.8, missing=0.2, dropout_per_day=0.01, level=15.0)
    made = simulate(plan(), truth, seed=1, first=0, count=4_000)
    on = made.planned > 0
    assert made.diaries.levels[on].mean() == pytest.approx(0.8, abs=0.01)
    assert not made.diaries.levels[~on].any()
    there = np.arange(49) < made.left[:, None]
    assert np.isnan(made.diaries.values)[there].mean() == pytest.approx(0.2, abs=0.01)
    assert np.isnan(made.diaries.values[~there]).all()
    assert there[:, -1].mean() == pytest.approx(0.99**48, abs=0.02)
    plain = made.without_effect().diaries.values - 15.0
    assert np.nanstd(plain) == pytest.approx(3.0, abs=0.05)
    assert np.nanmean(plain[:, 1:] * plain[:, :-1]) / 9.0 == pytest.approx(0.5, abs=0.02)
    assert np.nanmean(made.diaries.values - 15.0 - plain, axis=0) == pytest.approx(
        -2.0 * made.acting.mean(axis=0), abs=0.1
    )


def test_what_acts_is_what_was_taken_by_each_ones_own_half_life() -> None:
    """The true acting exposure is that of the days taken, in closed form, over the recall window."""
    design = plan(outcomes=(MOOD.model_copy(update={"recall_days": 3.0}),))
    made = simulate(design, LIFE, seed=9, first=0, count=3)
    halves = np.linspace(0.2, 8.0, 4_000)
    for row in range(3):
        schedule, seen = made.diaries.one(row)
        every = acting_exposure(schedule.exposure, seen.times_days, halves, 3.0)
        assert np.abs(every - made.acting[row]).max(axis=1).min() < 1e-3


def test_correlations_are_drawn_where_they_are_uncertain() -> None:
    """A correlation from a Beta gives trials that differ in it, within its range."""
    truth = Truth(effect=0.0, sd=1.0, phi=PhiPrior(2.0, 2.0, 0.3, 0.6))
    values = simulate(plan(run_in_days=400), truth, seed=1, first=0, count=200).diaries.values
    own = (values[:, 1:] * values[:, :-1]).mean(axis=1) / (values**2).mean(axis=1)
    assert own.mean() == pytest.approx(0.45, abs=0.02)
    assert own.std() > 0.07


def test_a_taper_goes_through_its_shares() -> None:
    """Nothing is drawn in a taper; it begins with what is taken by habit."""
    steps = (TaperStep(share=0.5, days=10), TaperStep(share=0.0, days=20))
    design = plan(template="supervised_taper", blocks=0, period_days=0, steps=steps)
    orders = drawn_orders(design, 1, 0, 2)
    assert orders.shape == (2, 0)
    assert planned_levels(design, orders)[1].tolist() == [1.0] * 7 + [0.5] * 10 + [0.0] * 20
    made = simulate(design, Truth(effect=-2.0, sd=1.0, half_life=HalfLife(2.0)), seed=1, first=0, count=1)
    assert made.acting[0, 0] == pytest.approx(1.0)


def test_a_truth_that_cannot_be_is_refused_with_every_fault() -> None:
    """All impossible values stand in one message."""
    with pytest.raises(InputError) as refused:
        Truth(effect=float("inf"), sd=0.0, phi=1.0, adherence=1.2, missing=1.0, dropout_per_day=-0.1)
    assert [fault.path for fault in refused.value.faults] == ["sd", "effect", "phi", "adherence", "dropout", "missing"]


def test_a_plan_without_sd_and_mcid_expects_nothing() -> None:
    """Both lacks are named; with them the plan expects an effect of its MCID for the better."""
    with pytest.raises(InputError) as refused:
        expected_truth(plan(outcomes=(MOOD.model_copy(update={"mcid": None}),), analysis=PlannedAnalysis()))
    assert [fault.path for fault in refused.value.faults] == ["effect", "sd"]
    assert expected_truth(plan()).effect == -2.0
    assert expected_truth(plan(outcomes=(MOOD.model_copy(update={"better": "higher"}),))).effect == 2.0
