"""Expectation propagation: the posterior of a latent course at many nodes of correlation, spread and half-life at once.

The course at rating i is x_i'b + r_i with r an Ornstein-Uhlenbeck process, whose precision is tridiagonal: a node
costs O(n). Each rating's likelihood is replaced by the normal that leaves the same mean and variance behind;
thresholds, which several ratings share, are held at their posterior mode with the curvature there. Arrays are
(ratings, nodes) unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analyse.replacement import Replacement, replacement
from equipoise.analyse.sites import Sites, Slopes
from equipoise.analyse.tridiagonal import factor, inverse_diagonal, solve
from equipoise.model.schedule import Floats

ROUNDS = 60
SETTLED = 1e-4  # posterior SDs that no mean moves any more between two rounds
LEAST_GAP = 0.3  # a round leaves at least this share of the distance between two thresholds


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One diary as the propagation needs it. `x`: (ratings, coefficients, half-lives); priors are normal.
    `mean`: (coefficients,), or (nodes, coefficients) where it differs between nodes.

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
    whether the rounds settled.

    What leaving a rating out needs: `normal` stands in for it; `course`, `variance`: of the course given all ratings;
    `shared`: covariance of the course with the thresholds, (ratings, thresholds, nodes). `log_normaliser`: the log
    density of each rating given the others, with the thresholds held where all ratings put them.
    """

    log_z: Floats
    mean: Floats
    covariance: Floats
    settled: NDArray[np.bool_]
    normal: Replacement
    course: Floats
    variance: Floats
    shared: Floats
    log_normaliser: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """What one set of normals gives. `w`, `spread`: mean and covariance of coefficients and thresholds; `held`:
    covariance of the coefficients with the thresholds held. `course`, `variance`: of the course with the thresholds
    held; `alone`: with the coefficients held too. `reach`: how the course moves with `w`, (nodes, ratings, q). The
    rest: the factored course.
    """

    w: Floats
    alone: Floats
    course: Floats
    variance: Floats
    spread: Floats
    held: Floats
    reach: Floats
    log_det: Floats
    lower: Floats
    pivots: Floats


def propagate(model: Model, phi: Floats, tau: Floats, half_life: NDArray[np.intp], near: Nodes | None = None) -> Nodes:
    """The nodes at correlations `phi` per day, spreads `tau` and half-lives by index, all (nodes,).

    `near`: as many nodes of the same ratings that differ little from these, which saves most of the rounds.
    """
    x = model.x[:, :, half_life]
    prior = _Prior.of(model.gaps_days, phi, tau)
    normal, course, held = _started(model, tau) if near is None else _again(model, near)
    mean, variance, slopes, solved = course, course, None, None
    settled = np.zeros(phi.size, dtype=bool)
    for _ in range(ROUNDS):
        solved = _solve(model, prior, x, normal)
        move = solved.course - course
        longest = np.abs(move).max(axis=0)
        course = course + move * np.minimum(1.0, model.sites.longest_step / np.maximum(longest, 1e-300))
        settled = np.max(np.abs(move) / np.sqrt(solved.variance), axis=0) < SETTLED
        held = _step(held, solved.w[:, model.sd.size :].T)
        variance = 1.0 / (1.0 / solved.variance - normal.ff)
        mean = variance * (course / solved.variance - normal.given)
        slopes = model.sites.at(mean, variance, (course, solved.variance), held)
        if settled.all():
            break
        normal = replacement(slopes, mean, variance, _edges(model, held))
    if solved is None or slopes is None:
        raise RuntimeError("no round was made")
    log_z = _log_evidence(model, prior, normal, solved, slopes, (mean, variance), held)
    moves = solved.reach @ solved.spread
    full = (moves * solved.reach).sum(axis=2).T + solved.alone
    shared = moves[:, :, model.sd.size :].transpose(1, 2, 0)
    return Nodes(log_z, solved.w, solved.spread, settled, normal, solved.course, full, shared, slopes.log_z)


def _started(model: Model, tau: Floats) -> tuple[Replacement, Floats, Floats | None]:
    """First normals, course and thresholds out of the ratings alone."""
    held = _first_thresholds(model, tau)
    place, precision = model.sites.start()
    mean, variance = np.broadcast_arrays(place + 0.0 * tau, 1.0 / precision)
    slopes = model.sites.at(mean, variance, (mean, variance), held)
    return replacement(slopes, mean, variance, _edges(model, held)), mean, held


def _again(model: Model, near: Nodes) -> tuple[Replacement, Floats, Floats | None]:
    """The same out of nodes near by, which may have other columns."""
    count = model.threshold_mean.size
    return near.normal, near.course, near.mean[:, -count:].T if count else None


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


def _edges(model: Model, held: Floats | None) -> tuple[Floats, Floats] | None:
    return None if held is None else (model.above @ held, model.below @ held)


def _step(held: Floats | None, wanted: Floats) -> Floats | None:
    """The thresholds moved towards where they are wanted, as far as their order allows."""
    if held is None:
        return None
    gap, new_gap = np.diff(held, axis=0), np.diff(wanted, axis=0)
    shrink = np.maximum(gap - new_gap, 1e-12)
    share = np.minimum(1.0, ((1.0 - LEAST_GAP) * gap / shrink).min(axis=0, initial=1.0))
    return held + share * (wanted - held)


def _solve(model: Model, prior: _Prior, x: Floats, normal: Replacement) -> _Solved:
    """The joint normal of course, coefficients and thresholds: the course eliminated first, the few others after it."""
    p = model.sd.size
    cross = normal.ff[:, None] * x
    if model.threshold_mean.size:
        edges = model.above[:, :, None] * normal.f_high[:, None] + model.below[:, :, None] * normal.f_low[:, None]
        cross = np.concatenate([cross, edges], axis=1)
    lower, pivots = factor(prior.diagonal + normal.ff, prior.off)
    solved = solve(lower, pivots, np.concatenate([cross, normal.f[:, None]], axis=1))
    state, moved = solved[:, -1], -solved[:, :-1]
    moved[:, :p] += x
    reach = np.ascontiguousarray(moved.transpose(2, 0, 1))
    cross = np.ascontiguousarray(cross.transpose(2, 0, 1))
    precision = _precision(model, normal, reach, cross)
    right = _right(model, x, normal) - np.einsum("mnq,nm->mq", cross, state)
    spread = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    w = (spread @ right[:, :, None])[:, :, 0]
    course = np.einsum("mnq,mq->nm", reach, w) + state
    alone = inverse_diagonal(lower, pivots)
    first = reach[:, :, :p]
    held = np.asarray(np.linalg.inv(precision[:, :p, :p]), dtype=np.float64)
    variance = alone + ((first @ held) * first).sum(axis=2).T
    log_det = np.log(pivots).sum(axis=0) + np.linalg.slogdet(precision)[1]
    return _Solved(w, alone, course, variance, spread, held, reach, log_det, lower, pivots)


def _precision(model: Model, normal: Replacement, reach: Floats, cross: Floats) -> Floats:
    """The precision of coefficients and thresholds when the course is gone, (nodes, q, q)."""
    p = model.sd.size
    found = np.swapaxes(reach, 1, 2) @ cross
    found[:, range(p), range(p)] += 1.0 / model.sd**2
    if model.threshold_mean.size:
        found[:, p:, p:] += _edge_precision(model, normal)
        found[:, p:, :p] = np.swapaxes(found[:, :p, p:], 1, 2)
    return 0.5 * (found + np.swapaxes(found, 1, 2))


def _right(model: Model, x: Floats, normal: Replacement) -> Floats:
    """Precision times mean of coefficients and thresholds before the course is eliminated, (nodes, q)."""
    found = model.mean / model.sd**2 + np.einsum("npm,nm->mp", x, normal.f)
    if not model.threshold_mean.size:
        return found
    edges = model.threshold_mean / model.threshold_sd**2 + (model.above.T @ normal.high + model.below.T @ normal.low).T
    return np.concatenate([found, edges], axis=1)


def _edge_precision(model: Model, normal: Replacement) -> Floats:
    above, below = model.above, model.below
    mixed = np.einsum("ni,nj,nm->mij", above, below, normal.high_low, optimize=True)
    total = np.einsum("ni,nj,nm->mij", above, above, normal.high_high, optimize=True)
    total += np.einsum("ni,nj,nm->mij", below, below, normal.low_low, optimize=True)
    return total + mixed + np.swapaxes(mixed, 1, 2) + np.eye(above.shape[1]) / model.threshold_sd**2


def _log_evidence(
    model: Model,
    prior: _Prior,
    normal: Replacement,
    solved: _Solved,
    slopes: Slopes,
    cavity: tuple[Floats, Floats],
    held: Floats | None,
) -> Floats:
    """Log of the integral over course and coefficients, and over thresholds by the curvature at their mode."""
    mean, variance = cavity
    grown = 1.0 + normal.ff * variance
    h = normal.given
    each = slopes.log_z + 0.5 * np.log(grown)
    each -= (h * h * variance + 2.0 * h * mean - normal.ff * mean * mean) / (2.0 * grown)
    state = solve(solved.lower, solved.pivots, h[:, None])[:, 0]
    p = model.sd.size
    first = solved.reach[:, :, :p]
    right = model.mean / model.sd**2 + np.einsum("mnp,nm->mp", first, h)
    square = np.einsum("mp,mpq,mq->m", right, solved.held, right, optimize=True) + (h * state).sum(axis=0)
    total = each.sum(axis=0) + 0.5 * (square + prior.log_det - solved.log_det)
    total -= 0.5 * ((model.mean / model.sd) ** 2).sum(axis=-1) + float(np.log(model.sd).sum())
    if held is not None:
        miss = (held - model.threshold_mean[:, None]) / model.threshold_sd
        total -= 0.5 * (miss * miss).sum(axis=0) + held.shape[0] * np.log(model.threshold_sd)
    return total
