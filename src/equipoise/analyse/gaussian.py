"""One diary under the Gaussian model: the posterior of everything, exact up to quadrature."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaln

from equipoise.analyse.columns import HALF_LIFE_REACH, Columns, at_half_lives, columns
from equipoise.analyse.density import Beliefs, Nodes, nodes
from equipoise.analyse.grids import HALF_LIVES, Quality, finer, grid, unresolved
from equipoise.analyse.moments import moments
from equipoise.analyse.noisy import noisy_ratings
from equipoise.errors import Fault, InputError
from equipoise.model.mixture import Mixture, mixture
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Summary
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Floats, Indices, Schedule

CLOSER = 5  # times at most that the nodes of the half-life move closer about its posterior
EXACT = 1e-9  # a rest smaller than this share of the range is rounding
HEAVY = 1e-6
"""Nodes lighter than this share of the heaviest are left out where every node costs a pass over the diary.

Leave-one-out scores weigh light nodes up where a rating is surprising: at 1e-4 such a score was off by 0.002.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The posterior at its nodes, flattened: weight (sum 1), phi, spread, noise share and index of the half-life.

    `unresolved`: whether the nodes are not those of the fine grid, and too coarse for this diary.
    """

    columns: Columns
    times_days: Floats
    values: Floats
    mixture: Mixture
    weight: Floats
    phi: Floats
    spread: Floats
    share: Floats
    half_life: Indices
    log_evidence: float
    unresolved: bool

    def heavy(self) -> Fit:
        """The same without its light nodes: what is averaged over them moves by less than their weight."""
        keep = self.weight > HEAVY * self.weight.max()
        kept = self.weight[keep]
        parts = (self.phi[keep], self.spread[keep], self.share[keep], self.half_life[keep])
        start = (self.columns, self.times_days, self.values, self.mixture, kept / kept.sum())
        return Fit(*start, *parts, self.log_evidence, self.unresolved)


def several_a_day(seen: Observations, plan: Plan) -> bool:
    """Whether ratings carry noise of their own: as planned, else where a tenth of the days have more than one."""
    if plan.several_a_day is not None:
        return plan.several_a_day
    days = np.floor(seen.times_days[seen.observed])
    return days.size - np.unique(days).size > 0.1 * days.size


def fit_gaussian(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, quality: Quality = "fine") -> Fit:
    """The posterior of one diary. Ratings are the mean of the columns plus an Ornstein-Uhlenbeck residual.

    A diary that a grid does not resolve is fitted on a finer one whatever `quality` says.

    Needs at least two observed ratings at different times; `analyse` asks for more. Raises InputError where the
    ratings leave no rest to learn their spread from. Source: ou_quadrature.
    """
    found = columns(schedule, seen, prior, plan.trend, HALF_LIVES[quality])
    _check_spread(found, seen.values[seen.observed], seen.name)
    fit = _fit_at(found, seen, prior, plan, quality)
    following = finer(quality, found.half_lives_days.size)
    if fit.unresolved and following is not None:
        return fit_gaussian(schedule, seen, prior, plan, following)
    for _ in range(CLOSER if quality == "fine" else 0):
        steps = _closer_steps(fit, prior.half_life)
        if steps is None:
            break
        fit = _fit_at(at_half_lives(found, schedule.exposure, seen, prior.half_life, steps), seen, prior, plan, quality)
    return fit


def _closer_steps(fit: Fit, prior: HalfLife) -> Floats | None:
    """Steps of the log half-life close about where its posterior lies; None where the present ones resolve it.

    A trapezoid is exact to about 1e-8 where the posterior's SD is a spacing; that of a clear effect is narrower.
    """
    if prior.fixed:
        return None
    steps = np.log(fit.columns.half_lives_days / prior.median_days) / prior.log_sd
    weight = np.bincount(fit.half_life, weights=fit.weight, minlength=steps.size)
    mean, spacing = float(weight @ steps), float(steps[1] - steps[0])
    sd = float(np.sqrt(weight @ (steps - mean) ** 2))
    if sd >= spacing:
        return None
    reach = max(6.0 * sd, 2.0 * spacing)
    return np.linspace(max(mean - reach, -HALF_LIFE_REACH), min(mean + reach, HALF_LIFE_REACH), steps.size)


def _fit_at(found: Columns, seen: Observations, prior: Prior, plan: Plan, quality: Quality) -> Fit:
    rows = seen.observed
    times, values = seen.times_days[rows], seen.values[rows]
    if several_a_day(seen, plan):
        source = noisy_ratings(found, times, values, prior.noise)
        weight, shares = source.log_weight, source.shares
    else:
        source = moments(found, times, values[None])
        weight, shares = found.log_weight, np.zeros(1)
    beliefs = Beliefs(prior.phi, prior.scale * found.s0, prior.scale_of, weight[None, :, None, None])
    at = nodes(source, beliefs, grid(quality, np), np)
    fit = _flattened(at, found, times, values, shares, _log_constant(prior, found, values.size))
    if quality == "fine":
        return fit
    weight = np.exp(at.log_weight - at.log_weight.max())
    by_half_life = weight.reshape(1, -1, shares.size, *weight.shape[2:]).sum(axis=2)
    return replace(fit, unresolved=bool(unresolved(by_half_life, np)[0]))


def _check_spread(found: Columns, values: Floats, name: str) -> None:
    """Refuses ratings that leave nothing to learn their spread from: the posterior would claim to be certain."""
    x = found.at(found.half_lives_days.size // 2)
    rest = values - x @ np.linalg.lstsq(x, values, rcond=None)[0]
    if found.s0 > 0.0 and np.abs(rest).max() > EXACT * np.ptp(values):
        return
    what = "ratings that level, trend and exposure explain without any rest"
    mend = "Check the outcome column; for answers in few steps choose --likelihood ordinal or binary."
    fault = Fault("values", what, "ratings that also vary within a level", mend)
    raise InputError(f"analysis of {name}", [fault])


def _log_constant(prior: Prior, found: Columns, n: int) -> float:
    """What the density leaves out because it is the same at every node; evidence needs it."""
    spread = 0.5 * np.log(2.0 / np.pi) - np.log(prior.scale * found.s0)
    return float(spread - betaln(prior.phi.a, prior.phi.b) - 0.5 * n * np.log(2.0 * np.pi))


def _flattened(at: Nodes, found: Columns, times: Floats, values: Floats, shares: Floats, log_constant: float) -> Fit:
    shape: tuple[int, ...] = at.log_weight.shape
    top = float(at.log_weight.max())
    weight: Floats = np.exp(at.log_weight - top)
    total = float(weight.sum())
    flat = (weight / total).ravel()
    keep = flat > 1e-12 * flat.max()
    pair: Indices = np.broadcast_to(np.arange(shape[1])[None, :, None, None], shape).ravel()[keep]
    mean, variance, phi, spread = (
        np.broadcast_to(part, shape).ravel()[keep]
        for part in (at.mean * found.sd[-1], at.variance * found.sd[-1] ** 2, at.phi[..., None], at.spread)
    )
    return Fit(
        columns=found,
        times_days=times,
        values=values,
        mixture=mixture(flat[keep], mean, variance),
        weight=flat[keep],
        phi=phi,
        spread=spread,
        share=shares[pair % shares.size],
        half_life=pair // shares.size,
        log_evidence=top + float(np.log(total)) + log_constant,
        unresolved=False,
    )


def summary_of(values: Floats, weight: Floats, level: float) -> Summary:
    """Mean, SD and central interval of a quantity that has one value at each node."""
    mean = float(weight @ values)
    sd = float(np.sqrt(max(float(weight @ (values - mean) ** 2), 0.0)))
    order = np.argsort(values)
    reached = np.cumsum(weight[order]) - 0.5 * weight[order]
    low, high = np.interp([0.5 - level / 2.0, 0.5 + level / 2.0], reached, values[order])
    return Summary(mean, sd, (float(low), float(high)))
