"""The step of the explicit Runge-Kutta pair of order 8(5,3) by Dormand and Prince.

Source: hairer_1993 (DOP853).
"""

from __future__ import annotations

from equipoise.pharmacology.kinetics.ensemble import dop853
from equipoise.pharmacology.kinetics.ensemble.field import Field
from equipoise.pharmacology.kinetics.ensemble.rows import at_fraction, every_state, rows, weighted

STAGES = 12
# The factor on a step's size: 0.9 / error^(1/8), by roots that the processor takes for eight numbers at once.
FACTOR = ["    return 0.9 / math.sqrt(math.sqrt(math.sqrt(error)))"]


def functions(field: Field) -> dict[str, list[str]]:
    """The bodies of `factor` and `step`, by signature."""
    for stage in range(STAGES):
        field.layout.rows(f"K{stage}", len(field.states))
    return {"factor(error)": FACTOR, "step(w, rtol)": _step(field)}


def _step(field: Field) -> list[str]:
    lines = ["    h = load(w, H)", *every_state("K0", "h * {F}")]
    for stage in range(1, STAGES):
        lines += every_state("STAGED", weighted(dop853.A[stage - 1], "{Y}"))
        lines += field.slopes("STAGED", f"K{stage}", at_fraction(field, dop853.NODES[stage]), "h * ")
    lines += every_state("Y_NEW", weighted(dop853.B, "{Y}"))
    lines += field.slopes("Y_NEW", "F_NEW", at_fraction(field, 1.0))
    return lines + _error()


def _error() -> list[str]:
    """The two estimates, joined as the method's authors do. What is no number stays none, and is refused."""
    return [
        "    fifth, third = every(0.0), every(0.0)",
        "    for at in range(0, CONTROLLED * LANES, LANES):",
        f"        weight = 1.0 / ({rows('fma(rtol, max(fabs({Y}), fabs({Y_NEW})), {ATOL})')})",
        f"        a = weight * ({rows(weighted(dop853.ERROR_5))})",
        f"        b = weight * ({rows(weighted(dop853.ERROR_3))})",
        "        fifth, third = fma(a, a, fifth), fma(b, b, third)",
        "    both = fma(0.01, third, fifth)",
        "    none = every(0.0)",
        "    size = fifth / math.sqrt(both * float(CONTROLLED))",
        "    store(w, ERROR, if_less(none, fifth, size, fifth))",
    ]
