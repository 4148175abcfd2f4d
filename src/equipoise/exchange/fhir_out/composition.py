"""The Composition, first entry of the document: who, when, what, and the sections."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.exchange.fhir_out import codes
from equipoise.exchange.fhir_out.elements import Resource, clean, coding, compact, concept
from equipoise.exchange.fhir_out.frame import Frame
from equipoise.exchange.fhir_out.narrative import narrative
from equipoise.exchange.fhir_out.sections import Section, outcome_blocks


def document_type() -> Resource:
    """The LOINC type of the document, the same for the Composition and the PDF."""
    code, display = codes.DOCUMENT_TYPE
    return concept(display, coding(codes.LOINC.uri, code, display))


def document_title(frame: Frame) -> str:
    """The title that a chart shows in its list of documents."""
    return clean(f"Screening before adding {frame.dossier.substance_name}")


def composition(frame: Frame, sections: Iterable[Section]) -> Resource:
    """The Composition; its status is preliminary, because `final` would say that a person has verified it."""
    dossier = frame.dossier
    return compact(
        resourceType="Composition",
        id=frame.id("Composition"),
        text=narrative(outcome_blocks(dossier)),
        status="preliminary",
        type_=document_type(),
        subject=frame.reference("Patient"),
        date=frame.issued,
        author=[frame.reference("Device")],
        title=document_title(frame),
        # Psychiatric care and use of a psychoactive substance: disclosure can harm, so not `normal`.
        confidentiality="R",
        event=[{"code": [{"text": "Screening"}], "period": {"start": frame.day, "end": frame.day}}],
        section=[_section(frame, section) for section in sections],
    )


def _section(frame: Frame, section: Section) -> Resource:
    code = [coding(codes.SECTION, section.key, section.title)]
    if section.key == "medications":
        loinc, display = codes.MEDICATION_SECTION
        code.append(coding(codes.LOINC.uri, loinc, display))
    return compact(
        title=section.title,
        code=concept(section.title, *code),
        text=narrative(section.blocks),
        entry=[frame.reference(name) for name in section.entries],
    )
