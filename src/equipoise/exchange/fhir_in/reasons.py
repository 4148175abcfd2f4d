"""Encounters and procedures: only a reason that is a condition says something that a screening uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from equipoise.exchange.fhir_in.concepts import Concept, concept_of
from equipoise.exchange.fhir_in.draft import Draft, Reason
from equipoise.exchange.fhir_in.node import Node
from equipoise.exchange.fhir_in.references import Entry
from equipoise.model.case import Condition
from equipoise.model.codes import ICD10, SnomedCT

_REFUSED = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled: it did not take place",
    "not-done": "not done",
}
_TAGS = ("(disorder)", "(finding)")
_CONTACT_CHAPTERS = ("U", "V", "W", "X", "Y", "Z")
_WANTED = (SnomedCT, ICD10)


def read_reasons(entry: Entry, draft: Draft) -> None:
    """Sets the reasons of an encounter or procedure aside, or notes that there is none to read."""
    node = Node(entry.resource, entry.root, draft)
    label = draft.label(entry)
    refused = _REFUSED.get((node.word("status") or "").lower())
    if refused is not None:
        draft.note(label, refused)
        return
    day = _day(node)
    coded = False
    for concept in _concepts(node):
        text = concept.whole_text
        if text is not None:
            coded = True
            condition = Condition(
                text=text, snomed=concept.of(SnomedCT), icd10=concept.of(ICD10), recorded=day, path=label
            )
            draft.reasons.append(Reason(condition, label, certain=is_condition(concept)))
    if not coded:
        what = "an encounter" if entry.type == "Encounter" else "a procedure"
        draft.note(label, f"{what} is read only for its reason, and none is recorded as text or code")


def settle_reasons(draft: Draft) -> None:
    """Adds each reason that is a condition and not among the chart's conditions yet; the rest is noted.

    Whether such a condition is still present is not recorded, so it counts as active, with the newest day.
    """
    known = {key for condition in draft.conditions for key in _keys(condition)}
    newest: dict[str, Condition] = {}
    adopted: dict[str, str] = {}
    for reason in draft.reasons:
        keys = _keys(reason.condition)
        same = next((adopted[key] for key in keys if key in adopted), None)
        if same is not None:
            newest[same] = _newer(newest[same], reason.condition)
        if same is not None or any(key in known for key in keys):
            draft.note(reason.path, "its reason is already among the conditions")
        elif not reason.certain:
            draft.note(reason.path, "its reason cannot be told to be a condition")
        else:
            same = keys[0]
            newest[same] = reason.condition
            draft.note(reason.path, "its reason is taken as a condition; whether it is still present is not recorded")
        if same is not None:
            adopted.update(dict.fromkeys(keys, same))
    draft.conditions.extend(newest.values())


def is_condition(concept: Concept) -> bool:
    """True for an ICD-10 code of a disease, or a SNOMED CT code whose full name says disorder or finding."""
    if any(not code.startswith(_CONTACT_CHAPTERS) for code in concept.of(ICD10)):
        return True
    return bool(concept.of(SnomedCT)) and any(text.lower().endswith(_TAGS) for text in concept.texts)


def _concepts(node: Node) -> Iterable[Concept]:
    """Coded reasons of R4 (`reasonCode`), older ones (`reason`) and R5 (`reason.value.concept`, `reason.concept`)."""
    holders = [*node.nodes("reasonCode"), *node.nodes("reason"), *node.nodes("reasonCodeableConcept")]
    for holder in holders:
        inner = [*holder.nodes("value"), *holder.nodes("use")] if "value" in holder.value else [holder]
        for item in inner:
            target = item.node("concept") if "concept" in item.value else item
            concept = concept_of(target, _WANTED) if target is not None else None
            if concept is not None:
                yield concept


def _day(node: Node) -> dt.date | None:
    for key in ("period", "actualPeriod", "performedPeriod", "occurrencePeriod"):
        period = node.node(key)
        if period is not None:
            return period.day("start")
    return node.day("performedDateTime") or node.day("occurrenceDateTime")


def _keys(condition: Condition) -> list[str]:
    return [*condition.snomed, *condition.icd10] or [condition.text.casefold()]


def _newer(first: Condition, second: Condition) -> Condition:
    return (
        second
        if second.recorded is not None and (first.recorded is None or second.recorded > first.recorded)
        else first
    )
