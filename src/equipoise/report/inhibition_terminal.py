"""What an adjunct does to victims by three models, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from equipoise.knowledge import SubstanceKnowledge
from equipoise.model.inhibition import VictimRow
from equipoise.report import inhibition_view as view
from equipoise.report.sheet import Sheet

if TYPE_CHECKING:
    from rich.console import Console


def print_victims(adjunct: SubstanceKnowledge, rows: Sequence[VictimRow], console: Console) -> None:
    """Probes beside what was seen, then every victim, then what the models are and what they leave out."""
    sheet = Sheet(console)
    name = adjunct.substance.name
    if adjunct.exposure_scenario is None:
        sheet.line(f"What {name} does to enzymes: no exposure is recorded. That is not assessed, and not nothing.")
        return
    sheet.line(f"Exposure (AUC) of other medicines with {name} over without it, by three models", style="bold")
    sheet.line(view.NOT_A_DOSE)
    judged = view.probes(adjunct, rows)
    if judged:
        sheet.heading("Judged by what was seen")
        for item in judged:
            sheet.line(f"{item.name}, {item.what}: seen {item.seen}", first="  ")
            static = f"; static {item.static}" if item.static else ""
            sheet.line(f"dynamic {item.dynamic}{static}; {item.held}", first="    ")
    sheet.heading("Victims")
    for item in (view.row(row) for row in rows):
        _victim(sheet, item)
    sheet.heading("The models")
    sheet.bullets(view.MODELS)
    if quiet := view.silent(adjunct):
        sheet.bullets([quiet])
    sheet.line()
    sheet.line(
        "Intervals hold 90 %. `equipoise knowledge show in_vitro` and `inhibition_rules` show what they rest on."
    )


def _victim(sheet: Sheet, item: view.Row) -> None:
    sheet.line(f"{item.name} ({item.course}){f': {item.shares}' if item.shares else ''}", first="  ", style="bold")
    figures = (("CR-IR", item.observed_based), ("static", item.static), ("dynamic", item.dynamic))
    told = "; ".join(f"{model} {text}" for model, text in figures if text)
    if told:
        sheet.line(told, first="    ")
    if item.why:
        sheet.line(item.why, first="    ")
