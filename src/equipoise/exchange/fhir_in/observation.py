"""The Observation resource: laboratory values, vital signs, scores, findings; panels with components or members."""

from __future__ import annotations

import datetime as dt

from equipoise.exchange.fhir_in.concepts import read_concept
from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.fhir_in.measure import Value, add_measurement, limits_of, value_of
from equipoise.exchange.fhir_in.node import Node
from equipoise.exchange.fhir_in.references import Entry
from equipoise.model.codes import LOINC

_REFUSED = {"entered-in-error": "entered in error", "cancelled": "cancelled: it was not measured"}


def read_observation(entry: Entry, draft: Draft) -> None:
    """Adds the measurements of an observation to the draft, or a note on why there is none.

    One measurement for the observation's own value and one for each component. A panel without a value of its own
    adds none: its members are read where they stand. An observation without value, component and member is a
    measurement without a number.
    """
    node = Node(entry.resource, entry.root, draft)
    label = draft.label(entry)
    reason = _REFUSED.get((node.word("status") or "").lower())
    if reason is None and node.has("focus"):
        reason = "it is about something else than the patient (focus)"
    if reason is not None:
        draft.note(label, reason)
        return
    on = _day(node)
    before = len(draft.measurements)
    components = node.nodes("component")
    members = [item for key in ("hasMember", "related") for item in node.nodes(key)]
    own = value_of(node)
    if own is not None or not (components or members):
        _add(node, own, on, label)
    for component in components:
        _add(component, value_of(component), on, component.path)
    missing = sum(_is_missing(member, entry) for member in members)
    if missing:
        node.note("hasMember", f"{missing} of its {len(members)} members are not in the input")
    if len(draft.measurements) == before:
        draft.note(label, _why_nothing(members))


def _why_nothing(members: list[Node]) -> str:
    if members:
        return "a panel without a value of its own; its members are read where they stand"
    return "an observation from which no measurement could be read"


def _add(node: Node, value: Value | None, on: dt.date | None, path: str) -> None:
    concept = read_concept(node, "code", (LOINC,))
    if concept is None:
        node.note("code", "no text and no code; its value was not read")
        return
    if value is None:
        absent = node.node("dataAbsentReason")
        if absent is not None and "not-performed" in [coding.word("code") for coding in absent.nodes("coding")]:
            node.note("", "not performed")
            return
        value = Value()
    add_measurement(node, concept, value, on, path, limits_of(node, value))


def _day(node: Node) -> dt.date | None:
    """The day of the measurement: when it was taken, or else when it was issued."""
    for key in ("effectiveDateTime", "effectiveInstant"):
        if node.has(key):
            return node.day(key)
    period = node.node("effectivePeriod")
    if period is not None:
        return period.day("start") if period.has("start") else period.day("end")
    return node.day("issued")


def _is_missing(member: Node, entry: Entry) -> bool:
    holder = member.node("target") if "target" in member.value else member
    written = holder.word("reference") if holder is not None else None
    return written is None or member.draft.index.find(written, entry, "Observation") is None
