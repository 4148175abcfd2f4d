"""Columns of a table as numbers: what tables write for a missing cell, and which cells are no number at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import Fault, InputError, numbered
from equipoise.model.schedule import Bools, Floats, Indices

MISSING = frozenset({"", ".", "na", "nan", "n/a", "null", "none"})
EMPTY = "an empty cell"


Column = Sequence[object] | NDArray[Any]


class Cells:
    """A table's columns under upper-case names, with the line of each row, and the faults found so far."""

    def __init__(self, columns: Mapping[str, Iterable[object]], lines: Sequence[int] | None = None) -> None:
        self.faults: list[Fault] = []
        self._columns: dict[str, Column] = {}
        for name, cells in columns.items():
            if name.upper() in self._columns:
                self.faults.append(Fault(name, "a second column of that name", "each name once", "Rename one of them."))
            self._columns[name.upper()] = cast("Column", cells) if isinstance(cells, np.ndarray) else list(cells)
        lengths = {len(column) for column in self._columns.values()}
        self.size = min(lengths, default=0)
        if len(lengths) > 1 or not self.size:
            found = f"columns of {', '.join(map(str, sorted(lengths)))} rows" if lengths else "no columns"
            self.faults.append(Fault("rows", found, "columns with the same number of rows, at least 1", "Fill them."))
            raise InputError("events", self.faults)
        self.rows: Indices = np.arange(1, self.size + 1) if lines is None else np.asarray(lines, dtype=np.intp)
        self._word = "row" if lines is None else "line"

    def __contains__(self, name: str) -> bool:
        return name.upper() in self._columns

    def texts(self, name: str) -> list[str]:
        """The cells of a column as text: `EMPTY` where one is missing, whole numbers without a decimal point."""
        return [_label(cell) for cell in self._columns[name.upper()]]

    def numbers(self, name: str, missing: float = 0.0) -> Floats:
        """A column as numbers, `missing` where a cell is empty or the column is not there. Other cells are faults."""
        if name not in self:
            return np.full(self.size, missing)
        cells = self._columns[name.upper()]
        try:
            values = np.array(cells, dtype=np.float64)
            wrong = np.zeros(self.size, dtype=np.bool_)
        except (TypeError, ValueError):
            found = [_number(cell) for cell in cells]
            wrong = np.array([value is None for value in found])
            values = np.array([np.nan if value is None else value for value in found])
        self.check(name, wrong | np.isinf(values), cells, "a number, or . where there is none", "Correct the cell.")
        return np.where(np.isnan(values), missing, values)

    def fill(self, name: str, values: Floats, expected: str, mend: str) -> None:
        """Adds one fault for the rows of a column that are empty; `values`: its numbers, NaN where a cell has none."""
        empty = np.isnan(values)
        cells = self._columns.get(name.upper(), [None] * self.size)
        empty[[i for i in np.flatnonzero(empty).tolist() if _number(cells[i]) is None]] = False
        self.check(name, empty, ["nothing"] * self.size, expected, mend)

    def whole(self, name: str) -> Indices:
        """A column of whole numbers, 0 where a cell is empty."""
        values = self.numbers(name)
        odd = values != np.floor(values)
        self.check(name, odd, values, "a whole number", "Correct the cell.")
        return np.where(odd, 0, values).astype(np.intp)

    def check(self, path: str, wrong: Bools, cells: Column, expected: str, mend: str) -> None:
        """Adds one fault for all rows in which something is wrong."""
        places = np.flatnonzero(wrong).tolist()
        if places:
            values = list(dict.fromkeys(_label(cells[i]) for i in places))
            more = "" if len(values) < 4 else " and others"
            rows = numbered(self._word, [int(self.rows[i]) for i in places])
            found = f"{', '.join(values[:3])}{more} in {rows}"
            self.faults.append(Fault(path, found, expected, mend))


def _label(cell: object) -> str:
    """A cell as text: whole numbers without a decimal point, a missing one in words."""
    value = _number(cell)
    if value is None:
        return str(cell).strip()
    if np.isnan(value):
        return EMPTY
    return str(int(value)) if value.is_integer() else str(cell).strip()


def _number(cell: object) -> float | None:
    """The number in a cell, NaN where it is empty, None where it holds something else."""
    text = "" if cell is None else str(cell).strip()
    if text.lower() in MISSING:
        return np.nan
    try:
        return float(text)
    except ValueError:
        return None
