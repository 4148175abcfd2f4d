"""What the document says, and what it never says."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from equipoise.errors import InputError
from equipoise.exchange.fhir_out import dossier_to_fhir, dossier_to_fhir_json
from equipoise.model.dossier import Dossier
from equipoise.model.terms import Answer, Outcome, Severity
from fhir_gate import sample
from fhir_gate.own_walk import roots, walk

SRC = Path(__file__).resolve().parents[2] / "src"
Document = dict[str, Any]


def document_of(dossier: Dossier, **changes: Any) -> Document:
    return dossier_to_fhir(dossier.model_copy(update=changes), issued=sample.ISSUED)


def of_type(document: Document, kind: str) -> list[Document]:
    return [resource for _, resource in roots(document) if resource["resourceType"] == kind]


def issue_of(document: Document, words: str) -> Document:
    return next(issue for issue in of_type(document, "DetectedIssue") if words in issue["code"]["text"])


def section_of(document: Document, key: str) -> Document:
    sections = of_type(document, "Composition")[0]["section"]
    return next(section for section in sections if section["code"]["coding"][0]["code"] == key)


@pytest.mark.parametrize("name", sample.SAMPLES)
def test_same_input_same_bytes(name: str) -> None:
    """The same dossier, moment and PDF give the same bytes, and the bytes are the document."""
    make = sample.SAMPLES[name]
    first, second = (dossier_to_fhir_json(make(), issued=sample.ISSUED, pdf=sample.PDF) for _ in range(2))
    assert first == second
    assert json.loads(first) == dossier_to_fhir(make(), issued=sample.ISSUED, pdf=sample.PDF)


def test_other_input_other_identity() -> None:
    """A document of another moment, another dossier or another PDF has another identifier and other addresses."""
    later = sample.ISSUED + dt.timedelta(seconds=1)
    documents = [
        dossier_to_fhir(sample.full(), issued=sample.ISSUED),
        dossier_to_fhir(sample.full(), issued=later),
        dossier_to_fhir(sample.minimal(), issued=sample.ISSUED),
        dossier_to_fhir(sample.full(), issued=sample.ISSUED, pdf=sample.PDF),
    ]
    urls = [entry["fullUrl"] for document in documents for entry in document["entry"]]
    assert len(set(urls)) == len(urls)
    assert len({document["identifier"]["value"] for document in documents}) == len(documents)


def test_the_same_moment_in_another_zone_is_the_same_document() -> None:
    """The moment of issue counts, not the zone in which it is told."""
    there = sample.ISSUED.astimezone(dt.timezone(dt.timedelta(hours=-5, minutes=-30)))
    assert dossier_to_fhir(sample.full(), issued=there) == dossier_to_fhir(sample.full(), issued=sample.ISSUED)


@pytest.mark.parametrize("name", sample.SAMPLES)
def test_plain_types_only(name: str) -> None:
    """The document is made of plain dicts, lists, strings, numbers and booleans, not of our own kinds of them."""
    document = dossier_to_fhir(sample.SAMPLES[name](), issued=sample.ISSUED)
    assert {type(value) for _, value in walk(document)} <= {dict, list, str, int, bool}


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("name", ["minimal", "full", "fifty"])
def test_never_says_that_something_is_safe(name: str, outcome: Outcome) -> None:
    """No outcome and no empty list makes the document say `safe`, `cleared` or anything built on them."""
    document = document_of(sample.SAMPLES[name](), outcome=outcome)
    texts = [value for _, value in walk(document) if isinstance(value, str)]
    assert not [text for text in texts if re.search(r"safe|cleared|harmless", text, re.IGNORECASE)]


@pytest.mark.parametrize("outcome", Outcome)
def test_outcome_is_one_of_three_words(outcome: Outcome) -> None:
    """The RiskAssessment carries the outcome as our code and in words, and no probability."""
    (risk,) = of_type(document_of(sample.full(), outcome=outcome), "RiskAssessment")
    judged = risk["prediction"][0]["qualitativeRisk"]
    assert judged["coding"][0]["code"] == outcome.value
    assert judged["text"]
    assert not [path for path, _ in walk(risk) if "probability" in path or "relativeRisk" in path]


def test_unknown_is_unknown() -> None:
    """An unknown finding is preliminary, says so first, carries the answer as a code, and asks what would settle it."""
    issue = issue_of(document_of(sample.full()), "liver_disease")
    assert issue["status"] == "preliminary"
    assert issue["severity"] == "high"
    assert issue["code"]["text"].startswith("UNKNOWN: ")
    assert issue["evidence"][0]["code"][0]["coding"][0]["code"] == "unknown"
    assert "Does the patient have a liver disease?" in issue["detail"]
    assert "Contraindicated, if it applies" in issue["detail"]


def test_met_is_final() -> None:
    """A met finding is final, with its explanation, its certainty and a mitigation that nobody has carried out yet."""
    issue = issue_of(document_of(sample.full()), "seizure_disorder")
    assert (issue["status"], issue["severity"]) == ("final", "high")
    assert issue["evidence"][0]["code"][0]["coding"][0]["code"] == "met"
    assert issue["mitigation"] == [{"action": {"text": "Proposed, not yet done: Do not start."}}]
    for words in ("Screened for: Kratom leaf", "A made-up reason.", "low (GRADE)", "Lowers the seizure threshold."):
        assert words in issue["detail"]


def test_not_met_is_no_issue() -> None:
    """A finding that is not met makes no DetectedIssue; the document lists it among what was judged."""
    document = document_of(sample.full())
    titles = [issue["code"]["text"] for issue in of_type(document, "DetectedIssue")]
    assert len(titles) == 4
    assert not [title for title in titles if "not_here" in title]
    assert "not_here" in section_of(document, "not-met")["text"]["div"]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (Severity.CONTRAINDICATED, "high"),
        (Severity.SPECIALIST_DECISION, "high"),
        (Severity.CAUTION, "moderate"),
        (Severity.INFORMATION, "low"),
    ],
)
def test_severity(severity: Severity, expected: str) -> None:
    """Every severity has its FHIR code, never a weaker one than its own, and keeps our word as a tag."""
    findings = (sample.finding("one", severity=severity),)
    (issue,) = of_type(document_of(sample.minimal(), findings=findings), "DetectedIssue")
    assert issue["severity"] == expected
    assert issue["meta"]["tag"][0]["code"] == severity.value


def test_what_a_finding_rests_on() -> None:
    """A listed medicine is referred to, an unlisted one and a condition are contained, a value is evidence."""
    document = document_of(sample.full())
    issue = issue_of(document, "paroxetine")
    listed = [f"urn:uuid:{statement['id']}" for statement in of_type(document, "MedicationStatement")]
    held = {f"#{inner['id']}": inner["resourceType"] for inner in issue["contained"]}
    known, other, unresolved, place = issue["implicated"]
    assert known["reference"] == listed[0]
    assert held[other["reference"]] == "MedicationStatement"
    assert unresolved["reference"] == listed[3]
    assert place == {"display": "place: Texas (matched by US-TX)"}
    assert held[issue["evidence"][0]["detail"][0]["reference"]] == "Observation"
    assert issue["code"]["coding"][1]["code"] == "DRG"


def test_magnitude_is_told_with_its_interval() -> None:
    """A size stands in the detail with its interval and its bounds, as an estimate and not as a measurement."""
    told = issue_of(document_of(sample.full()), "paroxetine")["detail"]
    assert "ratio of AUC 1.39 (90 % interval 1.23 to 1.57); floor 1.1; ceiling 4.2" in told
    assert "not a measurement in this patient" in told


def test_unassessed_medicine_gets_no_code() -> None:
    """A medicine that was not assessed has status unknown, no code, and its candidates only as a question."""
    statement = of_type(document_of(sample.full()), "MedicationStatement")[2]
    assert statement["status"] == "unknown"
    assert statement["medicationCodeableConcept"] == {"text": "bupopion"}
    assert statement["note"][0]["text"].startswith("NOT ASSESSED: ")
    assert "for a person to confirm: bupropion (88); buspirone (81)" in statement["note"][0]["text"]


def test_assessed_medicines() -> None:
    """A current medicine is active, a past one completed; both carry the records that they were tied to."""
    first, second, *_ = of_type(document_of(sample.full()), "MedicationStatement")
    assert (first["status"], second["status"]) == ("active", "completed")
    codes = [coding["code"] for coding in second["medicationCodeableConcept"]["coding"]]
    assert codes == ["a", "b"]


def test_every_section_is_there() -> None:
    """The sections stand in one order whether they hold something or not, the outcome first; none is silent."""
    documents = [document_of(sample.minimal()), document_of(sample.full())]
    titles = [[section["title"] for section in of_type(one, "Composition")[0]["section"]] for one in documents]
    assert titles[0] == titles[1]
    assert titles[0][0] == "Outcome and reasons"
    assert "so the law is unknown" in section_of(documents[0], "law")["text"]["div"]
    assert "does not mean that the patient takes none" in section_of(documents[0], "medications")["text"]["div"]


def test_sections_hold_the_dossier() -> None:
    """Reasons, blockers, unread entries, missing tests, law, evidence, claims and sources stand in their narratives."""
    document = document_of(sample.full())
    expected = {
        "outcome": [
            "Stop: do not start",
            "Epilepsy is a contraindication.",
            "Made-up criterion liver_disease (liver_disease)",
        ],
        "findings": ["Made-up criterion seizure_disorder", "UNKNOWN: "],
        "not-assessed": ["bupopion", "No record resembles it."],
        "burdens": ["serotonergic", "paroxetine 3"],
        "unread": ["entry[9].resource", "A Goal is not read."],
        "missing-tests": ["Liver panel", "none recorded", "2024-01-01"],
        "law": ["Texas (US-TX)", "regulated consumer act", "undated, DOUBTFUL", "minimum age 18"],
        "evidence": ["Does it help?", "very low", "made_up_trial"],
        "claims": [
            "It acts on a made-up system.",
            "unknown",
            "0.1 (0.01 to 0.5)",
            "in vitro: It bound.",
            "better mood",
        ],
        "sources": ["https://doi.org/10.1000/made.up", "pubmed.ncbi.nlm.nih.gov/1234567/", "not opened", "ab" * 32],
    }
    for key, texts in expected.items():
        div = section_of(document, key)["text"]["div"]
        assert [text for text in texts if text not in div] == []


def test_statuses_wait_for_a_person() -> None:
    """The Composition is preliminary always; the RiskAssessment is so while an answer is open."""
    open_one, closed = document_of(sample.full()), document_of(sample.minimal())
    assert {of_type(one, "Composition")[0]["status"] for one in (open_one, closed)} == {"preliminary"}
    assert of_type(open_one, "RiskAssessment")[0]["status"] == "preliminary"
    assert of_type(closed, "RiskAssessment")[0]["status"] == "final"


@pytest.mark.parametrize("part", ["not_assessed", "unread", "missing_tests", "blocked_by"])
def test_anything_open_makes_the_risk_preliminary(part: str) -> None:
    """An unassessed medicine, an unread entry, a missing test or a blocker alone keeps the risk preliminary."""
    document = document_of(sample.minimal(), **{part: getattr(sample.full(), part)})
    assert of_type(document, "RiskAssessment")[0]["status"] == "preliminary"


def test_markup_is_text() -> None:
    """Markup in a text stands in the narrative as text, and a script address is never a link or a reference."""
    document = dossier_to_fhir(sample.hostile(), issued=sample.ISSUED)
    divs = [value for path, value in walk(document) if path.endswith(".div")]
    assert not [div for div in divs if "<script" in div]
    assert any("&lt;script&gt;" in div for div in divs)
    assert not [
        path for path, value in walk(document) if path.endswith("].reference") and str(value).startswith("java")
    ]
    assert "reference" not in issue_of(document, "script")


def test_patient_is_a_pseudonym() -> None:
    """The Patient holds the pseudonym under a URN and no name, date or address."""
    (patient,) = of_type(document_of(sample.full()), "Patient")
    assert set(patient) == {"resourceType", "id", "text", "identifier"}
    assert patient["identifier"][0]["value"] == "c-1"
    assert patient["identifier"][0]["system"].startswith("urn:uuid:")


def test_pdf_is_attached_whole() -> None:
    """The PDF stands in the DocumentReference with its size and SHA-1, and the Composition leads to it."""
    document = dossier_to_fhir(sample.minimal(), issued=sample.ISSUED, pdf=sample.PDF)
    (paper,) = of_type(document, "DocumentReference")
    attachment = paper["content"][0]["attachment"]
    assert base64.b64decode(attachment["data"]) == sample.PDF
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(sample.PDF, usedforsecurity=False).digest()
    assert attachment["size"] == len(sample.PDF)
    entries = section_of(document, "outcome")["entry"]
    assert f"urn:uuid:{paper['id']}" in [entry["reference"] for entry in entries]


def test_provenance_names_the_records() -> None:
    """The Provenance covers every other resource and names the hash of the records."""
    document = document_of(sample.full())
    (made,) = of_type(document, "Provenance")
    assert made["entity"][0]["what"]["identifier"]["value"] == "ab" * 32
    others = [entry["fullUrl"] for entry in document["entry"] if entry["resource"] is not made]
    assert [target["reference"] for target in made["target"]] == others


def test_faults_of_the_call_are_told_together() -> None:
    """A moment without a zone and bytes that are no PDF are refused in one message that says how to mend them."""
    with pytest.raises(InputError) as told:
        dossier_to_fhir(sample.minimal(), issued=sample.ISSUED.replace(tzinfo=None), pdf=b"")
    assert [fault.path for fault in told.value.faults] == ["issued", "pdf"]


def test_no_findings_of_the_future() -> None:
    """A screening date that has begun nowhere on earth at the moment of issue is refused."""
    day = dt.datetime(2026, 3, 13, tzinfo=dt.UTC)
    with pytest.raises(InputError, match="screening date 2026-03-14"):
        dossier_to_fhir(sample.minimal(), issued=day.replace(hour=9, minute=59))
    assert dossier_to_fhir(sample.minimal(), issued=day.replace(hour=10))["timestamp"] == "2026-03-13T10:00:00.000Z"


def test_hostile_text_is_kept_apart_from_its_blanks() -> None:
    """Letters of every script survive; control characters become U+FFFD and odd blanks become spaces."""
    (patient,) = of_type(dossier_to_fhir(sample.hostile(), issued=sample.ISSUED), "Patient")
    value = patient["identifier"][0]["value"]
    assert "žluťoučký 漢字 🧪" in value
    assert "\ufffd\ufffd 90 %" in value


def test_start_up_stays_light() -> None:
    """Importing the module loads neither orjson nor a FHIR library."""
    code = "import sys, equipoise.exchange.fhir_out; print(sorted({'orjson', 'fhir', 'jinja2'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(SRC)}
    )
    assert done.stdout.strip() == "[]"


def test_every_answer_has_a_place() -> None:
    """Each answer is either an issue with its status or in the list of what does not apply."""
    for answer in Answer:
        document = document_of(sample.minimal(), findings=(sample.finding("one", answer=answer),))
        listed = "Made-up criterion one" in section_of(document, "not-met")["text"]["div"]
        assert listed == (not of_type(document, "DetectedIssue"))
