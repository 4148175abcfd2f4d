"""Allocation that follows what was seen: balance, reproducibility, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest
from small_plans import KNOWN, plan

from equipoise.design.adaptive import Allocation, compared, thompson_orders
from equipoise.design.truth import truth_of
from equipoise.errors import InputError

DESIGN = plan(blocks=5, period_days=5, analysis=KNOWN)
TRUTH = truth_of(DESIGN, effect=-4.0, sd=3.0)


def test_no_level_leads_by_more_than_the_rule_allows() -> None:
    """Every order begins with a pair, and the lead never passes its bound."""
    rule = Allocation(lead=2)
    orders = thompson_orders(DESIGN, TRUTH, rule, seed=1, first=0, count=40)
    assert (orders[:, 0] != orders[:, 1]).all()
    assert np.abs(np.cumsum(2 * orders.astype(int) - 1, axis=1)).max() <= 2
    part = thompson_orders(DESIGN, TRUTH, rule, seed=1, first=10, count=5)
    assert np.array_equal(part, orders[10:15])


def test_what_helps_is_given_more_often_and_what_that_costs_is_said() -> None:
    """With a clear effect more than half of the periods are with the adjunct; without one about half are."""
    found = compared(DESIGN, TRUTH, trials=200, rule=Allocation(lead=4))
    assert found.adaptive.share_on.value > 0.55
    assert found.planned.share_on.value == 0.5
    assert "no plain randomisation test" in found.costs
    none = compared(DESIGN, truth_of(DESIGN, effect=0.0, sd=3.0), trials=200, rule=Allocation(lead=4))
    assert none.adaptive.share_on.value == pytest.approx(0.5, abs=0.03)


def test_rules_that_cannot_balance_are_refused_with_every_fault() -> None:
    """A chance of nothing, no lead at all and half a pair stand in one message; alternating days are refused too."""
    with pytest.raises(InputError) as refused:
        Allocation(least=0.0, lead=0, fixed=3)
    assert [fault.path for fault in refused.value.faults] == ["least", "lead", "fixed"]
    daily = plan(template="alternating_days", period_days=1, rule="run_length", max_run=2, blocks=14)
    with pytest.raises(InputError, match="randomised_blocks"):
        compared(daily, TRUTH)
