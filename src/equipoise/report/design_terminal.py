"""A plan on a terminal: what happens when, how long it takes, what was assumed, and what comes next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.analyse.figures import plain
from equipoise.design.layout import phases, randomisation, rating_days, some_order
from equipoise.model.admissible import Admissible, readable
from equipoise.model.calendar import phase_words
from equipoise.model.trial_design import PlannedOutcome, TrialDesign
from equipoise.report.sheet import Sheet

if TYPE_CHECKING:
    from rich.console import Console

MOST_PHASES = 12
CONVINCING_ORDERS = 20


def print_design(design: TrialDesign, path: Path, console: Console) -> None:
    """The plan in short; everything that it says stands in the file."""
    sheet = Sheet(console)
    sheet.line(design.title, style="bold")
    sheet.line(f"{design.length_days} days. {_order(design)}")
    sheet.line(f"Conventional care goes on all the time: {design.conventional_care}")
    sheet.heading("Days")
    found = phases(design)
    for phase in found[:MOST_PHASES]:
        sheet.line(
            f"{phase_words(phase.kind, phase.number)}: days {phase.start_day + 1} to {phase.end_day} ({phase.days} d)",
            first="  ",
        )
    if len(found) > MOST_PHASES:
        sheet.line(f"... and {len(found) - MOST_PHASES} more", first="  ")
    sheet.heading("Ratings")
    for item in design.outcomes:
        sheet.line(_outcome(design, item), first="  ")
    sheet.heading("Analysis")
    sheet.line(_analysis(design), first="  ")
    for line in _notes(design):
        sheet.line(line, first="  ! ")
    for item in design.overrides:
        sheet.line(f"{item.rule} set aside by {item.signed_by} on {item.signed_on}: {item.reason}", first="  ! ")
    sheet.line()
    sheet.line(f"Written: {path}. Nothing was drawn, and nothing may start before a clinician signs it.")
    if design.template.randomised:
        sheet.line(f"Next: `equipoise power {path}` for what it can find out, `equipoise draw {path}` for the order.")


def _order(design: TrialDesign) -> str:
    if not design.template.randomised:
        return "Nothing is drawn: it cannot show what the adjunct does."
    units = "days" if design.period_days == 1 else "periods"
    return f"Chance will draw one of {readable(_orders(design))} orders of {design.units} {units}."


def _orders(design: TrialDesign) -> int:
    return Admissible(randomisation(design, some_order(design))).count


def _outcome(design: TrialDesign, item: PlannedOutcome) -> str:
    window = f", looks back {item.recall_days:g} d" if item.recall_days else ""
    size = f", agreed difference {plain(item.mcid)}" if item.mcid is not None else ""
    role = "primary: " if item.primary else ""
    every = "every day" if item.every_days == 1 else f"every {item.every_days} d"
    return (
        f"{role}{item.label}, {every}{window}, {item.better} is better{size}: {len(rating_days(design, item))} ratings"
    )


def _analysis(design: TrialDesign) -> str:
    plan = design.analysis
    spread = "from the run-in" if plan.s0 is None else f"{plain(plan.s0)} points"
    speed = "at once"
    if plan.half_life_days:
        speed = f"with a half-life of about {plain(plan.half_life_days, 2)} d"
        speed += f" ({plan.half_life_from})" if plan.half_life_from else ""
    return f"Sceptical prior centred on no effect; planning SD {spread}; the effect comes and goes {speed}."


def _notes(design: TrialDesign) -> list[str]:
    found: list[str] = []
    if design.screened is None:
        found.append("Drawn up without a dossier: nothing may start before the patient was screened.")
    elif open_ := len(design.screened.unanswered):
        noun = "contraindication is" if open_ == 1 else "contraindications are"
        found.append(f"In the dossier {open_} {noun} unanswered: nothing may start before.")
    if design.current_use is None and design.template.randomised:
        found.append("How often it is taken now is not said: for who takes it daily, periods without are withdrawal.")
    if design.primary.mcid is None:
        found.append("No difference that matters was agreed (--mcid): the answer can then not say whether it matters.")
    if design.template.randomised and (orders := _orders(design)) < CONVINCING_ORDERS:
        found.append(
            f"Only {orders} orders: no test that rests on the draw alone can reach a p below {1 / orders:.3g}. "
            "More blocks can."
        )
    if design.blinding.blinded and design.rule == "blocks" and design.blocks > 1:
        found.append(
            "In pairs, who finds out one period knows the other of its pair; rule: run_length (--with FILE) has none."
        )
    if design.template.randomised and not design.blinding.blinded:
        found.append("Nobody is blinded: hopes and fears count as effect.")
    if design.rescue is None:
        found.append("What is done in a bad time (rescue) is not said yet.")
    return found
