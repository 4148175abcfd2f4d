"""Draws from the posterior of a latent diary, with a seed: what has no closed form on the scale of the ratings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analyse.latent_nodes import LatentNodes, evenly_by_weight
from equipoise.model.schedule import Floats


@dataclass(frozen=True, slots=True, eq=False)
class LatentDraws:
    """Indices of node and half-life, phi and tau, (draws,); coefficients and thresholds, (draws, p) and (draws, k)."""

    node: NDArray[np.intp]
    half_life: NDArray[np.intp]
    phi: Floats
    tau: Floats
    coefficients: Floats
    thresholds: Floats

    def expected_state(self, rows: Floats, exposure: Floats) -> Floats:
        """The latent state without its residual, (draws, m): `rows` (m, p - 1), `exposure` (draws, m) or less."""
        return self.coefficients[:, :-1] @ rows.T + self.coefficients[:, -1:] * exposure


def latent_draws(found: LatentNodes, pairs: int, seed: int) -> LatentDraws:
    """Twice as many draws as `pairs`: nodes evenly by weight, coefficients in mirrored pairs, which keeps their mean.

    Coefficients are those of the nodes' normals. Thresholds of a draw that cross are put in order.
    """
    chosen = evenly_by_weight(found.weight, pairs)
    used, which = np.unique(chosen, return_inverse=True)
    factors = np.linalg.cholesky(found.covariance[used])[which]
    step = np.random.default_rng(seed).standard_normal((pairs, factors.shape[-1], 1))
    move, mean = (factors @ step)[..., 0], found.mean[chosen]
    drawn = np.concatenate([mean + move, mean - move])
    p, both = len(found.latent.names), np.tile(chosen, 2)
    thresholds = np.sort(drawn[:, p:], axis=1)
    return LatentDraws(both, found.half_life[both], found.phi[both], found.tau[both], drawn[:, :p], thresholds)
