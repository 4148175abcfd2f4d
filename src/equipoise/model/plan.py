"""How a diary is to be analysed: the choices that a protocol fixes before the first day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from equipoise.errors import Fault, InputError

Trend = Literal["linear", "spline", "none"]
Likelihood = Literal["auto", "gaussian", "ordinal_sum", "ordinal", "binary", "poisson"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The fixed choices. `mcid`: the smallest difference that matters, in points; None where none was agreed.

    `several_a_day`: ratings of one day share that day's state and differ by noise; None: where a day has several.
    `seed` draws the schedules of a randomisation test that are too many to list. `level`: of intervals and sequences.
    `fewest`: ratings at each level below which no answer is given.
    """

    trend: Trend = "linear"
    likelihood: Likelihood = "auto"
    mcid: float | None = None
    several_a_day: bool | None = None
    seed: int = 1
    fewest: int = 8
    level: float = 0.95

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if self.mcid is not None and not 0.0 < self.mcid < math.inf:
            mend = "Give the size of the difference; the direction comes from the instrument."
            faults.append(Fault("mcid", f"{self.mcid:g}", "a positive number of points", mend))
        if self.seed < 0:
            faults.append(Fault("seed", str(self.seed), "0 or a positive whole number", "For example 1."))
        if self.fewest < 2:
            faults.append(Fault("fewest", str(self.fewest), "at least 2", "For example 8."))
        if not 0.5 <= self.level < 1.0:
            faults.append(Fault("level", f"{self.level:g}", "at least 0.5 and below 1", "For example 0.95."))
        if faults:
            raise InputError("plan", faults)
