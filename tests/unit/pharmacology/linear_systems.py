"""Linear systems that several tests share, and exact solutions of them: few systems, for each is compiled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.closed.engine import ClosedForm
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.entering import entering
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.timeline import courses

ORAL = System.of(
    {
        "name": "oral, two compartments, urine",
        "states": {"G": "mg", "A1": "mg", "A2": "mg", "U": "mg"},
        "parameters": {
            "CL": {"value": 5, "unit": "L/h"},
            "V": {"value": 50, "unit": "L"},
            "Q": {"value": 8, "unit": "L/h"},
            "V2": {"value": 100, "unit": "L"},
            "KA": {"value": 1, "unit": "1/h"},
            "TL": {"value": 0.5, "unit": "h"},
            "F": {"value": 1, "unit": "1"},
        },
        "assignments": {"C": "A1/V", "between": "Q*(C - A2/V2)"},
        "rates": {"G": "-KA*G", "A1": "KA*G - CL*C - between", "A2": "between", "U": "CL*C"},
        "entries": {"G": {"lag": "TL", "bioavailability": "F"}, "A1": {}},
        "outputs": {"CP": {"expression": "C", "unit": "mg/L"}}
        | {f"{name}_now": {"expression": name, "unit": "mg"} for name in ("G", "A1", "A2", "U")},
    }
)
"""The second benchmark system with what is excreted: what goes in is somewhere."""

DEPOT = System.of(
    {
        "name": "depot, one compartment",
        "states": {"G": "mg", "A": "mg"},
        "parameters": {
            "CL": {"value": 1.1, "unit": "L/h"},
            "V": {"value": 20, "unit": "L"},
            "KA": {"value": 1.5, "unit": "1/h"},
        },
        "covariates": {
            "LAGT": {"unit": "h", "default": 0},
            "BIOAV": {"unit": "1", "default": 1},
            "RAT2": {"unit": "mg/h", "default": 10},
            "DUR2": {"unit": "h", "default": 2},
        },
        "rates": {"G": "-KA*G", "A": "KA*G - CL/V*A"},
        "entries": {"G": {}, "A": {"lag": "LAGT", "bioavailability": "BIOAV", "rate": "RAT2", "duration": "DUR2"}},
        "outputs": {"CP": {"expression": "A/V", "unit": "mg/L"}},
    }
)
"""The model of the dosing scenarios that NONMEM was run on (ADVAN2 TRANS2; CP there is in ug/L)."""


_ENGINES: dict[tuple[str, tuple[str, ...]], ClosedForm] = {}


def engine(system: System, integrals: tuple[str, ...] = ()) -> ClosedForm:
    """One engine for all tests of a process."""
    return _ENGINES.setdefault((system.name, integrals), ClosedForm(system, integrals))


def simulated(
    system: System,
    table: Mapping[str, Any],
    grid: Sequence[float] | Floats | None,
    parameters: Mapping[str, Any] | None = None,
    integrals: tuple[str, ...] = (),
    threads: int | None = None,
    **options: Any,
) -> Floats:
    """The outputs, then integrals, of a table of one ID (outputs, subjects, rows)."""
    given = {name: item.value for name, item in system.parameters.items()}
    given |= {name: item.default for name, item in system.covariates.items() if item.default is not None}
    given |= {name: float(value) if np.ndim(value) == 0 else value for name, value in (parameters or {}).items()}
    count = max((np.size(value) for value in given.values()), default=1)
    regimen = Events.of(table, system).regimen(0)
    rows = None if grid is None else np.asarray(grid, dtype=np.float64)
    found = courses(regimen, system, entering(regimen, system, given), count, rows, **options)
    return engine(system, integrals).run(found, given, count, threads=threads)


def exact(matrix: Floats, time: float) -> Floats:
    """exp(matrix x time), each entry to the last digit: 80 decimals, scaled and squared."""
    with localcontext() as context:
        context.prec = 80
        size = len(matrix)
        halvings = max(0, int(np.ceil(np.log2(np.abs(matrix).sum() * abs(time) + 1e-9))) + 4)
        step = Decimal(time) / 2**halvings
        scaled = [[Decimal(float(value)) * step for value in row] for row in matrix]
        total = term = [[Decimal(int(i == j)) for j in range(size)] for i in range(size)]
        for k in range(1, 50):
            term = [[value / k for value in row] for row in _product(term, scaled)]
            total = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(total, term, strict=True)]
        for _ in range(halvings):
            total = _product(total, total)
        return np.array([[float(value) for value in row] for row in total])


def _product(left: list[list[Decimal]], right: list[list[Decimal]]) -> list[list[Decimal]]:
    columns = list(zip(*right, strict=True))
    return [[sum((a * b for a, b in zip(row, column, strict=True)), Decimal(0)) for column in columns] for row in left]
