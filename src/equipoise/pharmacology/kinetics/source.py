"""Nodes of a graph as lines of a program that works on eight subjects side by side.

A program keeps all its numbers in one flat array `w`; a quantity has a row of eight there, which `lanes` reads and
writes as one value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from equipoise.pharmacology.kinetics.expressions import Graph, Node

LANES = 8
Places = Mapping[int, str]
_LONGEST = 120  # characters of an expression that is put into another one


@dataclass(frozen=True, slots=True)
class Split:
    """The moving roots of a program, and the nodes under them that stand still, to be computed once for a subject."""

    moving: tuple[int, ...]
    still: tuple[int, ...]


def split(graph: Graph, roots: Sequence[int], moving: Iterable[str]) -> Split:
    """Takes out of the roots what does not depend on the `moving` names; new nodes are added to the graph.

    Divisions of what moves by what stands still become products with the reciprocal.

    >>> from equipoise.pharmacology.kinetics.expressions import parse
    >>> graph = Graph()
    >>> names = {name: graph.name(name) for name in ("CL", "V", "A")}
    >>> found = split(graph, [parse(graph, "-CL/V*A + A/V", names)], ["A"])
    >>> [graph.text(node) for node in found.moving], [graph.text(node) for node in found.still]
    (['-CL/V*A + A*(1/V)'], ['-CL/V', '1/V'])
    """
    changed = _with_reciprocals(graph, roots, moving)
    moves = graph.depends(changed, moving)
    still: dict[int, None] = {}
    for number in graph.needed(changed):
        for arg in graph[number].args if moves[number] else ():
            if not moves[arg] and graph[arg].args:
                still[arg] = None
    still |= {root: None for root in changed if not moves[root] and graph[root].args}
    return Split(changed, tuple(still))


def _with_reciprocals(graph: Graph, roots: Sequence[int], moving: Iterable[str]) -> tuple[int, ...]:
    moves = graph.depends(roots, moving)
    found: dict[int, int] = {}
    for number in graph.needed(roots):
        node = graph[number]
        args = [found[arg] for arg in node.args]
        if node.op == "/" and moves[number] and not moves[node.args[1]]:
            found[number] = graph.apply("*", args[0], graph.apply("/", graph.number(1.0), args[1]))
        else:
            found[number] = graph.apply(node.op, *args) if args else number
    return tuple(found[root] for root in roots)


def statements(graph: Graph, roots: Sequence[int], places: Places) -> tuple[list[str], list[str]]:
    """Lines that compute what the roots share, and the expression of each root.

    `places`: how nodes that are known already are written, names among them.
    """
    lines: list[str] = []
    numbers = needed(graph, roots, places)
    uses = Counter(arg for number in numbers if number not in places for arg in graph[number].args)
    uses.update(roots)
    uses.update(graph[number].args[0] for number in numbers if number not in places and graph[number].op == "**")
    written: dict[int, str] = {}
    factors: dict[int, tuple[str, str]] = {}  # the factors of products that stand nowhere else yet
    for number in numbers:
        if number in places:
            written[number] = places[number]
            many, text = uses[number] > 1, written[number]
        else:
            node = graph[number]
            args = [written[arg] for arg in node.args]
            text = written[number] = _fused(node, args, factors) or expression(graph, node, args)
            many = bool(node.args) and (uses[number] > 1 or len(text) > _LONGEST)
            if node.op == "*" and not many:
                factors[number] = (args[0], args[1])
        if many:
            lines.append(f"x{number} = {text}")
            written[number] = f"x{number}"
    return lines, [written[root] for root in roots]


def products(factors: Sequence[tuple[str, str]], start: str = "") -> str:
    """The text of a sum of products after a start, each rounded together with what came before it.

    >>> products([("a", "b"), ("c", "d")]), products([("a", "b")], "start")
    ('fma(c, d, a * b)', 'fma(a, b, start)')
    """
    text = start
    for left, right in factors:
        text = f"fma({left}, {right}, {text})" if text else f"{left} * {right}"
    return text


def _fused(node: Node, args: Sequence[str], factors: Mapping[int, tuple[str, str]]) -> str | None:
    """A sum or difference with a product in it, rounded once; None for any other node."""
    if node.op not in {"+", "-"}:
        return None
    sign = "-" if node.op == "-" else ""
    if node.args[1] in factors:
        left, right = factors[node.args[1]]
        return f"fma({sign}{left}, {right}, {args[0]})"
    if node.args[0] in factors:
        left, right = factors[node.args[0]]
        return f"fma({left}, {right}, {sign}{args[1]})"
    return None


def needed(graph: Graph, roots: Sequence[int], places: Places) -> list[int]:
    """What has to be computed or read, arguments first; nothing under a node that has a place."""
    seen: set[int] = set()
    waiting = list(roots)
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            waiting.extend(() if number in places else graph[number].args)
    return sorted(seen)


_INFIX = frozenset({"+", "-", "*", "/"})
_POWERS: dict[float, str] = {2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}", 0.5: "math.sqrt({0})", -1.0: "1.0 / {0}"}


def expression(graph: Graph, node: Node, args: Sequence[str]) -> str:
    """The text of one operation on the texts of its arguments."""
    if node.op == "number":
        return repr(node.value) if node.value >= 0 else f"({node.value!r})"
    if node.op in _INFIX:
        return f"({args[0]} {node.op} {args[1]})"
    if node.op == "neg":
        return f"(-{args[0]})"
    if node.op == "**":
        return _power(graph, node, args)
    if node.op == "if_ge":
        a, b, x, y = (as_lanes(graph, arg, text) for arg, text in zip(node.args, args, strict=True))
        return f"if_less({a}, {b}, {y}, {x})"
    return _FUNCTIONS[node.op](args)


def as_lanes(graph: Graph, number: int, text: str) -> str:
    """The text of a node as eight numbers, where it is one."""
    return text if graph.value(number) is None else f"every({text})"


def _power(graph: Graph, node: Node, args: Sequence[str]) -> str:
    form = _POWERS.get(graph.value(node.args[1]) or 0.0)
    return f"({form.format(args[0])})" if form else f"math.pow({args[0]}, {args[1]})"


_FUNCTIONS: dict[str, Callable[[Sequence[str]], str]] = {
    "exp": lambda args: f"math.exp({args[0]})",
    "log": lambda args: f"math.log({args[0]})",
    "sqrt": lambda args: f"math.sqrt({args[0]})",
    "min": lambda args: f"min({args[0]}, {args[1]})",
    "max": lambda args: f"max({args[0]}, {args[1]})",
}
