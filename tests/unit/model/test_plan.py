"""The fixed choices of an analysis: impossible ones are refused together."""

from __future__ import annotations

import pytest

from equipoise.errors import InputError
from equipoise.model.plan import Plan


def test_impossible_choices_are_told_together() -> None:
    """A negative MCID or seed, a single rating a level, a level of certainty: each is named with what was expected."""
    with pytest.raises(InputError) as refused:
        Plan(mcid=-1.0, seed=-1, fewest=1, level=1.0)
    assert [fault.path for fault in refused.value.faults] == ["mcid", "seed", "fewest", "level"]
    assert "found -1; expected 0 or a positive whole number. For example 1." in str(refused.value)
