"""Nodes of a graph as NumPy arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.expressions import Graph


def _choice(a: Floats, b: Floats, x: Floats, y: Floats) -> Floats:
    return np.where(a >= b, x, y)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": np.true_divide,
    "**": np.power,
    "neg": operator.neg,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "min": np.minimum,
    "max": np.maximum,
    "if_ge": _choice,
}


def evaluate(graph: Graph, roots: Sequence[int], values: Mapping[str, float | Floats]) -> list[Floats]:
    """The values of the roots, arrays of whatever shape the values of the names broadcast to (0-d for numbers alone).

    What has no value (a division by 0, the logarithm of a negative number) is inf or NaN, without a warning.

    >>> from equipoise.pharmacology.kinetics.expressions import parse
    >>> graph = Graph()
    >>> evaluate(graph, [parse(graph, "CL/V", {"CL": graph.name("CL"), "V": graph.name("V")})], {"CL": 4.0, "V": 8.0})
    [array(0.5)]
    """
    found: dict[int, Floats] = {}
    with np.errstate(all="ignore"):
        for number in graph.needed(roots):
            node = graph[number]
            if node.op == "number":
                found[number] = np.asarray(node.value, dtype=np.float64)
            elif node.op == "name":
                found[number] = np.asarray(values[node.name], dtype=np.float64)
            else:
                result = _OPERATIONS[node.op](*(found[arg] for arg in node.args))
                found[number] = np.asarray(result, dtype=np.float64)
    return [found[root] for root in roots]
