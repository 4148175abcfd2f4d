"""The ResearchStudy: what the trial asks, in whom, and that nobody has approved it here."""

from __future__ import annotations

from equipoise.design.answers import answer_of, periods
from equipoise.exchange.fhir_out import codes
from equipoise.exchange.fhir_out.elements import Resource, clean, coding, compact, concept, note
from equipoise.exchange.fhir_out.narrative import narrative, paragraph
from equipoise.exchange.fhir_out.trial_frame import TrialFrame
from equipoise.model.trial_design import PlannedOutcome

UNSIGNED = "Nothing starts before a clinician has signed the protocol on a frozen dossier."


def research_study(frame: TrialFrame) -> Resource:
    """The study in review: R4 has no word for a draft of one."""
    design = frame.design
    asked = answer_of(design, "objective") or design.primary.label
    return compact(
        resourceType="ResearchStudy",
        id=frame.id("ResearchStudy"),
        text=narrative(paragraph(asked, "Asked"), paragraph(periods(design), "Design"), paragraph(UNSIGNED)),
        title=clean(design.title),
        protocol=[frame.reference("PlanDefinition")],
        status="in-review",
        category=[concept("Single-patient (N-of-1) trial")],
        focus=[concept(design.substance_name)],
        description=clean(f"{periods(design)} {answer_of(design, 'comparator') or ''}"),
        arm=[
            {
                "name": clean(f"With {design.substance_name}"),
                "description": "In the same person, beside conventional care.",
            },
            {
                "name": clean(f"Without {design.substance_name}"),
                "description": "In the same person, conventional care alone.",
            },
        ]
        if design.template.randomised
        else [],
        objective=[_objective(item) for item in design.outcomes],
        note=[note(UNSIGNED)],
    )


def _objective(outcome: PlannedOutcome) -> Resource:
    kind = "primary" if outcome.primary else "secondary"
    shown = kind.capitalize()
    return {"name": clean(outcome.label), "type": concept(shown, coding(codes.OBJECTIVE_TYPE, kind, shown))}
