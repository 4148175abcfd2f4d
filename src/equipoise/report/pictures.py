"""Where everything stands in the pictures of a dossier: geometry alone, drawn by the templates.

All lengths are in the units of the picture's own view box. Every figure that a picture shows is also in a table
beside it, so a picture may shorten a label or cut an interval at its edge.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from equipoise.model.finding import Burden, BurdenPart, Finding, Magnitude
from equipoise.model.terms import Answer
from equipoise.report import words

TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
BAND = (0.8, 1.25)
"""The limits within which regulators take two exposures as equivalent."""

LINE = 16.0
Edge = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide a picture is and whether its labels stand beside the drawing or above it."""

    name: str
    width: float
    label_width: float
    value_width: float
    label_letters: int
    stacked: bool


WIDE = Layout("wide", 860.0, 250.0, 160.0, 34, stacked=False)
NARROW = Layout("narrow", 340.0, 0.0, 0.0, 50, stacked=True)


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """One row of a forest picture before it is laid out."""

    label: str
    size: Magnitude
    settled: bool = True


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One predicted ratio, laid out. `beyond`: the estimate lies outside the axis, on that side."""

    y: float
    label_y: float
    value_y: float
    label: tuple[str, ...]
    value: str
    x: float
    low: float
    high: float
    cut_low: bool
    cut_high: bool
    beyond: Edge | None
    floor: float | None
    ceiling: float | None


@dataclass(frozen=True, slots=True)
class Forest:
    """Ratios on a logarithmic axis, with the line of no change and the band of equivalence."""

    layout: Layout
    height: float
    left: float
    right: float
    top: float
    bottom: float
    ticks: tuple[Tick, ...]
    one: float
    band: tuple[float, float]
    rows: tuple[ForestRow, ...]
    domain: tuple[float, float]


def ratios(findings: Sequence[Finding]) -> tuple[Ratio, ...]:
    """Every finding that has a size, the largest ratio first; equal ones by label."""
    found = [Ratio(item.title, item.magnitude, item.answer is Answer.MET) for item in findings if item.magnitude]
    return tuple(sorted(found, key=lambda item: (-item.size.estimate, item.label)))


def forest(items: Sequence[Ratio], layout: Layout) -> Forest | None:
    """The forest picture of the ratios in the order given; None where there is none."""
    if not items:
        return None
    left, right = layout.label_width + 12, layout.width - layout.value_width - 12
    domain = _domain(items)
    top = 10.0
    rows: list[ForestRow] = []
    y = top + 4
    for item in items:
        row, y = _row(item, layout, _Axis(domain, left, right), y)
        rows.append(row)
    axis = _Axis(domain, left, right)
    return Forest(
        layout=layout,
        height=y + 46,
        left=left,
        right=right,
        top=top,
        bottom=y + 4,
        ticks=tuple(Tick(axis.at(tick), f"{tick:g}") for tick in TICKS if domain[0] <= tick <= domain[1]),
        one=axis.at(1.0),
        band=(axis.at(BAND[0]), axis.at(BAND[1])),
        rows=tuple(rows),
        domain=domain,
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis from `left` to `right`; values outside it are cut at its ends."""

    domain: tuple[float, float]
    left: float
    right: float

    def at(self, value: float) -> float:
        low, high = (math.log(end) for end in self.domain)
        share = (math.log(min(max(value, self.domain[0]), self.domain[1])) - low) / (high - low)
        return round(self.left + share * (self.right - self.left), 2)


def _domain(items: Sequence[Ratio]) -> tuple[float, float]:
    """The narrowest span of ticks that holds everything, at least 0.5 to 2 and at most 0.1 to 20."""
    values = [value for item in items for value in _values(item.size)]
    low = max((tick for tick in TICKS if tick <= min(values)), default=TICKS[0])
    high = min((tick for tick in TICKS if tick >= max(values)), default=TICKS[-1])
    return min(low, 0.5), max(high, 2.0)


def _values(size: Magnitude) -> tuple[float, ...]:
    bounds = tuple(bound for bound in (size.floor, size.ceiling) if bound is not None)
    return (size.estimate, *size.interval, *bounds)


def _row(item: Ratio, layout: Layout, axis: _Axis, y: float) -> tuple[ForestRow, float]:
    """One row from `y` downwards, and where the next one begins."""
    label = lines(item.label if item.settled else f"{item.label} (not settled)", layout.label_letters, most=3)
    low, high = item.size.interval
    value = f"{words.number(item.size.estimate)} ({words.number(low)}–{words.number(high)})"
    if layout.stacked:
        label_y, value_y = y + LINE, y + LINE * (len(label) + 1)
        middle, end = value_y + 16, value_y + 34
    else:
        height = max(2, len(label)) * LINE + 8
        middle, end = y + height / 2, y + height
        label_y, value_y = middle - (len(label) - 1) * LINE / 2 + 4, middle + 4
    row = ForestRow(
        y=middle,
        label_y=label_y,
        value_y=value_y,
        label=label,
        value=value,
        x=axis.at(item.size.estimate),
        low=axis.at(low),
        high=axis.at(high),
        cut_low=low < axis.domain[0],
        cut_high=high > axis.domain[1],
        beyond=_beyond(item.size.estimate, axis.domain),
        floor=_bound(item.size.floor, axis),
        ceiling=_bound(item.size.ceiling, axis),
    )
    return row, end


def _beyond(value: float, domain: tuple[float, float]) -> Edge | None:
    if value < domain[0]:
        return "low"
    return "high" if value > domain[1] else None


def _bound(value: float | None, axis: _Axis) -> float | None:
    """Where a bound stands; one outside the axis is not drawn, because its mark would name a false place."""
    if value is None or not axis.domain[0] <= value <= axis.domain[1]:
        return None
    return axis.at(value)


def lines(text: str, letters: int, most: int) -> tuple[str, ...]:
    """The text in at most so many lines; what does not fit ends in an ellipsis."""
    shown = words.clean(" ".join(text.split()))
    width = max(4, int(letters * len(shown) / max(1.0, words.cells(shown))))
    return tuple(textwrap.wrap(shown, width, max_lines=most, placeholder=" …", break_on_hyphens=False)) or ("…",)


@dataclass(frozen=True, slots=True)
class Segment:
    """What one medicine adds. `shade` alternates, so that neighbours can be told apart."""

    x: float
    width: float
    label: str
    points: int
    is_adjunct: bool
    shade: int


@dataclass(frozen=True, slots=True)
class BurdenRow:
    """One effect as a stacked bar, its title above and its parts named below."""

    title: str
    total: str
    title_y: float
    y: float
    segments: tuple[Segment, ...]
    caption: tuple[str, ...]
    caption_y: float


@dataclass(frozen=True, slots=True)
class BurdenChart:
    """The additive burden of every effect; one point has the same length in each row."""

    layout: Layout
    height: float
    bar_height: float
    unit: float
    rows: tuple[BurdenRow, ...]


BAR = 16.0
FEWEST_POINTS = 6


def burden_chart(burdens: Sequence[Burden], layout: Layout) -> BurdenChart | None:
    """The picture of the burdens, the heaviest first; None where nothing adds up."""
    shown = [burden for burden in heaviest_first(burdens) if burden.points > 0]
    if not shown:
        return None
    unit = round((layout.width - 2) / max(FEWEST_POINTS, *(burden.points for burden in shown)), 3)
    rows: list[BurdenRow] = []
    y = 4.0
    for burden in shown:
        row, y = _burden_row(burden, layout, unit, y)
        rows.append(row)
    return BurdenChart(layout, y, BAR, unit, tuple(rows))


def heaviest_first(burdens: Sequence[Burden]) -> tuple[Burden, ...]:
    """The burdens by points; equal ones by the name of the effect."""
    return tuple(sorted(burdens, key=lambda burden: (-burden.points, burden.effect)))


def burden_total(burden: Burden) -> str:
    """The points of a burden in words."""
    own = burden.points_without_adjunct
    if own == burden.points:
        return words.count(burden.points, "point")
    return f"{words.count(burden.points, 'point')}, {own} without the adjunct"


def adjunct_last(burden: Burden) -> tuple[BurdenPart, ...]:
    """The parts of a burden with the adjunct at the end: what it adds stands on what is there already."""
    return tuple(sorted(burden.parts, key=lambda part: part.is_adjunct))


def burden_parts(burden: Burden) -> str:
    """Who adds how much, in the order of the bar."""
    return " + ".join(f"{part.label} {part.points}" for part in adjunct_last(burden))


def _burden_row(burden: Burden, layout: Layout, unit: float, y: float) -> tuple[BurdenRow, float]:
    """One bar from `y` downwards, and where the next one begins."""
    letters = int(layout.width / 6.6)
    caption = lines(burden_parts(burden), letters, most=3)
    top = y + LINE + 6
    row = BurdenRow(
        title=words.EFFECTS[burden.effect],
        total=burden_total(burden),
        title_y=y + LINE - 2,
        y=top,
        segments=_segments(burden, unit),
        caption=caption,
        caption_y=top + BAR + LINE - 1,
    )
    return row, top + BAR + LINE * len(caption) + 14


def _segments(burden: Burden, unit: float) -> tuple[Segment, ...]:
    """The parts end to end."""
    ordered = [part for part in adjunct_last(burden) if part.points]
    found: list[Segment] = []
    before = 0
    for index, part in enumerate(ordered):
        # Both ends follow from the points, so that roundings do not add up along the bar.
        start, end = (round(1 + points * unit, 2) for points in (before, before + part.points))
        found.append(Segment(start, round(end - start, 2), part.label, part.points, part.is_adjunct, index % 2))
        before += part.points
    return tuple(found)
