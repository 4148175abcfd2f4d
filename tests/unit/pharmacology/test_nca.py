"""Non-compartmental figures: against sums done by hand, against a known course, and where samples give nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.pharmacology.summaries.nca import noncompartmental, pieces

# The first subject of the theophylline data (Boeckmann, Sheiner and Beal 1994; R datasets::Theoph), h and mg/L.
HOURS = np.array([0.0, 0.25, 0.57, 1.12, 2.02, 3.82, 5.1, 7.03, 9.05, 12.12, 24.37])
THEOPHYLLINE = np.array([0.74, 2.84, 6.57, 10.5, 9.66, 8.58, 8.36, 7.47, 6.89, 5.94, 3.28])


def by_hand(times: np.ndarray, values: np.ndarray) -> float:
    """The area, piece by piece in words: a trapezium going up, the logarithmic rule going down."""
    total = 0.0
    for t0, t1, c0, c1 in zip(times, times[1:], values, values[1:], strict=False):
        total += (t1 - t0) * ((c0 - c1) / math.log(c0 / c1) if c1 < c0 else (c0 + c1) / 2.0)
    return total


def test_theophylline_of_one_subject() -> None:
    """Peak, area and half-life of a classical example: 10.5 at 1.12 h, 14.30 h over the last three samples."""
    found = noncompartmental(HOURS, THEOPHYLLINE[None])
    assert (found.cmax[0], found.tmax[0]) == (10.5, 1.12)
    slope = np.polyfit(HOURS[-3:], np.log(THEOPHYLLINE[-3:]), 1)[0]
    assert found.half_life[0] == pytest.approx(-math.log(2.0) / slope, rel=1e-12)
    assert found.half_life[0] == pytest.approx(14.3044, abs=5e-5)
    assert found.auc_last[0] == pytest.approx(by_hand(HOURS, THEOPHYLLINE), rel=1e-12)
    assert found.auc_inf[0] == pytest.approx(found.auc_last[0] + 3.28 / -slope, rel=1e-12)


def test_rising_pieces_are_straight_and_falling_ones_logarithmic() -> None:
    """2 of a triangle, 4/ln 2 down to the half, a rectangle, and a triangle again where it falls to nothing."""
    found = pieces(np.arange(5.0), np.array([[0.0, 4.0, 2.0, 2.0, 0.0]]))
    assert found[0] == pytest.approx([2.0, 2.0 / math.log(2.0), 2.0, 1.0])


@pytest.mark.parametrize("line", ["best_fit", "second_half"])
def test_a_single_exponential_has_its_own_half_life_and_area(line: str) -> None:
    """Whatever samples are chosen, ln 2 / k and C0 / k come out."""
    times = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0])
    found = noncompartmental(times, 8.0 * np.exp(-0.2 * times)[None], line=line)  # type: ignore[arg-type]
    assert found.half_life[0] == pytest.approx(math.log(2.0) / 0.2)
    assert found.auc_inf[0] == pytest.approx(40.0)


def test_the_two_rules_read_two_phases_differently() -> None:
    """The second half of the window holds the slow phase alone; the best line may begin before it."""
    times = np.array([0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 48.0, 72.0])
    course = (90.0 * np.exp(-1.0 * times) + 10.0 * np.exp(-0.02 * times))[None]
    late = noncompartmental(times, course, line="second_half")
    assert late.half_life[0] == pytest.approx(math.log(2.0) / 0.02, rel=0.01)


def test_what_is_below_the_limit_of_quantification_ends_the_course() -> None:
    """Later samples are not measured: the area ends before, and the slope is that of the samples that are left."""
    times = np.arange(9.0)
    course = (16.0 * 0.5**times)[None]
    whole, cut = noncompartmental(times, course), noncompartmental(times, course, floor=0.9)
    assert cut.half_life[0] == pytest.approx(whole.half_life[0])
    assert cut.auc_last[0] == pytest.approx(by_hand(times[:5], course[0, :5]))
    assert cut.auc_inf[0] == pytest.approx(whole.auc_inf[0])


def test_two_samples_after_the_peak_give_no_slope() -> None:
    """NaN, not a number made up: fewer than three samples after the peak, or samples that never fall."""
    times = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    rising = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    late = np.array([0.0, 1.0, 9.0, 4.0, 2.0])
    for line in ("best_fit", "second_half"):
        found = noncompartmental(times, np.stack([rising, late]), line=line)  # type: ignore[arg-type]
        assert np.isnan(found.half_life).all()
        assert np.isnan(found.auc_inf).all()
        assert np.isfinite(found.auc_last).all()
