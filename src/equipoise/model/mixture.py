"""A mixture of normals: the exact posterior of the effect up to the quadrature, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from equipoise.model.schedule import Floats

NEGLIGIBLE = 1e-13
ROUNDS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Weights (they sum to 1), means and SDs of normal parts, in points.

    >>> half = Mixture(np.array([0.5, 0.5]), np.array([-1.0, 1.0]), np.array([1.0, 1.0]))
    >>> half.mean, round(half.sd, 4), half.below(0.0)
    (0.0, 1.4142, 0.5)
    """

    weight: Floats
    part_mean: Floats
    part_sd: Floats

    @property
    def mean(self) -> float:
        """The mean."""
        return float(self.weight @ self.part_mean)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        second = self.part_sd**2 + (self.part_mean - self.mean) ** 2
        return float(np.sqrt(self.weight @ second))

    def below(self, value: float) -> float:
        """The probability of a value below `value`."""
        return float(self.weight @ ndtr((value - self.part_mean) / self.part_sd))

    def density(self, values: Floats) -> Floats:
        """The density at each value."""
        gap = (values[:, None] - self.part_mean) / self.part_sd
        return np.exp(-0.5 * gap**2) / (self.part_sd * np.sqrt(2.0 * np.pi)) @ self.weight

    def quantile(self, probability: float) -> float:
        """The value below which the mixture lies with `probability` (0 to 1, both excluded), to 1e-10 of its SD."""
        low, high = self.mean - 40.0 * self.sd, self.mean + 40.0 * self.sd
        value = self.mean
        for _ in range(ROUNDS):
            miss = self.below(value) - probability
            low, high = (value, high) if miss < 0 else (low, value)
            slope = float(self.density(np.array([value]))[0])
            step = value - miss / slope if slope > 0 else low
            following = step if low < step < high else 0.5 * (low + high)  # Newton, or halving where it would leave
            if abs(following - value) <= 1e-10 * self.sd:
                return following
            value = following
        return value

    def interval(self, level: float) -> tuple[float, float]:
        """The central interval that holds `level` of the mixture."""
        return self.quantile(0.5 - level / 2.0), self.quantile(0.5 + level / 2.0)

    def condensed(self, count: int) -> Mixture:
        """Nearly the same mixture with at most `count` parts: those that lie together become one of the same mean and
        variance.

        >>> many = Mixture(np.full(4000, 1 / 4000), np.linspace(-1.0, 1.0, 4000), np.full(4000, 0.5))
        >>> few = many.condensed(100)
        >>> few.weight.size, round(few.sd / many.sd, 9), round(few.below(0.3) / many.below(0.3), 6)
        (100, 1.0, 1.0)
        """
        low, high = self.part_mean.min(), self.part_mean.max()
        bins = np.clip(((self.part_mean - low) / max(high - low, NEGLIGIBLE) * count).astype(np.intp), 0, count - 1)
        powers = (np.ones(bins.size), self.part_mean, self.part_sd**2 + self.part_mean**2)
        weight, first, second = (
            np.asarray(np.bincount(bins, self.weight * power, count), dtype=np.float64) for power in powers
        )
        kept = weight > 0.0
        mean = first[kept] / weight[kept]
        return mixture(weight[kept], mean, np.maximum(second[kept] / weight[kept] - mean**2, NEGLIGIBLE**2))

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Independent draws: (count,). The same state of `rng` gives the same draws.

        >>> two = Mixture(np.array([0.5, 0.5]), np.array([-9.0, 9.0]), np.array([0.1, 0.1]))
        >>> np.abs(two.draw(np.random.default_rng(1), 4)).round().tolist()
        [9.0, 9.0, 9.0, 9.0]
        """
        part = rng.choice(self.weight.size, size=count, p=self.weight)
        return rng.normal(self.part_mean[part], self.part_sd[part])


def mixture(weight: Floats, mean: Floats, variance: Floats) -> Mixture:
    """The mixture without its negligible parts (together below 1e-9), its weights summing to 1."""
    flat = weight.ravel()
    keep = flat > NEGLIGIBLE * flat.max()
    kept = flat[keep]
    return Mixture(kept / kept.sum(), mean.ravel()[keep], np.sqrt(variance.ravel()[keep]))
