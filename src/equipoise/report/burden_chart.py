"""The picture of effects that add up over a medication list: geometry alone, drawn by the templates.

Every figure that it shows is also in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.model.finding import Burden, BurdenPart
from equipoise.report import words
from equipoise.report.canvas import LINE, Layout, lines

BAR = 16.0
FEWEST_POINTS = 6


@dataclass(frozen=True, slots=True)
class Segment:
    """What one medicine adds. `shade` alternates, so that neighbours can be told apart."""

    x: float
    width: float
    label: str
    points: int
    is_adjunct: bool
    shade: int


@dataclass(frozen=True, slots=True)
class BurdenRow:
    """One effect as a stacked bar, its title above and its parts named below."""

    title: str
    total: str
    title_y: float
    y: float
    segments: tuple[Segment, ...]
    caption: tuple[str, ...]
    caption_y: float


@dataclass(frozen=True, slots=True)
class BurdenChart:
    """The additive burden of every effect; one point has the same length in each row."""

    layout: Layout
    height: float
    bar_height: float
    unit: float
    rows: tuple[BurdenRow, ...]


def burden_chart(burdens: Sequence[Burden], layout: Layout) -> BurdenChart | None:
    """The picture of the burdens, the heaviest first; None where nothing adds up."""
    shown = [burden for burden in heaviest_first(burdens) if burden.points > 0]
    if not shown:
        return None
    unit = round((layout.width - 2) / max(FEWEST_POINTS, *(burden.points for burden in shown)), 3)
    rows: list[BurdenRow] = []
    y = 4.0
    for burden in shown:
        row, y = _burden_row(burden, layout, unit, y)
        rows.append(row)
    return BurdenChart(layout, y, BAR, unit, tuple(rows))


def heaviest_first(burdens: Sequence[Burden]) -> tuple[Burden, ...]:
    """The burdens by points; equal ones by the name of the effect."""
    return tuple(sorted(burdens, key=lambda burden: (-burden.points, burden.effect)))


def burden_total(burden: Burden) -> str:
    """The points of a burden in words."""
    own = burden.points_without_adjunct
    if own == burden.points:
        return words.count(burden.points, "point")
    return f"{words.count(burden.points, 'point')}, {own} without the adjunct"


def adjunct_last(burden: Burden) -> tuple[BurdenPart, ...]:
    """The parts of a burden with the adjunct at the end: what it adds stands on what is there already."""
    return tuple(sorted(burden.parts, key=lambda part: part.is_adjunct))


def burden_parts(burden: Burden) -> str:
    """Who adds how much, in the order of the bar."""
    return " + ".join(f"{part.label} {part.points}" for part in adjunct_last(burden))


def _burden_row(burden: Burden, layout: Layout, unit: float, y: float) -> tuple[BurdenRow, float]:
    """One bar from `y` downwards, and where the next one begins."""
    letters = int(layout.width / 6.6)
    caption = lines(burden_parts(burden), letters, most=3)
    top = y + LINE + 6
    row = BurdenRow(
        title=words.EFFECTS[burden.effect],
        total=burden_total(burden),
        title_y=y + LINE - 2,
        y=top,
        segments=_segments(burden, unit),
        caption=caption,
        caption_y=top + BAR + LINE - 1,
    )
    return row, top + BAR + LINE * len(caption) + 14


def _segments(burden: Burden, unit: float) -> tuple[Segment, ...]:
    """The parts end to end."""
    ordered = [part for part in adjunct_last(burden) if part.points]
    found: list[Segment] = []
    before = 0
    for index, part in enumerate(ordered):
        # Both ends follow from the points, so that roundings do not add up along the bar.
        start, end = (round(1 + points * unit, 2) for points in (before, before + part.points))
        found.append(Segment(start, round(end - start, 2), part.label, part.points, part.is_adjunct, index % 2))
        before += part.points
    return tuple(found)
