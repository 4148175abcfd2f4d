"""What the result means, in words; the words of certainty stand in one table and nowhere else."""

from __future__ import annotations

from equipoise.model.observations import Observations
from equipoise.model.posterior import Effect
from equipoise.model.schedule import RANDOMISED, Schedule

CERTAINTY: tuple[tuple[float, str], ...] = (
    (0.99, "almost certain"),
    (0.95, "very likely"),
    (0.80, "likely"),
    (0.60, "more likely than not"),
    (0.0, "open"),
)
"""From this probability upwards the word holds; below 0.60 in both directions nobody can tell."""

WEAK = "One trial in one person is weak evidence."
NO_CAUSE = "The days were not drawn by chance, so this says how they differed, not why."


def certainty(probability: float) -> str:
    """The word for a probability.

    >>> certainty(0.97), certainty(0.5)
    ('very likely', 'open')
    """
    return next(word for least, word in CERTAINTY if probability >= least)


def percent(probability: float) -> str:
    """A probability in whole per cent, never rounded to 0 or 100.

    >>> percent(0.9763), percent(0.9999), percent(0.001)
    ('98 %', 'over 99 %', 'under 1 %')
    """
    if probability < 0.01:
        return "under 1 %"
    return "over 99 %" if probability > 0.99 else f"{100.0 * probability:.0f} %"


def short(value: float, sign: str = "-") -> str:
    """A number to two figures, whole numbers in full; `sign` "+" writes the sign of positive ones too.

    >>> short(2.053), short(-0.0249, "+"), short(6210.4, "+")
    ('2.1', '-0.025', '+6210')
    """
    return f"{value:{sign}.0f}" if abs(value) >= 100.0 else f"{value:{sign}.2g}"


def sentence(effect: Effect, seen: Observations, schedule: Schedule, level: float = 0.95) -> str:
    """One plain answer: direction, size, certainty, whether it matters, and how weak one trial is.

    `level`: how much of the posterior the effect's interval holds.
    """
    lower = effect.mean < 0.0
    probability = effect.p_below_zero if lower else 1.0 - effect.p_below_zero
    word = certainty(probability)
    direction = "lower" if lower else "higher"
    size = f"{short(abs(effect.mean))} {effect.unit}"
    low, high = effect.interval
    span = f"{100 * level:g} % interval {short(low, '+')} to {short(high, '+')}"
    if word == "open":
        start = f"Whether {seen.name} differs with the adjunct is open: best guess {size} {direction} ({span})."
    else:
        judged = f"it is {word} ({percent(probability)}) that it differs in this direction"
        start = f"With the adjunct {seen.name} was {size} {direction} ({span}); {judged}."
    parts = [start, *_matters(effect)]
    parts.append(WEAK if schedule.design in RANDOMISED else NO_CAUSE)
    return " ".join(parts)


def _matters(effect: Effect) -> list[str]:
    if effect.mcid is None or effect.p_benefit is None or effect.p_harm is None or effect.p_futile is None:
        return []
    better = (
        f"The probability of an improvement of more than {effect.mcid:g} {effect.unit} is {percent(effect.p_benefit)}"
    )
    worse = f"of a worsening of more than that {percent(effect.p_harm)}"
    none = f"of a difference too small to matter {percent(effect.p_futile)}"
    return [f"{better}, {worse}, {none}."]
