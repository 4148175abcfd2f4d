"""The document Bundle, and its bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from equipoise.exchange.fhir_out import codes
from equipoise.exchange.fhir_out.composition import composition
from equipoise.exchange.fhir_out.detected_issue import detected_issues
from equipoise.exchange.fhir_out.elements import Resource, coding
from equipoise.exchange.fhir_out.frame import Addresses, Frame, frame_of
from equipoise.exchange.fhir_out.medication import medication_statements
from equipoise.exchange.fhir_out.people import device, patient
from equipoise.exchange.fhir_out.record import document_reference, provenance
from equipoise.exchange.fhir_out.risk_assessment import risk_assessment
from equipoise.exchange.fhir_out.sections import sections
from equipoise.model.dossier import Dossier

Named = tuple[str, Resource]


def dossier_to_fhir(dossier: Dossier, *, issued: dt.datetime, pdf: bytes | None = None) -> dict[str, Any]:
    """A FHIR R4 document Bundle of the dossier, as plain mappings; the same arguments give the same Bundle.

    Composition first, then Patient (a pseudonym), Device (the program), RiskAssessment (the outcome in words),
    a DetectedIssue per met or unknown finding, a MedicationStatement per entry of the medication list, the PDF
    where one is given, and Provenance. Nothing in it says that something may be taken.

    Raises:
        InputError: `issued` has no time zone or lies before the screening date, or `pdf` is not a PDF.
    """
    frame = frame_of(dossier, issued, pdf)
    return document(frame, _entries(frame, pdf))


def document(frame: Addresses, entries: Sequence[Named]) -> dict[str, Any]:
    """The document Bundle of these resources, the Composition first; restricted, since disclosure can harm."""
    return {
        "resourceType": "Bundle",
        "id": frame.id("Bundle"),
        "meta": {"security": [coding(codes.V3_CONFIDENTIALITY, "R", "restricted")]},
        "language": "en",
        "identifier": {"system": codes.URI_AS_IDENTIFIER, "value": frame.url("Bundle")},
        "type": "document",
        "timestamp": frame.issued,
        "entry": [{"fullUrl": frame.url(name), "resource": resource} for name, resource in entries],
    }


def dossier_to_fhir_json(dossier: Dossier, *, issued: dt.datetime, pdf: bytes | None = None) -> bytes:
    """The document as UTF-8 JSON; the same arguments give the same bytes.

    Raises:
        InputError: as `dossier_to_fhir`.
    """
    import orjson

    return orjson.dumps(dossier_to_fhir(dossier, issued=issued, pdf=pdf))


def _entries(frame: Frame, pdf: bytes | None) -> list[Named]:
    issues = detected_issues(frame)
    medicines = medication_statements(frame)
    paper: list[Named] = [("DocumentReference", document_reference(frame, pdf))] if pdf is not None else []
    risk: Named = ("RiskAssessment", risk_assessment(frame, [*_names(issues), *_names(medicines)]))
    parts = sections(frame.dossier, _names([risk, *paper]), _names(issues), _names(medicines))
    body: list[Named] = [
        ("Composition", composition(frame, parts)),
        ("Patient", patient(frame, frame.dossier.case_id)),
        ("Device", device(frame, frame.dossier.program_version, "Screening software")),
        risk,
        *issues,
        *medicines,
        *paper,
    ]
    return [*body, ("Provenance", provenance(frame, _names(body)))]


def _names(named: Sequence[Named]) -> list[str]:
    return [name for name, _ in named]
