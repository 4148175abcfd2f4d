"""Any table as a trial: rows of one person, a time, an outcome, and what was taken. Every fault names its rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from equipoise.errors import SHOWN, Fault, InputError, numbered
from equipoise.model.schedule import Floats

MOST_ROWS = 1_000_000
MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "."})
YES_NO = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
SECONDS_A_DAY = 86_400.0
COMPACT_DATE = re.compile(r"(19|20|21)\d{6}")
"""YYYYMMDD. A whole column of these is one of dates, not of day numbers."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts: its columns by name, and the line of the file on which each row stands.

    `empty`: lines that hold separators and nothing else, as spreadsheets leave them; they are no rows.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]
    empty: tuple[int, ...] = ()

    def column(self, name: str, option: str) -> tuple[str, ...]:
        """The cells of one column; a name that is not there is refused with the names that are."""
        if name not in self.columns:
            known = ", ".join(self.columns)
            raise InputError(self.name, [Fault(option, repr(name), f"one of the columns {known}", "Name a column.")])
        return self.columns[name]

    def where(self, column: str, value: str, option: str = "--where") -> Table:
        """The rows in which a column holds a value; a value that no row holds is refused with those that occur."""
        cells = self.column(column, option)
        keep = [i for i, cell in enumerate(cells) if cell == value]
        if not keep:
            known = ", ".join(repr(v) for v in list(dict.fromkeys(cells))[:10])
            raise InputError(self.name, [Fault(option, f"{column}={value}", f"one of {known}", "Choose one of these.")])
        chosen = {name: tuple(cells[i] for i in keep) for name, cells in self.columns.items()}
        return Table(self.name, chosen, tuple(self.lines[i] for i in keep), self.empty)

    def lines_at(self, rows: Sequence[int]) -> str:
        """The lines of some rows for a message, cut after five."""
        return numbered("line", [self.lines[row] for row in rows])

    def cells_at(self, name: str, rows: Sequence[int]) -> str:
        """Some cells of a column for a message, each with its lines, cut after five different ones.

        >>> Table("diary", {"y": ("abc", "1", "x", "abc")}, (2, 3, 4, 6)).cells_at("y", (0, 2, 3))
        "'abc' in lines 2, 6; 'x' in line 4"
        """
        lines: dict[str, list[int]] = {}
        for row in rows:
            lines.setdefault(self.columns[name][row], []).append(self.lines[row])
        told = [f"{cell!r} in {numbered('line', own)}" for cell, own in lines.items()]
        more = [f"{len(told) - SHOWN} more"] if len(told) > SHOWN else []
        return "; ".join(told[:SHOWN] + more)


@dataclass(frozen=True, slots=True)
class Times:
    """A time column: days, the date of day 0 where it holds dates, and what was assumed of it."""

    days: Floats
    day_zero: dt.date | None = None
    notes: tuple[str, ...] = ()


def read_table(path: Path) -> Table:
    """A comma-, semicolon- or tab-separated file with a header line, in UTF-8.

    Raises InputError for a file that cannot be read, an empty one, a doubled column name, or rows of another length.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "bytes that are no UTF-8 text"
        mend = "Give a readable CSV file in UTF-8."
        raise InputError(str(path), [Fault("file", str(why), "a table as text", mend)]) from error
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise InputError(
            str(path), [Fault("file", "no header line", "a header and rows", "Write the column names first.")]
        )
    delimiter = max((",", ";", "\t"), key=lines[0].count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        header = [cell.strip() for cell in next(reader)]
        every = [(reader.line_num, row) for row in reader if row]  # a quoted cell may run over several lines
    except csv.Error as error:
        found = f"{error} in line {reader.line_num}"
        mend = "Check the quotes of this line."
        raise InputError(str(path), [Fault("rows", found, "cells that can be told apart", mend)]) from error
    body = [(line, row) for line, row in every if any(cell.strip() for cell in row)]
    faults = _shape_faults(header, body)
    if faults:
        raise InputError(str(path), faults)
    columns = {name: tuple(row[i].strip() for _, row in body) for i, name in enumerate(header)}
    lines = tuple(line for line, _ in body)
    return Table(str(path), columns, lines, tuple(line for line, row in every if len(row) > 1 and line not in lines))


def _shape_faults(header: Sequence[str], body: Sequence[tuple[int, Sequence[str]]]) -> list[Fault]:
    faults: list[Fault] = []
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        faults.append(Fault("header", f"twice: {', '.join(doubled)}", "each column name once", "Rename one of them."))
    if not body:
        faults.append(Fault("file", "a header without rows", "rows", "Give the table with its rows."))
    if len(body) > MOST_ROWS:
        found = f"{len(body)} rows"
        faults.append(Fault("file", found, f"at most {MOST_ROWS}", "Give one person's diary, or daily means."))
    odd = [line for line, row in body if len(row) != len(header)]
    if odd:
        found = f"another number of cells in {numbered('line', odd)}"
        faults.append(Fault("rows", found, f"{len(header)} cells, as in the header", "Mend these lines."))
    return faults


def numbers(table: Table, name: str, option: str) -> tuple[Floats, list[Fault]]:
    """A column as numbers, missing cells as NaN; yes and no throughout are 1 and 0.

    Other cells are faults that name their lines.
    """
    cells = table.column(name, option)
    answers = [cell.lower() for cell in cells]
    if set(answers) - MISSING <= YES_NO.keys():
        return np.array([YES_NO.get(answer, math.nan) for answer in answers]), []
    values = np.full(len(cells), np.nan)
    wrong: list[int] = []
    for i, cell in enumerate(cells):
        if cell.lower() in MISSING:
            continue
        value = number(cell)
        if value is None:
            wrong.append(i)
        else:
            values[i] = value
    if not wrong:
        return values, []
    mend = (
        "Write numbers with a decimal point, or yes and no throughout; leave the cell empty where there is no rating."
    )
    return values, [Fault(name, table.cells_at(name, wrong), "numbers", mend)]


def times_of(table: Table, name: str, option: str = "--time") -> tuple[Times, list[Fault]]:
    """A time column in days: numbers as they are; ISO dates and times count from midnight of the first one's day."""
    cells = table.column(name, option)
    dates = [_moment(cell) for cell in cells]
    compact = all(COMPACT_DATE.fullmatch(cell) for cell in cells) and None not in dates
    plain = [None if compact else number(cell) for cell in cells]
    as_numbers, as_dates = ([i for i, found in enumerate(kind) if found is None] for kind in (plain, dates))
    wrong = min(as_numbers, as_dates, key=len)  # one slip in a column of numbers is no column of dates
    if wrong:
        expected = "a day number, or a date or time as YYYY-MM-DD or YYYY-MM-DD HH:MM"
        mend = "Write dates as 2026-11-22: in other orders day and month cannot be told apart."
        return Times(np.zeros(len(cells))), [Fault(name, table.cells_at(name, wrong), expected, mend)]
    if not as_numbers:
        return Times(np.array(plain, dtype=np.float64)), []
    known = [moment for moment in dates if moment is not None]
    clock = [moment.replace(tzinfo=None) for moment in known]
    start = dt.datetime.combine(min(clock).date(), dt.time())
    found = np.array([(moment - start).total_seconds() / SECONDS_A_DAY for moment in clock])
    return Times(found, start.date(), _offsets(known)), []


def _offsets(moments: Sequence[dt.datetime]) -> tuple[str, ...]:
    """What is assumed where a column mixes zones of time: the patient's own clock says which day it is."""
    kinds = dict.fromkeys("none" if moment.tzinfo is None else str(moment.tzinfo) for moment in moments)
    if len(kinds) < 2:
        return ()
    return (f"Times have several offsets ({', '.join(kinds)}): each was taken as the clock showed it there.",)


def number(cell: str) -> float | None:
    """The number that a cell holds; None for what is none, also for digits with underscores and for infinity."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def _moment(cell: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(cell)
    except ValueError:
        return None
