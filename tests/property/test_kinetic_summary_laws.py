"""Laws of linear kinetics and of their non-compartmental figures, for any parameters."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.pharmacology.handover import daily_shares, kernel, washout_days
from equipoise.pharmacology.summaries.blocks import Subjects
from equipoise.pharmacology.summaries.modes import Course, Dosing, Modes, modes
from equipoise.pharmacology.summaries.nca import noncompartmental

TIMES = np.array([0.0, 0.5, 1.0, 3.0, 10.0, 30.0, 90.0])
rate = st.floats(0.01, 3.0)


@st.composite
def oral(draw: st.DrawFn) -> Modes:
    """Two compartments with absorption, of one subject, whose rates are not nearly alike."""
    ka, k, k12, k21 = (draw(rate) for _ in range(4))
    matrix = np.array([[[-ka, 0.0, 0.0], [ka, -k - k12, k21], [0.0, k12, -k21]]])
    return modes(Subjects(("G", "A", "P"), matrix, np.array([[0.0, 0.5, 0.0]]), {"G": np.ones(1)}))


@settings(deadline=None, max_examples=60)
@given(oral(), st.integers(2, 6), st.floats(4.0, 30.0))
def test_doses_add_up(solved: Modes, doses: int, interval: float) -> None:
    """Several doses are the sum of single ones, each at its own time."""
    dosing = Dosing({"G": 100.0}, doses, interval)
    single = solved.course(Dosing({"G": 100.0}))
    summed = sum(single.at(TIMES + interval * k) for k in range(doses))
    np.testing.assert_allclose(solved.course(dosing).at(TIMES), summed, rtol=1e-4, atol=1e-7)


@settings(deadline=None, max_examples=60)
@given(oral(), st.floats(0.1, 50.0))
def test_concentrations_follow_the_amount_and_times_do_not(solved: Modes, factor: float) -> None:
    """Peak and area are proportional to the amount; time of the peak, half-life, mean time and washout are not."""
    one, more = (solved.course(Dosing({"G": amount})) for amount in (10.0, 10.0 * factor))
    np.testing.assert_allclose(more.then(more.peak_h), factor * one.then(one.peak_h), rtol=1e-6)
    np.testing.assert_allclose(more.area(0.0, np.inf), factor * one.area(0.0, np.inf), rtol=1e-9)
    np.testing.assert_allclose(more.peak_h, one.peak_h, rtol=1e-6)
    np.testing.assert_allclose((more.half_life, more.mean_time), (one.half_life, one.mean_time), rtol=1e-9)


@settings(deadline=None, max_examples=60)
@given(oral())
def test_a_dose_is_cleared_whole(solved: Modes) -> None:
    """Clearance times the area is the dose: mass balance, whatever the compartments do."""
    course = solved.course(Dosing({"G": 10.0}))
    inside = course.area(0.0, 5.0) + course.area(5.0, np.inf)
    np.testing.assert_allclose(inside, course.area(0.0, np.inf), rtol=1e-9)
    steady = solved.course(Dosing({"G": 10.0}, np.inf, 24.0))
    np.testing.assert_allclose(steady.area(0.0, 24.0), course.area(0.0, np.inf), rtol=1e-4)


@settings(deadline=None, max_examples=60)
@given(oral(), st.floats(0.02, 0.9))
def test_less_is_left_later(solved: Modes, share: float) -> None:
    """A smaller share takes at least as long, and daily shares are a distribution over days."""
    steady = solved.course(Dosing({"G": 10.0}, np.inf, 24.0))
    single = solved.course(Dosing({"G": 10.0}))
    assert (washout_days(steady, share / 2.0) >= washout_days(steady, share) - 1e-9).all()
    shares = daily_shares(single, 40)
    assert (shares > -1e-6).all()
    assert (shares.sum(axis=1) <= 1.0 + 1e-6).all()
    np.testing.assert_allclose(kernel(single, 0.01, 40).sum(), 1.0, rtol=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0.001, 100.0), min_size=4, max_size=12),
    st.floats(0.01, 100.0),
    st.floats(0.01, 100.0),
)
def test_units_of_time_and_concentration_only_scale_the_figures(
    samples: list[float], concentration: float, time: float
) -> None:
    """Areas scale with both, the half-life with time, the peak with concentration."""
    times, values = np.arange(float(len(samples))), np.array([samples])
    for line in ("best_fit", "second_half"):
        one = noncompartmental(times, values, line=line)
        other = noncompartmental(times * time, values * concentration, line=line)
        np.testing.assert_allclose(other.cmax, one.cmax * concentration, rtol=1e-9)
        np.testing.assert_allclose(other.auc_last, one.auc_last * concentration * time, rtol=1e-9)
        np.testing.assert_allclose(other.half_life, one.half_life * time, rtol=1e-6)


def test_a_course_of_one_mode_halves_in_its_half_life() -> None:
    """The definition."""
    one = Course(np.array([[3.0]]), np.array([[-0.1]]))
    np.testing.assert_allclose(one.then(one.half_life), 1.5)
