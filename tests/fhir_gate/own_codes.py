"""Codes: known systems only, LOINC with its check digit, our own systems with our own words."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.exchange.fhir_out import codes
from equipoise.model.codes import LOINC
from equipoise.model.terms import Answer, Certainty, Effect, Outcome, Severity, Standing
from fhir_gate.own_walk import Document, walk

OUR_WORDS = {
    codes.ANSWER: {word.value for word in Answer},
    codes.CERTAINTY: {word.value for word in Certainty},
    codes.EFFECT: {word.value for word in Effect},
    codes.OUTCOME: {word.value for word in Outcome},
    codes.SEVERITY: {word.value for word in Severity},
    codes.STANDING: {word.value for word in Standing},
}
# Written out here, not taken from the program, so that a slip there does not agree with itself.
KNOWN_CODES = {
    "http://terminology.hl7.org/CodeSystem/v3-ActCode": {"DRG"},
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality": {"R"},
    "http://terminology.hl7.org/CodeSystem/v3-DataOperation": {"CREATE"},
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type": {"author"},
    "http://terminology.hl7.org/CodeSystem/plan-definition-type": {"clinical-protocol"},
    "http://terminology.hl7.org/CodeSystem/research-study-objective-type": {"primary", "secondary"},
    "http://unitsofmeasure.org": {"d"},
    "http://loinc.org": {"71482-4", "10160-0"},
    **OUR_WORDS,
}
OPEN_SYSTEMS = frozenset({codes.FINDING, codes.MEDICINE, codes.SECTION})


def code_complaints(document: Document) -> Iterator[str]:
    """Complaints about every coding of the document."""
    for path, value in walk(document):
        if isinstance(value, dict) and "code" in value and isinstance(value.get("system"), str):
            yield from _complaints_of_one(path, value["system"], value["code"])


def _complaints_of_one(path: str, system: str, code: object) -> Iterator[str]:
    if system == LOINC.uri and LOINC.parse(str(code)) is None:
        yield f"{path}: {code!r} is not a LOINC code: form or check digit"
    known = KNOWN_CODES.get(system)
    if known is None and system not in OPEN_SYSTEMS:
        yield f"{path}: the system {system} is not one that we use"
    elif known is not None and code not in known:
        yield f"{path}: {code!r} is not one of the codes that we use from {system}"
