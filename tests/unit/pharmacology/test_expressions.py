"""Expressions: what may be written, what it means, its slope, its unit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import UnfitError
from equipoise.pharmacology.kinetics.calculus import affine, derivative
from equipoise.pharmacology.kinetics.evaluate import evaluate
from equipoise.pharmacology.kinetics.expressions import Graph, parse

NAMES = ("A", "B", "K")
LEAVES = st.sampled_from([*NAMES, "1", "2.5", "0", "0.3"])


def _grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(parts, st.sampled_from(["+", "-", "*", "/"]), parts).map(lambda p: f"({p[0]}{p[1]}{p[2]})")
    call = st.tuples(st.sampled_from(["exp", "sqrt", "log"]), parts).map(lambda p: f"{p[0]}(0.1 + ({p[1]})**2)")
    bound = st.tuples(st.sampled_from(["min", "max"]), parts, parts).map(lambda p: f"{p[0]}({p[1]}, {p[2]})")
    return st.one_of(pair, call, bound, parts.map(lambda part: f"-{part}"), parts.map(lambda p: f"({p})**3"))


TEXTS = st.recursive(LEAVES, _grown, max_leaves=8)
VALUES = {"A": 1.3, "B": 0.7, "K": 2.1}
PLAIN = {"exp": math.exp, "sqrt": math.sqrt, "log": math.log, "min": min, "max": max}


def read(text: str, graph: Graph | None = None) -> tuple[Graph, int]:
    """A graph and the node of a text."""
    graph = graph or Graph()
    return graph, parse(graph, text, {name: graph.name(name) for name in NAMES})


@given(TEXTS)
def test_an_expression_means_what_python_means_by_it(text: str) -> None:
    """Parsing, simplifying and writing again never change a value."""
    try:
        wanted = float(eval(text, {"__builtins__": {}}, {**VALUES, **PLAIN}))  # noqa: S307 - the test's own text
    except (ArithmeticError, ValueError):
        return
    graph, node = read(text)
    again, other = read(graph.text(node))
    tolerance = 1e-5 * (1.0 + abs(wanted))  # the text rounds numbers to six digits
    assert float(evaluate(graph, [node], VALUES)[0]) == pytest.approx(wanted, rel=1e-12)
    assert float(evaluate(again, [other], VALUES)[0]) == pytest.approx(wanted, abs=tolerance)


@given(TEXTS)
def test_a_derivative_is_the_slope(text: str) -> None:
    """The symbolic slope agrees with the complex step's cousin, a central difference, where the function is smooth."""
    graph, node = read(text)
    slope = derivative(graph, node, "A")
    step = 1e-5
    with np.errstate(all="ignore"):
        low, mid, high = (
            float(evaluate(graph, [node], {**VALUES, "A": VALUES["A"] + move})[0]) for move in (-step, 0.0, step)
        )
    found = float(evaluate(graph, [slope], VALUES)[0])
    left, right = (mid - low) / step, (high - mid) / step
    smooth = abs(left - right) <= 1e-3 * (1.0 + abs(left))
    if not (math.isfinite(left + right) and smooth and abs(mid) < 1e6):
        return
    assert found == pytest.approx((high - low) / (2 * step), rel=1e-3, abs=1e-3)


def test_equal_parts_are_one_node() -> None:
    """A shared part is stored once, so that it is computed once."""
    graph, _ = read("A/(K + A) + B*(A/(K + A))")
    assert len(graph.needed([read("A/(K + A) + B*(A/(K + A))", graph)[1]])) == 7


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A + Q", "the name Q"),
        ("A.real", "A.real"),
        ("A if B else K", "A if B else K"),
        ("sin(A)", "a call of sin"),
        ("min(A)", "min of 1"),
        ("exp(A, B)", "exp of 2"),
        ("A +", "'A +'"),
        ("'text'", "'text'"),
        ("True", "True"),
        ("1j", "1j"),
        ("[A]", "[A]"),
        ("A == B", "A == B"),
        ("(lambda: A)()", "(lambda: A)()"),
        ("1e999", "1e309"),
        ("(" * 3000 + "A" + ")" * 3000, None),
    ],
)
def test_what_is_outside_the_grammar_is_refused(text: str, found: str | None) -> None:
    """Nothing is executed; the message names the part that is not understood."""
    with pytest.raises(UnfitError) as caught:
        read(text)
    assert found is None or caught.value.found == found


def test_an_affine_function_is_taken_apart() -> None:
    """Coefficients and constant add up to the function; cancelling terms leave no coefficient."""
    graph, node = read("K*(A - B/2) - (A*K + 3) + A*exp(K) - A*exp(K)")
    found = affine(graph, node, ["A", "B"])
    parts = {name: float(evaluate(graph, [part], VALUES)[0]) for name, part in found.coefficients.items()}
    assert parts["B"] == pytest.approx(-VALUES["K"] / 2)
    assert parts.get("A", 0.0) == pytest.approx(0.0)
    assert float(evaluate(graph, [found.constant], VALUES)[0]) == -3.0


@pytest.mark.parametrize("text", ["A*B", "A/B", "exp(A)", "max(A, 0)", "A**2", "K/A", "sqrt(A)"])
def test_what_is_not_affine_is_named(text: str) -> None:
    """The part that spoils it is in the message."""
    graph, node = read(f"K + {text}")
    with pytest.raises(UnfitError) as caught:
        affine(graph, node, ["A", "B"])
    assert caught.value.found == text
