"""NONMEM's objective of one patient: -2 log of the likelihood of the measurements, random effects integrated out.

Four approximations of that integral. They agree where predictions are linear in the random effects and the variance
does not depend on them. Source: wang_2007.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.individual import Individual
from equipoise.pharmacology.estimation.search import Mode, find_mode
from equipoise.pharmacology.estimation.target import Target

Method = Literal["FO", "FOCE", "FOCEI", "LAPLACE"]


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """One patient's part of a population's objective, up to the constant n log(2 pi) that NONMEM leaves out too.

    `eta` (q,): the empirical Bayes estimate; `covariance` (q, q): its conditional covariance (NONMEM's ETC).
    `converged`, or `why` not. A `value` that could not be computed is NaN.
    """

    label: str
    method: Method
    value: float
    eta: Floats
    covariance: Floats
    converged: bool
    why: str


def objective(individual: Individual, method: Method = "FOCEI", start: Floats | None = None) -> Objective:
    """The objective of one patient. `start` (q,): random effects to search from, else 0.

    FO: predictions and variances are linear about the typical patient. FOCE: about the estimate, with the variances of
    the typical patient (no interaction). FOCEI: with those of the estimate and their expected curvature. LAPLACE: with
    the actual curvature, which values below quantification need.
    Raises `InputError` for another method where a value is below its limit.

    >>> from equipoise.pharmacology.estimation.individual import Measured
    >>> from equipoise.pharmacology.estimation.residual import Proportional
    >>> from equipoise.pharmacology.estimation.variation import Variation
    >>> hours = np.array([1.0, 4.0])
    >>> person = Individual(
    ...     "1", lambda k: 10.0 * np.exp(-k * hours), Measured([5.6, 1.1]), (Proportional(0.1),),
    ...     Variation.of({"K": 0.5}, [[0.09]]),
    ... )
    >>> found = objective(person)
    >>> round(found.value, 3), found.eta.round(3).tolist(), found.converged
    (-1.459, [0.104], True)
    """
    if method != "LAPLACE" and np.any(individual.measured.below):
        found = f"{int(individual.measured.below.sum())} values below their limit with {method}"
        raise InputError(
            f"individual {individual.label}",
            [Fault("method", found, "LAPLACE: their likelihood is no normal density", "Choose it, or leave them out.")],
        )
    if method == "FO":
        return _first_order(individual)
    typical = Target(individual).local(np.zeros(individual.variation.effects)).r if method == "FOCE" else None
    target = Target(individual, typical)
    mode = find_mode(target, None if start is None else individual.variation.in_prior_sds(start))
    curvature = target.curvature(mode.point) if method == "LAPLACE" else mode.curvature
    return _about(individual, method, mode, curvature)


def _about(individual: Individual, method: Method, mode: Mode, curvature: Floats) -> Objective:
    """The integral of a normal density with that peak and curvature."""
    root = individual.variation.root
    eta = root @ mode.point
    if not np.all(np.isfinite(curvature)) or np.linalg.eigvalsh(curvature).min() <= 0.0:
        unknown = np.full_like(curvature, np.nan)
        why = mode.why or "the target does not curve upwards in every direction at the estimate"
        return Objective(individual.label, method, np.nan, eta, unknown, False, why)
    value = mode.value + float(np.linalg.slogdet(curvature)[1])
    covariance = root @ np.linalg.solve(curvature, root.T)
    return Objective(individual.label, method, value, eta, covariance, mode.converged, mode.why)


def _first_order(individual: Individual) -> Objective:
    """Exact for predictions that are linear about the typical patient: a normal marginal density."""
    root = individual.variation.root
    here = Target(individual).local(np.zeros(individual.variation.effects))
    error = individual.scaled - here.f
    whole = here.df @ here.df.T + np.diag(here.r)
    if not np.all(np.isfinite(whole)) or np.linalg.eigvalsh(whole).min(initial=1.0) <= 0.0:
        why = "no prediction, or a measurement without variance, for the typical patient"
        unknown = np.full_like(root, np.nan)
        return Objective(individual.label, "FO", np.nan, unknown[0], unknown, False, why)
    weighed = np.linalg.solve(whole, error)
    value = float(np.linalg.slogdet(whole)[1] + error @ weighed)
    covariance = root @ (np.eye(len(root)) - here.df.T @ np.linalg.solve(whole, here.df)) @ root.T
    return Objective(individual.label, "FO", value, root @ here.df.T @ weighed, covariance, True, "")
