"""Whether the model fits: posterior predictive checks, and how well other models predict."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.checks import CALMER, CHANGE, LAG, LARGEST, SHARE, WANDER
from equipoise.analyse.figures import plain, span, with_error
from equipoise.analyse.latent_checks import COMMONEST, REPEATS
from equipoise.analyse.sentence import noun
from equipoise.model.posterior import Check, Posterior
from equipoise.report import words
from equipoise.report.answer_rows import SUSPECT

HALVES = "the {estimate} is not the same in both halves, so that one figure for the whole trial may mislead"
UNEVEN = "ratings vary more in one half than in the other, and the interval is an average of both"
CONSEQUENCES = {
    LAG: (
        "days are more alike than the model allows, so that the interval may be too narrow",
        "days are less alike than the model allows, so that the interval may be too wide",
    ),
    WANDER: (
        "the level wanders as neither trend nor correlation does, and some of that may be counted as {estimate}",
        "the level wanders less than the model allows, so that the interval may be too wide",
    ),
    LARGEST: (
        "a rating lies far from the others: look at that day, for one slip may move the estimate",
        "no rating lies as far out as some should, as where ratings are cut off or rounded",
    ),
    CHANGE: (HALVES, HALVES),
    CALMER: (UNEVEN, UNEVEN),
    REPEATS: (
        "neighbouring ratings are equal more often than the model allows, as where some are copied and count twice",
        "neighbouring ratings are equal less often than the model allows, so that the interval may be too wide",
    ),
    COMMONEST: (
        "one rating is given more often than the model allows, as by habit, and hides how the days differ",
        "no rating is given as often as one should be: they are spread more evenly than the model allows",
    ),
}
"""What it means for the answer where a figure is higher than expected, and where it is lower."""

AT_BOUND = (
    "more ratings lie at a bound than the model allows, so that a difference there may be cut short",
    "fewer ratings than expected lie at the bound",
)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One posterior predictive check; `means`: what its failing means for the answer, empty where it passes."""

    name: str
    seen: str
    expected: str
    p_value: str
    passes: bool
    means: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One model's leave-one-out score."""

    name: str
    elpd: str
    difference: str
    reading: str


def check_lines(posterior: Posterior) -> tuple[CheckLine, ...]:
    """Every check as a row."""
    return tuple(
        CheckLine(
            words.sentence(check.name),
            plain(check.seen),
            span(check.expected),
            words.probability(check.p_value),
            check.p_value >= SUSPECT,
            "" if check.p_value >= SUSPECT else consequence(check, noun(posterior.schedule)),
        )
        for check in posterior.checks
    )


def consequence(check: Check, estimate: str) -> str:
    """What a failed check means for the answer; `estimate`: what that may be called. Empty for an unknown check.

    >>> consequence(Check(LAG, 0.9, (0.1, 0.4), 0.01), "effect")
    'days are more alike than the model allows, so that the interval may be too narrow'
    """
    more, less = AT_BOUND if check.name.startswith(SHARE) else CONSEQUENCES.get(check.name, ("", ""))
    return (more if check.seen > sum(check.expected) / 2.0 else less).format(estimate=estimate)


def score_lines(posterior: Posterior) -> tuple[ScoreLine, ...]:
    """Every model as a row; one without a score says why."""
    found: list[ScoreLine] = []
    for score in posterior.loo:
        name = words.sentence("chosen model" if score.model == "chosen" else score.model)
        if score.elpd is None:
            found.append(ScoreLine(name, "none", "none", words.sentence(score.why)))
        elif score.difference is None or score.se is None:
            found.append(ScoreLine(name, f"{plain(score.elpd)}", "reference", "the others are compared with it"))
        else:
            told = with_error(score.difference, score.se)
            found.append(ScoreLine(name, plain(score.elpd), told, _reading(score.difference, score.se)))
    return tuple(found)


def _reading(difference: float, se: float) -> str:
    if abs(difference) <= 2.0 * se:
        return "no clear difference"
    return "predicts worse" if difference < 0 else "predicts better: read the planned answer with care"
