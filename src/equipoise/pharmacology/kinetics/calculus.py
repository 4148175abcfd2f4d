"""Derivatives and affine parts of the nodes of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from equipoise.errors import UnfitError
from equipoise.pharmacology.kinetics.expressions import Graph

_Rule = Callable[[Graph, int, tuple[int, ...], list[int]], int]


def derivative(graph: Graph, root: int, name: str) -> int:
    """The node of the derivative of `root` by a name; new nodes are added to the graph.

    >>> from equipoise.pharmacology.kinetics.expressions import parse
    >>> graph = Graph()
    >>> root = parse(graph, "VM*A/(K + A)", {name: graph.name(name) for name in ("VM", "K", "A")})
    >>> graph.text(derivative(graph, root, "A"))
    '(VM - VM*A/(K + A))/(K + A)'
    """
    found: dict[int, int] = {}
    zero = graph.number(0.0)
    depends = graph.depends([root], [name])
    for number in graph.needed([root]):
        node = graph[number]
        if not depends[number]:
            found[number] = zero
        elif node.op == "name":
            found[number] = graph.number(1.0)
        else:
            found[number] = _RULES[node.op](graph, number, node.args, [found[arg] for arg in node.args])
    return found[root]


def _product(graph: Graph, _own: int, args: tuple[int, ...], slopes: list[int]) -> int:
    return graph.apply("+", graph.apply("*", slopes[0], args[1]), graph.apply("*", args[0], slopes[1]))


def _quotient(graph: Graph, own: int, args: tuple[int, ...], slopes: list[int]) -> int:
    """(a' - (a/b) b') / b: the quotient itself is there already."""
    return graph.apply("/", graph.apply("-", slopes[0], graph.apply("*", own, slopes[1])), args[1])


def _power(graph: Graph, own: int, args: tuple[int, ...], slopes: list[int]) -> int:
    base, exponent = args
    zero = graph.number(0.0)
    lower = graph.apply("**", base, graph.apply("-", exponent, graph.number(1.0)))
    by_base = graph.apply("*", graph.apply("*", exponent, lower), slopes[0])
    if slopes[1] == zero:
        return by_base
    return graph.apply("+", by_base, graph.apply("*", graph.apply("*", own, graph.apply("log", base)), slopes[1]))


def _root(graph: Graph, own: int, _args: tuple[int, ...], slopes: list[int]) -> int:
    return graph.apply("/", slopes[0], graph.apply("*", graph.number(2.0), own))


_RULES: dict[str, _Rule] = {
    "+": lambda graph, _own, _args, slopes: graph.apply("+", *slopes),
    "-": lambda graph, _own, _args, slopes: graph.apply("-", *slopes),
    "neg": lambda graph, _own, _args, slopes: graph.apply("neg", *slopes),
    "*": _product,
    "/": _quotient,
    "**": _power,
    "exp": lambda graph, own, _args, slopes: graph.apply("*", own, slopes[0]),
    "log": lambda graph, _own, args, slopes: graph.apply("/", slopes[0], args[0]),
    "sqrt": _root,
    "max": lambda graph, _own, args, slopes: graph.apply("if_ge", args[0], args[1], slopes[0], slopes[1]),
    "min": lambda graph, _own, args, slopes: graph.apply("if_ge", args[1], args[0], slopes[0], slopes[1]),
    "if_ge": lambda graph, _own, args, slopes: graph.apply("if_ge", args[0], args[1], slopes[2], slopes[3]),
}


@dataclass(frozen=True, slots=True)
class Affine:
    """constant + sum of coefficient x name: the nodes of coefficients that are not 0, by name, and of the constant."""

    coefficients: Mapping[str, int]
    constant: int


def affine(graph: Graph, root: int, names: Iterable[str]) -> Affine:
    """The node as an affine function of the names. Raises `UnfitError` with the part that is none.

    >>> from equipoise.pharmacology.kinetics.expressions import parse
    >>> graph = Graph()
    >>> names = {name: graph.name(name) for name in ("KA", "G", "CL", "V", "A")}
    >>> found = affine(graph, parse(graph, "KA*G - CL*(A/V)", names), ["G", "A"])
    >>> {name: graph.text(node) for name, node in found.coefficients.items()}
    {'G': 'KA', 'A': '-CL*(1/V)'}
    >>> affine(graph, parse(graph, "CL*A/(V + A)", names), ["G", "A"])
    Traceback (most recent call last):
    ...
    equipoise.errors.UnfitError: found CL*A/(V + A); expected a sum of states times what depends on no state
    """
    names = frozenset(names)
    found: dict[int, Affine] = {}
    for number in graph.needed([root]):
        node = graph[number]
        if node.op == "name" and node.name in names:
            found[number] = Affine({node.name: graph.number(1.0)}, graph.number(0.0))
            continue
        parts = [found[arg] for arg in node.args]
        if not any(part.coefficients for part in parts):
            found[number] = Affine({}, number)
        else:
            found[number] = _combined(graph, number, parts)
    return found[root]


def _combined(graph: Graph, number: int, parts: list[Affine]) -> Affine:
    op = graph[number].op
    if op == "neg":
        return _each(parts[0], lambda node: graph.apply("neg", node))
    if op in {"+", "-"}:
        return _added(graph, op, *parts)
    if op == "*" and not (parts[0].coefficients and parts[1].coefficients):
        left, right = parts
        if left.coefficients:
            return _each(left, lambda node: graph.apply("*", node, right.constant))
        return _each(right, lambda node: graph.apply("*", left.constant, node))
    if op == "/" and not parts[1].coefficients:
        return _each(parts[0], lambda node: graph.apply("/", node, parts[1].constant))
    raise UnfitError("a sum of states times what depends on no state", found=graph.text(number))


def _each(part: Affine, change: Callable[[int], int]) -> Affine:
    return Affine({name: change(node) for name, node in part.coefficients.items()}, change(part.constant))


def _added(graph: Graph, op: str, left: Affine, right: Affine) -> Affine:
    zero = graph.number(0.0)
    coefficients: dict[str, int] = {}
    for name in (*left.coefficients, *(name for name in right.coefficients if name not in left.coefficients)):
        node = graph.apply(op, left.coefficients.get(name, zero), right.coefficients.get(name, zero))
        if node != zero:
            coefficients[name] = node
    return Affine(coefficients, graph.apply(op, left.constant, right.constant))
