"""A drawn trial as the folder that `equipoise analyse` reads, and the empty diary that the patient fills."""

from __future__ import annotations

from typing import Any

import yaml

from equipoise.design.layout import schedule
from equipoise.model.allocation import Allocation
from equipoise.model.calendar import Calendar
from equipoise.model.trial_design import GUESS, KEPT, OWN_COLUMNS, TrialDesign

DIARY = "diary.csv"
PLAN = "protocol.yaml"


def trial_text(design: TrialDesign, allocation: Allocation | None, diary: str) -> str:
    """The `trial.yaml` of a drawn trial: options of the analysis as planned, exposure as planned, the recorded draw.

    It tells the order: keep it where the allocation is kept. What was really taken replaces `exposure` at the end.
    """
    made = schedule(design, allocation.sequence if allocation else ())
    steps = zip(made.exposure.starts_days.tolist(), made.exposure.levels.tolist(), strict=True)
    found: dict[str, Any] = {
        "diary": diary,
        "options": options_of(design),
        "exposure": [{"from_day": day, "level": level} for day, level in steps],
    }
    draw = made.randomisation
    if draw is not None:
        found["randomisation"] = {
            "rule": draw.rule,
            "unit_starts_days": list(draw.unit_starts_days),
            "unit_ends_days": list(draw.unit_ends_days),
            "drawn": list(draw.drawn),
            "blocks": list(draw.blocks),
            **({} if draw.max_run is None else {"max_run": draw.max_run}),
        }
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True, default_flow_style=None)


def options_of(design: TrialDesign) -> dict[str, Any]:
    """The options of the planned analysis, as `trial.yaml` names them."""
    primary, plan = design.primary, design.analysis
    half_life = f"{plan.half_life_days:g}d"
    if plan.half_life_log_sd:
        half_life = f"lognormal({plan.half_life_days:g},{plan.half_life_log_sd:g})"
    found = {
        "time": "day",
        "outcome": primary.id,
        "kept": KEPT,
        "guess": GUESS if design.blinding.ask_guess else None,
        "label": primary.label,
        "instrument": primary.instrument,
        "adjunct": design.substance_name,
        "better": primary.better,
        "mcid": primary.mcid,
        "recall": f"{primary.recall_days:g}d",
        "every": f"{primary.every_days}d",
        "bounds": list(primary.bounds) if primary.bounds else None,
        "half-life": half_life,
        "before": 1.0 if design.steps else 0.0,
        "trend": plan.trend,
        "likelihood": plan.likelihood,
        "effect-prior": plan.effect if plan.effect != 1.0 else None,
        "phi-prior": f"beta({plan.phi[0]:g},{plan.phi[1]:g})",
        "s0": None if plan.s0 is None else f"{plan.s0:g}",
        "seed": plan.seed,
    }
    return {name: value for name, value in found.items() if value is not None}


def diary_text(design: TrialDesign, calendar: Calendar) -> str:
    """An empty diary: a row for each day with a rating, its date, a column for each outcome.

    `day` counts to the end of the day: 1 is the evening of the first. `taken_as_planned`: yes or no; the blinded can
    say that too. `guess`, where the plan asks for it: 1 with the adjunct, 0 without, empty without an opinion.
    """
    asked = [name for name in OWN_COLUMNS[2:] if name != GUESS or design.blinding.ask_guess]
    names = [*asked, *(item.id for item in design.outcomes)]
    rows = [",".join(["day", "date", *names])]
    for rating in calendar.ratings:
        day = (rating.on - calendar.start).days + 1
        rows.append(",".join([str(day), rating.on.isoformat(), *[""] * len(names)]))
    return "\n".join(rows) + "\n"
