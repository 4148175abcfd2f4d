"""One diary of ordinal, binary, bounded or counted ratings: the posterior of everything, without sampling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import betaln, expit

from equipoise.analyse.columns import Columns
from equipoise.analyse.effect_shape import effect_shape
from equipoise.analyse.expected import OnRatings, on_ratings
from equipoise.analyse.latent_model import LatentModel, latent_model
from equipoise.analyse.propagation import Nodes, propagate
from equipoise.model.mixture import Mixture, mixture
from equipoise.model.posterior import Summary
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats

LEVEL = 0.95
REACH = 3.2  # before widening; 6.2 SDs to each side after it
POINTS = 11
LEAST_TAU = 1e-6  # of its prior scale; below it nothing changes any more
MOST_LOGIT = 9.0
TAIL = 1.5
FINE = 1001
SCAN_PHI = np.linspace(-6.0, 6.0, 9)
SCAN_TAU = np.linspace(-4.5, 1.6, 9)  # logarithm of the multiple of the prior scale


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Places along one axis, and how much of it each stands for."""

    places: Floats
    widths: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Axes of logit phi and log tau; every node is one of their pairs at one half-life, half-lives slowest."""

    logit: Axis
    log_tau: Axis
    half_lives: NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.half_lives.size, self.logit.places.size, self.log_tau.places.size

    @property
    def log_widths(self) -> Floats:
        return np.log(self.logit.widths[:, None] * self.log_tau.widths)

    def flat(self) -> tuple[Floats, Floats, NDArray[np.intp]]:
        half, logit, log_tau = np.meshgrid(self.half_lives, self.logit.places, self.log_tau.places, indexing="ij")
        return logit.ravel(), log_tau.ravel(), half.ravel()


@dataclass(frozen=True, slots=True, eq=False)
class LatentFit:
    """The effect on the latent scale as a mixture of normals, and all else with it.

    Latent scale: SDs of the rating noise (`ordinal`, `binary`), points (`ordinal_sum`), log counts (`poisson`).
    `sigma`: SD of the Ornstein-Uhlenbeck residual on that scale. `coefficients`: by column, the effect among them,
    and the thresholds. `fitted_*`: the latent course at each observed rating, mean and mean -+ 1.96 SD, (n,).
    `on_ratings`: the same effect on the scale of the ratings. `grid`: where its nodes lie.
    `unsettled`: the posterior weight of nodes that did not converge, 0 as a rule. `log_evidence` lacks the constant
    that the order of the thresholds contributes.
    """

    mixture: Mixture
    phi: Summary
    sigma: Summary
    half_life_days: Summary
    coefficients: Mapping[str, Summary]
    log_evidence: float
    fitted_mean: Floats
    fitted_low: Floats
    fitted_high: Floats
    unsettled: float
    unit: float
    on_ratings: OnRatings
    grid: Grid


def fit_latent(
    columns: Columns,
    times_days: Floats,
    values: Floats,
    prior: Prior,
    likelihood: str,
    bounds: tuple[float, float] | None = None,
    near: LatentFit | None = None,
) -> LatentFit:
    """The posterior of one diary under `ordinal`, `binary`, `ordinal_sum` or `poisson`; what these mean:
    `latent_model`.

    `columns` are those of the observed rows with nine half-lives or so; `times_days` and `values` are (n,). Quadrature
    over correlation, spread and half-life; expectation propagation at each node; the effect's own marginal from the
    evidence at fixed effects, within 0.05 posterior SD of NUTS in every check. Other coefficients keep the normals of
    the nodes, which would have pulled the effect of an ordinal item in by 0.07 SD. Raises InputError with every fault
    of the ratings.

    `near`: a fit of the same diary under another assumption, with the same range of correlations. Its nodes are used
    again, in half of the time: of 72 rows no effect moved by 0.003 of its SD.

    Source: ou_quadrature
    """
    found = latent_model(columns, times_days, values, prior, likelihood, bounds)
    half_lives = np.arange(columns.half_lives_days.size)
    if near is not None:
        grid = replace(near.grid, half_lives=half_lives)
        return _answer(found, columns, prior, grid, *_evaluate(found, columns, prior, grid))
    centre = half_lives[half_lives.size // 2 :][:1]
    scan = Grid(_even(SCAN_PHI), _even(np.log(prior.scale * found.unit) + SCAN_TAU), centre)
    zoom = _closer(found, columns, prior, scan, centre)
    grid = _closer(found, columns, prior, zoom, half_lives)
    return _answer(found, columns, prior, grid, *_evaluate(found, columns, prior, grid))


def _even(places: Floats) -> Axis:
    return Axis(places, np.full(places.size, places[1] - places[0]))


def _closer(found: LatentModel, columns: Columns, prior: Prior, grid: Grid, half_lives: NDArray[np.intp]) -> Grid:
    """A grid that lies where a first one found the posterior to be."""
    log_weight = _evaluate(found, columns, prior, grid)[0] + grid.log_widths
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


def _places(prior: Prior, grid: Grid) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Correlation, spread and the index of the half-life at every node."""
    logit, log_tau, half = grid.flat()
    return prior.phi.low + (prior.phi.high - prior.phi.low) * expit(logit), np.exp(log_tau), half


def _evaluate(found: LatentModel, columns: Columns, prior: Prior, grid: Grid) -> tuple[Floats, Nodes]:
    """The log posterior density over logit phi, log tau and half-life, (half-lives, phi, tau), and the nodes."""
    logit, log_tau, _ = grid.flat()
    part = expit(logit)
    phi, tau, half = _places(prior, grid)
    nodes = propagate(found.model, phi, tau, half)
    scale = prior.scale * found.unit
    kept = 1.0 - phi * phi if prior.scale_of == "innovation" else np.ones(phi.size)
    density = nodes.log_z + prior.phi.a * np.log(part) + prior.phi.b * np.log1p(-part)
    density += log_tau + 0.5 * np.log(kept) - 0.5 * kept * (tau / scale) ** 2 + columns.log_weight[half]
    return density.reshape(grid.shape), nodes


def _answer(
    found: LatentModel, columns: Columns, prior: Prior, grid: Grid, log_density: Floats, nodes: Nodes
) -> LatentFit:
    log_weight = log_density + grid.log_widths
    top = float(log_weight.max())
    total = top + float(np.log(np.exp(log_weight - top).sum()))
    weight = np.exp(log_weight - total)
    flat = weight.ravel()
    constant = 0.5 * np.log(2.0 / np.pi) - np.log(prior.scale * found.unit) - betaln(prior.phi.a, prior.phi.b)
    p = len(found.names)

    def part(i: int) -> Summary:
        return _normal_summary(mixture(flat, nodes.mean[:, i], nodes.covariance[:, i, i]))

    phi, tau, half = _places(prior, grid)
    shape = effect_shape(found.model, nodes, flat, phi, tau, half)
    effect = shape.mixture(flat, nodes.mean[:, p - 1], nodes.covariance[:, p - 1, p - 1])
    parts = {name: part(i) for i, name in enumerate((*found.names, *found.threshold_names))}
    parts["effect"] = _normal_summary(effect)
    mean = nodes.course_mean @ flat
    sd = np.sqrt((nodes.course_variance + (nodes.course_mean - mean[:, None]) ** 2) @ flat)
    low, width = prior.phi.low, prior.phi.high - prior.phi.low
    return LatentFit(
        mixture=effect,
        phi=_summary(grid.logit, weight.sum(axis=(0, 2)), lambda z: low + width * expit(z)),
        sigma=_summary(grid.log_tau, weight.sum(axis=(0, 1)), np.exp),
        half_life_days=_half_life(columns.half_lives_days, weight.sum(axis=(1, 2))),
        coefficients=MappingProxyType(parts),
        log_evidence=total + float(constant),
        fitted_mean=mean,
        fitted_low=mean - 1.96 * sd,
        fitted_high=mean + 1.96 * sd,
        unsettled=float(flat[~nodes.settled].sum()),
        unit=found.unit,
        on_ratings=on_ratings(found, nodes, flat, tau, shape),
        grid=grid,
    )


def _normal_summary(found: Mixture) -> Summary:
    return Summary(found.mean, found.sd, found.interval(LEVEL))


def _half_life(nodes_days: Floats, weight: Floats) -> Summary:
    if nodes_days.size == 1:
        days = float(nodes_days[0])
        return Summary(days, 0.0, (days, days))
    return _summary(_even(np.log(nodes_days)), weight, np.exp)


def _summary(axis: Axis, weight: Floats, back: Callable[[Floats], Floats]) -> Summary:
    """Mean, SD and central interval of back(place): the log density between the nodes is a cubic spline."""
    fine: Floats = np.linspace(float(axis.places[0]), float(axis.places[-1]), FINE)
    nodes = np.log(np.maximum(weight, 1e-300) / axis.widths)
    log_density: Floats = CubicSpline(axis.places, nodes)(fine)
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    values = back(fine)
    mean = float(density @ values)
    low, high = np.interp([0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0], np.cumsum(density) - 0.5 * density, values)
    return Summary(mean, float(np.sqrt(density @ (values - mean) ** 2)), (float(low), float(high)))
