"""The closed form: exact to twelve digits in the smallest amount, whatever the rates, lags, threads and company."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from linear_systems import ORAL, exact, simulated

from equipoise.errors import InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.closed.engine import BLOCK, ClosedForm
from equipoise.pharmacology.kinetics.closed.form import form
from equipoise.pharmacology.kinetics.closed.pattern import pattern
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.entering import entering
from equipoise.pharmacology.kinetics.linear import NotLinear
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.timeline import courses

DOSE: dict[str, Any] = {"TIME": [0.0], "AMT": [100.0]}


def oral_matrix(**changes: float) -> Floats:
    """The matrix of the oral system."""
    values = {name: item.value for name, item in ORAL.parameters.items()} | changes
    ka, k, k12 = values["KA"], values["CL"] / values["V"], values["Q"] / values["V"]
    k21 = values["Q"] / values["V2"]
    return np.array([[-ka, 0, 0, 0], [ka, -k - k12, k21, 0], [0, k12, -k21, 0], [0, k, 0, 0]])


CASES: dict[str, dict[str, float]] = {
    "usual": {},
    "equal rate constants": {"KA": 0.1, "CL": 5.0, "Q": 0.0},
    "flip-flop": {"KA": 0.002},
    "absorption as fast as the slowest exponential is slow": {"KA": 500.0, "CL": 0.05},
    "nothing between the compartments": {"Q": 0.0},
    "nothing eliminated": {"CL": 0.0},
    "stiff": {"Q": 5e4, "V2": 0.5},
}


@pytest.mark.parametrize("case", CASES)
def test_every_amount_is_exact_to_twelve_digits(case: str) -> None:
    """Each state, down to the smallest tail, against eighty decimals: relative errors, no absolute ones."""
    times = np.array([0.01, 0.5, 3.0, 24.0, 200.0])
    found = simulated(ORAL, DOSE, times, {"TL": 0.0, **CASES[case]})[1:, 0]
    expected = np.array([exact(oral_matrix(**CASES[case]), time)[:, 0] * 100 for time in times]).T
    sizes = np.maximum(np.abs(expected), 1e-250)  # below that numbers have fewer digits
    rates = np.abs(np.diag(oral_matrix(**CASES[case]))).max()
    limit = np.maximum(1e-12, 1e-15 * rates * times)  # a rate known to 16 digits leaves so many of what decays by it
    assert np.all(np.abs(found - expected) / sizes <= limit), np.max(np.abs(found - expected) / sizes, axis=1)


def test_a_step_of_no_time_changes_nothing() -> None:
    """Rows at one time are the same numbers; the first row is the initial state."""
    found = simulated(ORAL, DOSE, [0.0, 1.0, 1.0, 2.0], {"TL": 0.0}, at_dose="after")
    assert found[1, 0, 0] == 100.0
    np.testing.assert_array_equal(found[:, 0, 1], found[:, 0, 2])


def test_an_area_is_the_dose_over_the_clearance() -> None:
    """The integral of the concentration, and every row of it, without a quadrature."""
    found = simulated(ORAL, DOSE, [0.0, 12.0, 3000.0], {"CL": np.array([2.0, 5.0])}, ("CP",))
    np.testing.assert_allclose(found[-1, :, 2], 100 / np.array([2.0, 5.0]), rtol=1e-12)
    np.testing.assert_allclose(found[-1, 1, 1] * 5.0, found[4, 1, 1], rtol=1e-13)  # what was cleared is in the urine


TURNOVER = System.of(
    {
        "name": "turnover with feedback",
        "states": {"R": "mg", "M": "mg"},
        "parameters": {"KIN": {"value": 6, "unit": "mg/h"}, "K": {"value": 0.3, "unit": "1/h"}}
        | {"B": {"value": 0.8, "unit": "1/h"}, "E0": {"value": 2, "unit": "1"}}
        | {"FLOOR": {"value": 1, "unit": "mg"}, "HOUR": {"value": 100, "unit": "h"}},
        "covariates": {"W": {"unit": "1", "default": 1}},
        "rates": {"R": "KIN - K*R - B*M", "M": "B*R*W - K*M"},
        "initial": {"R": "KIN/K"},
        "entries": {"R": {}},
        "outputs": {
            "R_now": {"expression": "R", "unit": "mg"},
            "effect": {"expression": "E0 + log(1 + max(R, FLOOR)/(R + 5*W*FLOOR))**1.5/exp(t/HOUR)", "unit": "?"},
            "constant": {"expression": "K", "unit": "1/h"},
            "two": {"expression": "2", "unit": "1"},
        },
    }
)
"""An input of its own, entries of both signs, a cycle, and outputs that are not linear."""


def turnover(time: float, start: Floats, flow: float = 6.0, warp: float = 1.0) -> Floats:
    """The states some time after `start`."""
    matrix = np.array([[-0.3, -0.8, flow], [0.8 * warp, -0.3, 0.0], [0.0, 0.0, 0.0]])
    return exact(matrix, time)[:2] @ np.append(start, 1.0)


def test_inputs_of_the_system_feedback_and_outputs_that_are_not_linear() -> None:
    """A negative entry of the matrix costs no accuracy that matters; outputs are functions of states and time."""
    times = np.array([0.0, 1.0, 7.0, 40.0])
    found = simulated(TURNOVER, {"TIME": [0.0], "AMT": [0.0]}, times)[:, 0]
    states = np.array([turnover(time, np.array([20.0, 0.0])) for time in times])
    np.testing.assert_allclose(found[0], states[:, 0], rtol=1e-12)
    effect = 2 + np.log(1 + np.maximum(states[:, 0], 1) / (states[:, 0] + 5)) ** 1.5 / np.exp(times / 100)
    np.testing.assert_allclose(found[1], effect, rtol=1e-12)
    assert found[2:, 0].tolist() == [0.3, 2.0]


def test_infusions_add_to_the_systems_own_input_and_end() -> None:
    """An infusion of 4 mg/h for 5 h, on top of the turnover's own."""
    found = simulated(TURNOVER, {"TIME": [0.0], "AMT": [20.0], "RATE": [4.0]}, [3.0, 5.0, 9.0])[0, 0]
    first, second = (turnover(time, np.array([20.0, 0.0]), 10.0) for time in (3.0, 5.0))
    np.testing.assert_allclose(found, [first[0], second[0], turnover(4.0, second)[0]], rtol=1e-12)


def test_a_steady_state_holds_the_systems_own_input_once() -> None:
    """Set, it is the turnover's own plateau plus the doses'; added, it is the doses' alone."""
    rest = np.linalg.solve([[-0.3, -0.8], [0.8, -0.3]], [-6.0, 0.0])
    doses = exact(np.array([[-0.3, -0.8], [0.8, -0.3]]), 8.0)
    peak = np.linalg.solve(np.eye(2) - doses, [50.0, 0.0])
    table = {"TIME": [0.0], "AMT": [50.0], "II": [8.0], "SS": [1]}
    found = simulated(TURNOVER, table, [8.0], at_dose="after")[0, 0, 0]
    np.testing.assert_allclose(found, (rest + doses @ peak)[0], rtol=1e-12)
    added = simulated(TURNOVER, {**table, "SS": [2]}, [8.0])[0, 0, 0]
    np.testing.assert_allclose(added, (turnover(8.0, np.array([20.0, 0.0])) + doses @ peak)[0], rtol=1e-12)
    endless = simulated(TURNOVER, {"TIME": [0.0], "AMT": [0], "RATE": [3], "SS": [1]}, [0.0], at_dose="after")
    np.testing.assert_allclose(endless[0, 0, 0], rest[0] * 1.5, rtol=1e-12)


def test_covariates_change_the_matrix_and_the_outputs_from_record_to_record() -> None:
    """Values of the previous record hold; a record's own row has its own."""
    table = {"TIME": [0.0, 2.0, 6.0], "AMT": [0, 0, 0], "EVID": [0, 0, 0], "W": [1, 2, 0.5]}
    found = simulated(TURNOVER, table, None)[:, 0]
    first = turnover(2.0, np.array([20.0, 0.0]))
    second = turnover(4.0, first, warp=2.0)
    np.testing.assert_allclose(found[0], [20.0, first[0], second[0]], rtol=1e-12)
    np.testing.assert_allclose(found[1, 2], 2 + np.log(1 + second[0] / (second[0] + 2.5)) ** 1.5 / np.exp(0.06))


def many(count: int) -> dict[str, Floats]:
    """Subjects who differ in everything, lags that make several courses among it."""
    rng = np.random.default_rng(3)
    names = ("CL", "V", "KA", "TL", "F")
    return {name: np.exp(0.5 * rng.standard_normal(count)) * ORAL.parameters[name].value for name in names}


REPEATED: dict[str, Any] = {"TIME": [0.0], "AMT": [100.0], "ADDL": [4], "II": [12.0]}
GRID = np.arange(0.0, 60.0)


def test_threads_and_company_change_no_bit() -> None:
    """One thread, two, and each subject alone: the same numbers, bit for bit."""
    people = many(BLOCK + 100)
    one = simulated(ORAL, REPEATED, GRID, people, ("CP",), threads=1)
    two = simulated(ORAL, REPEATED, GRID, people, ("CP",), threads=2)
    assert one.tobytes() == two.tobytes()
    for i in (0, 7, 1000, BLOCK + 99):
        alone = simulated(ORAL, REPEATED, GRID, {name: values[i : i + 1] for name, values in people.items()}, ("CP",))
        assert alone[:, 0].tobytes() == one[:, i].tobytes()


def test_reductions_are_those_of_the_whole_table() -> None:
    """Area, peak and its time, least and last value, time above a level: without a table, the same numbers."""
    people = many(300)
    regimen = Events.of(REPEATED, ORAL).regimen(0)
    values = {name: item.value for name, item in ORAL.parameters.items()} | people
    found = courses(regimen, ORAL, entering(regimen, ORAL, values), 300, GRID)
    assert len(found) > 2
    engine = ClosedForm(ORAL, ("CP",))
    table = engine.run(found, values, 300)
    kinds = ("auc", "cmax", "tmax", "cmin", "clast", "time_above")
    numbers = engine.reduce(found, GRID, [("CP", kind, 1.0) for kind in kinds], values, 300, threads=2)
    rows = table[0]
    assert numbers[0].tobytes() == (table[-1, :, -1] - table[-1, :, 0]).tobytes()
    np.testing.assert_array_equal(numbers[1], rows.max(axis=1))
    np.testing.assert_array_equal(numbers[2], GRID[rows.argmax(axis=1)])
    np.testing.assert_array_equal(numbers[3], rows.min(axis=1))
    np.testing.assert_array_equal(numbers[4], rows[:, -1])
    fine = np.linspace(0, 59, 59 * 400 + 1)
    above = [np.mean(np.interp(fine, GRID, row) > 1.0) * 59 for row in rows[:20]]
    np.testing.assert_allclose(numbers[5][:20], above, atol=0.02)


def test_a_value_that_is_no_number_is_not_reduced_away() -> None:
    """One NaN parameter leaves NaN in every reduction of that subject, and in no other's."""
    people = many(10)
    people["CL"][3] = np.nan
    values = {name: item.value for name, item in ORAL.parameters.items()} | people
    regimen = Events.of(REPEATED, ORAL).regimen(0)
    found = courses(regimen, ORAL, entering(regimen, ORAL, values), 10, GRID)
    kinds = ("auc", "cmax", "tmax", "cmin", "clast", "time_above")
    numbers = ClosedForm(ORAL, ("CP",)).reduce(found, GRID, [("CP", kind, 1.0) for kind in kinds], values, 10)
    assert np.isnan(numbers).sum(axis=0).tolist() == [0, 0, 0, 6, 0, 0, 0, 0, 0, 0]


def test_progress_is_told_up_to_the_whole() -> None:
    """Shares of the blocks that are done, the last of them 1."""
    told: list[float] = []
    values = {name: item.value for name, item in ORAL.parameters.items()} | many(BLOCK + 1)
    values["TL"] = 0.5
    regimen = Events.of(REPEATED, ORAL).regimen(0)
    found = courses(regimen, ORAL, entering(regimen, ORAL, values), BLOCK + 1, GRID)
    ClosedForm(ORAL).run(found, values, BLOCK + 1, progress=told.append)
    assert told == [0.5, 1.0]


def test_courses_of_different_length_leave_the_rest_empty() -> None:
    """Rows that a shorter course does not have are NaN."""
    values = {name: item.value for name, item in ORAL.parameters.items()}
    found = []
    for who, times in ((0, [0.0, 1.0]), (1, [0.0, 1.0, 2.0])):
        regimen = Events.of({"TIME": times, "AMT": [10.0, *(0.0 for _ in times[1:])]}, ORAL).regimen(0)
        [course] = courses(regimen, ORAL, entering(regimen, ORAL, values), 1)
        found.append(type(course)(np.array([who]), *(getattr(course, name) for name in course.__slots__[1:])))
    out = ClosedForm(ORAL).run(found, values, 2)
    assert np.isnan(out[:, 0, 2]).all()
    np.testing.assert_array_equal(out[:, 0, :2], out[:, 1, :2])


def test_a_steady_state_that_cannot_be_is_refused() -> None:
    """Nothing leaves the urine: endless doses fill it without end."""
    with pytest.raises(InputError, match="nothing leaves U"):
        simulated(ORAL, {"TIME": [0.0], "AMT": [1.0], "II": [8.0], "SS": [1]}, GRID)


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("A1*A1/(V*V)", "the integral of CP has no closed form: A1*A1 is not linear in the states"),
        ("A1/V*t/t", "the integral of CP has no closed form: it depends on the time"),
    ],
)
def test_integrals_without_a_closed_form_say_why(output: str, why: str) -> None:
    """An output may be any function; its integral may not."""
    content = ORAL.model_dump() | {"outputs": {"CP": {"expression": output, "unit": "?"}}}
    found = form(System.of(content), ("CP",))
    assert isinstance(found, NotLinear)
    assert found.why == why


def test_the_exponential_has_entries_where_one_state_leads_to_another() -> None:
    """A chain fills one triangle; entries between states that lead to each other both ways are told apart."""
    chain = pattern(3, [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)])
    assert chain.full == ((0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2))
    assert chain.together == ((), (), ())
    both = pattern(2, [(0, 0), (0, 1), (1, 0)])
    assert both.together == ((2,), (1,))
