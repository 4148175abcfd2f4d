"""Every status, date and way of naming a medicine, as a table."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from equipoise.exchange import read_cases
from equipoise.model.case import Case, Medication

ON = dt.date(2026, 6, 1)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SERTRALINE = {"coding": [{"system": RXNORM, "code": "36437", "display": "sertraline"}], "text": "sertraline"}


def chart(*resources: dict[str, Any], on: dt.date | None = ON) -> Case:
    entries = [{"resource": {"resourceType": "Patient", "id": "p1"}}, *({"resource": item} for item in resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    (case,) = read_cases(json.dumps(bundle).encode(), on=on)
    return case


def medicine(kind: str, **fields: Any) -> dict[str, Any]:
    base = {"resourceType": kind, "id": "m1", "subject": {"reference": "Patient/p1"}}
    return {**base, "medicationCodeableConcept": SERTRALINE, **fields}


REQUEST, STATEMENT, DISPENSE = "MedicationRequest", "MedicationStatement", "MedicationDispense"
GIVEN = "MedicationAdministration"
SUPPLY = {"expectedSupplyDuration": {"value": 30, "code": "d"}, "numberOfRepeatsAllowed": 2}
PERIOD = {"effectivePeriod": {"start": "2025-01-01", "end": "2026-05-01"}}


@pytest.mark.parametrize(
    ("kind", "fields", "current", "start", "end"),
    [
        (REQUEST, {"status": "active", "authoredOn": "2025-01-01T10:00:00Z"}, True, "2025-01-01", None),
        (REQUEST, {"status": "active", "intent": "order", "authoredOn": "2025-01"}, True, "2025-01-01", None),
        (REQUEST, {"status": "active", "intent": "plan"}, None, None, None),
        (REQUEST, {"status": "active", "intent": "proposal"}, None, None, None),
        (REQUEST, {"status": "active", "intent": "option"}, None, None, None),
        (REQUEST, {"status": "on-hold", "authoredOn": "2025-01-01"}, None, "2025-01-01", None),
        (REQUEST, {"status": "draft"}, None, None, None),
        (REQUEST, {"status": "unknown"}, None, None, None),
        (REQUEST, {"status": "sleeping"}, None, None, None),
        (REQUEST, {}, None, None, None),
        (REQUEST, {"status": "completed"}, None, None, None),
        (REQUEST, {"status": "completed", "authoredOn": "2025-12-01"}, None, "2025-12-01", None),
        (REQUEST, {"status": "completed", "authoredOn": "2019-12-01"}, False, "2019-12-01", "2020-12-01"),
        (
            REQUEST,
            {"status": "completed", "authoredOn": "2026-02-01", "dispenseRequest": SUPPLY},
            False,
            "2026-02-01",
            "2026-05-02",
        ),
        (
            REQUEST,
            {"status": "completed", "authoredOn": "2026-05-01", "dispenseRequest": SUPPLY},
            None,
            "2026-05-01",
            None,
        ),
        (
            REQUEST,
            {
                "status": "completed",
                "authoredOn": "2026-01-01",
                "dosageInstruction": [{"timing": {"repeat": {"boundsDuration": {"value": 1, "unit": "week"}}}}],
            },
            False,
            "2026-01-01",
            "2026-01-08",
        ),
        (
            REQUEST,
            {"status": "active", "dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"end": "2026-07"}}}}]},
            True,
            None,
            "2026-07-31",
        ),
        (
            REQUEST,
            {"status": "active", "dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"end": "2020-07"}}}}]},
            True,
            None,
            None,
        ),
        (REQUEST, {"status": "stopped", "authoredOn": "2020-01-01"}, False, "2020-01-01", None),
        (REQUEST, {"status": "stopped", "meta": {"lastUpdated": "2026-05-20T00:00:00Z"}}, False, None, "2026-05-20"),
        (REQUEST, {"status": "stopped", "meta": {"lastUpdated": "2026-06-20T00:00:00Z"}}, False, None, None),
        (REQUEST, {"status": "ended"}, False, None, None),
        (
            "MedicationOrder",
            {"status": "stopped", "dateWritten": "2020", "dateEnded": "2021"},
            False,
            "2020-01-01",
            "2021-12-31",
        ),
        ("MedicationOrder", {"status": "stopped", "dateEnded": "2026-06-09"}, None, None, "2026-06-09"),
        (STATEMENT, {"status": "active", "effectiveDateTime": "2025-03-04"}, True, "2025-03-04", None),
        (STATEMENT, {"status": "active", **PERIOD}, None, "2025-01-01", None),
        (STATEMENT, {"status": "recorded"}, True, None, None),
        (STATEMENT, {"status": "intended"}, None, None, None),
        (STATEMENT, {"status": "on-hold"}, None, None, None),
        (STATEMENT, {"status": "completed", **PERIOD}, False, "2025-01-01", "2026-05-01"),
        (STATEMENT, {"status": "stopped", "dateAsserted": "2026-04-01"}, False, None, "2026-04-01"),
        (STATEMENT, {"status": "stopped", "effectivePeriod": {"end": "2026-05"}}, False, None, "2026-05-31"),
        (
            DISPENSE,
            {"status": "completed", "whenHandedOver": "2026-05-20", "daysSupply": {"value": 30}},
            None,
            "2026-05-20",
            None,
        ),
        (
            DISPENSE,
            {"status": "completed", "whenHandedOver": "2026-01-01", "daysSupply": {"value": 30}},
            False,
            "2026-01-01",
            "2026-01-31",
        ),
        (DISPENSE, {"status": "in-progress"}, None, None, None),
        (GIVEN, {"status": "completed", "effectiveDateTime": "2026-05-01"}, None, "2026-05-01", None),
        (GIVEN, {"status": "completed", "effectiveDateTime": "2025-05-01"}, False, "2025-05-01", "2025-05-01"),
        (GIVEN, {"status": "in-progress"}, None, None, None),
        (REQUEST, {"status": "active", "authoredOn": "2027-01-01"}, True, None, None),
        (
            STATEMENT,
            {"status": "stopped", "effectivePeriod": {"start": "2026-02-01", "end": "2025-02-01"}},
            False,
            "2026-02-01",
            None,
        ),
    ],
)
def test_status_and_dates_say_whether_it_is_taken(
    kind: str,
    fields: dict[str, Any],
    current: bool | None,  # noqa: FBT001
    start: str | None,
    end: str | None,
) -> None:
    """The table in `fhir_in/supply.py`, row by row."""
    (found,) = chart(medicine(kind, **fields)).medications
    assert (found.current, _text(found.start), _text(found.end)) == (current, start, end)


def _text(day: dt.date | None) -> str | None:
    return str(day) if day is not None else None


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (REQUEST, {"status": "cancelled"}, "cancelled"),
        (REQUEST, {"status": "entered-in-error"}, "entered in error"),
        (REQUEST, {"status": "active", "doNotPerform": True}, "not to give"),
        (STATEMENT, {"status": "not-taken"}, "does not take"),
        (STATEMENT, {"status": "active", "taken": "n"}, "does not take"),
        (STATEMENT, {"status": "active", "wasNotTaken": True}, "does not take"),
        (DISPENSE, {"status": "declined"}, "declined"),
        (GIVEN, {"status": "not-done"}, "not given"),
        (GIVEN, {"status": "completed", "wasNotGiven": True}, "not given"),
    ],
)
def test_a_medicine_that_is_not_the_patients_is_unread_with_the_reason(
    kind: str, fields: dict[str, Any], reason: str
) -> None:
    """Cancelled, erroneous and not taken medicines leave the list and say why."""
    case = chart(medicine(kind, **fields))
    assert case.medications == ()
    assert [item.path for item in case.unread if reason in item.reason] == [f"Bundle.entry[1] {kind}/m1"]


def test_without_a_screening_day_an_end_is_left_to_the_screening() -> None:
    """Nothing is past by itself: the end of a supply stands, and `current` is not said."""
    (found,) = chart(medicine(REQUEST, status="completed", authoredOn="2019-12-01"), on=None).medications
    assert (found.current, _text(found.end)) == (None, "2020-12-01")


TYLENOL = {
    "resourceType": "Medication",
    "id": "med",
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "50580-506-02", "display": "Tylenol PM"}]},
    "ingredient": [
        {"itemCodeableConcept": {"coding": [{"system": RXNORM, "code": "161"}], "text": "acetaminophen"}},
        {"itemReference": {"reference": "#sub"}, "isActive": True},
        {"item": {"concept": {"text": "starch"}}, "isActive": False},
    ],
}
SUBSTANCE = {"resourceType": "Substance", "id": "sub", "code": {"text": "diphenhydramine"}}


@pytest.mark.parametrize(
    ("fields", "text", "rxcui", "ingredients"),
    [
        ({"medicationCodeableConcept": SERTRALINE}, "sertraline", ("36437",), ()),
        ({"medicationCodeableConcept": "sertraline"}, "sertraline", (), ()),
        (
            {"medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": 36437}]}},
            "RxNorm 36437",
            ("36437",),
            (),
        ),
        ({"medicationCodeableConcept": SERTRALINE["coding"]}, "sertraline", ("36437",), ()),
        ({"medication": {"concept": SERTRALINE}}, "sertraline", ("36437",), ()),
        ({"medication": SERTRALINE}, "sertraline", ("36437",), ()),
        ({"medication": "sertraline"}, "sertraline", (), ()),
        ({"medicationReference": {"reference": "Medication/absent", "display": "Zoloft"}}, "Zoloft", (), ()),
        ({"medicationReference": "Medication/med"}, "Tylenol PM", (), ("acetaminophen",)),
        (
            {"medicationReference": {"reference": "http://x.org/fhir/Medication/med/_history/2"}},
            "Tylenol PM",
            (),
            ("acetaminophen",),
        ),
        ({"medication": {"reference": {"reference": "Medication/med"}}}, "Tylenol PM", (), ("acetaminophen",)),
        ({"medication": {"reference": "Medication/med"}}, "Tylenol PM", (), ("acetaminophen",)),
        (
            {"medicationReference": {"reference": "#med"}, "contained": [TYLENOL, SUBSTANCE]},
            "Tylenol PM",
            (),
            ("acetaminophen", "diphenhydramine"),
        ),
        (
            {"medicationReference": {"reference": "Medication/absent"}},
            "unnamed medication (Bundle.entry[2] MedicationRequest/m1)",
            (),
            (),
        ),
        ({}, "unnamed medication (Bundle.entry[2] MedicationRequest/m1)", (), ()),
        (
            {"medicationCodeableConcept": {"text": "  ", "coding": [None, 3]}},
            "unnamed medication (Bundle.entry[2] MedicationRequest/m1)",
            (),
            (),
        ),
        ({"medicationCodeableConcept": [[1]]}, "unnamed medication (Bundle.entry[2] MedicationRequest/m1)", (), ()),
    ],
)
def test_every_way_of_naming_a_medicine_is_understood(
    fields: dict[str, Any], text: str, rxcui: tuple[str, ...], ingredients: tuple[str, ...]
) -> None:
    """Code, text, reference, contained resource, or nothing at all: the medicine is on the list."""
    resource = {
        "resourceType": REQUEST,
        "id": "m1",
        "subject": {"reference": "Patient/p1"},
        "status": "active",
        **fields,
    }
    (found,) = chart(TYLENOL, resource).medications
    assert (found.text, found.rxcui, found.ingredients) == (text, rxcui, ingredients)


def test_codes_that_contradict_each_other_are_kept_and_noted() -> None:
    """Two RxNorm codes stay, a broken one leaves its text, another system's display stays; each is noted."""
    concept = {
        "text": "Zoloft",
        "coding": [
            {"system": RXNORM, "code": "36437", "display": "sertraline"},
            {"system": RXNORM, "code": "82728"},
            {"system": RXNORM, "code": "12a"},
            {"system": "http://hl7.org/fhir/sid/ndc", "code": "1-2"},
            {"code": "x"},
        ],
    }
    case = chart(medicine(REQUEST, status="active", medicationCodeableConcept=concept))
    assert case.medications[0].rxcui == ("36437", "82728")
    assert case.medications[0].text == "Zoloft; sertraline"
    reasons = " | ".join(item.reason for item in case.unread)
    for part in (
        "2 different RxNorm codes",
        "'12a' is not a valid RxNorm",
        "ndc' is not used",
        "without a system",
        "no word in common",
    ):
        assert part in reasons


def test_a_medication_that_nothing_refers_to_is_unread() -> None:
    """A definition alone is no entry of the list."""
    case = chart(TYLENOL)
    assert case.medications == ()
    assert [item.path for item in case.unread] == ["Bundle.entry[1] Medication/med"]


def test_the_same_resource_twice_is_read_once_and_two_versions_both() -> None:
    """A copy is noted with the place of the first; a different version is kept beside it."""
    first = medicine(REQUEST, status="active")
    case = chart(first, {**first, "meta": {"versionId": "2"}}, {**first, "status": "stopped"})
    assert [item.current for item in case.medications] == [True, False]
    assert [item.reason for item in case.unread] == ["the same resource as the one at Bundle.entry[1]; read once"]


def test_codes_are_kept_as_medication_types() -> None:
    """ATC codes of any of their URIs arrive as ATC."""
    concept = {"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/atc", "code": "N06AB06", "display": "Sertralin"}]}
    (found,) = chart(medicine(REQUEST, status="active", medicationCodeableConcept=concept)).medications
    assert found == Medication(text="Sertralin", atc=("N06AB06",), path="Bundle.entry[1] MedicationRequest/m1")
