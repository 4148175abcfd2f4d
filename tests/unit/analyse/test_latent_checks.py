"""Predictive checks of latent ratings find what the model cannot write, and leave alone what it can."""

from __future__ import annotations

import numpy as np
import pytest
from latent_diaries import LIKELIHOODS, diary, rated, schedule_of

from equipoise.analyse.columns import columns
from equipoise.analyse.latent_checks import COMMONEST, REPEATS, latent_checks
from equipoise.analyse.latent_nodes import latent_nodes
from equipoise.model.observations import Observations
from equipoise.model.posterior import Check
from equipoise.model.prior import Prior
from equipoise.model.schedule import Schedule


def checked(likelihood: str, schedule: Schedule, seen: Observations) -> dict[str, Check]:
    found = columns(schedule, seen, Prior(), "linear", 9)
    nodes = latent_nodes(found, seen.times_days, seen.values, Prior(), likelihood, seen.bounds)
    return {check.name: check for check in latent_checks(nodes, seen.times_days, 1)}


def named(found: dict[str, Check], words: str) -> Check:
    return next(check for name, check in found.items() if words in name)


@pytest.mark.parametrize(
    ("likelihood", "present", "absent"),
    [
        ("ordinal", [REPEATS, "largest residual"], [COMMONEST, "share of ratings at the least score"]),
        ("binary", [REPEATS, "residual correlation"], ["largest residual", "spread of the residual"]),
        ("poisson", [COMMONEST, "share of ratings at the least score"], ["greatest score"]),
        ("ordinal_sum", [COMMONEST, "share of ratings at the greatest score"], []),
    ],
)
def test_each_likelihood_has_the_checks_that_mean_something(
    likelihood: str, present: list[str], absent: list[str]
) -> None:
    """Nothing is checked that thresholds fit or that two answers cannot have."""
    found = checked(likelihood, *diary(likelihood, 56, -1.0, 1))
    assert all(any(words in name for name in found) for words in present)
    assert not any(words in name for name in found for words in absent)
    assert all(np.isfinite([check.seen, *check.expected, check.p_value]).all() for check in found.values())
    assert all(0.0 <= check.p_value <= 1.0 for check in found.values())


def test_shares_are_those_of_the_diary() -> None:
    """The shares at the floor, of the commonest score and of repeats are counted as a person would."""
    schedule, _ = schedule_of(14, 1)
    values = np.array([0.0, 0.0, 3.0, 3.0, 3.0, 1.0, 0.0, 2.0, 2.0, 5.0, 3.0, 4.0, 27.0, 3.0])
    found = checked("ordinal_sum", schedule, Observations(np.arange(1.0, 15.0), values, bounds=(0.0, 27.0)))
    assert named(found, "least score").seen == pytest.approx(3 / 14)
    assert named(found, "greatest score").seen == pytest.approx(1 / 14)
    assert found[COMMONEST].seen == pytest.approx(5 / 14)
    assert found[REPEATS].seen == pytest.approx(4 / 13)


def test_a_favourite_score_is_found() -> None:
    """A sum score of which half are one number was not summed up."""
    schedule, seen = diary("ordinal_sum", 84, 0.0, 2)
    values = np.where(np.arange(84) % 2 == 0, 10.0, seen.values + 6.0)
    found = checked("ordinal_sum", schedule, Observations(seen.times_days, values, bounds=(0.0, 27.0)))
    assert found[COMMONEST].p_value < 0.05


def test_a_copied_diary_is_found() -> None:
    """Counts that come in pairs of equal ones are no counts of single days."""
    schedule, _ = schedule_of(84, 3)
    values = np.repeat(np.random.default_rng(3).poisson(6.0, 42), 2).astype(np.float64)
    assert checked("poisson", schedule, Observations(np.arange(1.0, 85.0), values))[REPEATS].p_value < 0.05


@pytest.mark.parametrize("likelihood", ["ordinal", "ordinal_sum", "poisson"])
def test_an_effect_that_came_late_is_found(likelihood: str) -> None:
    """A second half that differs from the first is told by the check of the halves."""
    schedule, on = schedule_of(112, 4)
    rng = np.random.default_rng(5)
    late = np.arange(112) >= 56
    state = on * np.where(late, -2.5, 1.5) + 0.3 * rng.standard_normal(112)
    values, bounds = rated(likelihood, state, rng)
    found = checked(likelihood, schedule, Observations(np.arange(1.0, 113.0), values, bounds=bounds))
    assert named(found, "second half minus the first").p_value < 0.05


@pytest.mark.parametrize("likelihood", ["ordinal_sum", "poisson"])
def test_a_residual_that_calms_down_is_found(likelihood: str) -> None:
    """Wild ratings first and quiet ones later are told by the spread of the halves."""
    schedule, _ = schedule_of(84, 6)
    rng = np.random.default_rng(7)
    values = np.round(np.clip(10.0 + np.where(np.arange(84) < 42, 6.0, 1.0) * rng.standard_normal(84), 0.0, 27.0))
    found = checked(likelihood, schedule, Observations(np.arange(1.0, 85.0), values, bounds=(0.0, 27.0)))
    assert named(found, "spread of the residual").p_value < 0.05


def test_a_half_without_any_change_is_a_number() -> None:
    """A half in which every rating is the same gives a finite check."""
    schedule, _ = schedule_of(28, 8)
    values = np.where(np.arange(28) < 14, 1.0, np.arange(28) % 3).astype(np.float64)
    found = checked("ordinal", schedule, Observations(np.arange(1.0, 29.0), values))
    assert all(np.isfinite([check.seen, *check.expected]).all() for check in found.values())


def test_a_short_diary_is_not_checked() -> None:
    """Fewer than twelve ratings give no check, rather than one that cannot fail."""
    schedule, _ = schedule_of(10, 9, block=1)
    assert checked("binary", schedule, Observations(np.arange(1.0, 11.0), np.tile([0.0, 1.0], 5))) == {}


@pytest.mark.slow
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_diary_of_the_models_own_kind_passes(likelihood: str) -> None:
    """Over sixty diaries written by the model, each check fails at 5 % about as seldom as it says."""
    found = [checked(likelihood, *diary(likelihood, 84, -1.0, 100 + seed)) for seed in range(60)]
    for name in found[0]:
        failed = sum(item[name].p_value < 0.05 for item in found)
        assert failed <= 9, name  # a binomial(60, 0.05) exceeds 9 once in 1,350
