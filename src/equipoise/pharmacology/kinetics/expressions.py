"""Arithmetic of names as a table of nodes in which equal expressions are one node.

A `Graph` only grows, and every node stands after its arguments: one pass in the order of the numbers differentiates,
evaluates or writes any set of nodes, without recursion and without computing a shared part twice.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from equipoise.errors import UnfitError

TIME = "t"
FUNCTIONS = ("exp", "log", "sqrt", "min", "max")
RESERVED = frozenset({TIME, *FUNCTIONS})
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_GRAMMAR = f"names, numbers, + - * / **, brackets, {', '.join(FUNCTIONS)}"


@dataclass(frozen=True, slots=True)
class Node:
    """One operation on earlier nodes: "number", "name", "+", "-", "*", "/", "**", "neg", a function, or "if_ge".

    `if_ge` has four arguments (a, b, x, y): x where a >= b, else y. Nobody writes it; it is the slope of min and max.
    """

    op: str
    args: tuple[int, ...] = ()
    value: float = 0.0
    name: str = ""


class Graph:
    """A growing table of nodes, each known by its number.

    >>> graph = Graph()
    >>> node = parse(graph, "CL/V*A1 + 0*V", {name: graph.name(name) for name in ("CL", "V", "A1")})
    >>> graph.text(node), sorted(graph.names([node]))
    ('CL/V*A1', ['A1', 'CL', 'V'])
    """

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}

    def __getitem__(self, number: int) -> Node:
        return self._nodes[number]

    def copy(self) -> Graph:
        """A graph with the same nodes that grows by itself."""
        other = Graph()
        other._nodes, other._numbers = self._nodes.copy(), self._numbers.copy()
        return other

    def number(self, value: float) -> int:
        """The node of a number."""
        return self._node(Node("number", value=float(value)))

    def name(self, name: str) -> int:
        """The node of a name."""
        return self._node(Node("name", name=name))

    def value(self, number: int) -> float | None:
        """The value of a node that is a number; None for any other."""
        node = self._nodes[number]
        return node.value if node.op == "number" else None

    def apply(self, op: str, *args: int) -> int:
        """The node of an operation; sums with 0, products with 1 or 0 and operations on numbers are done at once."""
        values = [self.value(arg) for arg in args]
        known = [value for value in values if value is not None]
        if len(known) == len(args) and (folded := _folded(op, known)) is not None:
            return self.number(folded)
        simple = _SIMPLER[op](self, args, values) if op in _SIMPLER else None
        return self._node(Node(op, args)) if simple is None else simple

    def needed(self, roots: Iterable[int]) -> list[int]:
        """The numbers of all nodes that the roots rest on, themselves among them, arguments first."""
        seen: set[int] = set()
        waiting = list(roots)
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                waiting.extend(self._nodes[number].args)
        return sorted(seen)

    def names(self, roots: Iterable[int]) -> frozenset[str]:
        """The names that the roots depend on."""
        return frozenset(node.name for node in map(self.__getitem__, self.needed(roots)) if node.op == "name")

    def depends(self, roots: Iterable[int], names: Iterable[str]) -> dict[int, bool]:
        """For each node that the roots rest on: does it depend on one of the names?"""
        wanted = frozenset(names)
        found: dict[int, bool] = {}
        for number in self.needed(roots):
            node = self._nodes[number]
            found[number] = node.name in wanted if node.op == "name" else any(found[arg] for arg in node.args)
        return found

    def text(self, root: int) -> str:
        """The expression as a person writes it."""
        written: dict[int, tuple[str, int]] = {}
        for number in self.needed([root]):
            node = self._nodes[number]
            written[number] = _written(node, [written[arg] for arg in node.args])
        return written[root][0]

    def _node(self, node: Node) -> int:
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
        return found


_ATOM, _POWER, _SIGN, _PRODUCT, _SUM = range(5)
_BINDING = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def _written(node: Node, args: list[tuple[str, int]]) -> tuple[str, int]:
    """The text of a node and how loosely it binds."""
    if node.op == "number":
        return f"{node.value:g}", _ATOM if node.value >= 0 else _SIGN
    if node.op == "name":
        return node.name, _ATOM
    if node.op == "neg":
        return f"-{_within(args[0], _PRODUCT)}", _SIGN
    if node.op not in _BINDING:
        return f"{node.op}({', '.join(text for text, _ in args)})", _ATOM
    own = _BINDING[node.op]
    sign = f" {node.op} " if own == _SUM else node.op
    left, right = (own - 1, own) if node.op == "**" else (own, own - 1)
    return f"{_within(args[0], left)}{sign}{_within(args[1], right)}", own


def _within(part: tuple[str, int], loosest: int) -> str:
    text, binding = part
    return text if binding <= loosest else f"({text})"


_ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": float.__add__,
    "-": float.__sub__,
    "*": float.__mul__,
    "/": float.__truediv__,
    "**": math.pow,
    "neg": float.__neg__,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "min": min,
    "max": max,
}


def _folded(op: str, values: list[float]) -> float | None:
    """The value of an operation on numbers; None where it has none: the failure is seen where it is computed."""
    try:
        return float(_ARITHMETIC[op](*values)) if op in _ARITHMETIC else None
    except (ArithmeticError, ValueError):
        return None


_Values = list[float | None]
_Simplify = Callable[[Graph, tuple[int, ...], _Values], int | None]


def _sum(_graph: Graph, args: tuple[int, ...], values: _Values) -> int | None:
    if values[0] == 0.0:
        return args[1]
    return args[0] if values[1] == 0.0 else None


def _difference(graph: Graph, args: tuple[int, ...], values: _Values) -> int | None:
    if args[0] == args[1]:
        return graph.number(0.0)
    if values[0] == 0.0:
        return graph.apply("neg", args[1])
    return args[0] if values[1] == 0.0 else None


def _product(graph: Graph, args: tuple[int, ...], values: _Values) -> int | None:
    if 0.0 in values:
        return graph.number(0.0)
    if values[0] == 1.0:
        return args[1]
    return args[0] if values[1] == 1.0 else None


def _quotient(graph: Graph, args: tuple[int, ...], values: _Values) -> int | None:
    if values[0] == 0.0 and values[1] != 0.0:
        return graph.number(0.0)
    return args[0] if values[1] == 1.0 else None


def _power(graph: Graph, args: tuple[int, ...], values: _Values) -> int | None:
    if values[1] == 0.0:
        return graph.number(1.0)
    return args[0] if values[1] == 1.0 else None


def _sign(graph: Graph, args: tuple[int, ...], _values: _Values) -> int | None:
    inner = graph[args[0]]
    return inner.args[0] if inner.op == "neg" else None


def _choice(_graph: Graph, args: tuple[int, ...], values: _Values) -> int | None:
    if values[0] is not None and values[1] is not None:
        return args[2] if values[0] >= values[1] else args[3]
    return args[2] if args[2] == args[3] else None


_SIMPLER: dict[str, _Simplify] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "**": _power,
    "neg": _sign,
    "if_ge": _choice,
}


def parse(graph: Graph, text: str, names: Mapping[str, int]) -> int:
    """The node of an expression. `names`: the nodes that names stand for. Nothing is ever executed.

    Raises `UnfitError` with what was expected: outside the grammar, an unknown name, not a number.

    >>> graph = Graph()
    >>> graph.value(parse(graph, "2*3 - max(1, 4)", {}))
    2.0
    >>> parse(graph, "__import__('os')", {})
    Traceback (most recent call last):
    ...
    equipoise.errors.UnfitError: found a call of __import__; expected exp, log, sqrt, min or max
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _Reader(graph, names).read(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, UnfitError):
            raise
        raise UnfitError(f"an expression of {_GRAMMAR}", found=repr(text[:80])) from error


class _Reader:
    """Reads a Python syntax tree; only what the grammar allows."""

    def __init__(self, graph: Graph, names: Mapping[str, int]) -> None:
        self._graph = graph
        self._names = names

    def read(self, tree: ast.expr) -> int:
        match tree:
            case ast.Constant(value=bool() | str() | bytes() | complex() | None):
                raise UnfitError("a number", found=ast.unparse(tree))
            case ast.Constant(value=int() | float() as value) if math.isfinite(value):
                return self._graph.number(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._graph.apply("neg", self.read(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand)
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _OPERATORS:
                return self._graph.apply(_OPERATORS[type(op)], self.read(left), self.read(right))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, args)
            case _:
                raise UnfitError(_GRAMMAR, found=ast.unparse(tree)[:80])

    def _name(self, name: str) -> int:
        if name in self._names:
            return self._names[name]
        near = ", ".join(sorted(self._names)) or "no name at all"
        raise UnfitError(f"one of the names that may stand here: {near}", found=f"the name {name}")

    def _call(self, name: str, args: list[ast.expr]) -> int:
        if name not in FUNCTIONS:
            raise UnfitError(f"{', '.join(FUNCTIONS[:-1])} or {FUNCTIONS[-1]}", found=f"a call of {name}")
        inner = [self.read(arg) for arg in args]
        if name in {"min", "max"}:
            if len(inner) < 2:
                raise UnfitError("at least two arguments", found=f"{name} of {len(inner)}")
            found = inner[0]
            for other in inner[1:]:
                found = self._graph.apply(name, found, other)
            return found
        if len(inner) != 1:
            raise UnfitError("one argument", found=f"{name} of {len(inner)}")
        return self._graph.apply(name, inner[0])
