"""One number of each subject instead of its rows: area, greatest, least and last value, time above a level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats

Kind = Literal["auc", "cmax", "tmax", "cmin", "clast", "time_above"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Reduction:
    """A number wanted of an output.

    auc: its integral from the first row to the last, exact. cmax, tmax, cmin: among the rows, the first where several
    are equal. clast: the last row. time_above: how long it is above the level, on straight lines between the rows.
    """

    output: str
    kind: Kind
    level: float | None = None

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if self.kind not in KINDS:
            faults.append(Fault("kind", self.kind, f"one of {', '.join(KINDS)}", "Correct it."))
        if (self.kind == "time_above") != (self.level is not None):
            expected = "a level where the time above it is wanted, and nowhere else"
            faults.append(Fault("level", f"{self.level} with {self.kind}", expected, "Give it, or leave it out."))
        if faults:
            raise InputError(f"reduction of {self.output}", faults)


def reduced(values: Floats, times: Floats, kind: Kind, level: float | None = None) -> Floats:
    """The number of each subject (subjects,) from its rows `values` (subjects, rows) at `times` (rows,).

    For `auc` the values are those of the integral. NaN where a row is NaN.

    >>> times, rows = np.array([0.0, 1.0, 2.0]), np.array([[0.0, 4.0, 2.0]])
    >>> [float(reduced(rows, times, kind, 3.0)[0]) for kind in ("cmax", "tmax", "cmin", "clast", "time_above")]
    [4.0, 1.0, 0.0, 2.0, 0.75]
    """
    missing = np.isnan(values).any(axis=1)
    return np.where(missing, np.nan, _of_whole(np.nan_to_num(values), times, kind, level))


def _of_whole(values: Floats, times: Floats, kind: Kind, level: float | None) -> Floats:
    match kind:
        case "auc":
            return values[:, -1] - values[:, 0]
        case "cmax":
            return values.max(axis=1)
        case "tmax":
            return times[values.argmax(axis=1)]
        case "cmin":
            return values.min(axis=1)
        case "clast":
            return values[:, -1]
        case "time_above":
            return _time_above(values - (level or 0.0), times)


def _time_above(above: Floats, times: Floats) -> Floats:
    first, second = above[:, :-1], above[:, 1:]
    size = np.abs(first) + np.abs(second)
    with np.errstate(invalid="ignore"):  # both ends on the level: 0 / 0
        share = (np.maximum(first, 0.0) + np.maximum(second, 0.0)) / size
    return np.where(size > 0.0, share, 0.0) @ np.diff(times)
