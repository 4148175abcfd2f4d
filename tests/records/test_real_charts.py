"""Real charts are read whole: synthetic populations, measure cases, specification examples, CDS Hooks requests."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from equipoise.errors import InputError
from equipoise.exchange import read_cases
from equipoise.exchange.fhir_in.assemble import READERS
from equipoise.model.case import Case

pytestmark = pytest.mark.real_data

ON = dt.date(2026, 12, 31)
PROJECT = Path(__file__).resolve().parents[2]
FHIR = Path(os.environ.get("EQUIPOISE_DATA", PROJECT.parent / "shared" / "data")) / "fhir"
MEDICINES = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")
DEFINITIONS = ("Patient", "Medication", "Substance", "Bundle")


@pytest.fixture(scope="module", autouse=True)
def _data() -> None:
    if not FHIR.is_dir():
        pytest.skip(f"REAL DATA ABSENT: no folder {FHIR}; set EQUIPOISE_DATA to read real charts in tests")


def _unpacked(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8-sig")


def _resources(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every resource below Bundles with its path, found in another way than the reader's."""
    if isinstance(value, dict) and value.get("resourceType") == "Bundle":
        name = place if place.endswith(".resource") else f"{place} Bundle".strip()
        for number, entry in enumerate(value.get("entry", [])):
            inner = entry.get("resource", entry)
            at = f"{name}.entry[{number}]"
            yield from _resources(
                inner, f"{at}.resource" if isinstance(inner, dict) and inner.get("resourceType") == "Bundle" else at
            )
    elif isinstance(value, dict):
        yield place, value


def _document(path: Path) -> list[tuple[str, dict[str, Any]]]:
    text = _unpacked(path)
    if ".ndjson" not in path.name:
        return list(_resources(json.loads(text)))
    rows = ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())
    return [item for number, line in rows for item in _resources(json.loads(line), f"line {number}")]


def _listed(case: Case) -> list[str]:
    items = (*case.conditions, *case.medications, *case.measurements, *case.allergies, *case.unread)
    return [item.path for item in items if item.path]


def _check_whole(cases: tuple[Case, ...], resources: list[tuple[str, dict[str, Any]]]) -> None:
    """Every entry is in a case or its notes; every medicine is on a list, or noted with its reason."""
    listed = " \n".join(path for case in cases for path in _listed(case)) + " "
    text = json.dumps([item for _, item in resources])
    for place, resource in resources:
        kind, name = resource["resourceType"], resource.get("id")
        if kind == "Patient" or (kind == "Medication" and f"Medication/{name}" in text):
            continue
        assert f"{place} " in listed or f"{place}." in listed, (place, kind, name)
    whole = {
        (item["resourceType"], item.get("id"), place) for place, item in resources if item["resourceType"] in MEDICINES
    }
    taken = {item.path for case in cases for item in case.medications}
    noted = {item.path for case in cases for item in case.unread}
    for kind, name, place in whole:
        assert {f"{place} {kind}/{name}", f"{place} {kind}"} & (taken | noted), (place, kind, name)


def _files(pattern: str) -> list[Path]:
    return sorted(FHIR.glob(pattern))


def test_every_synthea_bundle_is_read_whole() -> None:
    """One case per transaction Bundle, each entry used or listed, no name in the case."""
    paths = _files("synthea_r4/*.json.gz")
    assert len(paths) >= 33
    for path in paths:
        resources = _document(path)
        (case,) = read_cases(path, on=ON)
        _check_whole((case,), resources)
        patient = next(item for _, item in resources if item["resourceType"] == "Patient")
        dumped = case.model_dump_json()
        assert not [name for name in patient["name"] if f"{name['given'][0]} {name['family']}" in dumped]
        assert len(case.medications) == sum(item["resourceType"] in MEDICINES for _, item in resources)


def test_every_measure_case_is_read_whole() -> None:
    """76 nested Bundles give 76 patients; what stands twice is read once."""
    paths = _files("ecqm_2025/*.ndjson.gz")
    cases = {path: read_cases(path, on=ON) for path in paths}
    assert sum(len(found) for found in cases.values()) == 76
    for path, found in cases.items():
        resources = _document(path)
        _check_whole(found, resources)
        unique = {(item["resourceType"], item.get("id")) for _, item in resources if item["resourceType"] in MEDICINES}
        assert sum(len(case.medications) for case in found) == len(unique)


def test_a_bulk_export_is_read_whole() -> None:
    """Every medication request of the folder reaches its patient, and every other line is used or listed."""
    cases = read_cases(FHIR / "synthea_bulk10", on=ON)
    resources = [
        (f"{path.name} {place}", item)
        for path in _files("synthea_bulk10/*.ndjson.gz")
        for place, item in _document(path)
    ]
    assert len(cases) == sum(item["resourceType"] == "Patient" for _, item in resources)
    _check_whole(cases, resources)
    assert sum(len(case.medications) for case in cases) == sum(
        item["resourceType"] in MEDICINES for _, item in resources
    )
    assert all(case.birth_date and case.sex and case.jurisdictions for case in cases)


def test_the_examples_of_the_specification_are_read_whole() -> None:
    """Each of HL7's examples by itself and all together: a case, or a message that nothing is about a patient."""
    (path,) = _files("hl7_r4_examples/examples.ndjson.gz")
    resources = _document(path)
    _check_whole(read_cases(path, on=ON), resources)
    for _, resource in resources:
        content = json.dumps(resource).encode()
        if resource["resourceType"] == "Patient" or resource["resourceType"] in READERS:
            assert read_cases(content, on=ON)
        else:
            with pytest.raises(InputError, match="a resource about a patient"):
                read_cases(content, on=ON)


def test_cds_hooks_requests_are_read_and_broken_ones_refused() -> None:
    """Prefetch and drafts become a case with every medicine; broken JSON is refused with a message."""
    good = _files("cds_hooks/*/*.json")
    assert good
    for path in good:
        cases = read_cases(path, on=ON)
        count = sum(_unpacked(path).count(f'"resourceType": "{kind}"') for kind in MEDICINES)
        noted = [item for case in cases for item in case.unread if item.path.split(" ")[-1].startswith(MEDICINES)]
        assert sum(len(case.medications) for case in cases) + len(noted) >= count
    for path in _files("cds_hooks_malformed/*/*.json"):
        with pytest.raises(InputError):
            read_cases(path, on=ON)
