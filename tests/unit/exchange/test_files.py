"""What the readers accept as files, and what they say of everything else."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import pytest

from equipoise.errors import InputError
from equipoise.exchange import read_cases
from equipoise.exchange.files import SIZE_LIMIT

PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1980-02-03"}
BUNDLE = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": PATIENT}]}
TEXT = json.dumps(BUNDLE)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        gzip.compress(TEXT.encode(), mtime=0),
        gzip.compress(TEXT[:20].encode(), mtime=0) + gzip.compress(TEXT[20:].encode(), mtime=0),
        json.dumps(PATIENT).encode(),
        json.dumps([PATIENT]).encode(),
        (json.dumps(PATIENT) + "\n" + json.dumps({"resourceType": "Claim"}) + "\n").encode(),
        json.dumps({"hook": "patient-view", "prefetch": {"item": {"resource": PATIENT}}}).encode(),
        json.dumps({"resourceType": "Parameters", "parameter": [{"name": "x", "resource": BUNDLE}]}).encode(),
        json.dumps({"entry": [PATIENT]}).encode(),
    ],
    ids=str,
)
def test_the_same_patient_comes_out_of_every_encoding_and_wrapping(content: bytes) -> None:
    """Encoding, compression and wrapping make no difference to what is read."""
    cases = read_cases(content)
    assert [str(case.birth_date) for case in cases] == ["1980-02-03"]


@pytest.mark.parametrize(
    ("content", "found", "mend"),
    [
        (b"", "an empty file", "Give the file"),
        (b" \n ", "an empty file", "Give the file"),
        (gzip.compress(b"", mtime=0), "an empty file", "Give the file"),
        (b"{}", "an empty object", "Start from"),
        (b"[]", "a list", "Start from"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "no resource", "Give a chart"),
        (
            b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Claim"}}]}',
            "only 1 Claim",
            "Give a chart",
        ),
        (TEXT.encode()[:-20], "JSON that ends too early", "again"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-12], "gzip data that ends too early", "again"),
        (gzip.compress(TEXT.encode(), mtime=0)[:30] + b"xxxxxx", "gzip data", "again"),
        (b"%PDF-1.7 ...", "a PDF", "Export"),
        (b"PK\x03\x04....", "a ZIP archive", "Unpack"),
        (b"<Patient xmlns='http://hl7.org/fhir'/>", "XML or HTML", "Export"),
        (bytes(range(256)) * 10, "binary data", "Give the file"),
        (b"\xff\xfe\x00", "a byte", "UTF-8"),
        (b"name: caf\xe9", "a byte at position 9", "UTF-8"),
        (b"hello world", "the text 'hello world'", "Start from"),
        (b"# nothing\n", "only comments", "Start from"),
        (json.dumps(BUNDLE, indent=1).encode() + b"\n}", "more text after the end of the JSON", "Remove"),
        (b'{"resourceType": "Patient", }', "not JSON", "Correct"),
        (b"x" * 10_000_000, "10,000,000 characters", "Check"),
        (b"{" * 10_000_000, "not JSON", "Correct"),
        (b'{"a": ' * 200_000, "more than 100,000 levels", "again"),
        (b"[" * 120_000 + b"]" * 120_000, "more than 100,000 levels", "again"),
    ],
)
def test_unusable_content_is_refused_with_what_was_found_and_a_mend(content: bytes, found: str, mend: str) -> None:
    """A message names what was found and what to do, within seconds even for 10 MB of junk."""
    before = time.perf_counter()
    with pytest.raises(InputError) as caught:
        read_cases(content)
    (fault,) = caught.value.faults
    assert found in fault.found
    assert mend in fault.mend
    assert time.perf_counter() - before < 5


def test_a_gzip_bomb_is_stopped_at_the_limit_that_the_message_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpacking stops at the limit of size, and the message says which limit that is."""
    monkeypatch.setattr("equipoise.exchange.files.SIZE_LIMIT", 5 * 2**20)
    with pytest.raises(InputError, match="at most 5 MiB after unpacking"):
        read_cases(gzip.compress(b" " * (6 * 2**20), mtime=0))
    assert SIZE_LIMIT == 256 * 2**20


def test_a_missing_file_and_a_path_that_cannot_be_are_refused(tmp_path: Path) -> None:
    """A path that leads nowhere is named in the message."""
    for path in (tmp_path / "absent.json", "a\0b"):
        with pytest.raises(InputError, match="Correct the path"):
            read_cases(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    """A file that may not be read is named with its mend."""
    path = tmp_path / "case.json"
    path.write_text(TEXT)
    path.chmod(0)
    with pytest.raises(InputError, match="permissions"):
        read_cases(path)


def test_a_folder_of_bulk_files_is_one_input(tmp_path: Path) -> None:
    """Resources of several files find their patient; a file of another kind is noted without its name."""
    condition = {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1"},
        "code": {"text": "Depression"},
    }
    (tmp_path / "Condition.000.ndjson.gz").write_bytes(
        gzip.compress((json.dumps(condition) + "\nnot json\n").encode(), mtime=0)
    )
    (tmp_path / "Patient.ndjson").write_text(json.dumps(PATIENT))
    (tmp_path / "Jane_Doe.docx").write_bytes(b"x")
    (case,) = read_cases(tmp_path)
    assert [item.text for item in case.conditions] == ["Depression"]
    assert case.conditions[0].path == "Condition.000.ndjson.gz line 1 Condition/c1"
    assert {item.path for item in case.unread} == {"Condition.000.ndjson.gz line 2", "file[2]"}
    assert "Jane" not in case.model_dump_json()


def test_a_folder_tells_all_its_faults_at_once(tmp_path: Path) -> None:
    """Two broken files make one error with two faults; a folder without usable files says what it looks for."""
    with pytest.raises(InputError, match="folder without such files"):
        read_cases(tmp_path)
    (tmp_path / "a.json").write_bytes(b"")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(b"{}", mtime=0)[:-3])
    (tmp_path / "c.json").write_text("{")
    with pytest.raises(InputError) as caught:
        read_cases(tmp_path)
    assert {fault.path.split(":")[0] for fault in caught.value.faults} >= {"a.json", "b.json.gz"}


def test_a_deep_part_costs_only_itself() -> None:
    """An extension nested 50,000 levels deep is cut and noted; the rest of the chart is read."""
    deep = '{"x":' * 50_000 + "1" + "}" * 50_000
    (case,) = read_cases(TEXT.replace('"female"', f'"female", "extension": [{deep}]').encode())
    assert str(case.sex) == "female"
    assert any("levels deep" in item.reason for item in case.unread)


def test_a_key_that_stands_twice_is_noted() -> None:
    """JSON with one key twice in an object loses the first value, so that is said."""
    (case,) = read_cases(TEXT.replace('"gender"', '"gender": "male", "gender"').encode())
    assert any("the key gender stands twice" in item.reason for item in case.unread)
