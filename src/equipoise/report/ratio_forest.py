"""The picture of predicted changes of exposure in a dossier: geometry alone, drawn by the templates.

Every figure that it shows is also in a table beside it, so it may shorten a label or cut an interval at its edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from equipoise.model.finding import Finding, Magnitude
from equipoise.model.terms import Answer
from equipoise.report import words
from equipoise.report.canvas import Box, Layout, Tick
from equipoise.report.forest import Place, ends, laid_out

TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
BAND = (0.8, 1.25)
"""The limits within which regulators take two exposures as equivalent."""

Edge = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One row of a forest picture before it is laid out."""

    label: str
    size: Magnitude
    settled: bool = True


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One predicted ratio, laid out. `beyond`: the estimate lies outside the axis, on that side."""

    place: Place
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

    box: Box
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
    domain = _domain(items)
    axis = _Axis(domain, *ends(layout))
    ticks = tuple(Tick(axis.at(tick), f"{tick:g}") for tick in TICKS if domain[0] <= tick <= domain[1])
    box, places = laid_out([(_label(item), _value(item.size)) for item in items], layout, ticks)
    return Forest(
        box=box,
        one=axis.at(1.0),
        band=(axis.at(BAND[0]), axis.at(BAND[1])),
        rows=tuple(_row(item.size, axis, place) for item, place in zip(items, places, strict=True)),
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


def _label(item: Ratio) -> str:
    return item.label if item.settled else f"{item.label} (not settled)"


def _value(size: Magnitude) -> str:
    low, high = size.interval
    if low == high:  # a figure without an interval
        return words.number(size.estimate)
    return f"{words.number(size.estimate)} ({words.number(low)}–{words.number(high)})"


def _row(size: Magnitude, axis: _Axis, place: Place) -> ForestRow:
    low, high = size.interval
    return ForestRow(
        place=place,
        x=axis.at(size.estimate),
        low=axis.at(low),
        high=axis.at(high),
        cut_low=low < axis.domain[0],
        cut_high=high > axis.domain[1],
        beyond=_beyond(size.estimate, axis.domain),
        floor=_bound(size.floor, axis),
        ceiling=_bound(size.ceiling, axis),
    )


def _beyond(value: float, domain: tuple[float, float]) -> Edge | None:
    if value < domain[0]:
        return "low"
    return "high" if value > domain[1] else None


def _bound(value: float | None, axis: _Axis) -> float | None:
    """Where a bound stands; one outside the axis is not drawn, because its mark would name a false place."""
    if value is None or not axis.domain[0] <= value <= axis.domain[1]:
        return None
    return axis.at(value)
