"""Differences between occasions of one person: how they are drawn, when they hold, and what they are equal to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.running import Engine
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.occasions import Occasion, labelled
from equipoise.pharmacology.population.people import Study, summary
from equipoise.pharmacology.population.population import Population

MANY = 100_000
ORAL: Mapping[str, object] = {
    "name": "oral with a lag",
    "states": {"G": "mg", "A": "mg"},
    "parameters": {
        "KA": {"value": 1, "unit": "1/h"},
        "CL": {"value": 5, "unit": "L/h"},
        "V": {"value": 50, "unit": "L"},
        "LAG": {"value": 0.5, "unit": "h"},
        "F": {"value": 0.8, "unit": "1"},
    },
    "rates": {"G": "-KA*G", "A": "KA*G - CL/V*A"},
    "entries": {"G": {"lag": "LAG", "bioavailability": "F"}},
    "outputs": {"CP": {"expression": "A/V", "unit": "mg/L"}},
}
TABLE: Mapping[str, list[float]] = {
    "TIME": [0, 12, 24, 36],
    "AMT": [100, 100, 100, 100],
    "OCC": [1, 1, 2, 5],
}
BETWEEN: Mapping[str, object] = {
    "KA": {"KA": 0.25, "CL": 0.05},
    "CL": {"CL": 0.04},
    "LAG": {"LAG": 0.09},
    "F": {"F": 0.02},
}
GRID = np.arange(0.0, 60.1, 1.5)


@pytest.fixture(scope="module")
def system() -> System:
    return System.of(ORAL)


def population(system: System, **rule: object) -> Population:
    return Population.of(
        {"omega": {"CL": {"CL": 0.09}, "V": {"V": 0.0625}}, "occasions": {"visit": {"omega": BETWEEN, **rule}}}, system
    )


def study(system: System, table: Mapping[str, list[float]] = TABLE, engine: Engine = "auto") -> Study:
    labels = ("OCC",) if "OCC" in table else ()
    events = Events.of(table, system, labels=labels)
    return Study(system, events, GRID, (Reduction("CP", "auc"), Reduction("CP", "cmax")), engine=engine)


def test_one_occasion_adds_its_variance_to_that_of_people(system: System) -> None:
    """With a single occasion the log of clearance has the summed variance, as if people had differed by it."""
    people = population(system).persons(seed=4, first=0, count=MANY, numbers=np.array([[1]]))
    assert people["CL"].shape == (1, MANY)
    logs = np.log(people["CL"][0])
    assert abs(logs.var() - 0.13) < 4 * np.sqrt(2 / MANY) * 0.13
    assert abs(logs.mean() - np.log(5.0)) < 4 * np.sqrt(0.13 / MANY)


def test_occasions_are_independent_of_each_other_and_share_the_person(system: System) -> None:
    """Between two occasions log clearance covaries by the variance of people alone, absorption not at all."""
    people = population(system).persons(seed=4, first=0, count=MANY, numbers=np.array([[1], [2]]))
    bound = 4 / np.sqrt(MANY)
    assert abs(np.cov(np.log(people["CL"]))[0, 1] - 0.09) < bound * 0.13
    assert abs(np.cov(np.log(people["KA"]))[0, 1]) < bound * 0.25
    within = np.cov(np.log(people["KA"][0]), np.log(people["CL"][0]))
    assert abs(within[0, 1] - 0.05) < bound * 0.25


def test_another_occasion_changes_no_others(system: System) -> None:
    """A person's numbers of an occasion follow from its number: those of 2 and 5 are the same without 1."""
    about = population(system)
    whole = about.persons(seed=4, first=0, count=50, numbers=np.array([[1], [2], [5]]))
    some = about.persons(seed=4, first=7, count=20, numbers=np.array([[5], [2]]))
    for name in BETWEEN:
        np.testing.assert_array_equal(some[name], whole[name][[2, 1], 7:27])


@pytest.mark.parametrize("engine", ["closed", "explicit"])
@pytest.mark.parametrize(("size", "threads"), [(1, 1), (7, 2), (40, 2)])
def test_results_do_not_depend_on_blocks_or_threads(system: System, engine: Engine, size: int, threads: int) -> None:
    """Tables and areas are bit-identical for any block and number of threads, in closed form and integrated."""
    one = study(system, engine=engine)
    about = population(system)
    (whole,) = one.blocks(about, 40, seed=3)
    blocks = list(replace(one, threads=threads).blocks(about, 40, seed=3, size=size))
    np.testing.assert_array_equal(np.concatenate([block.values["CP"] for block in blocks]), whole.values["CP"])
    for item in one.reduce:
        np.testing.assert_array_equal(np.concatenate([block.reduced[item] for block in blocks]), whole.reduced[item])


@pytest.mark.parametrize(("engine", "rtol"), [("closed", 1e-11), ("explicit", 1e-5)])
def test_occasions_are_covariates_that_step(system: System, engine: Engine, rtol: float) -> None:
    """Each person is the same as one simulated by hand, whose parameters are covariates that change by record."""
    numbers = np.array([[1], [2], [5]])
    people = population(system).persons(seed=3, first=0, count=5, numbers=numbers)
    (found,) = study(system, engine=engine).blocks(population(system), 5, seed=3)
    names = ("KA", "CL", "LAG", "F")
    by_hand = System.of(
        {
            **ORAL,
            "parameters": {"V": {"value": 50, "unit": "L"}},
            "covariates": {name: {"unit": system.parameters[name].unit} for name in names},
        }
    )
    for person in range(5):
        columns = {name: people[name][[0, 0, 1, 2], person].tolist() for name in names}
        events = Events.of({**TABLE, **columns}, by_hand)
        one = simulate(by_hand, events, GRID, parameters={"V": float(people["V"][person])}, engine="closed")
        np.testing.assert_allclose(found.values["CP"][person], one.values["CP"][0], rtol=rtol, atol=1e-9)


def test_times_begin_occasions_as_a_column_does(system: System) -> None:
    """`every` and `starts` give what a column with the same numbers gives; additional doses have their own occasion."""
    column = {"TIME": [0, 12, 24, 36, 48], "AMT": [100] * 5, "OCC": [1, 1, 2, 2, 3]}
    (wanted,) = study(system, column).blocks(population(system), 6, seed=3)
    added: Mapping[str, list[float]] = {"TIME": [0], "AMT": [100], "ADDL": [4], "II": [12]}
    for rule in ({"every": 24}, {"starts": [24, 48]}):
        (found,) = study(system, added).blocks(population(system, **rule), 6, seed=3)
        np.testing.assert_allclose(found.values["CP"], wanted.values["CP"], rtol=1e-12)


def test_an_occasion_that_begins_between_records_holds_from_then_on(system: System) -> None:
    """Without effects on absorption, a person's curve bends at the begin of the occasion and not before."""
    one = {"TIME": [0], "AMT": [100]}
    declared = {"occasions": {"visit": {"omega": {"CL": {"CL": 0.5}}, "starts": [30.0]}}}
    about = Population.of(declared, system)
    (found,) = study(system, one).blocks(about, 1, seed=8)
    drawn = about.persons(seed=8, first=0, count=1, numbers=np.array([[1], [2]]))["CL"][:, 0]
    times = GRID[GRID > 21]  # absorption is over
    slopes = np.diff(np.log(found.values["CP"][0, GRID > 21])) / 1.5
    np.testing.assert_allclose(slopes[times[1:] < 30.1], -drawn[0] / 50, rtol=1e-5)
    np.testing.assert_allclose(slopes[times[1:] > 31], -drawn[1] / 50, rtol=1e-8)


def test_a_reset_ends_additional_doses_in_occasions_too(system: System) -> None:
    """Cutting a regimen into occasions without effects changes nothing, resets and steady states included."""
    table: Mapping[str, list[float]] = {
        "TIME": [0, 20, 30],
        "AMT": [100, 0, 50],
        "EVID": [1, 3, 4],
        "ADDL": [5, 0, 2],
        "II": [8, 0, 6],
        "SS": [1, 0, 0],
    }
    events = Events.of(table, system)
    plain = simulate(system, events, GRID).values["CP"]
    cut = labelled(events, {"day": Occasion(omega={"CL": {"CL": 0.1}}, every=9.0)}, 60.0)
    assert cut.numbers.ravel().tolist() == [1, 2, 3, 4, 5, 6, 7]
    np.testing.assert_allclose(simulate(system, cut.events, GRID).values["CP"], plain, rtol=1e-11, atol=1e-13)


def test_kinds_of_occasion_run_side_by_side(system: System) -> None:
    """Visits by a column and products by time: each record knows both, and both effects multiply."""
    declared = {
        "occasions": {
            "visit": {"omega": {"CL": {"CL": 0.04}}},
            "product": {"omega": {"F": {"F": 0.1}, "CL": {"CL": 0.01}}, "every": 24},
        }
    }
    about = Population.of(declared, system)
    found = labelled(Events.of(TABLE, system, labels=about.labels), about.occasions, 60.0)
    assert found.numbers.tolist() == [[1, 1], [2, 2], [5, 2], [5, 3]]
    people = about.persons(seed=1, first=0, count=3, numbers=found.numbers)
    other = about.persons(seed=1, first=0, count=3, numbers=np.array([[1, 2], [1, 3]]))
    np.testing.assert_array_equal(people["F"][1], people["F"][2])
    np.testing.assert_allclose(people["CL"][3] / people["CL"][2], other["CL"][1] / other["CL"][0], rtol=1e-14)
    assert np.all(people["CL"][2] != people["CL"][1])


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"every": 24, "column": "OCC"}, "one of column, every, starts"),
        ({"every": 0}, "occasions.visit.every"),
        ({"starts": [24, 12]}, "starts that rise"),
        ({"omega": {"KX": {"KX": 0.1}}}, "occasions.visit.omega.KX"),
        ({"omega": {"CL": {"CL": -1.0}}}, "no covariance matrix"),
    ],
)
def test_an_unfit_rule_is_refused(system: System, rule: Mapping[str, object], told: str) -> None:
    """Two rules, an impossible time, times out of order, an unknown parameter, a variance below 0."""
    with pytest.raises(InputError, match=told):
        population(system, **rule)


def test_a_missing_or_empty_column_is_told_with_its_rows(system: System) -> None:
    """A table without the numbers of its occasions, or with gaps in them, is refused."""
    with pytest.raises(InputError, match="OCC: found no column"):
        Events.of({"TIME": [0], "AMT": [1]}, system, labels=("OCC",))
    with pytest.raises(InputError, match="in row 2"):
        Events.of({"TIME": [0, 1], "AMT": [1, 1], "OCC": [1, "."]}, system, labels=("OCC",))


def test_too_many_occasions_are_refused(system: System) -> None:
    """An occasion every second of a long time is a mistake, not a study."""
    with pytest.raises(InputError, match="at most 10000 occasions"):
        next(study(system, {"TIME": [0], "AMT": [1]}).blocks(population(system, every=1e-3), 1, seed=1))


def test_a_population_without_occasions_is_as_before(system: System) -> None:
    """A column of occasions in the events changes nothing where the population knows none."""
    plain = Population.of({"omega": {"CL": {"CL": 0.09}}}, system)
    with_column = summary(study(system).blocks(plain, 5, seed=1))
    without = {name: values for name, values in TABLE.items() if name != "OCC"}
    np.testing.assert_array_equal(
        with_column.bands["CP"], summary(study(system, without).blocks(plain, 5, seed=1)).bands["CP"]
    )
