"""What the tables of an answer's report share: a named value, an interval in words, the word for the estimate."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.model.posterior import Posterior
from equipoise.model.schedule import RANDOMISED
from equipoise.report.answer_axes import plain

SUSPECT = 0.05
"""Below this p-value a check or a blinding is called in question."""


@dataclass(frozen=True, slots=True)
class Row:
    """One named value of a table with what it means."""

    name: str
    value: str
    meaning: str = ""


def noun_of(posterior: Posterior) -> str:
    """`effect` only where chance drew the order, else `difference`."""
    return "effect" if posterior.schedule.design in RANDOMISED else "difference"


def named(text: str, noun: str) -> str:
    """The text with the word for the estimate that the design allows: without randomisation it is no effect."""
    return text.replace("effect", noun)


def level_of(posterior: Posterior) -> str:
    """The level of the plan's intervals in words."""
    return f"{100 * posterior.plan.level:g} %"


def span(interval: tuple[float, float]) -> str:
    """An interval in words.

    >>> span((-1.12, 2.8))
    '−1.12 to 2.8'
    """
    return f"{plain(interval[0])} to {plain(interval[1])}"
