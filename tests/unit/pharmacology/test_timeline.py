"""Courses mean what NONMEM's records mean: against sums over single doses, each followed on its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

from equipoise.errors import InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.course import Course, Op
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.entering import entering
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.timeline import courses

KA, K = 1.5, 0.055
A = np.array([[-KA, 0.0], [KA, -K]])
SYSTEM = System.of(
    {
        "name": "oral",
        "states": {"G": "mg", "A": "mg"},
        "parameters": {
            "KA": {"value": KA, "unit": "1/h"},
            "K": {"value": K, "unit": "1/h"},
            "TL": {"value": 0, "unit": "h"},
            "F": {"value": 1, "unit": "1"},
            "D": {"value": 2, "unit": "h"},
        },
        "covariates": {"W": {"unit": "1", "default": 1, "interpolation": "linear"}},
        "rates": {"G": "-KA*G", "A": "KA*G - W*K*A"},
        "entries": {"G": {"lag": "TL", "bioavailability": "F", "duration": "D"}, "A": {"lag": "TL"}},
        "outputs": {"CP": {"expression": "A", "unit": "mg"}},
    }
)
PARAMETERS: dict[str, Any] = {"KA": KA, "K": K, "TL": 0.0, "F": 1.0, "D": 2.0, "W": 1.0}
GRID = np.arange(0.0, 60.5, 1.5)


def built(grid: Floats | None, columns: dict[str, Any], subjects: int = 1, **changes: Any) -> tuple[Course, ...]:
    """The courses of a table of one subject."""
    options = {name: changes.pop(name) for name in ("at_dose", "late_lag") if name in changes}
    regimen = Events.of(columns, SYSTEM).regimen(0)
    enters = entering(regimen, SYSTEM, PARAMETERS | changes)
    return courses(regimen, SYSTEM, enters, subjects, grid, **options)


def bolus(state: int, amount: float, at: Any) -> Floats:
    """What doses at these times leave on the grid, (times of doses, grid, states): the textbook's formula."""
    return _bolus(state, amount, GRID[None, :] - np.atleast_1d(at)[:, None])


def _bolus(state: int, amount: float, since: Floats) -> Floats:
    given = since > 0
    fast, slow = np.exp(-KA * np.where(given, since, 0)), np.exp(-K * np.where(given, since, 0))
    depot, central = (fast, KA / (KA - K) * (slow - fast)) if state == 0 else (0 * fast, slow)
    return amount * np.stack([depot * given, central * given], axis=-1)


def infusion(state: int, rate: float, at: Any, duration: float) -> Floats:
    """What infusions from these times on leave on the grid."""
    since = GRID[None, :] - np.atleast_1d(at)[:, None]
    return rate * (_filled(state, since) - _filled(state, since - duration))


def _filled(state: int, since: Floats) -> Floats:
    """The integral of the bolus from its time on."""
    time = np.maximum(since, 0)
    fast, slow = -np.expm1(-KA * time) / KA, -np.expm1(-K * time) / K
    pair = (fast, KA / (KA - K) * (slow - fast)) if state == 0 else (0 * fast, slow)
    return np.stack(pair, axis=-1)


def total(*parts: Floats) -> Floats:
    """The sum of single doses."""
    return sum((part.sum(axis=0) for part in parts), np.zeros((GRID.size, 2)))


LAGS = [0.0, 0.7, 3.0]


@pytest.mark.parametrize("lag", LAGS)
def test_additional_doses_are_doses(play: Any, lag: float) -> None:
    """ADDL repeats the dose, each a lag late and by its bioavailability."""
    [course] = built(GRID, {"TIME": [1.0], "AMT": [10], "ADDL": [4], "II": [8]}, TL=lag, F=0.4)
    expected = total(bolus(0, 4.0, 1 + lag + 8 * np.arange(5)))
    np.testing.assert_allclose(play(course, A), expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize(("rate", "share", "duration"), [(2.0, 1.0, 5.0), (2.0, 0.4, 2.0), (-2.0, 0.4, 3.5)])
def test_an_infusion_lasts_as_its_amount_and_rate_or_its_model_say(
    play: Any, lag: float, rate: float, share: float, duration: float
) -> None:
    """A rate is kept whatever arrives of the amount; a modelled duration sets the rate. Overlapping ones add up."""
    table = {"TIME": [0.5], "AMT": [10], "RATE": [rate], "ADDL": [5], "II": [3]}
    [course] = built(GRID, table, TL=lag, F=share, D=duration)
    flow = rate if rate > 0 else 10 * share / duration
    expected = total(infusion(0, flow, 0.5 + lag + 3 * np.arange(6), duration))
    np.testing.assert_allclose(play(course, A), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("lag", [0.0, 0.7, 6.0, 9.5, 20.0])
@pytest.mark.parametrize("rate", [0.0, 10.0, 1.0, 0.4, 10 / 24])
def test_a_steady_state_is_what_endless_doses_leave(play: Any, lag: float, rate: float) -> None:
    """SS 1 equals 300 implied doses, those on their way among them: boluses, short and overlapping infusions."""
    table = {"TIME": [6.0], "AMT": [10], "RATE": [rate], "ADDL": [2], "II": [6], "SS": [1]}
    [course] = built(GRID, table, TL=lag, late_lag="in_flight")
    times = 6 + lag + 6.0 * np.arange(-300, 3)
    expected = total(infusion(0, rate, times, 10 / rate) if rate else bolus(0, 10.0, times))
    late = GRID > 6
    np.testing.assert_allclose(play(course, A)[late], expected[late], rtol=1e-9, atol=1e-10)


def test_a_lag_beyond_the_interval_is_extrapolated_backwards_by_nonmems_rule(play: Any) -> None:
    """Amounts before the arrival are those that would decay to the steady state at the arrival."""
    table = {"TIME": [0.0], "AMT": [10], "II": [6], "SS": [1], "CMT": [2]}
    [course] = built(np.array([0.0, 9.0]), table, TL=8.0)
    peak = 10 / (1 - np.exp(-6 * K))  # just after a dose at steady state: at 2 h, a cycle before the arrival at 8 h
    np.testing.assert_allclose(play(course, A)[:, 1], [0.0, (peak * np.exp(-6 * K) + 10) * np.exp(-K)], rtol=1e-12)
    [after] = built(np.array([0.0]), table, TL=8.0, at_dose="after")
    np.testing.assert_allclose(play(after, A)[0, 1], peak * np.exp(2 * K), rtol=1e-12)


def test_a_second_steady_state_adds_and_a_first_one_clears(play: Any) -> None:
    """SS 2 on top of a dose adds to it; SS 1 clears amounts, infusions and doses that are still to come."""
    before = {"TIME": [0.0, 10.0], "AMT": [20, 10], "RATE": [1, 0], "II": [0, 6], "SS": [0, 2], "ADDL": [0, 1]}
    late = GRID > 10
    endless = bolus(0, 10.0, 10 + 6.0 * np.arange(-300, 2))
    [adds] = built(GRID, before)
    np.testing.assert_allclose(
        play(adds, A)[late], total(infusion(0, 1.0, 0.0, 20.0), endless)[late], rtol=1e-9, atol=1e-10
    )
    [clears] = built(GRID, {**before, "SS": [0, 1]})
    np.testing.assert_allclose(play(clears, A)[late], total(endless)[late], rtol=1e-9, atol=1e-10)


def test_an_endless_infusion_at_steady_state_stops_at_its_record(play: Any) -> None:
    """AMT 0 with SS and RATE: the plateau, which then decays."""
    [course] = built(np.array([4.0, 14.0]), {"TIME": [4.0], "AMT": [0], "RATE": [3], "SS": [1]}, at_dose="after")
    np.testing.assert_allclose(play(course, A)[0], [3 / KA, 3 / K], rtol=1e-12)
    np.testing.assert_allclose(play(course, A)[1], expm(A * 10) @ [3 / KA, 3 / K], rtol=1e-12)


@pytest.mark.parametrize("evid", [3, 4])
def test_a_reset_empties_the_system_and_stops_what_was_to_come(play: Any, evid: int) -> None:
    """EVID 3 and 4: amounts, infusions, lagged and additional doses of earlier records are gone; EVID 4 doses anew."""
    amount = 7.0 if evid == 4 else 0.0
    table = {"TIME": [0, 5], "EVID": [1, evid], "AMT": [30, amount], "RATE": [3, 0], "ADDL": [3, 0], "II": [4, 0]}
    [course] = built(GRID, table, TL=0.5)
    early = GRID <= 5
    before = total(infusion(0, 3.0, np.array([0.5, 4.5]), 10.0))
    after = total(bolus(0, amount, 5.5))
    np.testing.assert_allclose(play(course, A), np.where(early[:, None], before, after), rtol=1e-10, atol=1e-12)


def test_a_row_at_the_time_of_a_dose_is_before_it_unless_asked(play: Any) -> None:
    """The rule of a time grid, for a dose, an additional and a lagged one."""
    table = {"TIME": [0.0], "AMT": [10], "ADDL": [1], "II": [4], "CMT": [2]}
    grid = np.array([0.0, 4.0, 5.0])
    for lag in (0.0, 1.0):
        hits = np.isin(grid, [lag, lag + 4])
        [before] = built(grid, table, TL=lag)
        [after] = built(grid, table, TL=lag, at_dose="after")
        gap = play(after, A)[:, 1] - play(before, A)[:, 1]
        np.testing.assert_allclose(gap, np.where(hits, 10.0, 0.0), atol=1e-12)


def test_rows_of_records_follow_their_order_and_come_after_their_own_dose(play: Any) -> None:
    """At one time: what earlier records caused, then the records as they stand, each after its own dose."""
    table = {"TIME": [0, 4, 4, 4, 4], "AMT": [10, 0, 3, 0, 1], "ADDL": [1, 0, 0, 0, 0], "II": [4, 0, 0, 0, 0]}
    [course] = built(None, {**table, "EVID": [1, 0, 1, 2, 1], "CMT": [2] * 5})
    later = 10 + 10 * np.exp(-4 * K)
    np.testing.assert_allclose(play(course, A)[:, 1], [10, later, later + 3, later + 3, later + 4], rtol=1e-13)


def test_subjects_with_one_order_of_events_share_a_course(play: Any) -> None:
    """Lags that cross no row differ without a new course; every subject is in one course, with its own times."""
    rng = np.random.default_rng(5)
    lags = rng.uniform(0.1, 2.4, 200)
    found = built(GRID, {"TIME": [0.0], "AMT": [10], "ADDL": [2], "II": [12]}, 200, TL=lags)
    assert len(found) == 2
    assert sorted(np.concatenate([course.subjects for course in found]).tolist()) == list(range(200))
    for course in found:
        for place in (0, course.subjects.size - 1):
            lag = lags[course.subjects[place]]
            expected = total(bolus(0, 10.0, lag + 12 * np.arange(3)))
            np.testing.assert_allclose(play(course, A, place), expected, rtol=1e-10, atol=1e-13)


def test_records_that_do_nothing_cost_nothing() -> None:
    """Observations of the table have no part in a course along a time grid; a change of covariates has."""
    table = {"TIME": [0.0, *range(1, 50)], "AMT": [10.0, *([0] * 49)], "W": [1.0] * 50}
    [course] = built(GRID, table)
    assert course.operations[:, 0].tolist() == [Op.WRITE, Op.BOLUS, Op.RUN]
    [course] = built(GRID, {**table, "W": [1.0] * 20 + [2.0] * 30})
    assert course.operations[:, 0].tolist().count(Op.EPOCH) == 2


def test_portions_of_subjects_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few subjects at a time, to spare memory, go through the very same courses as all at once."""
    lags = np.random.default_rng(6).uniform(0.1, 4.0, 100)
    table = {"TIME": [0.0, 7.0], "AMT": [10, 4], "RATE": [2, 0], "ADDL": [2, 0], "II": [12, 0]}
    whole = built(GRID, table, 100, TL=lags)
    monkeypatch.setattr("equipoise.pharmacology.kinetics.timeline.MOST", 150)
    parts = built(GRID, table, 100, TL=lags)
    assert len(parts) > len(whole)
    numbers = {int(who): lengths(course, i) for course in whole for i, who in enumerate(course.subjects)}
    for course in parts:
        for i, who in enumerate(course.subjects):
            np.testing.assert_array_equal(lengths(course, i), numbers.pop(int(who)))
    assert not numbers


def lengths(course: Course, place: int) -> Floats:
    """How long each run of a course takes in one subject."""
    runs = course.operations[course.operations[:, 0] == Op.RUN]
    return course.durations[runs[:, 1], place] * runs[:, 2]


def test_equal_stretches_share_a_slot_although_times_are_rounded() -> None:
    """600 steps of 0.1 are one run; their mean adds up to the whole."""
    grid = np.arange(601) * 0.1
    [course] = built(grid, {"TIME": [0.0], "AMT": [10]})
    assert course.operations[:, 0].tolist() == [Op.WRITE, Op.BOLUS, Op.RUN]
    assert course.operations[-1, 2] == 600
    assert course.durations[0, 0] * 600 == pytest.approx(60.0, rel=1e-14)


def test_all_subjects_alike_have_one_course_with_one_column() -> None:
    """What does not differ is not repeated."""
    [course] = built(GRID, {"TIME": [0.0], "AMT": [10]}, 1000, TL=0.5, KA=np.linspace(1, 2, 1000))
    assert course.subjects.size == 1000
    assert course.durations.shape[1] == course.values.shape[1] == 1


@pytest.mark.parametrize(("interpolation", "between"), [("previous", [1, 2]), ("next", [2, 4]), ("linear", [1.5, 3])])
def test_covariates_between_records_follow_their_rule(play: Any, interpolation: str, between: list[float]) -> None:
    """A record has its own values; until the next one they are the previous, the next, or their mean."""
    content = SYSTEM.model_dump() | {"covariates": {"W": {"unit": "1", "interpolation": interpolation}}}
    system = System.of(content)
    table = {"TIME": [0, 3, 5, 9], "AMT": [10, 0, 0, 0], "CMT": [2] * 4, "W": [1, 2, 4, 4]}
    regimen = Events.of(table, system).regimen(0)
    [course] = courses(regimen, system, entering(regimen, system, PARAMETERS), 1, np.array([2.0, 4.0, 9.0]))
    found = play(course, lambda values: np.array([[-KA, 0.0], [KA, -K * values["W"]]]))
    first, second = between
    exponents = [2 * first, 3 * first + second, 3 * first + 2 * second + 4 * 4]
    np.testing.assert_allclose(found[:, 1], 10 * np.exp(-K * np.array(exponents)), rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"TL": -0.5}, "lag: found -0.5 for the dose in row 1, subject 1; expected a number, 0 or more"),
        ({"TL": np.array([0.5, np.nan, -1])}, "lag: found nan for the dose in row 1, subject 2 (2 subjects in all)"),
        ({"F": -1.0}, "bioavailability: found -1"),
        ({"D": 0.0}, "duration: found 0 for the dose in row 1"),
    ],
)
def test_impossible_entries_name_the_dose_and_the_subject(changes: dict[str, Any], said: str) -> None:
    """What the model makes of a dose is checked where it is computed."""
    with pytest.raises(InputError) as caught:
        built(GRID, {"TIME": [0.0], "AMT": [10], "RATE": [-2]}, 3, **changes)
    assert said in str(caught.value)
