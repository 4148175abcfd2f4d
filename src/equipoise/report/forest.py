"""The shape of every forest picture: one row for each estimate, its words beside or above it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.report.canvas import LINE, Box, Layout, Tick, lines

TOP = 10.0
GAP = 12.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where one row stands: its label, its value, and `y`, the height at which its estimate is drawn."""

    y: float
    label_y: float
    value_y: float
    label: tuple[str, ...]
    value: str


def ends(layout: Layout) -> tuple[float, float]:
    """Where the axis begins and ends: between labels and values, or over the whole width below them."""
    return layout.label_width + GAP, layout.width - layout.value_width - GAP


def laid_out(rows: Iterable[tuple[str, str]], layout: Layout, ticks: tuple[Tick, ...]) -> tuple[Box, tuple[Place, ...]]:
    """The rectangle of a forest picture and the places of its rows, each a label and a value, from above downwards."""
    places: list[Place] = []
    y = TOP + 4
    for label, value in rows:
        place, y = _place(label, value, layout, y)
        places.append(place)
    left, right = ends(layout)
    return Box(layout, y + 46, left, right, TOP, y + 4, ticks), tuple(places)


def _place(label: str, value: str, layout: Layout, y: float) -> tuple[Place, float]:
    """One row from `y` downwards, and where the next one begins."""
    shown = lines(label, layout.label_letters, most=3)
    if layout.stacked:
        value_y = y + LINE * (len(shown) + 1)
        return Place(value_y + 16, y + LINE, value_y, shown, value), value_y + 34
    height = max(2, len(shown)) * LINE + 8
    middle = y + height / 2
    return Place(middle, middle - (len(shown) - 1) * LINE / 2 + 4, middle + 4, shown, value), y + height
