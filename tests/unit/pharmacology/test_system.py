"""A system checks itself: names, expressions, units, all faults together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.pharmacology.kinetics.evaluate import evaluate
from equipoise.pharmacology.kinetics.linear import Linear, NotLinear, linear
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.units import unit

TWO: dict[str, Any] = {
    "name": "two compartments, oral",
    "states": {"G": "mg", "A1": "mg", "A2": "mg"},
    "parameters": {
        "CL": {"value": 5, "unit": "L/h"},
        "V": {"value": 50, "unit": "L"},
        "Q": {"value": 8, "unit": "L/h"},
        "V2": {"value": 100, "unit": "L"},
        "KA": {"value": 1, "unit": "1/h"},
    },
    "assignments": {"C": "A1/V", "between": "Q*(C - A2/V2)"},
    "rates": {"G": "-KA*G", "A1": "KA*G - CL*C - between", "A2": "between"},
    "entries": {"G": {"lag": "0.5"}, "A1": {}},
    "outputs": {"CP": {"expression": "C", "unit": "mg/L"}},
}


def faults_of(**changes: Any) -> dict[str, str]:
    """What is wrong with the two-compartment system after a change, by path."""
    with pytest.raises(InputError) as caught:
        System.of({**TWO, **changes})
    return {fault.path: str(fault) for fault in caught.value.faults}


def test_a_linear_system_gives_its_matrix() -> None:
    """The entries of the matrix are those of the textbook, for arrays of parameters too."""
    found = linear(System.of(TWO))
    assert isinstance(found, Linear)
    values = {"CL": np.array([5.0, 6.0]), "V": np.array([50.0, 40.0]), "Q": 8.0, "V2": 100.0, "KA": 1.0}
    entries = dict(zip(found.matrix, evaluate(found.graph, list(found.matrix.values()), values), strict=True))
    assert not found.constant
    assert set(entries) == {(0, 0), (1, 0), (1, 1), (1, 2), (2, 1), (2, 2)}
    np.testing.assert_allclose(entries[1, 1], [-5 / 50 - 8 / 50, -6 / 40 - 8 / 40], rtol=1e-15)
    np.testing.assert_allclose(entries[1, 2], 0.08, rtol=1e-15)


@pytest.mark.parametrize(
    ("rate", "why"),
    [
        ("KA*G - CL*C*C/(1 + C) - between", "the rate of A1 is not linear in the states"),
        ("KA*G - CL*C - between + t/t*KA*G - KA*G", "the rate of A1 depends on the time"),
    ],
)
def test_a_system_without_a_closed_form_says_why(rate: str, why: str) -> None:
    """The state and the part that is not linear are named."""
    found = linear(System.of({**TWO, "rates": {**TWO["rates"], "A1": rate}}))
    assert isinstance(found, NotLinear)
    assert found.why.startswith(why)


def test_a_constant_input_stands_beside_the_matrix() -> None:
    """Turnover at a constant rate is linear with a constant."""
    system = System.of(
        {
            "name": "turnover",
            "states": {"E": "1"},
            "parameters": {"KDEG": {"value": 0.02, "unit": "1/h"}},
            "rates": {"E": "KDEG*(1 - E)"},
            "initial": {"E": "1"},
            "outputs": {"activity": {"expression": "E", "unit": "1"}},
        }
    )
    found = linear(system)
    assert isinstance(found, Linear)
    assert found.graph.text(found.constant[0]) == "KDEG"


def test_every_fault_is_named_at_once() -> None:
    """Names, states without a rate, and units that nobody knows stand in one message."""
    found = faults_of(
        states={"G": "mg", "A1": "mg", "A2": "mgg"},
        rates={"G": "-KA*G", "A2": "0", "A9": "0"},
        entries={"gut": {}},
        covariates={"exp": {"unit": "1"}, "CL": {"unit": "kg"}},
        time_unit="fortnight",
    )
    wanted = ["covariates.CL", "covariates.exp", "entries.gut", "rates.A1", "rates.A9", "states.A2", "time_unit"]
    assert sorted(found) == wanted


def test_every_wrong_expression_is_named_at_once() -> None:
    """Each expression that cannot be read or does not fit has a fault of its own."""
    found = faults_of(
        assignments={"C": "A1/VX", "between": "Q*(C - A2/V2)"},
        entries={"G": {"lag": "A1", "bioavailability": "KA"}},
        outputs={"CP": {"expression": "A1/V", "unit": "ng/mL"}},
    )
    assert sorted(found) == ["assignments.C", "entries.G.bioavailability", "entries.G.lag", "outputs.CP"]
    assert "the expression times 1000 is in the unit of what it stands for" in found["outputs.CP"]


@pytest.mark.parametrize(
    ("assignments", "part"),
    [
        ({"C": "A1/V", "between": "Q*(C - A2)"}, "measure different things"),
        ({"C": "A1 + V", "between": "Q*(A1/V - A2/V2)"}, "A1 and V measure different things"),
        ({"C": "A1/V*exp(CL)", "between": "Q*(A1/V - A2/V2)"}, "a pure number in exp"),
        ({"C": "A1/V*CL**KA", "between": "Q*(A1/V - A2/V2)"}, "a pure number as exponent"),
    ],
)
def test_units_that_do_not_match_are_faults(assignments: dict[str, str], part: str) -> None:
    """Terms of different units are never added, and a function takes a pure number."""
    assert any(part in text for text in faults_of(assignments=assignments).values())


def test_a_wrong_part_is_named_where_it_was_written() -> None:
    """A misfit inside an assignment is one fault, not one for every expression that uses it."""
    assert list(faults_of(assignments={"C": "A1/V", "between": "Q*(C - A2)"})) == ["assignments.between"]


def test_a_number_takes_the_unit_that_fits() -> None:
    """Constants written as numbers are no faults: nobody can say what unit was meant."""
    System.of({**TWO, "assignments": {"C": "A1/V", "between": "8*(C - A2/100)*(0.3 + C)/(0.3 + C)"}})


def test_a_unit_that_is_not_stated_is_not_checked() -> None:
    """'?' switches the check off for what rests on it."""
    System.of(
        {**TWO, "parameters": {**TWO["parameters"], "Q": {"value": 8, "unit": "?"}, "V2": {"value": 1, "unit": "?"}}}
    )


def test_a_field_of_the_wrong_kind_is_a_fault_with_its_path() -> None:
    """What YAML may hold instead of a number or a text is refused by path."""
    found = faults_of(parameters={"CL": {"value": "fast", "unit": "L/h"}}, colour="red")
    assert sorted(found) == ["colour", "parameters.CL.value"]


@pytest.mark.parametrize(("text", "factor"), [("mg", 1), ("ug/mL", 1), ("L/h/kg", 1e-6), ("mg*d/L", 24), ("nM", 1)])
def test_units_have_their_size(text: str, factor: float) -> None:
    """Milligram, hour, litre and nanomole are 1."""
    found = unit(text)
    assert found is not None
    assert found.factor == pytest.approx(factor, rel=1e-12)
