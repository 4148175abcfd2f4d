"""Generated programs: what is written means what the nodes mean; a program is compiled once and found again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from equipoise.errors import MissingExtraError
from equipoise.pharmacology.kinetics import compiled
from equipoise.pharmacology.kinetics.evaluate import evaluate
from equipoise.pharmacology.kinetics.expressions import Graph, parse
from equipoise.pharmacology.kinetics.source import split, statements

NAMES = ("A", "B", "K", "V")
VALUES = {"A": 1.3, "B": 0.7, "K": 2.1, "V": 5.0}
TEXTS = (
    "-K*A/V + B/(K*V)",
    "exp(-A)*log(B + V)/sqrt(K)",
    "(A + B)**2 - (A*B)**3 + K**0.5 - V**-1 + A**1.7",
    "min(A, B*K) + max(A, B, K) - A/(K + A) + B*(A/(K + A))",
)


def test_written_nodes_mean_what_they_mean() -> None:
    """Statements of split nodes, run as plain Python, give the values of the original expressions."""
    graph = Graph()
    names = {name: graph.name(name) for name in NAMES}
    roots = [parse(graph, text, names) for text in TEXTS]
    parts = split(graph, roots, ["A", "B"])
    known = dict(zip(parts.still, evaluate(graph, parts.still, VALUES), strict=True))
    places = {number: f"known[{number}]" for number in known}
    places |= {number: f"values['{name}']" for name, number in names.items()}
    lines, written = statements(graph, parts.moving, places)
    program = "import math\n" + "\n".join([*lines, f"found = [{', '.join(written)}]"])
    space: dict[str, Any] = {"known": {number: float(value) for number, value in known.items()}, "values": VALUES}
    space["fma"] = lambda a, b, c: a * b + c
    exec(program, space)  # noqa: S102 - the test's own program
    wanted = [float(value) for value in evaluate(graph, roots, VALUES)]
    assert space["found"] == pytest.approx(wanted, rel=1e-14)
    assert not graph.depends(parts.still, ["A", "B"])[parts.still[0]]


SOURCE = """
from numba import njit
@njit(cache=True)
def twice(x):
    return 2.0 * x
"""


def test_a_program_is_compiled_once_on_a_machine(tmp_path: Path) -> None:
    """A second process finds what the first compiled."""
    run = (
        "from equipoise.pharmacology.kinetics.compiled import load\n"
        f"made = load({SOURCE!r}, 'test')\n"
        "assert made.twice(2.0) == 4.0\n"
        "print(sum(made.twice.stats.cache_hits.values()))"
    )
    environment = {**os.environ, "EQUIPOISE_CACHE": str(tmp_path)}
    hits = [
        subprocess.run([sys.executable, "-c", run], env=environment, check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert [int(hit) for hit in hits] == [0, 1]


def test_the_cache_keeps_what_was_used_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old programs make room; a program whose file was damaged is written anew."""
    monkeypatch.setenv("EQUIPOISE_CACHE", str(tmp_path))
    monkeypatch.setattr(compiled, "KEPT", 2)
    for i in range(3):
        compiled.load(f"x = {i}", "room")
    folders = sorted((tmp_path / compiled.FOLDER).iterdir())
    assert len(folders) == 2
    file = next(folders[0].glob("*.py"))
    kept = file.read_text("utf-8")
    file.write_text("x = broken")
    sys.modules.pop(file.stem)
    assert f"x = {compiled.load(kept, 'room').x}" == kept


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cache folder is a file the program runs from a folder of its own."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EQUIPOISE_CACHE", str(tmp_path / "file"))
    assert compiled.load("x = 42", "elsewhere").x == 42


def test_without_numba_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which extra to install."""
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtraError, match=r"\.\[simulate\]"):
        compiled.load("x = 1", "without")
