"""Laws of binding that hold for every concentration and constant."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.pharmacology.interaction.parts import Belief
from equipoise.pharmacology.occupancy import Binder, competing, occupancy, occupancy_at_peak

CONCENTRATIONS = st.floats(0.0, 1e7)
CONSTANTS = st.floats(1e-3, 1e7)
BELIEFS = st.builds(Belief, st.floats(-6.0, 6.0), st.floats(0.0, 2.0))
SITES = st.lists(st.tuples(CONCENTRATIONS, CONSTANTS), min_size=1, max_size=6)


@given(CONCENTRATIONS, CONSTANTS)
def test_an_occupancy_is_a_share(free: float, ki: float) -> None:
    """Between 0 and 1, whatever the concentration."""
    assert 0.0 <= float(occupancy(free, ki)) <= 1.0


@given(CONCENTRATIONS, CONCENTRATIONS, CONSTANTS)
def test_more_of_a_substance_never_occupies_less(one: float, other: float, ki: float) -> None:
    """Monotone in the concentration."""
    low, high = sorted((one, other))
    assert float(occupancy(low, ki)) <= float(occupancy(high, ki))


@given(SITES, st.tuples(CONCENTRATIONS, CONSTANTS))
def test_a_competitor_never_raises_anybody_and_never_lowers_all(
    site: list[tuple[float, float]], rival: tuple[float, float]
) -> None:
    """Each share falls or stays, the sum of all rises or stays; shares add up to it and stay within 0 and 1."""
    before, total_before = competing(*zip(*site, strict=True))
    after, total_after = competing(*zip(*site, rival, strict=True))
    assert np.all(after[:-1] <= before * (1 + 1e-12))
    assert float(total_after) >= float(total_before) * (1 - 1e-12)
    assert math.isclose(float(after.sum()), float(total_after), rel_tol=1e-9, abs_tol=1e-12)
    assert np.all((after >= 0) & (after <= 1))


@given(SITES)
def test_the_order_of_competitors_does_not_matter(site: list[tuple[float, float]]) -> None:
    """Shares belong to substances, not to places in a list."""
    forward, total = competing(*zip(*site, strict=True))
    backward, again = competing(*zip(*site[::-1], strict=True))
    assert np.allclose(forward, backward[::-1], rtol=1e-9)
    assert math.isclose(float(total), float(again), rel_tol=1e-9, abs_tol=1e-15)


@settings(max_examples=30, deadline=None)
@given(BELIEFS, BELIEFS, st.floats(0.1, 1e4), st.floats(1.0, 50.0))
def test_a_higher_peak_never_lowers_any_quantile(ki: Belief, unbound: Belief, peak: float, fold: float) -> None:
    """Draw by draw a higher concentration occupies as much or more, so a verdict can only move upwards."""
    item = [Binder("a", ki, unbound, brain=None)]
    low, high = (
        occupancy_at_peak(item, {"a": [value]}, people=2.0, draws=50, seed=1).total for value in (peak, peak * fold)
    )
    assert np.all((low >= 0) & (high <= 1))
    assert np.all(high >= low * (1 - 1e-12))
