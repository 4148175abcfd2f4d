"""The page and the terminal of a kinetic fit: every figure, its range, what falls short, and no amount."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from rich.console import Console

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.kinetics import KineticFit
from equipoise.report import kinetics_view as view
from equipoise.report.canvas import NARROW, WIDE, Layout
from equipoise.report.kinetics_html import kinetics_html
from equipoise.report.kinetics_pictures import figure_forest, panel
from equipoise.report.kinetics_terminal import print_kinetics

AMOUNT = re.compile(r"\b\d+(?:\.\d+)?\s*(?:mg|g)\b(?!\s*per)")


@pytest.fixture(scope="module")
def kratom(knowledge: Knowledge) -> SubstanceKnowledge:
    """Its records."""
    return knowledge.substance("kratom")


@pytest.fixture(scope="module")
def fit(kratom: SubstanceKnowledge) -> KineticFit:
    """Its stored fit."""
    assert kratom.kinetic_fit is not None
    return kratom.kinetic_fit


@pytest.fixture(scope="module")
def page(knowledge: Knowledge, kratom: SubstanceKnowledge, fit: KineticFit) -> str:
    """The page without the courses, for which a fit would have to run."""
    return kinetics_html(knowledge, kratom, fit, [])


def test_every_figure_stands_in_the_page_with_its_prediction(
    knowledge: Knowledge, kratom: SubstanceKnowledge, fit: KineticFit, page: str
) -> None:
    """Published, predicted, single people; those that the fit does not use say why."""
    shown = view.rows(knowledge, kratom, fit)
    assert len(shown) == len(kratom.kinetic_figures)
    for row in shown:
        assert row.predicted in page
        assert row.published in page
    left_out = [row for row in shown if row.figure.left_out]
    assert left_out
    assert all(row.note.startswith("Not used: ") for row in left_out)


def test_what_falls_short_is_said_first(knowledge: Knowledge, kratom: SubstanceKnowledge, fit: KineticFit) -> None:
    """The summary counts what lies inside, names every figure outside, and what a linear model cannot do."""
    shown = view.rows(knowledge, kratom, fit)
    told = view.summary(shown)
    outside = [row for row in shown if row.held == "outside" and not row.figure.left_out]
    assert outside
    assert all(row.analyte in told[1] for row in outside)
    assert re.match(r"\d+ of \d+ figures with a range lie inside it", told[0])
    assert "slightly more than in proportion" in told[2]


def test_the_page_is_whole_and_shows_no_amount(page: str) -> None:
    """Self-contained, in both layouts, with sources; nobody reads an amount off it."""
    assert "<script" not in page
    assert 'class="picture wide"' in page
    assert 'class="picture narrow"' in page
    text = re.sub(r"<[^>]+>", " ", page)
    assert not AMOUNT.search(text), AMOUNT.search(text)
    assert "Huestis MA" in page


def test_the_terminal_tells_the_same(knowledge: Knowledge, kratom: SubstanceKnowledge, fit: KineticFit) -> None:
    """Each figure with its ratio, and what is handed over."""
    out = io.StringIO()
    print_kinetics(knowledge, kratom, fit, Console(file=out, width=200))
    text = out.getvalue()
    for row in view.rows(knowledge, kratom, fit):
        assert f"predicted {row.predicted}" in text
    assert "HANDED OVER" in text
    assert "days" in text


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_a_prediction_stands_where_its_ratio_is(
    knowledge: Knowledge, kratom: SubstanceKnowledge, fit: KineticFit, layout: Layout
) -> None:
    """Left of the line below one, right of it above; inside its own interval, and on the paper."""
    shown = view.rows(knowledge, kratom, fit)
    picture = figure_forest(shown, layout)
    assert picture is not None
    sized = [row for row in shown if row.found.ratio is not None and not row.figure.left_out]
    assert len(picture.rows) == len(sized)
    for row, drawn in zip(sized, picture.rows, strict=True):
        assert row.found.ratio is not None
        assert (drawn.x < picture.one) == (row.found.ratio < 0.9999) or abs(drawn.x - picture.one) < 0.2
        assert drawn.interval[0] <= drawn.x <= drawn.interval[1]
        assert picture.box.left <= drawn.x <= picture.box.right


def test_a_published_peak_stands_on_the_course_that_has_it(kratom: SubstanceKnowledge) -> None:
    """A course through the published medians runs through the cross, and the range is a box about it."""
    figures = {item.id: item for item in kratom.kinetic_figures}
    cmax, tmax = figures["ta_mg_cmax"], figures["ta_mg_tmax"]
    times = np.geomspace(0.1, 100.0, 7)
    level = np.full(7, cmax.value)
    drawn = panel("test", times, (level / 2.0, level, level * 2.0), cmax, tmax)
    x, y, width, height = drawn.peak
    assert x < drawn.dot[0] < x + width
    assert y < drawn.dot[1] < y + height
    assert f" {drawn.dot[1]:g}" in drawn.median
