"""Whom the document is about and what wrote it: a pseudonym and a program, no person's name."""

from __future__ import annotations

from equipoise.exchange.fhir_out.codes import PSEUDONYM
from equipoise.exchange.fhir_out.elements import Resource, clean
from equipoise.exchange.fhir_out.frame import Addresses
from equipoise.exchange.fhir_out.narrative import narrative, paragraph

PROGRAM = "Equipoise"


def patient(frame: Addresses, case_id: str) -> Resource:
    """The Patient: an identifier and nothing else, because nothing else is known of the person."""
    pseudonym = clean(case_id)
    return {
        "resourceType": "Patient",
        "id": frame.id("Patient"),
        "text": narrative(paragraph(pseudonym, "Patient under the pseudonym")),
        "identifier": [
            {"use": "secondary", "type": {"text": "Pseudonym of the case"}, "system": PSEUDONYM, "value": pseudonym}
        ],
    }


def device(frame: Addresses, program_version: str, kind: str) -> Resource:
    """The Device: this program in its version, the author of everything in the document."""
    version = clean(program_version)
    return {
        "resourceType": "Device",
        "id": frame.id("Device"),
        "text": narrative(paragraph(f"{PROGRAM} {version}", "Program")),
        "deviceName": [{"name": PROGRAM, "type": "user-friendly-name"}],
        "type": {"text": kind},
        "version": [{"value": version}],
    }
