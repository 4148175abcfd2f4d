"""Whatever the input: a case, or an InputError that names the fault; and no entry is ever lost."""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.errors import InputError
from equipoise.exchange import read_cases
from equipoise.model.case import Case

ON = dt.date(2026, 6, 1)
SUBJECT = {"reference": "Patient/p1"}
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"


def _concept(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


RESOURCES: list[dict[str, Any]] = [
    {
        "resourceType": "Patient",
        "id": "p1",
        "birthDate": "1980-02-03",
        "gender": "female",
        "name": [{"family": "Doe", "given": ["Jo"], "text": "Jo Doe"}],
        "deceasedBoolean": False,
        "identifier": [{"system": "mrn", "value": "7"}],
        "address": [{"country": "US", "state": "TX", "city": "X", "period": {"end": "2030"}}],
    },
    {
        "resourceType": "Condition",
        "id": "c1",
        "subject": SUBJECT,
        "code": _concept("http://snomed.info/sct", "35489007", "low"),
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "onsetPeriod": {"start": "2019"},
        "recordedDate": "2020-01-01",
        "abatementPeriod": {"end": "2027"},
    },
    {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "subject": SUBJECT,
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": _concept(RXNORM, "36437", "sertraline"),
        "authoredOn": "2026-05-01T00:00:00Z",
        "dosageInstruction": [
            {"timing": {"repeat": {"boundsPeriod": {"end": "2026-06"}, "boundsDuration": {"value": 3, "code": "d"}}}}
        ],
        "dispenseRequest": {
            "expectedSupplyDuration": {"value": 30, "unit": "d"},
            "numberOfRepeatsAllowed": 1,
            "validityPeriod": {"end": "2026-07-01"},
        },
        "meta": {"lastUpdated": "2026-05-02"},
    },
    {
        "resourceType": "MedicationStatement",
        "id": "m2",
        "subject": SUBJECT,
        "status": "stopped",
        "dateAsserted": "2026",
        "medicationReference": {"reference": "#med", "display": "x"},
        "effectivePeriod": {"start": "2020", "end": "2021"},
        "contained": [
            {
                "resourceType": "Medication",
                "id": "med",
                "code": {"text": "y"},
                "ingredient": [{"itemReference": {"reference": "#s"}}],
            }
        ],
    },
    {
        "resourceType": "MedicationDispense",
        "id": "m3",
        "subject": SUBJECT,
        "status": "completed",
        "daysSupply": {"value": 3},
        "medication": {"concept": {"text": "z"}, "reference": {"reference": "Medication/d1"}},
        "whenHandedOver": "2026-05-30",
    },
    {
        "resourceType": "MedicationAdministration",
        "id": "m4",
        "subject": SUBJECT,
        "status": "completed",
        "medicationReference": "Medication/d1",
        "effectiveDateTime": "2026-05-30",
    },
    {
        "resourceType": "Medication",
        "id": "d1",
        "code": _concept(RXNORM, "161", "acetaminophen"),
        "ingredient": [{"item": {"concept": {"text": "q"}}}],
    },
    {
        "resourceType": "Observation",
        "id": "o1",
        "subject": SUBJECT,
        "status": "final",
        "code": _concept(LOINC, "1742-6", "ALT"),
        "effectiveDateTime": "2026-05-01",
        "valueQuantity": {"value": 31, "unit": "U/L", "comparator": "<"},
        "referenceRange": [{"low": {"value": 1}, "high": {"value": 2}, "type": {"coding": [{"code": "normal"}]}}],
        "component": [{"code": {"text": "c"}, "valueRange": {"low": {"value": 1}}}],
        "hasMember": [{"reference": "Observation/o2"}],
    },
    {
        "resourceType": "Observation",
        "id": "o2",
        "subject": SUBJECT,
        "code": {"text": "n"},
        "valueCodeableConcept": {"coding": [{"code": "LA6569-3", "extension": [{"url": "u", "valueDecimal": 1}]}]},
    },
    {
        "resourceType": "QuestionnaireResponse",
        "id": "q1",
        "subject": SUBJECT,
        "authored": "2026-05-01",
        "item": [
            {
                "linkId": "44261-6",
                "answer": [{"valueInteger": 3, "item": [{"linkId": "/44260-8", "answer": [{"valueDecimal": 1}]}]}],
            }
        ],
    },
    {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "patient": SUBJECT,
        "code": {"text": "p"},
        "reaction": [{"substance": {"text": "r"}}],
    },
    {
        "resourceType": "Encounter",
        "id": "e1",
        "subject": SUBJECT,
        "period": {"start": "2020-01-01"},
        "reasonCode": [_concept("http://snomed.info/sct", "91175000", "Seizure (finding)")],
    },
    {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Claim", "id": "x", "patient": SUBJECT}}]},
]
BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"fullUrl": f"urn:uuid:{number}", "resource": item} for number, item in enumerate(RESOURCES)],
}


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, item in steps for place in _places(item, (*at, key)))]


PLACES = _places(BUNDLE)[1:]
WORDS = st.sampled_from(
    [
        "Patient",
        "Bundle",
        "active",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "#med",
        "#",
        "Medication/d1",
        "urn:uuid:0",
        "1e999",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("reference"), inner, max_size=3)
    ),
    max_leaves=8,
)
QUICK = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(content: bytes) -> tuple[Case, ...]:
    try:
        return read_cases(content, on=ON)
    except InputError as error:
        refusal = error
    assert all(fault.found and fault.expected and fault.mend for fault in refusal.faults)
    assert len(str(refusal)) < 20_000
    return ()


def _paths(cases: tuple[Case, ...]) -> set[str]:
    lists = [
        getattr(case, name)
        for case in cases
        for name in ("conditions", "medications", "measurements", "allergies", "unread")
    ]
    return {
        match.group()
        for items in lists
        for item in items
        if (match := re.match(r"Bundle\.entry\[\d+\]", item.path or ""))
    }


@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
@QUICK
def test_any_value_at_any_place_of_a_bundle_is_read_or_noted(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """A wrong value anywhere costs at most its own field: every entry is still used or listed with its path."""
    bundle = copy.deepcopy(BUNDLE)
    for place, value in changes:
        holder = bundle
        try:
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue  # an earlier change took the place away
    cases = read(json.dumps(bundle).encode())
    entries = bundle.get("entry")
    if not cases or bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        return
    seen = _paths(cases)
    for number, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        fields = resource if isinstance(resource, dict) else {}
        # A Patient and a Medication that is referred to are used without a path; a Bundle may be empty.
        if fields.get("resourceType") not in ("Patient", "Medication", "Bundle") and "entry" not in fields:
            assert f"Bundle.entry[{number}]" in seen, (number, fields)


@given(st.binary(max_size=300))
@QUICK
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Arbitrary bytes, plain or after a magic number, raise nothing but InputError."""
    for start in (b"", b"\x1f\x8b\x08", b"{", b"[", b"\xff\xfe", b"id: "):
        read(start + content)


@given(st.integers(min_value=0, max_value=10**6), st.binary(max_size=4))
@QUICK
def test_a_cut_or_damaged_gzip_is_refused(cut: int, noise: bytes) -> None:
    """A gzip file that ends anywhere, or goes on with noise, raises nothing but InputError."""
    whole = gzip.compress(json.dumps(BUNDLE).encode(), mtime=0)
    read(whole[: cut % len(whole)] + noise)


@given(st.integers(min_value=1, max_value=10**6))
@QUICK
def test_a_cut_text_is_refused(cut: int) -> None:
    """JSON that ends anywhere is refused with a message; nothing is half read in silence."""
    whole = json.dumps(BUNDLE)
    assert read(whole[: cut % len(whole)].encode()) == ()


YAML_TEXT = st.text(alphabet=st.sampled_from("abid:- \n[]{}&*!|>?#'\"%,01~<="), max_size=120)


@given(YAML_TEXT)
@QUICK
def test_any_yaml_is_a_case_or_refused(text: str) -> None:
    """Arbitrary YAML-like text gives a case or an InputError."""
    read(text.encode())
    read(f"id: a\nmedications: {text}".encode())


FIELDS = sorted(Case.model_fields)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=4))
@QUICK
def test_any_value_in_any_field_of_a_case_file_is_a_case_or_refused(values: dict[str, Any]) -> None:
    """Our own case with wrong values names them and never crashes."""
    read(json.dumps(values).encode())
