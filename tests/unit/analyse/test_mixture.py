"""A mixture of normals: moments, probabilities and quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.model.mixture import Mixture, mixture

RNG = np.random.default_rng(8)
WEIGHT = RNG.dirichlet(np.ones(6))
MEAN = RNG.normal(0.0, 3.0, 6)
SD = RNG.uniform(0.2, 2.0, 6)
MANY = Mixture(WEIGHT, MEAN, SD)


def test_moments_are_those_of_the_parts() -> None:
    """Mean and SD agree with the integral of the density."""
    grid = np.linspace(-25.0, 25.0, 200_001)
    density = MANY.density(grid)
    step = grid[1] - grid[0]
    assert density.sum() * step == pytest.approx(1.0, abs=1e-9)
    assert grid @ density * step == pytest.approx(MANY.mean, abs=1e-9)
    assert ((grid - MANY.mean) ** 2) @ density * step == pytest.approx(MANY.sd**2, abs=1e-8)
    assert density[grid < 0.7].sum() * step == pytest.approx(MANY.below(0.7), abs=1e-4)


@pytest.mark.parametrize("probability", [1e-6, 0.025, 0.5, 0.8, 0.975, 1 - 1e-6])
def test_quantile_inverts_the_probability(probability: float) -> None:
    """The probability below a quantile is the one that was asked for, in the tails too."""
    assert MANY.below(MANY.quantile(probability)) == pytest.approx(probability, abs=1e-10)


def test_quantile_survives_a_gap() -> None:
    """Between two parts that lie far apart the density is zero; the quantiles still lie where they must."""
    far = Mixture(np.array([0.3, 0.7]), np.array([-50.0, 50.0]), np.array([0.1, 0.1]))
    assert far.quantile(0.15) == pytest.approx(-50.0, abs=1e-6)
    assert far.quantile(0.65) == pytest.approx(50.0, abs=1e-6)


def test_one_part_is_the_normal() -> None:
    """With one part every answer is that of the normal distribution."""
    one = Mixture(np.ones(1), np.array([-2.0]), np.array([1.5]))
    assert one.interval(0.95) == pytest.approx(norm(-2.0, 1.5).interval(0.95))
    assert one.below(0.0) == pytest.approx(norm(-2.0, 1.5).cdf(0.0))


def test_negligible_parts_are_dropped_and_weights_sum_to_one() -> None:
    """Parts without weight go, whatever the shape of the nodes was."""
    made = mixture(np.array([[2.0, 1e-15], [2.0, 0.0]]), np.arange(4.0).reshape(2, 2), np.full((2, 2), 4.0))
    assert made.weight.tolist() == [0.5, 0.5]
    assert made.part_mean.tolist() == [0.0, 2.0]
    assert made.part_sd.tolist() == [2.0, 2.0]
