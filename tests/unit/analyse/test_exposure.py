"""The acting exposure: closed form, recall window, limits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from equipoise.analyse.exposure import acting_exposure
from equipoise.model.schedule import Exposure

COURSE = Exposure((0.0, 3.5, 4.0, 11.0, 20.0), (1.0, 0.25, 0.75, 0.0, 1.0), before=0.4)
TIMES = np.array([-2.0, 0.3, 1.0, 3.9, 4.1, 8.0, 11.5, 19.0, 24.0, 40.0])


def taken(day: float) -> float:
    piece = int(np.searchsorted(COURSE.starts_days, day, side="right")) - 1
    return float(COURSE.levels[piece]) if piece >= 0 else COURSE.before


@pytest.mark.parametrize("half_life", [0.4, 2.0, 9.0])
def test_closed_form_is_the_differential_equation(half_life: float) -> None:
    """The acting exposure solves de/dt = k (u - e) from the equilibrium before the first start."""
    edges = np.concatenate([[-3.0], COURSE.starts_days, [41.0]])
    state, wanted = COURSE.before, np.empty(TIMES.size)
    for start, end in pairwise(edges):
        inside = (start < TIMES) & (end >= TIMES)
        level = taken((start + end) / 2.0)
        solved = solve_ivp(
            lambda _, e, u=level: np.log(2.0) / half_life * (u - e),
            (start, end),
            [state],
            t_eval=np.append(TIMES[inside], end),
            rtol=1e-10,
            atol=1e-12,
        )
        wanted[inside], state = solved.y[0, :-1], solved.y[0, -1]
    found = acting_exposure(COURSE, TIMES, np.array([half_life]))[0]
    assert found == pytest.approx(wanted, abs=1e-8)


@pytest.mark.parametrize("half_life", [0.0, 0.4, 2.0])
@pytest.mark.parametrize("recall", [0.5, 7.0, 14.0])
def test_recall_window_is_the_mean_over_the_days_asked_about(half_life: float, recall: float) -> None:
    """With a recall window the rating sees the mean of the acting exposure over it, also before the first start."""
    found = acting_exposure(COURSE, TIMES, np.array([half_life]), recall)[0]
    steps = (np.arange(20_000) + 0.5) / 20_000
    wanted = [acting_exposure(COURSE, time - recall * (1.0 - steps), np.array([half_life]))[0].mean() for time in TIMES]
    assert found == pytest.approx(wanted, abs=1e-4)


def test_short_half_life_is_none() -> None:
    """As the half-life goes to zero the exposure becomes what is taken; at a start the old level holds."""
    found = acting_exposure(COURSE, TIMES, np.array([0.0, 1e-6]))
    assert found[0] == pytest.approx([taken(time) for time in TIMES])
    assert found[1] == pytest.approx(found[0], abs=1e-12)
    assert acting_exposure(COURSE, np.array([3.5]), np.array([0.0]))[0, 0] == 1.0


def test_short_recall_window_is_none() -> None:
    """As the window goes to zero the mean becomes the value at the moment of the rating."""
    half_life = np.array([2.0])
    assert acting_exposure(COURSE, TIMES, half_life, 1e-5)[0] == pytest.approx(
        acting_exposure(COURSE, TIMES, half_life)[0], abs=1e-5
    )


def test_steady_state_and_half_way() -> None:
    """After one half-life half of the gap is closed, after very many all of it; before the start nothing moves."""
    on = Exposure((0.0,), (1.0,))
    found = acting_exposure(on, np.array([-5.0, 3.0, 6.0, 300.0]), np.array([3.0]))[0]
    assert found == pytest.approx([0.0, 0.5, 0.75, 1.0])


def test_exposure_is_linear_in_what_is_taken() -> None:
    """The exposure of a sum of levels is the sum of the exposures: what the randomisation test rests on."""
    starts, rng = np.arange(10.0), np.random.default_rng(1)
    one, two = rng.random(10), rng.random(10)
    half_life, times = np.array([1.7]), np.linspace(0.2, 15.0, 30)

    def acting(levels: np.ndarray) -> np.ndarray:
        return acting_exposure(Exposure(starts, levels), times, half_life, 2.0)

    assert acting(one + two) == pytest.approx(acting(one) + acting(two), abs=1e-12)


KERNEL = (0.55, 0.25, 0.15, 0.05)


@pytest.mark.parametrize("recall", [0.0, 3.0])
def test_a_kernel_spreads_what_was_taken_over_the_days_after_it(recall: float) -> None:
    """The closed form is the integral of what was taken, weighted by the share of its age in days, averaged over the
    recall window (midpoint sums of a fine grid).
    """
    found = acting_exposure(COURSE, TIMES, np.array([1.0]), recall, KERNEL)
    ages = np.arange(0.0005, len(KERNEL), 0.001)
    back = (np.arange(200) + 0.5) / 200.0 * recall
    levels = [
        acting_exposure(COURSE, (time - back[:, None] - ages).ravel(), np.array([0.0]))[0].reshape(back.size, -1)
        for time in TIMES
    ]
    wanted = [float((level.mean(axis=0) * np.array(KERNEL)[ages.astype(int)]).sum() * 0.001) for level in levels]
    assert found.shape == (1, TIMES.size)
    assert found[0] == pytest.approx(wanted, abs=2e-3)


def test_a_kernel_of_one_day_is_the_mean_of_that_day() -> None:
    """All of it acting within a day is the same as acting at once, looked back on over a day."""
    by_kernel = acting_exposure(COURSE, TIMES, np.array([1.0]), 0.0, (1.0,))
    assert by_kernel[0] == pytest.approx(acting_exposure(COURSE, TIMES, np.array([0.0]), 1.0)[0], abs=1e-12)


def test_a_level_held_as_long_as_the_kernel_acts_in_full() -> None:
    """After as many days as the kernel has, and before the first start, the person is in equilibrium."""
    course = Exposure((0.0,), (1.0,), before=0.25)
    times = np.array([-3.0, 0.0, 2.0, 4.0, 9.0])
    assert acting_exposure(course, times, np.array([1.0]), 0.0, KERNEL)[0] == pytest.approx(
        [0.25, 0.25, 0.25 + 0.75 * 0.8, 1.0, 1.0]
    )
