"""Guesses of what was taken are held against every order that could have been drawn."""

from __future__ import annotations

import numpy as np
import pytest
from diaries import blocks

from equipoise.analyse.blinding import blinding
from equipoise.errors import InputError
from equipoise.model.observations import Observations
from equipoise.model.schedule import Exposure, Schedule

LEVELS = (0, 1, 1, 0, 0, 1, 1, 0, 0, 1)
SCHEDULE = blocks(LEVELS)
DAYS = np.arange(1.0, 71.0)
TAKEN = np.repeat(np.array(LEVELS, dtype=np.float64), 7)


def test_a_patient_who_always_knows_is_found() -> None:
    """All guesses right: only the order itself, one of 32, is guessed as well."""
    found = blinding(SCHEDULE, DAYS, TAKEN, seed=1)
    assert found.right == 1.0
    assert found.p_value == pytest.approx(1 / 32)
    assert found.could_tell is True


def test_a_patient_who_guesses_one_thing_only_is_no_evidence() -> None:
    """Always 'taken' is right half the time under every order."""
    found = blinding(SCHEDULE, DAYS, np.ones(70), seed=1)
    assert (found.right, found.p_value) == (0.5, 1.0)
    assert (found.least_p, found.could_tell) == (1.0, None)


def test_a_design_with_few_orders_cannot_tell() -> None:
    """All of 28 guesses right in two pairs of weeks: p is 0.25, the least there is, and no sign of anything."""
    levels = (0, 1, 1, 0)
    found = blinding(blocks(levels), DAYS[:28], np.repeat(np.array(levels, dtype=np.float64), 7), seed=1)
    assert (found.right, found.p_value, found.least_p) == (1.0, 0.25, 0.25)
    assert found.could_tell is None


def test_guesses_like_chance_show_nothing() -> None:
    """Guesses that could have been better under another order, and were not: the patient is not shown to know."""
    guesses = TAKEN.copy()
    guesses[28:56] = 1.0 - guesses[28:56]
    found = blinding(SCHEDULE, DAYS, guesses, seed=1)
    assert (found.right, found.p_value) == (0.6, 0.5)
    assert found.least_p == pytest.approx(1 / 32)
    assert found.could_tell is False


def test_guesses_of_one_period_count_as_one_in_the_interval() -> None:
    """Seventy guesses in ten periods are no more than ten: Wilson's interval of 10 in 10, not of 70 in 70."""
    found = blinding(SCHEDULE, DAYS, TAKEN, seed=1)
    assert found.interval == pytest.approx((0.7225, 1.0), abs=1e-4)
    half = blinding(SCHEDULE, DAYS, np.ones(70), seed=1)
    assert half.interval == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_the_p_value_is_valid_over_the_orders() -> None:
    """Whatever is guessed, over all 32 orders at most a share a of the p-values is a or less."""
    rng = np.random.default_rng(2)
    guesses = np.where(rng.random(70) < 0.2, np.nan, np.round(rng.random(70)))
    p_values = []
    for index in range(32):
        bits = [(index >> pair) & 1 for pair in range(5)]
        order = tuple(level for bit in bits for level in ((0, 1) if bit else (1, 0)))
        p_values.append(blinding(blocks(order), DAYS, guesses, seed=1).p_value or 0.0)
    for level in (1 / 32, 0.1, 0.25, 0.5):
        assert np.mean(np.array(p_values) <= level) <= level


def test_what_cannot_be_had_says_why() -> None:
    """No draw, or hardly a guess: a value with its reason."""
    few = blinding(SCHEDULE, DAYS, np.where(DAYS < 3, 1.0, np.nan), seed=1)
    assert few.p_value is None
    assert "fewer than 5" in few.why
    plain = Schedule("observational", Exposure((0.0,), (1.0,)))
    assert "not known" in blinding(plain, DAYS, TAKEN, seed=1).why


def test_other_guesses_are_refused_with_their_rows() -> None:
    """Only 1, 0 and nothing are guesses."""
    with pytest.raises(InputError, match=r"other values in row 2"):
        Observations((1.0, 2.0), (3.0, 4.0), guesses=(1.0, 0.7))
