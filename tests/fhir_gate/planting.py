"""How a fault is planted: small functions that change a document at a path."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Plant = Callable[[Document], None]


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One row of the table: the kind of fault, what was done, and the function that does it."""

    kind: str
    what: str
    plant: Plant

    def in_a_copy_of(self, document: Document) -> Document:
        """A copy of the document with the fault in it."""
        changed = copy.deepcopy(document)
        self.plant(changed)
        return changed


def at(document: Document, path: str) -> Any:
    """What stands at a path; it begins with `Bundle` or a resource type, `#2` after it is its third one.

    >>> at({"type": "document", "entry": []}, "Bundle.type")
    'document'
    """
    head, *steps = path.split(".")
    value: Any = document if head == "Bundle" else _resource(document, head)
    for step in steps:
        value = value[int(step) if isinstance(value, list) else step]
    return value


def put(path: str, value: object) -> Plant:
    """Sets the element at the path; a list takes the value at that place."""
    parent, _, last = path.rpartition(".")

    def plant(document: Document) -> None:
        holder = at(document, parent)
        holder[int(last) if isinstance(holder, list) else last] = copy.deepcopy(value)

    return plant


def drop(path: str) -> Plant:
    """Removes the element at the path."""
    parent, _, last = path.rpartition(".")

    def plant(document: Document) -> None:
        holder = at(document, parent)
        del holder[int(last) if isinstance(holder, list) else last]

    return plant


def lead(path: str, target: str, *, typed: bool = True) -> Plant:
    """Makes the reference at the path lead to the first resource of another type, with that type's name or without."""

    def plant(document: Document) -> None:
        reference = at(document, path)
        reference.clear()
        reference["reference"] = f"urn:uuid:{at(document, target)['id']}"
        if typed:
            reference["type"] = target.partition("#")[0]

    return plant


def change(path: str, old: str, new: str) -> Plant:
    """Replaces a part of the text at the path."""

    def plant(document: Document) -> None:
        text = at(document, path)
        if old not in text:
            raise LookupError(f"{path} does not hold {old!r}")
        put(path, text.replace(old, new, 1))(document)

    return plant


def both(*plants: Plant) -> Plant:
    """Several changes, one after the other."""

    def plant(document: Document) -> None:
        for one in plants:
            one(document)

    return plant


def _resource(document: Document, head: str) -> Document:
    kind, _, place = head.partition("#")
    found = [entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == kind]
    return found[int(place or 0)]
