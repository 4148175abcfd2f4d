"""The picture of a plan on its days: run-in, periods, washouts, and when each outcome is rated.

Geometry alone, drawn by the templates. It holds no order: every period looks alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.design.layout import Kind, phases, rating_days
from equipoise.model.trial_design import Template, TrialDesign
from equipoise.report.canvas import LETTER, LINE, MARGIN, Box, Layout, Tick, lines

BAR, ROW = 30.0, 24.0
STEPS = (1, 2, 5, 7, 10, 14, 20, 28, 50, 56, 100, 140, 200, 280, 500, 1000)
MOST_TICKS = {False: 12, True: 6}


@dataclass(frozen=True, slots=True)
class Bar:
    """One phase, or the drawn days of an alternating plan together. `height`: less where a taper gives a share."""

    kind: Kind
    x: float
    width: float
    top: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Ratings:
    """One outcome: its name and a mark for each rating."""

    label: tuple[str, ...]
    label_y: float
    y: float
    marks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars of the phases, and below them a row of marks for each outcome."""

    box: Box
    bars: tuple[Bar, ...]
    cuts: tuple[float, ...]
    ratings: tuple[Ratings, ...]
    kinds: tuple[Kind, ...]


def timeline(design: TrialDesign, layout: Layout) -> Timeline:
    """The picture for one width."""
    left = 2.0 if layout.stacked else 150.0
    scale = (layout.width - MARGIN - left) / design.length_days
    top = 22.0
    bars = _bars(design, left, scale, top)
    rows, bottom = _rows(design, layout, left, scale, top + BAR + 8)
    ticks = tuple(Tick(round(left + day * scale, 1), str(day)) for day in _days(design.length_days, layout))
    box = Box(layout, bottom + 44, left, layout.width - MARGIN, top, bottom, ticks)
    alternating = design.template is Template.ALTERNATING_DAYS
    cuts = tuple(round(left + day * scale, 1) for day in design.unit_starts_days[1:]) if alternating else ()
    return Timeline(box, bars, cuts, rows, tuple(dict.fromkeys(bar.kind for bar in bars)))


def _bars(design: TrialDesign, left: float, scale: float, top: float) -> tuple[Bar, ...]:
    found: list[Bar] = []
    for phase in phases(design):
        if design.template is Template.ALTERNATING_DAYS and phase.kind == "period":
            continue
        share = design.steps[phase.number - 1].share if phase.kind == "step" else 1.0
        height = round(max(3.0, BAR * share), 1)
        x, width = round(left + phase.start_day * scale, 1), round(phase.days * scale, 1)
        label = _label(phase.kind, phase.number, width)
        found.append(Bar(phase.kind, x, width, round(top + BAR - height, 1), height, label))
    if design.template is Template.ALTERNATING_DAYS:
        x, width = round(left + design.run_in_days * scale, 1), round(design.units * scale, 1)
        found.append(Bar("period", x, width, top, BAR, f"{design.units} single days"))
    return tuple(found)


def _label(kind: Kind, number: int, width: float) -> str:
    """The longest name of a phase that fits."""
    names = {
        "run_in": ("run-in",),
        "period": (f"period {number}", str(number)),
        "step": (f"step {number}", str(number)),
        "observation": ("observation",),
        "washout": (),
    }[kind]
    return next((name for name in names if LETTER * len(name) + 4 <= width), "")


def _rows(
    design: TrialDesign, layout: Layout, left: float, scale: float, top: float
) -> tuple[tuple[Ratings, ...], float]:
    """The rows and where they end; in a narrow picture the name stands above its marks."""
    found: list[Ratings] = []
    y = top
    for outcome in design.outcomes:
        label = lines(outcome.label, 46 if layout.stacked else 20, 1 if layout.stacked else 2)
        label_y = y + 12
        marks_y = label_y + 6 if layout.stacked else y + 2
        marks = tuple(round(left + (day + 0.5) * scale, 1) for day in rating_days(design, outcome))
        found.append(Ratings(label, label_y, marks_y, marks))
        y += (LINE + ROW) if layout.stacked else max(ROW, LINE * len(label) + 6)
    return tuple(found), y + 4


def _days(length: int, layout: Layout) -> range:
    """The days named on the axis, no more than the width can hold."""
    step = next((step for step in STEPS if length / step <= MOST_TICKS[layout.stacked]), STEPS[-1])
    return range(0, length + 1, step)
