"""FHIR's dates: full, partial, and instants with a zone."""

from __future__ import annotations

import calendar
import datetime as dt
import re

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ]\d\d[0-9:.,Zz+\- ]*)?)?)?")


def parse_day(text: str, *, latest: bool = False) -> dt.date | None:
    """The day of a FHIR date, dateTime or instant as it was written at its place; None where it is none of these.

    A partial date stands for its first day, or for its last one with `latest`: an end must not be set too
    early, because a washout counts from it.

    >>> parse_day("2024-02", latest=True)
    datetime.date(2024, 2, 29)
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year or (month is not None and not 1 <= month <= 12):
        return None
    month = month or (12 if latest else 1)
    last = calendar.monthrange(year, month)[1]
    day = day if day is not None else (last if latest else 1)
    return dt.date(year, month, day) if 1 <= day <= last else None


def later(day: dt.date, days: float) -> dt.date:
    """The day so many days later; the last day of the calendar where there is no such day."""
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return dt.date.max
