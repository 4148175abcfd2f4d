"""The machine form of a dossier: everything in it, in one fixed order of keys."""

from __future__ import annotations

from typing import Any

import orjson

from equipoise.model.dossier import Dossier

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def dossier_json(dossier: Dossier) -> bytes:
    """The dossier as one line of UTF-8 JSON with sorted keys; the same dossier gives the same bytes.

    `Dossier.model_validate_json` reads it back without loss.
    """
    return orjson.dumps(dossier.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)


def dossier_schema() -> dict[str, Any]:
    """The JSON Schema of `dossier_json`; any JSON document, so its values have no narrower type."""
    schema = Dossier.model_json_schema(mode="serialization")
    schema.update({"$schema": SCHEMA_DIALECT, "title": "Equipoise dossier"})
    return schema
