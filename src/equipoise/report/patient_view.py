"""An individual analysis in plain language: what is known, what is not, and what it does not mean.

Short words and short sentences; a test measures their reading grade. No dose, and no advice to go on or to stop.
"""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.certainty import in_hundred
from equipoise.analyse.figures import plain
from equipoise.analyse.robustness import turned, weakened
from equipoise.model.observations import Observations
from equipoise.model.posterior import CONVINCING, Posterior
from equipoise.model.schedule import RANDOMISED
from equipoise.report import words
from equipoise.report.answer_rows import SUSPECT
from equipoise.report.patient_answer import Told, directed, item_of, short_answer, told_of

NOT_MEANT = (
    "This page does not tell you to go on. It does not tell you to stop.",
    "Do not change what you take without asking your clinician.",
    "There may still be risks. This page looks at one score. It does not look at other harm.",
    "This page does not take the place of your other care.",
    "Someone else may get another result.",
)
WEAK_PROOF = "A diary of one person is weak proof."


@dataclass(frozen=True, slots=True)
class PatientView:
    """The lists of the page, each a few short sentences. `it`: what the word means; `items`: what was rated; `answer`:
    the paragraphs of the box.
    """

    title: str
    it: str
    items: str
    answer: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    not_meant: tuple[str, ...]
    picture: str


def patient_view(posterior: Posterior) -> PatientView:
    """The page's sentences."""
    told, item = told_of(posterior), item_of(posterior)
    return PatientView(
        title=words.clean(f"What your diary shows: {posterior.observations.name}"),
        it=_it(posterior.schedule.adjunct),
        items=f"{item}s",
        answer=short_answer(posterior),
        known=tuple(_known(posterior, told, item)),
        unknown=tuple(_unknown(posterior, told)),
        not_meant=NOT_MEANT,
        picture=f"Each ring is one {item} you gave. Grey marks the days when you took it.",
    )


def unanswered_view(seen: Observations, adjunct: str | None) -> PatientView:
    """The page of a diary that cannot answer: what is missing, and with whom to decide what comes next."""
    return PatientView(
        title=words.clean(f"What your diary shows: {seen.name}"),
        it=_it(adjunct),
        items="scores",
        answer=(
            "We cannot tell. Your diary does not hold enough to compare days with it and days without it.",
            "What to do next is for you and your clinician to decide.",
        ),
        known=(f"You gave {words.count(seen.n, 'score')}.",),
        unknown=("We do not know if it changed your scores, for the better or the worse.",),
        not_meant=NOT_MEANT,
        picture="",
    )


def _it(adjunct: str | None) -> str:
    """What the page means by the word, before its first use."""
    return words.clean(f"Here “it” is {adjunct}." if adjunct else "Here “it” is what you tried in this trial.")


def _known(posterior: Posterior, told: Told, item: str) -> list[str]:
    """What was given, and how likely a change that matters is; of a taper no chance, which time alone could make."""
    effect, seen = posterior.effect, posterior.observations
    given = f"You gave {words.count(seen.n, item)}."
    found = [f"{given} {seen.missing} {'is' if seen.missing == 1 else 'are'} missing." if seen.missing else given]
    if effect.mcid is None or effect.p_benefit is None or effect.p_harm is None or effect.p_futile is None:
        return found
    big, small = (_agreed(size, effect.unit) for size in (effect.mcid, effect.mcid / 2.0))
    found.append(f"A change of {big} is big enough to matter. Less than {small} is too small.")
    if told.taper:
        return found
    sides = sorted([(effect.p_benefit, "better"), (effect.p_harm, "worse")], key=lambda pair: -pair[0])
    found += [f"The chance that your {item} is {way} by more than {big} is {in_hundred(p)} in 100." for p, way in sides]
    found.append(f"The chance that the change is too small to matter is {in_hundred(effect.p_futile)} in 100.")
    return found


def _agreed(size: float, unit: str) -> str:
    """An agreed size, never rounded."""
    if unit == "percentage points":
        return f"{plain(size)} in 100"
    return f"{plain(size)} {unit.removesuffix('s') if size == 1.0 else unit}"


def _unknown(posterior: Posterior, told: Told) -> list[str]:
    found = [_size(posterior, told)]
    if posterior.schedule.design in RANDOMISED:
        found.append("We do not know if a second trial would show the same. One trial in one person is weak proof.")
    else:
        if not told.taper:
            found.append(f"We do not know why the scores differ. {_picked(posterior)}")
        found.append("Other things in your life may have changed on the same days.")
        found.append(WEAK_PROOF)
    found += [line for line in (_expectation(posterior), *_doubts(posterior, told)) if line]
    found.append("We do not know what comes later. The diary ends on its last day.")
    return found


def _picked(posterior: Posterior) -> str:
    if posterior.schedule.design == "undeclared":
        return "We do not know if chance picked the days."
    return "The days were not picked by chance."


def _size(posterior: Posterior, told: Told) -> str:
    if told.taper:
        return f"We do not know what made the change. {_picked(posterior)}"
    if posterior.effect.unit != "points":
        return "We do not know the exact size."
    low, high = (directed(value) for value in posterior.effect.interval)
    return f"We do not know the exact size. With it, your {item_of(posterior)} may be from {low} to {high}."


def _expectation(posterior: Posterior) -> str:
    """Whether hope or fear may be part of it: yes, unless guesses were asked for and were no better than chance."""
    found = posterior.blinding
    told = "Hope or fear alone can change a score."
    if posterior.schedule.design not in RANDOMISED:
        return told
    if found is None or found.could_tell is None:
        return f"You may have known when you took it. {told}"
    return f"You often knew when you took it. {told}" if found.could_tell else ""


def _doubts(posterior: Posterior, told: Told) -> list[str]:
    """What speaks against trusting the answer: a model that does not fit, other assumptions, a test of chance."""
    found: list[str] = []
    if any(check.p_value < SUSPECT for check in posterior.checks):
        found.append("Our maths does not fit all of your diary. So this page may be off.")
    if told.is_open or told.too_short:
        return found
    if turned(posterior):
        found.append("With other ways to do the maths, it goes the other way. So take care with this page.")
    elif weakened(posterior):
        found.append("With some other ways to do the maths, we are less sure.")
    chance = posterior.randomisation_test.p_value
    if chance is not None and chance > CONVINCING:
        found.append("A simple test cannot rule out chance.")
    return found
