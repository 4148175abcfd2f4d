"""Dosing records with NONMEM's names and meanings, checked as one table against the system that they dose.

ID TIME AMT RATE EVID CMT ADDL II SS MDV DV, in any case, and one that is not NONMEM's: UNIT, that of AMT. Every other
column that the system names is a covariate.
Source: nonmem_help (data items of PREDPP).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Bools, Floats, Indices
from equipoise.pharmacology.kinetics.cells import EMPTY, Cells
from equipoise.pharmacology.kinetics.record_checks import check_doses, check_order, check_steady, check_units
from equipoise.pharmacology.kinetics.regimen import DOSE, OBSERVATION, RESET_DOSE, Regimen
from equipoise.pharmacology.kinetics.system import System

COLUMNS = ("ID", "TIME", "AMT", "RATE", "EVID", "CMT", "ADDL", "II", "SS", "MDV", "DV", "UNIT")


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """The records of all subjects: `ids` as the table names them; the i-th has rows `starts[i]` to `starts[i + 1]`.

    `labels`: whole numbers of columns that were asked for beside NONMEM's (records,), by their names. `aside`: columns
    that nothing asked for and that change nothing.

    >>> from equipoise.pharmacology.kinetics.system import System
    >>> one = System.of({
    ...     "name": "one", "states": {"A": "mg"}, "parameters": {"K": {"value": 0.1, "unit": "1/h"}},
    ...     "rates": {"A": "-K*A"}, "entries": {"A": {}}, "outputs": {"A_now": {"expression": "A", "unit": "mg"}},
    ... })
    >>> events = Events.of({"time": [0, 12, 24], "amt": [5, ".", "."]}, one)
    >>> events.ids, events.records.evid.tolist()
    (('1',), [1, 0, 0])
    >>> Events.of({"TIME": [-1, 2], "AMT": [5, 5], "SS": [0, 1]}, one)
    Traceback (most recent call last):
    ...
    equipoise.errors.InputError: events: 2 faults
      - TIME: found -1 in row 1; expected a time of 0 or later. Count from the first record.
      - II: found 0 in row 2; expected the interval between doses at steady state. Give II, or AMT 0 with a RATE.
    """

    ids: tuple[str, ...]
    starts: Indices
    records: Regimen
    labels: Mapping[str, Indices] = field(default_factory=dict[str, Indices])
    aside: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        columns: Mapping[str, Iterable[object]],
        system: System,
        *,
        lines: Sequence[int] | None = None,
        labels: Collection[str] = (),
        amounts: str | None = None,
    ) -> Events:
        """The events of a table. `columns`: cells by name, numbers or texts, `.` or nothing where one is missing.

        Without ID all rows are one subject's; without EVID rows with an amount or a steady state are doses; without CMT
        doses go to the first entry. `lines`: the line of each row for messages, else 1, 2, ...
        `labels`: further columns of whole numbers that must be there, such as OCC. `amounts`: the unit of AMT where it
        is not that of the state that a dose goes into; a column UNIT is held against it.
        Raises `InputError` with every fault and its rows.
        """
        cells = Cells(columns, lines)
        records = _records(cells, system)
        names = cells.texts("ID") if "ID" in cells else ["1"] * cells.size
        change = [0, *(i for i in range(1, cells.size) if names[i] != names[i - 1])]
        check_order(cells, records, names, change)
        check_doses(cells, records, system)
        check_steady(cells, records)
        check_units(cells, records, system, amounts)
        numbers = {label: _labels(cells, label) for label in labels}
        if cells.faults:
            raise InputError("events", cells.faults)
        meant = {name.upper() for name in (*COLUMNS, *system.covariates, *labels)}
        aside = tuple(name for name in columns if name.upper() not in meant)
        return cls(tuple(names[i] for i in change), np.array([*change, cells.size]), records, numbers, aside)

    def regimen(self, index: int) -> Regimen:
        """The records of the subject with this place in `ids`."""
        return self.records.part(slice(int(self.starts[index]), int(self.starts[index + 1])))

    def some(self, first: int, count: int) -> Events:
        """The events of some subjects, those from the place `first` in `ids` on."""
        starts = self.starts[first : first + count + 1]
        rows = slice(int(starts[0]), int(starts[-1]))
        labels = {name: column[rows] for name, column in self.labels.items()}
        return Events(self.ids[first : first + count], starts - starts[0], self.records.part(rows), labels, self.aside)

    def distinct(self) -> tuple[tuple[Regimen, ...], Indices]:
        """The different regimens, and which one each subject has (ids,): who is dosed alike is computed together."""
        known: dict[bytes, int] = {}
        found: list[Regimen] = []
        which = np.zeros(len(self.ids), dtype=np.intp)
        for i in range(len(self.ids)):
            regimen = self.regimen(i)
            which[i] = known.setdefault(_content(regimen), len(known))
            if len(known) > len(found):
                found.append(regimen)
        return tuple(found), which


def _content(regimen: Regimen) -> bytes:
    """What a simulation sees of a regimen: everything but the lines of the table and what was measured."""
    aside = {"row", "dv", "covariates"}
    columns = [getattr(regimen, item.name) for item in fields(regimen) if item.name not in aside]
    return b"|".join(column.tobytes() for column in [*columns, *regimen.covariates.values()])


def _records(cells: Cells, system: System) -> Regimen:
    time = cells.numbers("TIME", np.nan)
    cells.fill("TIME", time, "the time of every record", "Add it.")
    amount, rate, steady = cells.numbers("AMT"), cells.numbers("RATE"), cells.whole("SS")
    evid = cells.whole("EVID") if "EVID" in cells else np.where((amount != 0) | (steady != 0), DOSE, OBSERVATION)
    covariates = dict(_covariates(cells, system))
    dosing = (evid == DOSE) | (evid == RESET_DOSE)
    return Regimen(
        row=cells.rows,
        time=time,
        evid=evid,
        amount=amount,
        rate=rate,
        state=np.where(dosing, _states(cells, system, dosing), -1),
        additional=cells.whole("ADDL"),
        interval=cells.numbers("II"),
        steady=steady,
        dv=cells.numbers("DV", np.nan) if "DV" in cells else np.full(cells.size, np.nan),
        mdv=cells.whole("MDV"),
        occasion=np.zeros(cells.size, dtype=np.intp),
        covariates=MappingProxyType(covariates),
    )


def _labels(cells: Cells, name: str) -> Indices:
    """The whole numbers of a column that must be there and full."""
    if name not in cells:
        fault = Fault(name, "no column", "the number of the occasion on every record", "Add the column.")
        cells.faults.append(fault)
        return np.zeros(cells.size, dtype=np.intp)
    cells.fill(name, cells.numbers(name, np.nan), "a number on every record", "Fill it, or carry it forward.")
    return cells.whole(name)


def _covariates(cells: Cells, system: System) -> Iterator[tuple[str, Floats]]:
    """The columns of the covariates that the table holds. One that it does not hold is a parameter's matter."""
    for name, covariate in system.covariates.items():
        if name in cells:
            values = cells.numbers(name, np.nan)
            expected = f"the covariate's value in {covariate.unit} on every record"
            cells.fill(name, values, expected, "Fill it, or carry it forward.")
            yield name, values


def _states(cells: Cells, system: System, dosing: Bools) -> Indices:
    """The state of each dose, counted from 0; CMT is its number from 1 or its name, 0 or nothing the first entry."""
    numbers = {str(i): i - 1 for i in range(1, len(system.states) + 1)}
    numbers |= {name: i for i, name in enumerate(system.states)}
    entries = {system.compartment(name) - 1 for name in system.entries}
    texts = cells.texts("CMT") if "CMT" in cells else ["0"] * cells.size
    first = min(entries, default=-1)
    found = np.array([first if text in {"0", EMPTY} else numbers.get(text, -1) for text in texts], dtype=np.intp)
    may = ", ".join(f"{system.compartment(name)} ({name})" for name in system.entries) or "none: it has no entry"
    wrong = dosing & ~np.isin(found, list(entries))
    cells.check("CMT", wrong, texts, f"a compartment that doses may enter: {may}", "Correct it.")
    return found
