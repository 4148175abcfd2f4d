"""The expressions of a system as nodes of one graph, with assignments put in, and what in them does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from equipoise.errors import Fault, UnfitError
from equipoise.pharmacology.kinetics.declaration import Declaration
from equipoise.pharmacology.kinetics.dimensions import Dimensions, difference, dimensions
from equipoise.pharmacology.kinetics.expressions import TIME, Graph, parse
from equipoise.pharmacology.kinetics.units import PURE, Unit, unit


@dataclass(frozen=True, slots=True)
class EntryNodes:
    """The nodes of one entry; None where a rate or duration is not modelled."""

    lag: int
    bioavailability: int
    rate: int | None
    duration: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """The nodes of a system, states in their order. Names in them: states, parameters, covariates and `t`.

    `graph` belongs to the system: copy it before adding to it.
    """

    graph: Graph
    states: tuple[str, ...]
    rates: tuple[int, ...]
    initial: tuple[int, ...]
    entries: Mapping[str, EntryNodes]
    outputs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Field:
    """One expression of the declaration: where it stands, whether it must be known before anything moves, its unit."""

    path: str
    text: str
    still: bool
    unit: Unit | None


def read(system: Declaration) -> tuple[Equations, tuple[Fault, ...]]:
    """The equations of a declaration whose names are sound, and every fault of its expressions.

    Where there are faults the equations are not complete.
    """
    reading = _Reading(system)
    nodes = {field.path: reading.node(field) for field in _fields(system)}
    zero = reading.graph.number(0.0)
    entries = {
        name: EntryNodes(
            nodes[f"entries.{name}.lag"],
            nodes[f"entries.{name}.bioavailability"],
            nodes.get(f"entries.{name}.rate"),
            nodes.get(f"entries.{name}.duration"),
        )
        for name in system.entries
    }
    found = Equations(
        graph=reading.graph,
        states=tuple(system.states),
        rates=tuple(nodes[f"rates.{name}"] for name in system.states),
        initial=tuple(nodes.get(f"initial.{name}", zero) for name in system.states),
        entries=entries,
        outputs={name: nodes[f"outputs.{name}"] for name in system.outputs},
    )
    return found, tuple(reading.faults)


def _fields(system: Declaration) -> Iterator[_Field]:
    """Every expression in the order in which they may name each other."""
    time = unit(system.time_unit)
    for name, text in system.assignments.items():
        yield _Field(f"assignments.{name}", text, False, None)
    for name, state in system.states.items():
        own = unit(state)
        flow = own / time if own and time else None
        yield _Field(f"rates.{name}", system.rates[name], False, flow)
        if name in system.initial:
            yield _Field(f"initial.{name}", system.initial[name], True, own)
        if entry := system.entries.get(name):
            yield _Field(f"entries.{name}.lag", entry.lag, True, time)
            yield _Field(f"entries.{name}.bioavailability", entry.bioavailability, True, PURE)
            if entry.rate:
                yield _Field(f"entries.{name}.rate", entry.rate, True, flow)
            if entry.duration:
                yield _Field(f"entries.{name}.duration", entry.duration, True, time)
    for name, output in system.outputs.items():
        yield _Field(f"outputs.{name}", output.expression, False, unit(output.unit))


class _Reading:
    """Reads one expression after the other into one graph and keeps the faults."""

    def __init__(self, system: Declaration) -> None:
        self.graph = Graph()
        self.faults: list[Fault] = []
        self._moving = frozenset({TIME, *system.states})
        texts = {TIME: system.time_unit, **system.states}
        texts |= {name: item.unit for name, item in system.parameters.items()}
        texts |= {name: item.unit for name, item in system.covariates.items()}
        self._units = {name: unit(text) for name, text in texts.items()}
        self._names = {name: self.graph.name(name) for name in self._units}
        self._misfits: set[int] = set()

    def node(self, field: _Field) -> int:
        """The node of a field, 0 where it cannot be read; an assignment's node is known by its name from here on."""
        try:
            node = parse(self.graph, field.text, self._names)
        except UnfitError as error:
            self._fault(field, error.found or repr(field.text), error.expected)
            node = self.graph.number(0.0)
        else:
            self._check(field, node)
        kind, _, name = field.path.partition(".")
        if kind == "assignments":
            self._names[name] = node
        return node

    def _check(self, field: _Field, node: int) -> None:
        moving = sorted(self.graph.names([node]) & self._moving)
        if field.still and moving:
            self._fault(field, f"{', '.join(moving)} in it", "only what is known before anything moves: no state, no t")
        found = dimensions(self.graph, [node], self._units)
        for misfit in found.misfits:
            if misfit.node not in self._misfits:
                self._misfits.add(misfit.node)
                self._fault(field, misfit.found, misfit.expected)
        self._check_unit(field, node, found)

    def _check_unit(self, field: _Field, node: int, found: Dimensions) -> None:
        own = found.units[node]
        if own and field.unit and not own.like(field.unit):
            what = difference(own, field.unit, "the expression", "what it stands for")
            self._fault(field, field.text, f"an expression in the unit of what it stands for; {what}")

    def _fault(self, field: _Field, found: str, expected: str) -> None:
        self.faults.append(Fault(field.path, found, expected, "Correct the expression or a unit."))
