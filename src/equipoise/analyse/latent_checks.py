"""Posterior predictive checks of a latent diary, on the scale of its ratings."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.checks import (
    CALMER,
    DRAWS,
    FEWEST,
    LARGEST,
    Statistic,
    bound_statistics,
    compared,
    residual_statistics,
)
from equipoise.analyse.latent_draws import latent_draws
from equipoise.analyse.latent_nodes import LatentNodes
from equipoise.analyse.rating_scale import drawn_rating
from equipoise.model.posterior import Check
from equipoise.model.schedule import Floats

REPEATS = "share of ratings equal to the one before"
COMMONEST = "share of the commonest rating"


def latent_checks(found: LatentNodes, times_days: Floats, seed: int) -> tuple[Check, ...]:
    """The checks of the Gaussian model where they mean something, and those that only whole numbers can have.

    Yes or no has no spread of its own, so neither size nor spread of a residual is checked. The shares of single
    levels are checked where no threshold fits them. Source and fewest ratings: as for `checks`.
    """
    if found.values.size < FEWEST:
        return ()
    replicates = _replicates(found, times_days, seed)
    return compared(_statistics(found, times_days), found.values, replicates)


def _statistics(found: LatentNodes, times_days: Floats) -> dict[str, Statistic]:
    heaviest = int(np.argmax(np.bincount(found.half_life, weights=found.weight)))
    chosen = residual_statistics(found.columns.at(heaviest), times_days)
    if found.latent.likelihood == "binary":
        del chosen[LARGEST], chosen[CALMER]
    chosen[REPEATS] = _repeats
    if not found.latent.threshold_names:
        chosen |= {**bound_statistics(found.latent.ends), COMMONEST: _commonest}
    return chosen


def _repeats(y: Floats) -> Floats:
    return (y[..., 1:] == y[..., :-1]).mean(axis=-1)


def _commonest(y: Floats) -> Floats:
    """The longest run of equal ratings once they are sorted."""
    ordered = np.sort(y, axis=-1)
    longest = run = np.ones(y.shape[:-1])
    for i in range(1, y.shape[-1]):
        run = np.where(ordered[..., i] == ordered[..., i - 1], run + 1.0, 1.0)
        longest = np.maximum(longest, run)
    return longest / y.shape[-1]


def _replicates(found: LatentNodes, times_days: Floats, seed: int) -> Floats:
    """Diaries of the fitted model at the same days, (draws, n): new residuals, new noise."""
    draws = latent_draws(found, DRAWS // 2, seed)
    rng = np.random.default_rng([seed, 1])  # a stream of its own: the draws above used the seed itself
    rows, exposure = found.latent.kept(found.columns.common), found.columns.exposure[draws.half_life]
    state = draws.expected_state(rows, exposure)
    rho = draws.phi[:, None] ** np.diff(times_days)
    fresh = np.sqrt(1.0 - rho * rho)
    residual = rng.standard_normal(DRAWS)
    state[:, 0] += draws.tau * residual
    for i in range(1, times_days.size):
        residual = rho[:, i - 1] * residual + fresh[:, i - 1] * rng.standard_normal(DRAWS)
        state[:, i] += draws.tau * residual
    return drawn_rating(found.latent, state, draws.thresholds, rng)
