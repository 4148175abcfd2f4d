"""The answer of an analysis on a terminal: the sentence first, then what a statistician asks next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from equipoise.analyse.figures import plain, span
from equipoise.analyse.robustness import robustness
from equipoise.analyse.sentence import noun
from equipoise.model.posterior import Posterior
from equipoise.report import words
from equipoise.report.answer_days import day_words
from equipoise.report.answer_described import described_words
from equipoise.report.answer_model_free import blinding_words, bounds_words, least_words, out_of_reach_words
from equipoise.report.answer_ratings import better_words
from equipoise.report.answer_rows import SUSPECT, level_of
from equipoise.report.answer_size import estimate_lines
from equipoise.report.answer_trust import consequence
from equipoise.report.sheet import Sheet


def print_answer(posterior: Posterior, console: Console) -> None:
    """Prints sentence, whether it holds, the estimates, the ratings as they are, tests, failed checks, and notes."""
    sheet = Sheet(console)
    if posterior.observations.case is not None:
        sheet.line(f"Case {posterior.observations.case}", style="bold")
    sheet.line(posterior.sentence)
    sheet.line(robustness(posterior))
    _estimates(posterior, sheet)
    parts = (_better, described_words, _draw, _withdrawal, _model, _checks)
    for line in (line for part in parts for line in part(posterior)):
        sheet.line(line)
    for note in posterior.notes:
        sheet.line(note, first="Note: ")


def _estimates(posterior: Posterior, sheet: Sheet) -> None:
    what = words.sentence(noun(posterior.schedule))
    sheet.line()
    sheet.line(f"{what} on {posterior.observations.name}, on minus off, {posterior.effect.unit}", style="bold")
    heads = ["under", "mean", "SD", f"{level_of(posterior)} interval", "P(better)"]
    lines = estimate_lines(posterior)
    rows = [[line.name, line.mean, line.sd, line.interval, line.better] for line in lines]
    if lines[0].matters is not None:
        heads.append("P(by MCID)")
        rows = [[*row, line.matters or ""] for row, line in zip(rows, lines, strict=True)]
    sheet.columns(heads, rows, wide=0, figures=True)
    sheet.line()


def _better(posterior: Posterior) -> Iterator[str]:
    better = posterior.p_better
    told = f"P(better) {words.probability(better)}, P(worse) {words.probability(1.0 - better)}"
    yield f"Better is {better_words(posterior)}: {told}."


def _draw(posterior: Posterior) -> Iterator[str]:
    """Randomisation test, confidence sequence and guesses."""
    test, sequence = posterior.randomisation_test, posterior.confidence_sequence
    if test.p_value is None:
        yield f"Randomisation test: not to be had: {test.why}."
    else:
        listed = "all listed" if test.exact else f"sampled with seed {test.seed}"
        why = f" ({test.why})" if test.why else ""
        yield f"Randomisation test: p = {plain(test.p_value)}, {test.schedules} schedules, {listed}{why}."
        yield from (f"  {line}" for line in least_words(test))
    if sequence.looks:
        last = sequence.looks[-1]
        told = f"{bounds_words(sequence)} on {day_words(posterior.observations, last.day)}"
        yield f"Confidence sequence ({100 * sequence.level:g} %, valid at every look): {told}."
        yield from (f"  {line}" for line in out_of_reach_words(sequence))
    else:
        yield f"Confidence sequence: not to be had: {sequence.why}."
    if posterior.blinding is not None:
        yield blinding_words(posterior.blinding)


def _withdrawal(posterior: Posterior) -> Iterator[str]:
    found = posterior.coefficients.get("withdrawal")
    if found is not None:
        size = f"{plain(found.mean)} ({span(found.interval)}) {posterior.scale}"
        yield f"Days of withdrawal, kept apart from the {noun(posterior.schedule)}: {size}."


def _model(posterior: Posterior) -> Iterator[str]:
    phi, seen = posterior.phi, posterior.observations
    yield f"Likelihood: {posterior.likelihood.replace('_', ' ')}; {posterior.likelihood_why}."
    yield (
        f"Correlation between days {plain(phi.mean)} (SD {plain(phi.sd)}); residual SD {plain(posterior.sigma.mean)}."
    )
    yield f"{seen.n} ratings, {seen.missing} missing; planning SD {plain(posterior.s0)} from {posterior.s0_from}."


def _checks(posterior: Posterior) -> Iterator[str]:
    failed = [check for check in posterior.checks if check.p_value < SUSPECT]
    for check in failed:
        what = f"{check.name} was {plain(check.seen)}, expected {span(check.expected)} (p = {plain(check.p_value)})"
        means = consequence(check, noun(posterior.schedule))
        yield f"Check failed: {what}{means and f': {means}'}."
    if posterior.checks and not failed:
        yield "The diary looks like one that this model would write (all predictive checks pass)."
