"""Words and figures of certainty: one table, never a word beside a figure that it does not fit, never 0 and never 1."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analyse.certainty import CERTAINTY, certainty, in_hundred, percent, words_for

WORDS = [
    (0.999, "almost certain"),
    (0.99, "almost certain"),
    (0.989, "very likely"),
    (0.95, "very likely"),
    (0.9499, "likely"),
    (0.80, "likely"),
    (0.79, "more likely than not"),
    (0.60, "more likely than not"),
    (0.599, "open"),
    (0.5, "open"),
]


@pytest.mark.parametrize(("probability", "word"), WORDS)
def test_words_of_certainty(probability: float, word: str) -> None:
    """Each word of certainty holds from its probability upwards; below 0.60 nobody can tell."""
    assert certainty(probability) == word
    assert word in {row.word for row in CERTAINTY}


@pytest.mark.parametrize(
    ("probability", "text"), [(0.0, "under 1 %"), (0.01, "1 %"), (0.5, "50 %"), (0.99, "99 %"), (1.0, "over 99 %")]
)
def test_no_probability_is_shown_as_certain(probability: float, text: str) -> None:
    """Whole per cents, never 0 and never 100."""
    assert percent(probability) == text.replace(" %", "\N{NO-BREAK SPACE}%")


@given(st.floats(0.0, 1.0))
def test_word_and_figure_never_disagree(probability: float) -> None:
    """The figure beside a word is one for which the same word holds, and is off by no more than one hundredth."""
    shown = in_hundred(probability)
    value = {"under 1": 0.0, "over 99": 1.0}.get(shown, int(re.sub(r"\D", "", shown)) / 100.0)
    assert certainty(value) == certainty(probability)
    assert abs(value - probability) <= 0.01 + 1e-9


@pytest.mark.parametrize(("probability", "shown"), [(0.946, "94"), (0.9496, "94"), (0.989, "98"), (0.599, "59")])
def test_a_figure_is_not_rounded_up_to_a_word_that_it_misses(probability: float, shown: str) -> None:
    """Just below a word's limit the figure is rounded down."""
    assert in_hundred(probability) == shown


def test_every_step_has_words_for_clinician_and_patient() -> None:
    """The table descends to zero, and no step shares its words with another."""
    assert [row.least for row in CERTAINTY] == sorted((row.least for row in CERTAINTY), reverse=True)
    assert CERTAINTY[-1].least == 0.0
    for column in ("word", "way", "plain"):
        assert len({getattr(row, column) for row in CERTAINTY}) == len(CERTAINTY)
    assert words_for(0.97).plain == "We are quite sure that this is real"
