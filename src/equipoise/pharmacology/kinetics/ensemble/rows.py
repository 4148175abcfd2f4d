"""Lines that both methods write: sums of stages over all states, the error of a step."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.pharmacology.kinetics.ensemble.field import Field
from equipoise.pharmacology.kinetics.source import products


def every_state(to: str, text: str, count: str = "STATES") -> list[str]:
    """A loop over states; in `text`, and under `to`, names of rows in braces stand for a state's eight numbers."""
    return [f"    for at in range(0, {count} * LANES, LANES):", f"        store(w, {to} + at, {rows(text)})"]


def rows(text: str) -> str:
    """A text with names of rows in braces, read at the place of a state."""
    return text.replace("{", "load(w, ").replace("}", " + at)")


def weighted(weights: Mapping[int, float], start: str = "") -> str:
    """The sum of stages with their weights, after a start."""
    return products([(repr(weight), f"{{K{stage}}}") for stage, weight in weights.items()], start)


def at_fraction(field: Field, fraction: float) -> str:
    """The time at a fraction of the step, as a text; the step's beginning where no rate looks at the time."""
    return "load(w, T)" if not field.timed or fraction == 0.0 else f"fma({fraction!r}, h, load(w, T))"
