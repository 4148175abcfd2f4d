"""Population parameters by the least objective: quasi-Newton steps over all that is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import minimize

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.batch import objectives
from equipoise.pharmacology.estimation.objective import Method, Objective
from equipoise.pharmacology.estimation.population import Population, Subject

STEP = 1e-4
"""Of the central differences over what is free: mostly logarithms, so a relative step."""
LEFT = 1e-3
"""Converged: the objective would fall by less than this, by its slope and curvature; 3.84 is one parameter's worth."""
MOST_ITERATIONS = 200
FARTHEST = 10.0
"""How far a logarithm may move from its start: by a factor of 20,000."""
NO_VALUE = 1e100
"""What a step that leads too far, or where nothing can be predicted, is told, so that a shorter one is tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The population found, its objective (the sum of `individuals`), and what it would still fall by (`left`).

    `converged`, or `why` not; a patient whose own search failed is named in `why` too.
    """

    population: Population
    objective: float
    individuals: tuple[Objective, ...]
    left: float
    converged: bool
    why: str
    evaluations: int


def fit(start: Population, subjects: Sequence[Subject], method: Method = "FOCEI", *, threads: int | None = 1) -> Fitted:
    """The population with the least objective near `start`. Raises `InputError` where nothing is free, or nobody there.

    One minimum is found, not proven to be the only one: start from several places where that matters. Nothing is moved
    where a patient has no estimate at the start.
    """
    if not subjects or not start.free.size:
        found = f"{len(subjects)} subjects and {start.free.size} free numbers"
        raise InputError("fit", [Fault("fit", found, "at least one of each", "Add subjects, or free a number.")])
    surface = _Surface(start, subjects, method, threads)
    first = surface.at(start.free)
    if failed := _failed(first):
        return Fitted(start, float("nan"), first, float("nan"), False, failed, surface.evaluations)
    found: Any = minimize(  # its inverse Hessian has a type of its own with this method
        surface.value,
        start.free,
        jac=surface.gradient,
        method="L-BFGS-B",
        options={"maxiter": MOST_ITERATIONS, "ftol": 1e-12, "gtol": 1e-3, "maxcor": 30},
    )
    best: Floats = found.x
    population = start.with_free(best)
    individuals = surface.at(best)
    slope = surface.gradient(best)
    left = float(0.5 * slope @ found.hess_inv.matvec(slope))
    reasons = [] if left < LEFT else [f"the objective would still fall by {left:.2g}: {found.message}"]
    reasons += [failed] if (failed := _failed(individuals)) else []
    total = float(sum(item.value for item in individuals))
    return Fitted(population, total, individuals, left, not reasons, "; ".join(reasons), surface.evaluations)


def _failed(individuals: Sequence[Objective]) -> str:
    """Whose search failed, in words; nothing where none did."""
    labels = [item.label for item in individuals if not item.converged]
    return f"no estimate of subject {', '.join(labels)}" if labels else ""


@dataclass(slots=True, eq=False)
class _Surface:
    """The objective over what is free. Searches begin at the estimates of the step before, which moves them little."""

    start: Population
    subjects: Sequence[Subject]
    method: Method
    threads: int | None
    evaluations: int = field(default=0, init=False)
    _etas: list[Floats] | None = field(default=None, init=False)

    def at(self, free: Floats) -> tuple[Objective, ...]:
        """The objective of each patient."""
        self.evaluations += 1
        people = self.start.with_free(free).individuals(self.subjects)
        return objectives(people, self.method, starts=self._etas, threads=self.threads)

    def value(self, free: Floats) -> float:
        """The objective of all."""
        if self._far(free):
            return NO_VALUE
        found = self.at(free)
        if all(item.converged for item in found):
            self._etas = [item.eta for item in found]
        total = sum(item.value for item in found)
        return float(total) if np.isfinite(total) else NO_VALUE

    def gradient(self, free: Floats) -> Floats:
        """Its derivatives (k,), by central differences."""
        if self._far(free):
            return np.zeros(free.size)
        shifts = STEP * np.eye(free.size)
        slopes = [self._sum(free + shift) - self._sum(free - shift) for shift in shifts]
        return np.nan_to_num(np.array(slopes) / (2.0 * STEP))

    def _far(self, free: Floats) -> bool:
        logarithms = np.array(["log" in name for name in self.start.free_names])
        return bool(np.any(np.abs(free - self.start.free)[logarithms] > FARTHEST))

    def _sum(self, free: Floats) -> float:
        return float(sum(item.value for item in self.at(free)))
