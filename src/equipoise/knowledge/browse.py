"""Looking into a record set: one record, what rests on a source, what is stale, what differs from another set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.errors import Fault, KnowledgeError
from equipoise.knowledge.dates import is_stale
from equipoise.knowledge.store import Knowledge

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Located:
    """A record with its place: `scope` is '' or a substance."""

    scope: str
    section: str
    name: str
    row: Row

    @property
    def path(self) -> str:
        """`medicines/sertraline`, `kratom/cautions/pregnancy`."""
        return "/".join(part for part in (self.scope, self.section, self.name) if part)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two record sets. `fields` maps a changed field to (before, after)."""

    kind: str
    path: str
    fields: dict[str, tuple[object, object]]


def every_record(knowledge: Knowledge) -> Iterator[Located]:
    """All records of the set, section by section."""
    for scope, section in knowledge.sections:
        for row in knowledge.rows(scope, section):
            yield Located(scope, section, str(row.get("id", row.get("key", ""))), row)


def find(knowledge: Knowledge, section: str, name: str | None, substance: str | None) -> tuple[Located, ...]:
    """The records of a section, or the one named; of one substance where it is given.

    Raises `KnowledgeError` where the substance, the section or the name is not there, with what is near.
    """
    if substance is not None:
        knowledge.substance(substance)
    sections = {part for _, part in knowledge.sections}
    if section not in sections:
        expected = "one of " + ", ".join(sorted(sections))
        raise KnowledgeError("knowledge", [Fault("section", section, expected, "Choose one of these.")])
    found = [item for item in every_record(knowledge) if item.section == section and substance in (None, item.scope)]
    if name is not None:
        chosen = [item for item in found if item.name == name]
        if not chosen:
            raise KnowledgeError("knowledge", [_not_there(section, name, [item.name for item in found])])
        found = chosen
    return tuple(found)


def _not_there(section: str, name: str, names: list[str]) -> Fault:
    from rapidfuzz import process

    near = [match for match, _, _ in process.extract(name, names, limit=5)]
    return Fault(
        f"{section}/{name}", name, f"a record; near it: {', '.join(near) or 'nothing'}", "Choose one of these."
    )


def resting_on(knowledge: Knowledge, source: str) -> tuple[Located, ...]:
    """The records that cite a source."""
    return tuple(item for item in every_record(knowledge) if source in _cited(item.row))


def _cited(row: Row) -> list[object]:
    keys: list[object] = []
    for field in ("sources", "rxcui_confirmed_by"):
        value = row.get(field)
        if isinstance(value, list):
            keys.extend(value)  # pyright: ignore[reportUnknownArgumentType] - plain JSON: compared with a text only
    return keys


def citation(row: Row) -> str:
    """A source as one line that a person can follow."""
    parts = [
        row.get("authors"),
        row.get("title"),
        row.get("publisher"),
        row.get("reference"),
        row.get("year") or row.get("date"),
    ]
    ids = [
        f"doi:{row['doi']}" if row.get("doi") else None,
        f"PMID {row['pmid']}" if row.get("pmid") else None,
        row.get("url"),
    ]
    standing = "read" if row.get("read") else "recalled, not read"
    depth = f"; {row['depth']}" if row.get("depth") else ""
    return ". ".join(str(part) for part in (*parts, *ids) if part) + f" [{standing}{depth}]"


def stale_records(knowledge: Knowledge, on: dt.date) -> tuple[Located, ...]:
    """Law past its shelf life or undated, and other records past the record set's shelf life."""
    months = knowledge.settings.shelf_life_months
    return tuple(item for item in every_record(knowledge) if _stale(item, months, on))


def _stale(item: Located, months: int, on: dt.date) -> bool:
    if item.section == "law":
        if item.row.get("valid_to") and str(item.row["valid_to"]) < on.isoformat():
            return False  # history does not go stale
        as_of = item.row.get("as_of")
        return is_stale(dt.date.fromisoformat(str(as_of)) if as_of else None, months, on)
    date = item.row.get("date")
    return date is not None and item.section != "sources" and is_stale(dt.date.fromisoformat(str(date)), months, on)


def compare(before: Knowledge, after: Knowledge) -> tuple[Change, ...]:
    """Every record that was added, removed or changed, with the fields that differ."""
    old = {item.path: item.row for item in every_record(before)}
    new = {item.path: item.row for item in every_record(after)}
    changes = [Change("removed", path, {}) for path in sorted(old.keys() - new.keys())]
    changes += [Change("added", path, {}) for path in sorted(new.keys() - old.keys())]
    for path in sorted(old.keys() & new.keys()):
        fields = {
            name: (old[path].get(name), new[path].get(name))
            for name in sorted(old[path].keys() | new[path].keys())
            if old[path].get(name) != new[path].get(name)
        }
        if fields:
            changes.append(Change("changed", path, fields))
    return tuple(changes)
