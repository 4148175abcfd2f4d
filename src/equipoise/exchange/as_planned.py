"""Is a drawn trial analysed as its plan fixed it before the first day?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from equipoise.exchange.allocation_file import read_allocation
from equipoise.exchange.drawn_trial import PLAN, options_of
from equipoise.exchange.protocol_file import read_protocol
from equipoise.exchange.trial_folder import SEALED_ORDER, options_said

NAMES = frozenset({"label", "case_label", "adjunct"})
"""What only names things: no figure follows from it."""
NO_PLAN = (
    "The plan that the order was drawn for is not beside it: whether this analysis is the planned one is not known."
)


def departures(sealed: Path, said: Mapping[str, Any]) -> tuple[str, ...]:
    """Where an analysis departs from the plan of a drawn trial, as notes.

    `sealed`: the folder that holds the order and the trial file, with the plan one above it. `said`: the options of the
    analysis by name. Raises InputError where the plan, or the order, was changed since the draw.
    """
    path = sealed.parent / PLAN
    if not path.exists():
        return (NO_PLAN,)
    plan = read_protocol(path)
    read_allocation(sealed / SEALED_ORDER, plan)
    planned = options_said(options_of(plan))
    asked = options_said({})
    told = {**asked, **{name: value for name, value in said.items() if name in asked}}
    fixed = {**asked, **planned}
    changed = [name for name in asked if name not in NAMES and str(told[name]) != str(fixed[name])]
    return tuple(
        f"Not as planned before the first day: {_words(name)} is {_told(told[name])}, planned was {_told(fixed[name])}."
        for name in changed
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _told(value: object) -> str:
    return "not said" if value is None else str(value)
