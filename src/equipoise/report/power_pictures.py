"""Curves of a simulated plan as pictures: power against effect and correlation, width, false claims, the frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analyse.figures import plain
from equipoise.design.choose import Candidate, Chosen
from equipoise.design.sweep import Curve, FalseClaims
from equipoise.report.answer_axes import Axis, axis, path
from equipoise.report.canvas import MARGIN, Box, Layout, Tick

DASHES = ("", "9 4", "2 3", "10 3 2 3", "5 5")
"""Lines differ by their dashes, so that no picture needs colours to be read."""

PER_CENT = "\N{NARROW NO-BREAK SPACE}%"


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its label, dashes, path, and the points that were simulated."""

    label: str
    dashes: str
    path: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Curves over one axis. `level`: the height of a line that marks a nominal or wished value, `level_label` what it
    marks; None without one. `heads`, `rows`: the figures as a table.
    """

    name: str
    title: str
    about: str
    box: Box
    across: str
    lines: tuple[Line, ...]
    level: float | None
    level_label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Points = Sequence[tuple[float, float]]


def power_lines(curves: Sequence[Curve], layout: Layout) -> Lines:
    """Chance of learning a benefit against the true effect, a line for each correlation."""
    told = {
        _phi(curve.phi): [(e, f.power.value) for e, f in zip(curve.effects, curve.found, strict=True)]
        for curve in curves
    }
    words = ("power", "Chance of learning a benefit, by true effect", "true effect, points", "true effect")
    return _drawn(*words, told, layout, shares=True, level=None)


def width_lines(curves: Sequence[Curve], layout: Layout) -> Lines:
    """Expected width of the interval against the true effect, a line for each correlation."""
    told = {
        _phi(curve.phi): [(e, f.interval_width.value) for e, f in zip(curve.effects, curve.found, strict=True)]
        for curve in curves
    }
    words = ("width", "Width of the interval at the end, in points", "true effect, points", "true effect")
    return _drawn(*words, told, layout, shares=False, level=None)


def claim_lines(claims: Sequence[FalseClaims], layout: Layout) -> Lines:
    """False claims where the adjunct does nothing, by correlation, a line for each method."""
    told: dict[str, Points] = {
        "this plan's rule": [(row.phi, row.posterior.value) for row in claims],
        "Welch's t-test": [(row.phi, row.welch.value) for row in claims],
    }
    tested = [(row.phi, row.randomisation_test.value) for row in claims if row.randomisation_test is not None]
    if tested:
        told["randomisation test"] = tested
    words = ("claims", "False claims where the adjunct does nothing", "correlation from day to day", "correlation")
    return _drawn(*words, told, layout, shares=True, level=claims[0].nominal, level_name="nominal")


def frontier_dots(chosen: Chosen, layout: Layout) -> Lines:
    """Chance of learning against days of the plans that were tried, the best of each length; a line for each rhythm of
    rating.
    """
    rhythms = sorted({item.every_days for item in chosen.tried})
    told = {_rhythm(days): _by_days([item for item in chosen.tried if item.every_days == days]) for days in rhythms}
    words = ("frontier", "Chance of learning a benefit, by length of the trial", "days in all", "days")
    return _drawn(*words, told, layout, shares=True, level=chosen.wish, level_name="the wish")


def _rhythm(days: int) -> str:
    return "rated daily" if days == 1 else f"rated every {days} days"


def _by_days(found: Sequence[Candidate]) -> Points:
    best: dict[float, float] = {}
    for item in found:
        days = float(item.burden.days)
        best[days] = max(best.get(days, 0.0), item.power.value)
    return sorted(best.items())


def _drawn(
    name: str,
    title: str,
    across: str,
    head: str,
    told: Mapping[str, Points],
    layout: Layout,
    *,
    shares: bool,
    level: float | None,
    level_name: str = "",
) -> Lines:
    left, right = 46.0 if layout.stacked else 58.0, layout.width - MARGIN
    top, bottom = 12.0, 212.0 if layout.stacked else 272.0
    xs = [x for points in told.values() for x, _ in points]
    ys = [y for points in told.values() for _, y in points]
    x = axis(xs, left, right, room=0.02)
    y = Axis(0.0, _top(ys, level, shares=shares), bottom, top)
    lines = tuple(
        Line(
            label,
            DASHES[i % len(DASHES)],
            path(x, y, [a for a, _ in points], [b for _, b in points]),
            tuple((x.at(a), y.at(b)) for a, b in points),
        )
        for i, (label, points) in enumerate(told.items())
    )
    upwards = y.ticks(5)
    if shares:
        values = np.linspace(0.0, y.high, 6) if y.high == 1.0 else np.arange(0.0, y.high + 1e-9, _step(y.high))
        upwards = tuple(Tick(y.at(float(v)), f"{100 * float(v):.0f}{PER_CENT}") for v in values)
    box = Box(layout, bottom + 42, left, right, top, bottom, x.ticks(4 if layout.stacked else 8), upwards)
    every = sorted(set(xs))
    rows = tuple((plain(a), *(_cell(points, a, shares=shares) for points in told.values())) for a in every)
    return Lines(
        name=name,
        title=title,
        about=f"{title}. The table after the picture holds the figures.",
        box=box,
        across=across,
        lines=lines,
        level=None if level is None else y.at(level),
        level_label="" if level is None else f"{level_name}, {100 * level:.0f}{PER_CENT}",
        heads=(head, *told),
        rows=rows,
    )


def _top(ys: Sequence[float], level: float | None, *, shares: bool) -> float:
    """The end of the axis upwards: of chances 100 %, or the next 5 % above small ones; else a little room."""
    most = max([*ys, level or 0.0, 0.05])
    if not shares:
        return most * 1.08
    return 1.0 if most > 0.5 else float(np.ceil(most * 1.02 / 0.05) * 0.05)


def _step(high: float) -> float:
    return 0.05 if high <= 0.3 else 0.1


def _cell(points: Points, at: float, *, shares: bool) -> str:
    for x, y in points:
        if x == at:
            return f"{100 * y:.1f}{PER_CENT}" if shares else plain(y)
    return "–"


def _phi(phi: float) -> str:
    return f"correlation {phi:g}"
