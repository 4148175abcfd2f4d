"""What is still blank in a plan, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import words
from equipoise.report.protocol_view import ProtocolView
from equipoise.report.sheet import Sheet

if TYPE_CHECKING:
    from rich.console import Console


def print_protocol(view: ProtocolView, console: Console) -> None:
    """Whether it can be signed, what keeps it from that, and what has to be reckoned with."""
    sheet = Sheet(console)
    sheet.line(view.title, style="bold")
    sheet.line("Ready for signature: nothing is blank." if view.ready else "Not ready to be signed.")
    for line in view.obstacles:
        sheet.line(line, first="  ! ")
    if view.due_tests:
        sheet.line(f"Before the first day these baseline tests are due: {'; '.join(view.due_tests)}.", first="  ! ")
    if view.blanks:
        sheet.heading(f"{words.count(len(view.blanks), 'item')} blank, by what fills it in the plan")
        for fills, rows in view.fills:
            sheet.line(f"{fills}: {'; '.join(row.item.title for row in rows)}", first="  ")
    if view.cautions:
        sheet.heading("To reckon with")
        for item in view.cautions:
            sheet.line(f"{item.record.title} ({'; '.join(item.here)})", first="  ")
    sheet.line()
    sheet.line("Nothing starts before a clinician has signed the protocol on a frozen dossier.")
