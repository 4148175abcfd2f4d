"""What the workers of a test cluster are given. A module of its own, because a worker imports it by its name."""

from __future__ import annotations

import os
from pathlib import Path

from equipoise.design.trials import Found, found_in
from equipoise.design.truth import Truth
from equipoise.errors import Fault, InputError
from equipoise.model.trial_design import TrialDesign


def doubled(number: int) -> int:
    return 2 * number


def refusing(number: int) -> int:
    if number == 2:
        raise InputError("piece", [Fault("number", "2", "another one", "Leave it out.")])
    return number


def die_once(folder: Path) -> None:
    """The process that comes here first is killed."""
    mark = folder / "died"
    if not mark.exists():
        mark.touch()
        os._exit(1)


def dying(number: int, folder: Path) -> int:
    """The worker that takes the number 3 first is killed in the middle of it."""
    if number == 3:
        die_once(folder)
    return 2 * number


def dying_trials(design: TrialDesign, truth: Truth, portion: range, folder: Path) -> Found:
    """The worker that takes the second piece first is killed in the middle of it."""
    if portion.start:
        die_once(folder)
    return found_in(design, truth, 7, portion, intervals=2_000, nulls=5_000)
