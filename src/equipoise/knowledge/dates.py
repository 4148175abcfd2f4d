"""Shelf life: when a source is too old to be shown as current."""

from __future__ import annotations

import calendar
import datetime as dt


def is_stale(as_of: dt.date | None, months: int, on: dt.date) -> bool:
    """True for an undated source and for one that is older than the shelf life.

    >>> on = dt.date(2026, 11, 22)
    >>> is_stale(dt.date(2025, 5, 22), 18, on), is_stale(dt.date(2025, 5, 21), 18, on), is_stale(None, 18, on)
    (False, True, True)
    """
    if as_of is None:
        return True
    year, index = divmod(on.year * 12 + on.month - 1 - months, 12)
    day = min(on.day, calendar.monthrange(year, index + 1)[1])
    return as_of < dt.date(year, index + 1, day)
