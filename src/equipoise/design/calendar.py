"""The plan on the calendar of one patient, for the eyes of those who must not know the order, or may."""

from __future__ import annotations

import datetime as dt

from equipoise.design.draw import design_hash
from equipoise.design.layout import Phase, phases, rating_days
from equipoise.model.allocation import Allocation
from equipoise.model.calendar import Calendar, Rating, Span
from equipoise.model.trial_design import Template, TrialDesign


def calendar(
    design: TrialDesign, start: dt.date, allocation: Allocation | None, *, time_zone: str, remind_at: dt.time
) -> Calendar:
    """The calendar that may be given to the patient.

    Where somebody is blinded it says packages only, one number for each drawn unit; else what is taken.
    """
    return Calendar(
        title=design.title,
        start=start,
        time_zone=time_zone,
        remind_at=remind_at,
        labels=tuple((item.id, item.label) for item in design.outcomes),
        spans=tuple(_span(design, phase, start, allocation) for phase in phases(design)),
        ratings=_ratings(design, start),
        design_hash=design_hash(design),
        commitment=allocation.commitment if allocation else None,
    )


def package(unit: int) -> str:
    """The name of what is handed out for a drawn unit, counted from 1.

    >>> package(3)
    'package 3'
    """
    return f"package {unit}"


def _span(design: TrialDesign, phase: Phase, start: dt.date, allocation: Allocation | None) -> Span:
    return Span(
        kind=phase.kind,
        number=phase.number,
        first=start + dt.timedelta(days=phase.start_day),
        last=start + dt.timedelta(days=phase.end_day - 1),
        package=package(phase.number) if design.blinding.blinded and phase.kind == "period" else None,
        take=None if design.blinding.blinded else _taken(design, phase, allocation),
    )


def _taken(design: TrialDesign, phase: Phase, allocation: Allocation | None) -> float | None:
    if phase.kind == "step":
        return design.steps[phase.number - 1].share
    if design.template is Template.SUPERVISED_TAPER:
        return 1.0  # the run-in: as by habit
    if design.template is Template.OBSERVATIONAL:
        return None
    if phase.kind == "period" and allocation is not None:
        return float(allocation.sequence[phase.number - 1])
    return 0.0


def _ratings(design: TrialDesign, start: dt.date) -> tuple[Rating, ...]:
    due: dict[int, list[str]] = {}
    for outcome in design.outcomes:
        for day in rating_days(design, outcome):
            due.setdefault(day, []).append(outcome.id)
    return tuple(Rating(on=start + dt.timedelta(days=day), outcomes=tuple(due[day])) for day in sorted(due))
