"""The plan of a trial as a FHIR R4 document: PlanDefinition, ResearchStudy and CarePlan. It holds no order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from equipoise import __version__
from equipoise.exchange.fhir_out import codes
from equipoise.exchange.fhir_out.bundle import Named, document
from equipoise.exchange.fhir_out.care_plan import care_plan
from equipoise.exchange.fhir_out.elements import Resource, clean, coding, compact, concept
from equipoise.exchange.fhir_out.narrative import narrative, paragraph
from equipoise.exchange.fhir_out.people import device, patient
from equipoise.exchange.fhir_out.plan_definition import NO_ORDER, plan_definition
from equipoise.exchange.fhir_out.record import made_from
from equipoise.exchange.fhir_out.research_study import UNSIGNED, research_study
from equipoise.exchange.fhir_out.trial_frame import TrialFrame, trial_frame
from equipoise.model.trial_design import TrialDesign

RESOURCES = ("PlanDefinition", "ResearchStudy", "CarePlan")


def trial_to_fhir(design: TrialDesign, *, issued: dt.datetime) -> dict[str, Any]:
    """A FHIR R4 document Bundle of the plan, as plain mappings; the same arguments give the same Bundle.

    Composition first, then Patient (a pseudonym), Device (the program), PlanDefinition, ResearchStudy, CarePlan and
    Provenance. Nothing in it tells the order of the periods, names an amount, or says that anybody has agreed.

    Raises:
        InputError: nobody has been screened for the plan, or `issued` has no time zone or lies before the screening.
    """
    frame = trial_frame(design, issued)
    body: list[Named] = [
        ("Composition", _composition(frame)),
        ("Patient", patient(frame, frame.screened.case_id)),
        ("Device", device(frame, __version__, "Trial design software")),
        ("PlanDefinition", plan_definition(frame)),
        ("ResearchStudy", research_study(frame)),
        ("CarePlan", care_plan(frame)),
    ]
    return document(frame, [*body, ("Provenance", _provenance(frame, [name for name, _ in body]))])


def trial_to_fhir_json(design: TrialDesign, *, issued: dt.datetime) -> bytes:
    """The document as UTF-8 JSON; the same arguments give the same bytes.

    Raises:
        InputError: as `trial_to_fhir`.
    """
    import orjson

    return orjson.dumps(trial_to_fhir(design, issued=issued))


def _composition(frame: TrialFrame) -> Resource:
    """Preliminary: `final` would say that a person has verified it."""
    title = clean(f"Protocol: {frame.design.title}")
    blocks = [paragraph(UNSIGNED), paragraph(NO_ORDER)]
    section = compact(
        title="The trial",
        code=concept("The trial", coding(codes.SECTION, "trial", "The trial")),
        text=narrative(*blocks),
        entry=[frame.reference(name) for name in RESOURCES],
    )
    return compact(
        resourceType="Composition",
        id=frame.id("Composition"),
        text=narrative(*blocks),
        status="preliminary",
        type_=concept("Protocol of a single-patient trial"),
        subject=frame.reference("Patient"),
        date=frame.issued,
        author=[frame.reference("Device")],
        title=title,
        confidentiality="R",
        section=[section],
    )


def _provenance(frame: TrialFrame, targets: Sequence[str]) -> Resource:
    screened = frame.screened
    told = f"Screening of {screened.on} with knowledge records of SHA-256 {screened.knowledge_hash}"
    return made_from(frame, targets, told, screened.knowledge_hash, screened.on.isoformat())
