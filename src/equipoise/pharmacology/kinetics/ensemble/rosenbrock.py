"""The step of the Rosenbrock method Rodas5P: for stiff systems, with the analytic Jacobian and a sparse elimination.

Source: steinebach_2023 (Rodas5P), hairer_wanner_1996 (the form of the stages, step size).
"""

from __future__ import annotations

from equipoise.pharmacology.kinetics.calculus import derivative
from equipoise.pharmacology.kinetics.ensemble import rodas5p
from equipoise.pharmacology.kinetics.ensemble.elimination import Elimination, Place, elimination, factorise, substitute
from equipoise.pharmacology.kinetics.ensemble.field import Field
from equipoise.pharmacology.kinetics.ensemble.rows import at_fraction, every_state, rows, weighted
from equipoise.pharmacology.kinetics.expressions import TIME
from equipoise.pharmacology.kinetics.source import as_lanes, products, statements

STAGES = 8
# The factor on a step's size: 0.9 / error^(3/16), close to the 1/5 of the method's order, by roots that the processor
# takes for eight numbers at once.
FACTOR = [
    "    root = math.sqrt(math.sqrt(math.sqrt(math.sqrt(error))))",
    "    return 0.9 / (root * root * root)",
]


def functions(field: Field) -> dict[str, list[str]]:
    """The bodies of `factor`, `decompose` and `step`, by signature."""
    for stage in range(STAGES):
        field.layout.rows(f"K{stage}", len(field.states))
    jacobian = _jacobian(field)
    steps = elimination(len(field.states), jacobian)
    places = [*((i, i) for i in steps.order), *steps.filled]
    field.layout.rows("FACTORS", len(places))
    cells = {place: field.layout.cell("FACTORS", i) for i, place in enumerate(places)}
    return {
        "factor(error)": FACTOR,
        "decompose(w)": _decompose(field, jacobian, steps, places),
        "step(w, rtol)": _step(field, steps, cells),
    }


def _jacobian(field: Field) -> dict[Place, int]:
    """The nodes of the slopes' derivatives by the states, without those that are 0."""
    zero = field.graph.number(0.0)
    found = {
        (row, column): derivative(field.graph, rate, state)
        for row, rate in enumerate(field.rates)
        for column, state in enumerate(field.states)
    }
    return {place: node for place, node in found.items() if node != zero}


def _decompose(field: Field, jacobian: dict[Place, int], steps: Elimination, places: list[Place]) -> list[str]:
    """1/(gamma h) - J as factors, and the slopes' derivative by the time where there is one."""
    nodes = list(jacobian.values())
    lines, written = statements(field.graph, nodes, field.places("Y"))
    known = {
        place: as_lanes(field.graph, node, text) for (place, node), text in zip(jacobian.items(), written, strict=True)
    }
    lines += [f"a_{i}_{j} = -{known[i, j]}" if (i, j) in known else f"a_{i}_{j} = every(0.0)" for i, j in places]
    lines += [f"shift = {1.0 / rodas5p.GAMMA!r} / load(w, H)"]
    lines += [f"a_{i}_{i} = a_{i}_{i} + shift" for i in steps.order]
    lines += factorise(steps)
    lines += [field.layout.store("FACTORS", n, f"a_{i}_{j}") for n, (i, j) in enumerate(places)]
    found = [f"    {line}" for line in lines]
    if field.timed:
        field.layout.rows("BY_TIME", len(field.states))
        by_time = [derivative(field.graph, rate, TIME) for rate in field.rates]
        found += field.block(by_time, field.places("Y"), "BY_TIME")
    return found


def _step(field: Field, steps: Elimination, cells: dict[Place, str]) -> list[str]:
    lines = ["    decompose(w)", "    h = load(w, H)", "    per_h = 1.0 / h"]
    lines += _solve(field, steps, cells, 0, "F")
    for stage in range(1, STAGES):
        if stage <= len(rodas5p.A):
            lines += every_state("STAGED", weighted(dict(enumerate(rodas5p.A[stage - 1])), "{Y}"))
        else:
            lines += every_state("STAGED", f"{{STAGED}} + {{K{stage - 1}}}")
        lines += field.slopes("STAGED", "F_NEW", at_fraction(field, rodas5p.NODES[stage]))
        lines += _solve(field, steps, cells, stage, "F_NEW")
    lines += every_state("Y_NEW", f"{{STAGED}} + {{K{STAGES - 1}}}")
    lines += field.slopes("Y_NEW", "F_NEW", at_fraction(field, 1.0))
    return lines + _error()


def _solve(field: Field, steps: Elimination, cells: dict[Place, str], stage: int, slopes: str) -> list[str]:
    """One stage: the slopes, what earlier stages give, and the elimination."""
    layout = field.layout
    lines: list[str] = []
    for i in range(len(field.states)):
        text = layout.cell(slopes, i)
        if stage:
            earlier = [layout.cell(f"K{before}", i) for before in range(stage)]
            terms = [(repr(weight), cell) for weight, cell in zip(rodas5p.C[stage - 1], earlier, strict=True)]
            text = f"fma(per_h, {products(terms)}, {text})"
        if field.timed and rodas5p.TIME_WEIGHTS[stage]:
            text = f"fma({rodas5p.TIME_WEIGHTS[stage]!r} * h, {layout.cell('BY_TIME', i)}, {text})"
        lines.append(f"b_{i} = {text}")
    lines += substitute(steps, cells)
    lines += [layout.store(f"K{stage}", i, f"b_{i}") for i in range(len(field.states))]
    return [f"    {line}" for line in lines]


def _error() -> list[str]:
    return [
        "    total = every(0.0)",
        "    for at in range(0, CONTROLLED * LANES, LANES):",
        f"        scale = {rows('fma(rtol, max(fabs({Y}), fabs({Y_NEW})), {ATOL})')}",
        f"        a = {rows(f'{{K{STAGES - 1}}}')} / scale",
        "        total = fma(a, a, total)",
        "    store(w, ERROR, math.sqrt(total / float(CONTROLLED)))",
    ]
