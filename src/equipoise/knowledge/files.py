"""Record files in, checked records out: every fault of every file is found before anything is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import ValidationError

from equipoise.errors import Fault
from equipoise.knowledge.fingerprint import record_files
from equipoise.knowledge.sections import GENERAL, OF_SUBSTANCE, Raw, Section
from equipoise.model.base import Frozen, faults_of, shown

# The C loader is eight times faster; it is missing where libyaml was not there when PyYAML was built.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SUBSTANCES = "substances"


@dataclass(frozen=True, slots=True)
class Entry:
    """One raw record and where it stands. `scope` is '' or the id of a substance."""

    scope: str
    section: str
    path: str
    raw: Raw


def read_entries(folder: Path) -> tuple[list[Entry], list[Fault]]:
    """Every raw record of a folder, and every fault of form (not YAML, unknown section, not a list)."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    for path in record_files(folder):
        if path.suffix == ".yaml":
            _read_file(folder, path, entries, faults)
    return entries, faults


def _read_file(folder: Path, path: Path, entries: list[Entry], faults: list[Fault]) -> None:
    relative = path.relative_to(folder)
    scope = relative.parts[1] if relative.parts[0] == SUBSTANCES else ""
    try:
        content: Any = yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506 - CSafeLoader builds plain values only
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(Fault(str(relative), shown(str(error)), "a YAML file", "Correct the file's syntax."))
        return
    if not isinstance(content, dict):
        faults.append(Fault(str(relative), shown(content), "a mapping of sections", "Name the section first."))
        return
    table = cast("Raw", content)
    defaults: Raw = table.pop("defaults", {})
    known = OF_SUBSTANCE if scope else GENERAL
    for name, records in table.items():
        if name not in known:
            expected = "one of the sections " + ", ".join(sorted(known))
            faults.append(Fault(f"{relative}: {name}", "an unknown section", expected, "Correct the name."))
            continue
        fitting = {field: value for field, value in defaults.items() if field in known[name].type.model_fields}
        for place, raw in _records(known[name], records):
            at = f"{relative}: {name}{place}"
            if isinstance(raw, dict):
                entries.append(Entry(scope, name, at, {**fitting, **cast("Raw", raw)}))
            else:
                faults.append(Fault(at, shown(raw), "a mapping of fields", "Write the record as `field: value`."))


def _records(section: Section, records: object) -> Iterator[tuple[str, object]]:
    if section.single or not isinstance(records, list):
        yield "", records
        return
    for index, raw in enumerate(cast("list[object]", records)):
        yield f"[{index}]", raw


def check_entries(entries: Iterable[Entry]) -> tuple[dict[tuple[str, str], list[Frozen]], list[Fault]]:
    """The records of each (scope, section), each built by its type; faults name the file and the record."""
    records: dict[tuple[str, str], list[Frozen]] = {}
    faults: list[Fault] = []
    seen: dict[tuple[str, str, str], str] = {}
    for entry in entries:
        section = (OF_SUBSTANCE if entry.scope else GENERAL)[entry.section]
        name = str(entry.raw.get(section.key, "")) if section.key else entry.section
        where = f"{entry.path} ({name})" if name else entry.path
        try:
            record = section.type.model_validate(entry.raw)
        except ValidationError as error:
            faults.extend(faults_of(error, where))
            continue
        first = seen.setdefault((entry.scope, entry.section, name), entry.path)
        if first != entry.path:
            faults.append(
                Fault(where, f"{name}, which stands already at {first}", "each id once", "Rename one of the two.")
            )
            continue
        records.setdefault((entry.scope, entry.section), []).append(record)
    return records, faults
