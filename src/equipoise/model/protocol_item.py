"""What a protocol is asked to say: items of the published checklists, in our own words."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from equipoise.errors import UnfitError
from equipoise.model.source import Provenance, RecordId, Text

Part = Literal[
    "title",
    "evidence",
    "comparator",
    "objective",
    "layout",
    "screened",
    "interventions",
    "stop_rules",
    "care",
    "outcomes",
    "timeline",
    "one_person",
    "draw",
    "concealment",
    "blinding",
    "analysis",
    "other_analyses",
    "missing_ratings",
    "looks",
    "consent_text",
]
"""A part of a plan, or of the papers that are made from it, that can answer an item."""


class ProtocolItem(Provenance):
    """One item of a checklist.

    `read`: its title was read; a recalled one is shown as recalled. `number`: as the checklist counts it, None where
    that is not known. `answered_by`: the part of a plan that answers it. `statement`: the key under `statements` of the
    plan without which it is blank; an item with both needs both. `only_if`: the plans that it is asked of.
    """

    id: RecordId
    standard: Literal["spirit_2013", "spent_2019"]
    number: Text | None = None
    title: Text
    answered_by: Part | None = None
    statement: RecordId | None = None
    only_if: Literal["randomised", "blinded"] | None = None

    @model_validator(mode="after")
    def _something_can_answer_it(self) -> Self:
        if self.answered_by is None and self.statement is None:
            raise UnfitError("a part of the plan or a statement that can answer the item", "neither")
        return self
