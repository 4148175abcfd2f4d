"""The pictures of a kinetic fit: geometry alone, drawn by the templates. Every figure stands in a table too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.model.kinetics import KineticFigure
from equipoise.model.schedule import Floats
from equipoise.report import answer_axes
from equipoise.report.answer_axes import Axis
from equipoise.report.canvas import Box, Layout, Tick
from equipoise.report.forest import Place, ends, laid_out
from equipoise.report.kinetics_view import Row

DOMAIN = (0.1, 10.0)
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
PANEL = Layout("panel", 400.0, 0.0, 0.0, 40, stacked=True)
PANEL_HEIGHT, LEFT, RIGHT, TOP, BELOW = 270.0, 46.0, 10.0, 12.0, 44.0
HOURS = (0.1, 100.0)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure over what was published: prediction, its interval, single people, and the published range."""

    place: Place
    x: float
    interval: tuple[float, float]
    people: tuple[float, float] | None
    published: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class FigureForest:
    """Predictions on a logarithmic axis of predicted over published."""

    box: Box
    one: float
    rows: tuple[FigureRow, ...]


def figure_forest(shown: Sequence[Row], layout: Layout) -> FigureForest | None:
    """The picture of every figure that was fitted or follows from one; None where there is none."""
    sized = [row for row in shown if row.found.ratio is not None and not row.figure.left_out]
    if not sized:
        return None
    left, right = ends(layout)
    axis = Axis(math.log(DOMAIN[0]), math.log(DOMAIN[1]), left, right)
    ticks = tuple(Tick(axis.at(math.log(tick)), f"{tick:g}") for tick in TICKS)
    labels = [(f"{row.analyte}: {row.what.partition(',')[0]}; {row.study}", _value(row)) for row in sized]
    box, places = laid_out(labels, layout, ticks)
    found = tuple(_row(row, place, axis) for row, place in zip(sized, places, strict=True))
    return FigureForest(box, axis.at(0.0), found)


def _value(row: Row) -> str:
    return f"{row.ratio} {row.held}".strip()


def _row(row: Row, place: Place, axis: Axis) -> FigureRow:
    middle = row.found.predicted / (row.found.ratio or 1.0)  # what was published

    def at(pair: tuple[float, float]) -> tuple[float, float]:
        low, high = (axis.at(math.log(value / middle)) for value in pair)
        return low, high

    figure, people = row.figure, row.found.people
    given = (figure.low, figure.high) if figure.low is not None and figure.high is not None else None
    return FigureRow(
        place=place,
        x=axis.at(math.log(row.found.ratio or 1.0)),
        interval=at(row.found.interval_90),
        people=at(people.interval_90) if people else None,
        published=at(given) if given else None,
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """The concentrations of one analyte after one dose: band and median of virtual people, and the published peak."""

    title: str
    box: Box
    band: str
    median: str
    peak: tuple[float, float, float, float]
    dot: tuple[float, float]


def panel(
    title: str, times_h: Floats, quantiles: tuple[Floats, Floats, Floats], cmax: KineticFigure, tmax: KineticFigure
) -> Panel:
    """A panel on logarithmic axes. `quantiles`: 5, 50 and 95 % of people at the times; figures with their ranges."""
    low, middle, high = quantiles
    top = max(float(high.max()), cmax.high or 0.0) * 1.6
    bottom = top / 3000.0
    x = Axis(math.log10(HOURS[0]), math.log10(HOURS[1]), LEFT, PANEL.width - RIGHT)
    y = Axis(math.log10(bottom), math.log10(top), PANEL_HEIGHT - BELOW, TOP)
    hours, (low, middle, high) = np.log10(times_h), (np.log10(np.maximum(part, bottom)) for part in (low, middle, high))
    across = tuple(Tick(x.at(power), f"{10.0**power:g}") for power in range(-1, 3))
    powers = range(math.ceil(math.log10(bottom)), math.floor(math.log10(top)) + 1)
    box = Box(
        PANEL,
        PANEL_HEIGHT,
        LEFT,
        PANEL.width - RIGHT,
        TOP,
        PANEL_HEIGHT - BELOW,
        across,
        tuple(Tick(y.at(power), f"{10.0**power:g}") for power in powers),
    )
    left, right = (x.at(math.log10(value or 1.0)) for value in (tmax.low, tmax.high))
    above, below = (y.at(math.log10(value or 1.0)) for value in (cmax.high, cmax.low))
    return Panel(
        title=title,
        box=box,
        band=answer_axes.area(x, y, hours, low, high),
        median=answer_axes.path(x, y, hours, middle),
        peak=(left, above, right - left, below - above),
        dot=(x.at(math.log10(tmax.value or 1.0)), y.at(math.log10(cmax.value or 1.0))),
    )
