"""How a plan lies on the days."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from pydantic import ValidationError

from equipoise.analyse.exposure import acting_exposure
from equipoise.design.layout import phases, rating_days, schedule
from equipoise.model.trial_design import Blinding, PlannedOutcome, TaperStep, TrialDesign

Plan = Callable[..., TrialDesign]

MOOD = PlannedOutcome(id="mood", label="low mood", primary=True)


def test_phases_follow_one_another_without_gaps(plan: Plan) -> None:
    """Every day of the trial is in exactly one phase, and washouts follow every period alike."""
    found = phases(plan())
    assert found[0].start_day == 0
    assert found[-1].end_day == plan().length_days == 7 + 4 * 17
    assert all(a.end_day == b.start_day for a, b in itertools.pairwise(found))
    assert [phase.days for phase in found] == [7] + [14, 3] * 4


def test_washout_days_are_off_and_belong_to_no_drawn_unit(plan: Plan) -> None:
    """The planned exposure is 1 in the periods that were drawn as on, 0 else; ratings of a washout have no unit."""
    made = schedule(plan(), (0, 1, 1, 0))
    at_end_of_day = np.arange(1.0, plan().length_days + 1.0)
    level = acting_exposure(made.exposure, at_end_of_day, np.array([0.0]))[0]
    on = [day for day in range(plan().length_days) if 24 <= day < 38 or 41 <= day < 55]
    assert np.flatnonzero(level).tolist() == on
    assert made.randomisation is not None
    units = made.randomisation.units_at(at_end_of_day)
    assert [int((units == unit).sum()) for unit in range(4)] == [14] * 4


def test_a_rating_with_a_window_is_taken_on_the_last_day_of_each_phase(plan: Plan) -> None:
    """A weekly rating is counted back from the end of each phase."""
    weekly = PlannedOutcome(id="phq9", label="PHQ-9", every_days=7, primary=True)
    days = rating_days(plan(outcomes=(weekly,)), weekly)
    assert days == (6, 13, 20, 23, 30, 37, 40, 47, 54, 57, 64, 71, 74)


def test_alternating_days_are_rated_as_one_phase(plan: Plan) -> None:
    """Daily ratings fall on every day; a rating every third day is counted back from the last day of the trial."""
    daily = plan(template="alternating_days", period_days=1, washout_days=0, blocks=6, rule="run_length", max_run=2)
    assert rating_days(daily, MOOD) == tuple(range(19))
    third = MOOD.model_copy(update={"every_days": 3})
    assert rating_days(daily, third) == (0, 3, 6, 9, 12, 15, 18)


def test_a_taper_begins_with_what_is_taken_by_habit(plan: Plan) -> None:
    """The run-in is at the full share, each step at its own; before the first day the person was used to it."""
    steps = (TaperStep(share=0.5, days=7), TaperStep(share=0.0, days=14))
    made = schedule(plan(template="supervised_taper", blocks=0, period_days=0, washout_days=0, steps=steps))
    assert made.exposure.starts_days.tolist() == [0.0, 7.0, 14.0]
    assert made.exposure.levels.tolist() == [1.0, 0.5, 0.0]
    assert made.exposure.before == 1.0
    assert made.randomisation is None


IMPOSSIBLE = [
    ({"blocks": 0}, "at least one block"),
    ({"template": "alternating_days"}, "units of one day"),
    ({"template": "supervised_taper", "blocks": 0}, "in a supervised taper and nowhere else"),
    ({"template": "observational"}, "no blocks"),
    ({"outcomes": (MOOD.model_copy(update={"primary": False}),)}, "exactly one primary outcome"),
    ({"outcomes": (MOOD, MOOD.model_copy(update={"primary": False}))}, "ids of their own"),
    ({"max_run": 1}, "a longest run of at least 2"),
]


@pytest.mark.parametrize(("changes", "words"), IMPOSSIBLE)
def test_a_plan_that_contradicts_itself_is_no_plan(plan: Plan, changes: dict[str, object], words: str) -> None:
    """Each contradiction is refused in words that say what a plan of this template has."""
    with pytest.raises(ValidationError, match=words):
        plan(**changes)


def test_blinding_says_by_which_means() -> None:
    """Blinding without a word on what makes on and off alike is refused."""
    with pytest.raises(ValidationError, match="what makes on and off alike"):
        Blinding(blinded=("patient",))
