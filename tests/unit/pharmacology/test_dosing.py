"""Dosing records: NONMEM's columns in any case, and every fault of a table in one message with its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.system import System

SYSTEM = System.of(
    {
        "name": "oral, with weight",
        "states": {"G": "mg", "A": "mg", "U": "mg"},
        "parameters": {"KA": {"value": 1, "unit": "1/h"}, "K": {"value": 0.1, "unit": "1/h"}},
        "covariates": {"WT": {"unit": "kg"}, "R": {"unit": "mg/h", "default": 1}},
        "rates": {"G": "-KA*G", "A": "KA*G - K*(WT/WT)*A", "U": "K*A"},
        "entries": {"G": {"rate": "R"}, "A": {}},
        "outputs": {"A_now": {"expression": "A", "unit": "mg"}},
    }
)


def faults(**columns: Any) -> dict[str, str]:
    """What is said of a table, by column; two faults of one column are joined."""
    with pytest.raises(InputError) as caught:
        Events.of(columns, SYSTEM)
    said: dict[str, str] = {}
    for fault in caught.value.faults:
        said[fault.path] = f"{said[fault.path]} | {fault}" if fault.path in said else str(fault)
    return said


def test_names_of_columns_may_have_any_case_and_dots_are_missing_cells() -> None:
    """Texts as a CSV file holds them give the same records as numbers."""
    texts = Events.of({"Time": ["0", "1.5"], "amt": ["100", "."], "Cmt": ["1.0", ""], "WT": ["70", "70"]}, SYSTEM)
    numbers = Events.of({"TIME": [0, 1.5], "AMT": np.array([100, np.nan]), "CMT": [1, 2], "WT": [70, 70]}, SYSTEM)
    assert len(texts.distinct()[0]) == len(numbers.distinct()[0]) == 1
    assert texts.records.evid.tolist() == numbers.records.evid.tolist() == [1, 0]
    assert texts.records.state.tolist() == [0, -1]
    assert texts.records.covariates["WT"].tolist() == [70.0, 70.0]


def test_a_dose_without_a_compartment_goes_to_the_first_entry_and_one_may_be_named() -> None:
    """CMT 0 and an empty cell mean the default compartment; a state's name stands for its number."""
    events = Events.of({"TIME": [0, 1, 2], "AMT": [1, 1, 1], "CMT": [0, ".", "A"]}, SYSTEM)
    assert events.records.state.tolist() == [0, 0, 1]


def test_subjects_with_the_same_records_share_a_regimen() -> None:
    """Regimens are told apart by what they do, not by who has them or what was measured."""
    columns = {"ID": [7, 7, "b", "b", 9, 9], "TIME": [0, 1] * 3, "AMT": [5, 0, 5, 0, 6, 0], "DV": [0, 1, 0, 2, 0, 3]}
    events = Events.of(columns, SYSTEM)
    regimens, which = events.distinct()
    assert events.ids == ("7", "b", "9")
    assert which.tolist() == [0, 0, 1]
    assert [regimen.amount[0] for regimen in regimens] == [5.0, 6.0]


@pytest.mark.parametrize(
    ("columns", "path", "said"),
    [
        ({"TIME": [0, -1, -2]}, "TIME", "found -1, -2 in rows 2, 3; expected a time of 0 or later"),
        ({"TIME": [0, 2, 1]}, "TIME", "found 1 in row 3; expected a time not before the record above it"),
        ({"TIME": [0, "x", "."]}, "TIME", "found x in row 2; expected a number"),
        ({"TIME": [0, "x", "."]}, "TIME", "found nothing in row 3; expected the time of every record"),
        ({"TIME": [0, 1, float("inf")]}, "TIME", "found inf in row 3"),
        ({"AMT": [5, -5, 0]}, "AMT", "found -5 in row 2; expected an amount of 0 or more"),
        ({"EVID": [1, 5, -1]}, "EVID", "found 5, -1 in rows 2, 3; expected 0 (observation), 1 (dose)"),
        ({"EVID": [1, 0.5, 0]}, "EVID", "found 0.5 in row 2; expected a whole number"),
        ({"EVID": [0, 0, 0]}, "AMT", "found 5 in row 1; expected 0 on a record that is no dose"),
        ({"CMT": [3, 2, 2]}, "CMT", "found 3 in row 1; expected a compartment that doses may enter: 1 (G), 2 (A)"),
        ({"CMT": ["X", 2, 2]}, "CMT", "found X in row 1"),
        ({"RATE": [-3, 0, 0]}, "RATE", "found -3 in row 1"),
        ({"RATE": [-1, 0, 0], "CMT": [2, 1, 1]}, "RATE", "found -1 in row 1; expected a number: the entry A models no"),
        ({"RATE": [-2, 0, 0]}, "RATE", "expected a number: the entry G models no duration"),
        ({"AMT": [0, 0, 0], "RATE": [5, 0, 0], "EVID": [1, 0, 0]}, "AMT", "expected the amount of an infusion"),
        ({"AMT": [".", 0, 0], "EVID": [1, 0, 0]}, "AMT", "found nothing in row 1; expected the amount of a dose"),
        ({"AMT": [5, np.nan, 0], "EVID": [1, 4, 0]}, "AMT", "found nothing in row 2; expected the amount of a dose"),
        ({"UNIT": ["g", ".", "."]}, "UNIT", "found g in row 1; expected mg: the unit of what is given into G"),
        ({"UNIT": ["mg/L", "", ""]}, "UNIT", "found mg/L in row 1; expected mg"),
        ({"UNIT": ["spoons", "", ""]}, "UNIT", "found spoons in row 1; expected mg"),
        ({"SS": [1, 0, 0]}, "II", "found 0 in row 1; expected the interval between doses at steady state"),
        ({"SS": [4, 0, 0], "II": [8, 0, 0]}, "SS", "found 4 in row 1"),
        ({"SS": [1, 1, 0], "II": [8, 8, 0]}, "AMT", "found 0 in row 2; expected an amount where II"),
        ({"ADDL": [3, 0, 0]}, "II", "found 0 in row 1; expected the interval between additional doses"),
        ({"ADDL": [-3, 0, 0], "II": [-1, 0, 0]}, "ADDL", "found -3 in row 1"),
        ({"ADDL": [10**12, 0, 0], "II": [1, 0, 0]}, "ADDL", "in row 1; expected at most 100000 additional doses"),
        ({"ADDL": [0, 2, 0], "II": [0, 1, 0], "EVID": [1, 0, 0]}, "EVID", "found 0 in row 2; expected 1 or 4"),
        ({"ID": [1, 2, 1]}, "ID", "found 1 in row 3; expected all records of a subject together"),
        ({"WT": [70, float("nan"), "."]}, "WT", "found nothing in rows 2, 3; expected the covariate's value in kg"),
        ({"amt": [1, 2, 3]}, "amt", "expected each name once"),
    ],
)
def test_a_fault_names_its_rows_what_was_expected_and_the_mend(columns: dict[str, Any], path: str, said: str) -> None:
    """One change to a sound table; the message says where it is and what is wrong."""
    sound: dict[str, Any] = {"TIME": [0, 1, 2], "AMT": [5, 0, 0]}
    assert said in faults(**{**sound, **columns})[path]


def test_all_faults_come_in_one_message() -> None:
    """Negative times, a steady state without interval, an unknown compartment and a NaN covariate at once."""
    said = faults(TIME=[-1, 0], AMT=[5, 5], SS=[1, 0], CMT=[1, 9], WT=[np.nan, 70])
    assert set(said) == {"TIME", "II", "CMT", "WT"}


def test_rows_are_called_by_the_lines_of_their_file() -> None:
    """A table read from a file names its lines."""
    with pytest.raises(InputError, match="line 12"):
        Events.of({"TIME": [0, -1], "AMT": [5, 0]}, SYSTEM, lines=[11, 12])


def test_columns_of_different_length_are_refused() -> None:
    """Nothing is filled up."""
    with pytest.raises(InputError, match="columns of 1, 2 rows"):
        Events.of({"TIME": [0, 1], "AMT": [5]}, SYSTEM)


def test_a_table_without_amounts_is_refused() -> None:
    """A column under another name is not passed over, as nobody would be dosed."""
    with pytest.raises(InputError, match="AMT: found no column"):
        Events.of({"TIME": [0, 1], "AMT [mg]": [5, 0]}, SYSTEM)


def test_a_unit_that_fits_and_one_beside_no_dose_pass() -> None:
    """Another name of the same unit, an empty cell, and the unit of a reading; grams where amounts are of a product."""
    Events.of({"TIME": [0, 1, 2], "AMT": [5, 5, 0], "UNIT": ["mg", ".", "ng/mL"]}, SYSTEM)
    Events.of({"TIME": [0], "AMT": [5], "UNIT": ["g"]}, SYSTEM, amounts="g")
    with pytest.raises(InputError, match="found mg in row 1; expected g"):
        Events.of({"TIME": [0], "AMT": [5], "UNIT": ["mg"]}, SYSTEM, amounts="g")


def test_an_infusion_that_never_ends_needs_no_amount() -> None:
    """At steady state an empty AMT beside a rate is NONMEM's endless infusion."""
    events = Events.of({"TIME": [0], "AMT": ["."], "RATE": [2], "SS": [1], "CMT": [2]}, SYSTEM)
    assert events.records.amount.tolist() == [0.0]
