"""Law by place, date and substance."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable

import pytest

from equipoise.errors import InputError
from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.knowledge.resolve import Resolver
from equipoise.model.case import Case
from equipoise.model.dossier import Dossier, LawRow
from equipoise.model.law import LawRecord
from equipoise.model.terms import Answer, LawStatus, Outcome, Severity
from equipoise.screen.chart import read_chart
from equipoise.screen.law import law_rows, legal_substances

Screen = Callable[..., Dossier]
ON = dt.date(2026, 11, 22)


def row(dossier: Dossier, code: str, substance: str = "kratom_leaf") -> LawRow:
    return next(item for item in dossier.law if str(item.jurisdiction) == code and item.substance == substance)


@pytest.mark.parametrize("place", ["US-AL", "AU", "GB", "US-IN"])
def test_a_prohibited_place_stops(screened: Screen, place: str) -> None:
    """Where the leaf is prohibited the screening stops, even when the source is old."""
    dossier = screened(jurisdictions=[place])
    assert row(dossier, place).status is LawStatus.PROHIBITED
    assert dossier.outcome is Outcome.STOP


def test_a_stale_source_asks_for_a_specialist(screened: Screen) -> None:
    """Texas regulates; the newest source is older than 18 months: unverified, and at least a specialist's decision."""
    dossier = screened(jurisdictions=["US-TX"])
    found = row(dossier, "US-TX")
    assert found.doubtful
    assert found.severity is Severity.SPECIALIST_DECISION
    assert "2023-11-21" in found.words
    assert dossier.outcome is Outcome.SPECIALIST_DECISION


def test_the_same_source_was_fresh_once(screened: Screen) -> None:
    """Whether a source is stale depends on the screening day: one day inside the shelf life it is not."""
    on = dt.date(2025, 5, 21)
    found = row(screened(on=on, jurisdictions=["US-AL"]), "US-AL")
    assert "unverified" not in found.words


def test_a_place_without_a_record_is_unknown_and_never_legal(screened: Screen) -> None:
    """No record of the law: find out; the words never call anything legal."""
    dossier = screened(jurisdictions=["TV"])
    found = row(dossier, "TV")
    assert found.status is None
    assert found.severity is Severity.SPECIALIST_DECISION
    assert all("legal" not in item.words.replace("does not mean legal", "") for item in dossier.law)


def test_unregulated_is_never_shown_as_legal(screened: Screen) -> None:
    """'Not regulated' carries the words that it does not mean legal, and weighs at least a caution."""
    rows = [
        item
        for item in screened(jurisdictions=["US-CA", "US-NV", "NL", "ES"]).law
        if item.status is LawStatus.UNREGULATED
    ]
    assert rows
    for item in rows:
        assert "does not mean legal" in item.words


def test_the_law_follows_the_date(screened: Screen) -> None:
    """A ban that begins later is not in force before, and is announced."""
    early = screened(on=dt.date(2016, 1, 4), jurisdictions=["US-AL"])
    late = screened(on=dt.date(2026, 11, 22), jurisdictions=["US-AL"])
    assert late.outcome is Outcome.STOP
    assert all(item.status is not LawStatus.PROHIBITED for item in early.law if str(item.jurisdiction) == "US-AL")


def test_the_law_follows_the_product(screened: Screen) -> None:
    """A 7-OH product is judged by the law on 7-hydroxymitragynine."""
    dossier = screened(jurisdictions=["US-FL"], preparation={"form": "semi_synthetic", "name": "7-OH tablets"})
    assert {item.substance for item in dossier.law} == {"7_hydroxymitragynine"}
    assert dossier.outcome is Outcome.STOP


@pytest.mark.parametrize(
    ("case", "substances"),
    [
        ({"medications": ["7OH gummies"]}, {"7_hydroxymitragynine"}),
        ({"medications": ["7OH gummies", "kratom"]}, {"7_hydroxymitragynine", "kratom_leaf", "mitragynine"}),
        (
            {"medications": ["7OH gummies"], "preparation": {"form": "leaf_powder"}},
            {"7_hydroxymitragynine", "kratom_leaf", "mitragynine"},
        ),
    ],
)
def test_the_law_follows_what_stands_on_the_medication_list(
    knowledge: Knowledge, case: dict[str, object], substances: set[str]
) -> None:
    """A product of the adjunct that the patient takes is looked up too, beside the one in hand."""
    found = Case.model_validate(case)
    adjunct = knowledge.substance("kratom")
    chart = read_chart(found, knowledge, adjunct, Resolver(knowledge), ON)
    assert set(legal_substances(adjunct.substance, found.preparation, chart.adjunct_texts)) == substances


def test_a_subdivision_that_no_record_names_may_be_mistyped(screened: Screen) -> None:
    """US-ZZ is no state: its row asks whether it is mistyped; one of a real state does not."""
    for code, asked in (("US-ZZ", True), ("US-TX", False), ("US", False)):
        rows = screened(jurisdictions=[code]).law
        assert any("is it mistyped?" in row.words for row in rows) is asked


def test_several_places_are_judged_together(screened: Screen) -> None:
    """Travel matters: the strictest of the places given decides."""
    assert screened(jurisdictions=["US-TX", "US-AL"]).outcome is Outcome.STOP


def test_a_locality_with_a_ban_counts_where_it_is_named(screened: Screen) -> None:
    """San Diego bans what California does not; without a locality the possibility is shown."""
    named = screened(jurisdictions=["US-CA/San Diego"])
    assert named.outcome is Outcome.STOP
    unnamed = screened(jurisdictions=["US-CA"])
    assert any(item.status is LawStatus.LOCAL_BANS for item in unnamed.law)
    assert unnamed.outcome is Outcome.SPECIALIST_DECISION


def test_too_young_for_the_law(screened: Screen) -> None:
    """A minimum age above the patient's is a prohibition for this patient."""
    rows = [item for item in screened(age_years=19, jurisdictions=["US-VA"]).law if item.minimum_age == 21]
    assert rows
    assert all(item.severity is Severity.CONTRAINDICATED for item in rows)
    older = [item for item in screened(age_years=22, jurisdictions=["US-VA"]).law if item.minimum_age == 21]
    assert all(item.severity is not Severity.CONTRAINDICATED for item in older)


OVERLAPS = [
    ("regulated_other", 18, "regulated_consumer_act", 21),
    ("regulated_consumer_act", None, "regulated_consumer_act", 21),
    ("regulated_consumer_act", 21, "regulated_other", None),
]


def _overlapping(knowledge: Knowledge, *laws: tuple[str, int | None]) -> tuple[SubstanceKnowledge, list[LawRecord]]:
    """The adjunct with these records of one place in place of its own law."""
    adjunct = knowledge.substance()
    model = next(record for record in adjunct.law if record.jurisdiction == "US-VA")
    changed = {"effective_from": None, "valid_to": None, "as_of": ON, "verify_before_use": False}
    records = [
        model.model_copy(update={**changed, "id": f"law_{index}", "status": LawStatus(status), "minimum_age": age})
        for index, (status, age) in enumerate(laws)
    ]
    other = copy.copy(adjunct)
    other.__dict__.update(law=tuple(records), law_of=lambda place: tuple(records) if place == "US-VA" else ())
    return other, records


@pytest.mark.parametrize(("first", "age", "second", "other_age"), OVERLAPS)
@pytest.mark.parametrize("reverse", [False, True])
def test_of_laws_that_overlap_the_strictest_minimum_age_counts(
    knowledge: Knowledge,
    first: str,
    age: int | None,
    second: str,
    other_age: int | None,
    reverse: bool,  # noqa: FBT001 - a table
) -> None:
    """Two records in force on one day: whichever weighs more, the highest minimum age of both is the limit."""
    laws = [(first, age), (second, other_age)]
    adjunct, _ = _overlapping(knowledge, *(reversed(laws) if reverse else laws))
    case = Case.model_validate({"age_years": 19, "jurisdictions": ["US-VA"]})
    found = next(item for item in law_rows(case, adjunct, knowledge.law_rule, ON) if item.status is not None)
    assert found.minimum_age == 21
    assert found.severity is Severity.CONTRAINDICATED


def test_of_laws_that_overlap_the_doubtful_one_weighs(knowledge: Knowledge) -> None:
    """Two records of one status, one of them past its shelf life: the place stays unverified."""
    adjunct, records = _overlapping(knowledge, ("regulated_consumer_act", 18), ("regulated_consumer_act", 18))
    records[1] = records[1].model_copy(update={"as_of": dt.date(2020, 1, 1)})
    case = Case.model_validate({"jurisdictions": ["US-VA"]})
    found = next(item for item in law_rows(case, adjunct, knowledge.law_rule, ON) if item.status is not None)
    assert found.doubtful
    assert found.severity is Severity.SPECIALIST_DECISION


SETTLED_BY = [
    ("US", "US-XX under jurisdictions"),
    ("US-CA", "US-CA/LOCALITY under jurisdictions"),
    ("US-TX", "a record with a newer source"),
    ("TV", "a record with a newer source"),
]


@pytest.mark.parametrize(("place", "how"), SETTLED_BY)
def test_an_open_question_of_law_says_how_it_is_settled(screened: Screen, place: str, how: str) -> None:
    """No id of a law finding can be answered yes or no, so each open one says what closes it."""
    findings = [item for item in screened(jurisdictions=[place]).findings if item.domain == "law"]
    assert any(how in (item.to_settle or "") for item in findings)
    unknown = [item for item in findings if item.answer is Answer.UNKNOWN]
    assert all(item.to_settle for item in unknown)


def test_a_place_that_settles_the_question_closes_it(screened: Screen) -> None:
    """Doing what the question says, naming the locality, leaves no question about localities."""
    asked = [item.to_settle for item in screened(jurisdictions=["US-CA/San Diego"]).findings if item.domain == "law"]
    assert not any("LOCALITY" in (item or "") for item in asked)


@pytest.mark.parametrize("places", [["US-CA/San Deigo"], ["US-CA", "US-CA/San Diego"]])
def test_a_locality_that_no_record_knows_closes_nothing(screened: Screen, places: list[str]) -> None:
    """A misspelt locality, or the whole state beside one, may lie in another locality with a ban."""
    assert any(item.status is LawStatus.LOCAL_BANS for item in screened(jurisdictions=places).law)


def test_the_same_law_for_two_substances_is_one_finding(screened: Screen) -> None:
    """Alabama says the same of the leaf and of mitragynine: one finding names both, the rows stay two."""
    dossier = screened(jurisdictions=["US-AL"])
    found = [item for item in dossier.findings if item.id.startswith("law/us-al.")]
    assert [item.id for item in found] == ["law/us-al.kratom_leaf+mitragynine"]
    assert found[0].title.endswith("kratom leaf, mitragynine")
    assert found[0].explanation.startswith("kratom leaf, mitragynine: prohibited")
    assert sum(str(item.jurisdiction) == "US-AL" for item in dossier.law) == 2


def test_laws_that_differ_stay_two_findings(screened: Screen) -> None:
    """Sweden's instruments differ between the two: nothing is merged and nothing is lost."""
    found = [item.id for item in screened(jurisdictions=["SE"]).findings if item.domain == "law"]
    assert found == ["law/se.kratom_leaf", "law/se.mitragynine"]


@pytest.mark.parametrize("key", ["us-tx.kratom_leaf", "law/us-tx.kratom_leaf", "no_place"])
def test_a_question_of_law_is_not_settled_by_yes_or_no(screened: Screen, key: str) -> None:
    """An answer to a question of law is refused, and the refusal says what settles it."""
    with pytest.raises(InputError, match="not by yes or no"):
        screened(jurisdictions=["US-TX"], answers={key: "no"})


@pytest.mark.parametrize("places", [[], ["US"], ["US-CA"]])
def test_questions_of_law_name_no_option_of_a_command(screened: Screen, places: list[str]) -> None:
    """Which place is meant is asked in plain words: a page and a FHIR document are no terminal."""
    found = [item for item in screened(jurisdictions=places).findings if item.domain == "law"]
    assert any(item.to_settle for item in found)
    assert not any("--" in f"{item.to_settle} {item.mitigation} {item.explanation}" for item in found)


@pytest.mark.parametrize("substance", ["kratom", "st_johns_wort"])
@pytest.mark.parametrize("places", [[], ["INT"]])
def test_the_conventions_alone_are_no_place(screened: Screen, substance: str, places: list[str]) -> None:
    """Nobody lives in the UN conventions: without a place the law is unknown, and a specialist decides at least."""
    dossier = screened(substance, age_years=40, jurisdictions=places)
    assert dossier.law == ()
    assert any(item.id == "law/no_place" and item.answer is Answer.UNKNOWN for item in dossier.findings)
    assert dossier.outcome is not Outcome.CLINICIAN_MUST_DECIDE


def test_a_place_without_a_record_has_a_row_and_weighs(screened: Screen) -> None:
    """St John's wort in Great Britain: one row says that nothing is recorded, and a specialist must decide."""
    dossier = screened("st_johns_wort", age_years=40, jurisdictions=["GB"])
    (found,) = dossier.law
    assert found.status is None
    assert found.severity is Severity.SPECIALIST_DECISION
    assert dossier.outcome is Outcome.SPECIALIST_DECISION
