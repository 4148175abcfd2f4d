"""The one density of the Gaussian model: the marginal posterior of correlation, spread and half-life.

Written once for NumPy, CuPy and JAX arrays (`xp`). Axes are (series, half-lives, phi, spread). At each node the
coefficients are Gaussian, so the posterior of the effect is a mixture of normals whose weights this module computes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from equipoise.analyse.moments import Array, Namespace, Sums
from equipoise.model.prior import PhiPrior, ScaleOf

FLOOR = 1e-2  # the least SD of the logit correlation that a scan reports: its own spacing limits what it can see
FARTHEST = 30.0  # logit correlations beyond carry no weight, and would round to a correlation of exactly 1


class Whitener(Protocol):
    """What gives whitened products for nodes of the correlation: moments, or a filter where ratings carry noise."""

    @property
    def p(self) -> int: ...
    @property
    def n(self) -> Array: ...
    def whitened(self, phi: Array, xp: Namespace) -> tuple[Sums, Array]: ...
    def thinned(self) -> tuple[Whitener, slice]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """The prior of correlation and spread as the density needs it; `scale` in points: a number or (series, 1, 1, 1)."""

    phi: PhiPrior
    scale: Array
    scale_of: ScaleOf
    log_half_life_weight: Array


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Values at the nodes: log weight, effect's mean and variance in prior units, and the places of the nodes.

    The sum of the weights is the evidence up to constants.
    """

    log_weight: Array
    mean: Array
    variance: Array
    phi: Array
    spread: Array


def expit(z: Array, xp: Namespace) -> Array:
    """The inverse of the logit."""
    return 1.0 / (1.0 + xp.exp(-z))


def factored(a: Sums, shift: Array, p: int) -> tuple[list[Array], dict[tuple[int, int], Array], list[Array]]:
    """Pivots d, unit triangle l and z = l^-1 c of a + shift I = l d l'; c: column p of `a`. Written out: p is small."""
    pivots: list[Array] = []
    lower: dict[tuple[int, int], Array] = {}
    ahead: list[Array] = []
    for i in range(p):
        raw: list[Array] = []  # l[i, j] d[j], which spares a division in each inner sum
        for j in range(i):
            left = a[j, i]
            for k in range(j):
                left = left - raw[k] * lower[j, k]
            raw.append(left)
        pivot, top = a[i, i] + shift, a[i, p]
        for j in range(i):
            lower[i, j] = raw[j] / pivots[j]
            pivot = pivot - raw[j] * lower[i, j]
            top = top - lower[i, j] * ahead[j]
        pivots.append(pivot)
        ahead.append(top)
    return pivots, lower, ahead


def explained(pivots: list[Array], ahead: list[Array]) -> Array:
    """C' (a + shift I)^-1 c."""
    total = ahead[0] * ahead[0] / pivots[0]
    for top, pivot in zip(ahead[1:], pivots[1:], strict=True):
        total = total + top * top / pivot
    return total


def best_variance(source: Whitener, a: Sums, scale: Array, rounds: int) -> Array:
    """Near the mode of the residual variance for each phi, by a fixed point: residual sum over free ratings."""
    p = source.p
    free = source.n - p
    variance = a[p, p] / source.n
    for _ in range(rounds):
        pivots, lower, ahead = factored(a, variance, p)
        solved: list[Array] = [None] * p
        length = 0.0
        for i in reversed(range(p)):
            value = ahead[i] / pivots[i]
            for k in range(i + 1, p):
                value = value - lower[k, i] * solved[k]
            solved[i] = value
            length = length + value * value
        residual = a[p, p] - explained(pivots, ahead) - variance * length
        variance = residual / (free.clip(1.0) + variance / (scale * scale))
    return variance


def evaluate(source: Whitener, beliefs: Beliefs, logit: Array, steps: Array, rounds: int, xp: Namespace) -> Nodes:
    """The nodes at logit correlations (series, 1, phi) and at `steps` SDs of the log spread about its mode for each."""
    p, prior = source.p, beliefs.phi
    part = expit(logit, xp)
    phi = prior.low + (prior.high - prior.low) * part
    a, log_det = source.whitened(phi, xp)
    width = xp.sqrt(0.5 / (source.n - p).clip(2.0))
    log_spread = 0.5 * xp.log(best_variance(source, a, beliefs.scale, rounds)) + width * steps
    variance = xp.exp(2.0 * log_spread)
    pivots, _, ahead = factored(a, variance, p)
    product = pivots[0]
    for pivot in pivots[1:]:
        product = product * pivot
    innovation = 1.0 if beliefs.scale_of == "marginal" else (1.0 - phi * phi)[..., None]
    log_weight = (
        (1.0 + p - source.n) * log_spread
        - 0.5 * (log_det + xp.log(product) + (a[p, p] - explained(pivots, ahead)) / variance)
        - 0.5 * variance * innovation / (beliefs.scale * beliefs.scale)
    )
    place = prior.a * xp.log(part) + prior.b * xp.log1p(-part)
    if beliefs.scale_of == "innovation":
        place = place + 0.5 * xp.log1p(-phi * phi)
    log_weight = log_weight + place[..., None] + beliefs.log_half_life_weight
    log_weight = log_weight + xp.log(width)
    return Nodes(log_weight, ahead[-1] / pivots[-1], variance / pivots[-1], phi, xp.exp(log_spread))


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where the density is evaluated: a scan of the whole prior, a zoom on what it found, then the nodes proper.

    `scan`: logit correlations. `zoom`, `main`: SDs about the mean found before; `main_weight`: the log of how much of
    the axis each stands for. `spread`, `spread_weight`: the same for SDs of the log spread.
    """

    scan: Array
    zoom: Array
    main: Array
    main_weight: Array
    spread: Array
    spread_weight: Array


def nodes(source: Whitener, beliefs: Beliefs, grid: Grid, xp: Namespace) -> Nodes:
    """The nodes of every series, placed where its own posterior lies; the trapezoid is exact to its spacing."""
    logit = grid.scan[None, None, :]
    thin, few = source.thinned()
    coarse = replace(beliefs, log_half_life_weight=beliefs.log_half_life_weight[:, few])
    sd = xp.ones((1, 1, 1))
    for steps in (grid.zoom, grid.main):
        found = evaluate(thin, coarse, logit, xp.zeros(1), 1, xp).log_weight[..., 0]
        weight = xp.exp(found - xp.max(found, axis=(1, 2), keepdims=True))
        weight = xp.sum(weight, axis=1, keepdims=True)
        weight = weight / xp.sum(weight, axis=-1, keepdims=True)
        mean = xp.sum(weight * logit, axis=-1, keepdims=True)
        sd = xp.sqrt(xp.sum(weight * (logit - mean) ** 2, axis=-1, keepdims=True) + FLOOR * FLOOR)
        logit = xp.clip(mean + sd * steps, -FARTHEST, FARTHEST)
    found = evaluate(source, beliefs, logit, grid.spread, 2, xp)
    width = xp.log(sd)[..., None] + grid.main_weight[:, None] + grid.spread_weight
    return replace(found, log_weight=found.log_weight + width)
