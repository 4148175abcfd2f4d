"""From the latent scale to that of the ratings: what a rating would be without the adjunct and with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from equipoise.analyse.effect_shape import Shape
from equipoise.analyse.latent_nodes import LatentNodes
from equipoise.analyse.rating_scale import expected_rating, residual_sd
from equipoise.model.mixture import Mixture, mixture
from equipoise.model.schedule import Floats

PERCENTAGE = 100.0
LIGHT = 1e-5  # nodes below this share of the heaviest move a mean by less than that
NARROW = 0.5  # each normal is told by normals of this share of its SD, which a curve carries as straight lines
STEPS = np.arange(-4.0, 4.25, NARROW)
LEVELS = 5
PARTS = 800


@dataclass(frozen=True, slots=True, eq=False)
class OnRatings:
    """The effect as a difference of mean ratings: in points, counts or (`binary`) percentage points; and the mean
    rating without the adjunct and with it, steady, in the middle of the trial (`binary`: a chance).
    """

    effect: Mixture
    without: float
    taken: float


def on_ratings(found: LatentNodes, shape: Shape) -> OnRatings:
    """The latent effect on the scale of the ratings; `shape`: how the effect leans at the nodes.

    The noise of a rating and the residual are averaged over; what is not known of effect, level and spread makes the
    distribution. Thresholds move together.
    """
    heavy = found.weight > LIGHT * found.weight.max()
    weight, mean, covariance = found.weight[heavy], found.mean[heavy], found.covariance[heavy]
    spread = residual_sd(found.latent, found.tau, found.weight)[heavy, None]
    last, thresholds = len(found.latent.names) - 1, len(found.latent.threshold_names)
    sd = np.sqrt(covariance[:, last, last])
    unit = shape.mixture(np.ones(1), np.zeros(1), np.ones(1))
    chance = np.exp(-0.5 * STEPS**2 / (1.0 - NARROW**2))
    # Places of the effect in SDs of its node, one run of steps for each normal of its shape, and their chances.
    places = (unit.part_mean[:, None] + unit.part_sd[:, None] * STEPS).ravel()
    chances = (unit.weight[:, None] * chance / chance.sum()).ravel()
    levels, share = hermegauss(LEVELS)

    def given(index: int) -> Floats:
        """Another coefficient at each level, node and place: it goes with the effect, and has a spread of its own."""
        slope = covariance[:, index, last] / sd
        rest = np.sqrt(np.maximum(covariance[:, index, index] - slope**2, 0.0))
        return mean[:, index, None] + slope[:, None] * places + levels[:, None, None] * rest[:, None]

    def rating(acting: Floats) -> Floats:
        """The mean rating at each level, node and place, where the effect acts with the values `acting`."""
        edges = [given(last + 1 + k) for k in range(thresholds)]
        return expected_rating(found.latent, acting if edges else given(0) + acting, spread, edges)

    acting = mean[:, last, None] + sd[:, None] * places
    without, taken = rating(0.0 * acting), rating(acting)
    weights = share[:, None, None] / share.sum() * weight[:, None] / weight.sum() * chances
    change = (taken - without) * (PERCENTAGE if found.latent.likelihood == "binary" else 1.0)
    runs = change.reshape(*change.shape[:2], unit.weight.size, STEPS.size)
    width = np.abs(np.gradient(runs, axis=3)).reshape(change.shape)
    effect = mixture(weights, change, np.maximum(width, 1e-12) ** 2).condensed(PARTS)
    return OnRatings(effect, float((weights * without).sum()), float((weights * taken).sum()))
