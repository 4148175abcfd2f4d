"""A block of series at its nodes: mean, SD, tail probabilities and quantiles of each mixture, in NumPy or in JAX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.analyse.density import Beliefs, Grid, Nodes, nodes
from equipoise.analyse.grids import Quality, grid, too_narrow, unresolved
from equipoise.analyse.moments import Array, Moments, Namespace
from equipoise.errors import Fault, MissingExtraError
from equipoise.model.schedule import Floats

NEWTON = 3  # steps to a quantile: of mixtures this close to a normal they are exact to 1e-6 of its SD

Summary = tuple[Array, Array, Array, Array, Array]
Block = Callable[[Moments, Beliefs, Floats], Summary]


def summarised(
    at: Nodes,
    places: Array,
    xp: Namespace,
    cdf: Callable[[Array], Array],
    quality: Quality,
    ends: tuple[float, ...] = (),
) -> Summary:
    """Mean, SD, probabilities below `places` (series, at) and quantiles at `ends` of each mixture, in prior units;
    whether unresolved.
    """
    axes = (1, 2, 3)
    weight = xp.exp(at.log_weight - xp.max(at.log_weight, axis=axes, keepdims=True))
    total = xp.sum(weight, axis=axes)
    mean = xp.sum(weight * at.mean, axis=axes) / total
    gap = at.mean - mean[:, None, None, None]
    variance = xp.sum(weight * (at.variance + gap * gap), axis=axes) / total
    precision = 1.0 / xp.sqrt(at.variance)
    below = [
        xp.sum(weight * cdf((places[:, i, None, None, None] - at.mean) * precision), axis=axes) / total
        for i in range(places.shape[1])
    ]
    sd = xp.sqrt(variance)
    quantiles = [_quantile(at, weight / total[:, None, None, None], mean, sd, end) for end in ends]
    found = xp.stack(quantiles, axis=1) if quantiles else xp.zeros((mean.shape[0], 0))
    hard = too_narrow(weight, xp) if quality == "fine" else unresolved(weight, xp)
    return mean, sd, xp.stack(below, axis=1), found, hard


def _quantile(at: Nodes, weight: Floats, mean: Floats, sd: Floats, probability: float) -> Floats:
    """Where each mixture has this probability below: Newton's steps from the normal of its mean and SD."""
    root: Floats = np.sqrt(at.variance)
    value = mean + sd * ndtri(probability)
    for _ in range(NEWTON):
        gap: Floats = (value[:, None, None, None] - at.mean) / root
        miss = np.sum(weight * ndtr(gap), axis=(1, 2, 3)) - probability
        density: Floats = np.exp(-0.5 * gap * gap) / (np.sqrt(2.0 * np.pi) * root)
        slope = np.sum(weight * density, axis=(1, 2, 3))
        value = value - miss / slope
    return value


def numpy_block(quality: Quality, ends: tuple[float, ...] = ()) -> Block:
    """What computes a block in NumPy."""
    steps = grid(quality, np)
    return lambda block, beliefs, places: summarised(nodes(block, beliefs, steps, np), places, np, ndtr, quality, ends)


@lru_cache(maxsize=3)
def jax_block(quality: Quality) -> Block:
    """What computes a block in JAX, compiled; raises `MissingExtraError` where JAX is not installed."""
    try:  # an extra: its modules are taken as untyped, so that types are checked alike with and without it
        jax: Any = import_module("jax")
        jnp: Namespace = import_module("jax.numpy")
        jax_ndtr: Callable[[Array], Array] = import_module("jax.scipy.special").ndtr
    except ImportError as error:
        mend = 'Install it with the extra `mcmc`, or use engine="numpy".'
        raise MissingExtraError("batch", [Fault("engine", "jax, which is not installed", "JAX", mend)]) from error
    jax.config.update("jax_enable_x64", True)
    steps: Grid = grid(quality, jnp)

    def compiled(arrays: dict[str, Any], p: int, beliefs: Beliefs, places: Array) -> Summary:
        block = Moments(p=p, **arrays)
        return summarised(nodes(block, beliefs, steps, jnp), places, jnp, jax_ndtr, quality)

    cache: dict[Any, Callable[..., Summary]] = {}

    def run(block: Moments, beliefs: Beliefs, places: Floats) -> Summary:
        key = (block.p, beliefs.phi, beliefs.scale_of)
        if key not in cache:

            def traced(arrays: dict[str, Any], scale: Array, weight: Array, where: Array) -> Summary:
                here = replace(beliefs, scale=scale, log_half_life_weight=weight)
                return compiled(arrays, block.p, here, where)

            cache[key] = jax.jit(traced)
        names = ("n", "first", "now", "cross", "before", "gaps_days", "counts")
        arrays = {name: getattr(block, name) for name in names}
        return cache[key](arrays, beliefs.scale, beliefs.log_half_life_weight, places)

    return run
