"""Which patient a resource belongs to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from equipoise.exchange import read_cases
from equipoise.exchange.fhir_in.discretion import pseudonym
from equipoise.model.case import Case


def condition(text: str, subject: Any, **fields: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": text, "code": {"text": text}, "subject": subject, **fields}


def read(*entries: dict[str, Any]) -> tuple[Case, ...]:
    wrapped = [item if "resource" in item else {"resource": item} for item in entries]
    return read_cases(json.dumps({"resourceType": "Bundle", "entry": wrapped}).encode())


def texts(cases: tuple[Case, ...]) -> list[list[str]]:
    return [[item.text for item in case.conditions] for case in cases]


ONE = {"resourceType": "Patient", "id": "p1", "identifier": [{"system": "mrn", "value": "7"}]}
TWO = {"fullUrl": "urn:uuid:0-2", "resource": {"resourceType": "Patient", "id": "p2"}}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"reference": "Patient/p1"}, [["x"], []]),
        ({"reference": "urn:uuid:0-2"}, [[], ["x"]]),
        ({"reference": "urn:uuid:p2"}, [[], ["x"]]),
        ({"reference": "https://ehr.example/fhir/Patient/p2/_history/3"}, [[], ["x"]]),
        ({"reference": "p2"}, [[], ["x"]]),
        ("Patient/p2", [[], ["x"]]),
        ({"identifier": {"system": "mrn", "value": "7"}}, [["x"], []]),
        ({"reference": "Patient?identifier=mrn|7"}, [["x"], []]),
        ({"reference": "Patient/absent"}, [[], []]),
        (None, [[], []]),
        (7, [[], []]),
    ],
)
def test_every_way_to_name_a_subject_finds_the_patient(subject: Any, expected: list[list[str]]) -> None:
    """Relative, absolute, versioned, URN, logical and conditional references; the rest is noted in every case."""
    cases = read(ONE, TWO, condition("x", subject))
    assert texts(cases) == expected
    lost = expected == [[], []]
    assert all(bool(case.unread) == lost for case in cases)


def test_with_one_patient_everything_is_that_patients_with_a_note() -> None:
    """A subject that is not found, or none, is counted as the only patient's."""
    (case,) = read(ONE, condition("a", {"reference": "Patient/zz"}), condition("b", None))
    assert texts((case,)) == [["a", "b"]]
    assert [item.reason for item in case.unread] == [
        "its subject is not the patient of the input; counted as the only patient's",
        "it names no subject; counted as the only patient's",
    ]


def test_a_case_names_no_other_patient() -> None:
    """What belongs to another patient, in the input or not, leaves no pseudonym and no note of theirs in a case."""
    claim = {"resourceType": "Claim", "id": "abc", "patient": {"reference": "Patient/p2"}}
    cases = read(ONE, TWO, claim, condition("x", {"reference": "Patient/absent"}))
    others = {pseudonym(name) for name in ("p1", "p2", "absent")}
    for case in cases:
        assert not [item for item in case.unread for other in others - {case.id} if other in item.reason + item.path]
    assert [[item.path for item in case.unread if "Claim" in item.path] for case in cases] == [
        [],
        ["Bundle.entry[2] Claim/abc"],
    ]


def test_without_a_patient_resource_the_subject_gives_the_case_its_id() -> None:
    """Each subject that is named gets a case; resources that name none are one case's."""
    cases = read(condition("a", {"reference": "Patient/p1"}), condition("b", {"reference": "Patient/p2"}))
    assert [case.id for case in cases] == [pseudonym("p1"), pseudonym("p2")]
    (case,) = read(condition("a", None))
    assert case.id == "case"
    assert "no Patient resource: birth date, sex and address are not known" in [item.reason for item in case.unread]


def test_documents_of_one_file_keep_their_own_patients() -> None:
    """Two lines may use one id for two persons; what names no subject belongs to its line's patient."""
    lines = [
        {
            "entry": [
                {"resource": {"resourceType": "Patient", "id": "p", "gender": sex}},
                {"resource": condition(sex, None)},
            ]
        }
        for sex in ("male", "female")
    ]
    cases = read_cases("\n".join(json.dumps(line) for line in lines).encode())
    assert texts(cases) == [["male"], ["female"]]
    assert cases[1].id == f"{cases[0].id}-2"
    again = read_cases("\n".join([json.dumps(lines[0]), json.dumps({**lines[0], "id": "other"})]).encode())
    assert len(again) == 1


def test_a_contained_patient_is_a_patient_of_its_own_unless_an_identifier_says_otherwise() -> None:
    """Data about a contained patient never end in another patient's case."""
    inner = {"resourceType": "Patient", "id": "i", "birthDate": "2016-01-01"}
    cases = read(ONE, condition("x", {"reference": "#i"}, contained=[inner]))
    assert texts(cases) == [[], ["x"]]
    same = {**inner, "identifier": ONE["identifier"]}
    assert texts(read(ONE, condition("x", {"reference": "#i"}, contained=[same]))) == [["x"]]


def test_entries_that_are_no_resources_are_noted_where_they_stand() -> None:
    """Null, lists, deletions and objects without a type are listed with their path."""
    entries: list[Any] = [
        {"resource": ONE},
        None,
        [[]],
        3,
        {"fullUrl": "x"},
        {"resource": "x"},
        {"resource": {}},
        {"request": {"method": "DELETE"}},
        {"resource": {"resourceType": 5}},
    ]
    (case,) = read_cases(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())
    assert sorted(item.path for item in case.unread) == [f"Bundle.entry[{number}]" for number in range(1, 9)]


def test_nested_bundles_have_paths_through_all_levels() -> None:
    """A Bundle in a Bundle is walked, and its entries are named from the outside in."""
    inner = {
        "resourceType": "Bundle",
        "entry": [{"resource": ONE}, {"resource": {"resourceType": "Claim", "id": "abc"}}],
    }
    (case,) = read({"resource": inner})
    assert [item.path for item in case.unread] == ["Bundle.entry[0].resource.entry[1] Claim/abc"]


def test_notes_that_belong_to_nobody_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit they stand in the first case, and the others say where."""
    monkeypatch.setattr("equipoise.exchange.fhir_in.assemble.MOST_SHARED_NOTES", 3)
    first, second = read(ONE, TWO, {"resourceType": "Practitioner"}, {"resourceType": "Organization"})
    assert len(first.unread) == 2
    assert [item.reason for item in second.unread] == [
        "2 notes on entries that belong to no patient stand in the first case of the input"
    ]
