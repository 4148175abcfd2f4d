"""Sampling is an extra; without it the message says how to get it."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analyse import nuts
from equipoise.analyse.columns import columns
from equipoise.errors import ExitCode, InputError, MissingExtraError
from equipoise.model.observations import Observations
from equipoise.model.prior import Prior
from equipoise.model.schedule import Exposure, Schedule

SCHEDULE = Schedule("randomised_blocks", Exposure(np.arange(12.0), np.repeat([0.0, 1.0, 0.0, 1.0], 3)))
SEEN = Observations(np.arange(1.0, 13.0), np.tile([0.0, 1.0, 1.0], 4))
COLUMNS = columns(SCHEDULE, SEEN, Prior(), "linear", 1)


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where NumPyro is not installed, the error says which extra to install."""
    monkeypatch.setattr(nuts, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"equipoise\[mcmc\]") as caught:
        nuts.sample(COLUMNS, SEEN.times_days, SEEN.values, Prior(), "gaussian")
    assert caught.value.exit_code is ExitCode.MISSING_EXTRA


def test_faulty_ratings_are_named_before_anything_is_sampled() -> None:
    """The ratings are checked as they are without sampling."""
    with pytest.raises(InputError, match="values"):
        nuts.sample(COLUMNS, SEEN.times_days, SEEN.values - 1.0, Prior(), "binary")
