"""A plan that the tests of a draw and a calendar share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from equipoise.model.trial_design import PlannedOutcome, TrialDesign

MOOD = PlannedOutcome(id="mood", label="low mood", primary=True)
Plan = Callable[..., TrialDesign]


@pytest.fixture
def plan() -> Plan:
    """Makes a plan: two blocks of periods of 14 days after a week, with three days of washout, but for what is said."""

    def made(**changes: object) -> TrialDesign:
        known: dict[str, object] = {
            "title": "t",
            "substance": "sample",
            "substance_name": "Sample",
            "template": "randomised_blocks",
            "blocks": 2,
            "period_days": 14,
            "washout_days": 3,
            "run_in_days": 7,
            "conventional_care": "as before",
            "outcomes": (MOOD,),
        }
        return TrialDesign.model_validate(known | changes)

    return made
