"""The planted faults: every row is a mistake that a program like ours could make."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_gate.planting import Document, Plant, PlantedFault, at, both, change, drop, lead, put

Rows = dict[str, Plant]

CODES: Rows = {
    "Bundle.type is `dossier`": put("Bundle.type", "dossier"),
    "Composition.status is `draft`": put("Composition.status", "draft"),
    "Composition.confidentiality is `secret`": put("Composition.confidentiality", "secret"),
    "Narrative.status is `written`": put("Patient.text.status", "written"),
    "DetectedIssue.status is `unknown`": put("DetectedIssue.status", "unknown"),
    "DetectedIssue.severity is `contraindicated`": put("DetectedIssue.severity", "contraindicated"),
    "RiskAssessment.status is `done`": put("RiskAssessment.status", "done"),
    "MedicationStatement.status is `current`": put("MedicationStatement.status", "current"),
    "DocumentReference.status is `final`": put("DocumentReference.status", "final"),
    "DocumentReference.docStatus is `draft`": put("DocumentReference.docStatus", "draft"),
    "Provenance.entity.role is `origin`": put("Provenance.entity.0.role", "origin"),
    "Device.deviceName.type is `name`": put("Device.deviceName.0.type", "name"),
    "Identifier.use is `pseudonym`": put("Patient.identifier.0.use", "pseudonym"),
    "contained Observation.status is `old`": put("DetectedIssue#2.contained.1.status", "old"),
    "Composition.section.mode is `live`": put("Composition.section.0.mode", "live"),
    "LOINC code with a wrong check digit": put("Composition.type.coding.0.code", "71482-5"),
    "LOINC code of another document": put("Composition.type.coding.0.code", "34133-9"),
    "code outside our own list": put("RiskAssessment.prediction.0.qualitativeRisk.coding.0.code", "cleared"),
    "code system that nobody knows": put("DetectedIssue.code.coding.0.system", "http://example.org/made-up"),
}

TARGETS: Rows = {
    "DetectedIssue.patient leads to the Device": lead("DetectedIssue.patient", "Device"),
    "DetectedIssue.author leads to the Patient": lead("DetectedIssue.author", "Patient"),
    "Composition.author leads to a DetectedIssue": lead("Composition.author.0", "DetectedIssue"),
    "RiskAssessment.subject leads to the Device": lead("RiskAssessment.subject", "Device"),
    "RiskAssessment.performer leads to the Patient": lead("RiskAssessment.performer", "Patient"),
    "Provenance.agent.who leads to the Composition": lead("Provenance.agent.0.who", "Composition"),
    "contained Condition.subject leads to the Device": lead("DetectedIssue.contained.0.subject", "Device"),
    "the same without Reference.type": lead("DetectedIssue.patient", "Device", typed=False),
    "Reference.type says Device, the address leads to the Patient": put("DetectedIssue.patient.type", "Device"),
}

MISSING: Rows = {
    "Composition without title": drop("Composition.title"),
    "Composition without date": drop("Composition.date"),
    "DetectedIssue without status": drop("DetectedIssue.status"),
    "RiskAssessment without subject": drop("RiskAssessment.subject"),
    "MedicationStatement without a medicine": drop("MedicationStatement.medicationCodeableConcept"),
    "DocumentReference without content": drop("DocumentReference.content"),
    "Provenance without recorded": drop("Provenance.recorded"),
    "mitigation without action": put("DetectedIssue.mitigation.0", {"date": "2026-03-14"}),
    "Narrative without div": drop("Device.text.div"),
    "contained Observation without code": drop("DetectedIssue#2.contained.1.code"),
    "entry without resource type": drop("Patient.resourceType"),
}

CARDINALITY: Rows = {
    "two kinds of medication[x]": put("MedicationStatement.medicationReference", {"display": "x"}),
    "two kinds of occurrence[x]": put("RiskAssessment.occurrencePeriod", {"start": "2026-03-14"}),
    "a list where one stands (DetectedIssue.status)": put("DetectedIssue.status", ["final"]),
    "one where a list stands (DetectedIssue.implicated)": put("DetectedIssue.implicated", {"display": "x"}),
    "Composition.author is an empty list": put("Composition.author", []),
}

TYPES: Rows = {
    "Attachment.size is a text": put("DocumentReference.content.0.attachment.size", "46"),
    "Attachment.size is negative": put("DocumentReference.content.0.attachment.size", -1),
    "Composition.title is a number": put("Composition.title", 7),
    "RiskAssessment.subject is a text": put("RiskAssessment.subject", "Patient"),
    "probabilityDecimal is a text": put("RiskAssessment.prediction.0.probabilityDecimal", "0.2"),
    "DetectedIssue.reference holds a blank": put("DetectedIssue.reference", "see the appendix"),
    "Resource.id holds a slash": put("Patient.id", "case/1"),
    "Attachment.data is not base64": put("DocumentReference.content.0.attachment.data", "***"),
    "a text with a control character": put("Composition.title", "a\u0000b"),
    "a text with a no-break space": put("Composition.title", "90\u00a0%"),
}

DATES: Rows = {
    "a day that does not exist": put("DetectedIssue.identifiedDateTime", "2026-02-30"),
    "a month that does not exist": put("RiskAssessment.occurrenceDateTime", "2026-13-01"),
    "a date written as in speech": put("DetectedIssue.identifiedDateTime", "14 March 2026"),
    "an instant without a time zone": put("Bundle.timestamp", "2026-03-14T14:09:26"),
    "an instant that is a day only": put("Provenance.recorded", "2026-03-14"),
    "a finding dated after the issue": put("DetectedIssue.identifiedDateTime", "2026-04-01"),
    "recorded after the issue": put("Provenance.recorded", "2026-03-14T14:09:27.000Z"),
}

SHAPE: Rows = {
    "unknown element": put("DetectedIssue.certainty", "low"),
    "misspelt element": both(drop("DetectedIssue.severity"), put("DetectedIssue.serverity", "high")),
    "unknown element deep inside": put("DetectedIssue.code.coding.0.name", "x"),
    "unknown resource type": put("DetectedIssue.resourceType", "DetectedIssues"),
    "element of a later release (R5)": put("DetectedIssue.category", [{"text": "x"}]),
    "empty object": put("DetectedIssue.evidence.0.code.0", {}),
    "empty list": put("DetectedIssue.evidence.0.detail", []),
    "empty text": put("DetectedIssue.detail", ""),
    "text of blanks only": put("DetectedIssue.detail", "  "),
    "null": put("DetectedIssue.detail", None),
    "null in a list": put("RiskAssessment.basis.0", None),
}

REFERENCES: Rows = {
    "reference to an address that no entry has": put(
        "RiskAssessment.subject.reference", "urn:uuid:00000000-0000-4000-8000-000000000000"
    ),
    "reference to a contained resource that is not there (ref-1)": put(
        "DetectedIssue.implicated.0.reference", "#nobody"
    ),
    "contained resource that nothing refers to (dom-3)": put("DetectedIssue.implicated.0", {"display": "Epilepsy"}),
    "contained resource in a contained one (dom-2)": put(
        "DetectedIssue.contained.0.contained", [{"resourceType": "Basic", "id": "x", "code": {"text": "x"}}]
    ),
    "contained resource with a version (dom-4)": put("DetectedIssue.contained.0.meta", {"versionId": "1"}),
    "contained resource with a label (dom-5)": put(
        "DetectedIssue.contained.0.meta",
        {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]},
    ),
    "two contained resources with one id": put("DetectedIssue#2.contained.1.id", "rests-on-2"),
    "entry that the Composition does not lead to": lambda document: _orphan(document),
    "fullUrl that stands twice (bdl-7)": lambda document: _same_address(document),
    "fullUrl that does not agree with the id": put(
        "Bundle.entry.1.fullUrl", "urn:uuid:00000000-0000-4000-8000-000000000000"
    ),
    "linkId that stands twice": lambda document: _twice_linked(document),
}

INVARIANTS: Rows = {
    "document without identifier (bdl-9)": drop("Bundle.identifier"),
    "document without timestamp (bdl-10)": drop("Bundle.timestamp"),
    "document that does not begin with its Composition (bdl-11)": lambda document: document["entry"].reverse(),
    "total in a document (bdl-1)": put("Bundle.total", 3),
    "search in a document (bdl-2)": put("Bundle.entry.1.search", {"mode": "match"}),
    "request in a document (bdl-3)": put("Bundle.entry.1.request", {"method": "GET", "url": "Patient"}),
    "response in a document (bdl-4)": put("Bundle.entry.1.response", {"status": "200"}),
    "entry with a fullUrl only (bdl-5)": drop("Bundle.entry.1.resource"),
    "fullUrl with a version (bdl-8)": put("Bundle.entry.1.fullUrl", "https://example.org/Patient/1/_history/2"),
    "section with nothing in it (cmp-1)": put("Composition.section.0", {"title": "Outcome"}),
    "section with entries and a reason for none (cmp-2)": put(
        "Composition.section.0.emptyReason", {"text": "nothing known"}
    ),
    "probability above 100 (ras-2)": put("RiskAssessment.prediction.0.probabilityDecimal", 150),
    "probability range in no unit (ras-1)": put(
        "RiskAssessment.prediction.0.probabilityRange", {"low": {"value": 1}, "high": {"value": 2}}
    ),
    "period that runs backwards (per-1)": put(
        "Composition.event.0.period", {"start": "2026-03-14", "end": "2026-03-01"}
    ),
    "extension with a value and an extension (ext-1)": put(
        "DetectedIssue.extension",
        [{"url": "https://example.org/a", "valueCode": "b", "extension": [{"url": "c", "valueCode": "d"}]}],
    ),
    "element with an id only (ele-1)": put("DetectedIssue.evidence.0", {"id": "x"}),
    "contact without details (pat-1)": put("Patient.contact", [{"gender": "other"}]),
    "attachment without its type (att-1)": drop("DocumentReference.content.0.attachment.contentType"),
    "Observation with a value and a reason for none (obs-6)": both(
        put("DetectedIssue#2.contained.1.valueString", "61"),
        put("DetectedIssue#2.contained.1.dataAbsentReason", {"text": "unknown"}),
    ),
    "Quantity with a code and no system (qty-3)": put(
        "DetectedIssue#2.contained.1.valueQuantity", {"value": 61, "code": "U/L"}
    ),
}

CONTENT: Rows = {
    "Attachment.hash of other data": change("DocumentReference.content.0.attachment.hash", "=", "A"),
    "Attachment.size of other data": put("DocumentReference.content.0.attachment.size", 7),
    "narrative that is not well-formed": change("DetectedIssue.text.div", "</p>", ""),
    "narrative without its namespace (txt-1)": change(
        "DetectedIssue.text.div", ' xmlns="http://www.w3.org/1999/xhtml"', ""
    ),
    "narrative with a script (txt-1)": change("DetectedIssue.text.div", "<p>", "<script>alert(1)</script><p>"),
    "narrative with an event handler (txt-1)": change("DetectedIssue.text.div", "<p>", '<p onclick="alert(1)">'),
    "narrative that says nothing (txt-2)": put("Device.text.div", '<div xmlns="http://www.w3.org/1999/xhtml"> </div>'),
    "resource without a narrative (dom-6)": drop("DetectedIssue.text"),
    "Patient with a name": put("Patient.name", [{"family": "Made-up"}]),
    "Patient with a birth date": put("Patient.birthDate", "1985-01-01"),
}

KINDS: dict[str, Rows] = {
    "code": CODES,
    "reference target": TARGETS,
    "required element": MISSING,
    "cardinality": CARDINALITY,
    "type": TYPES,
    "date": DATES,
    "shape": SHAPE,
    "reference": REFERENCES,
    "invariant": INVARIANTS,
    "content": CONTENT,
}


def planted_faults() -> list[PlantedFault]:
    """Every row of the table."""
    return list(_rows())


def _rows() -> Iterator[PlantedFault]:
    for kind, rows in KINDS.items():
        for what, plant in rows.items():
            yield PlantedFault(kind, what, plant)


def _orphan(document: Document) -> None:
    url = "00000000-0000-4000-8000-000000000000"
    extra = {**at(document, "Device"), "id": url}
    document["entry"].append({"fullUrl": f"urn:uuid:{url}", "resource": extra})


def _same_address(document: Document) -> None:
    for place in (1, 2):
        document["entry"][place]["fullUrl"] = document["entry"][1]["fullUrl"]
    document["entry"][2]["resource"]["id"] = document["entry"][1]["resource"]["id"]


def _twice_linked(document: Document) -> None:
    answers = {
        "resourceType": "QuestionnaireResponse",
        "id": "answers",
        "status": "completed",
        "item": [{"linkId": "1", "text": "a"}, {"linkId": "1", "text": "b"}],
    }
    issue = at(document, "DetectedIssue")
    issue["contained"].append(answers)
    issue["evidence"][0]["detail"] = [{"reference": "#answers", "type": "QuestionnaireResponse"}]
