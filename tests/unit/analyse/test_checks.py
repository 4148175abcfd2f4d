"""Predictive checks find what the model cannot write, and leave alone what it can."""

from __future__ import annotations

import numpy as np
import pytest
from diaries import wandering

from equipoise.analyse import analyse
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.prior import Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

N = 84
DAYS = np.arange(1.0, N + 1)
TAKEN = np.repeat([0.0, 1.0, 0.0, 1.0], 21)
SCHEDULE = Schedule("randomised_blocks", Exposure(DAYS - 1, TAKEN))


def _answer(values: Floats, bounds: tuple[float, float] | None = None) -> Posterior:
    seen = Observations(DAYS, values, bounds=bounds)
    return analyse(SCHEDULE, seen, prior=Prior(s0=3.0), plan=Plan(likelihood="gaussian"))


def _p_value(answer: Posterior, word: str) -> float:
    return next(check.p_value for check in answer.checks if word in check.name)


def _residual(seed: int, phi: float = 0.4) -> Floats:
    return wandering(np.random.default_rng(seed), DAYS, phi, 3.0)


def test_a_diary_of_the_models_own_kind_passes() -> None:
    """Over sixty diaries written by the model, each check fails at 5 % about as seldom as it says."""
    answers = [_answer(15.0 - 2.0 * TAKEN + _residual(seed)) for seed in range(60)]
    for index in range(len(answers[0].checks)):
        failed = sum(answer.checks[index].p_value < 0.05 for answer in answers)
        assert failed <= 9, answers[0].checks[index].name  # a binomial(60, 0.05) exceeds 9 once in 1,350


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("spread of the residual", np.where(DAYS > 42, 0.2, 1.8)),
        ("largest residual", np.where(DAYS == 50, 9.0, 0.6)),
    ],
)
def test_a_broken_residual_is_found(word: str, broken: Floats) -> None:
    """A residual that calms down, or one wild day, is told by its check."""
    assert _p_value(_answer(15.0 + broken * (np.abs(_residual(3)) + 1.0) * np.sign(_residual(4))), word) < 0.05


def test_an_effect_that_came_late_is_found() -> None:
    """A second half that differs from the first is told by the check of the halves."""
    late = -9.0 * TAKEN * (DAYS > 42)
    assert _p_value(_answer(15.0 + late + 0.3 * _residual(5)), "second half minus the first") < 0.05


def test_ratings_at_the_floor_are_counted() -> None:
    """A third of the ratings at the least score is more than a Gaussian model writes."""
    values = np.where(np.arange(N) % 3 == 0, 0.0, np.abs(6.0 + _residual(6)))
    answer = _answer(values, bounds=(0.0, 27.0))
    check = next(item for item in answer.checks if "least score" in item.name)
    assert check.seen == pytest.approx(1 / 3, abs=0.02)
    assert check.p_value < 0.05


def test_a_short_diary_is_not_checked() -> None:
    """Fewer than twelve ratings give no check, rather than one that cannot fail."""
    days = np.arange(1.0, 11.0)
    schedule = Schedule("randomised_blocks", Exposure(days - 1, np.repeat([0.0, 1.0], 5)))
    answer = analyse(schedule, Observations(days, _residual(7)[:10]), plan=Plan(fewest=5))
    assert answer.checks == ()
