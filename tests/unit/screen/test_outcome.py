"""How a screening ends, and what can never happen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from equipoise.knowledge import Knowledge
from equipoise.model.codes import JurisdictionCode
from equipoise.model.dossier import Dossier
from equipoise.model.terms import Answer, Outcome, Severity, Standing

Screen = Callable[..., Dossier]
FRESH = "US-SC"  # its law is recorded from a fresh source and prohibits nothing


def test_an_empty_case_is_never_cleared(screened: Screen) -> None:
    """A case that says nothing, not even a place, needs a specialist: every contraindication is unanswered."""
    dossier = screened()
    assert dossier.outcome is Outcome.SPECIALIST_DECISION
    assert any("no place is given" in reason for reason in dossier.reasons)
    assert len(dossier.blocked_by) > 20
    assert dossier.missing_tests
    assert all(item.answer is Answer.UNKNOWN for item in dossier.findings)


def test_the_outcome_is_the_strongest_that_is_met(screened: Screen) -> None:
    """The order is stop > specialist_decision > clinician_must_decide."""
    assert screened(medications=[{"text": "naltrexone"}]).outcome is Outcome.STOP
    assert screened(medications=[{"text": "sertraline"}]).outcome is Outcome.SPECIALIST_DECISION
    assert screened(answers={"driving": "yes"}, jurisdictions=[FRESH]).outcome is Outcome.CLINICIAN_MUST_DECIDE


def test_every_answer_no_still_leaves_the_decision_to_the_clinician(knowledge: Knowledge, screened: Screen) -> None:
    """With every question answered no and both lists attested, nobody is cleared: the clinician must decide.

    Where the law of the place is not recorded it is a specialist's matter.
    """
    for name in knowledge.substance_ids:
        answers = dict.fromkeys(knowledge.substance(name).cautions, "no")
        lists = ["medications", "conditions"]
        dossier = screened(substance=name, age_years=40, answers=answers, complete=lists, jurisdictions=[FRESH])
        has_law = knowledge.substance(name).law_of(JurisdictionCode(FRESH))
        assert dossier.outcome is (Outcome.CLINICIAN_MUST_DECIDE if has_law else Outcome.SPECIALIST_DECISION)
        assert dossier.blocked_by == ()
        assert dossier.reasons


@pytest.mark.parametrize(
    ("died", "told", "age"), [("1992-06-11", "died on 1992-06-11", "81 years"), (True, "died:", "")]
)
def test_a_dead_patient_is_said_to_be_dead(screened: Screen, died: object, told: str, age: str) -> None:
    """Beside the outcome stands that the record says so, and no age is worked out past the death."""
    dossier = screened(birth_date="1910-09-19", died=died)
    assert told in dossier.reasons[0]
    ages = [part.label for item in dossier.findings for part in item.implicated if part.kind == "age"]
    assert ages == [age] * bool(age)
    assert "died" not in screened(birth_date="1910-09-19", died="2199-01-01").reasons[0]


def test_an_unknown_medicine_is_not_assessed_and_keeps_questions_open(screened: Screen) -> None:
    """A medicine without a record is listed, and an attested list with it settles nothing about medicines."""
    dossier = screened(medications=[{"text": "Sleepwell forte"}], complete=["medications", "conditions"])
    assert [item.text for item in dossier.not_assessed] == ["Sleepwell forte"]
    assert "naltrexone" in dossier.blocked_by
    assert any("Sleepwell forte" in reason for reason in dossier.reasons)


def test_a_recorded_fact_wins_over_an_answer_no(screened: Screen) -> None:
    """The record says naltrexone, the answer says no: the record is taken and the contradiction is noted."""
    dossier = screened(medications=[{"text": "naltrexone"}], answers={"naltrexone": "no"})
    found = next(item for item in dossier.findings if item.id == "caution/naltrexone")
    assert found.answer is Answer.MET
    assert any("answered no" in note for note in found.notes)


def test_findings_stand_met_first_and_by_severity(screened: Screen) -> None:
    """A clinician reads from the top: met before unknown, the strongest first."""
    dossier = screened(
        age_years=16, medications=[{"text": "sertraline"}, {"text": "quetiapine"}], jurisdictions=["US-TX"]
    )
    keys = [(item.answer is Answer.UNKNOWN, item.severity.rank) for item in dossier.findings]
    assert keys == sorted(keys)
    assert dossier.findings[0].severity is Severity.CONTRAINDICATED


def test_the_same_case_gives_the_same_dossier(screened: Screen) -> None:
    """A screening is a function of case, records and day."""
    case = {"age_years": 50, "medications": [{"text": "citalopram"}, {"text": "odd thing"}], "jurisdictions": ["GB"]}
    assert screened(**case) == screened(**case)


def test_every_source_that_a_finding_cites_is_in_the_dossier(screened: Screen) -> None:
    """No footnote leads nowhere."""
    dossier = screened(
        age_years=70, medications=[{"text": "codeine"}, {"text": "fluoxetine"}], jurisdictions=["US-CA", "DE"]
    )
    known = {source.key for source in dossier.sources}
    cited = {key for item in dossier.findings for key in item.sources}
    cited |= {key for row in dossier.law for key in row.sources}
    assert cited <= known


@pytest.mark.parametrize("substance", ["kratom", "st_johns_wort"])
def test_no_word_of_a_dossier_clears_anybody(screened: Screen, substance: str) -> None:
    """Nothing that a screening writes says cleared, safe to take, no interaction or may be taken."""
    text = screened(substance=substance, age_years=40, medications=[{"text": "sertraline"}]).model_dump_json().lower()
    for forbidden in (
        "cleared for",
        "cleared to",
        "is cleared.",
        "safe to",
        "no interaction",
        "may be taken",
        "recommended dose",
    ):
        assert forbidden not in text


@pytest.mark.parametrize(
    "medicine", ["sertraline", "amitriptyline", "sumatriptan", "lithium", "mirtazapine", "phenelzine"]
)
def test_a_pair_weighs_the_same_whichever_of_the_two_is_the_adjunct(screened: Screen, medicine: str) -> None:
    """A serotonergic medicine with St John's wort stops, both on the list or the herb as the adjunct."""
    both_listed = screened(medications=[medicine, "St John's wort"])
    herb_added = screened("st_johns_wort", medications=[medicine])
    for dossier in (both_listed, herb_added):
        found = next(item for item in dossier.findings if item.id == "caution/serotonergic")
        assert (found.answer, found.severity) == (Answer.MET, Severity.CONTRAINDICATED)
        assert dossier.outcome is Outcome.STOP


def test_a_burden_says_on_what_it_rests(screened: Screen) -> None:
    """Every burden that reaches a limit names its sources and its standing, and the dossier lists them."""
    dossier = screened(medications=["sertraline", "venlafaxine", "quetiapine", "lorazepam", "oxycodone"])
    found = [item for item in dossier.findings if item.id.startswith("burden/")]
    assert len(found) > 3
    listed = {source.key for source in dossier.sources}
    for item in found:
        assert "project_judgement" in item.sources, item.id
        assert item.standing is Standing.PROPOSED
        assert set(item.sources) <= listed
        adds = any(part.kind == "adjunct" for part in item.implicated)
        assert any("kratom adds rests on" in note for note in item.notes) is adds, item.id
