"""Where everything stands in the pictures of an individual analysis: geometry alone, drawn by the templates.

All lengths are in the units of the picture's own view box. Every figure that a picture shows is also in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.model.posterior import ConfidenceSequence, Posterior
from equipoise.model.schedule import Bools, Floats
from equipoise.report.answer_axes import Axis, area, axis, path, plain, steps
from equipoise.report.pictures import LINE, NARROW, WIDE, Layout, Tick, lines

LAYOUTS = (WIDE, NARROW)
GRID = 201
TAIL = 0.0005
BEYOND_MCID = 1.25
LETTER = 7.0
POINTS = "points"
GAP = 5.0


@dataclass(frozen=True, slots=True)
class Box:
    """The drawing's own rectangle, its ticks, and the height of the whole picture."""

    layout: Layout
    height: float
    left: float
    right: float
    top: float
    bottom: float
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days. `share`: the level taken, as a share of the highest."""

    x: float
    width: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Course:
    """Ratings over days with what was taken, the fitted course with its band, and below it the exposure."""

    box: Box
    taken: tuple[Span, ...]
    withdrawal: tuple[Span, ...]
    dots: tuple[tuple[float, float], ...]
    missing: tuple[float, ...]
    band: str
    fit: str
    strip: tuple[float, float] | None
    levels: str
    acting: tuple[tuple[float, float], ...]


def course(posterior: Posterior, layout: Layout, *, fitted: bool = True) -> Course:
    """The picture of the series; `fitted` False leaves out the model and what acts: ratings and periods alone.

    A course on a latent scale has no place on the axis of the ratings; it is not drawn.
    """
    seen, fit, exposure = posterior.observations, posterior.fitted, posterior.schedule.exposure
    days, rows = seen.times_days, seen.observed
    drawn = np.isfinite(fit.mean) & (fitted and posterior.likelihood == "gaussian")
    left, right = (54.0, layout.width - 10) if not layout.stacked else (38.0, layout.width - 6)
    top, bottom = 12.0, 262.0 if not layout.stacked else 212.0
    first = float(min(days[0], exposure.starts_days[0]))
    x = Axis(first, max(float(days[-1]), first + 1e-9), left, right)
    shown = [seen.values[rows], fit.low[drawn], fit.high[drawn]]
    y = axis(np.concatenate(shown).tolist(), bottom - 14, top, room=0.04)
    most = 6 if layout.stacked else 12
    strip = (bottom + 16, bottom + 66) if fitted else None
    levels, acting = "", ()
    if strip:
        peak = [0.0, 1.0, *exposure.levels.tolist(), *fit.exposure.tolist()]
        up = Axis(min(peak), max(peak), strip[1], strip[0])
        starts, held = _held(posterior, first)
        edges, heights = steps(starts, held, x.high)
        levels = area(x, up, edges, np.zeros(edges.size), heights)
        acting = _points(x, up, days, fit.exposure)
    end = strip[1] if strip else bottom
    return Course(
        box=Box(layout, end + 40, left, right, top, bottom, x.ticks(most), y.ticks(6)),
        taken=_taken(posterior, x),
        withdrawal=tuple(_span(x, start, stop) for start, stop in posterior.schedule.withdrawal_days if stop > x.low),
        dots=_points(x, y, days[rows], seen.values[rows]),
        missing=tuple(x.at(float(day)) for day in days[~rows]),
        band=area(x, y, days[drawn], fit.low[drawn], fit.high[drawn]),
        fit=path(x, y, days[drawn], fit.mean[drawn]),
        strip=strip,
        levels=levels,
        acting=acting,
    )


def _points(x: Axis, y: Axis, days: Floats, values: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((x.at(float(day)), y.at(float(value))) for day, value in zip(days, values, strict=True))


def _held(posterior: Posterior, first: float) -> tuple[Floats, Floats]:
    """What was taken from the first day of the picture onwards, equal neighbours joined."""
    exposure = posterior.schedule.exposure
    starts, levels = exposure.starts_days, exposure.levels
    if starts[0] > first:
        starts, levels = np.insert(starts, 0, first), np.insert(levels, 0, exposure.before)
    turns = np.append(True, np.diff(levels) != 0)
    return starts[turns], levels[turns]


def _taken(posterior: Posterior, x: Axis) -> tuple[Span, ...]:
    starts, levels = _held(posterior, x.low)
    ends = np.append(starts[1:], x.high)
    peak = float(np.abs(levels).max())
    return tuple(
        _span(x, float(start), float(end), abs(float(level)) / peak)
        for start, end, level in zip(starts, ends, levels, strict=True)
        if level != 0 and start < x.high
    )


def _span(x: Axis, start: float, end: float, share: float = 1.0) -> Span:
    return Span(x.at(start), round(x.at(end) - x.at(start), 1), round(share, 3))


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
    """The posterior of the effect. `better`, `worse`: the surfaces beyond the smallest difference that matters."""

    box: Box
    curve: str
    middle: str
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
    cuts = [-mcid, mcid]
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

    y: float
    label_y: float
    value_y: float
    label: tuple[str, ...]
    value: str
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
    left, right = layout.label_width + 12, layout.width - layout.value_width - 12
    sides = (-mcid, mcid) if mcid else ()
    x = axis([0.0, *sides, *(value for item in items for value in (item.mean, *item.interval))], left, right)
    rows: list[EstimateRow] = []
    y = top = 10.0
    for index, item in enumerate(items):
        row, y = _row(item, layout, x, y + 2, first=index == 0)
        rows.append(row)
    ticks = x.ticks(5 if layout.stacked else 7)
    box = Box(layout, y + 46, left, right, top, y + 4, ticks)
    return Forest(box, x.at(0.0), tuple(x.at(side) for side in sides), tuple(rows))


def _row(item: Estimate, layout: Layout, x: Axis, y: float, *, first: bool) -> tuple[EstimateRow, float]:
    label = lines(item.label, layout.label_letters, most=3)
    low, high = item.interval
    value = f"{plain(item.mean)} ({plain(low)} to {plain(high)})"
    if layout.stacked:
        label_y, value_y = y + LINE, y + LINE * (len(label) + 1)
        middle, end = value_y + 16, value_y + 32
    else:
        height = max(2, len(label)) * LINE + 4
        middle, end = y + height / 2, y + height
        label_y, value_y = middle - (len(label) - 1) * LINE / 2 + 4, middle + 4
    row = EstimateRow(middle, label_y, value_y, label, value, x.at(item.mean), x.at(low), x.at(high), first)
    return row, end


@dataclass(frozen=True, slots=True)
class Looks:
    """The confidence sequence over its looks; where a bound is not reached, the band runs off the picture."""

    box: Box
    band: str
    low: str
    high: str
    zero: float
    mcid: tuple[float, ...]


def looks(sequence: ConfidenceSequence, mcid: float | None, layout: Layout) -> Looks | None:
    """The picture of a sequence; None where no look has reached any bound."""
    reached = [value for look in sequence.looks for value in (look.low, look.high) if value is not None]
    if not reached:
        return None
    days = np.array([look.day for look in sequence.looks])
    left, right = (54.0, layout.width - 10) if not layout.stacked else (38.0, layout.width - 6)
    top, bottom = 10.0, 210.0
    sides = (-mcid, mcid) if mcid else ()
    x = Axis(float(days[0]), max(float(days[-1]), float(days[0]) + 1.0), left, right)
    y = axis([0.0, *sides, *reached], bottom, top, room=0.1)
    low = np.array([y.low if look.low is None else look.low for look in sequence.looks])
    high = np.array([y.high if look.high is None else look.high for look in sequence.looks])
    edges, lower = steps(days, low, x.high)
    _, upper = steps(days, high, x.high)
    return Looks(
        box=Box(layout, bottom + 40, left, right, top, bottom, x.ticks(6 if layout.stacked else 12), y.ticks(6)),
        band=area(x, y, edges, lower, upper),
        low=path(x, y, edges[lower > y.low], lower[lower > y.low]),
        high=path(x, y, edges[upper < y.high], upper[upper < y.high]),
        zero=y.at(0.0),
        mcid=tuple(y.at(side) for side in sides),
    )
