"""What dosing records must keep to. Each rule names all rows that break it, in one fault."""

from __future__ import annotations

import numpy as np

from equipoise.pharmacology.kinetics.cells import Cells
from equipoise.pharmacology.kinetics.regimen import MODELLED_DURATION, MODELLED_RATE, RESET_DOSE, Regimen
from equipoise.pharmacology.kinetics.system import System


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
    modelled = np.isin(rate, [MODELLED_RATE, MODELLED_DURATION])
    odd = (rate < 0) & ~modelled
    cells.check("RATE", odd, rate, "0 or more, -1 (rate by the model) or -2 (duration by the model)", "Correct it.")
    empty = records.dosing & (rate != 0) & (amount == 0) & (records.steady == 0)
    cells.check(
        "AMT", empty, amount, "the amount of an infusion", "Give AMT; at steady state AMT 0 means it never ends."
    )
    cells.check("ADDL", records.additional < 0, records.additional, "0 or more", "Correct it.")
    cells.check("II", records.interval < 0, records.interval, "0 or more", "Correct it.")
    lonely = (records.additional > 0) & (records.interval == 0)
    cells.check("II", lonely, records.interval, "the interval between additional doses", "Give II, or set ADDL to 0.")
    stray = ~records.dosing & ((records.steady != 0) | (records.additional > 0))
    cells.check("EVID", stray, evid, "1 or 4 where SS or ADDL is given", "Correct one of them.")
    _check_modelled(cells, records, system)


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
