"""Which likelihood a diary gets by rule."""

from __future__ import annotations

import pytest

from equipoise.analyse.outcomes import choose_likelihood
from equipoise.model.observations import Observations
from equipoise.model.plan import Likelihood, Plan

ZEROS_AND_ONES = (0.0, 1.0, 1.0, float("nan"), 0.0)
RULES: list[tuple[tuple[float, ...], tuple[float, float] | None, Likelihood, str]] = [
    (ZEROS_AND_ONES, None, "auto", "binary"),
    (ZEROS_AND_ONES, (0.0, 1.0), "auto", "binary"),
    (ZEROS_AND_ONES, (0.0, 27.0), "auto", "ordinal_sum"),
    (ZEROS_AND_ONES, None, "gaussian", "gaussian"),
    ((0.0, 1.0, 2.0, 1.0, 0.0), None, "auto", "gaussian"),
    ((0.0, 1.0, 0.5, 1.0, 0.0), None, "auto", "gaussian"),
]


@pytest.mark.parametrize(("values", "bounds", "asked", "wanted"), RULES)
def test_zeros_and_ones_answer_yes_or_no(
    values: tuple[float, ...], bounds: tuple[float, float] | None, asked: Likelihood, wanted: str
) -> None:
    """A diary of 0 and 1 alone is binary, unless bounds say more scores exist or another likelihood was asked for."""
    days = tuple(float(day) for day in range(len(values)))
    found, why = choose_likelihood(Observations(days, values, bounds=bounds), Plan(likelihood=asked))
    assert found == wanted
    assert why
