"""Trials and diaries for the tests of the analysis, drawn with a seed."""

from __future__ import annotations

import numpy as np

from equipoise.model.observations import Observations
from equipoise.model.schedule import Exposure, Floats, Randomisation, Schedule


def wandering(rng: np.random.Generator, times_days: Floats, phi: float, sd: float) -> Floats:
    """An Ornstein-Uhlenbeck course at the times."""
    out = np.empty(times_days.size)
    out[0] = rng.standard_normal()
    for i in range(1, times_days.size):
        rho = phi ** (times_days[i] - times_days[i - 1])
        out[i] = rho * out[i - 1] + np.sqrt(1.0 - rho**2) * rng.standard_normal()
    return sd * out


def blocks(levels: tuple[int, ...], days: float = 7.0) -> Schedule:
    """Pairs of equal periods, drawn in blocks of two; the first begins on day 0."""
    starts = tuple(days * i for i in range(len(levels)))
    rule = Randomisation("blocks", starts, levels, blocks=tuple(i // 2 for i in range(len(levels))))
    return Schedule("randomised_blocks", Exposure(starts, levels), rule)


def diary(schedule: Schedule, times_days: Floats, *, effect: float = -2.0, seed: int = 1) -> Observations:
    """Ratings about 10 with an effect that acts at once and a correlation of 0.4 over a day; SD 2 points."""
    rng = np.random.default_rng(seed)
    piece = np.searchsorted(schedule.exposure.starts_days, times_days, side="left") - 1
    on = np.where(piece >= 0, schedule.exposure.levels[np.maximum(piece, 0)], 0.0)
    return Observations(times_days, 10.0 + effect * on + wandering(rng, times_days, 0.4, 2.0))
