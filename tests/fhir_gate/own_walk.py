"""Ways through a document: every value with its path, every entry, every resource with what it contains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every value below this one with its path (`entry[0].resource.id`)."""
    left: list[tuple[str, Any]] = [("", value)]
    while left:
        path, held = left.pop()
        if path:
            yield path, held
        if isinstance(held, dict):
            left += [(f"{path}.{key}" if path else str(key), child) for key, child in held.items()]
        elif isinstance(held, list):
            left += [(f"{path}[{place}]", child) for place, child in enumerate(held)]


def entries(document: Document) -> list[Document]:
    """The entries that are objects."""
    listed = document.get("entry")
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def roots(document: Document) -> list[tuple[str, Document]]:
    """The resources of the entries with their paths."""
    held = [(f"entry[{place}].resource", entry.get("resource")) for place, entry in enumerate(entries(document))]
    return [(path, resource) for path, resource in held if isinstance(resource, dict)]


def contained(resource: Document) -> list[Document]:
    """The resources inside this one."""
    held = resource.get("contained")
    return [inner for inner in held if isinstance(inner, dict)] if isinstance(held, list) else []


def resources(document: Document) -> list[tuple[str, Document]]:
    """The resources of the entries and what they contain, with their paths."""
    found: list[tuple[str, Document]] = []
    for path, resource in roots(document):
        found.append((path, resource))
        found += [(f"{path}.contained[{place}]", inner) for place, inner in enumerate(contained(resource))]
    return found
