"""The calendar of a trial as iCalendar (RFC 5545): phases as whole days, ratings at an hour on the patient's clock."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from icalendar import Alarm, Component, Event
from icalendar import Calendar as Book

from equipoise.model.calendar import Calendar, Span

RATING = dt.timedelta(minutes=15)
NAME = "Trial"  # other people may see a phone: no word on what is tried
PRODUCER = "-//Equipoise//trial calendar//EN"
C = TypeVar("C", bound=Component)


def icalendar_text(calendar: Calendar, *, stamp: dt.datetime) -> bytes:
    """The calendar for any calendar program. `stamp`: when it was written, with a time zone.

    Phases are all-day events, so that no clock change moves them; a rating stands at `remind_at` on the patient's own
    clock, before and after a change. It holds what `calendar` holds: no order where somebody is blinded.
    """
    book = _filled(Book(), prodid=PRODUCER, version="2.0", x_wr_calname=NAME)
    zone = ZoneInfo(calendar.time_zone)
    for index, span in enumerate(calendar.spans):
        book.add_component(_phase(calendar, span, index, stamp))
    labels = dict(calendar.labels)
    for rating in calendar.ratings:
        words = "Rate: " + ", ".join(labels[name] for name in rating.outcomes)
        book.add_component(_rating(calendar, dt.datetime.combine(rating.on, calendar.remind_at, zone), words, stamp))
    book.add_missing_timezones(calendar.start, calendar.end)
    return book.to_ical()


def _phase(calendar: Calendar, span: Span, index: int, stamp: dt.datetime) -> Event:
    return _filled(
        Event(),
        uid=_uid(calendar, f"phase-{index}"),
        dtstamp=stamp,
        summary=span.words,
        dtstart=span.first,
        dtend=span.last + dt.timedelta(days=1),  # RFC 5545: the first day after it
        transp="TRANSPARENT",
    )


def _rating(calendar: Calendar, begins: dt.datetime, words: str, stamp: dt.datetime) -> Event:
    event = _filled(
        Event(),
        uid=_uid(calendar, f"rating-{begins:%Y%m%d}"),
        dtstamp=stamp,
        summary=words,
        dtstart=begins,
        duration=RATING,
    )
    event.add_component(_filled(Alarm(), action="DISPLAY", description=words, trigger=dt.timedelta(0)))
    return event


def _uid(calendar: Calendar, key: str) -> str:
    return f"{key}-{calendar.design_hash[:16]}-{calendar.start:%Y%m%d}@equipoise"


def _filled(component: C, **fields: object) -> C:
    """The component with its fields; an underscore stands for the hyphen of a name."""
    untyped: Any = component  # the library's `add` has no types
    for name, value in fields.items():
        untyped.add(name.replace("_", "-"), value)
    return component
