"""A simulation on a terminal: who, by which engine and why, and a table of median and 5 to 95 % of people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from equipoise.report.sheet import Sheet
from equipoise.report.simulation import NO_AMOUNT, Told


def print_simulation(told: Told, console: Console) -> None:
    """Prints the summary of a simulation."""
    sheet = Sheet(console)
    summary = told.summary
    sheet.line(f"{told.system.name}: {told.people}", style="bold")
    sheet.line(f"Engine: {told.engine}")
    if summary.reduced:
        console.print(_table(told))
        sheet.line(told.rows)
    for remark in told.remarks:
        sheet.line(remark, first="Note: ")
    sheet.line(NO_AMOUNT)


def _table(told: Told) -> Table:
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    heads = ["output", "", "median" if told.several else "value"]
    heads += ["5 to 95 % of people"] if told.several else []
    heads += ["median, 90 % uncertain"] if told.spread is not None else []
    for i, head in enumerate(heads):
        made.add_column(head, justify="right" if i > 1 else "left", overflow="fold")  # no name is cut
    for row in told.figures():
        cells = [row.output, row.what, row.median]
        cells += [row.between] if told.several else []
        cells += [row.uncertain] if told.spread is not None else []
        made.add_row(*(Text(cell) for cell in cells))
    return made
