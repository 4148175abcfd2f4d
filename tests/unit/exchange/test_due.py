"""Which rows were to hold a rating: a beat that leaves rows out is found, gaps without one stay missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.due import due_rows, interval

DAYS = np.arange(1.0, 85.0)
WEEKLY = DAYS % 7 == 0


def _without(given: np.ndarray, *days: int) -> np.ndarray:
    return given & ~np.isin(DAYS, days)


def test_weekly_scores_in_a_daily_table_lack_nothing() -> None:
    """Twelve weekly scores beside 84 daily rows: the beat is a week, and no row without a score was due."""
    assert interval(DAYS, WEEKLY) == 7.0
    assert np.array_equal(due_rows(DAYS, WEEKLY, 7.0), WEEKLY)


def test_a_beat_that_was_missed_is_due() -> None:
    """Two scores that were not given, one inside and the last one, are the only rows that lack something."""
    seen = _without(WEEKLY, 21, 84)
    assert interval(DAYS, seen) == 7.0
    assert DAYS[due_rows(DAYS, seen, 7.0) & ~seen].tolist() == [21.0, 84.0]


def test_a_first_score_that_was_missed_is_due() -> None:
    """A beat reaches back to the first row too."""
    seen = _without(WEEKLY, 7)
    assert DAYS[due_rows(DAYS, seen, 7.0) & ~seen].tolist() == [7.0]


def test_a_score_that_came_a_day_late_keeps_the_beat() -> None:
    """A score on day 29 in place of day 28 is no missing one."""
    seen = _without(WEEKLY, 28) | (DAYS == 29)
    assert interval(DAYS, seen) == 7.0
    assert np.array_equal(due_rows(DAYS, seen, 7.0), seen)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.6, 0.7, 0.8])
def test_ratings_that_were_forgotten_stay_missing(share: float) -> None:
    """However many days of a daily diary are empty at random, no beat is found that would explain them away."""
    for seed in range(50):
        seen = np.random.default_rng(seed).random(DAYS.size) >= share
        assert interval(DAYS, seen) is None


def test_full_and_nearly_empty_diaries_have_no_beat() -> None:
    """Where every row is rated nothing is left out, and three ratings are too few to tell."""
    assert interval(DAYS, np.ones(DAYS.size, dtype=bool)) is None
    assert interval(DAYS, np.isin(DAYS, (7, 14, 21))) is None
    assert due_rows(DAYS, np.zeros(DAYS.size, dtype=bool), 7.0).all()


@given(st.lists(st.booleans(), min_size=2, max_size=40), st.sampled_from([1.0, 2.0, 3.5, 7.0]))
def test_every_rating_given_was_due(given_: list[bool], every_days: float) -> None:
    """Whatever the beat, rows with a rating are due; with a beat of one row every row is."""
    seen = np.array(given_)
    days = np.arange(float(seen.size))
    assert np.all(due_rows(days, seen, every_days)[seen])
    assert due_rows(days, seen, 1.0).all()
