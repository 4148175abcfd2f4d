"""The machine form: complete, deterministic, valid against its own schema, read back without loss."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from equipoise.model.dossier import Dossier
from equipoise.report.plain import dossier_json, dossier_schema


def test_everything_is_read_back(full: Dossier, bare: Dossier) -> None:
    """A dossier survives the way out and back."""
    assert Dossier.model_validate_json(dossier_json(full)) == full
    assert Dossier.model_validate_json(dossier_json(bare)) == bare


def test_same_dossier_gives_the_same_bytes(build: Any) -> None:
    """The JSON is one line with sorted keys and the same bytes each time."""
    made = dossier_json(build.full())
    assert made == dossier_json(build.full())
    assert b"\n" not in made
    assert list(json.loads(made)) == sorted(json.loads(made))


def test_keys_that_others_build_on_are_there(full: Dossier) -> None:
    """The keys of the contract stand at the top, and in each finding."""
    made = json.loads(dossier_json(full))
    top = {"outcome", "findings", "not_assessed", "unread", "missing_tests", "knowledge_hash", "substance", "on"}
    each = {"id", "severity", "answer", "title", "implicated", "magnitude", "certainty", "sources"}
    assert top <= set(made)
    assert all(each <= set(item) for item in made["findings"])
    assert made["outcome"] == "stop"
    assert made["on"] == "2026-11-22"


def test_implicated_parts_are_objects(full: Dossier) -> None:
    """What a finding rests on is a list of objects that say what, how matched and where."""
    made = json.loads(dossier_json(full))
    first = made["findings"][0]["implicated"][0]
    assert first == {"kind": "medicine", "label": "naltrexone", "matched_by": "ATC N07BB04", "path": "medications[3]"}


def test_magnitude_is_an_object_or_null(full: Dossier) -> None:
    """A size carries estimate, interval and kind; a finding without one has null."""
    sizes = [item["magnitude"] for item in json.loads(dossier_json(full))["findings"]]
    assert None in sizes
    found = next(size for size in sizes if size is not None)
    assert (found["estimate"], found["interval"]) == (1.39, [1.23, 1.57])
    assert found["kind"]


@pytest.mark.parametrize("name", ["full", "bare"])
def test_json_is_valid_against_its_schema(request: pytest.FixtureRequest, name: str) -> None:
    """What is written is what the schema promises."""
    made = json.loads(dossier_json(request.getfixturevalue(name)))
    jsonschema_rs.validator_for(dossier_schema()).validate(made)


def test_schema_refuses_another_outcome(full: Dossier) -> None:
    """The schema knows three outcomes; 'cleared' is none of them."""
    made = json.loads(dossier_json(full)) | {"outcome": "cleared"}
    assert not jsonschema_rs.validator_for(dossier_schema()).is_valid(made)
