"""The picture of a diary over its days: ratings, what was taken, the fitted course, and what acted.

Geometry alone, drawn by the templates. Every figure that it shows is also in a table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.model.posterior import Posterior
from equipoise.model.schedule import Floats
from equipoise.report.answer_axes import Axis, area, axis, path, steps
from equipoise.report.answer_days import day_name, day_ticks
from equipoise.report.answer_ratings import rating_ticks
from equipoise.report.canvas import MARGIN, Box, Layout

HALF_A_DAY = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days. `share`: the level taken, as a share of the highest."""

    x: float
    width: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Course:
    """Ratings over days with what was taken, the fitted course with its band, and below it the exposure.

    `days`: what the axis counts. `partly`: some spans are those of a lower level.
    """

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
    days: str

    @property
    def partly(self) -> bool:
        """Whether a lower level than the highest was taken at times."""
        return any(span.share < 1.0 for span in self.taken)


def course(posterior: Posterior, layout: Layout, *, fitted: bool = True) -> Course:
    """The picture of the series; `fitted` False leaves out the model and what acts: ratings and periods alone."""
    seen, fit, exposure = posterior.observations, posterior.fitted, posterior.schedule.exposure
    days, rows = seen.times_days, seen.observed
    drawn = np.isfinite(fit.mean) & fitted
    left, right = 38.0 if layout.stacked else 54.0, layout.width - MARGIN
    top, bottom = 12.0, 262.0 if not layout.stacked else 212.0
    # A rating of a whole day stands in the middle of its day: what was taken on that day lies about it, not before it.
    middle = HALF_A_DAY if np.all(days % 1.0 == 0.0) else 0.0
    first = float(min(days[0], exposure.starts_days[0])) + middle
    x = Axis(first, max(float(days[-1]) + middle, first + 1e-9), left, right)
    shown = [seen.values[rows], fit.low[drawn], fit.high[drawn]]
    y = axis(np.concatenate(shown).tolist(), bottom - 14, top, room=0.04)
    strip = (bottom + 16, bottom + 66) if fitted else None
    levels, acting = "", ()
    if strip:
        peak = [0.0, 1.0, *exposure.levels.tolist(), *fit.exposure.tolist()]
        up = Axis(min(peak), max(peak), strip[1], strip[0])
        starts, held = _held(posterior, first, middle)
        edges, heights = steps(starts, held, x.high)
        levels = area(x, up, edges, np.zeros(edges.size), heights)
        acting = _points(x, up, days, fit.exposure)
    end = strip[1] if strip else bottom
    return Course(
        box=Box(layout, end + 40, left, right, top, bottom, day_ticks(x, seen, layout), rating_ticks(y, posterior)),
        taken=_taken(posterior, x, middle),
        withdrawal=tuple(
            _span(x, start + middle, stop + middle)
            for start, stop in posterior.schedule.withdrawal_days
            if stop + middle > x.low
        ),
        dots=_points(x, y, days[rows], seen.values[rows]),
        missing=tuple(x.at(float(day)) for day in days[seen.due & ~rows]),
        band=area(x, y, days[drawn], fit.low[drawn], fit.high[drawn]),
        fit=path(x, y, days[drawn], fit.mean[drawn]),
        strip=strip,
        levels=levels,
        acting=acting,
        days=day_name(seen),
    )


def _points(x: Axis, y: Axis, days: Floats, values: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((x.at(float(day)), y.at(float(value))) for day, value in zip(days, values, strict=True))


def _held(posterior: Posterior, first: float, middle: float) -> tuple[Floats, Floats]:
    """What was taken from the first day of the picture onwards, equal neighbours joined."""
    exposure = posterior.schedule.exposure
    starts, levels = exposure.starts_days + middle, exposure.levels
    if starts[0] > first:
        starts, levels = np.insert(starts, 0, first), np.insert(levels, 0, exposure.before)
    turns = np.append(True, np.diff(levels) != 0)
    return starts[turns], levels[turns]


def _taken(posterior: Posterior, x: Axis, middle: float) -> tuple[Span, ...]:
    starts, levels = _held(posterior, x.low, middle)
    ends = np.append(starts[1:], x.high)
    peak = float(np.abs(levels).max())
    return tuple(
        _span(x, float(start), float(end), abs(float(level)) / peak)
        for start, end, level in zip(starts, ends, levels, strict=True)
        if level != 0 and start < x.high
    )


def _span(x: Axis, start: float, end: float, share: float = 1.0) -> Span:
    return Span(x.at(start), round(x.at(end) - x.at(start), 1), round(share, 3))
