"""The answer of an analysis on a terminal: the sentence first, then what a statistician asks next."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from equipoise.model.posterior import Posterior
from equipoise.report import words
from equipoise.report.answer_described import described_words
from equipoise.report.answer_model_free import blinding_words, least_words, out_of_reach_words
from equipoise.report.answer_rows import SUSPECT


def print_answer(posterior: Posterior, console: Console) -> None:
    """Prints sentence, effect, what-if rows, test, sequence, failed checks, and notes."""
    if posterior.observations.case is not None:
        console.rule(posterior.observations.case)
    console.print(posterior.sentence, highlight=False)
    console.print(_effects(posterior))
    for line in (*described_words(posterior), *_beside(posterior), *(f"Note: {note}" for note in posterior.notes)):
        console.print(line, highlight=False)


def _effects(posterior: Posterior) -> Table:
    effect = posterior.effect
    table = Table(title=f"Effect on {posterior.observations.name}, on minus off, {effect.unit}", title_justify="left")
    for name in ("under", "mean", "SD", "95 % interval", "P(below 0)"):
        table.add_column(name, justify="left" if name == "under" else "right")
    rows = [("as planned", effect.mean, effect.sd, effect.interval, effect.p_below_zero)]
    rows += [(row.name, row.mean, row.sd, row.interval, row.p_below_zero) for row in posterior.what_if]
    for name, mean, sd, (low, high), below in rows:
        table.add_row(name, f"{mean:.2f}", f"{sd:.2f}", f"{low:.2f} to {high:.2f}", words.probability(below))
    return table


def _beside(posterior: Posterior) -> list[str]:
    test, sequence = posterior.randomisation_test, posterior.confidence_sequence
    lines: list[str] = []
    if test.p_value is None:
        lines.append(f"Randomisation test: not to be had: {test.why}.")
    else:
        listed = "all listed" if test.exact else f"sampled with seed {test.seed}"
        why = f" ({test.why})" if test.why else ""
        lines.append(f"Randomisation test: p = {test.p_value:.3g}, {test.schedules} schedules, {listed}{why}.")
        lines += [f"  {line}" for line in least_words(test)]
    if sequence.looks:
        last = sequence.looks[-1]
        low = "no lower bound yet" if last.low is None else f"{last.low:.2f}"
        high = "no upper bound yet" if last.high is None else f"{last.high:.2f}"
        bounds = f"{low} to {high}" if (last.low, last.high) != (None, None) else "no bound reached yet"
        if last.all_refuted:
            bounds = "every value is refuted, so an additive effect with this half-life does not describe the trial"
        lines.append(f"Confidence sequence ({sequence.level:.0%}, valid at every look): {bounds} on day {last.day:g}.")
        lines += [f"  {line}" for line in out_of_reach_words(sequence)]
    else:
        lines.append(f"Confidence sequence: not to be had: {sequence.why}.")
    if posterior.blinding is not None:
        lines.append(blinding_words(posterior.blinding))
    withdrawal = posterior.coefficients.get("withdrawal")
    if withdrawal is not None:
        low, high = withdrawal.interval
        size = f"{withdrawal.mean:+.2f} ({low:+.2f} to {high:+.2f}) {posterior.effect.unit}"
        lines.append(f"Days of withdrawal, kept apart from the effect: {size}.")
    lines.append(f"Likelihood: {posterior.likelihood.replace('_', ' ')}; {posterior.likelihood_why}.")
    phi, sigma = posterior.phi, posterior.sigma
    lines.append(f"Correlation between days {phi.mean:.2f} (SD {phi.sd:.2f}); residual SD {sigma.mean:.2f}.")
    lines.append(
        f"{posterior.observations.n} ratings, {posterior.observations.missing} missing; "
        f"planning SD {posterior.s0:.2f} from {posterior.s0_from}."
    )
    failed = [check for check in posterior.checks if check.p_value < SUSPECT]
    lines += [
        f"Check: {c.name} was {c.seen:.2f}; the model expects {c.expected[0]:.2f} to {c.expected[1]:.2f}."
        for c in failed
    ]
    if posterior.checks and not failed:
        lines.append("The diary looks like one that this model would write (all predictive checks pass).")
    return lines
