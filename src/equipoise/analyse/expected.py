"""From the latent scale to that of the ratings: what a rating would be without the adjunct and with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

from equipoise.analyse.effect_shape import Shape
from equipoise.analyse.latent_model import ROUNDING_SD, LatentModel
from equipoise.analyse.propagation import Nodes
from equipoise.model.mixture import Mixture, mixture
from equipoise.model.schedule import Floats

PERCENTAGE = 100.0
LIGHT = 1e-5  # nodes below this share of the heaviest move a mean by less than that
NARROW = 0.5  # each normal is told by normals of this share of its SD, which a curve carries as straight lines
STEPS = np.arange(-4.0, 4.25, NARROW)
LEVELS = 5
PARTS = 800

Given = Callable[[int], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class OnRatings:
    """The effect as a difference of mean ratings: in points, counts or (`binary`) percentage points; and the mean
    rating without the adjunct and with it, steady, in the middle of the trial (`binary`: a chance).
    """

    effect: Mixture
    without: float
    taken: float


def on_ratings(found: LatentModel, nodes: Nodes, weight: Floats, tau: Floats, shape: Shape) -> OnRatings:
    """The latent effect on the scale of the ratings. `weight`: of the nodes, sums to 1; `tau`: SD of the residual at
    each, both (nodes,); `shape`: how the effect leans there.

    The noise of a rating and the residual are averaged over (of counts at the mean variance of the residual); what is
    not known of effect, level and spread makes the distribution. Thresholds move together.
    """
    heavy = weight > LIGHT * weight.max()
    mean, covariance = nodes.mean[heavy], nodes.covariance[heavy]
    residual = tau[heavy, None] ** 2
    if found.likelihood == "poisson":  # its mean grows as exp(variance / 2), which the tail of the variance outweighs
        residual = np.full_like(residual, weight @ tau**2)
    last = len(found.names) - 1
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

    acting = mean[:, last, None] + sd[:, None] * places
    without, taken = (_rating(found, given, residual, latent) for latent in (0.0 * acting, acting))
    weights = share[:, None, None] / share.sum() * weight[heavy, None] / weight[heavy].sum() * chances
    change = (taken - without) * (PERCENTAGE if found.likelihood == "binary" else 1.0)
    runs = change.reshape(*change.shape[:2], unit.weight.size, STEPS.size)
    width = np.abs(np.gradient(runs, axis=3)).reshape(change.shape)
    effect = mixture(weights, change, np.maximum(width, 1e-12) ** 2).condensed(PARTS)
    return OnRatings(effect, float((weights * without).sum()), float((weights * taken).sum()))


def _rating(found: LatentModel, given: Given, residual: Floats, acting: Floats) -> Floats:
    """The mean rating at each level, node and place, where the effect acts with the values `acting`."""
    if found.likelihood == "poisson":
        return np.exp(given(0) + acting + 0.5 * residual)
    if found.likelihood == "ordinal_sum":
        return _score(found.bounds, given(0) + acting, np.sqrt(ROUNDING_SD**2 + residual))
    spread = np.sqrt(1.0 + residual)
    parts = [
        step * ndtr((acting - given(len(found.names) + k)) / spread) for k, step in enumerate(np.diff(found.levels))
    ]
    return found.levels[0] + np.sum(parts, axis=0)


def _score(bounds: tuple[float, float] | None, centre: Floats, spread: Floats) -> Floats:
    """The mean of a whole score, cut off at its bounds."""
    if bounds is None:
        return centre
    rating = np.full_like(centre, bounds[0])
    for score in np.arange(*bounds):
        rating += ndtr((centre - (score + 0.5)) / spread)
    return rating
