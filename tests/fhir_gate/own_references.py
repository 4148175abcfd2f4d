"""References: each leads somewhere, to the right type; nothing is unreached; what is contained obeys dom-2 to dom-5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir_gate.own_tables import REFERENCE_TARGETS
from fhir_gate.own_walk import Document, contained, entries, roots, walk


def reference_complaints(document: Document) -> Iterator[str]:
    """Complaints about references, contained resources, and entries that the Composition does not lead to."""
    by_url = {str(entry.get("fullUrl")): entry.get("resource", {}) for entry in entries(document)}
    for path, resource in roots(document):
        yield from _contained_complaints(path, resource)
        inner = {f"#{held.get('id')}": held for held in contained(resource)}
        for where, reference in _references(resource):
            yield from _complaints_of_one(f"{path}.{where}", _element(resource, where), reference, {**by_url, **inner})
    yield from _unreached(document, by_url)


def _references(resource: Document) -> Iterator[tuple[str, Document]]:
    for where, value in walk(resource):
        if isinstance(value, dict) and isinstance(value.get("reference"), str) and "resourceType" not in value:
            yield where, value


def _element(resource: Document, where: str) -> str:
    """`contained[0].subject` in a DetectedIssue that contains a Condition → `Condition.subject`."""
    steps = where.split(".")
    if steps[0].startswith("contained["):
        place = int(steps[0][len("contained[") : -1])
        resource, steps = resource["contained"][place], steps[1:]
    return ".".join([str(resource.get("resourceType")), *(step.partition("[")[0] for step in steps)])


def _complaints_of_one(path: str, element: str, reference: Document, targets: dict[str, Any]) -> Iterator[str]:
    address = reference["reference"]
    if address not in targets:
        yield f"{path}: {address} leads nowhere (ref-1)"
        return
    kind = targets[address].get("resourceType")
    if "type" not in reference:
        yield f"{path}: a reference names its type, because its address does not show it"
    elif reference["type"] != kind:
        yield f"{path}: says {reference['type']}, leads to {kind}"
    allowed = REFERENCE_TARGETS.get(element)
    if allowed is not None and kind not in allowed:
        yield f"{path}: {element} leads to {kind}, not to one of {sorted(allowed)}"


def _contained_complaints(path: str, resource: Document) -> Iterator[str]:
    held = contained(resource)
    ids = [inner.get("id") for inner in held]
    used = {value["reference"] for _, value in _references(resource)}
    for inner in held:
        name = f"{path}.contained {inner.get('id')}"
        meta = inner.get("meta")
        if "contained" in inner:
            yield f"{name}: contains a resource itself (dom-2)"
        if f"#{inner.get('id')}" not in used:
            yield f"{name}: nothing refers to it (dom-3)"
        if isinstance(meta, dict) and ({"versionId", "lastUpdated", "security"} & set(meta)):
            yield f"{name}: has a version or a security label (dom-4, dom-5)"
        if ids.count(inner.get("id")) > 1:
            yield f"{name}: the id stands twice"


def _unreached(document: Document, by_url: dict[str, Any]) -> Iterator[str]:
    """A document holds what its Composition leads to, and Provenance."""
    reached: set[str] = set()
    open_urls = [str(entry.get("fullUrl")) for entry in entries(document)[:1]]
    while open_urls:
        url = open_urls.pop()
        if url not in reached and url in by_url:
            reached.add(url)
            open_urls += [reference["reference"] for _, reference in _references(by_url[url])]
    for url, resource in by_url.items():
        if url not in reached and resource.get("resourceType") != "Provenance":
            yield f"{url}: the Composition does not lead to this {resource.get('resourceType')}"
