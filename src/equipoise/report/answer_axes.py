"""Linear axes: where a value stands, which round values are named, and curves as paths of SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analyse.figures import plain
from equipoise.model.schedule import Floats
from equipoise.report.canvas import Tick

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high` on lengths from `start` to `end`; a value outside is cut at its end.

    >>> Axis(0.0, 10.0, 100.0, 0.0).at(2.5)
    75.0
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where the value stands, to a tenth of a unit of the picture."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self, most: int, *, whole: bool = False) -> tuple[Tick, ...]:
        """Round values inside the axis with their labels, evenly spaced, no more than about `most`; `whole`: no
        fractions.
        """
        values = round_values(self.low, self.high, most)
        return tuple(Tick(self.at(value), plain(value)) for value in values if not whole or value.is_integer())


def axis(values: Iterable[float], start: float, end: float, *, room: float = 0.05) -> Axis:
    """An axis that holds all finite values with `room` (a share of their span) at both ends."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    spare = room * (high - low) if high > low else max(abs(high), 1.0) * 0.5
    return Axis(low - spare, high + spare, start, end)


def round_values(low: float, high: float, most: int) -> tuple[float, ...]:
    """Round values from `low` to `high`, at most so many.

    >>> round_values(-1.2, 2.9, 6)
    (-1.0, 0.0, 1.0, 2.0)
    """
    rough = (high - low) / most
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * scale for factor in STEPS if factor * scale >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(float(f"{index * step:.10g}") for index in range(first, last + 1))


def path(x: Axis, y: Axis, xs: Floats | Sequence[float], ys: Floats | Sequence[float]) -> str:
    """The points joined by straight lines; empty where there are none."""
    points = [f"{x.at(float(a)):g} {y.at(float(b)):g}" for a, b in zip(xs, ys, strict=True)]
    return "M" + "L".join(points) if points else ""


def area(x: Axis, y: Axis, xs: Floats, low: Floats, high: Floats) -> str:
    """The surface between two curves over the same values; empty where there are none."""
    if not xs.size:
        return ""
    return path(x, y, np.concatenate([xs, xs[::-1]]), np.concatenate([high, low[::-1]])) + "Z"


def steps(starts: Floats, levels: Floats, until: float) -> tuple[Floats, Floats]:
    """A step function as points: each level from its start to the next, the last one to `until`."""
    edges = np.append(starts, max(until, float(starts[-1])))
    return np.repeat(edges, 2)[1:-1], np.repeat(levels, 2)
