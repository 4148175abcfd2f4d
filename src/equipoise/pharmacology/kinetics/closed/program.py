"""Puts a closed-form program together: the pattern of one system's matrix, its unrolled step, and the kernel."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import ModuleType

import numpy as np

from equipoise.pharmacology.kinetics.closed import following, kernel
from equipoise.pharmacology.kinetics.closed.form import Form
from equipoise.pharmacology.kinetics.compiled import heading, load
from equipoise.pharmacology.kinetics.course import Op
from equipoise.pharmacology.kinetics.expressions import TIME
from equipoise.pharmacology.kinetics.reducers import KINDS
from equipoise.pharmacology.kinetics.source import LANES, products, statements

MORE_TERMS = 18  # of the Taylor series, beside one for each step of the longest way between two states
# Functions in the order in which they call each other.
_FUNCTIONS = (
    *(kernel.scale, kernel.square, kernel.exponential, kernel.begin_epoch, kernel.duration, kernel.value),
    *(kernel.reset, kernel.begin, kernel.share_above, kernel.reduce),
)
_STEADY = (
    *(kernel.whole_number, kernel.clear, kernel.on, kernel.solve, kernel.return_to_itself, kernel.take),
    *(kernel.steady, kernel.endless),
)
_NO_STEADY = """@compiled
def steady(w, script, lane, mode, state, column):
    pass


@compiled
def endless(w, rate, mode, state):
    pass
"""
_FOLLOWING = (kernel.change, following.slot_at, following.follow, following.spread)
_ENTRIES = (following.walk, following.walk_reduced)


@lru_cache(maxsize=64)
def program(form: Form, *, steady: bool) -> ModuleType:
    """The compiled program of a form: `walk`, `walk_reduced`, and the numbers of its layout.

    `steady`: can it find steady states? It takes half as long to compile when it need not.
    """
    return load(source(form, steady=steady), "closed")


def source(form: Form, *, steady: bool) -> str:
    """The text of a program."""
    numbers = {op.name: op.value for op in Op} | {kind.upper(): i for i, kind in enumerate(KINDS)} | _numbers(form)
    tables = _tables(form)
    return "\n\n".join(
        [
            heading(),
            "\n".join(f"{name} = {value!r}" for name, value in numbers.items()),
            "\n".join(f"{name} = np.array({list(values)!r}, dtype=np.int64)" for name, values in tables.items()),
            *_step(form),
            *_compiled(_FUNCTIONS),
            *(_compiled(_STEADY) if steady else [_NO_STEADY]),
            *_compiled(_FOLLOWING),
            *(f"@njit(**settings, cache=True)\n{inspect.getsource(function)}" for function in _ENTRIES),
        ]
    )


def _compiled(functions: tuple[Callable[..., object], ...]) -> list[str]:
    return [f"@compiled\n{inspect.getsource(function)}" for function in functions]


def _numbers(form: Form) -> dict[str, int]:
    """Sizes, and where rows of eight numbers stand."""
    size, entries, full = form.pattern.size, len(form.pattern.matrix), len(form.pattern.full)
    states, stills = form.states, len(form.stills)
    sizes = {"SIZE": size, "STATES": states, "ENTRIES": entries, "FULL": full, "STILLS": stills, "LINES": form.lines}
    rows = {"MATRIX": entries, "SCALED": entries, "TERM": full, "OTHER": full, "SCRATCH": full + 1, "STATE": size}
    rows |= {"STILL": stills, "FOUND": size, "NEXT": states, "KEPT": size}
    rows |= {"SHIFT": 1, "HALVINGS": 1, "FACTOR": 1, "NOW": 1, "SYSTEM": states * states, "RIGHT": states, "SLOTS": 0}
    begins = np.cumsum([0, *rows.values()]).tolist()
    places = {name: begin * LANES for name, begin in zip(rows, begins, strict=False)}
    return {"LANES": LANES, **sizes, "TERMS": MORE_TERMS + size, "CONSTANT": form.constant, **places}


def _tables(form: Form) -> dict[str, Sequence[int]]:
    """The pattern as lists of numbers."""
    pattern = form.pattern
    own = {place: e for e, place in enumerate(pattern.matrix)}
    numbers = {place: e for e, place in enumerate(pattern.full)}
    power, square, together = pattern.power, pattern.square, pattern.together
    return {
        "OWN": [own[i, i] for i in range(pattern.size)],
        "DIAGONAL": [numbers[i, i] for i in range(pattern.size)],
        "INPUT_OF": [form.inputs.get(i, -1) for i in range(form.states)],
        "ROWS": [sum(i < row for i, _ in pattern.full) for row in range(pattern.size + 1)],
        "COLUMNS": [j for _, j in pattern.full],
        "ENTRY_ROW": [i for i, _ in pattern.matrix],
        "ENTRY_COLUMN": [j for _, j in pattern.matrix],
        "POWER_ENDS": power.ends,
        "POWER_LEFT": power.left,
        "POWER_RIGHT": power.right,
        "SQUARE_ENDS": square.ends,
        "SQUARE_LEFT": square.left,
        "SQUARE_RIGHT": square.right,
        "TOGETHER_ENDS": [sum(map(len, together[:i])) for i in range(pattern.size + 1)],
        "TOGETHER": [e for column in together for e in column],
    }


def _step(form: Form) -> list[str]:
    """`run`: the step of one slot, again and again, all its numbers in variables; `write`: a row of outputs."""
    moving = range(form.states + form.integrals)
    entries = {place: f"p{e}" for e, place in enumerate(form.pattern.full)}
    used = {place: name for place, name in entries.items() if place[0] in moving}
    loads = [f"{name} = load(w, at + {e} * LANES)" for e, name in enumerate(entries.values()) if name in used.values()]
    loads += [f"s{i} = load(w, STATE + {i} * LANES)" for i in range(form.pattern.size)]
    still = range(len(moving), form.pattern.size)
    flows = {i: products([(used[i, j], f"s{j}") for j in still if (i, j) in used]) for i in moving}
    sums = {
        i: products([(used[i, j], f"s{j}") for j in moving if (i, j) in used], flows[i] and f"v{i}") for i in moving
    }
    before = [f"v{i} = {text}" for i, text in flows.items() if text]
    stills = [f"k{i} = load(w, STILL + {i} * LANES)" for i in range(len(form.stills))]
    after = [f"n{i} = {text}" for i, text in sums.items()] + [f"s{i} = n{i}" for i in moving]
    if form.timed:
        loads += ["now = load(w, NOW)", "length = load(w, at + FULL * LANES)"]
        after += ["now = now + length"]
    kept = [f"store(w, STATE + {i} * LANES, s{i})" for i in moving]
    kept += ["store(w, NOW, now)"] if form.timed else []
    report = _report(form)
    run = [
        "@compiled",
        "def run(w, table, at, count, row):",
        *(f"    {line}" for line in [*loads, *before, *stills]),
        "    for i in range(count):",
        *(f"        {line}" for line in after),
        "        if row >= 0:",
        "            place = (row + i) * LINES * LANES",
        *(f"            {line}" for line in report),
        *(f"    {line}" for line in kept),
    ]
    states = [f"s{i} = load(w, STATE + {i} * LANES)" for i in moving]
    states += ["now = load(w, NOW)"] if form.timed else []
    write = [
        "@compiled",
        "def write(w, table, row):",
        *(f"    {line}" for line in [*states, *stills]),
        "    place = row * LINES * LANES",
        *(f"    {line}" for line in report),
    ]
    return ["\n".join(run), "\n".join(write)]


def _report(form: Form) -> list[str]:
    """Statements that write outputs, then integrals, from the variables of the states."""
    graph = form.graph
    places = {graph.name(name): f"s{i}" for i, name in enumerate(form.names)}
    places |= {node: f"k{i}" for i, node in enumerate(form.stills)}
    places[graph.name(TIME)] = "now"
    lines, written = statements(graph, form.outputs, places)
    written += [f"s{i}" for i in range(form.states, form.states + form.integrals)]
    for i, node in enumerate(form.outputs):
        if graph.value(node) is not None:
            written[i] = f"every({written[i]})"
    return lines + [f"store(table, place + {i} * LANES, {text})" for i, text in enumerate(written)]
