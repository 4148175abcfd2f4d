"""Did the patient know? Guesses held against every order that could have been drawn."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from equipoise.model.admissible import MOST_UNITS, Admissible
from equipoise.model.posterior import Blinding
from equipoise.model.schedule import Floats, Schedule

FEWEST = 5
TIE = 1e-12


def expectation(found: Blinding | None, estimate: str) -> str:
    """What the guesses mean for the answer, as a note; empty where nobody could tell. `estimate`: what it is called."""
    may_be = f"expectation may be part of the {estimate}"
    if found is None:
        return f"Whether the patient knew what was taken was not recorded: {may_be}."
    if found.could_tell and found.right is not None:
        return f"{100 * found.right:.0f} % of the guesses were right, more than chance gives: {may_be}."
    return "" if found.could_tell is False else f"Whether the patient could tell is not known: {may_be}."


def blinding(schedule: Schedule, times_days: Floats, guesses: Floats, seed: int) -> Blinding:
    """How often the guesses were right, and how often another order would have been guessed as well or better.

    `guesses`: 1 taken, 0 not taken, NaN where the patient did not know or was not asked; one for each time. The p-value
    is one-sided and exact over the admissible orders, however alike the guesses of one period are. The interval of the
    share counts the guesses of one drawn unit as one: with few periods it is wide, which is true.
    """
    rule = schedule.randomisation
    asked = ~np.isnan(guesses)
    given = int(asked.sum())
    unsure = int(guesses.size - given)
    if rule is None or len(rule.drawn) > MOST_UNITS:
        return Blinding(given, unsure, None, None, "how the order was drawn is not known, or it has too many units")
    unit = rule.units_at(times_days)
    asked &= unit >= 0
    if asked.sum() < FEWEST:
        return Blinding(given, unsure, None, None, f"fewer than {FEWEST} guesses")
    said, unit = guesses[asked], unit[asked]
    drawn, weight, _ = Admissible(rule).reference(seed)
    own = np.array(rule.drawn, dtype=np.int8)
    right = (drawn[:, unit] == said).mean(axis=1)
    share = float((own[unit] == said).mean())
    p_value, least = (float(weight @ (right >= reached - TIE)) for reached in (share, right.max()))
    return Blinding(given, unsure, share, p_value, "", least, _wilson(share, np.unique(unit).size))


def _wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count` independent guesses (Wilson's)."""
    z = float(ndtri(0.975))
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))
