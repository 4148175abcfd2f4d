"""Lines that both methods write: sums of stages over all states and lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.pharmacology.kinetics.ensemble.field import Field
from equipoise.pharmacology.kinetics.ensemble.layout import Layout

H = "w[H + lane]"


def every_state(layout: Layout, states: int, to: str, text: str) -> list[str]:
    """A loop over all states and lanes; in `text` the names of rows stand in braces."""
    cells = {name: f"w[{place} + q]" for name, place in layout.names.items()}
    return [f"    for q in range({states} * LANES):", f"        {cells[to]} = {text.format(**cells)}"]


def by_step(layout: Layout, states: int, to: str, name: str) -> list[str]:
    """A loop that writes rows times the step's size."""
    to_cell, cell = (f"w[{layout.names[row]} + i * LANES + lane]" for row in (to, name))
    return [
        f"    for i in range({states}):",
        "        for lane in range(LANES):",
        f"            {to_cell} = {H} * {cell}",
    ]


def weighted(weights: Mapping[int, float], names: Sequence[str]) -> str:
    """The sum of rows with their weights, by their number among the names, as a text for `every_state`."""
    return " + ".join(f"{weight!r} * {{{names[i]}}}" for i, weight in weights.items())


def at_fraction(field: Field, fraction: float) -> str:
    """The time at a fraction of the step, as a text; the step's beginning where no rate looks at the time."""
    if not field.timed or fraction == 0.0:
        return "w[T + lane]"
    return f"(w[T + lane] + {fraction!r} * {H})"
