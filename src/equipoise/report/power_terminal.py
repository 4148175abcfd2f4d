"""A simulated plan on a terminal: words first, then a table that a clinician can read."""

from __future__ import annotations

from rich.console import Console

from equipoise.report.power_view import LIMITS, Told
from equipoise.report.sheet import Sheet


def print_power(told: Told, console: Console) -> None:
    """Prints what the plan can find out."""
    sheet = Sheet(console)
    sheet.line(f"{told.design.title}: {told.layout}", style="bold")
    sheet.line()
    sheet.line(told.headline)
    for warning in told.warnings:
        sheet.line(warning, first="Note: ")
    sheet.heading("What it can find out")
    rows = [(row.value, row.error, f"{row.name}: {row.meaning}") for row in told.rows()]
    sheet.columns(("", "± error", "(the error is that of simulating only so many trials)"), rows, 2, figures=True)
    if told.adaptive is not None:
        sheet.heading("Were later periods to follow earlier ones")
        ways = [(adaptive, planned, what) for what, adaptive, planned in told.ways()]
        sheet.columns(("adaptive", "as planned", ""), ways, 2, figures=True)
        sheet.line(f"It costs or buys: {told.adaptive.costs}")
    sheet.heading("What was taken for true")
    for name, value in told.assumed():
        sheet.line(f"{name}: {value}", first="  ")
    sheet.line()
    sheet.line(told.simulated)
    for limit in LIMITS:
        sheet.line(limit)
