"""The front door: which engine, what it gives, what it refuses; the closed form and the integrator agree."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from equipoise.errors import InputError, MissingExtraError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.reducers import KINDS, Reduction, reduced
from equipoise.pharmacology.kinetics.simulate import at_records, simulate
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.values import complete

LINEAR: dict[str, Any] = {
    "name": "oral, two compartments",
    "states": {"G": "mg", "A1": "mg", "A2": "mg"},
    "parameters": {
        "CL": {"value": 5, "unit": "L/h"},
        "V": {"value": 50, "unit": "L"},
        "KA": {"value": 1, "unit": "1/h"},
        "LAG": {"value": 0.5, "unit": "h"},
    },
    "covariates": {"WT": {"unit": "kg", "default": 70}},
    "assignments": {"C": "A1/V", "between": "8*(C - A2/100)"},
    "rates": {"G": "-KA*G", "A1": "KA*G - CL*(WT/70)**0.75*C - between", "A2": "between"},
    "entries": {"G": {"lag": "LAG", "bioavailability": "0.8"}, "A1": {}},
    "outputs": {"CP": {"expression": "C", "unit": "mg/L"}, "peripheral": {"expression": "A2/100", "unit": "?"}},
}
SATURABLE: dict[str, Any] = {
    **LINEAR,
    "name": "saturable",
    "rates": {"G": "-KA*G", "A1": "KA*G - CL*C/(1 + 0.3*C) - between", "A2": "between"},
}
TIGHT = Tolerance(1e-12, 1e-13)
TIMES = np.arange(0.0, 60.0, 0.75)
EVENTS: dict[str, list[Any]] = {
    "TIME": [0, 2, 12, 24, 30, 40],
    "AMT": [20, 0, 10, 30, 0, 5],
    "RATE": [0, 0, 4, 0, 0, 0],
    "CMT": [1, 1, 2, 1, 1, 1],
    "EVID": [1, 2, 1, 1, 2, 4],
    "ADDL": [0, 0, 0, 1, 0, 0],
    "II": [0, 0, 0, 8, 0, 0],
    "WT": [70, 70, 80, 80, 95, 95],
}
STEADY: dict[str, list[Any]] = {
    "TIME": [0, 30],
    "AMT": [20, 8],
    "SS": [1, 2],
    "II": [12, 24],
    "CMT": [1, 1],
    "RATE": [0, 2],
}


def values(count: int) -> dict[str, Floats]:
    """Parameters of some subjects."""
    rng = np.random.default_rng(3)
    typical = {"CL": 5.0, "V": 50.0, "KA": 1.0, "LAG": 0.5}
    return {name: value * np.exp(0.4 * rng.standard_normal(count)) for name, value in typical.items()}


@pytest.fixture(scope="module")
def systems() -> dict[str, System]:
    """The linear system and the saturable one."""
    return {"linear": System.of(LINEAR), "saturable": System.of(SATURABLE)}


@pytest.mark.parametrize("table", [EVENTS, STEADY], ids=["doses", "steady state"])
@pytest.mark.parametrize("engine", ["explicit", "rosenbrock"])
def test_the_closed_form_and_the_integrator_agree(
    systems: dict[str, System], table: dict[str, list[Any]], engine: Any
) -> None:
    """To 1e-9 of the peak, over every kind of record, lags and covariates among them."""
    events = Events.of(table, systems["linear"])
    tolerance = TIGHT if engine == "explicit" else Tolerance(1e-11, 1e-12)
    closed, integrated = (
        simulate(systems["linear"], events, TIMES, parameters=values(12), engine=taken, tolerance=tolerance)
        for taken in ("auto", engine)
    )
    assert closed.engine == "closed"
    assert integrated.engine == engine
    assert not integrated.warnings
    for name in ("CP", "peripheral"):
        peak = closed.values[name].max(axis=1, keepdims=True)
        assert np.max(np.abs(closed.values[name] - integrated.values[name]) / peak) < 1e-9


def test_a_nonlinear_system_agrees_with_scipy(systems: dict[str, System]) -> None:
    """One subject of a saturable system, dose by dose by SciPy, and the engine says why there is no closed form."""
    events = Events.of({"TIME": [0, 12], "AMT": [50, 80], "CMT": [1, 1]}, systems["saturable"])
    found = simulate(systems["saturable"], events, [6.0, 12.0, 20.0], parameters={"LAG": 1.0}, tolerance=TIGHT)

    def slopes(_time: float, a: Floats) -> list[float]:
        c, between = a[1] / 50, 8 * (a[1] / 50 - a[2] / 100)
        return [-a[0], a[0] - 5 * c / (1 + 0.3 * c) - between, between]

    def on(state: Floats, length: float) -> Floats:
        return solve_ivp(slopes, (0, length), state, method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]

    first = on(np.array([40.0, 0.0, 0.0]), 5.0)
    second = on(first, 6.0)
    third = on(on(second, 1.0) + np.array([64.0, 0.0, 0.0]), 7.0)
    wanted = [state[1] / 50 for state in (first, second, third)]
    np.testing.assert_allclose(found.values["CP"][0], wanted, rtol=1e-9)
    assert found.engine == "explicit"
    assert "not linear" in found.why


def test_rows_at_the_time_of_a_dose_come_before_it_unless_asked(systems: dict[str, System]) -> None:
    """The rule of equal times, both ways."""
    events = Events.of({"TIME": [0, 10], "AMT": [50, 50], "CMT": [2, 2]}, systems["linear"])
    before, after = (
        simulate(systems["linear"], events, [0.0, 10.0], at_dose=rule).values["CP"][0] for rule in ("before", "after")
    )
    np.testing.assert_allclose(after - before, [1.0, 1.0], rtol=1e-12)


@pytest.mark.parametrize("name", ["linear", "saturable"])
def test_reductions_are_those_of_the_table_and_need_none(systems: dict[str, System], name: str) -> None:
    """In blocks or from the table: the same numbers; the area agrees with a fine trapezoid."""
    system = systems[name]
    events = Events.of({"TIME": [0], "AMT": [50], "ADDL": [3], "II": [12], "CMT": [1]}, system)
    times = np.arange(0.0, 48.0, 0.05)
    wanted = [*(Reduction("CP", kind) for kind in KINDS if kind != "time_above"), Reduction("CP", "time_above", 0.4)]
    options: dict[str, Any] = {"parameters": values(20), "reduce": wanted, "tolerance": Tolerance(1e-9, 1e-11)}
    both = simulate(system, events, times, table=True, **options)
    alone = simulate(system, events, times, **options)
    assert not alone.values
    for item in wanted:
        np.testing.assert_allclose(alone.reduced[item], both.reduced[item], rtol=1e-12)
        if item.kind != "auc":
            by_hand = reduced(both.values["CP"], times, item.kind, item.level)
            np.testing.assert_allclose(alone.reduced[item], by_hand, rtol=1e-12)
    trapezoid = np.trapezoid(both.values["CP"], times, axis=1)
    np.testing.assert_allclose(both.reduced[Reduction("CP", "auc")], trapezoid, rtol=1e-3)


@pytest.mark.parametrize("name", ["linear", "saturable"])
def test_results_do_not_depend_on_threads(systems: dict[str, System], name: str) -> None:
    """Bit for bit the same on one and two threads, with a table and without."""
    events = Events.of({"TIME": [0], "AMT": [50], "ADDL": [3], "II": [12], "CMT": [1]}, systems[name])
    runs = [
        simulate(
            systems[name],
            events,
            TIMES,
            parameters=values(700),
            reduce=[Reduction("CP", "auc")],
            threads=threads,
            table=table,
        )
        for threads in (1, 2)
        for table in (True, False)
    ]
    assert np.array_equal(runs[0].values["CP"], runs[2].values["CP"])
    assert np.array_equal(runs[1].reduced[Reduction("CP", "auc")], runs[3].reduced[Reduction("CP", "auc")])


def test_each_id_has_its_own_records_and_numbers(systems: dict[str, System]) -> None:
    """Subjects with different records are the same alone and together."""
    table = {"ID": ["a", "a", "b", "c"], "TIME": [0, 5, 0, 1], "AMT": [10, 20, 30, 40], "CMT": [1, 2, 2, 1]}
    system = systems["linear"]
    clearances = np.array([3.0, 5.0, 9.0])
    together = simulate(system, Events.of(table, system), TIMES, parameters={"CL": clearances})
    assert tuple(together.ids) == ("a", "b", "c")
    for i, rows in enumerate((slice(0, 2), slice(2, 3), slice(3, 4))):
        own = {name: column[rows] for name, column in table.items() if name != "ID"}
        alone = simulate(system, Events.of(own, system), TIMES, parameters={"CL": clearances[i]})
        assert np.array_equal(alone.values["CP"][0], together.values["CP"][i])


@pytest.mark.parametrize("name", ["linear", "saturable"])
def test_a_row_for_each_record_comes_after_its_own_dose(systems: dict[str, System], name: str) -> None:
    """The rows of a table with different records per ID are those of a grid, each ID's at its own times."""
    system = systems[name]
    table = {"ID": [4, 4, 4, 9], "TIME": [0, 5, 9, 1], "AMT": [10, 20, 0, 40], "CMT": [2, 2, 1, 2]}
    found = at_records(system, Events.of(table, system), parameters={"CL": [3.0, 8.0]})
    assert found.ids == ("4", "4", "4", "9")
    assert found.times.tolist() == [0, 5, 9, 1]
    for rows, clearance in ((slice(0, 3), 3.0), (slice(3, 4), 8.0)):
        own = {key: column[rows] for key, column in table.items() if key != "ID"}
        grid = simulate(system, Events.of(own, system), own["TIME"], parameters={"CL": clearance}, at_dose="after")
        np.testing.assert_allclose(found.values["CP"][rows], grid.values["CP"][0], rtol=1e-9)
    with pytest.raises(InputError, match="one for each of the 1 IDs"):
        at_records(system, Events.of({"TIME": [0], "AMT": [1]}, system), parameters={"CL": [3.0, 8.0]})


def test_a_stiff_system_goes_to_the_rosenbrock_method(systems: dict[str, System]) -> None:
    """All subjects stiff: the method changes; one subject stiff: that one is rescued, and the result says so."""
    system = systems["saturable"]
    events = Events.of({"TIME": [0], "AMT": [50], "CMT": [1]}, system)
    volumes = np.full(40, 50.0)
    volumes[7] = 1e-3
    mixed = simulate(system, events, [24.0], parameters={"V": volumes})
    assert mixed.engine == "explicit"
    assert mixed.warnings == ("1 subjects were stiff and were integrated by the Rosenbrock method",)
    stiff = simulate(system, events, [24.0], parameters={"V": volumes[[7, 7]]})
    assert stiff.engine == "rosenbrock"
    assert np.array_equal(mixed.values["CP"][7], stiff.values["CP"][0])


def test_the_observed_error_is_measured(systems: dict[str, System]) -> None:
    """It follows the tolerance, and is 0 where nothing is integrated."""
    errors: list[float] = []
    for rtol in (1e-4, 1e-8):
        system = systems["saturable"]
        events = Events.of({"TIME": [0], "AMT": [50], "CMT": [1]}, system)
        tolerance = Tolerance(rtol, rtol / 100)
        found = simulate(system, events, [12.0, 24.0], tolerance=tolerance, observe_error=True)
        assert found.observed_error is not None
        errors.append(found.observed_error)
    assert 0.0 < errors[1] < 1e-8 < errors[0] < 1e-3
    linear = Events.of({"TIME": [0], "AMT": [50], "CMT": [1]}, systems["linear"])
    assert simulate(systems["linear"], linear, TIMES, observe_error=True).observed_error == 0.0


def test_only_wanted_outputs_are_computed(systems: dict[str, System]) -> None:
    """The table has the outputs asked for, in their order."""
    events = Events.of({"TIME": [0], "AMT": [50], "CMT": [1]}, systems["linear"])
    found = simulate(systems["linear"], events, TIMES, outputs=["peripheral"])
    assert list(found.values) == ["peripheral"]


def test_every_fault_of_the_numbers_is_named() -> None:
    """Unknown names, numbers that are none, lengths that differ, covariates without a value."""
    needy = System.of({**LINEAR, "covariates": {"WT": {"unit": "kg"}}})
    with pytest.raises(InputError) as caught:
        complete(needy, {"KX": 1.0, "CL": [1.0, np.nan], "V": [1.0, 2.0, 3.0]})
    found = {fault.path: str(fault) for fault in caught.value.faults}
    assert set(found) == {"KX", "WT", "parameters", "CL"}
    assert "subject 2" in found["CL"]
    assert complete(needy, {}, {"WT"})["CL"] == 5.0


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"times": [1.0, 1.0]}, "1 at place 2"),
        ({"times": []}, "shape (0,)"),
        ({"outputs": ["CX"]}, "CX"),
        ({"reduce": [Reduction("CX", "auc")]}, "CX"),
        ({"engine": "closed"}, "not linear"),
        ({"parameters": {"CL": [1.0, 2.0, 3.0]}}, "one for each of the 2 IDs"),
    ],
)
def test_what_does_not_fit_is_refused(systems: dict[str, System], changes: dict[str, Any], part: str) -> None:
    """Times out of order, unknown outputs, no closed form, numbers for another count of subjects."""
    system = systems["saturable"]
    events = Events.of({"ID": [1, 2], "TIME": [0, 0], "AMT": [50, 50], "CMT": [1, 1]}, system)
    asked: dict[str, Any] = {"times": [1.0], **changes}
    with pytest.raises(InputError) as caught:
        simulate(system, events, asked.pop("times"), **asked)
    assert part in str(caught.value)


def test_a_reduction_checks_itself() -> None:
    """A level belongs to the time above it and to nothing else."""
    wrong: list[tuple[Any, ...]] = [("CP", "time_above"), ("CP", "auc", 1.0), ("CP", "median")]
    for item in wrong:
        with pytest.raises(InputError):
            Reduction(*item)


def test_tables_for_other_tools_hold_the_same_numbers() -> None:
    """Columns of NumPy, Arrow and Polars: ID, TIME and the outputs, person after person."""
    pytest.importorskip("pyarrow", reason="the extra `frames` is not installed")
    pytest.importorskip("polars", reason="the extra `frames` is not installed")
    system = System.of(LINEAR)
    events = Events.of({"ID": ["a", "b"], "TIME": [0, 0], "AMT": [100, 200]}, system)
    found = simulate(system, events, [0.0, 1.0, 2.0])
    columns = {name: column.tolist() for name, column in found.to_numpy().items()}
    assert columns["ID"] == ["a"] * 3 + ["b"] * 3
    assert columns["TIME"] == [0.0, 1.0, 2.0] * 2
    assert list(columns) == ["ID", "TIME", *system.outputs]
    for name, values in found.values.items():
        np.testing.assert_array_equal(np.reshape(columns[name], values.shape), values)
    assert found.to_arrow().to_pydict() == columns
    assert {name: list(column) for name, column in found.to_polars().to_dict(as_series=False).items()} == columns


def test_a_simulation_without_a_table_has_empty_columns() -> None:
    """Where numbers were reduced there is nothing to list."""
    system = System.of(LINEAR)
    output = next(iter(system.outputs))
    found = simulate(
        system, Events.of({"TIME": [0], "AMT": [1]}, system), [0.0, 1.0], reduce=[Reduction(output, "cmax")]
    )
    assert {name: column.size for name, column in found.to_numpy().items()} == {"ID": 0, "TIME": 0}


@pytest.mark.parametrize("package", ["pyarrow", "polars"])
def test_without_its_extra_a_table_names_it(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install what is missing."""
    monkeypatch.setitem(sys.modules, package, None)
    system = System.of(LINEAR)
    found = simulate(system, Events.of({"TIME": [0], "AMT": [1]}, system), [0.0, 1.0])
    with pytest.raises(MissingExtraError, match="frames"):
        found.to_polars()
