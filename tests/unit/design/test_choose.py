"""The plan of the smallest burden that reaches a wished chance of learning."""

from __future__ import annotations

import pytest
from small_plans import CARRY_OVER, plan

from equipoise.design.burden import Burden
from equipoise.design.choose import TRIED, Candidate, Options, choose, frontier
from equipoise.design.estimates import Estimate
from equipoise.design.truth import truth_of
from equipoise.errors import InputError

DESIGN = plan(analysis=CARRY_OVER)
TRUTH = truth_of(DESIGN, effect=-4.0, sd=3.0)
FEW = Options(blocks=(2, 3, 4, 6), period_days=(7,), every_days=(1, 7))


def test_the_shortest_plan_that_reaches_the_wish_is_chosen() -> None:
    """Shorter plans were tried and are too weak; longer ones were not simulated; the weak ones cost a first look."""
    found = choose(DESIGN, TRUTH, wish=0.7, options=FEW)
    assert found.best is not None
    assert found.best.power.value >= 0.7
    shorter = [item for item in found.tried if item.burden.days < found.best.burden.days]
    assert shorter
    assert all(item.power.value < 0.7 for item in shorter)
    assert any(item.given_up and item.power.trials == TRIED for item in found.tried)
    assert found.skipped + len(found.tried) == 8
    assert found == choose(DESIGN, TRUTH, wish=0.7, options=FEW, threads=1)


def test_what_the_rules_do_not_allow_is_not_simulated() -> None:
    """A predicate over plans bounds the search; what it refuses is counted."""
    found = choose(DESIGN, TRUTH, wish=0.99, options=FEW, allowed=lambda item: item.blocks <= 3)
    assert found.refused == 4
    assert all(item.design.blocks <= 3 for item in found.tried)
    assert found.best is None


def test_the_frontier_holds_what_nothing_beats() -> None:
    """A plan that is longer, asks more and finds less is not on the frontier."""

    def one(days: int, ratings: int, power: float) -> Candidate:
        return Candidate(DESIGN, Estimate(power, 0.01, 100), Burden(ratings, None, days, 1), given_up=False)

    good, weak, daily = one(40, 40, 0.8), one(50, 50, 0.7), one(30, 60, 0.6)
    assert frontier([good, weak, daily]) == (daily, good)


def test_wishes_that_are_no_chance_are_refused() -> None:
    """All faults of a choice stand in one message."""
    with pytest.raises(InputError) as refused:
        choose(DESIGN, TRUTH, wish=1.0, most_days=0)
    assert [fault.path for fault in refused.value.faults] == ["power", "most_days"]
