"""The line under the sentence: what other assumptions and the tests that rest on the draw make of the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from diaries import blocks, diary

from equipoise.analyse import analyse
from equipoise.analyse.robustness import robustness, turned, weakened
from equipoise.model.posterior import ConfidenceSequence, Look, Posterior, RandomisationTest, WhatIf


@pytest.fixture(scope="module")
def answer() -> Posterior:
    """An answer whose direction is clear."""
    trial = blocks((0, 1, 1, 0, 1, 0))
    plain = analyse(trial, diary(trial, np.arange(1.0, 43.0)))
    return replace(plain, effect=replace(plain.effect, mean=-3.0, p_below_zero=0.97))


def row(name: str, mean: float, below: float) -> WhatIf:
    return WhatIf(name, mean, 1.0, (mean - 2.0, mean + 2.0), below)


WIDE, OPEN, OTHER = row("wide prior", -3.2, 0.98), row("no trend", -1.0, 0.7), row("carry-over", 0.5, 0.4)


def test_assumptions_are_counted_and_those_that_differ_named(answer: Posterior) -> None:
    """How many keep the direction, under which it is less sure, and under which it changes."""
    told = replace(answer, what_if=(WIDE, OPEN, OTHER))
    assert robustness(told).startswith(
        "Holds under 1 of 3 other assumptions; less sure under: no trend; changes direction under: carry-over."
    )
    assert turned(told) == (OTHER,)
    assert weakened(told) == (OPEN,)
    assert robustness(replace(answer, what_if=(WIDE, WIDE))).startswith("Holds under all 2 other assumptions. ")


def test_an_open_answer_says_where_it_is_not_open(answer: Posterior) -> None:
    """What was open as planned is counted as such, and an assumption that would settle it is named."""
    still = replace(answer, effect=replace(answer.effect, p_below_zero=0.55), what_if=(WIDE, row("other", -0.1, 0.52)))
    assert robustness(still).startswith("Open under 1 of 2 other assumptions too; not open under: wide prior.")


@pytest.mark.parametrize(
    ("p_value", "e_value", "weight"),
    [(0.03, 25.0, "both convince"), (0.03, 2.0, "one of two convinces"), (0.125, 2.0, "none convinces")],
)
def test_tests_on_the_draw_are_weighed(answer: Posterior, p_value: float, e_value: float, weight: str) -> None:
    """Both convince, one of two does, or none; their figures stand beside the words."""
    told = replace(
        answer,
        randomisation_test=RandomisationTest(p_value),
        confidence_sequence=ConfidenceSequence(0.95, (Look(7.0, None, None, e_value),)),
    )
    line = robustness(told)
    assert f"Tests that rest on the draw: {weight} (p = " in line
    assert f"e-value {e_value:g} of 20 needed" in line


@pytest.mark.parametrize(
    ("least_p", "most", "told"),
    [
        (0.25, 3.8, "none could convince (p = 0.03, too few draws to convince; e-value 2 of 20 needed, too few draws"),
        (0.01, 3.8, "the one that can convince does (p = 0.03; e-value 2 of 20 needed, too few draws to convince)"),
        (0.25, 30.0, "none convinces (p = 0.03, too few draws to convince; e-value 2 of 20 needed)"),
    ],
)
def test_a_test_that_cannot_convince_has_no_weight(answer: Posterior, least_p: float, most: float, told: str) -> None:
    """A test whose least p or greatest e-value is out of reach is no evidence against the answer, nor for it."""
    few = ConfidenceSequence(0.95, (Look(7.0, None, None, 2.0),), most=most)
    test = RandomisationTest(0.03, least_p=least_p)
    line = robustness(replace(answer, randomisation_test=test, confidence_sequence=few))
    assert f"Tests that rest on the draw: {told}" in line


def test_an_assumed_draw_is_said_with_its_tests(answer: Posterior) -> None:
    """Where nobody said that chance drew the order, the tests rest on a draw that was assumed."""
    rule = answer.schedule.randomisation
    assert rule is not None
    unsaid = replace(answer.schedule, design="undeclared", randomisation=replace(rule, assumed=True))
    assert "Tests that rest on an assumed draw: " in robustness(replace(answer, schedule=unsaid))


def test_without_a_draw_no_test_is_claimed(answer: Posterior) -> None:
    """Where neither can be had the line says so."""
    none = replace(
        answer,
        randomisation_test=RandomisationTest(None, why="not drawn"),
        confidence_sequence=ConfidenceSequence(0.95),
    )
    assert robustness(none).endswith("No test that rests on the draw is to be had.")
