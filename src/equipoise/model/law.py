"""Law: where, when, about which substance, and how fresh the source is."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen
from equipoise.model.codes import JurisdictionCode
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import LawStatus


class Jurisdiction(Frozen):
    """A place whose law matters to a case: where the patient lives, works or travels."""

    code: JurisdictionCode
    locality: Text | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """A jurisdiction from `US-TX` or `US-CA/San Diego`.

        >>> Jurisdiction.parse("us-ca/San Diego").locality
        'San Diego'
        """
        code, _, locality = text.strip().partition("/")
        return cls(code=JurisdictionCode(code.strip().upper()), locality=locality.strip() or None)

    def __str__(self) -> str:
        return f"{self.code}/{self.locality}" if self.locality else str(self.code)


class LawRecord(Provenance):
    """One legal status of one substance in one place over one span of time.

    `date` is the date of the newest source read; `as_of` None means that the source is undated.
    `assumed_while_unclear`: how a careful tool treats the record while its status is unclear; not a legal finding.
    """

    id: RecordId
    jurisdiction: JurisdictionCode
    locality: Text | None = None
    name: Text
    substance: RecordId
    status: LawStatus
    minimum_age: Annotated[int, Field(ge=0, le=99)] | None = None
    limits: Text | None = None
    instrument: Text | None = None
    effective_from: dt.date | None = None
    effective_text: Text | None = None
    valid_to: dt.date | None = None
    as_of: dt.date | None = None
    as_of_basis: Annotated[str, Field(pattern="^(stated|inferred_from_content|unknown)$")]
    verify_before_use: bool = False
    assumed_while_unclear: LawStatus | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _span_runs_forward(self) -> Self:
        if self.effective_from and self.valid_to and self.valid_to < self.effective_from:
            raise ValueError(f"valid_to {self.valid_to} is before effective_from {self.effective_from}")
        return self
