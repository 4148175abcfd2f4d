"""What the report says of the tests that rest on the draw: what they assume, and what they could not have shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.model.observations import Observations
from equipoise.model.posterior import ConfidenceSequence, Look, Posterior, RandomisationTest
from equipoise.model.schedule import Exposure, Randomisation, Schedule
from equipoise.report.answer_html import answer_html
from equipoise.report.answer_model_free import least_words, look_lines, sequence_words


def test_a_sequence_names_what_it_assumes(answers: dict[str, Posterior]) -> None:
    """An additive effect and the stated half-life are assumed, and no promise to end a trial is made."""
    said = " ".join(sequence_words(answers["blocks"]))
    assert "the effect adds to the ratings and builds up and fades at the (median) half-life" in said
    page = answer_html(answers["blocks"])
    assert "odds of the draws alone" not in page
    assert "end a trial early" not in page
    assert "where the true half-life is longer, it can miss the truth" in " ".join(page.split())


def test_without_a_declared_draw_no_effect_is_named(answers: dict[str, Posterior]) -> None:
    """Where nobody said that chance drew the order, the sequence speaks of a difference."""
    answer = answers["blocks"]
    undeclared = replace(answer, schedule=replace(answer.schedule, design="undeclared", randomisation=None))
    for additive in (True, False):
        sequence = replace(answer.confidence_sequence, additive=additive)
        said = " ".join(sequence_words(replace(undeclared, confidence_sequence=sequence)))
        assert "difference" in said
        assert "effect" not in said


def test_a_sequence_that_cannot_refute_anything_says_so(answers: dict[str, Posterior]) -> None:
    """With few draws no ratings could reach the e-value that refutes: that is no weakness of this patient's ratings."""
    few = ConfidenceSequence(0.95, (Look(14.0, None, None, 1.1), Look(28.0, None, None, 1.3)), most=3.8)
    said = sequence_words(replace(answers["blocks"], confidence_sequence=few))
    assert "With 2 draws it cannot reach a bound: no ratings could give an e-value above 3.8." in said
    enough = replace(few, most=25.0)
    assert not [
        line for line in sequence_words(replace(answers["blocks"], confidence_sequence=enough)) if "draws" in line
    ]


def test_ratings_that_no_effect_can_add_to_have_no_bounds() -> None:
    """Of yes and no the evidence against no effect is told, and why bounds are not."""
    rng = np.random.default_rng(6)
    drawn = tuple(int(level) for level in rng.integers(0, 2, 120))
    rule = Randomisation("independent", tuple(np.arange(120.0)), drawn)
    schedule = Schedule("alternating_days", Exposure(np.arange(120.0), drawn), rule)
    yes = (rng.random(120) < np.where(np.array(drawn) == 1, 0.8, 0.2)).astype(float)
    answer = analyse(schedule, Observations(np.arange(1.0, 121.0), yes, name="slept", better="higher"))
    assert {(look.low, look.high, look.all_refuted) for look in answer.confidence_sequence.looks} == {
        (None, None, False)
    }
    said = " ".join(sequence_words(answer))
    assert answer.confidence_sequence.looks[-1].e_value > 20.0
    assert "no bounds are given" in said
    assert "cannot be the same on every day" in said
    assert {line.low for line in look_lines(answer)} == {"none given"}


@pytest.mark.parametrize(("exact", "limit"), [(True, "this design"), (False, "this sample of the orders")])
def test_the_least_p_names_what_sets_it(*, exact: bool, limit: str) -> None:
    """Three figures, and the limit of a sample is not called that of the design."""
    test = RandomisationTest(0.5, schedules=8, exact=exact, least_p=0.125)
    assert least_words(test) == (f"The least p that {limit} could give is 0.125.",)
