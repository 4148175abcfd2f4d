"""The diary of one outcome: when, what, and what the instrument asked about."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from equipoise.errors import Fault, InputError, numbered
from equipoise.model.schedule import Bools, Floats, floats

Better = Literal["lower", "higher"]
SCALES = "Correct the ratings; do they stand on another scale of the instrument, say its bounds."
Scale = Literal["continuous", "ordinal_sum", "ordinal_item", "count", "binary"]


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Ratings of one outcome at their true times; a missing rating is NaN and stays in its row.

    `times_days`: ascending strictly. `values`: points. `recall_days`: the instrument asks about the last so many days
    (0: now). `covariates`: named columns of the same length without gaps. `bounds`: least and greatest score, where the
    instrument has them. `better`: which direction is a relief; not `better_said`: only assumed. `scale`: what kind of
    number a rating is. `guesses`: what the patient believed to have taken, 1 or 0, NaN without an opinion; where it
    was asked.
    `due`: rows in which a rating was planned, those of given ratings among them; None: every row.
    `day_zero`: the date of day 0, where it is known. `case`: whose diary it is, a pseudonym, where somebody said it.
    `lines`: where each row stands in its file, for messages; None: rows are counted from 1.

    >>> Observations((1.0, 2.0, 4.0), (9.0, float("nan"), 7.0)).missing
    1
    """

    times_days: Floats
    values: Floats
    name: str = "outcome"
    recall_days: float = 0.0
    covariates: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    bounds: tuple[float, float] | None = None
    better: Better = "lower"
    scale: Scale = "continuous"
    guesses: Floats | None = None
    due: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    day_zero: dt.date | None = None
    case: str | None = None
    lines: tuple[int, ...] | None = None
    better_said: bool = True

    def __init__(
        self,
        times_days: Sequence[float] | Floats,
        values: Sequence[float] | Floats,
        name: str = "outcome",
        recall_days: float = 0.0,
        covariates: Mapping[str, Sequence[float] | Floats] | None = None,
        bounds: tuple[float, float] | None = None,
        better: Better = "lower",
        scale: Scale = "continuous",
        guesses: Sequence[float] | Floats | None = None,
        due: Sequence[bool] | Bools | None = None,
        day_zero: dt.date | None = None,
        case: str | None = None,
        lines: tuple[int, ...] | None = None,
        *,
        better_said: bool = True,
    ) -> None:
        columns = {key: floats(column) for key, column in (covariates or {}).items()}
        for key, value in {
            "times_days": floats(times_days),
            "values": floats(values),
            "name": name,
            "recall_days": float(recall_days),
            "covariates": MappingProxyType(columns),
            "bounds": bounds,
            "better": better,
            "scale": scale,
            "guesses": None if guesses is None else floats(guesses),
            "due": _marks([True] * len(values) if due is None else due),
            "day_zero": day_zero,
            "case": case,
            "lines": lines,
            "better_said": better_said,
        }.items():
            object.__setattr__(self, key, value)
        checks = (_time_faults, _value_faults, _covariate_faults, _guess_faults, _due_faults)
        faults = [fault for check in checks for fault in check(self)]
        if faults:
            raise InputError(f"observations of {name}", faults)

    @property
    def observed(self) -> Bools:
        """True where a rating was given."""
        return ~np.isnan(self.values)

    @property
    def n(self) -> int:
        """The number of ratings given."""
        return int(self.observed.sum())

    @property
    def missing(self) -> int:
        """The number of planned ratings that were not given."""
        return int((self.due & ~self.observed).sum())

    def date(self, day: float) -> dt.date | None:
        """The date of a day; None where the diary knows no dates.

        >>> Observations((0.0, 1.0), (9.0, 7.0), day_zero=dt.date(2026, 2, 28)).date(1.5)
        datetime.date(2026, 3, 1)
        """
        return None if self.day_zero is None else self.day_zero + dt.timedelta(days=math.floor(day))


def _marks(values: Sequence[bool] | Bools) -> Bools:
    array = np.array(values, dtype=np.bool_)
    array.setflags(write=False)
    return array


def _rows(item: Observations, chosen: Bools) -> str:
    """Some rows for a message: their lines in the file, or their numbers where they stand in none."""
    rows = np.flatnonzero(chosen).tolist()
    if item.lines is None:
        return numbered("row", [row + 1 for row in rows])
    return numbered("line", [item.lines[row] for row in rows])


def _time_faults(item: Observations) -> list[Fault]:
    if item.times_days.shape != item.values.shape or item.times_days.ndim != 1:
        found = f"{item.times_days.size} times and {item.values.size} ratings"
        return [Fault("times_days", found, "one time for each rating", "Pair them.")]
    faults: list[Fault] = []
    if not np.all(np.isfinite(item.times_days)):
        rows = _rows(item, ~np.isfinite(item.times_days))
        faults.append(Fault("times_days", f"no time in {rows}", "a finite day", "Give the time or remove the row."))
    steps = np.diff(item.times_days)
    if np.any(steps == 0):
        rows = _rows(item, np.append(False, steps == 0))
        mend = "Give the time of day, or one rating per time."
        faults.append(Fault("times_days", f"the time of the row before again in {rows}", "each time once", mend))
    if np.any(steps < 0):
        rows = _rows(item, np.append(False, steps < 0))
        faults.append(Fault("times_days", f"an earlier time in {rows}", "ascending times", "Sort the rows by time."))
    if not 0.0 <= item.recall_days < np.inf:
        faults.append(Fault("recall_days", f"{item.recall_days:g}", "0 or a number of days", "Correct the window."))
    return faults


def _value_faults(item: Observations) -> list[Fault]:
    if item.times_days.shape != item.values.shape:
        return []
    faults: list[Fault] = []
    if np.any(np.isinf(item.values)):
        rows = _rows(item, np.isinf(item.values))
        faults.append(Fault("values", f"an infinite rating in {rows}", "numbers", "Correct the ratings."))
    if item.bounds is not None:
        low, high = item.bounds
        outside = (item.values < low) | (item.values > high)
        if np.any(outside):
            found = f"ratings outside {low:g} to {high:g} in {_rows(item, outside)}"
            faults.append(Fault("values", found, "scores that the instrument can give", SCALES))
    whole = item.scale != "continuous"
    if whole and np.any(item.values[item.observed] % 1 != 0):
        rows = _rows(item, np.where(item.observed, item.values % 1 != 0, False))
        found = f"fractions in {rows}"
        faults.append(
            Fault("values", found, f"whole numbers ({item.scale})", "Correct them, or choose another likelihood.")
        )
    return faults


def _covariate_faults(item: Observations) -> list[Fault]:
    faults: list[Fault] = []
    for key, column in item.covariates.items():
        if column.shape != item.times_days.shape:
            faults.append(Fault(key, f"{column.size} values", f"{item.times_days.size}, one a row", "Fill the column."))
        elif not np.all(np.isfinite(column[item.observed])):
            rows = _rows(item, item.observed & ~np.isfinite(column))
            mend = "Fill the covariate, leave it out, or blank the ratings of these rows."
            faults.append(Fault(key, f"no value in {rows}", "a number wherever there is a rating", mend))
    return faults


def _guess_faults(item: Observations) -> list[Fault]:
    if item.guesses is None:
        return []
    if item.guesses.shape != item.times_days.shape:
        return [
            Fault("guesses", f"{item.guesses.size} guesses", f"{item.times_days.size}, one a row", "Fill the column.")
        ]
    wrong = ~np.isnan(item.guesses) & ~np.isin(item.guesses, (0.0, 1.0))
    if not np.any(wrong):
        return []
    mend = "Write 1 or 0, and nothing where the patient had no opinion."
    return [Fault("guesses", f"other values in {_rows(item, wrong)}", "1 (taken) or 0 (not taken)", mend)]


def _due_faults(item: Observations) -> list[Fault]:
    if item.due.shape != item.values.shape:
        return [Fault("due", f"{item.due.size} marks", f"{item.values.size}, one a row", "Mark every row.")]
    unplanned = item.observed & ~item.due
    if not np.any(unplanned):
        return []
    return [Fault("due", f"ratings in {_rows(item, unplanned)}", "ratings where one was due", "Mark these rows too.")]
