"""The picture of calculated occupancies with their limits: geometry alone, drawn by the templates.

Every figure that it shows is also in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.canvas import Box, Layout, Tick
from equipoise.report.claim_view import Figured, percent, share
from equipoise.report.forest import Place, ends, laid_out

TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class OccupancyRow:
    """One interval. `limit`: where an effect is thought possible; `dashed`: nothing seen in people supports it."""

    place: Place
    x: float
    low: float
    high: float
    limit: float
    dashed: bool


@dataclass(frozen=True, slots=True)
class OccupancyForest:
    """Occupied shares on an axis from nothing to all."""

    box: Box
    rows: tuple[OccupancyRow, ...]


def occupancy_forest(items: Sequence[Figured], layout: Layout) -> OccupancyForest | None:
    """The picture of the occupancies in the order given; None where nothing could be calculated."""
    if not items:
        return None
    left, right = ends(layout)

    def at(part: float) -> float:
        return round(left + part * (right - left), 1)

    ticks = tuple(Tick(at(tick), percent(tick) if tick else "0") for tick in TICKS)
    box, places = laid_out([(item.label, share(item.occupancy)) for item in items], layout, ticks)
    rows = [
        OccupancyRow(
            place=place,
            x=at(item.occupancy.median),
            low=at(item.occupancy.low),
            high=at(item.occupancy.high),
            limit=at(item.target.threshold),
            dashed=item.exploratory,
        )
        for item, place in zip(items, places, strict=True)
    ]
    return OccupancyForest(box, tuple(rows))
