"""The PlanDefinition: phases on their days, what is rated, and the stop rules as what they trigger."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.design.answers import answer_of, periods, rated
from equipoise.design.layout import Phase, phases
from equipoise.exchange.fhir_out import codes
from equipoise.exchange.fhir_out.elements import Resource, clean, coding, compact, concept
from equipoise.exchange.fhir_out.narrative import items, narrative, paragraph
from equipoise.exchange.fhir_out.trial_frame import TrialFrame, phase_days, phase_name, shown_phases
from equipoise.model.stop_rule import Level
from equipoise.model.trial_design import PlannedOutcome, StopRule

PRIORITIES: dict[Level, str] = {"emergency": "stat", "stop": "asap", "pause": "urgent", "review": "routine"}
NO_ORDER = "The order of the periods is kept apart and stands in no part of this document."


def plan_definition(frame: TrialFrame) -> Resource:
    """The plan as a draft: nobody has signed it here."""
    design = frame.design
    drawn = answer_of(design, "draw") if design.template.randomised else None
    listed = [f"{rule.level}: {rule.trigger}. {rule.action}" for rule in design.stop_rules]
    return compact(
        resourceType="PlanDefinition",
        id=frame.id("PlanDefinition"),
        text=narrative(
            paragraph(periods(design), "Design"),
            paragraph(" ".join(text for text in (drawn, NO_ORDER) if text), "Order"),
            items(f"{item.label}: {rated(item)}" for item in design.outcomes),
            paragraph(f"Goes on all the time: {design.conventional_care}", "Conventional care"),
            items(listed),
        ),
        url=frame.url("PlanDefinition"),
        name="SinglePatientTrial",
        title=clean(design.title),
        type_=concept("Clinical protocol", coding(codes.PLAN_TYPE, "clinical-protocol", "Clinical Protocol")),
        status="draft",
        experimental=False,
        date=frame.day,
        description=clean(f"{periods(design)} {NO_ORDER}"),
        goal=[_goal(item) for item in design.outcomes],
        action=[*_phases(frame), *(_rating(item) for item in design.outcomes), *map(_stop, design.stop_rules)],
    )


def _goal(outcome: PlannedOutcome) -> Resource:
    first = "Primary outcome" if outcome.primary else "Outcome"
    return {"description": concept(f"{first}: to learn about {outcome.label} ({outcome.better} is better)")}


def _phases(frame: TrialFrame) -> Iterator[Resource]:
    """One action for each phase, after the first by the days from its start."""
    found = shown_phases(frame.design, phases(frame.design))
    for place, phase in enumerate(found):
        related = [] if place == 0 else [_after_start(found[0], phase)]
        yield compact(
            id=f"phase-{place + 1}",
            title=clean(phase_name(phase)),
            description=phase_days(phase),
            timingDuration=_days(phase.days),
            relatedAction=related,
        )


def _after_start(first: Phase, phase: Phase) -> Resource:
    return {
        "actionId": "phase-1",
        "relationship": "after-start",
        "offsetDuration": _days(phase.start_day - first.start_day),
    }


def _days(count: int) -> Resource:
    return {"value": count, "unit": "days", "system": codes.UCUM, "code": "d"}


def _rating(outcome: PlannedOutcome) -> Resource:
    return {"title": clean(f"Rate {outcome.label}"), "description": clean(rated(outcome))}


def _stop(rule: StopRule) -> Resource:
    """A stop rule: its trigger is a named event, since no machine may judge it alone."""
    return {
        "title": clean(f"{rule.level}: {rule.trigger}"),
        "description": clean(rule.action),
        "priority": PRIORITIES[rule.level],
        "trigger": [{"type": "named-event", "name": clean(rule.id)}],
    }
