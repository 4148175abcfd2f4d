"""What an adjunct does to victims, in words and pictures."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.inhibition import VictimRow
from equipoise.report import inhibition_view as view
from equipoise.report.canvas import LAYOUTS
from equipoise.report.inhibition_terminal import print_victims
from equipoise.report.ratio_forest import forest
from equipoise.screen.inhibition import kept_rows
from equipoise.screen.inhibition_published import checks


@pytest.fixture
def kratom(knowledge: Knowledge) -> SubstanceKnowledge:
    """The first adjunct."""
    return knowledge.substance("kratom")


@pytest.fixture
def rows(knowledge: Knowledge, kratom: SubstanceKnowledge) -> tuple[VictimRow, ...]:
    """The kept table."""
    kept = kept_rows(knowledge, kratom)
    assert kept is not None
    return kept


def test_every_row_has_a_figure_or_says_which_model_has_none(rows: tuple[VictimRow, ...]) -> None:
    """An empty cell has its reason, with the name of the model."""
    for item in rows:
        shown = view.row(item)
        if not shown.dynamic:
            assert shown.why.split(": ")[0] in ("Static and dynamic", "Dynamic", "CR-IR")
        if not shown.observed_based and item.shares:
            assert "CR-IR" in shown.why


def test_the_picture_that_judges_holds_what_was_seen_and_each_model(
    kratom: SubstanceKnowledge, rows: tuple[VictimRow, ...]
) -> None:
    """Five rows for each probe, the seen one first and a published one last; every interval lies in its box."""
    drawn = view.drawn(kratom, rows)
    assert len(drawn) == 10
    assert [item.label for item in drawn if "seen in 12 people" in item.label] == [drawn[0].label, drawn[5].label]
    assert [item.size.estimate for item in drawn if item.label.endswith("as published")] == [1.06, 5.69]
    for layout in LAYOUTS:
        picture = forest(drawn, layout)
        assert picture is not None
        assert picture.rows[-1].place.value == "5.69", "what has no interval shows none"
        assert all(picture.box.left <= row.low <= row.high <= picture.box.right for row in picture.rows)


def test_victims_are_drawn_below_their_worst_case(rows: tuple[VictimRow, ...]) -> None:
    """The largest first, each with the upper end of the static model as its ceiling."""
    drawn = view.drawn_victims(rows)
    middles = [item.size.estimate for item in drawn]
    assert middles == sorted(middles, reverse=True)
    assert all(item.size.ceiling is not None and item.size.ceiling >= item.size.interval[1] * 0.99 for item in drawn)


def test_a_published_ratio_says_what_was_printed_and_what_was_not_read(
    knowledge: Knowledge, kratom: SubstanceKnowledge
) -> None:
    """Reproduced, not reproduced by how much, and the one that gave the concentration is not called reproduced."""
    told = {
        item.record.id: view.published(item.record, item.computed, item.inlet_nm, agrees=item.agrees)
        for item in checks(knowledge, kratom)
    }
    assert told["r1_cyp2d6"].judged == "as printed"
    assert told["r1_pgp_gut"].judged.startswith("not as printed: 1.03 to 1.06 times")
    assert told["static_dextromethorphan"].computed == ""
    assert "not checked, it gives 68 to 80 nM" in told["static_dextromethorphan"].judged
    assert told["static_midazolam"].judged.startswith(
        "not as printed: 1.26 to 1.4 times; not read: both concentrations"
    )


def test_a_narrow_terminal_without_unicode_holds_every_line(
    kratom: SubstanceKnowledge, rows: tuple[VictimRow, ...]
) -> None:
    """Nothing is cut: every victim and every figure stands there in plain letters."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_victims(kratom, rows, Console(file=out, width=40))
    out.seek(0)
    text = " ".join(out.read().split())
    for item in rows:
        assert item.name in text
    assert "dynamic 1.66 (1.24 to 2.53)" in text
