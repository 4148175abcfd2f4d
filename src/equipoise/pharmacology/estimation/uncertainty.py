"""How well a fit knows what it estimated: standard errors from slopes and curvature of the objective.

The sandwich R^-1 S R^-1 of NONMEM: R half the curvature of the objective, S the sum over patients of the products of
half their slopes. It holds whether or not the model is true; where it is, both are alike. Source: white_1982.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.objective import Method
from equipoise.pharmacology.estimation.population import Population, Subject
from equipoise.pharmacology.estimation.surface import Surface

WIDE = 1e-2
"""Of the differences of slopes: they hold noise, which is divided by it."""


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """`covariance` (k, k) of what is free, in the order of `free_names`; `standard_errors` by the names of `natural`.

    The standard error of a logarithm is the relative one of the number. `converged`, or `why` not: then all is NaN.
    """

    covariance: Floats
    standard_errors: Mapping[str, float]
    converged: bool
    why: str


def uncertainty(
    population: Population, subjects: Sequence[Subject], method: Method = "FOCEI", *, threads: int | None = 1
) -> Uncertainty:
    """The uncertainty of a population that was fitted. Takes 4 k (k + 1) evaluations of the objective."""
    surface = Surface(population, subjects, method, threads)
    free = population.free
    surface.value(free)  # searches begin at its estimates
    scores = 0.5 * surface.gradients(free)
    shifts = WIDE * np.eye(free.size)
    bends = [surface.gradient(free + shift) - surface.gradient(free - shift) for shift in shifts]
    curvature = np.array(bends) / (4.0 * WIDE)
    curvature = (curvature + curvature.T) / 2.0
    if not np.all(np.isfinite(curvature)) or np.linalg.eigvalsh(curvature).min() <= 0.0:
        unknown = dict.fromkeys(population.natural, float("nan"))
        why = "the objective does not curve upwards in every direction: no minimum, or something cannot be identified"
        return Uncertainty(np.full_like(curvature, np.nan), MappingProxyType(unknown), False, why)
    inverse = np.linalg.inv(curvature)
    covariance = inverse @ scores.T @ scores @ inverse
    slopes = _natural_slopes(population, free)
    errors = np.sqrt(np.einsum("ij,jk,ik->i", slopes, covariance, slopes))
    named = dict(zip(population.natural, errors.tolist(), strict=True))
    return Uncertainty(covariance, MappingProxyType(named), True, "")


def _natural_slopes(population: Population, free: Floats) -> Floats:
    """The derivatives of the numbers that people read by what is free (k, k)."""
    columns = [
        np.array(list(population.with_free(free + shift).natural.values()))
        - np.array(list(population.with_free(free - shift).natural.values()))
        for shift in 1e-5 * np.eye(free.size)
    ]
    return np.stack(columns, axis=1) / 2e-5
