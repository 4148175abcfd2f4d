"""The equations of a system as lines of a program for all lanes: slopes, hoisted parts, beginnings, outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.pharmacology.kinetics.ensemble.layout import Layout
from equipoise.pharmacology.kinetics.expressions import TIME
from equipoise.pharmacology.kinetics.source import as_lanes, split, statements
from equipoise.pharmacology.kinetics.system import System


class Field:
    """The nodes of one program and the rows of `w` that they live in.

    `integrals`: names of outputs whose integral over time is a state too, after the system's own. States come in the
    system's order; `controlled` of them, the system's own, steer the step size.
    """

    def __init__(self, system: System, integrals: Sequence[str] = ()) -> None:
        equations = system.equations
        self.graph = equations.graph.copy()
        self.states = (*equations.states, *(f"integral of {name}" for name in integrals))
        self.controlled = len(equations.states)
        self.values = (*system.parameters, *system.covariates)
        self._initial = (*equations.initial, *(self.graph.number(0.0) for _ in integrals))
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
        self.layout = Layout(len(self.states))
        self.layout.rows("VALUE", len(self.values))
        self.layout.rows("STILL", len(self.still))
        self.layout.rows("OUT", len(self.outputs))

    @property
    def timed(self) -> bool:
        """Whether a rate depends on the time itself."""
        return TIME in self.graph.names(self.rates)

    def places(self, at: str, time: str = "load(w, T)") -> dict[int, str]:
        """How names and hoisted parts are written: states in the rows under `at`, the time as the text `time`."""
        graph, layout = self.graph, self.layout
        found = self._values() | {node: layout.cell("STILL", i) for i, node in enumerate(self.still)}
        found |= {graph.name(name): layout.cell(at, i) for i, name in enumerate(self.states)}
        found |= {graph.name(f"input of {name}"): layout.cell("INPUT", i) for i, name in enumerate(self.states)}
        return found | {graph.name(TIME): time}

    def slopes(self, at: str, to: str, time: str = "load(w, T)", scale: str = "") -> list[str]:
        """Lines that write the slopes of the states under `at` into the rows under `to`, times `scale`."""
        return self.block(self.rates, self.places(at, time), to, scale)

    def block(self, roots: Sequence[int], places: Mapping[int, str], to: str, scale: str = "") -> list[str]:
        """Lines that write the roots into the rows under `to`."""
        lines, written = statements(self.graph, roots, places)
        texts = [f"{scale}{as_lanes(self.graph, root, text)}" for root, text in zip(roots, written, strict=True)]
        return [f"    {line}" for line in [*lines, *(self.layout.store(to, i, text) for i, text in enumerate(texts))]]

    def hoist(self) -> list[str]:
        """Lines that compute the hoisted parts."""
        return self.block(self.still, self._values(), "STILL")

    def initial(self) -> list[str]:
        """Lines that compute the states at the beginning; integrals begin at 0."""
        return self.block(self._initial, self._values(), "BEGIN")

    def report(self) -> list[str]:
        """Lines that compute the outputs."""
        return self.block(self.outputs, self.places("Y"), "OUT")

    def _values(self) -> dict[int, str]:
        return {self.graph.name(name): self.layout.cell("VALUE", i) for i, name in enumerate(self.values)}
