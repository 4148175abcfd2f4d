"""Where the posterior of one latent diary lies: nodes over correlation, spread and half-life, with their weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit

from equipoise.analyse.columns import Columns
from equipoise.analyse.latent_model import LatentModel, latent_model
from equipoise.analyse.propagation import Nodes, propagate
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats

REACH = 3.2  # before widening; 6.2 SDs to each side after it
POINTS = 11
LEAST_TAU = 1e-6  # of its prior scale; below it nothing changes any more
MOST_LOGIT = 9.0
TAIL = 1.5
SCAN_PHI = np.linspace(-6.0, 6.0, 9)
SCAN_TAU = np.linspace(-4.5, 1.6, 9)  # logarithm of the multiple of the prior scale


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Places along one axis, and how much of it each stands for."""

    places: Floats
    widths: Floats

    @classmethod
    def even(cls, places: Floats) -> Axis:
        """Places that are evenly spaced."""
        return cls(places, np.full(places.size, places[1] - places[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Axes of logit phi and log tau; every node is one of their pairs at one half-life, half-lives slowest."""

    logit: Axis
    log_tau: Axis
    half_lives: NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Half-lives, correlations, spreads."""
        return self.half_lives.size, self.logit.places.size, self.log_tau.places.size

    @property
    def log_widths(self) -> Floats:
        """The logarithm of how much of the plane a pair stands for."""
        return np.log(self.logit.widths[:, None] * self.log_tau.widths)


@dataclass(frozen=True, slots=True, eq=False)
class LatentNodes:
    """The posterior at its nodes: weight (sum 1), phi, tau and index of the half-life, all (nodes,).

    `values`: the ratings. `parts`: what the propagation found, one part for each half-life in turn.
    """

    columns: Columns
    values: Floats
    latent: LatentModel
    grid: Grid
    weight: Floats
    phi: Floats
    tau: Floats
    half_life: NDArray[np.intp]
    parts: tuple[Nodes, ...]
    log_evidence: float

    @property
    def mean(self) -> Floats:
        """Means of coefficients and thresholds, (nodes, q)."""
        return np.concatenate([part.mean for part in self.parts])

    @property
    def covariance(self) -> Floats:
        """Covariances of coefficients and thresholds, (nodes, q, q)."""
        return np.concatenate([part.covariance for part in self.parts])

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Whether the rounds of the propagation settled, (nodes,)."""
        return np.concatenate([part.settled for part in self.parts])


def latent_nodes(
    columns: Columns,
    times_days: Floats,
    values: Floats,
    prior: Prior,
    likelihood: str,
    bounds: tuple[float, float] | None = None,
    near: LatentNodes | None = None,
) -> LatentNodes:
    """The nodes of one diary; arguments and errors as for `fit_latent`. Source: ou_quadrature."""
    found = latent_model(columns, times_days, values, prior, likelihood, bounds)
    half_lives = np.arange(columns.half_lives_days.size)
    middle = half_lives[half_lives.size // 2 :][:1]
    if near is None:
        scan = Grid(Axis.even(SCAN_PHI), Axis.even(np.log(prior.scale * found.unit) + SCAN_TAU), middle)
        first, start = _closer(found, prior, scan, _evaluate(found, columns, prior, scan)[0], middle), None
    else:
        first, start = replace(near.grid, half_lives=middle), near.parts[len(near.parts) // 2]
    log_density, parts = _evaluate(found, columns, prior, first, start)
    grid = _closer(found, prior, first, log_density, half_lives)
    log_density, parts = _evaluate(found, columns, prior, grid, parts[0])
    log_weight = log_density + grid.log_widths
    top = float(log_weight.max())
    total = top + float(np.log(np.exp(log_weight - top).sum()))
    constant = 0.5 * np.log(2.0 / np.pi) - np.log(prior.scale * found.unit) - betaln(prior.phi.a, prior.phi.b)
    half, logit, log_tau = np.meshgrid(grid.half_lives, grid.logit.places, grid.log_tau.places, indexing="ij")
    return LatentNodes(
        columns=columns,
        values=values,
        latent=found,
        grid=grid,
        weight=np.exp(log_weight - total).ravel(),
        phi=_phi(prior, logit.ravel()),
        tau=np.exp(log_tau.ravel()),
        half_life=half.ravel(),
        parts=parts,
        log_evidence=total + float(constant),
    )


def evenly_by_weight(weight: Floats, count: int) -> NDArray[np.intp]:
    """The nodes that stand for all: `count` indices, each for as much of the weight; heavy nodes come several times.

    >>> evenly_by_weight(np.array([0.1, 0.6, 0.3]), 4).tolist()
    [1, 1, 1, 2]
    """
    reached = np.cumsum(weight)
    wanted: Floats = (np.arange(count) + 0.5) / count * float(reached[-1])
    return np.asarray(np.searchsorted(reached, wanted), dtype=np.intp)


def _phi(prior: Prior, logit: Floats) -> Floats:
    return prior.phi.low + (prior.phi.high - prior.phi.low) * expit(logit)


def _closer(found: LatentModel, prior: Prior, grid: Grid, log_density: Floats, half_lives: NDArray[np.intp]) -> Grid:
    """A grid that lies where a first one found the posterior to be."""
    log_weight = log_density + grid.log_widths
    weight = np.exp(log_weight - log_weight.max())[0]
    logit = _about(grid.logit, weight.sum(axis=1), -MOST_LOGIT, MOST_LOGIT)
    scale = float(np.log(prior.scale * found.unit))
    log_tau = _about(grid.log_tau, weight.sum(axis=0), scale + float(np.log(LEAST_TAU)), scale + float(SCAN_TAU[-1]))
    return Grid(logit, log_tau, half_lives)


def _about(axis: Axis, weight: Floats, low: float, high: float) -> Axis:
    """Places about the mean of what an axis holds, widening outwards as a hyperbolic sine: its tails are long."""
    weight = weight / weight.sum()
    mean = float(weight @ axis.places)
    least = 0.3 * float(np.interp(mean, axis.places, axis.widths))  # what its own spacing lets an axis see
    sd = float(np.sqrt(weight @ (axis.places - mean) ** 2 + least**2))
    first, last = np.clip(np.arcsinh((np.array([low, high]) - mean) / (sd * TAIL)) * TAIL, -REACH, REACH)
    steps: Floats = np.linspace(float(first), float(last), POINTS)
    return Axis(mean + sd * TAIL * np.sinh(steps / TAIL), sd * np.cosh(steps / TAIL) * (steps[1] - steps[0]))


def _evaluate(
    found: LatentModel, columns: Columns, prior: Prior, grid: Grid, start: Nodes | None = None
) -> tuple[Floats, tuple[Nodes, ...]]:
    """The log posterior density over logit phi, log tau and half-life, (half-lives, phi, tau), and the nodes.

    One half-life at a time: its nodes fit into a core's cache, and the next half-life starts from them. `start`: nodes
    for the first to start from.
    """
    logit, log_tau = (axis.ravel() for axis in np.meshgrid(grid.logit.places, grid.log_tau.places, indexing="ij"))
    part, phi, tau = expit(logit), _phi(prior, logit), np.exp(log_tau)
    scale = prior.scale * found.unit
    kept = 1.0 - phi * phi if prior.scale_of == "innovation" else np.ones(phi.size)
    density = prior.phi.a * np.log(part) + prior.phi.b * np.log1p(-part)
    density += log_tau + 0.5 * np.log(kept) - 0.5 * kept * (tau / scale) ** 2
    parts: list[Nodes] = []
    for half in grid.half_lives:
        parts.append(propagate(found.model, phi, tau, np.full(phi.size, half), parts[-1] if parts else start))
    each = [part.log_z + density + columns.log_weight[half] for half, part in zip(grid.half_lives, parts, strict=True)]
    return np.stack(each).reshape(grid.shape), tuple(parts)
