"""What was taken, out of a column of words or numbers: 0 none, 1 the full adjunct. What is not clear is asked, not
guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.errors import Fault
from equipoise.exchange.table_in import Table, number
from equipoise.model.schedule import Floats

NO_LEVEL = frozenset({"", "na", "n/a", "nan"})
OFF_WORDS = frozenset({"off", "no", "false", "none", "control", "baseline", "placebo", "usual routine", "usual"})
FEW_KINDS = 5
RARE = 2
"""A value in so few rows of a column with few kinds of them is named with its lines: it may be a slip."""
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Taken:
    """The level in each row, and what was understood by it. `slips`: levels of very few rows, with their lines."""

    levels: Floats
    notes: tuple[str, ...] = ()
    slips: str = ""

    @property
    def binary(self) -> bool:
        """Whether every level is none or full."""
        return bool(np.isin(self.levels, (0.0, 1.0)).all())

    @property
    def falls(self) -> bool:
        """Whether the level never rises, and falls at least once."""
        steps = np.diff(self.levels)
        return bool((steps <= 0).all() and (steps < 0).any())


def levels_of(table: Table, name: str, on_value: str | None, *, steps: bool) -> tuple[Taken, list[Fault]]:
    """The levels of a column. `on_value`: the cell that means taken. `steps`: a taper was said, so two levels above
    none are two steps and no coding of on and off.

    Faults: rows that say nothing; a coding whose `off` is not known; levels below none.
    """
    cells = table.column(name, "--on")
    blank = [row for row, cell in enumerate(cells) if cell.lower() in NO_LEVEL]
    faults: list[Fault] = []
    if blank:
        mend = "Write what was taken in every row, also where the rating is missing."
        faults.append(Fault(name, f"nothing in {table.lines_at(blank)}", "what was taken", mend))
    kinds = [kind for kind in dict.fromkeys(cells) if kind.lower() not in NO_LEVEL]
    if not kinds:
        return Taken(np.zeros(len(cells))), faults
    if on_value is not None:
        found, more = _told(table, name, kinds, on_value)
    elif all(number(kind) is not None for kind in kinds):
        found, more = _numbers(table, name, kinds, steps=steps)
    else:
        found, more = _words(table, name, kinds)
    return found, faults + more


def _told(table: Table, name: str, kinds: Sequence[str], on: str) -> tuple[Taken, list[Fault]]:
    cells = table.columns[name]
    if on not in kinds:
        return _none(table), [Fault("--on-value", repr(on), f"one of {_quoted(kinds)}", "Choose one.")]
    return _on_and_off(cells, on, [kind for kind in kinds if kind != on]), []


def _words(table: Table, name: str, kinds: Sequence[str]) -> tuple[Taken, list[Fault]]:
    off = [kind for kind in kinds if kind.lower() in OFF_WORDS or number(kind) == 0.0]
    if len(kinds) == 2 and len(off) == 1:
        on = next(kind for kind in kinds if kind not in off)
        return _on_and_off(table.columns[name], on, off), []
    found = f"the values {_quoted(kinds)}{_rare(table, name)}"
    mend = "Mend the lines, or say which value means that the adjunct was taken: --on-value VALUE."
    return _none(table), [Fault(name, found, "0 and 1, or two values of which one is known as off", mend)]


def _numbers(table: Table, name: str, kinds: Sequence[str], *, steps: bool) -> tuple[Taken, list[Fault]]:
    cells = table.columns[name]
    values = np.array([number(cell) or 0.0 for cell in cells])
    levels = sorted({float(number(kind) or 0.0) for kind in kinds})
    top = levels[-1]
    if len(levels) == 2 and levels[0] != 0.0 and not steps:
        mend = "Say which value means that the adjunct was taken: --on-value VALUE; steps of a taper: --design taper."
        expected = "0 for none, or one value that is said to be the one that was taken"
        return _none(table), [Fault(name, f"the values {_quoted(kinds)}", expected, mend)]
    if levels[0] < 0.0:
        found = table.cells_at(name, [row for row, value in enumerate(values) if value < 0.0])
        return _none(table), [Fault(name, found, "0 for none, or a level above it", "Mend these lines.")]
    scaled = values / (top or 1.0)
    if len(levels) > 2 or (steps and levels[0] != 0.0):
        divided = "Levels were divided by the largest: the estimate is that of the full level against none."
        slips = _rare(table, name)
        noted = (f"A level in very few rows may be a slip{slips}.",) if slips else ()
        return Taken(scaled, (divided, *noted), slips), []
    return Taken(scaled, () if top in (0.0, 1.0) else (f"Taken: {top:g}; not taken: 0.",)), []


def _on_and_off(cells: Sequence[str], on: str, off: Sequence[str]) -> Taken:
    note = f"Taken: {on}; not taken: {', '.join(off) or 'nothing'}."
    return Taken(np.array([float(cell == on) for cell in cells]), (note,))


def _rare(table: Table, name: str) -> str:
    """Values that very few rows hold, where there are few kinds of them: ` ('maybe' in line 7)`."""
    counts = Counter(table.columns[name])
    if not 2 < len(counts) <= FEW_KINDS:
        return ""
    rows = [
        row for row, cell in enumerate(table.columns[name]) if counts[cell] <= RARE and cell.lower() not in NO_LEVEL
    ]
    return f" ({table.cells_at(name, rows)})" if rows else ""


def _none(table: Table) -> Taken:
    return Taken(np.zeros(len(table.lines)))


def _quoted(kinds: Sequence[str]) -> str:
    more = [f"and {len(kinds) - SHOWN} more"] if len(kinds) > SHOWN else []
    return ", ".join([*(repr(kind) for kind in kinds[:SHOWN]), *more])
