"""How a plan lies on the days: its phases, the days of its ratings, and the order that chance has to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.model.schedule import Exposure, Randomisation, Schedule
from equipoise.model.trial_design import PlannedOutcome, Template, TrialDesign

Kind = Literal["run_in", "period", "washout", "step", "observation"]


@dataclass(frozen=True, slots=True)
class Phase:
    """Days `start_day` up to, not including, `end_day`. `number`: of a period, or of the period before; else from 1."""

    kind: Kind
    number: int
    start_day: int
    end_day: int

    @property
    def days(self) -> int:
        """How long it lasts."""
        return self.end_day - self.start_day


def phases(design: TrialDesign) -> tuple[Phase, ...]:
    """The phases in their order, without gaps; phases of no days are left out."""
    found = [Phase("run_in", 1, 0, design.run_in_days)]
    for number, start in enumerate(design.unit_starts_days, start=1):
        end = start + design.period_days
        found += [Phase("period", number, start, end), Phase("washout", number, end, end + design.washout_days)]
    day = design.run_in_days
    for number, step in enumerate(design.steps, start=1):
        found.append(Phase("step", number, day, day := day + step.days))
    if design.template is Template.OBSERVATIONAL:
        found.append(Phase("observation", 1, day, day + design.period_days))
    return tuple(phase for phase in found if phase.days)


def rating_days(design: TrialDesign, outcome: PlannedOutcome) -> tuple[int, ...]:
    """The days at whose end the outcome is rated: the last of each phase, and every `every_days` before it.

    Counted back from the end, so that the rating that looks back longest is taken when the phase has lasted longest.
    Alternating days are one phase.

    >>> from equipoise.model.trial_design import PlannedOutcome
    >>> week = PlannedOutcome(id="phq9", label="PHQ-9", every_days=7, recall_days=14, primary=True)
    >>> plan = TrialDesign(title="t", substance="s", substance_name="S", template="randomised_blocks", blocks=1,
    ...     period_days=15, run_in_days=14, conventional_care="as before", outcomes=(week,))
    >>> rating_days(plan, week)
    (6, 13, 14, 21, 28, 29, 36, 43)
    """
    spans = [(phase.start_day, phase.end_day) for phase in phases(design)]
    if design.template is Template.ALTERNATING_DAYS:
        spans = [
            span for span in ((0, design.run_in_days), (design.run_in_days, design.length_days)) if span[1] > span[0]
        ]
    return tuple(day for start, end in spans for day in range(start, end) if (end - 1 - day) % outcome.every_days == 0)


def randomisation(design: TrialDesign, drawn: tuple[int, ...]) -> Randomisation:
    """The recorded draw: which units, which levels, by which rule. For a randomised template only."""
    return Randomisation(
        rule=design.rule,
        unit_starts_days=tuple(float(day) for day in design.unit_starts_days),
        drawn=drawn,
        blocks=tuple(unit // 2 for unit in range(design.units)) if design.rule == "blocks" else (),
        max_run=design.max_run,
        unit_ends_days=tuple(float(day + design.period_days) for day in design.unit_starts_days),
    )


def some_order(design: TrialDesign) -> tuple[int, ...]:
    """An admissible order, the same for every seed: it says which orders there are, not which one was drawn."""
    return (0, 1) * design.blocks


def schedule(design: TrialDesign, drawn: tuple[int, ...] = ()) -> Schedule:
    """The plan as `analyse` reads it, taken as planned: washout days are off, a taper goes through its shares.

    A rating at the end of day d stands at time d + 1.
    """
    kind = design.template.value
    if not design.template.randomised:
        return Schedule(kind, _untouched(design))
    starts: list[float] = [0.0]
    levels: list[float] = [0.0]
    for start, level in zip(design.unit_starts_days, drawn, strict=True):
        starts += [float(start), float(start + design.period_days)]
        levels += [float(level), 0.0]
    return Schedule(
        kind, Exposure(*_stepwise(starts, levels)), randomisation(design, drawn), adjunct=design.substance_name
    )


def _untouched(design: TrialDesign) -> Exposure:
    """A taper begins with what is taken by habit; an observation names no level of its own."""
    if not design.steps:
        return Exposure((0.0,), (0.0,))
    starts = [0.0, *(float(phase.start_day) for phase in phases(design) if phase.kind == "step")]
    return Exposure(*_stepwise(starts, [1.0, *(step.share for step in design.steps)]), before=1.0)


def _stepwise(starts: list[float], levels: list[float]) -> tuple[list[float], list[float]]:
    """One level for each start: where two begin on one day, the later one holds."""
    last = dict(zip(starts, levels, strict=True))
    return list(last), list(last.values())
