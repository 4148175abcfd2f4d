"""One diary of ordinal, binary, bounded or counted ratings: the posterior of everything, without sampling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import expit

from equipoise.analyse.columns import Columns
from equipoise.analyse.effect_shape import effect_shape
from equipoise.analyse.expected import OnRatings, on_ratings
from equipoise.analyse.latent_nodes import Axis, LatentNodes, latent_nodes
from equipoise.model.mixture import Mixture, mixture
from equipoise.model.posterior import Summary
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats

LEVEL = 0.95
FINE = 1001


@dataclass(frozen=True, slots=True, eq=False)
class LatentFit:
    """The effect on the latent scale as a mixture of normals, and all else with it.

    Latent scale: SDs of the rating noise (`ordinal`, `binary`), points (`ordinal_sum`), log counts (`poisson`).
    `sigma`: SD of the Ornstein-Uhlenbeck residual on that scale. `coefficients`: by column, the effect among them,
    and the thresholds. `on_ratings`: the same effect on the scale of the ratings. `unsettled`: the posterior weight of
    nodes that did not converge, 0 as a rule. `log_evidence` lacks the constant that the order of the thresholds
    contributes.
    """

    nodes: LatentNodes
    mixture: Mixture
    phi: Summary
    sigma: Summary
    half_life_days: Summary
    coefficients: Mapping[str, Summary]
    log_evidence: float
    unsettled: float
    on_ratings: OnRatings


def fit_latent(
    columns: Columns,
    times_days: Floats,
    values: Floats,
    prior: Prior,
    likelihood: str,
    bounds: tuple[float, float] | None = None,
    near: LatentNodes | None = None,
) -> LatentFit:
    """The posterior of one diary under `ordinal`, `binary`, `ordinal_sum` or `poisson`; what these mean:
    `latent_model`.

    `columns` are those of the observed rows with nine half-lives or so; `times_days` and `values` are (n,); Quadrature
    over correlation, spread and half-life; expectation propagation at each node; the effect's own marginal from the
    evidence at fixed effects, within 0.05 posterior SD of NUTS in every check. Other coefficients keep the normals of
    the nodes, which would have pulled the effect of an ordinal item in by 0.07 SD. Raises InputError with every fault
    of the ratings.

    `near`: the nodes of the same ratings under another assumption, from which to start: it halves the time.

    Source: ou_quadrature
    """
    found = latent_nodes(columns, times_days, values, prior, likelihood, bounds, near)
    latent, grid, flat = found.latent, found.grid, found.weight
    weight = flat.reshape(grid.shape)
    mean, variance = found.mean, np.diagonal(found.covariance, axis1=1, axis2=2)
    last = len(latent.names) - 1
    parts = {
        name: _normal_summary(mixture(flat, mean[:, i], variance[:, i]))
        for i, name in enumerate((*latent.names, *latent.threshold_names))
    }
    shape = effect_shape(latent.model, mean[:, last], variance[:, last], flat, found.phi, found.tau, found.half_life)
    effect = shape.mixture(flat, mean[:, last], variance[:, last])
    parts["effect"] = _normal_summary(effect)
    low, width = prior.phi.low, prior.phi.high - prior.phi.low
    return LatentFit(
        nodes=found,
        mixture=effect,
        phi=_summary(grid.logit, weight.sum(axis=(0, 2)), lambda z: low + width * expit(z)),
        sigma=_summary(grid.log_tau, weight.sum(axis=(0, 1)), np.exp),
        half_life_days=_half_life(columns.half_lives_days, weight.sum(axis=(1, 2))),
        coefficients=MappingProxyType(parts),
        log_evidence=found.log_evidence,
        unsettled=float(flat[~found.settled].sum()),
        on_ratings=on_ratings(found, shape),
    )


def _normal_summary(found: Mixture) -> Summary:
    return Summary(found.mean, found.sd, found.interval(LEVEL))


def _half_life(nodes_days: Floats, weight: Floats) -> Summary:
    if nodes_days.size == 1:
        days = float(nodes_days[0])
        return Summary(days, 0.0, (days, days))
    return _summary(Axis.even(np.log(nodes_days)), weight, np.exp)


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
