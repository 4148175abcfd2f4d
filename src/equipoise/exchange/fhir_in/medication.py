"""MedicationRequest, -Statement, -Dispense and -Administration: no medicine ever vanishes.

Each becomes an entry of the medication list, or a note that says why it is none. One without text and code is
kept as `unnamed medication (…)`, so that a screening lists it as not assessed.
"""

from __future__ import annotations

from equipoise.exchange.fhir_in.concepts import Concept, concept_of, joined, read_concept
from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.fhir_in.node import TEXT_LENGTH, Node
from equipoise.exchange.fhir_in.references import Entry
from equipoise.exchange.fhir_in.supply import span_of
from equipoise.exchange.json_value import is_object
from equipoise.model.case import Medication
from equipoise.model.codes import ATC, RxCUI

KINDS = {
    "MedicationRequest": "Request",
    "MedicationOrder": "Request",
    "MedicationPrescription": "Request",
    "MedicationStatement": "Statement",
    "MedicationUsage": "Statement",
    "MedicationDispense": "Dispense",
    "MedicationAdministration": "Administration",
}
"""Resource types of R5, R4, STU3 and DSTU2, and which rows of the table in `supply` hold for them."""

_WANTED = (RxCUI, ATC)
_MOST_INGREDIENTS = 50


def read_medication(entry: Entry, draft: Draft) -> None:
    """Adds a medication to the draft, or a note on why it is not one of the patient's."""
    node = Node(entry.resource, entry.root, draft)
    label = draft.label(entry)
    span = span_of(node, KINDS[entry.type])
    if span.refused is not None:
        draft.note(label, span.refused)
        return
    concept, ingredients = _what(node, entry)
    text = None if concept is None else concept.whole_text if concept.disagrees else concept.text
    if text is None and ingredients:
        text = joined(ingredients)
    if text is None:
        node.note("", "no text and no code; kept as an unnamed medication, which nobody can assess")
    draft.medications.append(
        Medication(
            text=text or f"unnamed medication ({label})"[:TEXT_LENGTH],
            rxcui=concept.of(RxCUI) if concept is not None else (),
            atc=concept.of(ATC) if concept is not None else (),
            ingredients=ingredients,
            current=span.current,
            start=span.start,
            end=span.end,
            path=label,
        )
    )


def _what(node: Node, entry: Entry) -> tuple[Concept | None, tuple[str, ...]]:
    """The medicine's concept and the texts of its ingredients, from wherever the resource holds them."""
    concept = read_concept(node, "medicationCodeableConcept", _WANTED)
    holder, key = node, "medicationReference"
    if "medication" in node.value:  # R5: a CodeableReference; some exporters write a CodeableConcept or text there
        inner = node.node("medication") if isinstance(node.value["medication"], (dict, list)) else None
        concept = concept or _codeable(node, inner)
        if inner is not None and "reference" in inner.value:
            holder, key = (inner, "reference") if is_object(inner.value["reference"]) else (node, "medication")
    named, ingredients = _referred(holder, key, entry)
    if concept is not None and named is not None:
        node.note("", "a code and a reference for one medicine; the code was read")
    return concept or named, ingredients


def _codeable(node: Node, inner: Node | None) -> Concept | None:
    if inner is None:
        return read_concept(node, "medication", _WANTED)
    if "concept" in inner.value:
        return read_concept(inner, "concept", _WANTED)
    return concept_of(inner, _WANTED) if "coding" in inner.value or "text" in inner.value else None


def _referred(node: Node, key: str, entry: Entry) -> tuple[Concept | None, tuple[str, ...]]:
    """What a reference to a Medication says; its display where the Medication is not in the input."""
    value = node.value.get(key)
    if value is None:
        return None, ()
    if isinstance(value, str):
        display, written = None, node.word(key)
    else:
        holder = node.node(key)
        display = holder.phrase("display") if holder is not None else None
        written = holder.word("reference") if holder is not None and "reference" in holder.value else None
    target = node.draft.index.find(written, entry, "Medication") if written else None
    if target is not None and target.type == "Medication":
        return _definition(target, node.draft, display)
    if written:
        node.note(
            key, "the Medication that it refers to is not in the input" + ("; its display is kept" if display else "")
        )
    return (Concept((display,)) if display else None), ()


def _definition(target: Entry, draft: Draft, display: str | None) -> tuple[Concept | None, tuple[str, ...]]:
    """The concept and the active ingredients of a Medication resource."""
    draft.index.used.add(id(target))
    node = Node(target.resource, target.root, draft)
    concept = read_concept(node, "code", _WANTED)
    if concept is None and display is not None:
        concept = Concept((display,))
    holder = node.node("product") if "product" in node.value else node
    found: list[str] = []
    for item in (holder or node).nodes("ingredient"):
        if item.flag("isActive") is not False:
            text = _ingredient(item, target)
            found.extend([text] if text else [])
    if len(found) > _MOST_INGREDIENTS:
        node.note("ingredient", f"{len(found)} ingredients; the first {_MOST_INGREDIENTS} are kept")
    return concept, tuple(dict.fromkeys(found[:_MOST_INGREDIENTS]))


def _ingredient(item: Node, target: Entry) -> str | None:
    """The text of one ingredient: a concept, or a reference to a Substance or Medication."""
    concept = read_concept(item, "itemCodeableConcept", _WANTED)
    holder = item.node("itemReference") or (item.node("item") if concept is None else None)
    if concept is None and holder is not None:
        concept = read_concept(holder, "concept", _WANTED)
        link = holder.node("reference") if is_object(holder.value.get("reference")) else holder
        written = link.word("reference") if link is not None and "reference" in link.value else None
        other = item.draft.index.find(written, target) if written else None
        if concept is None and other is not None:
            item.draft.index.used.add(id(other))
            concept = read_concept(Node(other.resource, other.root, item.draft), "code", _WANTED)
        if concept is None and link is not None:
            display = link.phrase("display")
            concept = Concept((display,)) if display else None
    if concept is None or concept.text is None:
        item.note("", "an ingredient without text and code")
        return None
    return concept.text
