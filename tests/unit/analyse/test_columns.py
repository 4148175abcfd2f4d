"""The columns of the mean: trend, covariates, withdrawal, planning SD, half-life nodes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from equipoise.analyse.columns import columns, half_life_nodes, trend_columns, withdrawal_share
from equipoise.model.observations import Observations
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

ON_LATE = Schedule("observational", Exposure((0.0, 12.0), (0.0, 1.0)))


def test_trend_runs_from_first_to_last_day_of_the_trial() -> None:
    """The linear trend is (day - middle) over half the trial, each rating standing for its whole day."""
    days = np.arange(1.0, 85.0)
    (name, column), *others = trend_columns(days, days[::7], "linear")
    assert (name, others) == ("trend", [])
    assert column == pytest.approx((days[::7] - 42.5) / 42.0)
    assert trend_columns(days, days, "none") == []


def test_spline_bends_at_the_thirds() -> None:
    """The spline is the line plus two hinges, at one and at two thirds of the trial."""
    days = np.arange(1.0, 91.0)
    names, found = zip(*trend_columns(days, days, "spline"), strict=True)
    assert names == ("trend", "bend 1", "bend 2")
    assert [int((column > 0).sum()) for column in found[1:]] == [60, 30]
    assert np.diff(found[1][40:]) == pytest.approx(np.diff(found[0][40:]))


def test_withdrawal_is_the_share_of_the_window_in_the_span() -> None:
    """Without a window a day is in the span or not; with one the column is the overlap, several spans together."""
    times = np.array([10.0, 10.5, 13.0, 14.0, 20.0])
    assert withdrawal_share(((10.0, 13.0),), times, 0.0).tolist() == [0.0, 1.0, 1.0, 0.0, 0.0]
    assert withdrawal_share(((10.0, 13.0), (16.0, 18.0)), times, 7.0) == pytest.approx(
        [0, 0.5 / 7, 3 / 7, 3 / 7, 2 / 7]
    )


def test_missing_ratings_leave_the_trend_where_it_was() -> None:
    """A rating without a value is left out of the columns; trend and exposure of the others do not move."""
    days = np.arange(1.0, 25.0)
    values = np.sin(days)
    gappy = np.where(np.isin(days, (1.0, 7.0, 24.0)), np.nan, values)
    prior = Prior(s0=1.0, centre=0.0)
    full = columns(ON_LATE, Observations(days, values), prior, "linear", 1)
    some = columns(ON_LATE, Observations(days, gappy), prior, "linear", 1)
    assert np.array_equal(some.common, full.common[~np.isnan(gappy)])
    assert np.array_equal(some.exposure, full.exposure[:, ~np.isnan(gappy)])


def test_covariates_are_standardised_and_withdrawal_has_its_column() -> None:
    """Columns come as level, trend, covariates, withdrawal, effect; priors are multiples of the planning SD."""
    days = np.arange(1.0, 25.0)
    schedule = Schedule("observational", ON_LATE.exposure, withdrawal_days=((3.0, 5.0),))
    seen = Observations(days, np.sin(days), covariates={"sleep": days**2, "still": np.ones(24)})
    found = columns(schedule, seen, Prior(s0=2.0, centre=5.0), "linear", 1)
    assert found.names == ("level", "trend", "sleep", "still", "withdrawal", "effect")
    assert found.common[:, 2].mean() == pytest.approx(0.0, abs=1e-12)
    assert found.common[:, 2].std() == pytest.approx(1.0)
    assert not found.common[:, 3].any()
    assert found.common[:, 4].sum() == 2
    assert found.sd == pytest.approx(2.0 * np.array([3.0, 0.5, 1.0, 1.0, 1.0, 1.0]))
    assert found.mean.tolist() == [5.0, 0, 0, 0, 0, 0]


WITHIN = "the ratings within each level"
BEFORE = "the 12 ratings before the first exposure"
PLANNING = [
    (12.0, 2.0, BEFORE, lambda y: y[:12].std(ddof=1)),
    (12.0, 0.2, f"{WITHIN}, which vary more than {BEFORE}", lambda y: np.sqrt((y[:12].var() + y[12:].var()) * 12 / 22)),
    (12.0, 0.0, f"{WITHIN}, which vary more than {BEFORE}", lambda y: np.sqrt(y[12:].var() * 12 / 22)),
    (5.0, 2.0, WITHIN, lambda y: np.sqrt((y[:5].var() * 5 + y[5:].var() * 19) / 22)),
]


@pytest.mark.parametrize(("start", "spread", "source", "sd"), PLANNING)
def test_planning_sd_is_the_larger_of_baseline_and_within_levels(
    start: float, spread: float, source: str, sd: Callable[[Floats], float]
) -> None:
    """The planning SD is never that of all ratings, and a quiet baseline does not make the priors too narrow."""
    days = np.arange(1.0, 25.0)
    values = np.random.default_rng(2).standard_normal(24) * np.where(days > start, 1.0, spread) - 8.0 * (days > start)
    schedule = Schedule("observational", Exposure((0.0, start), (0.0, 1.0)))
    found = columns(schedule, Observations(days, values), Prior(), "linear", 1)
    assert found.s0_from == source
    assert found.s0 == pytest.approx(sd(values))
    assert found.mean[0] == pytest.approx(values[days <= start].mean())
    assert columns(schedule, Observations(days, values), Prior(centre="mean"), "linear", 1).mean[0] == pytest.approx(
        values.mean()
    )


def test_a_planning_sd_that_was_given_stays() -> None:
    """Neither a quiet nor a noisy diary moves a planning SD that was given."""
    found = columns(ON_LATE, Observations(np.arange(11.0, 15.0), (1.0, 9.0, 1.0, 9.0)), Prior(s0=1.5), "linear", 1)
    assert (found.s0, found.s0_from) == (1.5, "given")


def test_half_life_nodes_are_the_log_normal() -> None:
    """The nodes carry the prior's mean and SD of the log half-life; a fixed half-life is one node."""
    nodes, log_weight = half_life_nodes(HalfLife(3.0, 0.6), 25)
    weight = np.exp(log_weight)
    logs = np.log(nodes)
    assert weight.sum() == pytest.approx(1.0)
    assert weight @ logs == pytest.approx(np.log(3.0))
    assert np.sqrt(weight @ (logs - np.log(3.0)) ** 2) == pytest.approx(0.6, rel=2e-3)
    assert [part.tolist() for part in half_life_nodes(HalfLife(3.0), 25)] == [[3.0], [0.0]]
