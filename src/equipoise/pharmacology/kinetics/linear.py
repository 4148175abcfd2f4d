"""Whether a system is linear in its states with rates that stand still between records, and its matrix if so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.errors import UnfitError
from equipoise.pharmacology.kinetics.calculus import affine
from equipoise.pharmacology.kinetics.expressions import TIME, Graph
from equipoise.pharmacology.kinetics.system import System


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """d state/dt = A state + b: the nodes of what is not 0, by (row, column) and by row, states in their order.

    They depend on parameters and covariates alone. `graph` holds the nodes of the system's equations too, under the
    same numbers.
    """

    graph: Graph
    size: int
    matrix: Mapping[tuple[int, int], int]
    constant: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class NotLinear:
    """Why a system has no closed form, in words."""

    why: str


def linear(system: System) -> Linear | NotLinear:
    """The matrix of a linear system, or why there is none. A rate that names `t` has none: it never stands still.

    >>> one = System.of({
    ...     "name": "one", "states": {"A": "mg"}, "parameters": {"K": {"value": 0.1, "unit": "1/h"}},
    ...     "rates": {"A": "-K*A"}, "outputs": {"A_now": {"expression": "A", "unit": "mg"}},
    ... })
    >>> found = linear(one)
    >>> {place: found.graph.text(node) for place, node in found.matrix.items()}
    {(0, 0): '-K'}
    >>> linear(System.of({**one.model_dump(), "rates": {"A": "-K*A*A/(2 + A)"}})).why
    'the rate of A is not linear in the states: -K*A*A'
    """
    equations = system.equations
    graph = equations.graph.copy()
    zero = graph.number(0.0)
    matrix: dict[tuple[int, int], int] = {}
    constant: dict[int, int] = {}
    for row, (state, rate) in enumerate(zip(equations.states, equations.rates, strict=True)):
        if TIME in graph.names([rate]):
            return NotLinear(f"the rate of {state} depends on the time")
        try:
            found = affine(graph, rate, equations.states)
        except UnfitError as error:
            return NotLinear(f"the rate of {state} is not linear in the states: {error.found}")
        matrix |= {(row, equations.states.index(name)): node for name, node in found.coefficients.items()}
        if found.constant != zero:
            constant[row] = found.constant
    return Linear(graph, len(equations.states), matrix, constant)
