"""What the result means, in words: size and direction, how sure, whether it matters, and how weak one trial is."""

from __future__ import annotations

from equipoise.analyse.certainty import OPEN, certainty, percent, words_for
from equipoise.analyse.figures import plain, span
from equipoise.model.observations import Observations
from equipoise.model.posterior import Effect
from equipoise.model.schedule import RANDOMISED, Schedule

FIGURES = 2
WEAK = "One trial in one person is weak evidence."
WEAK_DIARY = "A diary of one person is weak evidence."
NO_CAUSE = "The days were not drawn by chance, so this says how they differed, not why."
NOT_SAID = "Nobody said that chance drew the days, so this says how they differed, not why."
NO_TIME = "Level and time changed together, so the adjunct cannot be told from the passing of time."
EXPECTED = {"binary": "chance of yes", "ordinal": "mean answer", "ordinal_sum": "mean score", "poisson": "mean count"}


def noun(schedule: Schedule) -> str:
    """What the estimate may be called: an effect only where chance drew the order, else a difference."""
    return "effect" if schedule.design in RANDOMISED else "difference"


def side(effect: Effect, seen: Observations) -> str:
    """Whether the estimate is for the better or for the worse."""
    return "better" if (effect.mean < 0.0) == (seen.better == "lower") else "worse"


def _sided(effect: Effect, seen: Observations, likelihood: str) -> str:
    """The side; with its condition where nobody said which direction is a relief."""
    told = side(effect, seen)
    better = {"lower": "no", "higher": "yes"}[seen.better] if likelihood == "binary" else seen.better
    return told if seen.better_said else f"{told} if {better} is better"


def sentence(
    effect: Effect, seen: Observations, schedule: Schedule, level: float = 0.95, likelihood: str = "gaussian"
) -> str:
    """One plain answer: whether it matters, direction, size, certainty, and how weak one trial is.

    `level`: how much of the posterior the effect's interval holds. `likelihood`: what a rating is, where it is no
    number of points.
    """
    return " ".join(
        [
            *_too_small(effect),
            _difference(effect, seen, schedule, level, likelihood),
            *_matters(effect),
            *_standing(schedule),
        ]
    )


def _too_small(effect: Effect) -> list[str]:
    """What stands first where any difference is rather too small to matter than not."""
    if effect.p_futile is None or certainty(effect.p_futile) == OPEN:
        return []
    return [f"Any difference is {words_for(effect.p_futile).way} too small to matter ({percent(effect.p_futile)})."]


def _difference(effect: Effect, seen: Observations, schedule: Schedule, level: float, likelihood: str) -> str:
    lower = effect.mean < 0.0
    probability = effect.p_below_zero if lower else 1.0 - effect.p_below_zero
    size = f"{plain(abs(effect.mean), FIGURES)} {effect.unit} {'lower' if lower else 'higher'}"
    reach = f"{100 * level:g} % interval {span(effect.interval, FIGURES)}"
    where = "at the full level" if schedule.design == "supervised_taper" else "with the adjunct"
    if effect.expected is None:
        told, best = (
            f"{where[:1].upper()}{where[1:]} {seen.name} is estimated ",
            f"{size} ({_sided(effect, seen, likelihood)}; {reach})",
        )
    else:
        without, taken = (_expected(value, likelihood) for value in effect.expected)
        what = EXPECTED[likelihood]
        told = f"The {what} for {seen.name} is estimated at "
        best = f"{taken} {where}, {without} without it ({_sided(effect, seen, likelihood)}; {size}, {reach})"
    word = certainty(probability)
    if word == OPEN:
        return f"Whether {seen.name} differs {where} is open: best guess {best}."
    return f"{told}{best}; it is {word} ({percent(probability)}) that it differs in this direction."


def _expected(value: float, likelihood: str) -> str:
    return percent(value) if likelihood == "binary" else plain(value, FIGURES)


def _matters(effect: Effect) -> list[str]:
    """The probabilities of differences that matter, the more probable direction first."""
    if effect.mcid is None or effect.p_benefit is None or effect.p_harm is None or effect.p_futile is None:
        return []
    sides = sorted([(effect.p_benefit, "an improvement"), (effect.p_harm, "a worsening")], key=lambda pair: -pair[0])
    (first, word), (second, other) = sides
    between = 1.0 - effect.p_benefit - effect.p_harm - effect.p_futile
    small = f"under {plain(effect.mcid / 2.0)} {effect.unit}"
    parts = (
        f"The probability of {word} of more than {plain(effect.mcid)} {effect.unit} is {percent(first)}",
        f"of {other} of more than that {percent(second)}",
        f"of a difference too small to matter ({small}) {percent(effect.p_futile)}",
        f"of one in between {percent(between)}",
    )
    return [f"{', '.join(parts)}."]


def _standing(schedule: Schedule) -> list[str]:
    if schedule.design in RANDOMISED:
        return [WEAK]
    why = {"supervised_taper": NO_TIME, "undeclared": NOT_SAID}.get(schedule.design, NO_CAUSE)
    return [why, WEAK_DIARY]
