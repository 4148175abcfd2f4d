"""Laws of integrated kinetics under any doses: mass is kept, nothing comes from nothing, time has no origin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.system import System

# Saturable absorption and elimination; what is eliminated is kept in a state of its own.
SYSTEM = System.of(
    {
        "name": "saturable, with what left it",
        "states": {"G": "mg", "A": "mg", "P": "mg", "OUT": "mg"},
        "parameters": {"VM": {"value": 8, "unit": "mg/h"}, "KA": {"value": 1.5, "unit": "1/h"}},
        "assignments": {"leaving": "VM*A/(9 + A)", "between": "0.7*A - 0.2*P", "taken": "KA*G/(1 + 0.05*G)"},
        "rates": {"G": "-taken", "A": "taken - leaving - between", "P": "between", "OUT": "leaving"},
        "entries": {"G": {"lag": "0.25"}, "A": {}},
        "outputs": {name: {"expression": name, "unit": "mg"} for name in ("G", "A", "P", "OUT")},
    }
)
METHODS = ("explicit", "rosenbrock")
DOSES = st.lists(
    st.tuples(
        st.integers(0, 400).map(lambda tenths: tenths / 10),
        st.floats(0.1, 50.0),
        st.sampled_from(["G", "A"]),
        st.sampled_from([0.0, 0.5, 3.0, 20.0]),
    ),
    min_size=1,
    max_size=6,
)
TIMES = np.linspace(0.0, 90.0, 61)
FINE = Tolerance(1e-9, 1e-11)
PEOPLE = {"VM": np.array([2.0, 8.0, 20.0]), "KA": np.array([0.3, 1.5, 6.0])}


def states(doses: list[tuple[float, ...]], engine: Any, times: Any = TIMES, at: float = 0.0) -> Any:
    """All states (states, subjects, rows) under doses of (time, amount, state, rate), everything `at` hours later."""
    rows = sorted(doses, key=lambda dose: dose[0])
    table = {
        "TIME": [0.0 + at, *(dose[0] + at for dose in rows)],
        "AMT": [0.0, *(dose[1] for dose in rows)],
        "CMT": ["G", *(dose[2] for dose in rows)],
        "RATE": [0.0, *(dose[3] for dose in rows)],
        "EVID": [2, *(1 for _ in rows)],
    }
    found = simulate(
        SYSTEM, Events.of(table, SYSTEM), times, parameters=PEOPLE, engine=engine, tolerance=FINE, at_dose="after"
    )
    return np.stack(list(found.values.values()))


def given_by(doses: list[tuple[float, ...]], time: Any) -> Any:
    """What has arrived by a time."""
    total = np.zeros(len(time))
    for begin, amount, state, rate in doses:
        arrives = begin + (0.25 if state == "G" else 0.0)
        share = np.clip((time - arrives) * rate / amount, 0.0, 1.0) if rate else (time >= arrives - 1e-9).astype(float)
        total += amount * share
    return total


@pytest.mark.parametrize("engine", METHODS)
@given(doses=DOSES)
@settings(max_examples=15)
def test_what_enters_is_there_or_has_left(engine: str, doses: list[tuple[float, ...]]) -> None:
    """Mass balance at every row, for boluses and infusions into either state, with a lag."""
    found = states(doses, engine)
    wanted = given_by(doses, TIMES)
    np.testing.assert_allclose(found.sum(axis=0), np.broadcast_to(wanted, found.shape[1:]), rtol=1e-8, atol=1e-8)
    assert found.min() > -1e-8


@pytest.mark.parametrize("engine", METHODS)
def test_nothing_comes_from_nothing(engine: str) -> None:
    """Without a dose every state stays at 0, exactly."""
    assert not states([], engine).any()


@pytest.mark.parametrize("engine", METHODS)
@given(doses=DOSES, later=st.floats(0.5, 300.0))
@settings(max_examples=10)
def test_time_has_no_origin(engine: str, doses: list[tuple[float, ...]], later: float) -> None:
    """Everything later by as much gives the same states."""
    near, far = states(doses, engine), states(doses, engine, TIMES + later, later)
    np.testing.assert_allclose(far, near, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("engine", METHODS)
@given(amount=st.floats(1.0, 50.0), share=st.floats(0.1, 0.9), rate=st.sampled_from([0.0, 5.0]))
@settings(max_examples=10)
def test_a_dose_may_be_given_in_parts(engine: str, amount: float, share: float, rate: float) -> None:
    """Two boluses at once are one; an infusion is the same in two pieces, one after the other."""
    first, second = amount * share, amount * (1 - share)
    whole = states([(1.0, amount, "A", rate)], engine)
    begin = 1.0 + (first / rate if rate else 0.0)
    parts = states([(1.0, first, "A", rate), (begin, second, "A", rate)], engine)
    np.testing.assert_allclose(parts, whole, rtol=1e-6, atol=1e-7)
