"""The AllergyIntolerance resource."""

from __future__ import annotations

from equipoise.exchange.fhir_in.concepts import read_concept
from equipoise.exchange.fhir_in.condition import status_word
from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.fhir_in.node import Node
from equipoise.exchange.fhir_in.references import Entry
from equipoise.model.case import Allergy
from equipoise.model.codes import ATC, RxCUI, SnomedCT

NO_ALLERGY = frozenset({"716186003", "409137002", "716184000", "428607008", "429625007", "716220001", "428197003"})
"""SNOMED CT: no known allergy; none to drugs, latex, the environment, food, animals, insects."""

_REFUSED = {
    "entered-in-error": "entered in error",
    "refuted": "refuted: the patient does not have it",
    "resolved": "resolved: the patient no longer has it",
    "inactive": "inactive: the patient is no longer at risk",
}


def read_allergy(entry: Entry, draft: Draft) -> None:
    """Adds an allergy to the draft, or a note on why there is none."""
    node = Node(entry.resource, entry.root, draft)
    label = draft.label(entry)
    for key in ("verificationStatus", "clinicalStatus", "status"):
        reason = _REFUSED.get(status_word(node, key) or "")
        if reason is not None:
            draft.note(label, reason)
            return
    for holder, key in [(node, "code"), (node, "substance"), *((item, "substance") for item in node.nodes("reaction"))]:
        concept = read_concept(holder, key, (RxCUI, ATC, SnomedCT))
        text = concept.whole_text if concept is not None else None
        if concept is None or text is None:
            continue
        if any(code in NO_ALLERGY for code in concept.of(SnomedCT)):
            draft.note(label, "states that there is no such allergy; it adds none")
        else:
            draft.allergies.append(Allergy(text=text, path=label))
        return
    draft.note(label, "an allergy that names no substance")
