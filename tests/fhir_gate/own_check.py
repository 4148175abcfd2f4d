"""Oracle 5: what the other four do not look at, written for the documents that we make.

Emptiness, references and their targets, duplicates, dates after issue, required codes, check digits, narratives,
attachments, and our own rule that a Patient is a pseudonym only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from fhir_gate import own_tables
from fhir_gate.own_codes import code_complaints
from fhir_gate.own_dates import date_complaints
from fhir_gate.own_parts import attachment_complaints, narrative_complaints
from fhir_gate.own_references import reference_complaints
from fhir_gate.own_walk import Document, entries, resources, walk

# Blanks of Unicode other than those of FHIR's string, and what XML 1.0 forbids.
ODD = re.compile("[^\\S \\t\\r\\n]|[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ufffe\uffff]")


def complaints_of(document: Document) -> list[str]:
    """Every complaint about a document Bundle."""
    checks: tuple[Callable[[Document], Iterator[str]], ...] = (
        _emptiness,
        _strings,
        _document_shape,
        _addresses,
        _link_ids,
        _pseudonym_only,
        _required_codes,
        code_complaints,
        date_complaints,
        reference_complaints,
        narrative_complaints,
        attachment_complaints,
    )
    return list(dict.fromkeys(complaint for check in checks for complaint in check(document)))


def _emptiness(document: Document) -> Iterator[str]:
    for path, value in walk(document):
        if value is None or value == {} or value == [] or (isinstance(value, str) and not value.strip()):
            yield f"{path}: empty ({value!r})"
        elif isinstance(value, dict) and set(value) == {"id"}:
            yield f"{path}: an id and nothing else (ele-1)"
        elif isinstance(value, dict) and {"value", "code"} <= set(value) and "system" not in value:
            yield f"{path}: a quantity with a code and no system (qty-3)"


def _strings(document: Document) -> Iterator[str]:
    for path, value in walk(document):
        if isinstance(value, str) and ODD.search(value):
            yield f"{path}: a character that FHIR strings do not hold"


def _document_shape(document: Document) -> Iterator[str]:
    listed = entries(document)
    kinds = [entry.get("resource", {}).get("resourceType") for entry in listed]
    identifier = document.get("identifier")
    if not (isinstance(identifier, dict) and identifier.get("system") and identifier.get("value")):
        yield "Bundle.identifier: a document has a system and a value (bdl-9)"
    if not document.get("timestamp"):
        yield "Bundle.timestamp: a document has the time of its making (bdl-10)"
    if kinds[:1] != ["Composition"]:
        yield "Bundle.entry[0]: a document begins with its Composition (bdl-11)"
    if kinds.count("Composition") > 1:
        yield "Bundle.entry: a document has one Composition"
    for name in ("total", "link", "signature"):
        if name in document:
            yield f"Bundle.{name}: not written by us"
    for place, entry in enumerate(listed):
        if set(entry) != {"fullUrl", "resource"}:
            yield f"Bundle.entry[{place}]: holds {sorted(entry)}, not fullUrl and resource"


def _addresses(document: Document) -> Iterator[str]:
    seen: set[str] = set()
    for place, entry in enumerate(entries(document)):
        url, resource = entry.get("fullUrl"), entry.get("resource", {})
        if url in seen:
            yield f"Bundle.entry[{place}].fullUrl: stands twice (bdl-7)"
        seen.add(str(url))
        if url != f"urn:uuid:{resource.get('id')}":
            yield f"Bundle.entry[{place}].fullUrl: does not agree with the id of its resource"


def _link_ids(document: Document) -> Iterator[str]:
    for _, resource in resources(document):
        links = [str(value["linkId"]) for _, value in walk(resource) if isinstance(value, dict) and "linkId" in value]
        for link in sorted({link for link in links if links.count(link) > 1}):
            yield f"{resource.get('resourceType')}: linkId {link} stands twice"


def _pseudonym_only(document: Document) -> Iterator[str]:
    allowed = {"resourceType", "id", "text", "identifier"}
    for path, resource in resources(document):
        if resource.get("resourceType") == "Patient" and set(resource) - allowed:
            yield f"{path}: a Patient is a pseudonym only, this one has {sorted(set(resource) - allowed)}"


def _required_codes(document: Document) -> Iterator[str]:
    for path, resource in resources(document):
        for element, value in _elements(resource):
            known = own_tables.REQUIRED_CODES.get(element)
            if known is not None and not (isinstance(value, str) and value in known):
                yield f"{path}: {element} is {value!r}, not one of {sorted(known)}"
    kind = document.get("type")
    if kind not in own_tables.REQUIRED_CODES["Bundle.type"]:
        yield f"Bundle.type: {kind!r}"


def _elements(resource: Document) -> Iterator[tuple[str, Any]]:
    """Element paths as the standard writes them (`DetectedIssue.evidence.code`), without what is contained."""
    own = {key: value for key, value in resource.items() if key != "contained"}
    for path, value in walk(own):
        if not path.endswith("]") and not isinstance(value, list):
            yield f"{resource.get('resourceType')}{_without_places(path)}", value


def _without_places(path: str) -> str:
    return "".join(f".{step.partition('[')[0]}" for step in path.split(".") if step)
