"""A trial on paper: the patient's calendar, and the sealed sheet of who prepares the packages."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise import __version__
from equipoise.model.allocation import Allocation
from equipoise.model.calendar import Calendar, Span
from equipoise.model.trial_design import GUESS, KEPT, TrialDesign
from equipoise.report.page import page

SHORT = {"run_in": "R", "period": "P", "washout": "W", "step": "S", "observation": "O"}
NUMBERED = ("period", "washout", "step")


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the grid. `code`: its phase in one or two signs; empty outside the trial."""

    day: int
    kind: str
    code: str
    rated: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its weeks from Monday; None for days of other months."""

    title: str
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One phase in words."""

    words: str
    first: dt.date
    last: dt.date
    days: int


def calendar_html(design: TrialDesign, book: Calendar) -> str:
    """The page for the patient: grids of the months, phases, what is rated when. It holds what `book` holds."""
    return page(
        "calendar.html.j2",
        "Trial calendar",
        f"Plan {book.design_hash[:12]} · Equipoise {__version__}",
        {},
        version=__version__,
        book=book,
        design=design,
        months=list(_months(book)),
        rows=[_row(span) for span in book.spans],
        kept=KEPT,
        guess=GUESS,
        told=any(span.kind == "period" and span.take is not None for span in book.spans),
        packages=any(span.package for span in book.spans),
    )


def pharmacist_html(design: TrialDesign, allocation: Allocation, book: Calendar) -> str:
    """The sealed sheet: which package holds the adjunct, with the proof of the draw. No amount stands in it."""
    periods = [span for span in book.spans if span.kind == "period"]
    return page(
        "pharmacist.html.j2",
        "SEALED: order of the trial",
        f"Plan {book.design_hash[:12]} · Equipoise {__version__}",
        {},
        version=__version__,
        book=book,
        design=design,
        allocation=allocation,
        packages=list(zip(periods, allocation.sequence, strict=True)),
    )


def _row(span: Span) -> Row:
    return Row(span.words, span.first, span.last, (span.last - span.first).days + 1)


def _months(book: Calendar) -> Iterator[Month]:
    rated = {rating.on for rating in book.ratings}
    spans = {day: span for span in book.spans for day in _days(span)}
    year, month = book.start.year, book.start.month
    while (year, month) <= (book.end.year, book.end.month):
        weeks = months.Calendar().monthdatescalendar(year, month)
        shown = (tuple(_cell(day, month, spans.get(day), day in rated) for day in week) for week in weeks)
        yield Month(f"{months.month_name[month]} {year}", tuple(shown))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _days(span: Span) -> Iterator[dt.date]:
    return (span.first + dt.timedelta(days=day) for day in range((span.last - span.first).days + 1))


def _cell(day: dt.date, month: int, span: Span | None, rated: bool) -> Cell | None:  # noqa: FBT001 - one caller
    if day.month != month:
        return None
    if span is None:
        return Cell(day.day, "outside", "", rated=False, spoken="not in the trial")
    number = str(span.number) if span.kind in NUMBERED else ""
    with_it = "+" if span.kind == "period" and span.take else ""
    return Cell(day.day, span.kind, SHORT[span.kind] + number + with_it, rated, span.words)
