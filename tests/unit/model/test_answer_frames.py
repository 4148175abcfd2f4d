"""The answer for other tools: the same figures in frames, and draws that follow the exact posterior."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.errors import ExitCode, InputError, MissingExtraError
from equipoise.model import answer_frames
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.schedule import Exposure, Schedule


@pytest.fixture(scope="module")
def answer() -> Posterior:
    """Forty days in pairs of periods, one rating missing, a covariate beside them."""
    levels = np.repeat([0.0, 1.0, 1.0, 0.0], 10)
    values = 10.0 - 2.0 * levels + np.random.default_rng(2).normal(0.0, 1.5, 40)
    values[7] = np.nan
    days = np.arange(1.0, 41.0)
    diary = Observations(days, values, covariates={"sleep": np.cos(days)})
    return analyse(Schedule("randomised_blocks", Exposure(np.arange(40.0), levels)), diary, plan=Plan(mcid=1.0))


@pytest.mark.parametrize(
    ("make", "extra"),
    [(Posterior.to_frame, "frames"), (lambda answer: answer.to_inference_data(1), "mcmc")],
    ids=["frame", "inference_data"],
)
def test_missing_extra_is_named_with_its_mend(
    answer: Posterior, monkeypatch: pytest.MonkeyPatch, make: Any, extra: str
) -> None:
    """Without the package the error says which extra to install and how."""

    def nothing(name: str) -> None:
        del name

    monkeypatch.setattr(answer_frames, "find_spec", nothing)
    with pytest.raises(MissingExtraError) as caught:
        make(answer)
    assert f'python -m pip install -e ".[{extra}]"' in str(caught.value)
    assert caught.value.exit_code is ExitCode.MISSING_EXTRA


def test_frame_of_estimates_holds_every_estimate(answer: Posterior) -> None:
    """One row for the effect as planned, one for each other assumption, one for each other quantity."""
    pytest.importorskip("pandas", reason="NO FRAMES: pandas is absent; install the extra `frames`")
    found = answer.to_frame()
    effects = found[found["quantity"] == "effect"]
    assert list(effects["assumption"]) == ["as planned", *(row.name for row in answer.what_if)]
    first = effects.iloc[0]
    assert (first["mean"], first["sd"], first["low"], first["high"]) == (
        answer.effect.mean,
        answer.effect.sd,
        *answer.effect.interval,
    )
    assert {"phi", "sigma", "half_life_days", "level", "trend", "sleep"} <= set(found["quantity"])


def test_frame_of_the_diary_keeps_every_row(answer: Posterior) -> None:
    """Each row of the diary is there with course, exposure and covariates; the missing rating is NaN."""
    pytest.importorskip("pandas", reason="NO FRAMES: pandas is absent; install the extra `frames`")
    found = answer.to_frame("diary")
    assert len(found) == 40
    assert found["rating"].isna().sum() == 1
    assert found["acting_exposure"].sum() == pytest.approx(20.0, abs=1e-9)
    assert found["sleep"].iloc[2] == np.cos(3.0)
    assert bool((found["fitted_low"] < found["fitted_high"]).all())


def test_frame_of_another_kind_is_refused(answer: Posterior) -> None:
    """A word that names no frame is refused with the words that do, never read as one of them."""
    pytest.importorskip("pandas", reason="NO FRAMES: pandas is absent; install the extra `frames`")
    wrong: Any = "diaries"
    with pytest.raises(InputError, match="found 'diaries'; expected estimates or diary"):
        answer.to_frame(wrong)


def test_draws_follow_the_exact_posterior(answer: Posterior) -> None:
    """Mean, SD and the share below zero of many draws agree with the mixture, within five standard errors."""
    count = 100_000
    found = answer.mixture.draw(np.random.default_rng(20), count)
    error = answer.effect.sd / np.sqrt(count)
    assert found.mean() == pytest.approx(answer.effect.mean, abs=5 * error)
    assert found.std() == pytest.approx(answer.effect.sd, rel=5 / np.sqrt(2 * count) * 1.5)
    share = answer.effect.p_below_zero
    assert (found < 0).mean() == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / count))


def test_inference_data_holds_draws_ratings_and_days(answer: Posterior) -> None:
    """Four chains of the effect, the ratings as they were given, and days with exposure; a seed repeats them."""
    pytest.importorskip("arviz_base", reason="NO ARVIZ: arviz-base is absent; install the extra `mcmc`")
    found, again = answer.to_inference_data(3, draws=50), answer.to_inference_data(3, draws=50)
    other = answer.to_inference_data(4, draws=50)
    effect = found["posterior"]["effect"].to_numpy()
    assert effect.shape == (4, 50)
    assert np.array_equal(effect, again["posterior"]["effect"].to_numpy())
    assert not np.array_equal(effect, other["posterior"]["effect"].to_numpy())
    assert np.array_equal(found["observed_data"]["rating"].to_numpy(), answer.observations.values, equal_nan=True)
    assert np.array_equal(found["constant_data"]["day"].to_numpy(), answer.observations.times_days)
