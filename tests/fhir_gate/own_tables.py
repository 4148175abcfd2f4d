"""What the standard says of the elements that we write: required codes, reference targets, date elements."""

from __future__ import annotations

_PUBLICATION = {"preliminary", "final", "amended", "entered-in-error"}
_OBSERVATION = {
    "registered",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "cancelled",
    "entered-in-error",
    "unknown",
}
_AUTHORS = {"Practitioner", "PractitionerRole", "Device", "Patient", "RelatedPerson", "Organization"}

REQUIRED_CODES: dict[str, set[str]] = {
    "Bundle.type": {"document"},
    "CarePlan.activity.detail.status": {
        "not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped", "unknown",
        "entered-in-error",
    },
    "CarePlan.intent": {"proposal", "plan", "order", "option"},
    "CarePlan.status": {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"},
    "Composition.status": _PUBLICATION,
    "Composition.confidentiality": {"U", "L", "M", "N", "R", "V"},
    "Device.deviceName.type": {
        "udi-label-name", "user-friendly-name", "patient-reported-name", "manufacturer-name", "model-name", "other",
    },
    "DetectedIssue.status": {"preliminary", "final"},
    "DetectedIssue.severity": {"high", "moderate", "low"},
    "DocumentReference.status": {"current", "superseded", "entered-in-error"},
    "DocumentReference.docStatus": _PUBLICATION,
    "MedicationStatement.status": {
        "active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken",
    },
    "Observation.status": _OBSERVATION,
    "Patient.identifier.use": {"usual", "official", "temp", "secondary", "old"},
    "PlanDefinition.action.priority": {"routine", "urgent", "asap", "stat"},
    "PlanDefinition.action.relatedAction.relationship": {
        "before-start", "before", "before-end", "concurrent-with-start", "concurrent", "concurrent-with-end",
        "after-start", "after", "after-end",
    },
    "PlanDefinition.action.trigger.type": {
        "named-event", "periodic", "data-changed", "data-added", "data-modified", "data-removed", "data-accessed",
        "data-access-ended",
    },
    "PlanDefinition.status": {"draft", "active", "retired", "unknown"},
    "Provenance.entity.role": {"derivation", "revision", "quotation", "source", "removal"},
    "ResearchStudy.status": {
        "active", "administratively-completed", "approved", "closed-to-accrual",
        "closed-to-accrual-and-intervention", "completed", "disapproved", "in-review",
        "temporarily-closed-to-accrual", "temporarily-closed-to-accrual-and-intervention", "withdrawn",
    },
    "RiskAssessment.status": _OBSERVATION,
}  # fmt: skip
NARRATIVE_STATUS = {"generated", "extensions", "additional", "empty"}

REFERENCE_TARGETS: dict[str, set[str]] = {
    "CarePlan.author": _AUTHORS | {"CareTeam"},
    "CarePlan.subject": {"Patient", "Group"},
    "Composition.author": _AUTHORS,
    "Composition.subject": {"Patient"},
    "Condition.subject": {"Patient"},
    "DetectedIssue.author": {"Practitioner", "PractitionerRole", "Device"},
    "DetectedIssue.patient": {"Patient"},
    "DocumentReference.author": _AUTHORS,
    "DocumentReference.subject": {"Patient"},
    "MedicationStatement.subject": {"Patient"},
    "Observation.subject": {"Patient"},
    "Provenance.agent.who": _AUTHORS,
    "ResearchStudy.protocol": {"PlanDefinition"},
    "RiskAssessment.performer": {"Practitioner", "PractitionerRole", "Device"},
    "RiskAssessment.subject": {"Patient"},
}

DATE_KEYS = frozenset({
    "date", "start", "end", "recorded", "timestamp", "creation", "occurrenceDateTime", "occurredDateTime",
    "identifiedDateTime", "effectiveDateTime", "dateAsserted", "recordedDate", "birthDate", "onsetDateTime", "created",
})  # fmt: skip

XHTML_ELEMENTS = frozenset({"div", "p", "b", "h3", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"})
XHTML_ATTRIBUTES = frozenset({"lang", "{http://www.w3.org/XML/1998/namespace}lang"})
