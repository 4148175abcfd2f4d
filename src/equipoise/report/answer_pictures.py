"""Where everything stands in the pictures of an effect: its posterior, other assumptions, the confidence sequence.

Geometry alone, drawn by the templates. Every figure that a picture shows is also in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.analyse.figures import plain
from equipoise.model.observations import Observations
from equipoise.model.posterior import ConfidenceSequence, Posterior
from equipoise.model.schedule import Bools
from equipoise.report.answer_axes import Axis, area, axis, path, steps
from equipoise.report.answer_days import day_name, day_ticks
from equipoise.report.canvas import LETTER, MARGIN, Box, Layout
from equipoise.report.forest import Place, ends, laid_out

GRID = 201
TAIL = 0.0005
BEYOND_MCID = 1.25
SMALL = 0.5
"""The share of the smallest difference that matters below which one is too small to matter, as in `Effect`."""
GAP = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """One upright line with its name, which stands at `text_x`; from `start` on it hides what lies below it."""

    x: float
    label: str
    text_x: float
    anchor: Literal["start", "end"]
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Density:
    """The posterior of the effect. `better`, `worse`: the surfaces beyond the smallest difference that matters.

    `small`: that of differences too small to matter, below half of it; `middle`: all between `better` and `worse`.
    """

    box: Box
    curve: str
    middle: str
    small: str
    better: str
    worse: str
    zero: float
    marks: tuple[Line, ...]
    mean: float
    interval: tuple[float, float]
    interval_y: float


def density(posterior: Posterior, layout: Layout) -> Density:
    """The picture of the effect's posterior against zero and, where one was agreed, the MCID on both sides."""
    found, effect = posterior.mixture, posterior.effect
    mcid = effect.mcid or 0.0
    reach = [found.quantile(TAIL), found.quantile(1.0 - TAIL), 0.0, -BEYOND_MCID * mcid, BEYOND_MCID * mcid]
    left, right, top, bottom = 8.0, layout.width - 8, 62.0, 230.0
    x = axis(reach, left, right, room=0.02)
    cuts = [-mcid, -SMALL * mcid, SMALL * mcid, mcid]
    grid = np.unique(np.concatenate([np.linspace(x.low, x.high, GRID), cuts]))
    heights = found.density(grid)
    y = Axis(0.0, float(heights.max()), bottom, top)

    def part(chosen: Bools) -> str:
        inside = np.flatnonzero(chosen)
        return area(x, y, grid[inside], np.zeros(inside.size), heights[inside])

    below, above = part(grid <= -mcid), part(grid >= mcid)
    low_is_better = posterior.observations.better == "lower"
    named = ("better", "worse") if low_is_better else ("worse", "better")
    marks = [_mark(x, side * mcid, f"{word} by {plain(mcid)}") for side, word in zip((-1, 1), named, strict=True)]
    low, high = effect.interval
    return Density(
        box=Box(layout, bottom + 66, left, right, top, bottom, x.ticks(5 if layout.stacked else 10)),
        curve=path(x, y, grid, heights),
        middle=part((grid >= -mcid) & (grid <= mcid)) if mcid else "",
        small=part(np.abs(grid) <= SMALL * mcid) if mcid else "",
        better=below if low_is_better else above,
        worse=above if low_is_better else below,
        zero=x.at(0.0),
        marks=tuple(marks) if mcid else (),
        mean=x.at(effect.mean),
        interval=(x.at(low), x.at(high)),
        interval_y=bottom + 12,
    )


def _mark(x: Axis, value: float, label: str) -> Line:
    """The name stands on the far side of its line where the paper has room for it, else on the side of zero."""
    place, width = x.at(value), round(LETTER * len(label), 1)
    leftwards = place - GAP - width >= x.start if value < 0 else place + GAP + width > x.end
    if leftwards:
        return Line(place, label, place - GAP, "end", round(place - GAP - width, 1), width)
    return Line(place, label, place + GAP, "start", place + GAP, width)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One row of a forest picture before it is laid out."""

    label: str
    mean: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One row, laid out."""

    place: Place
    x: float
    low: float
    high: float
    first: bool


@dataclass(frozen=True, slots=True)
class Forest:
    """Estimates with their intervals on one linear axis, against zero and the MCID."""

    box: Box
    zero: float
    mcid: tuple[float, ...]
    rows: tuple[EstimateRow, ...]


def forest(items: Sequence[Estimate], mcid: float | None, layout: Layout) -> Forest:
    """The estimates in the order given; the first is the planned one and is drawn stronger."""
    sides = (-mcid, mcid) if mcid else ()
    x = axis([0.0, *sides, *(value for item in items for value in (item.mean, *item.interval))], *ends(layout))
    words = [(item.label, _value(item)) for item in items]
    box, places = laid_out(words, layout, x.ticks(5 if layout.stacked else 7))
    rows = [
        EstimateRow(place, x.at(item.mean), x.at(item.interval[0]), x.at(item.interval[1]), first=index == 0)
        for index, (item, place) in enumerate(zip(items, places, strict=True))
    ]
    return Forest(box, x.at(0.0), tuple(x.at(side) for side in sides), tuple(rows))


def _value(item: Estimate) -> str:
    low, high = item.interval
    return f"{plain(item.mean)} ({plain(low)} to {plain(high)})"


@dataclass(frozen=True, slots=True)
class Looks:
    """The confidence sequence over its looks; where a bound is not reached, the band runs off the picture."""

    box: Box
    band: str
    low: str
    high: str
    zero: float
    mcid: tuple[float, ...]
    days: str


def looks(sequence: ConfidenceSequence, mcid: float | None, seen: Observations, layout: Layout) -> Looks | None:
    """The picture of a sequence; None where no look has reached any bound."""
    reached = [value for look in sequence.looks for value in (look.low, look.high) if value is not None]
    if not reached:
        return None
    days = np.array([look.day for look in sequence.looks])
    left, right = 38.0 if layout.stacked else 54.0, layout.width - MARGIN
    top, bottom = 10.0, 210.0
    sides = (-mcid, mcid) if mcid else ()
    x = Axis(float(days[0]), max(float(days[-1]), float(days[0]) + 1.0), left, right)
    y = axis([0.0, *sides, *reached], bottom, top, room=0.1)
    low = np.array([y.low if look.low is None else look.low for look in sequence.looks])
    high = np.array([y.high if look.high is None else look.high for look in sequence.looks])
    edges, lower = steps(days, low, x.high)
    _, upper = steps(days, high, x.high)
    return Looks(
        box=Box(layout, bottom + 40, left, right, top, bottom, day_ticks(x, seen, layout), y.ticks(6)),
        band=area(x, y, edges, lower, upper),
        low=path(x, y, edges[lower > y.low], lower[lower > y.low]),
        high=path(x, y, edges[upper < y.high], upper[upper < y.high]),
        zero=y.at(0.0),
        mcid=tuple(y.at(side) for side in sides),
        days=f"{day_name(seen)} of the look",
    )
