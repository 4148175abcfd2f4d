"""A choice among plans in words and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console

from equipoise.design.choose import KEPT, TRIED, Candidate, Chosen
from equipoise.report.power_view import assumptions, per_cent
from equipoise.report.sheet import Sheet

HEADS = ("days", "with it", "ratings", "power", "± error", "plan")


def choice_sentence(chosen: Chosen) -> str:
    """What was chosen, or that nothing reaches the wish."""
    wish = per_cent(chosen.wish)
    if chosen.best is None:
        if not chosen.tried:
            return "No plan within the rules and the given days is left to try."
        top = max(chosen.tried, key=lambda item: item.power.value)
        most = f"the best reaches {per_cent(top.power.value)} ({named(top)})"
        return f"No plan that was tried reaches a chance of {wish}; {most}."
    best = chosen.best
    found = f"{best.burden.days} days, {per_cent(best.power.value)}"
    return f"The shortest plan with a chance of {wish}: {named(best)}, {found}."


def named(item: Candidate) -> str:
    """A candidate's plan in words."""
    design = item.design
    washout = f", washout {design.washout_days} d" if design.washout_days else ""
    rated = "rated daily" if item.every_days == 1 else f"rated every {item.every_days} d"
    return f"{design.units} periods of {design.period_days} d{washout}, {rated}"


def choice_rows(chosen: Chosen) -> Iterator[tuple[str, ...]]:
    """The frontier, a row each, as in `HEADS`."""
    for item in chosen.frontier:
        mark = " (chosen)" if item == chosen.best else ""
        yield (
            str(item.burden.days),
            str(item.burden.days_on),
            str(item.burden.ratings),
            per_cent(item.power.value),
            f"± {100 * item.power.mcse:.1f}",
            f"{named(item)}{mark}",
        )


def print_choice(title: str, chosen: Chosen, console: Console) -> None:
    """Prints the chosen plan and the frontier."""
    sheet = Sheet(console)
    sheet.line(title, style="bold")
    sheet.line()
    sheet.line(choice_sentence(chosen))
    sheet.heading("Plans that nothing beats")
    sheet.columns(HEADS, choice_rows(chosen), len(HEADS) - 1, figures=True)
    sheet.heading("What was taken for true")
    for name, value in assumptions(chosen.truth):
        sheet.line(f"{name}: {value}", first="  ")
    sheet.line()
    sheet.line(f"{choice_count(chosen)} Nothing was written.")


def choice_count(chosen: Chosen) -> str:
    """How many plans were looked at, and with how many trials."""
    refused = f"; {chosen.refused} more are not allowed by the rules of design" if chosen.refused else ""
    longer = f"; {chosen.skipped} longer ones were not tried" if chosen.skipped else ""
    trials = f"{TRIED:,} trials each, {KEPT:,} where the wish may be reached"
    return f"{len(chosen.tried)} plans were simulated ({trials}){refused}{longer}."


def as_json(chosen: Chosen) -> dict[str, Any]:
    """The choice for programs."""
    return {
        "wish": chosen.wish,
        "sentence": choice_sentence(chosen),
        "assumed": dict(assumptions(chosen.truth)),
        "best": None if chosen.best is None else _one(chosen.best),
        "frontier": [_one(item) for item in chosen.frontier],
        "tried": len(chosen.tried),
        "refused": chosen.refused,
        "skipped": chosen.skipped,
    }


def _one(item: Candidate) -> dict[str, Any]:
    design = item.design
    return {
        "blocks": design.blocks,
        "period_days": design.period_days,
        "washout_days": design.washout_days,
        "every_days": item.every_days,
        "power": item.power.as_json(),
        "burden": asdict(item.burden),
    }
