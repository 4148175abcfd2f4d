"""Claims in a dossier: a section on the page with its picture and tables, and a short one on the terminal."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from rich.console import Console

from equipoise.knowledge import Knowledge
from equipoise.model.case import Case
from equipoise.model.claim import NOT_A_BENEFIT
from equipoise.model.dossier import Dossier
from equipoise.report.canvas import LAYOUTS, WIDE
from equipoise.report.claim_view import figured
from equipoise.report.html import dossier_html
from equipoise.report.occupancy_forest import occupancy_forest
from equipoise.report.terminal import print_dossier
from equipoise.screen import screen


@pytest.fixture(scope="module")
def dossier(knowledge: Knowledge) -> Dossier:
    """A dossier of an almost empty case; its claims are those of the records."""
    return screen(Case(age_years=40), knowledge, on=dt.date(2026, 11, 22), substance="kratom")


def test_the_page_shows_every_claim_with_its_verdict(dossier: Dossier) -> None:
    """Statement, verdict and reason of each claim, and the sentence that no verdict is a benefit."""
    page = " ".join(dossier_html(dossier).replace("\N{NO-BREAK SPACE}", " ").split())
    assert NOT_A_BENEFIT in page
    for claim in dossier.claims:
        assert claim.statement in page
        assert claim.why in page
    assert "Not known (exploratory: nothing seen in people supports it)" in page


def test_every_figure_of_the_picture_stands_in_a_table(dossier: Dossier) -> None:
    """The values beside the intervals are found again after the picture."""
    section = re.search(r'<section id="claims".*?</section>', dossier_html(dossier), re.DOTALL)
    assert section is not None
    tables = section.group().split("</figure>")[1]
    picture = occupancy_forest(figured(dossier.claims), WIDE)
    assert picture is not None
    assert not [row.place.value for row in picture.rows if row.place.value not in tables]


def test_intervals_lie_in_the_box_and_hold_their_median(dossier: Dossier) -> None:
    """In both widths; links without support in people are dashed, and only those."""
    rows = figured(dossier.claims)
    assert {item.exploratory for item in rows} == {True, False}
    for layout in LAYOUTS:
        picture = occupancy_forest(rows, layout)
        assert picture is not None
        for row, item in zip(picture.rows, rows, strict=True):
            assert picture.box.left <= row.low <= row.x <= row.high <= picture.box.right
            assert row.dashed is item.exploratory


def test_a_dossier_without_claims_has_no_section(dossier: Dossier) -> None:
    """An adjunct of whose action nothing is recorded shows no empty table."""
    assert 'id="claims"' not in dossier_html(dossier.model_copy(update={"claims": ()}))
    assert occupancy_forest((), WIDE) is None


def test_the_terminal_says_verdict_and_reason(dossier: Dossier) -> None:
    """One paragraph for each claim; what was seen in people stands in it."""
    out = io.StringIO()
    print_dossier(dossier, Console(file=out, width=80, force_terminal=False))
    text = " ".join(out.getvalue().split())
    assert "HOW IT IS SAID TO ACT" in text
    assert "Opioid receptors: plausible" in text
    assert "Pupils narrowed" in text
    assert NOT_A_BENEFIT in text


def test_what_claims_rest_on_is_among_the_sources(dossier: Dossier) -> None:
    """Every source of a claim is carried and can be cited by number on the page."""
    carried = {source.key for source in dossier.sources}
    assert {key for claim in dossier.claims for key in claim.cited} <= carried
