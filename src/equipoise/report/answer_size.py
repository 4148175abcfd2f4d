"""How large an effect is: its probabilities, and the estimates under the planned and under other assumptions."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.figures import plain, span
from equipoise.analyse.sentence import percent
from equipoise.model.posterior import Posterior, WhatIf
from equipoise.report import words
from equipoise.report.answer_pictures import Estimate
from equipoise.report.answer_rows import Row


@dataclass(frozen=True, slots=True)
class EstimateLine:
    """One assumption with the figures that follow from it; `matters`: P(better by the MCID), where one is judged."""

    name: str
    mean: str
    sd: str
    interval: str
    better: str
    matters: str | None


def probabilities(posterior: Posterior) -> tuple[Row, ...]:
    """The probability of each direction, and of differences that matter where their size was agreed."""
    effect, better = posterior.effect, posterior.p_better
    rows = [
        Row("The better direction", percent(better), "any difference for the better, however small"),
        Row("The worse direction", percent(1.0 - better), "any difference for the worse, however small"),
    ]
    if effect.mcid is None or effect.p_benefit is None or effect.p_harm is None or effect.p_futile is None:
        return (*rows, Row("A difference that matters", "not stated", "no smallest difference that matters was agreed"))
    size = f"{plain(effect.mcid)} {effect.unit}"
    between = 1.0 - effect.p_benefit - effect.p_harm - effect.p_futile
    return (
        *rows,
        Row("Better by an amount that matters", percent(effect.p_benefit), f"more than {size}"),
        Row("Worse by an amount that matters", percent(effect.p_harm), f"more than {size}"),
        Row("Too small to matter", percent(effect.p_futile), f"less than half of {size} in either direction"),
        Row("In between", percent(between), f"from half of {size} up to all of it in either direction"),
    )


def estimates(posterior: Posterior) -> tuple[Estimate, ...]:
    """The rows of the forest picture: the planned estimate first, then those under other assumptions."""
    own = Estimate("as planned", posterior.effect.mean, posterior.effect.interval)
    return (own, *(Estimate(row.name, row.mean, row.interval) for row in posterior.what_if))


def estimate_lines(posterior: Posterior) -> tuple[EstimateLine, ...]:
    """The same rows as a table, with SD, the probability of better and, where a size was agreed, of better by it."""
    effect = posterior.effect
    own = WhatIf("as planned", effect.mean, effect.sd, effect.interval, effect.p_below_zero, effect.p_benefit)
    return tuple(_line(posterior, row) for row in (own, *posterior.what_if))


def _line(posterior: Posterior, row: WhatIf) -> EstimateLine:
    better = row.p_below_zero if posterior.observations.better == "lower" else 1.0 - row.p_below_zero
    matters = None if row.p_benefit is None else words.probability(row.p_benefit)
    size = (plain(row.mean), plain(row.sd), span(row.interval))
    return EstimateLine(row.name, *size, words.probability(better), matters)
