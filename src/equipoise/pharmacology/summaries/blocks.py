"""The parts of a linear system that do not touch each other, and each with numbers for many subjects in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.calculus import affine
from equipoise.pharmacology.kinetics.evaluate import evaluate
from equipoise.pharmacology.kinetics.expressions import Graph
from equipoise.pharmacology.kinetics.linear import NotLinear, linear
from equipoise.pharmacology.kinetics.system import System

Values = Mapping[str, Floats]
"""Parameters by name, each an array (subjects,)."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """One block of many subjects: d x/dt = rates x, output = reading x, and the share of a dose that enters a state.

    `rates`: (subjects, states, states); `reading`: (subjects, states); `entering`: (subjects,) by state.
    """

    states: tuple[str, ...]
    rates: Floats
    reading: Floats
    entering: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Block:
    """Some states of a linear system into which nothing else flows, and how one output reads them: nodes of a graph."""

    graph: Graph
    states: tuple[str, ...]
    matrix: Mapping[tuple[int, int], int]
    reading: Mapping[int, int]
    entries: Mapping[str, int]

    @property
    def nodes(self) -> tuple[int, ...]:
        """Everything that parameters decide."""
        return (*self.matrix.values(), *self.reading.values(), *self.entries.values())

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters that the output depends on."""
        return self.graph.names(self.nodes)

    def at(self, values: Values) -> Subjects:
        """The block with numbers in it."""
        count = max(np.size(values[name]) for name in self.parameters)
        found = dict(zip(self.nodes, evaluate(self.graph, self.nodes, values), strict=True))
        rates = np.zeros((count, len(self.states), len(self.states)))
        for (row, column), node in self.matrix.items():
            rates[:, row, column] = found[node]
        reading = np.zeros((count, len(self.states)))
        for place, node in self.reading.items():
            reading[:, place] = found[node]
        entering = {name: np.broadcast_to(found[node], count) for name, node in self.entries.items()}
        return Subjects(self.states, rates, reading, entering)


def blocks(system: System) -> Mapping[str, Block]:
    """The block behind each output of a system. Raises `InputError` where the system or an output is not linear."""
    found = linear(system)
    if isinstance(found, NotLinear):
        raise InputError(f"system {system.name}", [Fault("rates", found.why, "a linear system", "Change the rates.")])
    equations, names = system.equations, list(system.equations.states)
    graph = found.graph.copy()
    made: dict[str, Block] = {}
    for output, node in equations.outputs.items():
        read = {names.index(name): coefficient for name, coefficient in affine(graph, node, names).coefficients.items()}
        inside = set(read)
        while more := {j for i, j in found.matrix if i in inside} - inside:
            inside |= more
        states = sorted(inside)
        matrix = {
            (states.index(i), states.index(j)): node
            for (i, j), node in found.matrix.items()
            if i in inside and j in inside
        }
        own = [names[state] for state in states]
        entries = {name: equations.entries[name].bioavailability for name in own if name in equations.entries}
        reading = {states.index(state): coefficient for state, coefficient in read.items()}
        made[output] = Block(graph, tuple(own), matrix, reading, entries)
    return made
