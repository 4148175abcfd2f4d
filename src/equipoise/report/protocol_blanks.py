"""The blanks of a plan as a YAML file to fill in and to give to `equipoise design --with`."""

from __future__ import annotations

from equipoise.report import words
from equipoise.report.protocol_view import ProtocolView

STATEMENTS = "statements."


def blanks_text(view: ProtocolView) -> str:
    """Each blank with what it asks for, left empty: a key without a text is refused, so that none is forgotten."""
    fields = [(fills, rows) for fills, rows in view.fills if not fills.startswith(STATEMENTS)]
    said = [(fills.removeprefix(STATEMENTS), rows) for fills, rows in view.fills if fills.startswith(STATEMENTS)]
    lines = [f"# Blanks of: {words.clean(view.title)}", "# Fill in each, or take its line out and leave it blank."]
    for key, rows in fields:
        lines += [*_asked("", [row.item.title for row in rows]), f"{key}:"]
    if said:
        lines.append("statements:")
    for key, rows in said:
        lines += [*_asked("  ", [row.item.title for row in rows]), f"  {key}:"]
    return "\n".join(lines) + "\n"


def _asked(indent: str, titles: list[str]) -> list[str]:
    return [f"{indent}# {title}" for title in titles]
