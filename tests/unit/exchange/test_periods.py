"""Pairs of periods: found with or without a baseline, washouts and a follow-up; never where two readings are alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.periods import Pairs, pairs_of


def _levels(*runs: tuple[int, int]) -> list[int]:
    """Runs of a level and a length as one sequence."""
    return [level for level, rows in runs for _ in range(rows)]


def _only(levels: list[int], rated: list[bool] | None = None) -> Pairs:
    found = pairs_of(levels, rated or [True] * len(levels))
    assert len(found) == 1
    return found[0]


PLAIN = _levels((0, 7), (1, 14), (0, 7))


@pytest.mark.parametrize(
    ("levels", "starts", "before", "after"),
    [
        (PLAIN, [0, 7, 14, 21], 0, 0),
        (_levels((0, 14), (1, 7), (0, 14), (1, 7)), [14, 21, 28, 35], 14, 0),
        (_levels((0, 21), (1, 14), (0, 7)), [14, 21, 28, 35], 14, 0),
        (_levels((1, 14), (0, 7), (1, 14), (0, 7)), [14, 21, 28, 35], 14, 0),
        (_levels((1, 7), (0, 14), (1, 7), (0, 14)), [0, 7, 14, 21], 0, 14),
        (_levels((0, 5), (1, 7), (0, 7), (1, 14), (0, 6)), [0, 5, 12, 19, 26, 33], 0, 0),
        (_levels((0, 5), (1, 5), (0, 16), (1, 5)), [0, 5, 10, 26], 0, 0),
    ],
    ids=["plain", "baseline", "baseline joins a period", "baseline with it", "follow-up", "uneven", "unequal"],
)
def test_periods_and_what_stands_apart(levels: list[int], starts: list[int], before: int, after: int) -> None:
    """Each period begins where its draw began; days that nobody drew are counted apart."""
    found = _only(levels)
    assert [period.start for period in found.periods] == starts
    assert (found.before, found.after) == (before, after)


def test_days_without_a_rating_between_periods_are_a_washout() -> None:
    """Days off that nobody rated stand apart from the periods; a missed day, and a period half missed, do not."""
    levels = _levels((1, 7), (0, 4), (0, 7), (0, 4), (1, 7), (0, 4), (0, 7))
    rated = [True] * 7 + [False] * 4 + [True] * 7 + [False] * 4 + [True] * 7 + [False] * 4 + [True] * 7
    found = _only(levels, rated)
    assert [(period.start, period.level) for period in found.periods] == [(0, 1), (11, 0), (22, 1), (33, 0)]
    assert [(period.start, period.rows) for period in found.washouts] == [(7, 4), (18, 4), (29, 4)]
    for missed in ([0], [0, 1, 2, 3]):
        found = _only(PLAIN, [row not in missed for row in range(28)])
        assert ([period.rows for period in found.periods], found.washouts) == ([7, 7, 7, 7], ())


def test_a_sequence_that_is_no_pairs_gives_none_and_an_unclear_one_several() -> None:
    """One level alone is no pair; off, on, off may have begun with a baseline or ended with a follow-up."""
    assert pairs_of([1] * 20, [True] * 20) == ()
    assert pairs_of([0] * 20, [False] * 20) == ()
    found = pairs_of(_levels((0, 10), (1, 10), (0, 10)), [True] * 30)
    assert sorted((item.before, item.after) for item in found) == [(0, 10), (10, 0)]


@given(
    pairs=st.lists(st.booleans(), min_size=1, max_size=8), length=st.integers(2, 15), weeks=st.sampled_from((0, 2, 4))
)
def test_every_draw_in_pairs_is_found_again(pairs: list[bool], length: int, weeks: int) -> None:
    """Whatever pairs were drawn, after a baseline of an even number of periods or none: the periods are those drawn."""
    drawn = [level for first in pairs for level in ((0, 1) if first else (1, 0))]
    baseline = weeks * length
    found = _only([0] * baseline + [level for level in drawn for _ in range(length)])
    assert [period.level for period in found.periods] == drawn
    assert found.before == baseline
