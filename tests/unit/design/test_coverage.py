"""What a plan answers of the checklists, and what it leaves blank."""

from __future__ import annotations

import pytest
from plans import TEMPLATES, bare, complete

from equipoise.design.coverage import coverage
from equipoise.design.exposed import exposed_days, longest_run_days
from equipoise.knowledge import Knowledge

EACH = pytest.mark.parametrize("template", TEMPLATES)


@EACH
def test_every_item_of_the_records_is_told_once(knowledge: Knowledge, template: str) -> None:
    """No item is lost, whatever the plan; there are 51 of SPIRIT and the 14 that SPENT adds."""
    found = coverage(bare(template), knowledge)
    assert sorted(row.item.id for row in found) == sorted(item.id for item in knowledge.protocol_items)
    standards = [row.item.standard for row in found]
    assert (standards.count("spirit_2013"), standards.count("spent_2019")) == (51, 14)


@EACH
def test_complete_plan_has_no_blank(knowledge: Knowledge, template: str) -> None:
    """What `fills` names is enough."""
    assert [row.item.id for row in coverage(complete(template, knowledge), knowledge) if row.blank] == []


@EACH
def test_blanks_come_first_and_say_what_fills_them(knowledge: Knowledge, template: str) -> None:
    """Nobody has to look for a blank, or guess how to fill it."""
    found = coverage(bare(template), knowledge)
    blanks = [row for row in found if row.blank]
    assert found[: len(blanks)] == tuple(blanks)
    assert len(blanks) > 30
    assert all(row.fills for row in blanks)
    assert {row.fills for row in blanks} >= {"title", "screened", "stop_rules", "rescue", "statements.ethics"}


@EACH
def test_filling_one_statement_removes_exactly_its_blanks(knowledge: Knowledge, template: str) -> None:
    """Each statement fills the items that name it and no other, where nothing else is blank."""
    whole = complete(template, knowledge)
    asked = {row.item.statement for row in coverage(whole, knowledge) if row.applies and row.item.statement}
    for key in sorted(asked):
        rest = {name: text for name, text in whole.statements.items() if name != key}
        found = coverage(whole.model_copy(update={"statements": rest}), knowledge)
        assert {row.fills for row in found if row.blank} == {f"statements.{key}"}


def test_an_item_is_not_asked_of_a_plan_of_another_kind(knowledge: Knowledge) -> None:
    """A taper has no order to generate, and an open trial no blind to break; both say so."""
    rows = {row.item.id: row for row in coverage(bare("supervised_taper"), knowledge)}
    assert not rows["spirit_16a"].applies
    assert rows["spirit_16a"].answer == "Not asked: chance draws no order here."
    assert rows["spirit_17b"].answer == "Not asked: nobody is blind here."


def test_a_title_that_hides_the_design_is_a_blank(knowledge: Knowledge) -> None:
    """Both ways to name a trial in one person are taken."""
    for title, blank in (("A trial", True), ("N-of-1 trial", False), ("A single-patient trial of x", False)):
        rows = {row.item.id: row for row in coverage(bare("observational", title=title), knowledge)}
        assert rows["spent_title"].blank is blank, title


def test_recalled_items_are_marked_as_recalled(knowledge: Knowledge) -> None:
    """Only the first eight items of SPIRIT were read; of SPENT none, so no answer is a proof of compliance."""
    read = [item.number for item in knowledge.protocol_items if item.read]
    assert read == ["1", "2a", "2b", "3", "4", "5a", "5b", "5c", "5d", "6a", "6b", "7", "8"]
    assert not any(item.read for item in knowledge.protocol_items if item.standard == "spent_2019")


def test_exposure_is_taken_at_its_longest() -> None:
    """Two periods may meet between blocks; a washout parts them; a run of days has its limit."""
    assert longest_run_days(bare("randomised_blocks", washout_days=0)) == 28
    assert longest_run_days(bare("randomised_blocks")) == 14
    assert longest_run_days(bare("randomised_blocks", blocks=1, washout_days=0)) == 14
    assert longest_run_days(bare("randomised_blocks", washout_days=0, rule="independent")) == 42
    assert longest_run_days(bare("alternating_days")) == 3
    assert (longest_run_days(bare("supervised_taper")), exposed_days(bare("supervised_taper"))) == (14, 14)
    assert (longest_run_days(bare("observational")), exposed_days(bare("observational"))) == (0, 0)
