"""The step of the Rosenbrock method Rodas5P: for stiff systems, with the analytic Jacobian and a sparse elimination.

Source: steinebach_2023 (Rodas5P), hairer_wanner_1996 (the form of the stages, step size).
"""

from __future__ import annotations

from equipoise.pharmacology.kinetics.calculus import derivative
from equipoise.pharmacology.kinetics.ensemble import rodas5p
from equipoise.pharmacology.kinetics.ensemble.elimination import Elimination, Place, elimination, factorise, substitute
from equipoise.pharmacology.kinetics.ensemble.field import LOOP, Field
from equipoise.pharmacology.kinetics.ensemble.rows import H, at_fraction, every_state, weighted
from equipoise.pharmacology.kinetics.expressions import TIME

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
    cells = _factor_cells(field, steps)
    return {
        "factor(error)": FACTOR,
        "decompose(w)": _decompose(field, jacobian, steps, cells),
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


def _factor_cells(field: Field, steps: Elimination) -> dict[Place, str]:
    places = [*((i, i) for i in steps.order), *steps.filled]
    field.layout.rows("FACTORS", len(places))
    return {place: field.layout.cell("FACTORS", i) for i, place in enumerate(places)}


def _decompose(field: Field, jacobian: dict[Place, int], steps: Elimination, cells: dict[Place, str]) -> list[str]:
    """1/(gamma h) - J as factors, and the slopes' derivative by the time where there is one."""
    layout = field.layout
    places = field.places("Y", "w[T + lane]")
    lines = field.loops(list(jacobian.values()), places, [cells[place] for place in jacobian])
    if field.timed:
        layout.rows("BY_TIME", len(field.states))
        by_time = [derivative(field.graph, rate, TIME) for rate in field.rates]
        lines += field.loops(by_time, places, [layout.cell("BY_TIME", i) for i in range(len(by_time))])
    load = [f"a_{i}_{j} = {f'-{cells[i, j]}' if (i, j) in jacobian else '0.0'}" for i, j in cells]
    load += [f"a_{i}_{i} += {1.0 / rodas5p.GAMMA!r} / {H}" for i in steps.order]
    stores = [f"{cell} = a_{i}_{j}" for (i, j), cell in cells.items()]
    return [*lines, LOOP, *(f"        {line}" for line in [*load, *factorise(steps), *stores])]


def _step(field: Field, steps: Elimination, cells: dict[Place, str]) -> list[str]:
    layout, states = field.layout, len(field.states)
    names = [f"K{stage}" for stage in range(STAGES)]
    lines = ["    decompose(w)", *_solve(field, steps, cells, 0, "F")]
    for stage in range(1, STAGES):
        if stage <= len(rodas5p.A):
            text = f"{{Y}} + {weighted(dict(enumerate(rodas5p.A[stage - 1])), names)}"
        else:
            text = f"{{STAGED}} + {{{names[stage - 1]}}}"
        lines += every_state(layout, states, "STAGED", text)
        lines += field.slopes("STAGED", "F_NEW", at_fraction(field, rodas5p.NODES[stage]))
        lines += _solve(field, steps, cells, stage, "F_NEW")
    lines += every_state(layout, states, "Y_NEW", f"{{STAGED}} + {{{names[-1]}}}")
    lines += field.slopes("Y_NEW", "F_NEW", at_fraction(field, 1.0))
    return lines + _error(field)


def _solve(field: Field, steps: Elimination, cells: dict[Place, str], stage: int, slopes: str) -> list[str]:
    """One stage: the slopes, what earlier stages give, and the elimination."""
    layout = field.layout
    lines = [f"per_h = 1.0 / {H}"]
    for i in range(len(field.states)):
        text = layout.cell(slopes, i)
        if stage:
            earlier = [layout.cell(f"K{before}", i) for before in range(stage)]
            terms = [f"{weight!r} * {cell}" for weight, cell in zip(rodas5p.C[stage - 1], earlier, strict=True)]
            text += f" + per_h * ({' + '.join(terms)})"
        if field.timed and rodas5p.TIME_WEIGHTS[stage]:
            text += f" + {rodas5p.TIME_WEIGHTS[stage]!r} * {H} * {layout.cell('BY_TIME', i)}"
        lines.append(f"b_{i} = {text}")
    stores = [f"{layout.cell(f'K{stage}', i)} = b_{i}" for i in range(len(field.states))]
    return [LOOP, *(f"        {line}" for line in [*lines, *substitute(steps, cells), *stores])]


def _error(field: Field) -> list[str]:
    cells = {name: f"w[{place} + i * LANES + lane]" for name, place in field.layout.names.items()}
    return [
        LOOP,
        "        w[ERROR + lane] = 0.0",
        "    for i in range(CONTROLLED):",
        "        for lane in range(LANES):",
        f"            larger = max(abs({cells['Y']}), abs({cells['Y_NEW']}))",
        f"            a = {cells[f'K{STAGES - 1}']} / ({cells['ATOL']} + rtol * larger)",
        "            w[ERROR + lane] += a * a",
        LOOP,
        "        w[ERROR + lane] = math.sqrt(w[ERROR + lane] / CONTROLLED)",
    ]
