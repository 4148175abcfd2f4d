"""What one rating says of the latent state: the logarithm of its likelihood, smoothed by a normal, and its derivatives.

Two kinds: a rating that means "the latent state plus noise lies between two thresholds" (ordinal, binary, sums of
items), and a count. Arrays are (ratings, nodes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, log_ndtr

from equipoise.model.schedule import Floats

FAR = 1e6  # stands for a threshold at infinity: no latent state comes near it
HERMITE = 15
LOG_ROOT_2PI = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True, eq=False)
class EdgeSlopes:
    """Derivatives of log Z by the upper threshold of each rating and by the lower one."""

    high: Floats
    low: Floats
    high_high: Floats
    low_low: Floats
    high_low: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The logarithm of Z, the likelihood averaged over f ~ N(m, v), and its derivatives by m and by the thresholds."""

    log_z: Floats
    f: Floats
    ff: Floats
    edges: EdgeSlopes | None = None


class Sites(Protocol):
    """The likelihood of all ratings. `at` averages over N(mean, variance); `near` is where that product is known to
    lie.
    """

    @property
    def longest_step(self) -> float: ...
    def at(self, mean: Floats, variance: Floats, near: tuple[Floats, Floats], thresholds: Floats | None) -> Slopes: ...
    def start(self) -> tuple[Floats, Floats]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Latent state plus N(0, noise^2) lies in (low, high]. Either `low` and `high` are given, (ratings, 1), or
    `lower` names for each rating the threshold below it: -1 is none, and the one above it is the next.
    """

    noise: float
    low: Floats
    high: Floats
    lower: NDArray[np.intp] | None = None

    @property
    def longest_step(self) -> float:
        """How far a round may move the state: as far as it likes, the likelihood is nowhere steeper than a normal."""
        return FAR

    def edges(self, thresholds: Floats | None) -> tuple[Floats, Floats]:
        if self.lower is None or thresholds is None:
            return self.low, self.high
        end = np.full((1, thresholds.shape[1]), FAR)
        every = np.concatenate([-end, thresholds, end])
        return every[self.lower + 1], every[self.lower + 2]

    def at(self, mean: Floats, variance: Floats, near: tuple[Floats, Floats], thresholds: Floats | None) -> Slopes:  # noqa: ARG002 - closed form
        low, high = self.edges(thresholds)
        spread = np.sqrt(self.noise**2 + variance)
        a, b = (high - mean) / spread, (low - mean) / spread
        log_z = log_between(b, a)
        up = np.exp(-0.5 * a * a - LOG_ROOT_2PI - log_z)
        down = np.exp(-0.5 * b * b - LOG_ROOT_2PI - log_z)
        square = spread * spread
        high_high = -(a * up + up * up) / square
        low_low = (b * down - down * down) / square
        high_low = up * down / square
        edges = EdgeSlopes(up / spread, -down / spread, high_high, low_low, high_low)
        return Slopes(log_z, (down - up) / spread, high_high + 2.0 * high_low + low_low, edges)

    def start(self) -> tuple[Floats, Floats]:
        """A first guess of where each rating puts the latent state, and with what precision: (ratings, 1)."""
        if self.lower is not None:
            return np.zeros((self.lower.size, 1)), np.full((self.lower.size, 1), 0.5)
        inner = np.where(
            self.low <= -FAR, self.high - 0.5, np.where(self.high >= FAR, self.low + 0.5, 0.5 * (self.low + self.high))
        )
        return inner, np.full(inner.shape, 1.0 / (self.noise**2 + 1.0 / 12.0))


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Counts, Poisson with mean exp(f): (ratings, 1)."""

    counts: Floats

    @property
    def longest_step(self) -> float:
        """How far a round may move the state: beyond a factor of e the slope of an exponential misleads."""
        return 1.0

    def at(self, mean: Floats, variance: Floats, near: tuple[Floats, Floats], thresholds: Floats | None) -> Slopes:  # noqa: ARG002 - no thresholds
        """Gauss-Hermite where the product lies, not where the prior lies: a large count is narrow beside it."""
        place, weight = np.polynomial.hermite_e.hermegauss(HERMITE)
        centre, width = near[0], np.sqrt(near[1])
        logs: list[Floats] = []
        for x, w in zip(place, weight, strict=True):
            f = centre + width * x
            miss = f - mean
            logs.append(self.counts * f - np.exp(f) - 0.5 * miss * miss / variance + 0.5 * x * x + np.log(w))
        stacked = np.stack(logs)
        top = stacked.max(axis=0)
        part = np.exp(stacked - top)
        total = part.sum(axis=0)
        x = place[:, None, None]
        first = (part * x).sum(axis=0) / total
        second = (part * x * x).sum(axis=0) / total - first * first
        gap = centre + width * first - mean
        log_z = top + np.log(total * width / np.sqrt(variance)) - LOG_ROOT_2PI - gammaln(self.counts + 1.0)
        return Slopes(log_z, f=gap / variance, ff=(width * width * second - variance) / (variance * variance))

    def start(self) -> tuple[Floats, Floats]:
        """A first guess of where each rating puts the latent state, and with what precision: (ratings, 1)."""
        return np.log(self.counts + 0.5), self.counts + 0.5


def log_between(low: Floats, high: Floats) -> Floats:
    """log(Phi(high) - Phi(low)) for low < high, without loss where both lie far on one side.

    >>> log_between(np.array([30.0]), np.array([31.0])).round(3).tolist()
    [-454.321]
    """
    flip = low > 0.0
    bottom, top = np.where(flip, -high, low), np.where(flip, -low, high)
    upper = log_ndtr(top)
    return upper + np.log1p(-np.exp(log_ndtr(bottom) - upper))
