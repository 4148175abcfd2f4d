"""What a diary must hold: every lack is named together, with rows or counts and a mend."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from diaries import blocks, diary

from equipoise.analyse import analyse
from equipoise.analyse.demands import MOST
from equipoise.errors import InputError
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import WEAK, Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

NAN = float("nan")
TRIAL = blocks((0, 1, 1, 0), days=10.0)
DAYS = np.arange(1.0, 41.0)
NEVER = Schedule("observational", Exposure((0.0,), (0.0,)))
Make = Callable[[], Observations]


def few() -> Observations:
    """Twenty ratings off, three on."""
    values = diary(TRIAL, DAYS).values.copy()
    values[13:30] = np.nan
    return Observations(DAYS, values)


def as_rated() -> Observations:
    """The same rating in every row."""
    return Observations(DAYS, np.full(40, 7.0))


def apart() -> Observations:
    """One rating whenever on, another whenever off."""
    return Observations(DAYS, np.where((DAYS > 10) & (DAYS <= 30), 3.0, 8.0))


def million() -> Observations:
    """A million rows of a tracker."""
    return Observations(np.arange(1.0, 1_000_001.0), np.arange(1_000_000) % 7.0)


LACKS: list[tuple[Schedule, Make, str]] = [
    (TRIAL, few, "3 ratings with the adjunct; expected at least 8. Too few ratings to answer; whether"),
    (NEVER, lambda: diary(TRIAL, DAYS), "one level only (0); expected at least two levels"),
    (
        NEVER,
        lambda: Observations(DAYS, np.full(40, NAN)),
        "no rating at all; expected ratings. Check the outcome column.",
    ),
    (
        TRIAL,
        lambda: Observations(DAYS, 1e-300 * DAYS),
        "differ by 1e-100 to 1e+100: squares of others cannot be computed",
    ),
    (TRIAL, as_rated, "the same rating, 7, in every row; expected ratings that vary. Check the outcome column"),
    (
        TRIAL,
        apart,
        "without any rest; expected ratings that also vary within a level. Check the outcome column",
    ),
    (NEVER, million, f"1000000 ratings; expected one person's diary, at most {MOST}. Choose one person, or"),
]


@pytest.mark.parametrize(("schedule", "make", "told"), LACKS)
def test_a_diary_that_cannot_answer_is_refused(schedule: Schedule, make: Make, told: str) -> None:
    """Too few, one level only, no variation, far too many: what was found, what is needed, what to do."""
    with pytest.raises(InputError) as refused:
        analyse(schedule, make())
    assert told in str(refused.value)


def test_lacks_are_told_together() -> None:
    """A diary with two lacks is told both at once."""
    with pytest.raises(InputError) as refused:
        analyse(NEVER, as_rated())
    assert [fault.path for fault in refused.value.faults] == ["exposure", "values"]


def test_given_planning_sd_does_not_make_an_exact_fit_certain() -> None:
    """Ratings that the levels explain exactly are refused with a planning SD too: a spread of zero is no certainty."""
    with pytest.raises(InputError, match="--likelihood ordinal or binary"):
        analyse(TRIAL, apart(), prior=Prior(s0=2.0))


def test_a_refusal_never_asks_for_more_of_it() -> None:
    """Too few ratings lead to a clinician's decision, not to more days with the adjunct or a lower bar."""
    with pytest.raises(InputError) as refused:
        analyse(TRIAL, few())
    mend = refused.value.faults[0].mend
    assert mend == "Too few ratings to answer; whether to go on is a clinician's decision."


def test_ratings_of_a_taper_are_counted_in_all() -> None:
    """Every level of a taper has few ratings; together they need twice the number that one level needs."""
    short = Schedule("supervised_taper", Exposure((0.0, 4.0, 8.0), (1.0, 0.5, 0.0), 1.0))
    with pytest.raises(InputError, match="12 ratings in all; expected at least 16"):
        analyse(short, Observations(DAYS[:12], DAYS[:12] % 5))


SCORES = np.round(diary(TRIAL, DAYS).values)
SIZES = [
    (SCORES, (0.0, 27.0), 1e9, "mcid: found 1000000000; expected less than 27, the range of the score. Check its unit"),
    (SCORES, (0.0, 27.0), 27.0, "less than 27, the range of the score"),
    (SCORES, None, 1000.0, "10 times what the ratings span"),
    (DAYS % 2, None, 150.0, "less than 100, all of the percentage points"),
]


@pytest.mark.parametrize(("values", "bounds", "mcid", "told"), SIZES)
def test_an_mcid_that_no_rating_can_show_is_refused(
    values: Floats, bounds: tuple[float, float] | None, mcid: float, told: str
) -> None:
    """A size beyond the score, far beyond the ratings, or beyond all percentage points is in another unit."""
    with pytest.raises(InputError) as refused:
        analyse(TRIAL, Observations(DAYS, values, bounds=bounds), plan=Plan(mcid=mcid))
    assert told in str(refused.value)


NOTED = [
    (SCORES, 0.3, "is less than the step from one rating to the next (1)"),
    (SCORES, 14.0, "is more than all ratings lie apart"),
    (SCORES, 2.0, None),
    (DAYS % 2, 0.1, "is in percentage points: less than one in a hundred"),
    (DAYS % 2, 10.0, None),
]


@pytest.mark.parametrize(("values", "mcid", "told"), NOTED)
def test_a_doubtful_mcid_is_a_note(values: Floats, mcid: float, told: str | None) -> None:
    """A size below the step of the ratings, above all of them, or a chance taken for a percentage is noted."""
    notes = [note for note in analyse(TRIAL, Observations(DAYS, values), plan=Plan(mcid=mcid)).notes if "MCID" in note]
    assert len(notes) == (told is not None)
    assert told is None or told in notes[0]


def test_fewest_may_be_lowered() -> None:
    """The least number of ratings at a level is part of the plan."""
    assert analyse(TRIAL, few(), plan=Plan(fewest=3)).observations.n == 23


def test_negative_correlation_needs_whole_days() -> None:
    """A prior that reaches below zero is refused for times between whole days: such a power has no value."""
    with pytest.raises(InputError, match="a negative number has no broken power"):
        analyse(TRIAL, Observations(DAYS + DAYS % 3 / 10, diary(TRIAL, DAYS).values), prior=WEAK)


FAULTY = [
    (((1.0, 2.0, 2.0), (1.0, 2.0, 3.0)), {}, "the time of the row before again in row 3"),
    (((1.0, 3.0, 2.0, 1.0), (1.0, 2.0, 3.0, 4.0)), {}, "an earlier time in rows 3, 4; expected ascending times. Sort"),
    (((1.0, NAN, 3.0), (1.0, 2.0, 3.0)), {}, "no time in row 2"),
    (((1.0, 2.0), (1.0, 2.0, 3.0)), {}, "2 times and 3 ratings"),
    (((1.0, 2.0), (1.0, float("inf"))), {}, "an infinite rating in row 2"),
    (((1.0, 2.0), (1.0, 28.0)), {"bounds": (0.0, 27.0)}, "ratings outside 0 to 27 in row 2"),
    (((1.0, 2.0), (1.0, 2.5)), {"scale": "ordinal_item"}, "fractions in row 2"),
    (((1.0, 2.0), (1.0, 2.0)), {"recall_days": -1.0}, "recall_days: found -1"),
    (((1.0, 2.0), (1.0, 2.0)), {"covariates": {"sleep": (1.0, NAN)}}, "sleep: found no value in row 2"),
    (((1.0, 2.0), (1.0, 2.0)), {"covariates": {"sleep": (1.0,)}}, "sleep: found 1 values"),
]


@pytest.mark.parametrize(("given", "more", "told"), FAULTY)
def test_rows_that_cannot_be_are_named(
    given: tuple[tuple[float, ...], ...], more: dict[str, object], told: str
) -> None:
    """Times, ratings and covariates are checked when the diary is made; messages count rows from 1."""
    with pytest.raises(InputError) as refused:
        Observations(*given, **more)
    assert told in str(refused.value)


def test_covariate_may_be_missing_where_the_rating_is() -> None:
    """A gap in a covariate is harmless in a row that has no rating."""
    assert Observations((1.0, 2.0), (1.0, NAN), covariates={"sleep": (1.0, NAN)}).missing == 1


BAD_EXPOSURES = [
    (((0.0, 0.0), (0.0, 1.0)), "start 1 at day 0, not after the one before it"),
    (((0.0,), (0.0, 1.0)), "1 starts and 2 levels"),
    (((), ()), "0 starts and 0 levels"),
    (((0.0,), (NAN,)), "a level that is no finite number"),
]


@pytest.mark.parametrize(("given", "told"), BAD_EXPOSURES)
def test_impossible_exposures_are_refused(given: tuple[tuple[float, ...], ...], told: str) -> None:
    """What was taken is a course of finite levels with ascending starts."""
    with pytest.raises(InputError, match=told):
        Exposure(*given)


def test_impossible_schedules_are_refused() -> None:
    """A design that nobody drew carries no draw; a withdrawal span ends after it starts. Both are told together."""
    with pytest.raises(InputError) as refused:
        Schedule("supervised_taper", TRIAL.exposure, TRIAL.randomisation, withdrawal_days=((5.0, 5.0),))
    assert len(refused.value.faults) == 2
