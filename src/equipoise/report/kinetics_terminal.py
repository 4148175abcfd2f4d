"""A kinetic fit on a terminal: every figure beside its prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.kinetics import KineticFit
from equipoise.report import kinetics_view as view
from equipoise.report import words
from equipoise.report.sheet import Sheet

if TYPE_CHECKING:
    from rich.console import Console


def print_kinetics(knowledge: Knowledge, adjunct: SubstanceKnowledge, fit: KineticFit, console: Console) -> None:
    """The summary, every figure by analyte, and what is handed over to design and analysis."""
    sheet = Sheet(console)
    shown = view.rows(knowledge, adjunct, fit)
    sheet.line(f"Kinetics of {adjunct.substance.name}: predicted beside published", style="bold")
    sheet.bullets(view.summary(shown))
    for analyte in dict.fromkeys(row.analyte for row in shown):
        sheet.heading(analyte)
        for row in (row for row in shown if row.analyte == analyte):
            sheet.line(f"{row.what} ({row.study})", first="  ")
            told = f"published {row.published}; predicted {row.predicted}"
            parts = [told, f"ratio {row.ratio}" if row.ratio else "", row.held, row.note]
            sheet.line("; ".join(part for part in parts if part), first="    ")
    sheet.heading("Handed over")
    sheet.bullets(view.handed_over(fit.hand_over))
    sheet.line()
    sheet.line(f"Intervals hold 90 %. Seed {fit.seed}, {words.count(len(fit.parts), 'independent part')}.", style="dim")
