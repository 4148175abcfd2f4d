"""What the tables of an answer's report share: a named value, and the level of its intervals."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.model.posterior import Posterior

SUSPECT = 0.05
"""Below this p-value a check or a blinding is called in question."""


@dataclass(frozen=True, slots=True)
class Row:
    """One named value of a table with what it means."""

    name: str
    value: str
    meaning: str = ""


def level_of(posterior: Posterior) -> str:
    """The level of the plan's intervals in words."""
    return f"{100 * posterior.plan.level:g} %"
