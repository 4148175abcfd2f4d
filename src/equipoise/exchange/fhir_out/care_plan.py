"""The CarePlan: the phases of the plan for this patient, as a proposal; nothing of it has begun."""

from __future__ import annotations

from equipoise.design.answers import rated
from equipoise.design.layout import phases
from equipoise.exchange.fhir_out.elements import Resource, clean, compact
from equipoise.exchange.fhir_out.narrative import items, narrative, paragraph
from equipoise.exchange.fhir_out.research_study import UNSIGNED
from equipoise.exchange.fhir_out.trial_frame import TrialFrame, phase_days, phase_name, shown_phases


def care_plan(frame: TrialFrame) -> Resource:
    """The care plan; its days count from a first day that nobody has set yet."""
    design = frame.design
    listed = [(phase_name(phase), phase_days(phase)) for phase in shown_phases(design, phases(design))]
    listed += [(f"Rate {item.label}", rated(item)) for item in design.outcomes]
    listed.append(("Conventional care goes on", design.conventional_care))
    if design.rescue:
        listed.append(("Rescue", design.rescue))
    return compact(
        resourceType="CarePlan",
        id=frame.id("CarePlan"),
        text=narrative(paragraph(UNSIGNED), items(f"{name}: {when}" for name, when in listed)),
        instantiatesUri=[frame.url("PlanDefinition")],
        status="draft",
        intent="proposal",
        title=clean(design.title),
        description=clean(UNSIGNED),
        subject=frame.reference("Patient"),
        created=frame.day,
        author=frame.reference("Device"),
        activity=[
            {"detail": {"status": "not-started", "description": clean(name), "scheduledString": clean(when)}}
            for name, when in listed
        ],
    )
