"""Doses of a product whose content differs: one amount of it goes into every state that a constituent enters.

The content is a parameter like any other, the bioavailability of an entry: it differs between people who each keep to
one product, or between the occasions at which a person takes up another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from equipoise.errors import Fault, InputError, numbered
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.regimen import DOSE, RESET_DOSE
from equipoise.pharmacology.kinetics.system import System

SET, ADD = 1, 2  # SS: a steady state that is set, and one that is added


def of_product(system: System, content: Mapping[str, float]) -> System:
    """The system whose doses are amounts of a product. `content`: by entry, how much of its constituent is in one unit
    of the product, the value of a parameter CONTENT_ENTRY.

    Raises `InputError` for a state that is no entry, or that has a bioavailability of its own.
    """
    faults = [
        Fault("content", name, f"an entry without bioavailability, of {', '.join(system.entries)}", "Correct it.")
        for name in content
        if name not in system.entries or system.entries[name].bioavailability != "1"
    ]
    if faults:
        raise InputError(f"system {system.name}", faults)
    made = system.model_dump()
    parameters = {f"CONTENT_{name}": {"value": value, "unit": "?"} for name, value in content.items()}
    entries = {name: {**made["entries"][name], "bioavailability": f"CONTENT_{name}"} for name in content}
    return System.of(
        {**made, "parameters": {**made["parameters"], **parameters}, "entries": {**made["entries"], **entries}}
    )


def product_faults(timed: Sequence[int], single: Sequence[int], compartments: Iterable[int], word: str) -> list[Fault]:
    """What doses of a product cannot be: `timed` rows have a rate, `single` ones go into one of the `compartments`."""
    faults: list[Fault] = []
    if timed:
        found = f"a rate in {numbered(word, timed)}"
        faults.append(Fault("RATE", found, "0: a product is taken at once", "Give doses one by one."))
    if single:
        places = ", ".join(str(place) for place in sorted(set(compartments)))
        found = f"compartment {places} in {numbered(word, single)}"
        faults.append(Fault("CMT", found, "none: a dose goes into each state", "Leave CMT out."))
    return faults


def into_each(events: Events, states: Sequence[int], *, word: str = "row") -> Events:
    """The events with a dose into each of some states (counted from 0) where they had one. `word`: for a row.

    What a dose resets, or sets to its steady state, the first of them does; the others add to it. Raises `InputError`
    for infusions, whose rate would be that of one constituent, and for a dose into one state other than the first.
    """
    records = events.records
    timed = records.row[records.dosing & (records.rate != 0.0)]
    single = records.dosing & (records.state > min(states))
    faults = product_faults(timed.tolist(), records.row[single].tolist(), records.state[single] + 1, word)
    if faults:
        raise InputError("events", faults)
    times = np.where(records.dosing, len(states), 1)
    rows = np.repeat(np.arange(times.size), times)
    begins = np.cumsum(times) - times
    place = np.arange(rows.size) - begins[rows]
    taken = records.part(rows)
    later = taken.dosing & (place > 0)
    made = replace(
        taken,
        state=np.where(taken.dosing, np.asarray(states, dtype=np.intp)[place * taken.dosing], taken.state),
        evid=np.where(later & (taken.evid == RESET_DOSE), DOSE, taken.evid),
        steady=np.where(later & (taken.steady == SET), ADD, taken.steady),
    )
    starts = np.append(begins, rows.size)[events.starts]
    return replace(
        events,
        starts=starts.astype(np.intp),
        records=made,
        labels={name: column[rows] for name, column in events.labels.items()},
    )
