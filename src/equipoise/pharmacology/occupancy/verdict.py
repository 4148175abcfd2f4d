"""From draws of an occupancy to a word: plausible, implausible or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.model.terms import Plausibility


@dataclass(frozen=True, slots=True)
class Judged:
    """Median and central interval of an occupancy (0 to 1), how probable it reaches the threshold, and the word."""

    median: float
    low: float
    high: float
    p_reached: float
    verdict: Plausibility


def central(draws: Floats, interval: float) -> tuple[float, float, float]:
    """Lower end, median and upper end of the central interval (0.9 for 90 %) of draws.

    >>> central(np.array([1.0, 2.0, 3.0]), 0.5)
    (1.5, 2.0, 2.5)
    """
    tail = (1.0 - interval) / 2.0
    low, median, high = (float(value) for value in np.quantile(draws, [tail, 0.5, 1.0 - tail]))
    return low, median, high


def judged(shares: Floats, threshold: float, interval: float) -> Judged:
    """The verdict of draws of an occupancy: the whole central interval (0.9 for 90 %) must lie on one side.

    >>> judged(np.array([0.5, 0.6, 0.7]), threshold=0.2, interval=0.9).verdict
    <Plausibility.PLAUSIBLE: 'plausible'>
    >>> judged(np.array([0.1, 0.6, 0.7]), threshold=0.2, interval=0.9).verdict
    <Plausibility.UNKNOWN: 'unknown'>
    """
    low, median, high = central(shares, interval)
    if low >= threshold:
        word = Plausibility.PLAUSIBLE
    else:
        word = Plausibility.IMPLAUSIBLE if high < threshold else Plausibility.UNKNOWN
    return Judged(median, low, high, float(np.mean(shares >= threshold)), word)


def together(verdicts: Iterable[Plausibility]) -> Plausibility:
    """One of several must hold (Kleene's strong 'or'): plausible if any is, implausible if all are, else unknown.

    Nothing to judge is unknown. Source: kleene_1952.

    >>> together([Plausibility.IMPLAUSIBLE, Plausibility.UNKNOWN]), together([])
    (<Plausibility.UNKNOWN: 'unknown'>, <Plausibility.UNKNOWN: 'unknown'>)
    """
    found = set(verdicts)
    if Plausibility.PLAUSIBLE in found:
        return Plausibility.PLAUSIBLE
    return Plausibility.IMPLAUSIBLE if found == {Plausibility.IMPLAUSIBLE} else Plausibility.UNKNOWN
