"""A recorded plan and what was really taken of it: rows that say `no` were days without."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from equipoise.errors import Fault, numbered
from equipoise.exchange.table_in import Table
from equipoise.model.schedule import Bools, Exposure, Floats

YES = frozenset({"yes", "y", "1", "true"})
NO = frozenset({"no", "n", "0", "false"})
BLANK = frozenset({"", "na", "n/a"})


def missed_rows(table: Table, name: str | None, levels: Floats) -> tuple[Bools, tuple[str, ...], list[Fault]]:
    """The rows in which the plan was not kept, what was assumed of them, and cells that say neither yes nor no.

    `levels`: the planned level of each row, of the shape (rows,). A row without the adjunct that was not kept stays one
    without, and a note says so: what was taken instead is not in the column.
    """
    none = np.zeros(len(table.lines), dtype=np.bool_)
    if name is None:
        return none, (), []
    cells = [cell.strip().lower() for cell in table.column(name, "--kept")]
    wrong = [row for row, cell in enumerate(cells) if cell not in YES | NO | BLANK]
    if wrong:
        found = table.cells_at(name, wrong)
        return none, (), [Fault(name, found, "yes, no, or empty where nobody said", "Correct these cells.")]
    missed = np.array([cell in NO for cell in cells], dtype=np.bool_)
    skipped = [line for line, no, level in zip(table.lines, missed, levels, strict=True) if no and level]
    strayed = [line for line, no, level in zip(table.lines, missed, levels, strict=True) if no and not level]
    silent = [line for line, cell in zip(table.lines, cells, strict=True) if cell in BLANK]
    notes: list[str] = []
    if skipped:
        notes.append(f"The plan was not kept in {numbered('line', skipped)}: nothing was taken then.")
        if any(0.0 < level < 1.0 for level in levels[missed]):
            notes.append("On a step of a taper more than planned may have been taken: then say so in the exposure.")
    if strayed:
        found = f"The plan was not kept in {numbered('line', strayed)}, where it was to be without the adjunct"
        notes.append(f"{found}: they count as without. If it was taken then, record that as exposure.")
    if silent:
        notes.append(f"Whether the plan was kept is not said in {numbered('line', silent)}: that it was is assumed.")
    return missed, tuple(notes), []


def levels_at(exposure: Exposure, times_days: Floats) -> Floats:
    """The level that was held up to each time; a level that begins at that very moment does not count.

    >>> levels_at(Exposure((0.0, 7.0), (0.0, 1.0)), np.array([7.0, 8.0])).tolist()
    [0.0, 1.0]
    """
    piece = np.searchsorted(exposure.starts_days, times_days, side="left") - 1
    return np.where(piece >= 0, exposure.levels[np.maximum(piece, 0)], exposure.before)


def without(exposure: Exposure, starts_days: Floats, ends_days: Floats) -> Exposure:
    """The exposure with nothing taken in the spans, which ascend and do not overlap.

    >>> left = without(Exposure((0.0,), (1.0,)), np.array([2.0]), np.array([3.0]))
    >>> left.starts_days.tolist(), left.levels.tolist()
    ([0.0, 2.0, 3.0], [1.0, 0.0, 1.0])
    """
    edges = np.unique(np.concatenate([exposure.starts_days, starts_days, ends_days]))
    middles = np.array([(a + b) / 2.0 for a, b in pairwise([*edges.tolist(), edges[-1] + 1.0])])
    levels = levels_at(exposure, middles)
    begun = np.searchsorted(starts_days, middles, side="right")  # spans that began: the last of them may still run
    inside = middles < np.append(-np.inf, ends_days)[begun]
    return Exposure(edges, np.where(inside, 0.0, levels), exposure.before)
