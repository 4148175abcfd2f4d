"""The step of the explicit Runge-Kutta pair of order 8(5,3) by Dormand and Prince.

Source: hairer_1993 (DOP853).
"""

from __future__ import annotations

from equipoise.pharmacology.kinetics.ensemble import dop853
from equipoise.pharmacology.kinetics.ensemble.field import Field
from equipoise.pharmacology.kinetics.ensemble.rows import H, at_fraction, by_step, every_state, weighted

STAGES = 12
# The factor on a step's size: 0.9 / error^(1/8), by roots that the processor takes for eight numbers at once.
FACTOR = ["    return 0.9 / math.sqrt(math.sqrt(math.sqrt(error)))"]


def functions(field: Field) -> dict[str, list[str]]:
    """The bodies of `factor` and `step`, by signature."""
    layout = field.layout
    for stage in range(STAGES):
        layout.rows(f"K{stage}", len(field.states))
    return {
        "factor(error)": FACTOR,
        "step(w, rtol)": _step(field),
    }


def _step(field: Field) -> list[str]:
    layout, states = field.layout, len(field.states)
    names = [f"K{stage}" for stage in range(STAGES)]
    lines = by_step(layout, states, "K0", "F")
    for stage in range(1, STAGES):
        lines += every_state(layout, states, "STAGED", f"{{Y}} + {weighted(dop853.A[stage - 1], names)}")
        lines += field.slopes("STAGED", names[stage], at_fraction(field, dop853.NODES[stage]), f"{H} * ")
    lines += every_state(layout, states, "Y_NEW", f"{{Y}} + {weighted(dop853.B, names)}")
    lines += field.slopes("Y_NEW", "F_NEW", at_fraction(field, 1.0))
    return lines + _error(field, names)


def _error(field: Field, names: list[str]) -> list[str]:
    """The two estimates, joined as the method's authors do."""
    cells = {name: f"w[{place} + i * LANES + lane]" for name, place in field.layout.names.items()}
    fifth, third = (weighted(weights, names).format(**cells) for weights in (dop853.ERROR_5, dop853.ERROR_3))
    return [
        "    for lane in range(LANES):",
        "        w[ERROR + lane] = 0.0",
        "        w[ERROR_3 + lane] = 0.0",
        "    for i in range(CONTROLLED):",
        "        for lane in range(LANES):",
        f"            larger = max(abs({cells['Y']}), abs({cells['Y_NEW']}))",
        f"            weight = 1.0 / ({cells['ATOL']} + rtol * larger)",
        f"            a = weight * ({fifth})",
        f"            b = weight * ({third})",
        "            w[ERROR + lane] += a * a",
        "            w[ERROR_3 + lane] += b * b",
        "    for lane in range(LANES):",
        "        a = w[ERROR + lane]",
        "        b = a + 0.01 * w[ERROR_3 + lane]",
        "        w[ERROR + lane] = 0.0 if b == 0.0 else a / math.sqrt(CONTROLLED * b)",
    ]
