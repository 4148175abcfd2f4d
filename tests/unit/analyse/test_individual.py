"""What is said beside an answer: too few draws to convince, guesses of the patient, and the noun for the estimate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from diaries import blocks, diary

from equipoise.analyse import analyse
from equipoise.model.observations import Observations
from equipoise.model.posterior import Posterior
from equipoise.model.schedule import Exposure, Schedule

DAYS = np.arange(1.0, 43.0)
LONG = blocks((0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0))
LONG_DAYS = np.arange(1.0, 85.0)


def _notes(answer: Posterior) -> str:
    return " ".join(answer.notes)


def test_a_design_that_can_convince_nobody_says_so() -> None:
    """Three pairs of periods have eight orders: no order gives p below 0.25, and the certainty is the model's."""
    trial = blocks((0, 1, 1, 0, 1, 0))
    short, long = analyse(trial, diary(trial, DAYS)), analyse(LONG, diary(LONG, LONG_DAYS))
    assert short.randomisation_test.is_out_of_reach
    assert "no order could give p below 0.25 without the model" in _notes(short)
    assert not long.randomisation_test.is_out_of_reach
    assert "Too few drawn units" not in _notes(long)


@pytest.mark.parametrize(
    ("guessed", "told"),
    [
        (lambda on: on, "100 % of the guesses were right"),
        (lambda on: np.full(on.size, np.nan), "Whether the patient could tell is not known"),
        (None, "Whether the patient knew what was taken was not recorded"),
    ],
)
def test_expectation_is_a_note(guessed: object, told: str) -> None:
    """Guesses that were right more often than by chance, too few, or never asked for: expectation may be part of it."""
    seen = diary(LONG, LONG_DAYS)
    on = np.repeat(LONG.exposure.levels, 84 // LONG.exposure.levels.size)
    guesses = guessed(on) if callable(guessed) else None
    notes = _notes(analyse(LONG, Observations(seen.times_days, seen.values, guesses=guesses)))
    assert told in notes
    assert "expectation may be part of the effect" in notes


def test_guesses_no_better_than_chance_need_no_note() -> None:
    """Where the patient could not tell, nothing is said of expectation."""
    seen = diary(LONG, LONG_DAYS)
    guesses = np.random.default_rng(2).integers(0, 2, 84).astype(float)
    assert "expectation" not in _notes(analyse(LONG, Observations(seen.times_days, seen.values, guesses=guesses)))


def test_without_a_draw_the_estimate_is_called_a_difference() -> None:
    """An observation has no effect: neither its notes nor its other assumptions nor its models name one."""
    watched = replace(LONG, design="observational", randomisation=None)
    answer = analyse(watched, diary(LONG, LONG_DAYS))
    texts = [
        answer.sentence,
        *answer.notes,
        *(row.name for row in answer.what_if),
        *(item.model for item in answer.loo),
    ]
    texts += [check.name for check in answer.checks]
    assert not [text for text in texts if "effect" in text]
    assert any("wide prior of the difference" in text for text in texts)


@pytest.mark.parametrize(("likelihood", "least"), [("binary", 0.0), ("ordinal", 1.0)])
def test_a_latent_answer_says_what_to_expect_with_and_without(likelihood: str, least: float) -> None:
    """The expected ratings lie near the plain averages of the diary, drawn towards each other by a sceptical prior."""
    rng = np.random.default_rng(8)
    on = np.repeat([0.0, 1.0, 1.0, 0.0] * 5, 7)
    days = np.arange(1.0, 141.0)
    latent = 0.9 * on + rng.standard_normal(140)
    cuts = [0.3] if likelihood == "binary" else [-0.6, 0.2, 0.9]
    values = np.digitize(latent, cuts) + least
    schedule = Schedule("randomised_blocks", Exposure(days - 1.0, on))
    scale = "binary" if likelihood == "binary" else "ordinal_item"
    answer = analyse(schedule, Observations(days, values, name="slept", better="higher", scale=scale))
    assert answer.effect.expected is not None
    without, with_it = answer.effect.expected
    means = values[on == 0].mean(), values[on == 1].mean()
    assert means[0] < without < with_it < means[1]
    assert (without, with_it) == pytest.approx(means, abs=0.12)
    assert ("The chance of yes for slept" if likelihood == "binary" else "The mean answer for slept") in answer.sentence
