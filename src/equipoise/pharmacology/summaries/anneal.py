"""Draws from a posterior by importance sampling in small steps, from the prior on (sequential Monte Carlo).

A posterior with several peaks, as little-known study designs give it, is left whole: no peak has to be found first.
Source: del_moral_2006
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from equipoise.model.schedule import Bools, Floats

KEPT = 0.5
"""Each step goes as far as it leaves this share of the draws effective."""

MOVES, LAST_MOVES = 6, 18
"""Metropolis moves of each draw after each step, and after the last."""

ACCEPTED = 0.25
"""Share of the moves that should be accepted; the width of the next moves follows it."""

CHUNK = 250
JITTER = 1e-9


class Target(Protocol):
    """A posterior of logs (points, parameters): normal prior, and a likelihood."""

    centre: Floats
    sd: Floats

    def log_likelihood(self, logs: Floats) -> Floats: ...

    def log_prior(self, logs: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Annealed:
    """Equally weighted draws (draws, parameters). `log_evidence`: of the figures, up to the constants left out.

    `steps`, `accepted`: how many temperatures it took, and the share of accepted moves at the last. `distinct`: share
    of draws that are no copy of another.
    """

    draws: Floats
    log_evidence: float
    steps: int
    accepted: float
    distinct: float


@dataclass(slots=True)
class _Cloud:
    """Draws on their way."""

    target: Target
    rng: np.random.Generator
    logs: Floats
    likelihood: Floats = field(init=False)
    prior: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.likelihood, self.prior = self.judge(self.logs)

    def judge(self, logs: Floats) -> tuple[Floats, Floats]:
        parts = [self.target.log_likelihood(logs[start : start + CHUNK]) for start in range(0, len(logs), CHUNK)]
        return np.concatenate(parts), self.target.log_prior(logs)

    def resample(self, weights: Floats) -> None:
        """Systematic: each draw is kept as often as its weight says, to within one."""
        count = len(weights)
        places = (self.rng.random() + np.arange(count)) / count
        kept = np.minimum(np.searchsorted(np.cumsum(weights), places), count - 1)
        self.logs, self.likelihood, self.prior = self.logs[kept], self.likelihood[kept], self.prior[kept]

    def move(self, heat: float, width: float, moves: int) -> float:
        """Metropolis moves with the shape of the cloud itself; the share that was accepted."""
        count, size = len(self.logs), len(self.logs.T)
        covariance = np.atleast_2d(np.cov(self.logs, rowvar=False)) + JITTER * np.eye(size)
        shape = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
        taken = 0.0
        for _ in range(moves):
            tried = self.logs + width * self.rng.standard_normal((count, size)) @ shape.T
            likelihood, prior = self.judge(tried)
            gain = heat * (likelihood - self.likelihood) + prior - self.prior
            ok: Bools = np.log(self.rng.random(count)) < gain
            self.logs = np.where(ok[:, None], tried, self.logs)
            self.likelihood = np.where(ok, likelihood, self.likelihood)
            self.prior = np.where(ok, prior, self.prior)
            taken += float(ok.mean())
        return taken / moves


def anneal(
    target: Target, draws: int, seed: int | Sequence[int], progress: Callable[[float], None] | None = None
) -> Annealed:
    """Draws from the posterior; the same seed gives the same draws. `progress` hears the power of the likelihood to 1.

    >>> class Coin:
    ...     centre, sd = np.zeros(1), np.ones(1)
    ...     def log_likelihood(self, logs): return -((logs[:, 0] - 2.0) ** 2) / 2.0
    ...     def log_prior(self, logs): return -(logs[:, 0] ** 2) / 2.0
    >>> found = anneal(Coin(), 2000, seed=1)
    >>> bool(abs(found.draws.mean() - 1.0) < 0.05), bool(abs(found.draws.std() - 0.5**0.5) < 0.05)
    (True, True)
    """
    rng = np.random.default_rng(seed)
    cloud = _Cloud(target, rng, target.centre + target.sd * rng.standard_normal((draws, target.centre.size)))
    heat, steps, accepted, evidence = 0.0, 0, 0.0, 0.0
    width = 2.38 / np.sqrt(target.centre.size)
    while heat < 1.0:
        nearer = _next(heat, cloud.likelihood)
        logs = (nearer - heat) * cloud.likelihood
        weights = np.exp(logs - logs.max())
        evidence += float(np.log(weights.mean()) + logs.max())
        cloud.resample(weights / weights.sum())
        heat, steps = nearer, steps + 1
        accepted = cloud.move(heat, width, MOVES if heat < 1.0 else LAST_MOVES)
        width *= float(np.exp(accepted - ACCEPTED))
        if progress is not None:
            progress(heat)
    distinct = len(np.unique(cloud.likelihood)) / draws
    return Annealed(cloud.logs, evidence, steps, accepted, distinct)


def _next(heat: float, likelihood: Floats) -> float:
    """The power of the likelihood up to which the wanted share of the draws stays effective."""

    def effective(power: float) -> float:
        weights = np.exp((power - heat) * (likelihood - likelihood.max()))
        return float(weights.sum() ** 2 / (weights**2).sum() / len(weights))

    if effective(1.0) >= KEPT:
        return 1.0
    low, high = heat, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if effective(middle) > KEPT else (low, middle)
    return low
