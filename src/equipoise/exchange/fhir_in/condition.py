"""The Condition resource."""

from __future__ import annotations

import datetime as dt

from equipoise.exchange.fhir_in.concepts import read_concept
from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.fhir_in.node import Node
from equipoise.exchange.fhir_in.references import Entry
from equipoise.model.case import Condition
from equipoise.model.codes import ICD10, SnomedCT

STATES: dict[str, bool] = {
    "active": True,
    "recurrence": True,
    "relapse": True,
    "unknown": True,
    "inactive": False,
    "remission": False,
    "resolved": False,
}
"""`clinicalStatus` → is the condition active? What the record leaves open counts as active."""

NO_PROBLEM = frozenset({"160245001"})
"""SNOMED CT: no current problems or disability."""

_TENTATIVE = frozenset({"unconfirmed", "provisional", "differential"})


def read_condition(entry: Entry, draft: Draft) -> None:
    """Adds a condition to the draft, or a note on why there is none.

    A refuted condition is kept as refuted. A tentative one counts as confirmed. A record that is at once active and
    abated contradicts itself and counts as active. All of these are noted, except a plain refutation.
    """
    node = Node(entry.resource, entry.root, draft)
    label = draft.label(entry)
    verification = status_word(node, "verificationStatus")
    if verification == "entered-in-error":
        draft.note(label, "entered in error")
        return
    concept = read_concept(node, "code", (SnomedCT, ICD10))
    text = concept.whole_text if concept is not None else None
    if concept is None or text is None:
        draft.note(label, "a condition without text and code")
        return
    if any(code in NO_PROBLEM for code in concept.of(SnomedCT)):
        draft.note(label, "states that there is no problem; it adds no condition")
        return
    if verification in _TENTATIVE:
        node.note("verificationStatus", f"only {verification}; the condition is kept as if it were confirmed")
    active, ended = _course(node, draft.on)
    draft.conditions.append(
        Condition(
            text=text,
            snomed=concept.of(SnomedCT),
            icd10=concept.of(ICD10),
            active=active,
            refuted=verification == "refuted",
            recorded=_recorded(node),
            ended=ended,
            path=label,
        )
    )


def status_word(node: Node, key: str) -> str | None:
    """A status as a code (before R4) or a CodeableConcept (since R4), in lower case."""
    value = node.value.get(key)
    if value is None or isinstance(value, str):
        word = node.word(key) if value else None
        return word.lower() if word else None
    status = node.node(key)
    if status is None:
        return None
    for coding in status.nodes("coding"):
        word = coding.word("code")
        if word:
            return word.lower()
    text = status.word("text")
    return text.lower() if text else None


def _course(node: Node, on: dt.date | None) -> tuple[bool, dt.date | None]:
    """Whether the condition is active, and the day it ended."""
    status = status_word(node, "clinicalStatus")
    stated = STATES.get(status) if status is not None else None
    if status is not None and stated is None:
        node.note("clinicalStatus", "not a known status; the condition counts as active")
        stated = True
    abated, ended = _abatement(node)
    if stated is True and status != "unknown" and abated and (ended is None or on is None or ended <= on):
        node.note("clinicalStatus", f"{status}, although an end is recorded; the condition counts as active")
        return True, None
    if stated is not None and status != "unknown":
        return stated, None if stated else ended
    return not abated, ended


def _abatement(node: Node) -> tuple[bool, dt.date | None]:
    """Whether an end is recorded in any form, and its day where it is a date."""
    if node.has("abatementDateTime"):
        return True, node.day("abatementDateTime", latest=True)
    if node.has("abatementPeriod"):
        period = node.node("abatementPeriod")
        key = "end" if period is not None and period.has("end") else "start"
        return True, period.day(key, latest=True) if period is not None else None
    if node.has("abatementBoolean"):
        return node.flag("abatementBoolean") is True, None
    return any(node.has(key) for key in ("abatementString", "abatementAge", "abatementRange")), None


def _recorded(node: Node) -> dt.date | None:
    """The latest of onset and recording: a test that looks back in time must not miss a recent record."""
    days = [node.day(key) for key in ("onsetDateTime", "recordedDate", "assertedDate", "dateRecorded")]
    period = node.node("onsetPeriod")
    if period is not None:
        days.append(period.day("start"))
    return max((day for day in days if day is not None), default=None)
