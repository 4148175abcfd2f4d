"""The equations of a system as lines of a program: slopes, hoisted parts, beginnings, outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.pharmacology.kinetics.ensemble.layout import Layout
from equipoise.pharmacology.kinetics.expressions import TIME
from equipoise.pharmacology.kinetics.source import expression, needed, slow, split, statements
from equipoise.pharmacology.kinetics.system import System

LOOP = "    for lane in range(LANES):"


class Field:
    """The nodes of one program and the rows of `w` that they live in.

    `integrals`: names of outputs whose integral over time is a state too, after the system's own. States come in the
    system's order; `CONTROLLED` of them, the system's own, steer the step size.
    """

    def __init__(self, system: System, integrals: Sequence[str] = ()) -> None:
        equations = system.equations
        self.graph = equations.graph.copy()
        self.states = (*equations.states, *(f"integral of {name}" for name in integrals))
        self.controlled = len(equations.states)
        self.values = (*system.parameters, *system.covariates)
        self.layout = Layout(len(self.states))
        self.layout.rows("VALUE", len(self.values))
        self._initial = equations.initial
        inputs = {name: self.graph.name(f"input of {name}") for name in system.entries}
        rates = [
            self.graph.apply("+", rate, inputs[state]) if state in inputs else rate
            for state, rate in zip(equations.states, equations.rates, strict=True)
        ]
        outputs = list(equations.outputs.values())
        integrands = [equations.outputs[name] for name in integrals]
        moving = [TIME, *self.states, *(f"input of {name}" for name in inputs)]
        parts = split(self.graph, [*rates, *integrands, *outputs], moving)
        self.rates = parts.moving[: len(self.states)]
        self.outputs = parts.moving[len(self.states) :]
        self.still = parts.still
        self.layout.rows("STILL", len(self.still))
        self._scratch: dict[int, str] = {}

    @property
    def timed(self) -> bool:
        """Whether a rate depends on the time itself."""
        return TIME in self.graph.names(self.rates)

    def places(self, at: str, time: str) -> dict[int, str]:
        """How names and hoisted parts are written: states in the rows under `at`, the time as the text `time`."""
        graph, layout = self.graph, self.layout
        found = {graph.name(name): layout.cell("VALUE", i) for i, name in enumerate(self.values)}
        found |= {node: layout.cell("STILL", i) for i, node in enumerate(self.still)}
        found |= {graph.name(name): layout.cell(at, i) for i, name in enumerate(self.states)}
        found |= {graph.name(f"input of {name}"): layout.cell("INPUT", i) for i, name in enumerate(self.states)}
        return found | {graph.name(TIME): time}

    def slopes(self, at: str, to: str, time: str, scale: str = "") -> list[str]:
        """Loops that write the slopes of the states under `at` into the rows under `to`, times `scale`."""
        cells = [self.layout.cell(to, i) for i in range(len(self.states))]
        return self.loops(self.rates, self.places(at, time), cells, scale)

    def loops(
        self, roots: Sequence[int], places: Mapping[int, str], cells: Sequence[str], scale: str = ""
    ) -> list[str]:
        """Loops over the lanes that write the roots into cells.

        What no processor does for eight numbers at once (exp, log, powers) gets loops of its own, so that the rest is.
        """
        places = dict(places)
        lines: list[str] = []
        while waiting := self._slow_ones(roots, places):
            for node in waiting:
                arguments = self.graph[node].args
                rows = [self._scratch_cell(node, i) for i in range(len(arguments))]
                lines += self._loop(arguments, places, rows)
                lines += [LOOP, f"        {rows[0]} = {expression(self.graph, self.graph[node], rows)}"]
                places[node] = rows[0]
        return lines + self._loop(roots, places, cells, scale)

    def _loop(
        self, roots: Sequence[int], places: Mapping[int, str], cells: Sequence[str], scale: str = ""
    ) -> list[str]:
        lines, written = statements(self.graph, roots, places)
        stores = [f"{cell} = {scale}{text}" for cell, text in zip(cells, written, strict=True)]
        return [LOOP, *(f"        {line}" for line in [*lines, *stores])]

    def _slow_ones(self, roots: Sequence[int], places: Mapping[int, str]) -> list[int]:
        """The slow nodes whose arguments rest on none that is still to be computed."""
        found: list[int] = []
        waits: dict[int, bool] = {}
        for node in needed(self.graph, roots, places):
            args = () if node in places else self.graph[node].args
            waits[node] = any(waits[arg] for arg in args)
            if args and slow(self.graph, node):
                found += [] if waits[node] else [node]
                waits[node] = True
        return found

    def _scratch_cell(self, node: int, i: int) -> str:
        name = f"SCRATCH_{node}_{i}"
        if name not in self.layout.names:
            self.layout.rows(name, 1)
        return self.layout.cell(name)

    def hoist(self) -> list[str]:
        """Statements that compute one lane's hoisted parts."""
        places = {self.graph.name(name): self.layout.cell("VALUE", i) for i, name in enumerate(self.values)}
        lines, written = statements(self.graph, self.still, places)
        stores = [f"{self.layout.cell('STILL', i)} = {text}" for i, text in enumerate(written)]
        return [f"    {line}" for line in [*lines, *stores]]

    def initial(self) -> list[str]:
        """Statements that put one lane's states at their beginning; integrals begin at 0."""
        places = {self.graph.name(name): self.layout.cell("VALUE", i) for i, name in enumerate(self.values)}
        lines, written = statements(self.graph, self._initial, places)
        written += ["0.0"] * (len(self.states) - self.controlled)
        stores = [f"{self.layout.cell('Y', i)} = {text}" for i, text in enumerate(written)]
        return [f"    {line}" for line in [*lines, *stores]]

    def write(self) -> list[str]:
        """Statements that write one lane's outputs, integrals last."""
        lines, written = statements(self.graph, self.outputs, self.places("Y", self.layout.cell("T")))
        written += [self.layout.cell("Y", i) for i in range(self.controlled, len(self.states))]
        stores = [f"out[{i}, subject, row] = {text}" for i, text in enumerate(written)]
        return [f"    {line}" for line in [*lines, *stores]]
