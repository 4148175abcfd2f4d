"""What the report says of the tests that rest on the draw: what they assume, and what they could not have shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.model.posterior import ConfidenceSequence, Look, Posterior, RandomisationTest
from equipoise.report.answer_html import answer_html
from equipoise.report.answer_model_free import least_words, sequence_words


def test_a_sequence_names_what_it_assumes(answers: dict[str, Posterior]) -> None:
    """An additive effect and the stated half-life are assumed, and no promise to end a trial is made."""
    said = " ".join(sequence_words(answers["blocks"]))
    assert "the effect adds to the ratings and builds up and fades at the (median) half-life" in said
    page = answer_html(answers["blocks"])
    assert "odds of the draws alone" not in page
    assert "end a trial early" not in page
    assert "where the true half-life is longer, it can miss the truth" in " ".join(page.split())


def test_a_sequence_that_cannot_refute_anything_says_so(answers: dict[str, Posterior]) -> None:
    """With few draws no ratings could reach the e-value that refutes: that is no weakness of this patient's ratings."""
    few = ConfidenceSequence(0.95, (Look(14.0, None, None, 1.1), Look(28.0, None, None, 1.3)), most=3.8)
    said = sequence_words(replace(answers["blocks"], confidence_sequence=few))
    assert "With 2 draws it cannot reach a bound: no ratings could give an e-value above 3.8." in said
    enough = replace(few, most=25.0)
    assert not [
        line for line in sequence_words(replace(answers["blocks"], confidence_sequence=enough)) if "draws" in line
    ]


def test_a_sequence_is_not_compared_across_scales(answers: dict[str, Posterior]) -> None:
    """Where the interval is not in points, the sequence is said to speak of the ratings themselves."""
    wider = "It is wider than the interval above"
    assert any(line.startswith(wider) for line in sequence_words(answers["blocks"]))
    other = replace(answers["blocks"], effect=replace(answers["blocks"].effect, unit="log counts"))
    said = sequence_words(other)
    assert not any(line.startswith(wider) for line in said)
    assert "It speaks of the ratings themselves, the interval above of log counts." in said


@pytest.mark.parametrize(("exact", "limit"), [(True, "this design"), (False, "this sample of the orders")])
def test_the_least_p_names_what_sets_it(*, exact: bool, limit: str) -> None:
    """Three figures, and the limit of a sample is not called that of the design."""
    test = RandomisationTest(0.5, schedules=8, exact=exact, least_p=0.125)
    assert least_words(test) == (f"The least p that {limit} could give is 0.125.",)
