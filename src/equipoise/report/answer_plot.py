"""One picture of an answer for a notebook or a slide: the series above, the effect below."""

from __future__ import annotations

from equipoise.model.posterior import Posterior
from equipoise.report.answer_pictures import course, density
from equipoise.report.answer_view import answer_view
from equipoise.report.page import template
from equipoise.report.pictures import WIDE

GAP = 24


def plot(posterior: Posterior) -> str:
    """The series and the posterior of the effect as one SVG that stands alone, 860 units wide; no script, no font file.

    The same answer gives the same text.
    """
    series, effect = course(posterior, WIDE), density(posterior, WIDE)
    view = answer_view(posterior)
    return template("answer_plot.svg.j2").render(
        course=series,
        density=effect,
        title=view.title,
        noun=view.noun,
        unit=posterior.effect.unit,
        width=WIDE.width,
        height=series.box.height + GAP + effect.box.height,
        gap=GAP,
    )
