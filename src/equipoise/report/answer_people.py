"""Several people on a terminal: one line each, also for those without an answer, under their answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from equipoise.model.posterior import Posterior
from equipoise.report.answer_size import estimate_lines
from equipoise.report.sheet import Sheet

NONE = "no answer"


def print_people(answers: Sequence[Posterior], refused: Iterable[str], console: Console) -> None:
    """Prints a table of the people: ratings, estimate and probabilities; those who were refused last.

    Estimates of several people are not pooled here, and the best of many is no answer for the others.
    """
    sheet = Sheet(console)
    sheet.heading("Everybody in this table")
    rows = [_row(answer) for answer in answers]
    rows += [(name, NONE, "", "", "", "") for name in refused]
    sheet.columns(("case", "ratings", "estimate", "interval", "P(better)", "P(by MCID)"), rows, wide=0, figures=True)
    sheet.line()


def _row(answer: Posterior) -> tuple[str, ...]:
    own = estimate_lines(answer)[0]
    return (
        answer.observations.case or "",
        str(answer.observations.n),
        own.mean,
        own.interval,
        own.better,
        own.matters or "–",
    )
