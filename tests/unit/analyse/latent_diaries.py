"""Diaries of ordinal, binary, bounded and counted ratings for the tests of the analysis, drawn with a seed."""

from __future__ import annotations

import numpy as np

from equipoise.model.observations import Observations
from equipoise.model.schedule import Exposure, Schedule

LIKELIHOODS = ("ordinal", "binary", "poisson", "ordinal_sum")


def schedule_of(days: int, seed: int, block: int = 7) -> tuple[Schedule, np.ndarray]:
    """Pairs of blocks in random order, and the level of each day."""
    rng = np.random.default_rng(seed)
    pairs = np.tile([0.0, 1.0], (days // (2 * block), 1))
    on = np.repeat(rng.permuted(pairs, axis=1).ravel(), block)
    return Schedule("randomised_blocks", Exposure(np.arange(float(on.size)), on)), on


def course(days: int, phi: float, tau: float, rng: np.random.Generator) -> np.ndarray:
    """An Ornstein-Uhlenbeck process on the days."""
    found = np.empty(days)
    found[0] = tau * rng.normal()
    for i in range(1, days):
        found[i] = phi * found[i - 1] + tau * np.sqrt(1.0 - phi * phi) * rng.normal()
    return found


def rated(
    likelihood: str, state: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[float, float] | None]:
    """Ratings drawn from the latent state, and the bounds of the instrument."""
    noisy = state + rng.normal(size=state.size)
    if likelihood == "ordinal":
        return np.digitize(noisy, [-2.0, -1.2, -0.5, 0.2, 1.0]) + 1.0, (1.0, 6.0)
    if likelihood == "binary":
        return (noisy > -0.4).astype(np.float64), (0.0, 1.0)
    if likelihood == "poisson":
        return rng.poisson(np.exp(1.0 + 0.6 * state)).astype(np.float64), None
    return np.clip(np.round(4.0 + 3.0 * state), 0.0, 27.0), (0.0, 27.0)


def diary(likelihood: str, days: int, effect: float, seed: int) -> tuple[Schedule, Observations]:
    schedule, on = schedule_of(days, seed)
    rng = np.random.default_rng(seed + 1000)
    values, bounds = rated(likelihood, effect * on + course(on.size, 0.5, 1.0, rng), rng)
    return schedule, Observations(np.arange(1.0, on.size + 1.0), values, bounds=bounds)
