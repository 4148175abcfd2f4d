"""All that one patient's measurements say about the parameters: a weighted sample, checked by its effective size.

The normal density of Laplace's method, with heavier tails, proposes most draws and the prior the others, so that a
second mode is seen; importance weights correct both; where too few of the draws count, the proposal is fitted to them
and drawn again. Source: hesterberg_1995, cappe_2008, kong_1994.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln, logsumexp

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.individual import Individual
from equipoise.pharmacology.estimation.search import Mode, again, find_mode
from equipoise.pharmacology.estimation.target import Target

TAIL = 5.0
"""Degrees of freedom of the proposal: tails heavier than any posterior under a normal prior."""
FROM_PRIOR = 0.1
"""Share of the draws that come from the prior: no weight is then larger than the likelihood over this share."""
ENOUGH = 0.2
"""Share of the draws that the effective sample size should reach, or the proposal is fitted anew."""
ROUNDS = 4
LEAST = 200.0
"""Effective draws below which quantiles are called unreliable."""
LOWER = 1e-6
"""A draw whose target is lower than the mode's by more than this starts another search."""
FEWEST_DRAWS = 100


@dataclass(frozen=True, eq=False)
class Posterior:
    """One patient's parameters after the measurements.

    `names` (p,); `parameters` (draws, p) and `eta` (draws, q) with `weights` (draws,) that sum to 1. `map_parameters`
    (p,), `map_eta` (q,) and its `map_covariance` (q, q): the mode and Laplace's covariance about it.
    `effective`: the effective sample size. `laplace` and `objective`: -2 log of the likelihood of the measurements, by
    Laplace's method and by the sample, up to NONMEM's constant; far apart they say that the posterior is not normal.
    `converged`: a mode was found and the sample represents the posterior; or `why` not.
    """

    label: str
    names: tuple[str, ...]
    parameters: Floats
    eta: Floats
    weights: Floats
    map_parameters: Floats
    map_eta: Floats
    map_covariance: Floats
    effective: float
    laplace: float
    objective: float
    converged: bool
    why: str

    @cached_property
    def mean(self) -> Floats:
        """The posterior means of the parameters (p,)."""
        return self.weights @ self.parameters

    @cached_property
    def sd(self) -> Floats:
        """The posterior standard deviations (p,)."""
        return np.sqrt(np.maximum(self.weights @ (self.parameters - self.mean) ** 2, 0.0))

    def quantiles(self, levels: Floats) -> Floats:
        """Posterior quantiles (levels, p)."""
        order = np.argsort(self.parameters, axis=0)
        values = np.take_along_axis(self.parameters, order, axis=0)
        below = np.cumsum(self.weights[order], axis=0) - 0.5 * self.weights[order]
        return np.stack(
            [np.interp(levels, below[:, i], values[:, i]) for i in range(values.shape[1])],
            axis=1,
        )


def posterior(individual: Individual, *, draws: int = 4000, seed: int = 1, stream: int = 0) -> Posterior:
    """The posterior of one patient's parameters.

    `draws`: of each proposal. `seed` and `stream` (a patient's number) name the random numbers: the same, whatever is
    computed beside them. Raises `InputError` for fewer than 100 draws.

    >>> from equipoise.pharmacology.estimation.individual import Measured
    >>> from equipoise.pharmacology.estimation.residual import Proportional
    >>> from equipoise.pharmacology.estimation.variation import Variation
    >>> hours = np.array([1.0, 4.0])
    >>> person = Individual(
    ...     "1", lambda k: 10.0 * np.exp(-k * hours), Measured([5.6, 1.1]), (Proportional(0.1),),
    ...     Variation.of({"K": 0.5}, [[0.09]]),
    ... )
    >>> found = posterior(person)
    >>> found.quantiles(np.array([0.05, 0.5, 0.95])).round(2)[:, 0].tolist(), found.converged
    ([0.51, 0.55, 0.59], True)
    """
    if draws < FEWEST_DRAWS:
        expected = f"{FEWEST_DRAWS} or more: weights of fewer say little"
        raise InputError("posterior", [Fault("draws", str(draws), expected, "The default is 4000.")])
    rng = np.random.Generator(np.random.Philox(key=[seed, stream]))
    target = Target(individual)
    mode = find_mode(target)
    sample = _sampled(target, mode, draws, rng)
    if sample.values.min() < mode.value - LOWER:
        mode = again(target, mode, sample.points[int(np.argmin(sample.values))])
        sample = _sampled(target, mode, draws, rng)
    return _told(target, mode, sample)


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Draws in prior SDs (d, q), the target there (d,), and the logarithms of their weights (d,)."""

    points: Floats
    values: Floats
    log_weights: Floats

    @property
    def weights(self) -> Floats:
        """Normed to 1; all alike where none has any."""
        total = logsumexp(self.log_weights)
        if not np.isfinite(total):
            return np.full(self.values.size, 1.0 / self.values.size)
        return np.exp(self.log_weights - total)

    @property
    def effective(self) -> float:
        """The effective sample size."""
        return float(1.0 / np.sum(self.weights**2)) if np.isfinite(logsumexp(self.log_weights)) else 0.0


def _sampled(target: Target, mode: Mode, draws: int, rng: np.random.Generator) -> _Sample:
    """The sample with the largest effective size of up to `ROUNDS` proposals."""
    best = _draw(target, mode.point, _covariance(target, mode), draws, rng)
    last = best
    for _ in range(ROUNDS - 1):
        if best.effective >= ENOUGH * draws:
            break
        centre = last.weights @ last.points
        away = last.points - centre
        # Halfway to the prior, so that a sample of few draws cannot collapse upon them.
        spread = away.T @ (away * last.weights[:, None])
        share = min(1.0, last.effective / (10.0 * centre.size))
        last = _draw(target, centre, share * spread + (1.0 - share) * np.eye(centre.size), draws, rng)
        best = max(best, last, key=lambda sample: sample.effective)
    return best


def _covariance(target: Target, mode: Mode) -> Floats:
    """Laplace's, where the target curves upwards; else that of the expected curvature."""
    exact = target.curvature(mode.point)
    upwards = bool(np.all(np.isfinite(exact))) and np.linalg.eigvalsh(exact).min() > 0.0
    found = exact if upwards else mode.curvature
    known = found if np.all(np.isfinite(found)) else np.eye(mode.point.size)  # no prediction: the prior is left
    return np.asarray(np.linalg.inv(known), dtype=np.float64)


def _draw(target: Target, centre: Floats, covariance: Floats, draws: int, rng: np.random.Generator) -> _Sample:
    """Draws from a multivariate t about a centre, and from the prior, weighed by the target."""
    q = centre.size
    root = np.linalg.cholesky(covariance)
    tails = np.sqrt(rng.chisquare(TAIL, (draws, 1)) / TAIL)
    points = centre + rng.standard_normal((draws, q)) / tails @ root.T
    prior = round(FROM_PRIOR * draws)
    points[:prior] = rng.standard_normal((prior, q))
    values = target.values(points)
    away = np.linalg.solve(root, (points - centre).T)
    constant = gammaln((TAIL + q) / 2.0) - gammaln(TAIL / 2.0) - 0.5 * q * np.log(TAIL * np.pi)
    log_t = constant - np.log(np.diag(root)).sum() - 0.5 * (TAIL + q) * np.log1p((away**2).sum(axis=0) / TAIL)
    log_prior = -0.5 * (points**2).sum(axis=1) - 0.5 * q * np.log(2.0 * np.pi)
    log_proposal = np.logaddexp(np.log(1.0 - FROM_PRIOR) + log_t, np.log(FROM_PRIOR) + log_prior)
    return _Sample(points, values, -0.5 * values - 0.5 * q * np.log(2.0 * np.pi) - log_proposal)


def _told(target: Target, mode: Mode, sample: _Sample) -> Posterior:
    individual, root = target.individual, target.individual.variation.root
    covariance = _covariance(target, mode)
    weights = sample.weights
    eta = sample.points @ root.T
    reasons = [mode.why] if not mode.converged else []
    if sample.effective < LEAST:
        reasons.append(f"{sample.effective:.0f} effective draws are fewer than {LEAST:.0f}")
    return Posterior(
        label=individual.label,
        names=individual.variation.names,
        parameters=individual.variation.parameters(eta),
        eta=eta,
        weights=weights,
        map_parameters=individual.variation.parameters((root @ mode.point)[None, :])[0],
        map_eta=root @ mode.point,
        map_covariance=root @ covariance @ root.T,
        effective=sample.effective,
        laplace=mode.value - float(np.linalg.slogdet(covariance)[1]),
        objective=float(-2.0 * (logsumexp(sample.log_weights) - np.log(weights.size))),
        converged=not reasons,
        why="; ".join(reasons),
    )
