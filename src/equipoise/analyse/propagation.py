"""The posterior of a latent course for many nodes of correlation, spread and half-life at once, by expectation
propagation.

The course at rating i is x_i'b + r_i with r an Ornstein-Uhlenbeck process, whose precision is tridiagonal: a node
costs O(n). Each rating's likelihood is replaced by the normal that leaves the same mean and variance behind;
thresholds, which several ratings share, are held at their posterior mode with the curvature there. Arrays are
(ratings, nodes) unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analyse.sites import Sites, Slopes
from equipoise.model.schedule import Floats

ROUNDS = 60
SETTLED = 1e-4  # posterior SDs that no mean moves any more between two rounds
LEAST_GAP = 0.3  # a round leaves at least this share of the distance between two thresholds


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One diary as the propagation needs it. `x`: (ratings, coefficients, half-lives); priors are normal.

    `above`, `below`: (ratings, thresholds), 1 where that threshold is the upper or the lower edge of the rating.
    """

    sites: Sites
    gaps_days: Floats
    x: Floats
    mean: Floats
    sd: Floats
    threshold_mean: Floats
    threshold_sd: float
    above: Floats
    below: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """At each node: log evidence, mean and covariance of coefficients then thresholds, (nodes, q) and (nodes, q, q);
    mean and variance of the course, (ratings, nodes); whether the rounds settled.
    """

    log_z: Floats
    mean: Floats
    covariance: Floats
    course_mean: Floats
    course_variance: Floats
    settled: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Normal:
    """The normal that stands for the ratings: precision and precision times mean, by state and by the two edges."""

    ff: Floats
    f: Floats
    f_given: Floats
    fh: Floats
    fl: Floats
    hh: Floats
    ll: Floats
    hl: Floats
    h: Floats
    l: Floats  # noqa: E741 - the lower edge, beside `h`


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """What one set of normals gives; `given`: mean and variance of the course with the thresholds held."""

    w: Floats
    s: Floats
    course: Floats
    variance: Floats
    spread: Floats
    reach: Floats
    log_det: Floats
    lower: Floats
    pivots: Floats


def propagate(model: Model, phi: Floats, tau: Floats, half_life: NDArray[np.intp]) -> Nodes:
    """The nodes at correlations `phi` per day, spreads `tau` and half-lives by index, all (nodes,)."""
    x = model.x[:, :, half_life]
    prior = _Prior.of(model.gaps_days, phi, tau)
    held = _first_thresholds(model, tau)
    place, precision = model.sites.start()
    mean, variance = np.broadcast_arrays(place + 0.0 * tau, 1.0 / precision)
    slopes = model.sites.at(mean, variance, (mean, variance), held)
    before = np.full(mean.shape, np.inf)
    settled = np.zeros(phi.size, dtype=bool)
    normal, solved = _normal(model, slopes, mean, variance, held), None
    for _ in range(ROUNDS):
        solved = _solve(model, prior, x, normal)
        settled = np.max(np.abs(solved.course - before) / np.sqrt(solved.variance), axis=0) < SETTLED
        held = _step(held, solved.w[:, model.mean.size :].T)
        before = solved.course
        variance = 1.0 / (1.0 / solved.variance - normal.ff)
        mean = variance * (solved.course / solved.variance - normal.f_given)
        slopes = model.sites.at(mean, variance, (solved.course, solved.variance), held)
        if settled.all():
            break
        normal = _normal(model, slopes, mean, variance, held)
    if solved is None:
        raise RuntimeError("no round was made")
    log_z = _log_evidence(model, prior, normal, solved, slopes, (mean, variance), held)
    full = np.einsum("mni,mij,mnj->nm", solved.reach, solved.spread, solved.reach, optimize=True) + solved.s
    return Nodes(log_z, solved.w, solved.spread, solved.course, full, settled)


@dataclass(frozen=True, slots=True, eq=False)
class _Prior:
    """The tridiagonal precision of the process and its log determinant."""

    diagonal: Floats
    off: Floats
    log_det: Floats

    @classmethod
    def of(cls, gaps_days: Floats, phi: Floats, tau: Floats) -> _Prior:
        rho = phi ** gaps_days[:, None]
        free = 1.0 - rho * rho
        inner = np.pad(rho * rho / free, ((1, 1), (0, 0)))
        diagonal = (1.0 + inner[1:] + inner[:-1]) / tau**2
        count = gaps_days.size + 1
        return cls(diagonal, -rho / free / tau**2, -2.0 * count * np.log(tau) - np.log(free).sum(axis=0))


def _first_thresholds(model: Model, tau: Floats) -> Floats | None:
    if not model.threshold_mean.size:
        return None
    share = (model.above.sum(axis=0).cumsum() + 0.5) / (model.above.shape[0] + 1.0)
    logit = np.log(share / (1.0 - share)) / 1.7  # close to the probit
    return logit[:, None] * np.sqrt(1.0 + tau**2)


def _step(held: Floats | None, wanted: Floats) -> Floats | None:
    """The thresholds moved towards where they are wanted, as far as their order allows."""
    if held is None:
        return None
    gap, new_gap = np.diff(held, axis=0), np.diff(wanted, axis=0)
    shrink = np.maximum(gap - new_gap, 1e-12)
    share = np.minimum(1.0, ((1.0 - LEAST_GAP) * gap / shrink).min(axis=0, initial=1.0))
    return held + share * (wanted - held)


def _normal(model: Model, s: Slopes, m: Floats, v: Floats, held: Floats | None) -> _Normal:
    k = 1.0 + v * s.ff
    ff, given = -s.ff / k, (s.f - s.ff * m) / k
    none = np.zeros((1, 1))
    if (
        held is None
        or s.high is None
        or s.low is None
        or s.high_high is None
        or s.low_low is None
        or s.high_low is None
    ):
        return _Normal(ff, given, given, none, none, none, none, none, none, none)
    f_high, f_low = -(s.high_high + s.high_low), -(s.low_low + s.high_low)
    top, bottom = model.above @ held, model.below @ held
    fh, fl = -f_high / k, -f_low / k
    hh, ll = f_high * f_high * v / k - s.high_high, f_low * f_low * v / k - s.low_low
    hl = f_high * f_low * v / k - s.high_low
    return _Normal(
        ff=ff,
        f=given + fh * top + fl * bottom,
        f_given=given,
        fh=fh,
        fl=fl,
        hh=hh,
        ll=ll,
        hl=hl,
        h=fh * m + hh * top + hl * bottom + s.high + fh * v * s.f,
        l=fl * m + hl * top + ll * bottom + s.low + fl * v * s.f,
    )


def _solve(model: Model, prior: _Prior, x: Floats, normal: _Normal) -> _Solved:
    p, thresholds = model.mean.size, model.threshold_mean.size
    cross = normal.ff[:, None] * x
    if thresholds:
        edges = model.above[:, :, None] * normal.fh[:, None] + model.below[:, :, None] * normal.fl[:, None]
        cross = np.concatenate([cross, edges], axis=1)
    lower, pivots = _factor(prior.diagonal + normal.ff, prior.off)
    solved = _back(lower, pivots, np.concatenate([cross, normal.f[:, None]], axis=1))
    reach = -solved[:, :-1]
    reach[:, :p] += x
    first = np.ascontiguousarray(reach.transpose(2, 0, 1))  # (nodes, ratings, q): how the course moves with w
    crossed = np.ascontiguousarray(cross.transpose(2, 0, 1))
    state = solved[:, -1]
    s = np.swapaxes(first, 1, 2) @ crossed
    right = np.empty((x.shape[2], p + thresholds))
    right[:, :p] = model.mean / model.sd**2 + np.einsum("npm,nm->mp", x, normal.f)
    s[:, range(p), range(p)] += 1.0 / model.sd**2
    if thresholds:
        s[:, p:, p:] += _edge_precision(model, normal)
        s[:, p:, :p] = np.swapaxes(s[:, :p, p:], 1, 2)
        right[:, p:] = (
            model.threshold_mean / model.threshold_sd**2 + (model.above.T @ normal.h + model.below.T @ normal.l).T
        )
    right -= np.einsum("mnq,nm->mq", crossed, state)
    s = 0.5 * (s + np.swapaxes(s, 1, 2))
    spread: Floats = np.linalg.inv(s)
    w = (spread @ right[:, :, None])[:, :, 0]
    course = np.einsum("mnq,mq->nm", first, w) + state
    alone = _inverse_diagonal(lower, pivots)
    held = np.linalg.inv(s[:, :p, :p])
    variance = alone + ((first[:, :, :p] @ held) * first[:, :, :p]).sum(axis=2).T
    log_det = np.log(pivots).sum(axis=0) + np.linalg.slogdet(s)[1]
    return _Solved(w, alone, course, variance, spread, first, log_det, lower, pivots)


def _edge_precision(model: Model, normal: _Normal) -> Floats:
    above, below = model.above, model.below
    mixed = np.einsum("ni,nj,nm->mij", above, below, normal.hl, optimize=True)
    total = np.einsum("ni,nj,nm->mij", above, above, normal.hh, optimize=True)
    total += np.einsum("ni,nj,nm->mij", below, below, normal.ll, optimize=True)
    return total + mixed + np.swapaxes(mixed, 1, 2) + np.eye(above.shape[1]) / model.threshold_sd**2


def _log_evidence(
    model: Model,
    prior: _Prior,
    normal: _Normal,
    solved: _Solved,
    slopes: Slopes,
    cavity: tuple[Floats, Floats],
    held: Floats | None,
) -> Floats:
    """Log of the integral over course and coefficients, and over thresholds by the curvature at their mode."""
    mean, variance = cavity
    grown = 1.0 + normal.ff * variance
    h = normal.f_given
    each = slopes.log_z + 0.5 * np.log(grown)
    each -= (h * h * variance + 2.0 * h * mean - normal.ff * mean * mean) / (2.0 * grown)
    state = _back(solved.lower, solved.pivots, h[:, None])[:, 0]
    p = model.mean.size
    first = solved.reach[:, :, :p]
    right = model.mean / model.sd**2 + np.einsum("mnp,nm->mp", first, h)
    held_spread = np.linalg.inv(np.linalg.inv(solved.spread)[:, :p, :p])
    square = np.einsum("mp,mpq,mq->m", right, held_spread, right, optimize=True) + (h * state).sum(axis=0)
    total = each.sum(axis=0) + 0.5 * (square + prior.log_det - solved.log_det)
    total -= 0.5 * float(((model.mean / model.sd) ** 2).sum()) + float(np.log(model.sd).sum())
    if held is not None:
        miss = (held - model.threshold_mean[:, None]) / model.threshold_sd
        total -= 0.5 * (miss * miss).sum(axis=0) + held.shape[0] * np.log(model.threshold_sd)
    return total


def _factor(diagonal: Floats, off: Floats) -> tuple[Floats, Floats]:
    lower, pivots = np.empty_like(off), np.empty_like(diagonal)
    pivots[0] = diagonal[0]
    for i in range(off.shape[0]):
        lower[i] = off[i] / pivots[i]
        pivots[i + 1] = diagonal[i + 1] - lower[i] * off[i]
    return lower, pivots


def _back(lower: Floats, pivots: Floats, right: Floats) -> Floats:
    """The tridiagonal system solved for right sides (ratings, sides, nodes)."""
    found = right.copy()
    for i in range(lower.shape[0]):
        found[i + 1] -= lower[i] * found[i]
    found /= pivots[:, None]
    for i in reversed(range(lower.shape[0])):
        found[i] -= lower[i] * found[i + 1]
    return found


def _inverse_diagonal(lower: Floats, pivots: Floats) -> Floats:
    found = 1.0 / pivots
    for i in reversed(range(lower.shape[0])):
        found[i] += lower[i] * lower[i] * found[i + 1]
    return found
