"""What stands beside the findings: the report's PDF, and where everything comes from."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from equipoise.exchange.fhir_out import codes
from equipoise.exchange.fhir_out.composition import document_title, document_type
from equipoise.exchange.fhir_out.elements import Resource, coding, compact, concept
from equipoise.exchange.fhir_out.frame import Addresses, Frame
from equipoise.exchange.fhir_out.narrative import narrative, paragraph


def document_reference(frame: Frame, pdf: bytes) -> Resource:
    """The DocumentReference that carries the PDF, with its size and the SHA-1 that FHIR asks for."""
    digest = hashlib.sha1(pdf, usedforsecurity=False).digest()
    return compact(
        resourceType="DocumentReference",
        id=frame.id("DocumentReference"),
        text=narrative(paragraph(f"{document_title(frame)}, {len(pdf)} bytes", "PDF")),
        status="current",
        docStatus="preliminary",
        type_=document_type(),
        subject=frame.reference("Patient"),
        date=frame.issued,
        author=[frame.reference("Device")],
        content=[
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "language": "en",
                    "data": base64.b64encode(pdf).decode("ascii"),
                    "size": len(pdf),
                    "hash": base64.b64encode(digest).decode("ascii"),
                    "title": document_title(frame),
                    "creation": frame.issued,
                }
            }
        ],
    )


def provenance(frame: Frame, targets: Iterable[str]) -> Resource:
    """The Provenance of every named resource: this program, from the records with this hash."""
    dossier = frame.dossier
    records = f"Knowledge records of {dossier.knowledge_date}, SHA-256 {dossier.knowledge_hash}"
    return made_from(frame, targets, records, dossier.knowledge_hash, frame.day)


def made_from(frame: Addresses, targets: Iterable[str], records: str, knowledge_hash: str, day: str) -> Resource:
    """The Provenance of the named resources: this program made them on that day from these records."""
    author = concept("Author", coding(codes.PROVENANCE_PARTICIPANT, "author", "Author"))
    return compact(
        resourceType="Provenance",
        id=frame.id("Provenance"),
        text=narrative(paragraph(records, "Made from")),
        target=[frame.reference(name) for name in targets],
        occurredDateTime=day,
        recorded=frame.issued,
        activity=concept("Create", coding(codes.V3_DATA_OPERATION, "CREATE", "create")),
        agent=[{"type": author, "who": frame.reference("Device")}],
        entity=[
            {
                "role": "source",
                "what": {
                    "identifier": {"system": codes.KNOWLEDGE_HASH, "value": knowledge_hash},
                    "display": records,
                },
            }
        ],
    )
