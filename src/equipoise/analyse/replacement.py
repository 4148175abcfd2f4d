"""The normal that stands in for a rating: it leaves the same mean and variance of the latent state behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyse.sites import Slopes
from equipoise.model.schedule import Floats

LEAST_LEFT = 1e-9  # of the variance: no rating tells the state exactly; far off the mark, rounding would say so


@dataclass(frozen=True, slots=True, eq=False)
class Replacement:
    """Precision, and precision times mean, of the state (`f`) and its upper and lower threshold (`high`, `low`).

    `given`: precision times mean of the state with the thresholds held. All (ratings, nodes).
    """

    ff: Floats
    given: Floats
    f: Floats
    f_high: Floats
    f_low: Floats
    high_high: Floats
    low_low: Floats
    high_low: Floats
    high: Floats
    low: Floats


def replacement(slopes: Slopes, mean: Floats, variance: Floats, held: tuple[Floats, Floats] | None) -> Replacement:
    """The normals that stand in where the other ratings say N(mean, variance); `held`: upper and lower thresholds.

    The thresholds are held, not averaged over: a variance of 0 for the state too would make this Newton's method.
    """
    grown = np.maximum(1.0 + variance * slopes.ff, LEAST_LEFT)
    ff, given = -slopes.ff / grown, (slopes.f - slopes.ff * mean) / grown
    if held is None or slopes.edges is None:
        none = np.zeros((1, 1))
        return Replacement(ff, given, given, none, none, none, none, none, none, none)
    top, bottom = held
    edges = slopes.edges
    f_high = (edges.high_high + edges.high_low) / grown
    f_low = (edges.low_low + edges.high_low) / grown
    shared = variance * grown
    high_high = f_high * f_high * shared - edges.high_high
    low_low = f_low * f_low * shared - edges.low_low
    high_low = f_high * f_low * shared - edges.high_low
    push = variance * slopes.f
    return Replacement(
        ff=ff,
        given=given,
        f=given + f_high * top + f_low * bottom,
        f_high=f_high,
        f_low=f_low,
        high_high=high_high,
        low_low=low_low,
        high_low=high_low,
        high=f_high * mean + high_high * top + high_low * bottom + edges.high + f_high * push,
        low=f_low * mean + high_low * top + low_low * bottom + edges.low + f_low * push,
    )
