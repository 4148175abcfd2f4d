"""What a case takes over of patients, conditions, observations, allergies and questionnaires, and what it notes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from equipoise.exchange import read_cases
from equipoise.model.case import Case

ON = dt.date(2026, 6, 1)
SCT, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"


def chart(*resources: dict[str, Any], patient: dict[str, Any] | None = None, on: dt.date | None = ON) -> Case:
    subject = {"subject": {"reference": "Patient/p1"}, "id": "r1"}
    entries = [{"resource": {"resourceType": "Patient", "id": "p1", **(patient or {})}}]
    entries.extend({"resource": {**subject, **item}} for item in resources)
    (case,) = read_cases(json.dumps({"resourceType": "Bundle", "entry": entries}).encode(), on=on)
    return case


def notes(case: Case) -> dict[str, str]:
    return {item.path: item.reason for item in case.unread}


def concept(text: str | None = None, *codings: tuple[str, str]) -> dict[str, Any]:
    coded = [{"system": system, "code": code} for system, code in codings]
    return {**({"text": text} if text else {}), **({"coding": coded} if coded else {})}


@pytest.mark.parametrize(
    ("patient", "birth_date", "sex", "places", "noted"),
    [
        ({"birthDate": "1980-02-03", "gender": "male"}, "1980-02-03", "male", [], []),
        ({"birthDate": "1980", "gender": "unknown"}, "1980-01-01", None, [], []),
        ({"birthDate": "1980-13-45"}, None, None, [], ["birthDate"]),
        ({"birthDate": 1980, "gender": []}, None, None, [], ["birthDate", "gender"]),
        ({"birthDate": "2027-01-01"}, None, None, [], ["birthDate"]),
        ({"birthDate": "1850-01-01"}, None, None, [], ["birthDate"]),
        ({"gender": "?"}, None, None, [], ["gender"]),
        ({"address": [{"state": "Massachusetts", "country": "US"}]}, None, None, ["US-MA"], []),
        ({"address": {"state": "tx", "country": "usa", "city": "X"}}, None, None, ["US-TX"], ["address.city"]),
        ({"address": [{"state": "WA"}]}, None, None, ["US-WA"], ["address[0].country"]),
        ({"address": [{"state": "Q"}]}, None, None, [], ["address[0].state"]),
        ({"address": [{"country": "DEU", "state": "BY"}]}, None, None, ["DE"], ["address[0].state"]),
        ({"address": [{"country": "Germany"}, {"country": "DE"}]}, None, None, ["DE"], []),
        ({"address": [{"country": "Narnia"}]}, None, None, [], ["address[0].country"]),
        ({"address": [{"country": "US", "state": "??"}]}, None, None, ["US"], ["address[0].state"]),
        ({"address": [{"country": "FR", "use": "old"}]}, None, None, [], ["address[0]"]),
        ({"address": [{"country": "FR", "period": {"end": "2020"}}]}, None, None, [], ["address[0]"]),
        ({"address": ["x", [[]]]}, None, None, [], ["address[0]", "address[1]"]),
    ],
)
def test_a_patient_gives_birth_date_sex_and_place(
    patient: dict[str, Any], birth_date: str | None, sex: str | None, places: list[str], noted: list[str]
) -> None:
    """What cannot be used is noted with the path of its field."""
    case = chart(patient=patient)
    assert str(case.birth_date) == str(birth_date)
    assert case.sex == sex
    assert [str(place) for place in case.jurisdictions] == places
    assert list(notes(case)) == [f"Bundle.entry[0].resource.{field}" for field in noted]


def test_no_name_and_no_identifier_enters_a_case() -> None:
    """Names leave texts and paths; a clinical word that is also a family name stays."""
    patient = {
        "id": "jane-parkinson",
        "name": [{"family": "Parkinson", "given": ["Jane", "Q."], "text": "Jane Q. Parkinson"}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-99-1234"}],
    }
    texts = ["Parkinson disease in Jane Parkinson", "PARKINSON, JANE: seizure", "Mrs. Parkinson fell"]
    items = [{"resourceType": "Condition", "id": f"c-jane-{i}", "code": {"text": text}} for i, text in enumerate(texts)]
    case = chart(*items, patient=patient)
    dumped = case.model_dump_json().lower()
    assert [item.text for item in case.conditions] == ["Parkinson disease in [name]", "[name]: seizure", "[name] fell"]
    assert "jane" not in dumped
    assert "1234" not in dumped
    assert case.id.startswith("patient-")
    assert len(case.id) == len("patient-") + 12


@pytest.mark.parametrize(
    ("fields", "active", "refuted", "recorded", "ended"),
    [
        ({}, True, False, None, None),
        (
            {"clinicalStatus": concept(None, ("x", "active")), "recordedDate": "2020-05-06"},
            True,
            False,
            "2020-05-06",
            None,
        ),
        ({"clinicalStatus": "resolved"}, False, False, None, None),
        ({"clinicalStatus": concept("Inactive")}, False, False, None, None),
        ({"clinicalStatus": "remission", "abatementDateTime": "2021-03"}, False, False, None, "2021-03-31"),
        ({"clinicalStatus": "relapse"}, True, False, None, None),
        ({"clinicalStatus": "asleep"}, True, False, None, None),
        ({"clinicalStatus": 3}, True, False, None, None),
        ({"abatementDateTime": "2021"}, False, False, None, "2021-12-31"),
        ({"abatementPeriod": {"start": "2021-01-01"}}, False, False, None, "2021-01-01"),
        ({"abatementBoolean": True}, False, False, None, None),
        ({"abatementBoolean": False}, True, False, None, None),
        ({"abatementString": "last spring"}, False, False, None, None),
        ({"clinicalStatus": "active", "abatementDateTime": "2021"}, True, False, None, None),
        ({"abatementDateTime": "2027-01-01"}, True, False, None, None),
        ({"verificationStatus": concept(None, ("x", "refuted"))}, True, True, None, None),
        ({"verificationStatus": "differential"}, True, False, None, None),
        ({"onsetDateTime": "2019-01-01", "assertedDate": "2020-01-01"}, True, False, "2020-01-01", None),
        ({"onsetPeriod": {"start": "2019"}}, True, False, "2019-01-01", None),
        ({"recordedDate": "2027-01-01"}, True, False, None, None),
    ],
)
def test_a_condition_has_a_course(
    fields: dict[str, Any],
    active: bool,  # noqa: FBT001
    refuted: bool,  # noqa: FBT001
    recorded: str | None,
    ended: str | None,
) -> None:
    """Statuses, ends and dates of a condition; what contradicts itself or lies ahead counts as active."""
    (found,) = chart({"resourceType": "Condition", "code": {"text": "depression"}, **fields}).conditions
    assert (found.active, found.refuted) == (active, refuted)
    assert (str(found.recorded), str(found.ended)) == (str(recorded), str(ended))


@pytest.mark.parametrize(
    ("code", "text", "snomed", "icd10", "noted"),
    [
        (concept("Depression", (SCT, "35489007"), (ICD, "F32.9")), "Depression", ("35489007",), ("F32.9",), ""),
        (concept("Depression", (SCT, "35489008")), "Depression", (), (), "not a valid SNOMED CT code"),
        (concept("Depression", ("http://hl7.org/fhir/sid/icd-10/", "f329")), "Depression", (), ("F32.9",), ""),
        (concept("Depression", ("urn:oid:2.16.840.1.113883.6.90", "F32.-")), "Depression", (), ("F32",), ""),
        (concept("Depression", ("http://hl7.org/fhir/sid/icd-9-cm", "311")), "Depression", (), (), "is not used"),
        (concept(None, (ICD, "F32.9")), "ICD-10 F32.9", (), ("F32.9",), ""),
        (concept(None, (ICD, "F32.9"), (ICD, "F33.1")), "ICD-10 F32.9", (), ("F32.9", "F33.1"), "2 different ICD-10"),
        ("Depression", "Depression", (), (), ""),
        (concept("x" * 600), "x" * 500, (), (), "cut after 500"),
    ],
)
def test_codes_are_kept_where_they_are_sound_and_texts_always(
    code: Any, text: str, snomed: tuple[str, ...], icd10: tuple[str, ...], noted: str
) -> None:
    """A broken or foreign code leaves its text and a note; contradicting codes are all kept."""
    case = chart({"resourceType": "Condition", "code": code})
    (found,) = case.conditions
    assert (found.text, found.snomed, found.icd10) == (text, snomed, icd10)
    assert noted in " ".join(notes(case).values())
    assert bool(notes(case)) == bool(noted)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({"resourceType": "Condition", "code": {"text": "x"}, "verificationStatus": "entered-in-error"}, "in error"),
        ({"resourceType": "Condition"}, "without text and code"),
        ({"resourceType": "Condition", "code": concept("none", (SCT, "160245001"))}, "no problem"),
        ({"resourceType": "AllergyIntolerance", "code": concept("NKDA", (SCT, "409137002"))}, "no such allergy"),
        ({"resourceType": "AllergyIntolerance", "code": {"text": "x"}, "clinicalStatus": "resolved"}, "resolved"),
        ({"resourceType": "AllergyIntolerance"}, "names no substance"),
        ({"resourceType": "Observation", "status": "cancelled"}, "cancelled"),
        ({"resourceType": "Observation", "code": {"text": "x"}, "focus": [{"reference": "#f"}]}, "something else"),
        (
            {"resourceType": "Observation", "code": {"text": "x"}, "hasMember": [{"reference": "Observation/r1"}]},
            "members",
        ),
        ({"resourceType": "Claim"}, "resource type Claim is not used in a screening"),
        ({"resourceType": "Procedure", "code": {"text": "x"}}, "only for its reason"),
        ({"resourceType": "Procedure", "status": "not-done"}, "not done"),
        ({"resourceType": "Encounter", "reasonCode": [concept("check-up")]}, "cannot be told"),
        ({"resourceType": "QuestionnaireResponse"}, "without answers"),
        ({"resourceType": "Observation", "code": {"text": "x"}, "subject": {"reference": "Group/1"}}, "not a patient"),
    ],
)
def test_what_adds_nothing_is_unread_with_its_reason(resource: dict[str, Any], reason: str) -> None:
    """Each entry that a case does not take over is listed once, with where it stands and why."""
    case = chart(resource)
    assert (case.conditions, case.allergies, case.measurements) == ((), (), ())
    found = notes(case)
    assert reason in " ".join(found.values())
    assert all(path.startswith("Bundle.entry[1]") for path in found)


def quantity(value: Any, unit: str = "U/L") -> dict[str, Any]:
    return {"valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}}


@pytest.mark.parametrize(
    ("fields", "value", "text", "unit"),
    [
        (quantity(31), 31, None, "U/L"),
        (quantity("31.5"), 31.5, None, "U/L"),
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/dL"}}, None, "< 5", "mg/dL"),
        ({"valueQuantity": {"value": 1e400}}, None, None, None),
        ({"valueInteger": 12}, 12, None, None),
        ({"valueString": "12"}, 12, "12", None),
        ({"valueString": "positive"}, None, "positive", None),
        ({"valueCodeableConcept": concept("Several days", (LOINC, "LA6569-3"))}, 1, "Several days", None),
        ({"valueCodeableConcept": {"text": "Never smoker"}}, None, "Never smoker", None),
        ({"valueBoolean": True}, None, "yes", None),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "mg"}}}, None, "1 to 2", "mg"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, None, "1 : 128", None),
        ({"valueDateTime": "2020-01-01"}, None, "2020-01-01", None),
        ({"dataAbsentReason": concept("unknown")}, None, None, None),
        ({"valueSampledData": {"data": "1 2"}}, None, None, None),
    ],
)
def test_every_kind_of_value_becomes_a_number_or_words(
    fields: dict[str, Any], value: float | None, text: str | None, unit: str | None
) -> None:
    """A bound is words, never a number; an unknown kind leaves a measurement without a number."""
    code = {"text": "ALT", "coding": [{"system": LOINC, "code": "1742-6"}]}
    case = chart(
        {"resourceType": "Observation", "code": code, "effectiveDateTime": "2026-05-01T08:00:00+02:00", **fields}
    )
    (found,) = case.measurements
    assert (found.name, found.loinc, str(found.on)) == ("ALT", "1742-6", "2026-05-01")
    assert (found.value, found.text, found.unit) == (value, text, unit)


def test_reference_ranges_count_only_where_one_is_certain_and_in_the_same_unit() -> None:
    """One normal range is taken over; two, or another unit, are noted."""
    code = {"text": "ALT"}
    ranges = [{"low": {"value": 5, "unit": "U/L"}, "high": {"value": 40, "unit": "U/L"}}]
    (found,) = chart(
        {"resourceType": "Observation", "code": code, **quantity(31), "referenceRange": ranges}
    ).measurements
    assert (found.reference_low, found.reference_high) == (5, 40)
    case = chart({"resourceType": "Observation", "code": code, **quantity(31), "referenceRange": ranges * 2})
    assert case.measurements[0].reference_high is None
    assert "2 ranges" in " ".join(notes(case).values())
    other = chart({"resourceType": "Observation", "code": code, **quantity(31, "mg"), "referenceRange": ranges})
    assert other.measurements[0].reference_high is None


def test_panels_give_their_components_and_their_members() -> None:
    """Components become measurements of their own with their path; two LOINC codes are both kept."""
    pressure = {
        "resourceType": "Observation",
        "code": {"text": "Blood pressure"},
        "effectiveDateTime": "2026-05-01",
        "component": [
            {"code": concept("systolic", (LOINC, "8480-6")), **quantity(120, "mm[Hg]")},
            {"code": concept("diastolic", (LOINC, "8462-4")), **quantity(80, "mm[Hg]")},
            {"code": concept("odd"), "dataAbsentReason": concept(None, ("x", "not-performed"))},
        ],
    }
    weight = {
        "resourceType": "Observation",
        "code": concept("Weight", (LOINC, "29463-7"), (LOINC, "3141-9")),
        **quantity(70, "kg"),
    }
    case = chart(pressure, weight)
    assert [(item.loinc, item.value) for item in case.measurements] == [
        ("8480-6", 120),
        ("8462-4", 80),
        ("29463-7", 70),
        ("3141-9", 70),
    ]
    assert case.measurements[1].path == "Bundle.entry[1].resource.component[1]"
    assert notes(case)["Bundle.entry[1].resource.component[2]"] == "not performed"


def test_what_is_dated_after_the_screening_day_is_unread() -> None:
    """A measurement of tomorrow is no fact of today."""
    case = chart(
        {"resourceType": "Observation", "code": {"text": "ALT"}, "effectiveDateTime": "2026-06-02", **quantity(3)}
    )
    assert case.measurements == ()
    assert "after the screening date" in notes(case)["Bundle.entry[1] Observation/r1"]


def test_a_phq9_response_gives_its_total_and_item_nine() -> None:
    """Answers named by LOINC become measurements, coded answers with their score; others are counted."""
    items = [
        {
            "linkId": "/44260-8",
            "answer": [{"valueCoding": {"system": LOINC, "code": "LA6570-1", "display": "More than half"}}],
        },
        {"linkId": "g", "item": [{"linkId": "44261-6", "text": "Total", "answer": [{"valueDecimal": 14}]}]},
        {"linkId": "free", "answer": [{"valueString": "x"}]},
    ]
    case = chart(
        {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": "2026-05-02", "item": items}
    )
    assert [(item.name, item.loinc, item.value, str(item.on)) for item in case.measurements] == [
        ("PHQ-9 item 9", "44260-8", 2, "2026-05-02"),
        ("Total", "44261-6", 14, "2026-05-02"),
    ]
    assert "1 of 3 answers" in notes(case)["Bundle.entry[1] QuestionnaireResponse/r1"]


def test_a_reason_that_is_a_condition_is_taken_over_once() -> None:
    """Reasons of encounters add a condition unless the chart has it; the newest day counts."""
    seizure = {"coding": [{"system": SCT, "code": "91175000", "display": "Seizure (finding)"}]}
    first = {"resourceType": "Encounter", "id": "e1", "period": {"start": "2020-01-01"}, "reasonCode": [seizure]}
    second = {**first, "id": "e2", "period": {"start": "2024-01-01"}}
    case = chart(first, second)
    assert [(item.text, str(item.recorded)) for item in case.conditions] == [("Seizure (finding)", "2024-01-01")]
    assert len(notes(case)) == 2
    known = chart(first, {"resourceType": "Condition", "code": seizure, "clinicalStatus": "resolved"})
    assert [item.active for item in known.conditions] == [False]


def test_allergies_come_from_code_substance_or_reaction() -> None:
    """R4, DSTU2 and reaction-only records all name their substance."""
    found = chart(
        {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "penicillin"}},
        {"resourceType": "AllergyIntolerance", "id": "b", "substance": {"text": "coffee"}},
        {"resourceType": "AllergyIntolerance", "id": "c", "reaction": [{"substance": {"text": "kratom"}}]},
    )
    assert [item.text for item in found.allergies] == ["penicillin", "coffee", "kratom"]


@pytest.mark.parametrize(
    ("patient", "died"),
    [
        ({"deceasedDateTime": "2020-01-01"}, dt.date(2020, 1, 1)),
        ({"deceasedDateTime": "2020-01-01T23:11:46+00:00"}, dt.date(2020, 1, 1)),
        ({"deceasedDateTime": "some day"}, True),
        ({"deceasedDateTime": "1899-01-01", "birthDate": "1960-01-01"}, True),
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": False}, False),
        ({}, False),
    ],
)
def test_death_is_read(patient: dict[str, object], died: object) -> None:
    """A chart of a patient who has died says so, with the day where the record has one that can be."""
    assert chart(patient=patient).died == died
