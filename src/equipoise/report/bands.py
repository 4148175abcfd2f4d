"""The picture of an output over time: median, and the bands of 50 and 90 % of people. Geometry alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyse.figures import plain
from equipoise.pharmacology.occupancy.simulated import Site
from equipoise.report.answer_axes import Axis, area, path
from equipoise.report.canvas import MARGIN, Box, Layout
from equipoise.report.simulation import Told

DRAWN = 600  # points of a curve: more than a picture is wide
LISTED = 120  # rows of the table beside a picture
ROOM = 1.05


@dataclass(frozen=True, slots=True)
class Bands:
    """One output: paths of the median and of the bands, which are empty for a single person. `rows`: time, median,
    50 % and 90 % of people in words; `every`: of how many times one is in the rows. `says`: what to know of it;
    `threshold`: where the share from which an effect is thought possible lies, None where there is none.
    """

    name: str
    unit: str
    box: Box
    middle: str
    half: str
    most: str
    rows: tuple[tuple[str, str, str, str], ...]
    every: int
    says: str
    threshold: float | None


def bands(told: Told, name: str, layout: Layout) -> Bands:
    """The picture of one output."""
    times, found = told.summary.times, told.summary.bands[name]
    low, first, middle, third, high = found
    left, right = 44.0 if layout.stacked else 58.0, layout.width - MARGIN
    top, bottom = 12.0, 212.0 if layout.stacked else 272.0
    x = Axis(float(times[0]), float(times[-1]) if times.size > 1 else float(times[0]) + 1.0, left, right)
    drawn = np.unique(np.linspace(0, times.size - 1, min(DRAWN, times.size)).astype(int))
    ceiling, floor = float(np.nanmax(found, initial=0.0)), float(np.nanmin(found, initial=0.0))
    site = told.site(name)
    y = Axis(0.0, 100.0, bottom, top) if site else Axis(floor * ROOM, ceiling * ROOM or 1.0, bottom, top)
    several = told.several
    every = -(-times.size // LISTED)
    return Bands(
        name=name,
        unit=told.own_unit(name),
        box=Box(layout, bottom + 42, left, right, top, bottom, x.ticks(4 if layout.stacked else 8), y.ticks(5)),
        middle=path(x, y, times[drawn], middle[drawn]),
        half=area(x, y, times[drawn], first[drawn], third[drawn]) if several else "",
        most=area(x, y, times[drawn], low[drawn], high[drawn]) if several else "",
        rows=tuple(
            (plain(float(times[i])), plain(float(middle[i])), _span(first[i], third[i]), _span(low[i], high[i]))
            for i in range(0, times.size, every)
        ),
        every=every,
        says=_says(site) if site else "",
        threshold=y.at(100.0 * site.threshold) if site else None,
    )


def _says(site: Site) -> str:
    more = f" What is not known of others can only add: {', '.join(site.missing)}." if site.missing else ""
    line = f"Dashed: {plain(100.0 * site.threshold)} %, from which the claims think an effect possible."
    return f"Occupied by {', '.join(site.by)}. {line}{more}"


def _span(low: float, high: float) -> str:
    return f"{plain(float(low))}–{plain(float(high))}"
