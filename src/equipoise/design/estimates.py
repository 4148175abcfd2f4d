"""Figures of a simulation with the error that comes from simulating only so many trials."""

from __future__ import annotations

import math
from dataclasses import dataclass

from equipoise.model.schedule import Bools, Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, its Monte-Carlo standard error, and out of how many trials it comes."""

    value: float
    mcse: float
    trials: int

    def as_json(self) -> dict[str, float | int | None]:
        """The figure as a flat mapping; null where no trial tells it."""
        known = self.trials > 0
        return {
            "value": self.value if known else None,
            "mcse": self.mcse if known else None,
            "trials": self.trials,
        }


def share(flags: Bools) -> Estimate:
    """In which share of trials something is so. The error of a share never seen, or always, is that of half a trial.

    >>> import numpy as np
    >>> share(np.array([True, False, False, False])).value
    0.25
    """
    n = flags.size
    if n == 0:
        return Estimate(math.nan, math.nan, 0)
    value = float(flags.mean())
    inner = min(max(value, 0.5 / n), 1.0 - 0.5 / n)
    return Estimate(value, math.sqrt(inner * (1.0 - inner) / n), n)


def mean(values: Floats) -> Estimate:
    """The mean over trials.

    >>> import numpy as np
    >>> mean(np.array([1.0, 3.0])).value
    2.0
    """
    n = values.size
    if n == 0:
        return Estimate(math.nan, math.nan, 0)
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf, n)
