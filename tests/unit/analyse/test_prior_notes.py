"""What the priors do to an answer is said: where they are too narrow for the diary, where they decide the estimate."""

from __future__ import annotations

import numpy as np
import pytest
from diaries import blocks, diary

from equipoise.analyse import analyse
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.prior import Prior

SHORT, SHORT_DAYS = blocks((0, 1, 1, 0)), np.arange(1.0, 29.0)
LONG, LONG_DAYS = blocks((0, 1, 1, 0) * 6), np.arange(1.0, 169.0)
COUNTS, NARROW = "The prior of the effect counts here", "the priors are narrow for this diary"


def _notes(answer: Posterior) -> str:
    return " ".join(answer.notes)


def test_a_prior_that_decides_the_estimate_is_a_note() -> None:
    """Four weeks and a large effect: narrower and wider priors move the estimate by more than half its SD."""
    answer = analyse(SHORT, diary(SHORT, SHORT_DAYS, effect=-6.0))
    rows = {row.name: row for row in answer.what_if}
    hardly = rows["hardly any prior of the effect (ten times as wide)"]
    assert abs(hardly.mean) > abs(answer.effect.mean) + 0.5 * answer.effect.sd
    assert COUNTS in _notes(answer)
    assert "half as wide" in _notes(answer)
    assert "ten times as wide" in _notes(answer)


def test_a_diary_that_outweighs_its_prior_needs_no_note() -> None:
    """Half a year and a small effect: no other width of the prior moves the estimate by half its SD."""
    answer = analyse(LONG, diary(LONG, LONG_DAYS, effect=-0.5))
    assert COUNTS not in _notes(answer)
    assert NARROW not in _notes(answer)


def test_with_hardly_any_prior_the_estimate_is_that_of_least_squares() -> None:
    """Ten times as wide a prior leaves the generalised least-squares estimate at the fitted correlation, to 3 %."""
    seen = diary(LONG, LONG_DAYS, effect=-6.0)
    answer = analyse(LONG, seen, prior=Prior(trend=100.0, intercept=100.0))
    found = next(row for row in answer.what_if if row.name.startswith("hardly any"))
    taken = np.repeat(LONG.exposure.levels, 7)
    x = np.column_stack([np.ones(168), LONG_DAYS - LONG_DAYS.mean(), taken])
    weight = np.linalg.inv(answer.phi.mean ** np.abs(LONG_DAYS[:, None] - LONG_DAYS))
    least_squares = np.linalg.solve(x.T @ weight @ x, x.T @ weight @ seen.values)[2]
    assert found.mean == pytest.approx(least_squares, rel=0.03)


@pytest.mark.parametrize(("s0", "told"), [(0.5, True), (2.0, False)])
def test_a_planning_sd_too_small_for_the_diary_is_a_note(s0: float, *, told: bool) -> None:
    """Residuals of 2 points against a planning SD of half a point: every prior is too narrow, and the note says so."""
    assert (NARROW in _notes(analyse(LONG, diary(LONG, LONG_DAYS), prior=Prior(s0=s0)))) == told


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_every_row_has_its_probability_of_a_difference_that_matters(better: str) -> None:
    """The probability of an improvement beyond the agreed size is told under each assumption, in its direction."""
    seen = diary(LONG, LONG_DAYS, effect=-3.0)
    told = Observations(seen.times_days, seen.values, better="lower" if better == "lower" else "higher")
    answer = analyse(LONG, told, plan=Plan(mcid=1.0))
    for row in answer.what_if:
        assert row.p_benefit is not None
        assert (row.p_benefit > 0.5) == (better == "lower")
    assert analyse(LONG, told).what_if[0].p_benefit is None
