"""A linear system as the matrix that its program exponentiates: states, integrals of outputs, and inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from equipoise.errors import UnfitError
from equipoise.pharmacology.kinetics.calculus import affine
from equipoise.pharmacology.kinetics.closed.pattern import Pattern, Place, pattern
from equipoise.pharmacology.kinetics.expressions import TIME, Graph
from equipoise.pharmacology.kinetics.linear import Linear, NotLinear, linear
from equipoise.pharmacology.kinetics.same import Same
from equipoise.pharmacology.kinetics.source import needed, split
from equipoise.pharmacology.kinetics.system import System


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """d(states, integrals, inputs)/dt = matrix (states, integrals, inputs); inputs stand still between operations.

    `entries`: the nodes of the matrix, by place. `inputs`: the row of the input into a state; `constant`: the row that
    is always 1, or -1. `outputs`: the nodes of the outputs, in terms of states and `stills`, nodes that depend on no
    state. `timed`: does an output name the time?
    """

    graph: Graph
    names: tuple[str, ...]
    integrals: int
    inputs: Mapping[int, int]
    constant: int
    entries: Mapping[Place, int]
    pattern: Pattern
    initial: tuple[int, ...]
    outputs: tuple[int, ...]
    stills: tuple[int, ...]
    timed: bool

    @property
    def states(self) -> int:
        """The number of the system's own states."""
        return len(self.names)

    @property
    def lines(self) -> int:
        """The numbers that a row of results has for each subject."""
        return len(self.outputs) + self.integrals


def form(system: System, integrals: Sequence[str] = (), inputs: Iterable[int] = ()) -> Form | NotLinear:
    """The form of a system, or why it has none. `integrals`: outputs whose integral over time is wanted; `inputs`:
    states that infusions go into.
    """
    return _form(Same(system), tuple(integrals), frozenset(inputs))


@lru_cache(maxsize=64)
def _form(same: Same, integrals: tuple[str, ...], inputs: frozenset[int]) -> Form | NotLinear:
    system = same.system
    found = linear(system)
    if isinstance(found, NotLinear):
        return found
    graph = found.graph
    rows = _rows(system, found, integrals)
    if isinstance(rows, NotLinear):
        return rows
    entries, constants = rows
    size = found.size + len(integrals)
    places: dict[int, int] = {}
    for state in sorted(inputs):
        places[state] = size
        entries[state, size] = graph.number(1.0)
        size += 1
    constant = size if constants else -1
    entries |= {(row, size): node for row, node in constants.items()}
    size += 1 if constants else 0
    entries = {(i, i): graph.number(0.0) for i in range(size)} | entries
    moving = [TIME, *system.states]
    parts = split(graph, list(system.equations.outputs.values()), moving)
    names = {graph.name(name): name for name in moving}
    known = names | dict.fromkeys(parts.still, "")
    plain = [node for node in needed(graph, parts.moving, known) if node not in known and graph[node].name]
    return Form(
        graph=graph,
        names=system.equations.states,
        integrals=len(integrals),
        inputs=places,
        constant=constant,
        entries=entries,
        pattern=pattern(size, entries),
        initial=system.equations.initial,
        outputs=parts.moving,
        stills=(*parts.still, *plain),
        timed=TIME in graph.names(parts.moving),
    )


def _rows(
    system: System, found: Linear, integrals: Sequence[str]
) -> tuple[dict[Place, int], dict[int, int]] | NotLinear:
    """Entries by place, and constants by row, of the system's states and of the integrals."""
    graph = found.graph
    entries, constants = dict(found.matrix), dict(found.constant)
    zero = graph.number(0.0)
    for i, name in enumerate(integrals):
        node = system.equations.outputs[name]
        why = f"the integral of {name} has no closed form"
        if TIME in graph.names([node]):
            return NotLinear(f"{why}: it depends on the time")
        try:
            parts = affine(graph, node, system.states)
        except UnfitError as error:
            return NotLinear(f"{why}: {error.found} is not linear in the states")
        row = found.size + i
        entries |= {(row, system.compartment(state) - 1): part for state, part in parts.coefficients.items()}
        if parts.constant != zero:
            constants[row] = parts.constant
    return entries, constants
