"""The protocol: every part of the plan is on the page, blanks first, and neither an order nor an amount."""

from __future__ import annotations

import datetime as dt
import html
import itertools
import re
from typing import Any

import numpy as np
import pytest
from leaks import leaks
from plans import TEMPLATES, bare, complete

from equipoise.design.cautions import cautions
from equipoise.design.coverage import coverage
from equipoise.design.layout import phases, rating_days
from equipoise.errors import InputError
from equipoise.knowledge import Knowledge
from equipoise.model.dossier import Dossier
from equipoise.model.terms import Outcome
from equipoise.model.trial_design import TrialDesign
from equipoise.report.canvas import LAYOUTS
from equipoise.report.protocol_html import protocol_html
from equipoise.report.protocol_timeline import timeline
from equipoise.report.protocol_view import protocol_view

EACH = pytest.mark.parametrize("template", TEMPLATES)
AMOUNT = re.compile(r"\d\s*(mg|g|grams?|ml|µg|mcg|capsules?|teaspoons?|cups?)\b(?!/)", re.IGNORECASE)
MOST_BYTES = 180_000


def text_of(page: str) -> str:
    """What a reader sees."""
    seen = re.sub(r"<(style|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def screening(full: Dossier, design: TrialDesign) -> Dossier:
    """The dossier that a complete plan rests on, in which nothing blocks a start."""
    rests_on = design.screened
    assert rests_on is not None
    said = {"case_id": rests_on.case_id, "on": rests_on.on, "outcome": rests_on.outcome, "blocked_by": ()}
    return full.model_copy(update=said | {"knowledge_hash": rests_on.knowledge_hash})


def normal(text: str) -> str:
    """The text as `text_of` writes it."""
    return " ".join(text.split())


@EACH
@pytest.mark.parametrize("make", [bare, complete], ids=["bare", "complete"])
def test_every_part_of_the_plan_is_on_the_page(knowledge: Knowledge, template: str, make: Any) -> None:
    """Outcomes, stop rules with what follows, cautions, care, statements and every item of the checklist."""
    design = make(template) if make is bare else make(template, knowledge)
    seen = text_of(protocol_html(design, knowledge))
    said = [item.label for item in design.outcomes]
    said += [part for rule in design.stop_rules for part in (rule.trigger, rule.action)]
    said += [part for item in cautions(design, knowledge) for part in (item.record.title, item.record.advice)]
    said += [
        design.conventional_care,
        *design.statements.values(),
        *filter(None, [design.rescue, design.blinding.means]),
    ]
    said += [fact.words for fact in knowledge.substance("kratom").plain_facts if fact.topic == "harm"]
    said += [row.item.title for row in coverage(design, knowledge)]
    assert [text for text in said if normal(text) not in seen] == []


@EACH
def test_every_blank_is_loud_and_before_everything_else(knowledge: Knowledge, template: str) -> None:
    """The page opens with what is missing, and with what fills it; nothing calls it ready."""
    page = protocol_html(bare(template), knowledge)
    first = page[page.index('<section id="outcome"') : page.index('<section id="sign"')]
    blanks = [row for row in coverage(bare(template), knowledge) if row.blank]
    assert all(f"<code>{row.fills}</code>" in first and row.item.title in text_of(first) for row in blanks)
    assert "Not ready to be signed" in first
    assert "Nobody has been screened" in first
    assert "Ready for signature" not in page


@EACH
def test_plan_without_a_blank_is_ready_for_signatures(knowledge: Knowledge, full: Dossier, template: str) -> None:
    """Nothing but signatures is missing, and the boxes for them are there."""
    design = complete(template, knowledge)
    page = protocol_html(design, knowledge, screening(full, design))
    assert "Ready for signature: nothing is blank" in page
    assert 'class="doubt">blank' not in page
    assert "Clinician in charge" in page
    assert "Nothing starts before a clinician has signed this protocol on a frozen dossier" in text_of(page)


def test_what_must_keep_a_plan_from_being_signed_does(knowledge: Knowledge, full: Dossier) -> None:
    """A stop in the screening, other records than those that screened, a stop rule left out, no dossier at hand."""
    whole = complete("randomised_blocks", knowledge)
    assert whole.screened is not None
    for name, told in (
        ({"screened": whole.screened.model_copy(update={"outcome": Outcome.STOP})}, "ended in a stop"),
        ({"screened": whole.screened.model_copy(update={"knowledge_hash": "1" * 64})}, "records have changed"),
        ({"stop_rules": whole.stop_rules[1:]}, "1 stop rule of the records is not in the plan"),
        ({"screened": None}, "Nobody has been screened"),
    ):
        design = whole.model_copy(update=name)
        page = text_of(protocol_html(design, knowledge, screening(full, design) if design.screened else None))
        assert told in page
        assert "Ready for signature" not in page
    page = text_of(protocol_html(whole, knowledge))
    assert "The dossier is not at hand" in page
    assert "Ready for signature" not in page


def test_rule_left_out_is_named(knowledge: Knowledge) -> None:
    """Whoever reads the protocol sees which rule of the records it does not hold."""
    whole = complete("randomised_blocks", knowledge)
    left, rest = whole.stop_rules[0], whole.stop_rules[1:]
    view = protocol_view(whole.model_copy(update={"stop_rules": rest}), knowledge)
    assert [record.id for record in view.left_out] == [left.id]


def test_threshold_that_is_ours_is_never_called_published(knowledge: Knowledge) -> None:
    """Each rule says where its threshold comes from; one that stands in no record is the plan's alone."""
    own = {"id": "own", "trigger": "x", "level": "stop", "action": "y"}
    view = protocol_view(bare("observational", stop_rules=[own]), knowledge)
    assert [line.standing for line in view.stops] == ["of this plan alone"]
    records = {record.id: record for record in knowledge.stop_rules_of("kratom")}
    for line in protocol_view(complete("observational", knowledge), knowledge).stops:
        record = records[line.rule.id]
        assert line.standing == record.standing.value + ("" if record.read else ", recalled")


@EACH
def test_page_names_no_amount(knowledge: Knowledge, template: str) -> None:
    """No amount to take stands anywhere."""
    assert AMOUNT.findall(text_of(protocol_html(complete(template, knowledge), knowledge))) == []
    assert AMOUNT.search("take 5 g of it")


@pytest.mark.parametrize("template", ["randomised_blocks", "alternating_days"])
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 6, 8, 9, 10])  # that of 7 nearly alternates
def test_page_gives_no_order_away(knowledge: Knowledge, template: str, seed: int) -> None:
    """Whichever order chance draws, the page holds no trace of it."""
    design = complete(template, knowledge, blocks=10)
    first = np.random.default_rng(seed).integers(0, 2, design.blocks).tolist()
    order = [level for one in first for level in (one, 1 - one)]
    assert leaks(protocol_html(design, knowledge), order, seed=918273645) == []


def test_override_is_shown_with_its_signature(knowledge: Knowledge) -> None:
    """Who set a rule aside, why and when."""
    signed = {"rule": "washout_kinetics", "reason": "no time", "signed_by": "Dr A", "signed_on": dt.date(2026, 11, 24)}
    seen = text_of(protocol_html(bare("randomised_blocks", overrides=[signed]), knowledge))
    assert "Washout kinetics no time Dr A 2026-11-24" in seen


def test_specialist_has_a_box_where_the_dossier_asks_for_one(knowledge: Knowledge) -> None:
    """A specialist's decision is a signature of its own."""
    whole = complete("observational", knowledge)
    assert whole.screened is not None
    asked = whole.screened.model_copy(update={"outcome": Outcome.SPECIALIST_DECISION})
    boxes = protocol_view(whole.model_copy(update={"screened": asked}), knowledge).boxes
    assert [box.who for box in boxes] == ["Clinician in charge", "Specialist", "Patient"]


def test_other_dossier_is_refused(knowledge: Knowledge, full: Any) -> None:
    """A plan does not borrow another person's screening, and one without a screening borrows none."""
    for design in (complete("observational", knowledge), bare("observational")):
        with pytest.raises(InputError, match="the one that the plan rests on"):
            protocol_html(design, knowledge, full)


def test_own_dossier_brings_its_evidence_and_its_open_questions(knowledge: Knowledge, full: Any) -> None:
    """The studies of the dossier stand in the rationale, and what blocks a start keeps the plan from being ready."""
    rests_on = {"case_id": full.case_id, "on": full.on, "outcome": full.outcome, "knowledge_hash": full.knowledge_hash}
    design = complete("observational", knowledge, screened=rests_on)
    view = protocol_view(design, knowledge, full)
    assert view.evidence == full.evidence
    assert view.open_questions == full.blocked_by
    assert not view.ready


@EACH
def test_picture_holds_every_phase_and_rating_inside_itself(template: str) -> None:
    """Bars follow one another without a gap over the whole width, and there is a mark for each rating."""
    design = bare(template)
    for layout in LAYOUTS:
        picture = timeline(design, layout)
        ends = [(bar.x, bar.x + bar.width) for bar in picture.bars]
        assert ends[0][0] == picture.box.left
        assert ends[-1][1] == pytest.approx(picture.box.right, abs=0.3)
        assert all(abs(a[1] - b[0]) < 0.3 for a, b in itertools.pairwise(ends))
        assert [len(row.marks) for row in picture.ratings] == [len(rating_days(design, o)) for o in design.outcomes]
        assert all(picture.box.left <= x <= picture.box.right for row in picture.ratings for x in row.marks)


def test_periods_look_alike_in_the_picture() -> None:
    """Nothing in the picture tells one period from another but its place and number."""
    bars = [bar for bar in timeline(bare("randomised_blocks"), LAYOUTS[0]).bars if bar.kind == "period"]
    assert len(bars) == 6
    assert len({(bar.top, bar.height) for bar in bars}) == 1


@EACH
def test_table_of_phases_covers_every_day_once(knowledge: Knowledge, template: str) -> None:
    """Days follow one another from the first to the last."""
    design = bare(template)
    rows = [phase for _, phase in protocol_view(design, knowledge).phases]
    assert rows[0].start_day == 0
    assert rows[-1].end_day == design.length_days == phases(design)[-1].end_day
    assert all(a.end_day == b.start_day for a, b in itertools.pairwise(rows))


def test_same_plan_gives_the_same_page(knowledge: Knowledge) -> None:
    """No clock, no chance; and it stays small."""
    design = complete("randomised_blocks", knowledge)
    page = protocol_html(design, knowledge)
    assert page == protocol_html(design, knowledge)
    assert len(page.encode()) < MOST_BYTES


def test_text_of_the_plan_is_escaped(knowledge: Knowledge) -> None:
    """A title cannot become markup, nor a statement."""
    page = protocol_html(bare("observational", title="N-of-1 <script>alert(1)</script>"), knowledge)
    assert "<script" not in page
