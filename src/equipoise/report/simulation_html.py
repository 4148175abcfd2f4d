"""A simulation as one page, and its pictures alone as SVG."""

from __future__ import annotations

from equipoise import __version__
from equipoise.report.bands import bands
from equipoise.report.canvas import LAYOUTS, WIDE
from equipoise.report.page import page, template
from equipoise.report.simulation import NO_AMOUNT, Told

GAP = 34.0


def simulation_html(told: Told) -> str:
    """The simulation as one HTML file: no script, no request; every figure of a picture stands in a table too."""
    running = f"{told.system.name} · {told.people}"
    return page(
        "simulation.html.j2",
        running,
        f"Equipoise {__version__}",
        {},
        told=told,
        figures=list(told.figures()),
        outputs=[[bands(told, name, layout) for layout in LAYOUTS] for name in told.summary.bands],
        version=__version__,
        no_amount=NO_AMOUNT,
    )


def simulation_svg(told: Told) -> str:
    """The pictures of every output, one below the other, as one SVG."""
    pictures = [bands(told, name, WIDE) for name in told.summary.bands]
    tops = [GAP + sum(item.box.height + GAP for item in pictures[:i]) for i in range(len(pictures))]
    height = sum(item.box.height + GAP for item in pictures)
    return template("simulation.svg.j2").render(
        told=told, pictures=list(zip(pictures, tops, strict=True)), width=WIDE.width, height=height
    )
