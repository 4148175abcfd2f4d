"""How files that commands make beside the records are written: so that a changed figure is one changed line."""

from __future__ import annotations

import json
from typing import Any, cast

from equipoise.model.inhibition import InhibitionFile
from equipoise.model.kinetics import KineticFit

PART_DEPTH, ROW_DEPTH = 3, 1
"""Each parameter of a part stands on a line, and each figure."""


def spread_out(value: object, depth: int) -> str:
    """JSON whose parts stand on lines of their own down to a depth.

    >>> print(spread_out({"a": [1, {"b": 2}]}, 2))
    {
    "a": [
    1,
    {"b": 2}
    ]
    }
    """
    if depth == 0 or not value or not isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[\n" + ",\n".join(spread_out(item, depth - 1) for item in cast("list[Any]", value)) + "\n]"
    rows = (f"{json.dumps(key)}: {spread_out(item, depth - 1)}" for key, item in cast("dict[str, Any]", value).items())
    return "{\n" + ",\n".join(rows) + "\n}"


def kinetics_text(fit: KineticFit) -> str:
    """The content of an adjunct's `kinetics.json`."""
    content = fit.model_dump(mode="json", exclude_defaults=True)
    depths = {name: PART_DEPTH if name == "parts" else ROW_DEPTH for name in content}
    rows = (f"{json.dumps(name)}: {spread_out(value, depths[name])}" for name, value in content.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def inhibition_text(found: InhibitionFile) -> str:
    """The content of an adjunct's `inhibition.json`: each bound and each row on a line."""
    return spread_out(found.model_dump(mode="json", exclude_defaults=True), ROW_DEPTH + 1) + "\n"
