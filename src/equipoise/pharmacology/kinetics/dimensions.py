"""The unit of every node of a graph, and what in it does not fit.

A number in a sum takes the unit of its neighbour; in a product 1 is pure and any other number may carry a unit that
nobody wrote, so that the product's unit is not known. What is not known is not checked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from equipoise.pharmacology.kinetics.expressions import Graph, Node
from equipoise.pharmacology.kinetics.units import PURE, Unit


@dataclass(frozen=True, slots=True)
class Misfit:
    """A node whose parts have units that do not fit, and what is wrong in words."""

    node: int
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The units of nodes by number (None: not known) and the misfits, each once."""

    units: Mapping[int, Unit | None]
    misfits: tuple[Misfit, ...]


def dimensions(graph: Graph, roots: Iterable[int], names: Mapping[str, Unit | None]) -> Dimensions:
    """The units of all nodes under the roots, from those of the names."""
    units: dict[int, Unit | None] = {}
    misfits: list[Misfit] = []
    for number in graph.needed(roots):
        node = graph[number]
        expected = _misfit(graph, node, [units[arg] for arg in node.args])
        if expected:
            misfits.append(Misfit(number, graph.text(number), expected))
        units[number] = None if expected else _unit(graph, node, units, names)
    return Dimensions(units, tuple(misfits))


_ALIKE = frozenset({"+", "-", "min", "max"})
_PURE_ONLY = frozenset({"exp", "log"})


def _misfit(graph: Graph, node: Node, args: list[Unit | None]) -> str:
    """What was expected where the arguments do not fit; empty where they do or where it is not known."""
    if node.op in _ALIKE and args[0] and args[1] and not args[0].like(args[1]):
        left, right = (graph.text(arg) for arg in node.args)
        return f"terms in one unit; {difference(args[0], args[1], left, right)}"
    if node.op in _PURE_ONLY and args[0] and not args[0].pure:
        return f"a pure number in {node.op}"
    if node.op == "**" and (args[1] and not args[1].pure):
        return "a pure number as exponent"
    if node.op == "**" and args[0] and args[0].powers and graph.value(node.args[1]) is None:
        return "a number as exponent of what has a unit"
    return ""


def difference(left: Unit, right: Unit, left_name: str, right_name: str) -> str:
    """How two units differ, in words."""
    if left.same_dimension(right):
        return f"{left_name} times {left.factor_to(right):g} is in the unit of {right_name}"
    return f"{left_name} and {right_name} measure different things"


def _unit(graph: Graph, node: Node, units: Mapping[int, Unit | None], names: Mapping[str, Unit | None]) -> Unit | None:
    if node.op == "name":
        return names.get(node.name)
    if node.op == "number":
        return None
    if node.op in _PURE_ONLY:
        return PURE
    args = [units[arg] for arg in node.args]
    if node.op in {"*", "/"}:
        return _product(graph, node, args)
    if node.op in {"**", "sqrt"}:
        exponent = 0.5 if node.op == "sqrt" else graph.value(node.args[1])
        return args[0] ** exponent if args[0] is not None and exponent is not None else None
    return next((arg for arg in args if arg is not None), None)


def _product(graph: Graph, node: Node, args: list[Unit | None]) -> Unit | None:
    sides = [
        PURE if math.isclose(graph.value(arg) or 0.0, 1.0) else unit for arg, unit in zip(node.args, args, strict=True)
    ]
    if sides[0] is None or sides[1] is None:
        return None
    return sides[0] * sides[1] if node.op == "*" else sides[0] / sides[1]
