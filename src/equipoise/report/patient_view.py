"""An individual analysis in plain language: what is known, what is not, and what it does not mean.

Short words and short sentences; a test measures their reading grade. No dose, and no advice to go on or to stop.
"""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.sentence import certainty, percent
from equipoise.model.posterior import Posterior
from equipoise.model.schedule import RANDOMISED
from equipoise.report import words
from equipoise.report.answer_axes import plain
from equipoise.report.answer_pictures import POINTS

SURE = {
    "almost certain": "We are almost sure of this",
    "very likely": "We are quite sure of this",
    "likely": "This is likely, but not sure",
    "more likely than not": "This is a bit more likely than not",
}


@dataclass(frozen=True, slots=True)
class PatientView:
    """The lists of the page, each a few short sentences."""

    title: str
    answer: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    not_meant: tuple[str, ...]
    picture: str


def patient_view(posterior: Posterior) -> PatientView:
    """The page's sentences."""
    name = posterior.observations.name
    return PatientView(
        title=words.clean(f"What your diary shows: {name}"),
        answer=_answer(posterior),
        known=tuple(_known(posterior)),
        unknown=tuple(_unknown(posterior)),
        not_meant=(
            "It does not tell you to go on. It does not tell you to stop. Do not change it by yourself.",
            "It does not mean that it is free of risk. This page looks at one score. It does not look at harm.",
            "It does not take the place of your other care.",
            "It does not mean that it would be the same for someone else.",
        ),
        picture="Each ring is one score you gave. Grey marks the days when you took it.",
    )


def _in_hundred(probability: float) -> str:
    """A probability as people out of a hundred would say it.

    >>> _in_hundred(0.8), _in_hundred(0.001)
    ('80 in 100', 'under 1 in 100')
    """
    return percent(probability).replace(" %", " in 100")


def _answer(posterior: Posterior) -> str:
    effect, better = posterior.effect, posterior.observations.better
    sure = max(effect.p_below_zero, 1.0 - effect.p_below_zero)
    word = certainty(sure)
    if word == "open":
        return "We cannot tell. Your scores with it and without it may be the same, or they may not."
    when = "With the full level of it" if posterior.schedule.design == "supervised_taper" else "On days with it"
    was = "was about" if effect.unit == POINTS else "was more often"
    parts = [
        f"{when}, your score {was} {_side(posterior, effect.mean)}.",
        f"For this score, {better} is better.",
        f"{SURE[word]}: the chance that there is a change this way is {_in_hundred(sure)}.",
    ]
    if posterior.schedule.design not in RANDOMISED:
        parts.append("But this does not show why your scores differ.")
    return " ".join(parts)


def _side(posterior: Posterior, value: float) -> str:
    """A difference in plain words: how many points, where it is in points, and lower or higher."""
    way = "lower" if value < 0 else "higher"
    return f"{plain(float(f'{abs(value):.2g}'))} points {way}" if posterior.effect.unit == POINTS else way


def _known(posterior: Posterior) -> list[str]:
    effect, seen = posterior.effect, posterior.observations
    given = f"You gave {words.count(seen.n, 'score')}."
    found = [f"{given} {seen.missing} {'is' if seen.missing == 1 else 'are'} missing." if seen.missing else given]
    if effect.mcid is not None and effect.p_benefit is not None and effect.p_harm is not None:
        size = f"{plain(effect.mcid)} {effect.unit}"
        found.append(f"A change of {size} is big enough to matter.")
        found.append(f"The chance that your score is better by more than that is {_in_hundred(effect.p_benefit)}.")
        found.append(f"The chance that it is worse by more than that is {_in_hundred(effect.p_harm)}.")
    return found


def _unknown(posterior: Posterior) -> list[str]:
    low, high = (_side(posterior, value) for value in posterior.effect.interval)
    found = ["We do not know the exact size."]
    if posterior.effect.unit == POINTS:
        found[0] = f"{found[0]} With it, your score may be from {low} to {high}."
    if posterior.schedule.design in RANDOMISED:
        found.append("We do not know if a second trial would show the same. One trial in one person is weak proof.")
    else:
        found.append("We do not know why the scores differ. The days were not picked by chance.")
        found.append("Other things in your life may have changed on the same days.")
        found.append("A diary of one person is weak proof.")
    found.append("We do not know what comes later. The diary ends on its last day.")
    return found
