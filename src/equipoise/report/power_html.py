"""A simulated plan as one page: the answer in words, the figures, the pictures, and what was taken for true."""

from __future__ import annotations

from equipoise import __version__
from equipoise.design.choose import Chosen
from equipoise.report.canvas import LAYOUTS
from equipoise.report.choose_view import choice_count, choice_rows, choice_sentence
from equipoise.report.page import page
from equipoise.report.power_pictures import claim_lines, frontier_dots, power_lines, width_lines
from equipoise.report.power_view import LIMITS, Told, assumptions


def power_html(told: Told) -> str:
    """The page of a simulated plan: no script, no request; every figure of a picture stands in a table too."""
    pictures = [[draw(told.curves, layout) for layout in LAYOUTS] for draw in (power_lines, width_lines) if told.curves]
    if told.claims:
        pictures.append([claim_lines(told.claims, layout) for layout in LAYOUTS])
    return page(
        "power.html.j2",
        told.design.title,
        f"Equipoise {__version__}",
        {},
        told=told,
        pictures=pictures,
        limits=LIMITS,
        untested=[row.why for row in told.claims if row.why][:1],
        version=__version__,
    )


def choice_html(title: str, chosen: Chosen) -> str:
    """The page of a choice: the sentence, the frontier, and every plan on it."""
    return page(
        "choice.html.j2",
        title,
        f"Equipoise {__version__}",
        {},
        title=title,
        chosen=chosen,
        sentence=choice_sentence(chosen),
        rows=list(choice_rows(chosen)),
        assumed=list(assumptions(chosen.truth)),
        count=choice_count(chosen),
        pictures=[frontier_dots(chosen, layout) for layout in LAYOUTS],
        version=__version__,
    )
