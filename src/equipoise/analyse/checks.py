"""Posterior predictive checks: does the diary look like one that this model would write?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from equipoise.analyse.coefficients import Coefficients
from equipoise.model.posterior import Check
from equipoise.model.schedule import Floats

DRAWS = 600
BLOCKS = 6
FEWEST = 12

LAG = "residual correlation with the rating before"
WANDER = "wandering of the residual between sixths of the trial (share of its SD)"
LARGEST = "largest residual (in residual SDs)"
CHANGE = "estimate in the second half minus the first (in units of the ratings)"
SHARE = "share of ratings at the"
CALMER = "spread of the residual in the second half over that in the first"

Statistic = Callable[[Floats], Floats]


def checks(found: Coefficients, bounds: tuple[float, float] | None, seed: int) -> tuple[Check, ...]:
    """Each check with the diary's own value, the range in which 95 % of 600 replicated diaries lie, and its p-value.

    Replicates are drawn from the posterior with `seed`. Fewer than 12 ratings are too few to check anything.
    """
    fit = found.fit
    if fit.values.size < FEWEST:
        return ()
    heaviest = int(np.argmax(np.bincount(fit.half_life, weights=fit.weight)))
    chosen = residual_statistics(fit.columns.at(heaviest), fit.times_days)
    chosen |= {} if bounds is None else bound_statistics(bounds)
    return compared(chosen, fit.values, _replicates(found, np.random.default_rng(seed)))


def residual_statistics(x: Floats, times_days: Floats) -> dict[str, Statistic]:
    """Statistics of what the columns `x`, (n, p), leave of one diary or of many, (..., n)."""
    basis, _ = np.linalg.qr(x)
    parts = [part for part in np.array_split(np.arange(times_days.size), BLOCKS) if part.size]

    def residual(y: Floats) -> Floats:
        return y - (y @ basis) @ basis.T

    def lag_one(y: Floats) -> Floats:
        r = residual(y)
        return _ratio((r[..., 1:] * r[..., :-1]).sum(axis=-1), (r**2).sum(axis=-1))

    def wander(y: Floats) -> Floats:
        r = residual(y)
        return _ratio(np.stack([r[..., part].mean(axis=-1) for part in parts], axis=-1).std(axis=-1), r.std(axis=-1))

    def largest(y: Floats) -> Floats:
        r = residual(y)
        return _ratio(np.abs(r).max(axis=-1), r.std(axis=-1))

    def change(y: Floats) -> Floats:
        half = times_days > np.median(times_days)
        later = np.column_stack([x, x[:, -1] * half])
        return (y @ np.linalg.pinv(later).T)[..., -1]

    def calmer(y: Floats) -> Floats:
        r = residual(y)
        half = r.shape[-1] // 2
        return _ratio(r[..., half:].std(axis=-1), r[..., :half].std(axis=-1))

    return {LAG: lag_one, WANDER: wander, LARGEST: largest, CHANGE: change, CALMER: calmer}


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """A ratio that stays a number where a replicate, or half of it, does not vary: between -100 and 100."""
    return top / np.maximum(bottom, np.maximum(0.01 * np.abs(top), 1e-12))


def bound_statistics(bounds: tuple[float, float]) -> dict[str, Statistic]:
    """The shares of ratings at the least and at the greatest score, where there is one."""
    ends = (("least", bounds[0], -1.0), ("greatest", bounds[1], 1.0))
    return {f"{SHARE} {name} score": _share_beyond(bound, side) for name, bound, side in ends if np.isfinite(bound)}


def compared(statistics: Mapping[str, Statistic], values: Floats, replicates: Floats) -> tuple[Check, ...]:
    """Each statistic of the diary, (n,), beside those of its replicates, (draws, n)."""
    return tuple(_check(name, statistic, values, replicates) for name, statistic in statistics.items())


def _share_beyond(bound: float, side: float) -> Statistic:
    return lambda y: (side * (y - bound) >= 0.0).mean(axis=-1)


def _replicates(found: Coefficients, rng: np.random.Generator) -> Floats:
    fit = found.fit
    n = fit.values.size
    nodes = rng.choice(fit.weight.size, size=DRAWS, p=fit.weight)
    gaps = np.diff(fit.times_days)
    out = np.empty((DRAWS, n))
    for row, node in zip(out, nodes, strict=True):
        b = rng.multivariate_normal(found.mean[node], found.covariance[node], method="cholesky")
        row[:] = fit.columns.at(int(fit.half_life[node])) @ b
    rho = fit.phi[nodes][:, None] ** gaps
    state = rng.standard_normal(DRAWS)
    noise = rng.standard_normal((DRAWS, n))
    own = rng.standard_normal((DRAWS, n)) * np.sqrt(fit.share / (1.0 - fit.share))[nodes][:, None]
    spread = fit.spread[nodes]
    for i in range(n):
        if i:
            state = rho[:, i - 1] * state + np.sqrt(1.0 - rho[:, i - 1] ** 2) * noise[:, i]
        out[:, i] += spread * (state + own[:, i])
    return out


def _check(name: str, statistic: Statistic, values: Floats, replicates: Floats) -> Check:
    seen = float(statistic(values))
    drawn = statistic(replicates)
    below, equal = float((drawn < seen).mean()), float((drawn == seen).mean())
    p = min(1.0, 2.0 * min(below + 0.5 * equal, 1.0 - below - 0.5 * equal))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Check(name, seen, (float(low), float(high)), p)
