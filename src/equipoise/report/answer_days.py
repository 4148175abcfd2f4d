"""The days of a diary as its pages say and draw them: dates where it has them, else numbers."""

from __future__ import annotations

import datetime as dt
import math
from itertools import chain, count

from equipoise.analyse.figures import plain
from equipoise.model.observations import Observations
from equipoise.report.answer_axes import Axis
from equipoise.report.canvas import Layout, Tick

YEAR = 364
DAY_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, YEAR)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_figure(seen: Observations, day: float) -> str:
    """A day as a table names it: its date, with the time where it is no whole day, else its number.

    >>> day_figure(Observations((0.0, 1.5), (2.0, 3.0), day_zero=dt.date(2026, 2, 28)), 1.5)
    '2026-03-01 12:00'
    >>> day_figure(Observations((0.0, 1.5), (2.0, 3.0)), 1.5)
    '1.5'
    """
    if seen.day_zero is None:
        return plain(day)
    moment = dt.datetime.combine(seen.day_zero, dt.time()) + dt.timedelta(days=day)
    return moment.isoformat(" ", "minutes").removesuffix(" 00:00")


def day_words(seen: Observations, day: float) -> str:
    """A day in a sentence.

    >>> day_words(Observations((0.0, 1.0), (2.0, 3.0)), 1.0)
    'day 1'
    """
    return f"{'day ' if seen.day_zero is None else ''}{day_figure(seen, day)}"


def days_words(seen: Observations) -> str:
    """The first and the last day.

    >>> days_words(Observations((1.0, 9.0), (2.0, 3.0)))
    '1 to 9'
    """
    return f"{day_figure(seen, float(seen.times_days[0]))} to {day_figure(seen, float(seen.times_days[-1]))}"


def day_name(seen: Observations) -> str:
    """What the axis of days counts: the day, or the date with its year or years.

    >>> day_name(Observations((0.0, 9.0), (2.0, 3.0), day_zero=dt.date(2026, 12, 30)))
    'date, 2026 and 2027'
    """
    first, last = seen.date(float(seen.times_days[0])), seen.date(float(seen.times_days[-1]))
    if first is None or last is None:
        return "day"
    return f"date, {first.year}" if first.year == last.year else f"date, {first.year} and {last.year}"


def day_ticks(x: Axis, seen: Observations, layout: Layout) -> tuple[Tick, ...]:
    """Named days on an axis: round numbers, or dates in steps of days and weeks from the first one on."""
    if seen.day_zero is None:
        return x.ticks(6 if layout.stacked else 12)
    most = 5 if layout.stacked else 10
    step = next(size for size in chain(DAY_STEPS, count(2 * YEAR, YEAR)) if (x.high - x.low) / size <= most)
    first = max(math.ceil(x.low), math.floor(float(seen.times_days[0])))
    named = range(first, math.floor(x.high) + 1, step)
    return tuple(Tick(x.at(float(day)), _short(seen.day_zero + dt.timedelta(days=day), step)) for day in named)


def _short(date: dt.date, step: int) -> str:
    """A date without its year, which the axis names; a long step names the month and the year."""
    month = MONTHS[date.month - 1]  # not by `strftime`, which follows the locale
    return f"{month} {date.year}" if step > YEAR // 4 else f"{date.day} {month}"
