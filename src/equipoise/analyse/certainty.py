"""The words of certainty: they stand in one table and nowhere else, and never say more than the figure beside them."""

from __future__ import annotations

from typing import NamedTuple

OPEN = "open"


class Words(NamedTuple):
    """How sure a probability makes us, for a clinician; `way`: before an adjective; `plain`: for the patient."""

    least: float
    word: str
    way: str
    plain: str


CERTAINTY: tuple[Words, ...] = (
    Words(0.99, "almost certain", "almost certainly", "We are almost sure that this is real"),
    Words(0.95, "very likely", "very likely", "We are quite sure that this is real"),
    Words(0.80, "likely", "likely", "This is likely real, but not sure"),
    Words(0.60, "more likely than not", "more likely than not", "This is a bit more likely to be real than not"),
    Words(0.0, OPEN, OPEN, "We cannot tell"),
)
"""From this probability upwards the words hold; below 0.60 in both directions nobody can tell."""


def words_for(probability: float) -> Words:
    """The row of the table for a probability."""
    return next(row for row in CERTAINTY if probability >= row.least)


def certainty(probability: float) -> str:
    """The word for a probability.

    >>> certainty(0.97), certainty(0.5)
    ('very likely', 'open')
    """
    return words_for(probability).word


def in_hundred(probability: float) -> str:
    """A probability in whole hundredths, never 0 or 100, and never rounded up to a word of certainty that it misses.

    >>> in_hundred(0.9763), in_hundred(0.9999), in_hundred(0.001), in_hundred(0.9476)
    ('98', 'over 99', 'under 1', '94')
    """
    if probability < 0.01:
        return "under 1"
    if probability > 0.99:
        return "over 99"
    whole = round(100.0 * probability)
    return str(whole if certainty(whole / 100.0) == certainty(probability) else whole - 1)


def percent(probability: float) -> str:
    """The same in per cent; the sign stays on the line of its figure.

    >>> percent(0.9763).split()
    ['98', '%']
    """
    return f"{in_hundred(probability)}\N{NO-BREAK SPACE}%"
