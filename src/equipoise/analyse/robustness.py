"""Whether the answer stands when one assumption is changed, and what the tests that rest on the draw say of it."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.analyse.certainty import OPEN, certainty, words_for
from equipoise.analyse.figures import plain
from equipoise.model.posterior import CONVINCING, Posterior, WhatIf

HOLDS = 0.80


def turned(answer: Posterior) -> tuple[WhatIf, ...]:
    """The other assumptions under which the direction is the opposite one."""
    return tuple(row for row in answer.what_if if (row.mean < 0.0) != (answer.effect.mean < 0.0))


def weakened(answer: Posterior) -> tuple[WhatIf, ...]:
    """Those under which the direction stays but is no longer `likely`, or is open where it was no more than that."""
    lower = answer.effect.mean < 0.0
    least = min(HOLDS, words_for(_sure(answer.effect.p_below_zero, lower=lower)).least)
    gone = turned(answer)
    return tuple(row for row in answer.what_if if row not in gone and _sure(row.p_below_zero, lower=lower) < least)


def robustness(answer: Posterior) -> str:
    """What stands under the sentence: how many other assumptions keep it, and the tests that rest on the draw."""
    return " ".join(part for part in (_assumptions(answer), _tests(answer)) if part)


def _assumptions(answer: Posterior) -> str:
    rows = answer.what_if
    if not rows:
        return ""
    lower = answer.effect.mean < 0.0
    if certainty(_sure(answer.effect.p_below_zero, lower=lower)) == OPEN:
        told = [row for row in rows if certainty(max(row.p_below_zero, 1.0 - row.p_below_zero)) != OPEN]
        return f"Open under {len(rows) - len(told)} of {len(rows)} other assumptions too{_under('not open', told)}."
    gone, less = turned(answer), weakened(answer)
    kept = f"{len(rows) - len(gone) - len(less)} of" if gone or less else "all"
    told = f"{_under('less sure', less)}{_under('changes direction', gone)}"
    return f"Holds under {kept} {len(rows)} other assumptions{told}."


def _under(what: str, rows: Sequence[WhatIf]) -> str:
    return f"; {what} under: {', '.join(row.name for row in rows)}" if rows else ""


def _sure(below: float, *, lower: bool) -> float:
    return below if lower else 1.0 - below


def _tests(answer: Posterior) -> str:
    test, sequence = answer.randomisation_test, answer.confidence_sequence
    if test.p_value is None and not sequence.looks:
        return "No test that rests on the draw is to be had."
    told: list[str] = []
    convinced: list[bool] = []
    if test.p_value is not None:
        told.append(f"p = {plain(test.p_value, 2)}{_beyond(out=test.is_out_of_reach)}")
        convinced += [] if test.is_out_of_reach else [test.p_value <= CONVINCING]
    if sequence.looks:
        e_value = f"e-value {plain(sequence.looks[-1].e_value, 2)} of {plain(sequence.needed)} needed"
        told.append(f"{e_value}{_beyond(out=sequence.is_out_of_reach)}")
        convinced += [] if sequence.is_out_of_reach else [sequence.looks[-1].e_value >= sequence.needed]
    draw = "an assumed draw" if answer.schedule.assumed_draw else "the draw"
    return f"Tests that rest on {draw}: {_verdict(convinced)} ({'; '.join(told)})."


def _beyond(*, out: bool) -> str:
    return ", too few draws to convince" if out else ""


def _verdict(convinced: Sequence[bool]) -> str:
    """How many of the tests that could convince do."""
    if not convinced:
        return "none could convince"
    if not any(convinced):
        return "none convinces"
    if len(convinced) == 1:
        return "the one that can convince does"
    return "both convince" if all(convinced) else "one of two convinces"
