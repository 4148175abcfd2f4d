"""What a rating would be without the adjunct and with it, where its effect lies on a scale that nobody reads."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from equipoise.analyse.latent_model import LatentModel
from equipoise.analyse.propagation import Nodes
from equipoise.model.schedule import Floats


def expected_ratings(found: LatentModel, nodes: Nodes, weight: Floats, tau: Floats) -> tuple[float, float] | None:
    """The mean rating without the adjunct and with it, steady, in the middle of the trial; None for a bounded sum,
    whose effect is in points already.

    A chance of 1 where ratings are 0 and 1; a mean answer for one item; a mean count. `weight`: of the nodes, sums to
    1; `tau`: SD of the residual at each, both (nodes,). The rating's own noise, the residual and what is not known of
    the coefficients are averaged over.
    """
    if found.likelihood == "ordinal_sum":
        return None
    effect = len(found.names) - 1
    without, with_it = (_mean(found, nodes, tau, effect, taken) @ weight for taken in (0.0, 1.0))
    return float(without), float(with_it)


def _mean(found: LatentModel, nodes: Nodes, tau: Floats, effect: int, taken: float) -> Floats:
    """The mean rating at each node."""

    def course(sign: float, other: int | None) -> tuple[Floats, Floats]:
        """Mean and variance of the effect where it acts, and one more coefficient times `sign`."""
        by = np.zeros(nodes.mean.shape[1])
        by[effect] = taken
        if other is not None:
            by[other] += sign
        return nodes.mean @ by, np.einsum("i,nij,j->n", by, nodes.covariance, by)

    if found.likelihood == "poisson":
        mean, variance = course(1.0, 0)
        return np.exp(mean + 0.5 * (variance + tau**2))
    rating = np.full(tau.size, found.levels[0])
    for k, step in enumerate(np.diff(found.levels)):
        mean, variance = course(-1.0, len(found.names) + k)
        rating = rating + step * ndtr(mean / np.sqrt(1.0 + tau**2 + variance))
    return rating
