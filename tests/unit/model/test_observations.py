"""The diary: which ratings count as missing, and which date a day has."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.errors import InputError
from equipoise.model.observations import Observations

DAYS = (1.0, 2.0, 3.0, 4.0)
VALUES = (5.0, float("nan"), float("nan"), 6.0)


def test_only_a_planned_rating_can_be_missing() -> None:
    """Every row is due unless the diary says otherwise; a row in which nobody asked lacks nothing."""
    assert Observations(DAYS, VALUES).missing == 2
    assert Observations(DAYS, VALUES, due=(True, False, True, True)).missing == 1


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ((True, True), "2 marks; expected 4, one a row"),
        ((False, True, True, True), "ratings in row 1; expected ratings where one was due"),
    ],
)
def test_marks_of_due_rows_fit_the_ratings(due: tuple[bool, ...], told: str) -> None:
    """One mark a row, and no rating where none was planned."""
    with pytest.raises(InputError, match=told):
        Observations(DAYS, VALUES, due=due)


def test_a_day_has_a_date_where_the_diary_has_dates() -> None:
    """Day 0 is a date; any hour of a day has that day's date, also before day 0; else there is none."""
    seen = Observations(DAYS, VALUES, day_zero=dt.date(2026, 12, 31))
    assert [seen.date(day) for day in (-0.5, 0.0, 0.9, 1.0)] == [
        dt.date(2026, 12, 30), dt.date(2026, 12, 31), dt.date(2026, 12, 31), dt.date(2027, 1, 1),
    ]  # fmt: skip
    assert Observations(DAYS, VALUES).date(1.0) is None
