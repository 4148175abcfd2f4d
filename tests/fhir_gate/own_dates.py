"""Dates: each is a day that exists, none lies after the moment of issue, no period runs backwards."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from fhir_gate.own_tables import DATE_KEYS
from fhir_gate.own_walk import Document, walk

FORM = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")
INSTANTS = frozenset({"timestamp", "recorded"})
DATE_LINE = dt.timedelta(hours=14)


def date_complaints(document: Document) -> Iterator[str]:
    """Complaints about every date of the document."""
    issued = _moment(document.get("timestamp"))
    for path, value in walk(document):
        key = path.rpartition(".")[2].partition("[")[0]
        if key in DATE_KEYS and not isinstance(value, dict | list):
            yield from _complaints_of_one(path, key, value, issued)
        if isinstance(value, dict) and str(value.get("start", "")) > str(value.get("end", "9999")):
            yield f"{path}: the period ends before it starts (per-1)"


def _complaints_of_one(path: str, key: str, value: object, issued: dt.datetime | None) -> Iterator[str]:
    moment = _moment(value)
    if moment is None:
        yield f"{path}: {value!r} is not a date of FHIR"
        return
    whole = "T" in str(value)
    if key in INSTANTS and not whole:
        yield f"{path}: {value!r} is a day, an instant is asked for"
    if issued is not None and moment > (issued if whole else issued + DATE_LINE):
        yield f"{path}: {value} lies after the issue, {issued.isoformat()}"


def _moment(value: Any) -> dt.datetime | None:
    if not isinstance(value, str) or not FORM.fullmatch(value):
        return None
    padded = value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value
    try:
        parsed = dt.datetime.fromisoformat(padded)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
