"""Whether the model fits: posterior predictive checks, and how well other models predict."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.figures import plain, span, with_error
from equipoise.model.posterior import Posterior
from equipoise.report import words
from equipoise.report.answer_rows import SUSPECT


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One posterior predictive check."""

    name: str
    seen: str
    expected: str
    p_value: str
    passes: bool


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
        )
        for check in posterior.checks
    )


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
