"""The posterior of the effect beyond mean and variance: the evidence at fixed effects says how it leans.

At one node of correlation, spread and half-life the normal that propagation leaves has nearly, not quite, the right
mean and spread, and never a lean. The evidence with the effect held at one value after another has all three (Tierney
and Kadane's marginal). What it says in units of the normal hardly differs between nodes, so a few of them speak for
all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.analyse.latent_nodes import evenly_by_weight
from equipoise.analyse.propagation import Model, propagate
from equipoise.model.mixture import Mixture, mixture
from equipoise.model.schedule import Floats

STEPS = np.linspace(-4.0, 4.0, 9)
SPOKESMEN = 8
HELD = 1e-3  # of the effect's SD: a prior this narrow holds it
STEEPEST = 1.2  # the most skewness that two normals are asked to show
LEAN = 1.5  # skewness between two normals with weights 0.2 and 0.8, in units of the cube of their distance


@dataclass(frozen=True, slots=True)
class Shape:
    """Mean, SD and skewness of the effect in units of the normal of its node: 0, 1 and 0 where that is exact."""

    mean: float
    sd: float
    skewness: float

    def mixture(self, weight: Floats, mean: Floats, variance: Floats) -> Mixture:
        """The normals of all nodes given this shape: two for each, which share its mean, variance and skewness.

        >>> lean = Shape(0.0, 1.0, 0.3).mixture(np.ones(1), np.zeros(1), np.ones(1))
        >>> third = lean.weight @ (lean.part_mean**3 + 3.0 * lean.part_mean * lean.part_sd**2)
        >>> round(lean.sd, 9), round(float(third), 9)
        (1.0, 0.3)
        """
        skewness = float(np.clip(self.skewness, -STEEPEST, STEEPEST))
        apart = float(np.cbrt(skewness / LEAN))
        sd = np.sqrt(variance)
        centre, spread = mean + self.mean * sd, self.sd * sd
        places = [centre + 2.0 * apart * spread, centre - 0.5 * apart * spread]
        width = np.tile((1.0 - apart * apart) * spread**2, 2)
        return mixture(np.concatenate([0.2 * weight, 0.8 * weight]), np.concatenate(places), width)


def effect_shape(
    model: Model,
    mean: Floats,
    variance: Floats,
    weight: Floats,
    phi: Floats,
    tau: Floats,
    half_life: NDArray[np.intp],
) -> Shape:
    """The shape of the effect, averaged over nodes that are representative by weight (which sums to 1).

    `mean`, `variance`: of the normal that propagation leaves at each node. All (nodes,).
    """
    chosen = evenly_by_weight(weight, SPOKESMEN)
    centre, sd = mean[chosen], np.sqrt(variance[chosen])
    effect = (centre[:, None] + sd[:, None] * STEPS).ravel()
    many = np.repeat(chosen, STEPS.size)
    place = np.tile(model.mean, (effect.size, 1))
    place[:, -1] = effect
    narrow = np.append(model.sd[:-1], HELD * float(sd.min()))
    held = propagate(replace(model, mean=place, sd=narrow), phi[many], tau[many], half_life[many])
    log_density = held.log_z - 0.5 * ((effect - model.mean[-1]) / model.sd[-1]) ** 2
    density = log_density.reshape(SPOKESMEN, STEPS.size)
    density = np.exp(density - density.max(axis=1, keepdims=True))
    density /= density.sum(axis=1, keepdims=True)
    first = density @ STEPS
    miss = STEPS - first[:, None]
    variance = (density * miss**2).sum(axis=1)
    third = (density * miss**3).sum(axis=1) / variance**1.5
    return Shape(float(first.mean()), float(np.sqrt(variance.mean())), float(third.mean()))
