"""Where a fact comes from, and how far it may be trusted."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import Field, StringConstraints

from equipoise.model.base import Frozen
from equipoise.model.terms import Certainty, Standing

SourceKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{1,60}$")]
RecordId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,80}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class Source(Frozen):
    """A document that facts rest on. `read` is False where nothing was opened and the fact is recalled."""

    key: SourceKey
    title: Text
    authors: Text | None = None
    publisher: Text | None = None
    year: Annotated[int, Field(ge=1800, le=2100)] | None = None
    date: dt.date | None = None
    reference: Text | None = None
    doi: Text | None = None
    pmid: Annotated[str, StringConstraints(pattern=r"^\d{1,8}$")] | None = None
    url: Text | None = None
    kind: Text | None = None
    depth: Text | None = None
    read: bool
    accessed: dt.date

    @property
    def short(self) -> str:
        """The first author (else the publisher, else the title) and the year, as a reader names a source.

        >>> known = {"key": "arroll_2010", "title": "Validation", "read": True, "accessed": dt.date(2026, 11, 22)}
        >>> Source(**known, authors="Arroll B, Goodyear-Smith F", year=2010).short, Source(**known).short
        ('Arroll 2010', 'Validation')
        """
        first = re.sub(r"( [A-Z-]{1,4})?( et al\.?)?$", "", self.authors.split(",")[0]) if self.authors else ""
        return " ".join(str(part) for part in (first or self.publisher or self.title, self.year) if part)


class Provenance(Frozen):
    """What every knowledge record carries: sources, date, certainty, standing, and whether the source was read."""

    sources: tuple[SourceKey, ...]
    date: dt.date
    certainty: Certainty
    standing: Standing = Standing.PROPOSED
    read: bool
