"""One picture of an answer for a notebook or a slide: the series above, the effect below."""

from __future__ import annotations

from equipoise.model.posterior import Posterior
from equipoise.report.answer_course import course
from equipoise.report.answer_pictures import density
from equipoise.report.answer_view import answer_view
from equipoise.report.canvas import WIDE
from equipoise.report.page import template

GAP = 24


class Svg(str):
    """The text of an SVG, which a notebook shows as its picture."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)


def plot(posterior: Posterior) -> Svg:
    """The picture of `Posterior.plot`."""
    series, effect = course(posterior, WIDE), density(posterior, WIDE)
    view = answer_view(posterior)
    drawn = template("answer_plot.svg.j2").render(
        course=series,
        density=effect,
        title=view.title,
        noun=view.noun,
        unit=posterior.effect.unit,
        width=WIDE.width,
        height=series.box.height + GAP + effect.box.height,
        gap=GAP,
    )
    return Svg(drawn)
