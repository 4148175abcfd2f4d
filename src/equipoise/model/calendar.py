"""The calendar of a trial as its patient sees it: days, packages and ratings, without a word on the order."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from equipoise.errors import UnfitError
from equipoise.model.base import Frozen
from equipoise.model.dossier import Sha256
from equipoise.model.source import RecordId, Text

Kind = Literal["run_in", "period", "washout", "step", "observation"]

WORDS: dict[Kind, str] = {
    "run_in": "Run-in",
    "period": "Period",
    "washout": "Washout after period",
    "step": "Step",
    "observation": "Observation",
}


def phase_words(kind: Kind, number: int) -> str:
    """What a phase is called.

    >>> phase_words("washout", 2), phase_words("run_in", 1)
    ('Washout after period 2', 'Run-in')
    """
    return f"{WORDS[kind]} {number}" if kind in ("period", "washout", "step") else WORDS[kind]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a name that is a folder of zones
        raise UnfitError("a time zone by its name in the IANA table, for example Europe/Berlin", name) from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Span(Frozen):
    """A phase on the calendar, first and last day included.

    `package`: what is handed out for it, named by its number; on and off look alike. `take`: said only where nobody
    is blinded - whether the adjunct is taken, or its share of the habitual amount in a taper.
    """

    kind: Kind
    number: Annotated[int, Field(ge=1)]
    first: dt.date
    last: dt.date
    package: Text | None = None
    take: Annotated[float, Field(ge=0, le=1)] | None = None

    @property
    def words(self) -> str:
        """The phase, and its package or what is taken where that may be said.

        >>> day = dt.date(2027, 1, 4)
        >>> Span(kind="period", number=2, first=day, last=day, package="package 2").words
        'Period 2: package 2'
        """
        name = phase_words(self.kind, self.number)
        if self.package is not None or self.take is None:
            return f"{name}: {self.package}" if self.package else name
        if self.take in (0.0, 1.0) and self.kind != "step":
            return f"{name}: {'with' if self.take else 'without'} the adjunct"
        return f"{name}: {self.take:.0%} of what was taken by habit"


class Rating(Frozen):
    """A day on which outcomes are rated."""

    on: dt.date
    outcomes: Annotated[tuple[RecordId, ...], Field(min_length=1)]


class Calendar(Frozen):
    """Everything that the patient needs to know of the days. `commitment` binds the drawn order without telling it.

    Days are dates: a day that loses or gains an hour is a day. `remind_at`: on the clock of `time_zone`.
    """

    title: Text
    start: dt.date
    time_zone: TimeZone
    remind_at: dt.time
    labels: tuple[tuple[RecordId, Text], ...]
    spans: tuple[Span, ...]
    ratings: tuple[Rating, ...]
    design_hash: Sha256
    commitment: Sha256 | None = None

    @model_validator(mode="after")
    def _every_day_is_in_one_span(self) -> Self:
        expected = self.start
        for span in self.spans:
            if span.first != expected or span.last < span.first:
                raise UnfitError(f"a span that begins on {expected}", f"{span.first} to {span.last}")
            expected = span.last + dt.timedelta(days=1)
        return self

    @property
    def end(self) -> dt.date:
        """The last day."""
        return self.spans[-1].last
