"""An individual analysis as the words and rows of its report: every figure once, said the same on every page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.analyse.figures import plain, span
from equipoise.analyse.robustness import robustness
from equipoise.analyse.sentence import noun
from equipoise.knowledge import load_knowledge
from equipoise.model.posterior import Posterior
from equipoise.model.schedule import RANDOMISED
from equipoise.report import words
from equipoise.report.answer_days import day_figure, days_words
from equipoise.report.answer_described import DescribedView, described_view
from equipoise.report.answer_model_free import LookLine, blinding_words, look_lines, randomisation_words, sequence_words
from equipoise.report.answer_numbers import choices, numbers
from equipoise.report.answer_ratings import better_words, rating_unit, rating_word
from equipoise.report.answer_rows import Row
from equipoise.report.answer_size import EstimateLine, estimate_lines, probabilities
from equipoise.report.answer_trust import CheckLine, ScoreLine, check_lines, score_lines
from equipoise.report.footnotes import Footnotes, numbered

WEAK_RECORD = "A diary of one person is weak evidence, whatever it shows."

DESIGNS = {
    "randomised_blocks": "randomised periods",
    "alternating_days": "randomised days",
    "supervised_taper": "supervised taper, not randomised",
    "observational": "observation, not randomised",
    "undeclared": "not said, so not known to be randomised",
}


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """One row of the diary."""

    day: str
    acting: str
    rating: str
    fitted: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """Everything that the report says; `noun` is `effect` only where chance drew the order, else `difference`."""

    title: str
    noun: str
    robustness: str
    tested: bool
    no_chance: str
    rating: str
    better: str
    facts: tuple[Row, ...]
    probabilities: tuple[Row, ...]
    described: DescribedView
    estimates: tuple[EstimateLine, ...]
    test: tuple[str, ...]
    sequence: tuple[str, ...]
    blinding: str
    looks: tuple[LookLine, ...]
    checks: tuple[CheckLine, ...]
    failed: int
    scores: tuple[ScoreLine, ...]
    numbers: tuple[Row, ...]
    choices: tuple[Row, ...]
    diary: tuple[DiaryLine, ...]
    notes: tuple[str, ...]
    sources: Footnotes
    weak: str = WEAK_RECORD


def answer_view(posterior: Posterior) -> AnswerView:
    """The report's words and rows."""
    estimate = noun(posterior.schedule)
    checks = check_lines(posterior)
    return AnswerView(
        title=words.clean(f"Individual analysis: {posterior.observations.name}"),
        noun=estimate,
        robustness=robustness(posterior),
        tested=posterior.schedule.randomisation is not None,
        no_chance=_no_chance(posterior),
        rating=rating_unit(posterior),
        better=better_words(posterior),
        facts=_facts(posterior),
        probabilities=probabilities(posterior),
        described=described_view(posterior),
        estimates=estimate_lines(posterior),
        test=randomisation_words(posterior.randomisation_test),
        sequence=sequence_words(posterior),
        blinding="" if posterior.blinding is None else blinding_words(posterior.blinding),
        looks=look_lines(posterior),
        checks=checks,
        failed=sum(not line.passes for line in checks),
        scores=score_lines(posterior),
        numbers=tuple(numbers(posterior, estimate)),
        choices=tuple(choices(posterior, estimate)),
        diary=_diary(posterior),
        notes=tuple(note for note in posterior.notes),
        sources=citations(posterior.references),
    )


def citations(keys: Iterable[str]) -> Footnotes:
    """The sources of the methods, numbered in the order given; a key without a record stays visible as such."""
    return numbered(keys, load_knowledge().sources)


def _no_chance(posterior: Posterior) -> str:
    """Why other things may explain the difference; empty where chance drew the order."""
    design = posterior.schedule.design
    if design in RANDOMISED:
        return ""
    return "Nobody said that chance decided the order" if design == "undeclared" else "Chance did not decide the order"


def _facts(posterior: Posterior) -> tuple[Row, ...]:
    seen, adjunct = posterior.observations, posterior.schedule.adjunct
    said = (("Case", seen.case), ("Adjunct", adjunct))
    return (
        *(Row(name, value) for name, value in said if value is not None),
        Row("Outcome", seen.name),
        Row("Better is", better_words(posterior)),
        Row("Design", DESIGNS[posterior.schedule.design]),
        Row("Ratings", f"{seen.n}, {seen.missing} missing"),
        Row("Days" if seen.day_zero is None else "Dates", days_words(seen)),
    )


def _diary(posterior: Posterior) -> tuple[DiaryLine, ...]:
    seen, fit = posterior.observations, posterior.fitted
    rows = zip(seen.times_days, fit.exposure, seen.values, seen.due, fit.mean, fit.low, fit.high, strict=True)
    none = {True: "missing", False: "none due"}
    return tuple(
        DiaryLine(
            day=day_figure(seen, float(day)),
            acting=plain(float(acting)),
            rating=none[bool(due)] if math.isnan(value) else rating_word(posterior, float(value)),
            fitted="none" if math.isnan(mean) else f"{plain(float(mean))} ({span((float(low), float(high)))})",
        )
        for day, acting, value, due, mean, low, high in rows
    )
