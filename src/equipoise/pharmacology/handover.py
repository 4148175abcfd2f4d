"""What a trial needs of kinetics: how long something is left, and how an exposure spreads over the days after a dose.

Arrays in, arrays out; courses are sums of exponentials of many virtual people.
"""

from __future__ import annotations

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.summaries.modes import LONGEST_H, Course

DAY_H = 24.0


def washout_days(steady: Course, share: float, interval_h: float = DAY_H) -> Floats:
    """Days after the last of endless doses until `share` of the mean steady-state level is left: (people,).

    >>> one = Course(np.array([[2.0]]), np.array([[-np.log(2.0) / 48.0]]))
    >>> found = washout_days(one, 0.25)
    >>> left = one.then(24.0 * found) / (one.area(0.0, 24.0) / 24.0)
    >>> found.round(3).tolist(), left.round(6).tolist()
    ([4.486], [0.25])
    """
    mean = steady.area(0.0, interval_h) / interval_h
    return steady.falls_to(share * mean, steady.peak_h, LONGEST_H) / DAY_H


def daily_shares(single: Course, days: int) -> Floats:
    """The share of one dose's whole exposure that falls on its own day, the next, ...: (people, days).

    >>> one = Course(np.array([[1.0]]), np.array([[-np.log(2.0) / 24.0]]))
    >>> daily_shares(one, 3).round(4).tolist()
    [[0.5, 0.25, 0.125]]
    """
    whole = single.area(0.0, np.inf)
    parts = [single.area(DAY_H * day, DAY_H * (day + 1)) / whole for day in range(days)]
    return np.stack(parts, axis=1)


def kernel(single: Course, left_out: float, most_days: int) -> Floats:
    """The shares day by day, on average over people, scaled to add up to 1: (days,).

    It ends with the day after which less than `left_out` of the exposure is still to come, or after `most_days`.

    >>> kernel(Course(np.array([[1.0]]), np.array([[-np.log(2.0) / 24.0]])), 0.1, 30).round(4).tolist()
    [0.5333, 0.2667, 0.1333, 0.0667]
    """
    shares = daily_shares(single, most_days).mean(axis=0)
    enough = np.flatnonzero(np.cumsum(shares) >= 1.0 - left_out)
    kept = shares[: enough[0] + 1] if enough.size else shares
    return kept / kept.sum()
