"""What a plan answers of the published checklists, and what is still blank."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.design.answers import answer_of, evidence_of
from equipoise.knowledge import Knowledge
from equipoise.model.protocol_item import ProtocolItem
from equipoise.model.trial_design import TrialDesign

ASKED_OF = {"randomised": "chance draws no order here", "blinded": "nobody is blind here"}


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """One item and what the plan says of it.

    `answer`: what answers it, None where it is blank. `fills`: what fills it in, a key of `statements` or a field of
    the plan. `applies`: False where the plan is of a kind that the item is not asked of; `answer` then says why.
    """

    item: ProtocolItem
    answer: str | None
    fills: str | None
    applies: bool = True

    @property
    def blank(self) -> bool:
        """Whether somebody still has to say something."""
        return self.answer is None


def coverage(design: TrialDesign, records: Knowledge) -> tuple[ItemCoverage, ...]:
    """Every item of the records, the blank ones first, each with what answers it or what would.

    An answer is no proof of compliance: many items are recalled, and the records say which.
    """
    found = [_covered(design, item, records) for item in records.protocol_items]
    found.sort(key=lambda row: (not row.blank, row.item.standard, _order(row.item), row.item.id))
    return tuple(found)


def _order(item: ProtocolItem) -> tuple[int, str]:
    """By the number of the checklist: 2a before 10."""
    digits = "".join(letter for letter in item.number or "" if letter.isdigit())
    return int(digits or 0), item.number or ""


def _covered(design: TrialDesign, item: ProtocolItem, records: Knowledge) -> ItemCoverage:
    if item.only_if is not None and not _is_asked(design, item.only_if):
        return ItemCoverage(item, f"Not asked: {ASKED_OF[item.only_if]}.", None, applies=False)
    part = _part(design, item, records)
    if item.answered_by and part is None:
        return ItemCoverage(item, None, FIELDS.get(item.answered_by, str(item.answered_by)))
    said = design.statements.get(item.statement) if item.statement else None
    if item.statement and said is None:
        return ItemCoverage(item, None, f"statements.{item.statement}")
    return ItemCoverage(item, " ".join(text for text in (part, said) if text), None)


def _part(design: TrialDesign, item: ProtocolItem, records: Knowledge) -> str | None:
    if item.answered_by is None:
        return None
    return evidence_of(design, records) if item.answered_by == "evidence" else answer_of(design, item.answered_by)


def _is_asked(design: TrialDesign, only_if: str) -> bool:
    return design.template.randomised if only_if == "randomised" else bool(design.blinding.blinded)


FIELDS = {"care": "rescue", "evidence": "a record of evidence"}
"""What fills a part of a plan that is left open, where it is not the field of the same name."""
