"""What dosing records must keep to. Each rule names all rows that break it, in one fault."""

from __future__ import annotations

import numpy as np

from equipoise.errors import Fault, UnfitError
from equipoise.pharmacology.kinetics.cells import EMPTY, Cells
from equipoise.pharmacology.kinetics.regimen import MODELLED_DURATION, MODELLED_RATE, RESET_DOSE, Regimen
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.units import NOT_STATED, unit

MOST_ADDITIONAL = 100_000  # each becomes an event; hourly for more than ten years


def check_order(cells: Cells, records: Regimen, labels: list[str], change: list[int]) -> None:
    """Records of a subject stand together, in the order of their times."""
    seen: set[str] = set()
    again = np.zeros(cells.size, dtype=np.bool_)
    for start in change:
        again[start] = labels[start] in seen
        seen.add(labels[start])
    mend = "Sort by ID, or give the second part its own ID."
    cells.check("ID", again, labels, "all records of a subject together", mend)
    time = records.time
    cells.check("TIME", time < 0, time, "a time of 0 or later", "Count from the first record.")
    earlier = np.zeros(cells.size, dtype=np.bool_)
    earlier[1:] = np.diff(time) < 0
    earlier[change] = False
    cells.check("TIME", earlier, time, "a time not before the record above it", "Sort the records of each ID by TIME.")


def check_doses(cells: Cells, records: Regimen, system: System) -> None:
    """Doses have an amount, other records none; rates, intervals and additional doses mean something."""
    evid, amount, rate = records.evid, records.amount, records.rate
    known = "0 (observation), 1 (dose), 2 (other), 3 (reset) or 4 (reset and dose)"
    cells.check("EVID", (evid < 0) | (evid > RESET_DOSE), evid, known, "Correct it.")
    cells.check("AMT", amount < 0, amount, "an amount of 0 or more", "Correct it.")
    no_dose = ~records.dosing & (amount > 0)
    cells.check("AMT", no_dose, amount, "0 on a record that is no dose", "Set EVID to 1, or AMT to 0.")
    _check_given(cells, records)
    modelled = np.isin(rate, [MODELLED_RATE, MODELLED_DURATION])
    odd = (rate < 0) & ~modelled
    cells.check("RATE", odd, rate, "0 or more, -1 (rate by the model) or -2 (duration by the model)", "Correct it.")
    empty = records.dosing & (rate != 0) & (amount == 0) & (records.steady == 0)
    cells.check(
        "AMT", empty, amount, "the amount of an infusion", "Give AMT; at steady state AMT 0 means it never ends."
    )
    cells.check("ADDL", records.additional < 0, records.additional, "0 or more", "Correct it.")
    many = records.additional > MOST_ADDITIONAL
    cells.check("ADDL", many, records.additional, f"at most {MOST_ADDITIONAL} additional doses", "Correct it.")
    cells.check("II", records.interval < 0, records.interval, "0 or more", "Correct it.")
    lonely = (records.additional > 0) & (records.interval == 0)
    cells.check("II", lonely, records.interval, "the interval between additional doses", "Give II, or set ADDL to 0.")
    stray = ~records.dosing & ((records.steady != 0) | (records.additional > 0))
    cells.check("EVID", stray, evid, "1 or 4 where SS or ADDL is given", "Correct one of them.")
    _check_modelled(cells, records, system)


def _check_given(cells: Cells, records: Regimen) -> None:
    """A dose has its amount written down: an empty cell is not 0, save for an infusion that never ends."""
    if "AMT" not in cells:
        expected, mend = "the amount of each dose, 0 where there is none", "Add the column, or give it this name."
        cells.faults.append(Fault("AMT", "no column", expected, mend))
        return
    given = cells.numbers("AMT", np.nan)
    given[~records.dosing | ((records.steady != 0) & (records.rate != 0))] = 0.0
    cells.fill("AMT", given, "the amount of a dose", "Give it, 0 if none was taken; EVID 0 where there is no dose.")


def check_units(cells: Cells, records: Regimen, system: System, amounts: str | None) -> None:
    """The column UNIT, where there is one, says the unit of AMT as the model has it.

    `amounts`: the unit of every amount where it is not that of the state that a dose goes into.
    """
    if "UNIT" not in cells:
        return
    texts = ["" if text == EMPTY else text for text in cells.texts("UNIT")]
    for place, (name, stated) in enumerate(system.states.items()):
        wanted = amounts or stated
        here = records.dosing & (records.state == place) & (records.amount > 0)
        wrong = np.array([bool(text) and not _fits(text, wanted) for text in texts])
        known = "nothing, as the model states none" if wanted == NOT_STATED else wanted
        expected = f"{known}: the unit of what is given into {name}"
        cells.check("UNIT", here & wrong, texts, expected, "Convert AMT, or correct UNIT.")


def _fits(text: str, wanted: str) -> bool:
    """Whether amounts in one unit are amounts in the other as they stand; nothing fits one that is not stated."""
    try:
        found, other = unit(text), unit(wanted)
    except UnfitError:
        return False
    return found is not None and other is not None and found.like(other)


def _check_modelled(cells: Cells, records: Regimen, system: System) -> None:
    """A rate or duration that the model shall give must be in the model."""
    for name, entry in system.entries.items():
        here = records.state == system.compartment(name) - 1
        for code, what, text in ((-1.0, "rate", entry.rate), (-2.0, "duration", entry.duration)):
            if text is None:
                wrong = here & (records.rate == code)
                mend = f"Add {what} to the entry {name}, or write the rate."
                cells.check("RATE", wrong, records.rate, f"a number: the entry {name} models no {what}", mend)


def check_steady(cells: Cells, records: Regimen) -> None:
    """A steady state needs an interval, or an infusion that never ends."""
    steady, interval = records.steady, records.interval
    cells.check("SS", (steady < 0) | (steady > 2), steady, "0, 1 (set) or 2 (add)", "Correct it.")
    at_steady = records.dosing & np.isin(steady, [1, 2])
    endless = at_steady & (records.amount == 0)
    wanted = at_steady & (records.amount > 0) & (interval == 0)
    cells.check("II", wanted, interval, "the interval between doses at steady state", "Give II, or AMT 0 with a RATE.")
    over = endless & ((interval > 0) | (records.additional > 0))
    cells.check(
        "AMT", over, records.amount, "an amount where II or ADDL is given", "Give AMT, or set II and ADDL to 0."
    )
    fixed = endless & (records.rate == MODELLED_DURATION)
    cells.check(
        "RATE", fixed, records.rate, "a rate: an infusion that never ends has no duration", "Use -1 or a number."
    )
