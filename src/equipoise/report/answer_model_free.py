"""What the tests that rest on the draw say: randomisation test, confidence sequence, and the patient's guesses."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.figures import plain, span
from equipoise.analyse.sentence import noun
from equipoise.model.posterior import Blinding, ConfidenceSequence, Posterior, RandomisationTest
from equipoise.report import words
from equipoise.report.answer_days import day_figure, day_words

WIDER = "It is wider than the interval above because it may be looked at after each drawn unit."
NOT_ADDITIVE = (
    "With ratings of this kind the {0} cannot be the same on every day, so that bounds would have no meaning; "
    "the evidence against no {0} at all rests on the odds of the draws alone."
)
ASSUMES = (
    "It assumes that the {} adds to the ratings and builds up and fades at the (median) half-life of the plan; "
    "of distribution, correlation and trend it assumes nothing."
)
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look of the confidence sequence."""

    day: str
    low: str
    high: str
    e_value: str


def randomisation_words(test: RandomisationTest) -> tuple[str, ...]:
    """What the randomisation test says, a sentence each; why it cannot be had where there is none."""
    if test.p_value is None:
        return (f"Not to be had: {test.why}.",)
    count = _count(test.schedules or 0)
    how = "all of them were tried" if test.exact else f"a sample of them was drawn with seed {test.seed}"
    found = [
        f"p = {plain(test.p_value)} (two-sided). The rule could have drawn {count} orders; {how}.",
        "It asks how often another order, drawn by the same rule, would have looked at least as striking.",
        "It needs no model of the ratings.",
    ]
    found += least_words(test)
    if test.mid_p is not None:
        found.append(f"With ties counted half (mid-p): {plain(test.mid_p)}.")
    return (*found, words.closed(test.why)) if test.why else tuple(found)


def least_words(test: RandomisationTest) -> tuple[str, ...]:
    """The least p-value, and what sets it: the design, or the number of orders that were sampled."""
    if test.least_p is None:
        return ()
    of = "this design" if test.exact else "this sample of the orders"
    return (f"The least p that {of} could give is {plain(test.least_p)}.",)


def _count(orders: int) -> str:
    """A number of orders; a huge one as a power of ten.

    >>> _count(252), _count(1_170_068_094_910_332_341)
    ('252', '1.2 × 10¹⁸')
    """
    if orders < 10**9:
        return f"{orders:,}"
    digits, _, power = f"{orders:.1e}".partition("e+")
    return f"{digits} × 10{power.translate(SUPERSCRIPT)}"


def sequence_words(posterior: Posterior) -> tuple[str, ...]:
    """What the confidence sequence says after its last look; why it cannot be had where there is none."""
    sequence = posterior.confidence_sequence
    if not sequence.looks:
        return (f"Not to be had: {sequence.why}.",)
    last = sequence.looks[-1]
    level, estimate = f"{100 * sequence.level:g} %", noun(posterior.schedule)
    on, needed = day_words(posterior.observations, last.day), plain(sequence.needed)
    found = [
        f"After the last look, on {on}: {bounds_words(sequence)} ({level}, valid at every look together).",
        f"Evidence against no {estimate} (e-value): {plain(last.e_value)}; {needed} would refute it at this level.",
        *out_of_reach_words(sequence),
        *((WIDER, ASSUMES.format(estimate)) if sequence.additive else (NOT_ADDITIVE.format(estimate),)),
    ]
    return (*found, words.closed(sequence.why)) if sequence.why else tuple(found)


def out_of_reach_words(sequence: ConfidenceSequence) -> tuple[str, ...]:
    """That no ratings could have refuted anything, where the trial has too few drawn units."""
    if not sequence.is_out_of_reach or sequence.most is None:
        return ()
    draws = words.count(len(sequence.looks), "draw")
    return (f"With {draws} it cannot reach a bound: no ratings could give an e-value above {plain(sequence.most)}.",)


def look_lines(posterior: Posterior) -> tuple[LookLine, ...]:
    """Every look as a row."""
    sequence = posterior.confidence_sequence
    none = "not reached" if sequence.additive else "none given"
    return tuple(
        LookLine(
            day_figure(posterior.observations, look.day),
            _bound(look.low, none),
            _bound(look.high, none),
            plain(look.e_value),
        )
        for look in sequence.looks
    )


def blinding_words(found: Blinding) -> str:
    """What the guesses say, in one sentence: never that nobody could tell, which no test shows."""
    if found.right is None or found.p_value is None:
        return f"Blinding: {found.guesses} guesses; nothing can be said: {found.why}."
    reach = (
        ""
        if found.interval is None
        else f"; 95 % interval {100 * found.interval[0]:.0f} to {100 * found.interval[1]:.0f} %"
    )
    share = f"{100 * found.right:.0f} % of {found.guesses} guesses were right (p = {plain(found.p_value)}{reach})"
    return f"Blinding: {share}: {_told(found)}."


def _told(found: Blinding) -> str:
    if found.could_tell:
        return "the patient may have been able to tell"
    if found.could_tell is None and found.least_p is not None:
        return f"too few draws to say whether the patient could tell (the least p is {plain(found.least_p)})"
    return "no more than chance may give, which does not show that the patient could not tell"


def bounds_words(sequence: ConfidenceSequence) -> str:
    """What the last look has reached, in words."""
    look = sequence.looks[-1]
    if not sequence.additive:
        return "no bounds are given"
    if look.all_refuted:
        return "every value is refuted: no fixed number of points with this half-life describes the trial"
    if look.low is not None and look.high is not None:
        return span((look.low, look.high))
    if look.low is not None:
        return f"above {plain(look.low)}, no upper bound reached"
    return "no bound reached" if look.high is None else f"below {plain(look.high)}, no lower bound reached"


def _bound(value: float | None, none: str) -> str:
    return none if value is None else plain(value)
