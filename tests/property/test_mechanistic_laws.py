"""Laws of the mechanistic models that hold for any constants, victims and concentrations."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.pharmacology.interaction.formula import relative_exposure
from equipoise.pharmacology.mechanistic import Constants, Present, remaining_activity, static_ratio

CONSTANTS = st.builds(
    lambda ki, inactivator, kinact: Constants(ki_nm=ki, inactivator_nm=inactivator, kinact_per_h=kinact),
    st.floats(1e-2, 1e7),
    st.floats(1e-2, 1e7),
    st.floats(0.0, 50.0),
)
LEVEL, KDEG, PART = st.floats(0.0, 1e6), st.floats(1e-3, 1.0), st.floats(0.0, 1.0)


@given(CONSTANTS, LEVEL, LEVEL, KDEG)
def test_an_inhibitor_never_raises_an_activity_and_more_of_it_never_does_less(
    constants: Constants, one: float, other: float, kdeg: float
) -> None:
    """0 < activity <= 1, falling with the concentration."""
    low, high = sorted((one, other))
    less, more = (float(remaining_activity([Present(level, constants)], kdeg)) for level in (low, high))
    assert 0.0 < more <= less <= 1.0


@given(st.lists(st.tuples(CONSTANTS, LEVEL), min_size=2, max_size=4), KDEG)
def test_an_inhibitor_more_never_leaves_more_activity(found: list[tuple[Constants, float]], kdeg: float) -> None:
    """Co-constituents add; their order does not matter."""
    present = [Present(level, constants) for constants, level in found]
    together = float(remaining_activity(present, kdeg))
    assert together <= float(remaining_activity(present[:-1], kdeg)) * (1.0 + 1e-12)
    assert np.isclose(together, float(remaining_activity(present[::-1], kdeg)), rtol=1e-12)


@given(PART, PART, st.floats(1e-3, 1.0), PART, PART, PART)
def test_the_ratio_lies_between_no_change_and_everything_blocked(
    first: float, second: float, available: float, one: float, two: float, gut: float
) -> None:
    """1 <= ratio <= 1 / Fg / (1 - sum of fm), and it is the contribution-inhibition formula's."""
    shares = {"CYP3A4": 0.99 * first * (1.0 - second), "CYP2D6": 0.99 * first * second}
    liver = {"CYP3A4": one, "CYP2D6": two}
    found = float(static_ratio(shares, available, liver, gut).ratio)
    rest = 1.0 - sum(shares.values())
    assert 1.0 - 1e-12 <= found <= 1.0 / available / rest * (1.0 + 1e-9)
    weights = {name: share / rest for name, share in shares.items()}
    other = relative_exposure(weights, liver, gut_odds=(1.0 - available) / available, gut_activity=gut)
    assert np.isclose(found, other, rtol=1e-9)


@settings(max_examples=50)
@given(CONSTANTS, st.floats(1e-3, 1e3), LEVEL, KDEG)
def test_units_do_not_matter(constants: Constants, fold: float, level: float, kdeg: float) -> None:
    """Concentration and constants times one factor give one activity."""
    scaled = Constants(
        ki_nm=np.asarray(constants.ki_nm) * fold,
        inactivator_nm=np.asarray(constants.inactivator_nm) * fold,
        kinact_per_h=constants.kinact_per_h,
    )
    one, other = (remaining_activity([Present(a, b)], kdeg) for a, b in ((level, constants), (level * fold, scaled)))
    assert np.isclose(float(one), float(other), rtol=1e-9)
