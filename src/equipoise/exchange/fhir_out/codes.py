"""Code systems, identifiers and the mapping of our closed lists to FHIR's required ones."""

from __future__ import annotations

from typing import Final

from equipoise.model.codes import LOINC
from equipoise.model.terms import Answer, Outcome, Severity

BASE: Final = "https://equipoise.example/fhir"
FINDING: Final = f"{BASE}/CodeSystem/finding"
ANSWER: Final = f"{BASE}/CodeSystem/answer"
SEVERITY: Final = f"{BASE}/CodeSystem/severity"
OUTCOME: Final = f"{BASE}/CodeSystem/outcome"
CERTAINTY: Final = f"{BASE}/CodeSystem/certainty"
STANDING: Final = f"{BASE}/CodeSystem/standing"
MEDICINE: Final = f"{BASE}/CodeSystem/medicine"
EFFECT: Final = f"{BASE}/CodeSystem/effect"
SECTION: Final = f"{BASE}/CodeSystem/document-section"

V3_ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
V3_CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
V3_DATA_OPERATION: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
PLAN_TYPE: Final = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
OBJECTIVE_TYPE: Final = "http://terminology.hl7.org/CodeSystem/research-study-objective-type"
UCUM: Final = "http://unitsofmeasure.org"
PROVENANCE_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"

# Identifier systems are URNs of random UUIDs, because an unregistered URN namespace would not be a valid URN.
PSEUDONYM: Final = "urn:uuid:7d0b4a5e-3c1f-4a86-9a53-0d6f2e1b7c44"
KNOWLEDGE_HASH: Final = "urn:uuid:c2a8f0d1-5b7e-4e19-8f62-b1d94a3e6075"
URI_AS_IDENTIFIER: Final = "urn:ietf:rfc:3986"

DOCUMENT_TYPE: Final = (LOINC("71482-4"), "Risk assessment Document")
MEDICATION_SECTION: Final = (LOINC("10160-0"), "History of Medication use Narrative")

DETECTED_ISSUE_SEVERITY: Final[dict[Severity, str]] = {
    Severity.CONTRAINDICATED: "high",
    # A finding that needs a specialist can be life-threatening, and FHIR's `moderate` denies just that.
    Severity.SPECIALIST_DECISION: "high",
    Severity.CAUTION: "moderate",
    Severity.INFORMATION: "low",
}
DETECTED_ISSUE_STATUS: Final[dict[Answer, str]] = {Answer.MET: "final", Answer.UNKNOWN: "preliminary"}

SEVERITY_WORDS: Final[dict[Severity, str]] = {
    Severity.CONTRAINDICATED: "Contraindicated",
    Severity.SPECIALIST_DECISION: "A specialist decides",
    Severity.CAUTION: "Caution",
    Severity.INFORMATION: "Information",
}
ANSWER_WORDS: Final[dict[Answer, str]] = {
    Answer.MET: "Met",
    Answer.NOT_MET: "Not met",
    Answer.UNKNOWN: "Unknown: not enough is recorded to judge this",
}
OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    Outcome.STOP: "Stop: do not start",
    Outcome.SPECIALIST_DECISION: "A specialist must decide before anything starts",
    Outcome.CLINICIAN_MUST_DECIDE: "A clinician must decide; this is not a permission",
}
