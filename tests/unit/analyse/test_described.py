"""The ratings as they are: counts, means and SDs at each level and in each period."""

from __future__ import annotations

import numpy as np
import pytest
from diaries import blocks, diary

from equipoise.analyse.described import described
from equipoise.model.observations import Observations
from equipoise.model.schedule import Exposure, Schedule

DAYS = np.arange(1.0, 29.0)
TRIAL = blocks((0, 1, 1, 0))


def test_levels_are_plain_figures_of_the_diary() -> None:
    """Mean, SD and counts of the ratings without and with, and the plain difference; missing ones are counted."""
    values = diary(TRIAL, DAYS).values.copy()
    values[[2, 9]] = np.nan
    found = described(TRIAL, Observations(DAYS, values))
    without, taken = found.levels
    off, on = np.append(values[:7], values[21:]), values[7:21]
    assert [(group.level, group.n, group.missing) for group in found.levels] == [(0.0, 13, 1), (1.0, 13, 1)]
    assert (without.mean, taken.mean) == pytest.approx((np.nanmean(off), np.nanmean(on)))
    assert (without.sd, taken.sd) == pytest.approx((np.nanstd(off, ddof=1), np.nanstd(on, ddof=1)))
    assert found.difference == pytest.approx(np.nanmean(on) - np.nanmean(off))


def test_two_drawn_periods_of_one_level_stand_apart() -> None:
    """A new drawn period is a new row, also where the level stays; its days are those of its ratings."""
    found = described(TRIAL, diary(TRIAL, DAYS))
    assert [(group.level, group.days) for group in found.periods] == [
        (0.0, (1.0, 7.0)),
        (1.0, (8.0, 14.0)),
        (1.0, (15.0, 21.0)),
        (0.0, (22.0, 28.0)),
    ]


def test_days_of_withdrawal_belong_to_no_level() -> None:
    """Marked days have a row of their own and touch neither mean nor difference."""
    values = np.where(DAYS > 14, 9.0, 4.0) + (DAYS == 15) * 50.0
    schedule = Schedule("observational", Exposure((0.0, 14.0), (1.0, 0.0)), withdrawal_days=((14.0, 15.0),))
    found = described(schedule, Observations(DAYS, values))
    assert [(group.level, group.withdrawal, group.n) for group in found.levels] == [
        (0.0, False, 13),
        (1.0, False, 14),
        (None, True, 1),
    ]
    assert found.difference == -5.0
    assert [group.withdrawal for group in found.periods] == [False, True, False]


def test_many_levels_and_many_periods_are_not_listed() -> None:
    """Measured concentrations are told as none and any; a diary of drawn days has no table of periods."""
    rng = np.random.default_rng(1)
    levels = np.where(rng.random(60) < 0.5, 0.0, rng.random(60))
    days = np.arange(1.0, 61.0)
    found = described(Schedule("observational", Exposure(days - 1.0, levels)), Observations(days, rng.random(60)))
    assert [group.level for group in found.levels] == [0.0, None]
    assert sum(group.n for group in found.levels) == 60
    assert found.periods == ()


def test_a_level_without_ratings_has_no_figures() -> None:
    """A period in which nothing was rated keeps its row, and no difference is made up."""
    values = np.where(DAYS > 7, np.nan, 3.0)
    found = described(TRIAL, Observations(DAYS, values))
    assert found.difference is None
    assert [(group.n, group.missing, group.mean, group.sd) for group in found.levels] == [
        (7, 7, 3.0, 0.0),
        (0, 14, None, None),
    ]
