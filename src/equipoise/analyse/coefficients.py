"""All coefficients at the nodes of a fit, the fitted course, and exact leave-one-out scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from equipoise.analyse.gaussian import Fit
from equipoise.model.mixture import Mixture, mixture
from equipoise.model.schedule import Floats

MOST_DENSE = 1500
"""Ratings up to which a dense covariance is affordable where ratings carry noise of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """At each node: mean (nodes, p) and covariance (nodes, p, p) in points, and the weighted precision's parts.

    `pull`: C^-1 (y - X m), `precision`: diag C^-1, both (nodes, n), C being the covariance with the coefficients
    integrated out.
    """

    fit: Fit
    mean: Floats
    covariance: Floats
    pull: Floats
    precision: Floats

    def of(self, index: int) -> Mixture:
        """The posterior of one coefficient."""
        return mixture(self.fit.weight, self.mean[:, index], self.covariance[:, index, index])


def coefficients(fit: Fit) -> Coefficients | None:
    """The coefficients at the heavy nodes of a fit; None where ratings with noise of their own are too many to hold."""
    heavy = fit.heavy()
    if np.any(heavy.share > 0) and heavy.values.size > MOST_DENSE:
        return None
    found = heavy.columns
    rest = heavy.values - found.common @ found.mean[:-1]
    mean = np.empty((heavy.weight.size, found.sd.size))
    covariance = np.empty((heavy.weight.size, found.sd.size, found.sd.size))
    pull = np.empty((heavy.weight.size, rest.size))
    precision = np.empty_like(pull)
    spectra: dict[float, tuple[Floats, Floats]] = {}
    for node in range(heavy.weight.size):
        x = found.at(int(heavy.half_life[node]))
        qx, qy, q = _noisy(heavy, node, x, rest, spectra) if heavy.share[node] > 0.0 else _precise(heavy, node, x, rest)
        spread = np.linalg.inv(x.T @ qx + np.diag(found.sd**-2.0))
        step = spread @ (qx.T @ rest)
        mean[node], covariance[node] = found.mean + step, spread
        pull[node] = qy - qx @ step
        precision[node] = q - np.einsum("ij,jk,ik->i", qx, spread, qx)
    return Coefficients(heavy, mean, covariance, pull, precision)


def _noisy(
    fit: Fit, node: int, x: Floats, rest: Floats, spectra: dict[float, tuple[Floats, Floats]]
) -> tuple[Floats, Floats, Floats]:
    """The same as `_precise` where ratings carry noise of their own; `spectra` keeps what nodes of one phi share."""
    phi, share = float(fit.phi[node]), float(fit.share[node])
    if phi not in spectra:
        values, vectors = np.linalg.eigh(phi ** np.abs(fit.times_days[:, None] - fit.times_days))
        spectra[phi] = (values.clip(0.0), vectors)
    values, vectors = spectra[phi]
    precision = 1.0 / (float(fit.spread[node] ** 2) * (values + share / (1.0 - share)))
    solved = vectors @ (precision[:, None] * (vectors.T @ np.column_stack([x, rest])))
    return solved[:, :-1], solved[:, -1], vectors**2 @ precision


def _precise(fit: Fit, node: int, x: Floats, rest: Floats) -> tuple[Floats, Floats, Floats]:
    """V^-1 x, V^-1 rest and diag V^-1 at one node, V being the covariance of the residual."""
    variance, phi = float(fit.spread[node] ** 2), float(fit.phi[node])
    rho = phi ** np.diff(fit.times_days)
    free = 1.0 - rho**2
    main = np.ones(rest.size)
    main[1:] += rho**2 / free
    main[:-1] += rho**2 / free
    side = -rho / free
    return _banded(main, side, x) / variance, _banded(main, side, rest) / variance, main / variance


def _banded(main: Floats, side: Floats, x: Floats) -> Floats:
    wide = (slice(None), *[None] * (x.ndim - 1))
    out = main[wide] * x
    out[1:] += side[wide] * x[:-1]
    out[:-1] += side[wide] * x[1:]
    return out


def leave_one_out(found: Coefficients) -> Floats:
    """The log density of each rating given all others, exact under the quadrature: (n,)."""
    centre = found.pull / found.precision
    log_density = -0.5 * (np.log(2.0 * np.pi) - np.log(found.precision) + found.precision * centre**2)
    return left_out_over_nodes(found.fit.weight, log_density)


def left_out_over_nodes(weight: Floats, log_density: Floats) -> Floats:
    """The log density of each rating given the others out of that at each node, (nodes, n): (n,).

    Without the rating a node weighs as much as its `weight` (with it) over its density of the rating.
    """
    return -logsumexp(np.log(weight)[:, None] - log_density, axis=0)


def course(found: Coefficients, level_z: float, rows: Floats, exposures: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean and band of the mean course at new rows: `rows` (m, p - 1), `exposures` (half-lives, m)."""
    means = np.empty((found.fit.weight.size, rows.shape[0]))
    variances = np.empty_like(means)
    for node, half_life in enumerate(found.fit.half_life):
        x = np.column_stack([rows, exposures[half_life]])
        means[node] = x @ found.mean[node]
        variances[node] = np.einsum("ij,jk,ik->i", x, found.covariance[node], x)
    mean = found.fit.weight @ means
    sd = np.sqrt(found.fit.weight @ (variances + (means - mean) ** 2))
    return mean, mean - level_z * sd, mean + level_z * sd
