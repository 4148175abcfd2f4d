"""The rows under an answer: one other assumption each, the same ones whatever a rating is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from diaries import blocks, diary

from equipoise.analyse import analyse
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure

TRIAL, DAYS = blocks((0, 1, 1, 0, 1, 0)), np.arange(1.0, 43.0)
PAST = "taken before the first row"


def _names(answer: Posterior) -> list[str]:
    return [row.name for row in answer.what_if]


@pytest.mark.parametrize(("likelihood", "unit"), [("binary", 1.0), ("poisson", np.log(2.0))])
def test_latent_answers_have_the_rows_of_the_others(likelihood: str, unit: float) -> None:
    """Correlation, trends and carry-over are varied too; the planning SD is the unit of the scale, not a rating's."""
    values = diary(TRIAL, DAYS, effect=-3.0).values
    counts = np.maximum(values.round(), 0.0)
    seen = Observations(DAYS, np.where(values > 9.0, 1.0, 0.0) if likelihood == "binary" else counts)
    latent = analyse(TRIAL, seen, plan=Plan(likelihood="binary" if likelihood == "binary" else "poisson"))
    assert _names(latent) == _names(analyse(TRIAL, diary(TRIAL, DAYS)))
    assert latent.s0 == pytest.approx(unit)
    assert "rating" not in latent.s0_from
    assert len({round(row.mean, 6) for row in latent.what_if}) == len(latent.what_if)


def test_the_past_is_varied_where_it_acts() -> None:
    """With carry-over or a recall window it matters what was taken before the first row; else there is no such row."""
    seen = diary(TRIAL, DAYS)
    lasting = Prior(half_life=HalfLife(3.0))
    assert PAST not in _names(analyse(TRIAL, seen))
    assert PAST in _names(analyse(TRIAL, Observations(DAYS, seen.values, recall_days=5.0)))
    answer = analyse(TRIAL, seen, prior=lasting)
    before = Exposure(TRIAL.exposure.starts_days, TRIAL.exposure.levels, 1.0)
    other = analyse(replace(TRIAL, exposure=before), seen, prior=replace(lasting, s0=answer.s0))
    found = {row.name: row for row in answer.what_if}
    assert found[PAST].mean == pytest.approx(other.effect.mean, rel=1e-9)
    assert f"not {PAST}" in _names(other)
