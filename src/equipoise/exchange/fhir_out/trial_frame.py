"""What the resources of a trial's document share: the plan, its screening, the moment of issue, stable addresses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from equipoise.design.layout import Phase
from equipoise.errors import Fault, InputError
from equipoise.exchange.fhir_out.frame import Addresses, faults_of_time, instant, namespace
from equipoise.model.calendar import phase_words
from equipoise.model.trial_design import Screened, Template, TrialDesign


@dataclass(frozen=True, slots=True)
class TrialFrame(Addresses):
    """The document of a plan."""

    design: TrialDesign
    screened: Screened

    @property
    def day(self) -> str:
        """The day of issue as a FHIR date."""
        return self.issued[:10]


def trial_frame(design: TrialDesign, issued: dt.datetime) -> TrialFrame:
    """The frame of a plan's document.

    Raises:
        InputError: nobody has been screened for the plan, or `issued` has no time zone or lies before the screening.
    """
    if design.screened is None:
        expected = "the screening that the plan rests on: a care plan names its patient"
        mend = "Design the trial from a dossier."
        raise InputError("FHIR document", [Fault("screened", "nothing", expected, mend)])
    faults = faults_of_time(design.screened.on, issued)
    if faults:
        raise InputError("FHIR document", faults)
    moment = instant(issued)
    return TrialFrame(moment, namespace(design.model_dump_json(), moment), design, design.screened)


def phase_name(phase: Phase) -> str:
    """What a phase is called; of a period never whether it is one with or one without."""
    name = phase_words(phase.kind, phase.number)
    return f"{name}, with or without it as drawn" if phase.kind == "period" else name


def phase_days(phase: Phase) -> str:
    """Its first and last day; the first day of the trial is day 1."""
    return f"Day {phase.start_day + 1} to day {phase.end_day}"


def shown_phases(design: TrialDesign, found: tuple[Phase, ...]) -> tuple[Phase, ...]:
    """The phases to list: single drawn days are one stretch."""
    if design.template is not Template.ALTERNATING_DAYS:
        return found
    rest = tuple(phase for phase in found if phase.kind != "period")
    return (*rest, Phase("period", 1, design.run_in_days, design.length_days))
