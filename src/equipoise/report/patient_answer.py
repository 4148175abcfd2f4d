"""The short answer of the patient's page: whether it matters, for the better or the worse, how sure, and how much.

Harm is said first and plainly. No dose, and no advice to go on or to stop.
"""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.certainty import OPEN, Words, certainty, in_hundred, words_for
from equipoise.analyse.described import Group, described
from equipoise.analyse.figures import plain
from equipoise.analyse.sentence import side
from equipoise.model.posterior import Posterior
from equipoise.model.schedule import RANDOMISED

ITEMS = {"binary": "answer", "ordinal": "answer", "poisson": "count"}
CLEAR, CALL = 0.95, 0.80
WHOLE = 2.0  # from here on a patient reads whole points
IN_TIME = "Call your clinician soon, before your next visit. They will help you decide what to do."


@dataclass(frozen=True, slots=True)
class Told:
    """What the sentences need: how sure, which way, and whether the trial could tell."""

    sure: float
    words: Words
    way: str
    too_small: bool
    too_short: bool
    taper: bool

    @property
    def is_open(self) -> bool:
        """Whether nobody can tell which way it goes."""
        return self.words.word == OPEN

    @property
    def is_harm(self) -> bool:
        """Whether a clinician should hear of it before the next visit."""
        return self.way == "worse" and self.sure >= CALL and not self.too_small


def told_of(posterior: Posterior) -> Told:
    """What the answer says; in a taper it is told of the way down, so better and worse change places."""
    effect = posterior.effect
    sure = max(effect.p_below_zero, 1.0 - effect.p_below_zero)
    taper = posterior.schedule.design == "supervised_taper"
    with_it = side(effect, posterior.observations)
    return Told(
        sure=sure,
        words=words_for(sure),
        way={"better": "worse", "worse": "better"}[with_it] if taper else with_it,
        too_small=effect.p_futile is not None and certainty(effect.p_futile) != OPEN,
        too_short=posterior.randomisation_test.is_out_of_reach,
        taper=taper,
    )


def item_of(posterior: Posterior) -> str:
    """What one rating is called."""
    return ITEMS.get(posterior.likelihood, "score")


def points(value: float) -> str:
    """A size in points as a patient reads it.

    >>> points(-7.2), points(1.04), points(0.333)
    ('7 points', '1 point', '0.33 points')
    """
    size = abs(value)
    number = f"{size:.0f}" if size >= WHOLE else plain(float(f"{size:.2g}"), 2)
    return f"{number} {'point' if number == '1' else 'points'}"


def directed(value: float) -> str:
    """A difference in points with its direction."""
    return f"{points(value)} {'lower' if value < 0 else 'higher'}"


def short_answer(posterior: Posterior) -> tuple[str, ...]:
    """The paragraphs of the box, in the order in which they are read."""
    told = told_of(posterior)
    parts = (_lead(posterior, told), _figures(posterior, told), _next(posterior, told))
    return tuple(" ".join(part) for part in parts if part)


def _lead(posterior: Posterior, told: Told) -> list[str]:
    """Whether it matters, which way it goes, and how sure that is."""
    items = f"{item_of(posterior)}s"
    found: list[str] = []
    futile = posterior.effect.p_futile
    if told.too_short:
        found.append("Your trial was too short to rule out chance.")
    elif told.too_small and futile is not None:
        found.append(
            f"Any change is {words_for(futile).way} too small to matter: the chance is {in_hundred(futile)} in 100."
        )
    if told.is_open:
        return [*found, _unsettled(told, items, first=not found)]
    found.append(_claim(posterior, told, items))
    if not told.too_short and not told.too_small:
        found.append(f"{told.words.plain}: the chance is {in_hundred(told.sure)} in 100.")
    return found


def _unsettled(told: Told, items: str, *, first: bool) -> str:
    if told.taper:
        return f"We cannot tell if your {items} changed as the amount went down."
    if first:
        return f"We cannot tell. Your {items} with it and without it may be the same, or they may not."
    return f"We cannot tell if your {items} are better or worse with it."


def _claim(posterior: Posterior, told: Told, items: str) -> str:
    clear = told.sure >= CLEAR and not told.too_short and not told.too_small
    if told.taper:
        return f"Your {items} {'got' if clear else 'may have got'} {told.way} as the amount went down."
    plain_way = described(posterior.schedule, posterior.observations).difference
    agrees = plain_way is None or (plain_way < 0.0) == (posterior.effect.mean < 0.0)
    little = "a bit " if told.too_small else ""
    allowed = "" if agrees else ", once we allow for time"
    return f"Your {items} {'were' if clear and agrees else 'look'} {little}{told.way} on days with it{allowed}."


def _figures(posterior: Posterior, told: Told) -> list[str]:
    """The plain averages, and beside them the best guess; of a taper neither, which time alone could make."""
    better = posterior.observations.better
    if posterior.likelihood == "binary":
        better = "yes" if better == "higher" else "no"
    good = f"For this {item_of(posterior)}, {better} is better."
    if not posterior.observations.better_said:
        good = f"No one told us which way is better. We took it that {better} is better."
    if told.taper:
        return [good]
    found = [*_seen(posterior), good]
    if not told.is_open and not told.too_short:
        found.append(_guess(posterior))
    return found


def _seen(posterior: Posterior) -> list[str]:
    """The averages of the diary as it was given; days of withdrawal belong to neither."""
    plain_figures = described(posterior.schedule, posterior.observations)
    kept = [group for group in plain_figures.levels if not group.withdrawal and group.mean is not None]
    without, taken = ([g for g in kept if (g.level == 0.0) == off] for off in (True, False))
    if not without or not taken:
        return []
    (first, first_n), (second, second_n) = _pooled(taken), _pooled(without)
    if posterior.likelihood == "binary":
        yes, no = f"{first * first_n:.0f} of {first_n}", f"{second * second_n:.0f} of {second_n}"
        return [f"You said yes {yes} times with it, and {no} without it."]
    return [f"Your average {item_of(posterior)} was {_average(first)} with it and {_average(second)} without it."]


def _pooled(groups: list[Group]) -> tuple[float, int]:
    """Mean and number of the ratings of several groups."""
    count = sum(group.n for group in groups)
    return sum(group.n * (group.mean or 0.0) for group in groups) / count, count


def _average(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 1.0 else plain(value, 2)


def _guess(posterior: Posterior) -> str:
    effect = posterior.effect
    if effect.expected is not None:
        without, taken = effect.expected
        if posterior.likelihood == "binary":
            return (
                f"Our best guess: yes {in_hundred(taken)} times in 100 with it, and {in_hundred(without)} without it."
            )
        return f"Our best guess: about {plain(taken, 2)} with it, and {plain(without, 2)} without it."
    if posterior.schedule.design in RANDOMISED:
        return f"Our best guess is that it made your score about {directed(effect.mean)}."
    return f"Our best guess: it went with scores about {directed(effect.mean)}."


def _next(posterior: Posterior, told: Told) -> list[str]:
    found: list[str] = []
    if told.taper:
        found.append("Time went by too. So this cannot show what made the change.")
    elif posterior.schedule.design not in RANDOMISED:
        found.append(f"But this does not show why your {item_of(posterior)}s differ.")
    if told.is_harm:
        found.append(IN_TIME)
    return found
