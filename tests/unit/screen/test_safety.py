"""What must never look safer than the chart allows: each row is a way in which a fact could have been lost."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from equipoise.exchange import read_cases
from equipoise.knowledge import Knowledge
from equipoise.model.dossier import Dossier
from equipoise.model.terms import Outcome
from equipoise.screen import screen

Screen = Callable[..., Dossier]
LISTS = ["medications", "conditions"]
ON = dt.date(2026, 11, 22)


def answer(dossier: Dossier, caution: str) -> str:
    """The answer of one caution: met, unknown, or not_met."""
    found = next((item for item in dossier.findings if item.id == f"caution/{caution}"), None)
    return str(found.answer) if found else "not_met"


NOT_LOST: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "an unread medication entry",
        {"unread": [{"path": "Bundle.entry[3] MedicationStatement", "reason": "broken"}]},
        "maoi",
        "unknown",
    ),
    (
        "a broken line that may have been anything",
        {"unread": [{"path": "line 7", "reason": "not JSON"}]},
        "maoi",
        "unknown",
    ),
    (
        "an unread condition",
        {"unread": [{"path": "Bundle.entry[3] Condition/a", "reason": "broken"}]},
        "psychosis",
        "unknown",
    ),
    (
        "an odd medicine stopped lately",
        {"medications": [{"text": "Marplanol", "current": False, "end": "2026-11-19"}]},
        "maoi",
        "unknown",
    ),
    (
        "two entries of one medicine, one without a date",
        {
            "medications": [
                {"text": "phenelzine", "current": False, "end": "2025-01-01"},
                {"text": "phenelzine", "current": False},
            ]
        },
        "maoi",
        "unknown",
    ),
    (
        "a sedative stopped yesterday",
        {"medications": [{"text": "diazepam", "current": False, "end": "2026-11-21"}]},
        "benzodiazepines_z",
        "met",
    ),
    (
        "a sedative stopped, nobody knows when",
        {"medications": [{"text": "diazepam", "current": False}]},
        "benzodiazepines_z",
        "unknown",
    ),
    (
        "a planned medicine",
        {"medications": [{"text": "diazepam", "current": False, "start": "2026-11-27"}]},
        "benzodiazepines_z",
        "met",
    ),
    (
        "stated to be current although its end lies behind",
        {"medications": [{"text": "diazepam", "current": True, "end": "2026-11-20"}]},
        "benzodiazepines_z",
        "met",
    ),
    ("a condition in another script", {"conditions": [{"text": "Шизофрения"}]}, "psychosis", "unknown"),
    ("a condition in another language", {"conditions": [{"text": "esquizofrenia"}]}, "psychosis", "unknown"),
    (
        "a condition in another language beside one in English",
        {"conditions": [{"text": "chronic Leberzirrhose"}]},
        "liver_disease",
        "unknown",
    ),
    ("a misspelt condition", {"conditions": [{"text": "schizofrenia"}]}, "psychosis", "unknown"),
    ("a condition as an abbreviation", {"conditions": [{"text": "SCZ"}]}, "psychosis", "unknown"),
    (
        "a diagnosis beside a family history",
        {"conditions": [{"text": "Paranoid schizophrenia, family history of schizophrenia"}]},
        "psychosis",
        "met",
    ),
    (
        "a diagnosis beside another sentence",
        {"conditions": [{"text": "COPD; lung cancer screening for smokers"}]},
        "respiratory",
        "met",
    ),
    (
        "a remission without a date",
        {"conditions": [{"text": "alcohol dependence", "active": False, "recorded": "2024-01-01"}]},
        "sud_current",
        "unknown",
    ),
    (
        "two values on one day, the dangerous one first",
        {
            "measurements": [
                {"name": "PHQ-9 item 9", "loinc": "44260-8", "value": 3, "on": "2026-11-20"},
                {"name": "PHQ-9 item 9", "loinc": "44260-8", "value": 0, "on": "2026-11-20"},
            ]
        },
        "suicidality_acute",
        "met",
    ),
    (
        "a value without a unit",
        {"sex": "male", "measurements": [{"name": "QTc", "value": 0.49, "on": "2026-11-20"}]},
        "long_qt",
        "unknown",
    ),
    (
        "a value in seconds",
        {"sex": "male", "measurements": [{"name": "QTc", "value": 0.49, "unit": "s", "on": "2026-11-20"}]},
        "long_qt",
        "met",
    ),
    (
        "a result in words",
        {"sex": "female", "measurements": [{"name": "hCG", "loinc": "2106-3", "text": "Positive", "on": "2026-11-20"}]},
        "pregnancy",
        "met",
    ),
    ("a 7-OH product on the medication list", {"medications": ["7-OH tablets"]}, "product_7oh_or_synthetic", "met"),
    (
        "the adjunct on the list of somebody said never to use it",
        {"use": "never", "medications": ["kratom"]},
        "kratom_use_disorder",
        "unknown",
    ),
    ("one tablet with two salts", {"medications": ["Adderall"]}, "serotonergic", "met"),
]


@pytest.mark.parametrize(("what", "case", "caution", "expected"), NOT_LOST, ids=[row[0] for row in NOT_LOST])
def test_a_fact_is_not_lost(screened: Screen, what: str, case: dict[str, Any], caution: str, expected: str) -> None:
    """With both lists attested, the fact still makes its caution met, or keeps it unknown."""
    del what
    assert answer(screened(complete=LISTS, **case), caution) == expected


NOT_SETTLED: list[tuple[dict[str, Any], str]] = [
    ({"measurements": [{"name": "QTc", "text": "> 500", "on": "2026-11-20"}]}, "long_qt"),
    ({"sex": "male", "measurements": [{"name": "QTc", "value": 520, "unit": "ms", "on": "2026-01-01"}]}, "long_qt"),
    ({"measurements": [{"name": "hCG", "loinc": "2106-3", "value": 5000, "unit": "mIU/mL"}]}, "pregnancy"),
    ({"medications": [{"text": "phenelzine", "current": False}]}, "maoi"),
    ({"medications": ["morphin"]}, "opioid_current"),
]


@pytest.mark.parametrize(("case", "caution"), NOT_SETTLED)
def test_a_bare_no_does_not_settle_what_is_recorded(screened: Screen, case: dict[str, Any], caution: str) -> None:
    """Something is recorded that nobody can judge: the answer no leaves it unknown and says why."""
    dossier = screened(complete=LISTS, answers={caution: "no"}, **case)
    assert answer(dossier, caution) == "unknown"
    found = next(item for item in dossier.findings if item.id == f"caution/{caution}")
    assert any("answered no" in note for note in found.notes)


@pytest.mark.parametrize(("start", "counts"), [(None, True), ("2026-03-01", True), ("1993-01-09", False)])
def test_a_stop_without_a_date_counts_while_it_may_be_recent(screened: Screen, start: str | None, counts: bool) -> None:  # noqa: FBT001 - a table
    """A stopped serotonergic medicine adds to the burden unless its order is older than any residue lasts."""
    stopped = {"text": "fluoxetine", "current": False, "start": start}
    burdens = {str(item.effect): item for item in screened(medications=["sertraline", stopped]).burdens}
    assert any("fluoxetine" in part.label for part in burdens["serotonergic"].parts) is counts


PATIENT = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1980-01-01"}
BROKEN = [
    json.dumps(PATIENT) + '\n{"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "phenel\n',
    json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": PATIENT}, {"resource": "phenelzine"}]}
    ),
    json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": PATIENT}, 7]}),
]


@pytest.mark.parametrize("chart", BROKEN, ids=["a cut line", "a resource that is a text", "an entry that is a number"])
def test_an_attested_list_is_not_certain_over_a_broken_chart(knowledge: Knowledge, chart: str) -> None:
    """What could not be read may have been a medicine, so nothing about medicines is settled."""
    case = read_cases(chart.encode(), on=ON)[0].model_copy(update={"complete": frozenset(LISTS)})
    assert case.unread
    assert answer(screen(case, knowledge, on=ON), "maoi") == "unknown"


def test_a_country_whose_states_differ_asks_for_the_state(screened: Screen) -> None:
    """`US` alone judges nothing: the states differ, so the law stays unknown and needs a specialist."""
    dossier = screened(complete=LISTS, jurisdictions=["US"])
    assert dossier.outcome is Outcome.SPECIALIST_DECISION
    assert any("US-XX" in row.words for row in dossier.law)


@pytest.mark.parametrize("path", [None, "Bundle.entry[3] Condition/a"])
def test_a_condition_that_nobody_can_place_is_listed(screened: Screen, path: str | None) -> None:
    """A diagnosis in another language stands among the unread, with its words, wherever it comes from."""
    dossier = screened(conditions=[{"text": "Leberzirrhose", "path": path}])
    found = next(item for item in dossier.unread if item.path == (path or "conditions[0]"))
    assert "'leberzirrhose'" in found.reason


def test_a_plain_condition_that_no_rule_is_about_drowns_nobody(screened: Screen) -> None:
    """An ankle sprain is listed as one that no rule looks for; an attested list stays certain."""
    dossier = screened(complete=LISTS, conditions=["Ankle sprain"])
    assert [item.path for item in dossier.unread] == ["conditions[0]"]
    assert "no rule looks for" in dossier.unread[0].reason
    assert "psychosis" in dossier.not_met


def test_a_condition_of_the_chart_that_no_rule_is_about_is_not_listed(screened: Screen) -> None:
    """A chart's own entries and coded ones are not listed: it holds many that no rule is meant to look for."""
    of_chart = {"text": "Ankle sprain", "path": "Bundle.entry[3] Condition/a"}
    assert not screened(conditions=[of_chart, {"text": "Verstauchung", "icd10": "S93.4"}]).unread


def test_a_measurement_that_no_rule_looks_for_is_listed(screened: Screen) -> None:
    """A misspelt name of a test does not vanish: it stands among the unread."""
    dossier = screened(measurements=[{"name": "QTc-intervall", "value": 510, "unit": "ms", "on": "2026-11-20"}])
    assert any("QTc-intervall" in item.reason for item in dossier.unread)


@pytest.mark.parametrize(("phenotype", "word"), [("UM", "toxicity"), ("PM", "lost")])
def test_a_pro_drug_follows_its_active_form(screened: Screen, phenotype: str, word: str) -> None:
    """Codeine with an ultrarapid or a poor CYP2D6 is a finding, whatever the parent does."""
    dossier = screened(medications=["codeine"], phenotypes={"CYP2D6": phenotype})
    found = next(item for item in dossier.findings if item.id == "exposure/codeine")
    assert any(word in note for note in found.notes)


@pytest.mark.parametrize(
    ("pair", "rule"),
    [
        (["phenelzine", "sertraline"], "maoi_with_serotonergic"),
        (["phenelzine", "sumatriptan"], "maoi_with_weakly_serotonergic"),
        (["phenelzine", "bupropion"], "maoi_with_pressor"),
        (["phenelzine", "tranylcypromine"], "two_mao_inhibitors"),
        (["oxycodone", "lorazepam"], "opioid_with_benzodiazepine"),
        (["oxycodone", "gabapentin"], "opioid_with_benzodiazepine"),
        (["oxycodone", "samidorphan"], "opioid_agonist_with_antagonist"),
        (["methadone", "amiodarone"], "two_qt_medicines"),
        (["clozapine", "carbamazepine"], "clozapine_with_marrow_toxic"),
        (["lithium", "ibuprofen"], "lithium_raised"),
        (["lamotrigine", "valproate"], "lamotrigine_with_valproate"),
        (["sertraline", "hydrochlorothiazide"], "ssri_with_thiazide"),
        (["sertraline", "warfarin"], "ssri_with_bleeding"),
        (["tramadol", "sertraline"], "tramadol_with_serotonergic"),
        (["valproate", "meropenem"], "valproate_with_carbapenem"),
    ],
)
def test_a_pair_of_the_patients_own_medicines_is_found(screened: Screen, pair: list[str], rule: str) -> None:
    """Each rule about the patient's own medicines is met by its pair and by neither medicine alone."""
    assert any(item.id == f"medicines/{rule}" for item in screened(medications=pair).findings)
    for name in pair:
        assert not any(item.id == f"medicines/{rule}" for item in screened(medications=[name]).findings)


def test_the_ingredients_of_one_product_do_not_act_on_each_other(screened: Screen) -> None:
    """A contraceptive pill is no interaction with itself."""
    dossier = screened(medications=["levonorgestrel / ethinylestradiol"])
    assert not any(item.id.startswith("exposure/") for item in dossier.findings)


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"start": "2014-03-02"}, "(since 2014-03-02; still taken?)"),
        ({"start": "2025-11-21"}, "(since 2025-11-21; still taken?)"),
        ({"start": "2025-11-22"}, None),
        ({"start": "2014-03-02", "end": "2027-01-01"}, None),
        ({}, None),
    ],
)
def test_an_old_order_counts_and_says_its_age(screened: Screen, entry: dict[str, Any], shown: str | None) -> None:
    """An active order older than a year is weighed like any other, with its date beside it; a newer one has none."""
    dossier = screened(medications=[{"text": "sertraline", **entry}])
    found = next(item for item in dossier.findings if item.id == "caution/serotonergic")
    assert str(found.answer) == "met"
    label = found.implicated[0].label
    assert label == ("sertraline" if shown is None else f"sertraline {shown}")
    assert (dossier.medications[0].since is not None) is (shown is not None)


def test_a_newer_entry_of_the_same_medicine_speaks_for_it(screened: Screen) -> None:
    """An old order beside a new one asks nothing: the new one shows that it is taken."""
    entries = [{"text": "sertraline", "start": "2014-03-02"}, {"text": "sertraline", "start": "2026-10-01"}]
    found = next(item for item in screened(medications=entries).findings if item.id == "caution/serotonergic")
    assert found.implicated[0].label == "sertraline"
