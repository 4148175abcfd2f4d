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
    effect = posterior.effect
    lower = effect.mean < 0
    sure = effect.p_below_zero if lower else 1.0 - effect.p_below_zero
    word = certainty(sure)
    if word == "open":
        return "We cannot tell. Your scores with it and without it may be the same, or they may not."
    better = ("lower" if lower else "higher") == posterior.observations.better
    size = f"{plain(abs(float(f'{effect.mean:.2g}')))} {effect.unit} {'lower' if lower else 'higher'}"
    change = f"With it, your score was about {size}. That is a change for the {'better' if better else 'worse'}."
    return f"{change} {SURE[word]}: the chance is {_in_hundred(sure)}."


def _known(posterior: Posterior) -> list[str]:
    effect, seen = posterior.effect, posterior.observations
    given = f"You gave {words.count(seen.n, 'score')}."
    found = [f"{given} {seen.missing} are missing." if seen.missing else given]
    found.append(f"For this score, {seen.better} is better.")
    if effect.mcid is not None and effect.p_benefit is not None and effect.p_harm is not None:
        found.append(
            f"A change of {plain(effect.mcid)} {effect.unit} is big enough to matter. The chance that it is better by "
            f"more than that is {_in_hundred(effect.p_benefit)}. The chance that it is worse by more than that is "
            f"{_in_hundred(effect.p_harm)}."
        )
    return found


def _unknown(posterior: Posterior) -> list[str]:
    low, high = posterior.effect.interval
    found = [f"We do not know the exact size. It may lie from {plain(low)} to {plain(high)}. Below 0 is a lower score."]
    if posterior.schedule.design in RANDOMISED:
        found.append("We do not know if a second trial would show the same. One trial in one person is weak proof.")
    else:
        found.append(
            "We do not know why the scores differ. The days were not picked by chance. Other things in your life may "
            "have changed on the same days. A diary of one person is weak proof."
        )
    found.append("We do not know what comes later. The diary ends on its last day.")
    return found
