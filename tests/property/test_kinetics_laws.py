"""Laws of linear kinetics that hold for every regimen and every set of parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_systems import DEPOT, ORAL, simulated

from equipoise.model.schedule import Floats

GRID = np.array([0.0, 0.4, 1.0, 2.5, 8.0, 12.0, 24.0, 60.0, 100.0])
SIZE = 1e-12  # of the amount that was given: below that the law is about rounding


def positive(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of every order of magnitude between two."""
    return st.floats(np.log(low), np.log(high)).map(lambda value: float(np.exp(value)))


PEOPLE = st.fixed_dictionaries(
    {
        "CL": positive(0.01, 100),
        "V": positive(1, 500),
        "Q": positive(0.01, 100),
        "V2": positive(1, 500),
        "KA": positive(0.01, 20),
        "TL": st.floats(0, 10),
        "F": st.floats(0.01, 1),
    }
)
DOSES = st.lists(st.tuples(st.floats(0, 90), st.floats(0.1, 1000), st.sampled_from([1, 2])), min_size=1, max_size=4)


def table(doses: list[tuple[float, float, int]], shift: float = 0.0) -> dict[str, Any]:
    """Records of boluses (time, amount, compartment), in the order of their times."""
    times, amounts, compartments = zip(*sorted(doses), strict=True)
    return {"TIME": [time + shift for time in times], "AMT": list(amounts), "CMT": list(compartments)}


def states(doses: list[tuple[float, float, int]], people: dict[str, float], grid: Floats = GRID) -> Floats:
    """The amounts in all states (states, rows)."""
    return simulated(ORAL, table(doses), grid, people)[1:, 0]


def given_amount(doses: list[tuple[float, float, int]]) -> float:
    """The sum of all amounts."""
    return sum(amount for _, amount, _ in doses)


@given(PEOPLE, DOSES, DOSES)
def test_superposition(people: dict[str, float], first: list[Any], second: list[Any]) -> None:
    """Two regimens together leave the sum of what each leaves alone."""
    both = states(first + second, people)
    each = states(first, people) + states(second, people)
    np.testing.assert_allclose(both, each, rtol=1e-11, atol=SIZE * given_amount(first + second))


@given(PEOPLE, DOSES)
def test_mass_balance(people: dict[str, float], doses: list[Any]) -> None:
    """What has arrived is in the body or excreted; nothing is ever below 0."""
    found = states(doses, people)
    arrived = [
        sum(
            amount * (people["F"] if compartment == 1 else 1.0)
            for time, amount, compartment in doses
            if time + (people["TL"] if compartment == 1 else 0.0) < row - 1e-9
        )
        for row in GRID
    ]
    near = [
        any(abs(time + (people["TL"] if where == 1 else 0.0) - row) < 1e-8 for time, _, where in doses) for row in GRID
    ]
    assert np.all(found >= 0.0)
    keep = ~np.array(near)
    np.testing.assert_allclose(found.sum(axis=0)[keep], np.array(arrived)[keep], rtol=1e-11)


@given(PEOPLE, DOSES)
def test_zero_dose(people: dict[str, float], doses: list[Any]) -> None:
    """Doses of nothing leave nothing: zeros, not small numbers."""
    nothing = [(time, 0.0, where) for time, _, where in doses]
    assert not np.any(simulated(ORAL, {**table(nothing), "EVID": [1] * len(doses)}, GRID, people))


@given(PEOPLE, DOSES, st.floats(0, 500))
def test_time_shift(people: dict[str, float], doses: list[Any], shift: float) -> None:
    """Everything later leaves the same later."""
    moved = simulated(ORAL, table(doses, shift), GRID + shift, people)[1:, 0]
    fastest = max(people["KA"], (people["CL"] + people["Q"]) / people["V"], people["Q"] / people["V2"])
    rounding = 20 * float(np.spacing(GRID[-1] + shift)) * fastest  # times themselves are rounded when they are moved
    near = [abs((time + lag) - row) < 1e-7 for time, _, _ in doses for lag in (0.0, people["TL"]) for row in GRID]
    if not any(near):
        np.testing.assert_allclose(
            moved, states(doses, people), rtol=1e-11 + rounding, atol=(SIZE + rounding) * given_amount(doses)
        )


@given(PEOPLE, DOSES, st.floats(0.01, 0.99))
def test_dose_splitting(people: dict[str, float], doses: list[Any], share: float) -> None:
    """Two parts of a dose at one time are the dose."""
    parts = [(time, amount * part, where) for time, amount, where in doses for part in (share, 1 - share)]
    np.testing.assert_allclose(
        states(parts, people), states(doses, people), rtol=1e-11, atol=SIZE * given_amount(doses)
    )


@given(PEOPLE, DOSES, st.floats(0.001, 1000))
def test_proportion(people: dict[str, float], doses: list[Any], factor: float) -> None:
    """Twice the doses leave twice the amounts."""
    more = [(time, amount * factor, where) for time, amount, where in doses]
    np.testing.assert_allclose(states(more, people), states(doses, people) * factor, rtol=1e-12, atol=1e-300)


@given(PEOPLE, DOSES)
def test_rows_between_change_nothing(people: dict[str, float], doses: list[Any]) -> None:
    """More rows are more to read, not another result."""
    fine = np.union1d(GRID, np.linspace(0, 100, 37))
    found = states(doses, people, fine)[:, np.searchsorted(fine, GRID)]
    np.testing.assert_allclose(found, states(doses, people), rtol=1e-11, atol=SIZE * given_amount(doses))


@given(positive(0.001, 20), st.floats(-1, 1), st.booleans())
def test_flip_flop_and_equal_rate_constants(rate: float, apart: float, equal: bool) -> None:  # noqa: FBT001 - drawn
    """Absorption and elimination may change places; where they are equal nothing is divided by 0."""
    other = rate if equal else rate * float(np.exp(apart))
    people = {"V": 1.0, "Q": 0.0, "TL": 0.0, "F": 1.0}
    one = simulated(ORAL, {"TIME": [0.0], "AMT": [1.0]}, GRID, {**people, "KA": rate, "CL": other})[2, 0]
    two = simulated(ORAL, {"TIME": [0.0], "AMT": [1.0]}, GRID, {**people, "KA": other, "CL": rate})[2, 0]
    np.testing.assert_allclose(one * other, two * rate, rtol=1e-11, atol=1e-300)
    if equal:
        np.testing.assert_allclose(one, rate * GRID * np.exp(-rate * GRID), rtol=1e-11, atol=1e-300)


@settings(max_examples=50)
@given(
    st.fixed_dictionaries({"CL": positive(0.05, 50), "V": positive(1, 200), "KA": positive(0.05, 10)}),
    st.floats(0.5, 30),
    st.floats(0, 60),
    st.sampled_from([0.0, 30.0, 3.0, 1.0]),
)
def test_a_steady_state_repeats_itself(people: dict[str, float], interval: float, lag: float, rate: float) -> None:
    """Whatever the lag and however long an infusion lasts: one interval later everything is as it was."""
    records: dict[str, Any] = {"TIME": [0.0], "AMT": [10.0], "RATE": [rate], "CMT": [2], "SS": [1], "II": [interval]}
    grid = np.linspace(0.013, 0.97, 9) * interval
    rows = np.concatenate([grid, grid + interval, grid + 2 * interval])
    values = {**people, "LAGT": lag}
    found = simulated(DEPOT, {**records, "ADDL": [3]}, rows, values, late_lag="in_flight")[0, 0].reshape(3, -1)
    for later in found[1:]:
        np.testing.assert_allclose(later, found[0], rtol=1e-9, atol=1e-12 * found.max())
