"""Did the patient know? Guesses held against every order that could have been drawn."""

from __future__ import annotations

import numpy as np

from equipoise.model.admissible import MOST_UNITS, Admissible
from equipoise.model.posterior import Blinding
from equipoise.model.schedule import Floats, Schedule

FEWEST = 5


def blinding(schedule: Schedule, times_days: Floats, guesses: Floats, seed: int) -> Blinding:
    """How often the guesses were right, and how often another order would have been guessed as well or better.

    `guesses`: 1 taken, 0 not taken, NaN where the patient did not know or was not asked; one for each time. The p-value
    is one-sided and exact over the admissible orders, however alike the guesses of one period are.
    """
    rule = schedule.randomisation
    asked = ~np.isnan(guesses)
    given = int(asked.sum())
    unsure = int(guesses.size - given)
    if rule is None or len(rule.drawn) > MOST_UNITS:
        return Blinding(given, unsure, None, None, "how the order was drawn is not known, or it has too many units")
    unit = np.searchsorted(np.array(rule.unit_starts_days), times_days, side="left") - 1
    asked &= unit >= 0
    if asked.sum() < FEWEST:
        return Blinding(given, unsure, None, None, f"fewer than {FEWEST} guesses")
    said, unit = guesses[asked], unit[asked]
    drawn, weight, _ = Admissible(rule).reference(seed)
    own = np.array(rule.drawn, dtype=np.int8)
    right = (drawn[:, unit] == said).mean(axis=1)
    share = float((own[unit] == said).mean())
    return Blinding(given, unsure, share, float(weight @ (right >= share - 1e-12)), "")
