"""Harms with their denominators, what was looked for and not found, and what regulators said."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.model.base import FrozenMap, empty
from equipoise.model.codes import JurisdictionCode
from equipoise.model.source import Provenance, RecordId, Text

Number = int | float


class Harm(Provenance):
    """One figure on harm with its denominator; reports are not risk per user."""

    id: RecordId
    topic: RecordId
    what: Text
    value: Number | tuple[Number, ...] | Text
    unit: Text
    n: Number | tuple[Number, ...] | None = None
    percent: Number | None = None
    sd: Annotated[Number, Field(ge=0)] | None = None
    p: Annotated[Number, Field(ge=0, le=1)] | None = None
    interval_95: tuple[Number, Number] | None = None
    range: tuple[Number, Number] | None = None
    derived: bool = False
    population: Text | None = None
    period: Text | None = None
    note: Text | None = None


class Gap(Provenance):
    """Something that was looked for and not found: 'not known' written down."""

    id: RecordId
    what: Text
    status: Annotated[str, Field(pattern="^unknown$")] = "unknown"


class RegulatorStatement(Provenance):
    """What an agency said, when, about what, and whether it still stands.

    `expected`: what had been announced and was not yet seen to happen.
    `gap`: what must be looked up before anybody relies on the statement.
    """

    id: RecordId
    agency: Text
    jurisdiction: JurisdictionCode
    said_on: Annotated[str, Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?|ongoing)$")]
    substances: tuple[RecordId, ...]
    says: Text
    figures: FrozenMap[RecordId, Number] = Field(default_factory=empty)
    status: Text | None = None
    status_read: bool | None = None
    expected: Text | None = None
    gap: Text | None = None
    note: Text | None = None
