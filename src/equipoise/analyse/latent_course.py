"""The course of a latent diary on the scale of its ratings."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.latent_draws import LatentDraws
from equipoise.analyse.latent_nodes import LatentNodes
from equipoise.analyse.rating_scale import expected_rating, residual_sd
from equipoise.model.schedule import Floats

BAND = (0.025, 0.975)


def expected_course(
    found: LatentNodes, draws: LatentDraws, rows: Floats, exposures: Floats
) -> tuple[Floats, Floats, Floats]:
    """Mean and 95 % band of the expected rating at new rows: their common columns, and `exposures` (half-lives, m).

    Expected over residual and rating noise: about it the ratings of such days scatter.
    """
    state = draws.expected_state(found.latent.kept(rows), exposures[draws.half_life])
    spread = residual_sd(found.latent, found.tau, found.weight)[draws.node, None]
    every = expected_rating(found.latent, state, spread, [column[:, None] for column in draws.thresholds.T])
    low, high = np.quantile(every, BAND, axis=0)
    return every.mean(axis=0), low, high
