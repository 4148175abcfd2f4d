"""From the latent state back to ratings: the rating that is expected of it, and ratings drawn from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from equipoise.analyse.latent_model import ROUNDING_SD, LatentModel
from equipoise.model.schedule import Floats

MOST_LOG = 40.0  # of a count's mean: beyond it no computer draws a count, and no diary holds one


def residual_sd(found: LatentModel, tau: Floats, weight: Floats) -> Floats:
    """The SD of the residual over which a mean rating is averaged, for each `tau` of the nodes that have this `weight`.

    Of counts the same everywhere: their mean grows as exp(variance / 2), which the tail of the variance outweighs.
    """
    return np.full_like(tau, np.sqrt(weight @ tau**2 / weight.sum())) if found.likelihood == "poisson" else tau


def expected_rating(found: LatentModel, centre: Floats, spread: Floats, thresholds: Sequence[Floats]) -> Floats:
    """The mean rating where the state is normal about `centre` with SD `spread`; all arrays of shapes that go together.

    Exact but for a bounded sum, whose whole points are summed up by Euler and Maclaurin: within 0.07 points, 0.01
    where the state's SD is half a point and 0.001 where it is a point or more.
    """
    if found.likelihood == "poisson":
        return np.exp(np.minimum(centre + 0.5 * spread**2, MOST_LOG))
    if found.likelihood == "ordinal_sum":
        return _clipped(centre, np.sqrt(ROUNDING_SD**2 + spread**2), *found.ends)
    wide = np.sqrt(1.0 + spread**2)
    steps = zip(np.diff(found.levels), thresholds, strict=True)
    parts: list[Floats] = [step * ndtr((centre - threshold) / wide) for step, threshold in steps]
    return found.levels[0] + np.sum(parts, axis=0)


def _clipped(centre: Floats, spread: Floats, low: float, high: float) -> Floats:
    """The mean of a normal that is rounded to whole points and cut off at both ends."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return centre
    below, above = (centre - low) / spread, (centre - high) / spread
    densities = [np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) for z in (below, above)]
    area = spread * (below * ndtr(below) + densities[0] - above * ndtr(above) - densities[1])
    return low + area + (densities[1] - densities[0]) / (24.0 * spread)


def drawn_rating(found: LatentModel, state: Floats, thresholds: Floats, rng: np.random.Generator) -> Floats:
    """One rating for each state, (draws, ratings); `thresholds` (draws, thresholds)."""
    if found.likelihood == "poisson":
        return rng.poisson(np.exp(np.minimum(state, MOST_LOG))).astype(np.float64)
    if found.likelihood == "ordinal_sum":
        return np.clip(np.round(state + ROUNDING_SD * rng.standard_normal(state.shape)), *found.ends)
    noisy = state + rng.standard_normal(state.shape)
    return found.levels[(noisy[:, :, None] > thresholds[:, None, :]).sum(axis=2)]
