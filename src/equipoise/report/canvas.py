"""What the pictures of every report share: two widths, the drawing's own rectangle, ticks, and labels in lines.

All lengths are in the units of a picture's own view box.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Literal

from equipoise.report import words

LINE = 16.0
LETTER = 7.0
MARGIN = 14.0


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide a picture is and whether its labels stand beside the drawing or above it."""

    name: str
    width: float
    label_width: float
    value_width: float
    label_letters: int
    stacked: bool


WIDE = Layout("wide", 860.0, 250.0, 160.0, 34, stacked=False)
NARROW = Layout("narrow", 340.0, 0.0, 0.0, 50, stacked=True)
LAYOUTS = (WIDE, NARROW)


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """The drawing's own rectangle, its ticks, and the height of the whole picture."""

    layout: Layout
    height: float
    left: float
    right: float
    top: float
    bottom: float
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...] = ()

    def anchor(self, tick: Tick) -> Literal["start", "middle", "end"]:
        """How the label of a tick across stands: in the middle below it, unless it would leave the paper."""
        half = LETTER * len(tick.label) / 2
        if tick.x + half > self.layout.width:
            return "end"
        return "start" if tick.x < half else "middle"


def lines(text: str, letters: int, most: int) -> tuple[str, ...]:
    """The text in at most so many lines; what does not fit ends in an ellipsis.

    >>> lines("Exposure to quetiapine may change", 12, 2)
    ('Exposure to', 'quetiapine …')
    """
    shown = words.clean(" ".join(text.split()))
    width = max(4, int(letters * len(shown) / max(1.0, words.cells(shown))))
    return tuple(textwrap.wrap(shown, width, max_lines=most, placeholder=" …", break_on_hyphens=False)) or ("…",)
