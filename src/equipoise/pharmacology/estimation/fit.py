"""Population parameters by the least objective: quasi-Newton steps over all that is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy.optimize import minimize

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.objective import Method, Objective
from equipoise.pharmacology.estimation.population import Population, Subject
from equipoise.pharmacology.estimation.surface import Surface

LEFT = 1e-3
"""Converged: the objective would fall by less than this, by its slope and curvature; 3.84 is one parameter's worth."""
MOST_ITERATIONS = 200


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
    surface = Surface(start, subjects, method, threads)
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
