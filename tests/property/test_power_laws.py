"""Laws that every simulated plan keeps, whatever its shape and whatever is true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from small_plans import CARRY_OVER, KNOWN, MOOD, plan

from equipoise.analyse.gaussian import fit_gaussian
from equipoise.design.layout import rating_days
from equipoise.design.power import operating
from equipoise.design.simulated import simulate
from equipoise.design.trials import found_in
from equipoise.design.truth import Truth, truth_of
from equipoise.model.plan import Plan
from equipoise.model.trial_design import TrialDesign

DESIGNS = some.builds(
    lambda blocks, period, washout, run_in, every, known: plan(
        blocks=blocks,
        period_days=period,
        washout_days=washout,
        run_in_days=run_in,
        outcomes=(MOOD.model_copy(update={"every_days": every}),),
        analysis=KNOWN if known else CARRY_OVER,
    ),
    some.integers(1, 5),
    some.integers(1, 14),
    some.integers(0, 4),
    some.integers(0, 10),
    some.integers(1, 4),
    some.booleans(),
)
CHANCES = some.floats(0.0, 0.9)


@given(DESIGNS, some.integers(0, 2**63 - 1), some.integers(0, 40), CHANCES, CHANCES, CHANCES)
@settings(max_examples=40, deadline=None)
def test_a_portion_is_a_part_of_the_whole(
    design: TrialDesign, seed: int, first: int, adherence: float, missing: float, dropout: float
) -> None:
    """Any trial of any plan is the same by itself as among others; ratings stand only where one was due."""
    truth = Truth(effect=-1.0, sd=2.0, adherence=adherence, missing=missing, dropout_per_day=dropout / 10.0)
    whole = simulate(design, truth, seed=seed, first=0, count=first + 2)
    part = simulate(design, truth, seed=seed, first=first, count=2)
    assert np.array_equal(part.orders, whole.orders[first:])
    assert np.array_equal(part.diaries.levels, whole.diaries.levels[first:])
    assert np.array_equal(part.diaries.values, whole.diaries.values[first:], equal_nan=True)
    assert part.diaries.values.shape[1] == len(rating_days(design, design.primary))
    assert not np.any(part.diaries.levels > part.planned)


@given(DESIGNS, some.integers(0, 1_000), some.floats(-6.0, 6.0), some.floats(0.0, 0.6))
@settings(max_examples=15, deadline=None)
def test_every_trial_is_told_as_alone(design: TrialDesign, seed: int, effect: float, missing: float) -> None:
    """The probability of a benefit in a portion is that of the single analysis of the same diary, to 1e-10."""
    truth = Truth(effect=effect, sd=3.0, missing=missing, adherence=0.8, level=15.0)
    found = found_in(design, truth, seed, range(4), intervals=0, nulls=0)
    made = simulate(design, truth, seed=seed, first=0, count=4)
    for row in np.flatnonzero(found.answered).tolist():
        schedule, seen = made.diaries.one(row)
        alone = fit_gaussian(schedule, seen, design.analysis.prior, Plan(several_a_day=False), "fast").mixture
        assert found.p_better[row] == pytest.approx(alone.below(0.0), abs=1e-10)


@given(DESIGNS, some.floats(-6.0, 6.0))
@settings(max_examples=10, deadline=None)
def test_shares_add_up(design: TrialDesign, effect: float) -> None:
    """Decisions exclude one another; power is no less than the share that ends with a benefit."""
    found = operating(design, truth_of(design, effect=effect, sd=3.0), trials=20, looked_at=0)
    told = found.decisions
    parts = (told.benefit, told.harm, told.futile, told.open, told.no_answer)
    assert sum(part.value for part in parts) == pytest.approx(1.0)
    assert found.power.value >= told.benefit.value
    assert 0.0 <= found.type_i_error.value <= 1.0 or found.type_i_error.trials == 0
