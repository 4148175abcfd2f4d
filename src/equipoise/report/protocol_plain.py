"""What a protocol says of itself, for a program: whether it can be signed, what is blank, what to reckon with."""

from __future__ import annotations

import orjson

from equipoise.report.protocol_view import ProtocolView


def protocol_json(view: ProtocolView) -> bytes:
    """One line of JSON with sorted keys: `ready`, `obstacles`, `blanks`, `due_tests`, `left_out`, `cautions`."""
    found = {
        "title": view.title,
        "ready": view.ready,
        "obstacles": list(view.obstacles),
        "blanks": [
            {
                "item": row.item.id,
                "standard": row.item.standard,
                "title": row.item.title,
                "fills": row.fills,
                "read": row.item.read,
            }
            for row in view.blanks
        ],
        "due_tests": list(view.due_tests),
        "left_out": [record.id for record in view.left_out],
        "cautions": [{"id": item.record.id, "here": list(item.here)} for item in view.cautions],
    }
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)
