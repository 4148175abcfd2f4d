"""Any table as a trial: rows of one person, a time, an outcome, and what was taken. Every fault names its rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from equipoise.errors import Fault, InputError, listed

MOST_ROWS = 1_000_000
MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "."})
YES_NO = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts: its columns by name, and the line of the file on which each row stands."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]

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
        return Table(self.name, chosen, tuple(self.lines[i] for i in keep))


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
        body = [(reader.line_num, row) for row in reader if any(row)]  # a quoted cell may run over several lines
    except csv.Error as error:
        found = f"{error} in line {reader.line_num}"
        mend = "Check the quotes of this line."
        raise InputError(str(path), [Fault("rows", found, "cells that can be told apart", mend)]) from error
    faults = _shape_faults(header, body)
    if faults:
        raise InputError(str(path), faults)
    columns = {name: tuple(row[i].strip() for _, row in body) for i, name in enumerate(header)}
    return Table(str(path), columns, tuple(line for line, _ in body))


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
        found = f"another number of cells in lines {listed(odd)}"
        faults.append(Fault("rows", found, f"{len(header)} cells, as in the header", "Mend these lines."))
    return faults


def numbers(table: Table, name: str, option: str) -> tuple[np.ndarray, list[Fault]]:
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
        value = _number(cell)
        if value is None:
            wrong.append(i)
        else:
            values[i] = value
    if not wrong:
        return values, []
    found = f"{cells[wrong[0]]!r} in lines {listed([table.lines[i] for i in wrong])}"
    mend = (
        "Write numbers with a decimal point, or yes and no throughout; leave the cell empty where there is no rating."
    )
    return values, [Fault(name, found, "numbers", mend)]


def days(table: Table, name: str, option: str = "--time") -> tuple[np.ndarray, dt.date | None, list[Fault]]:
    """A time column in days, and the date of day 0: numbers as they are, without a date; ISO dates and times count from
    midnight of the first one's day.
    """
    cells = table.column(name, option)
    plain, dates = [_number(cell) for cell in cells], [_moment(cell) for cell in cells]
    as_numbers, as_dates = ([i for i, found in enumerate(kind) if found is None] for kind in (plain, dates))
    wrong = min(as_numbers, as_dates, key=len)  # one slip in a column of numbers is no column of dates
    if wrong:
        found = f"{cells[wrong[0]]!r} in lines {listed([table.lines[i] for i in wrong])}"
        expected = "a day number, or a date or time as YYYY-MM-DD or YYYY-MM-DD HH:MM"
        return np.zeros(len(cells)), None, [Fault(name, found, expected, "Mend these cells.")]
    if not as_numbers:
        return np.array(plain, dtype=np.float64), None, []
    known = [moment for moment in dates if moment is not None]
    start = dt.datetime.combine(min(known).date(), dt.time())
    return np.array([(moment - start).total_seconds() / SECONDS_A_DAY for moment in known]), start.date(), []


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _moment(cell: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(cell).replace(tzinfo=None)
    except ValueError:
        return None
