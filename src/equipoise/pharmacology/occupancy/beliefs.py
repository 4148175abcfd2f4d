"""What is known of a figure beforehand: log-normal beliefs from ranges and from the values of several laboratories."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Final

from equipoise.pharmacology.interaction.parts import Belief

NORMAL_95: Final = 1.6448536269514722
"""The 95th percentile of the standard normal distribution: a central 90 % lies within it on both sides."""


def from_range(low: float, high: float) -> Belief:
    """The belief whose central 90 % runs from `low` to `high` (both above 0; equal ends leave no doubt).

    >>> found = from_range(1.0, 100.0)
    >>> round(math.exp(found.mean), 6), round(found.sd, 4)
    (10.0, 1.3999)
    """
    if not 0.0 < low <= high:
        raise ValueError(f"a range from {low} to {high}: both ends must be above 0 and in order")
    return Belief((math.log(low) + math.log(high)) / 2.0, (math.log(high) - math.log(low)) / (2.0 * NORMAL_95))


def wider(belief: Belief, fold: float) -> Belief:
    """The belief with one more independent source of doubt, one SD of which is a factor of `fold`.

    >>> round(wider(Belief(0.0, 3.0), math.exp(4.0)).sd, 6)
    5.0
    """
    return Belief(belief.mean, math.hypot(belief.sd, math.log(fold)), belief.observations)


def of_affinity(values_nm: Sequence[float], laboratories: float) -> Belief:
    """The binding constant at the site, of which several laboratories gave a value each (nM, at least one).

    The living brain counts as one laboratory more: SD = s * sqrt(1 + 1/n), where s is the spread between
    laboratories, or that of the values where it is larger. One value is therefore never taken for the truth.

    >>> round(of_affinity([100.0], math.e).sd, 4), round(of_affinity([50.0, 100.0, 200.0], math.e).sd, 4)
    (1.4142, 1.1547)
    """
    if not values_nm:
        raise ValueError("no binding constant is given; a target without one cannot be judged")
    logs = [math.log(value) for value in values_nm]
    seen = statistics.stdev(logs) if len(logs) > 1 else 0.0
    spread = max(math.log(laboratories), seen)
    return Belief(statistics.fmean(logs), spread * math.sqrt(1.0 + 1.0 / len(logs)), len(logs))
