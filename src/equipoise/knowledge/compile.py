"""From record files to the compiled form: everything checked, canonical JSON."""

from __future__ import annotations

from pathlib import Path

import orjson

from equipoise.errors import KnowledgeError
from equipoise.knowledge.compiled import CLAIMS, FITTED, INHIBITION, KINETICS, NAMES
from equipoise.knowledge.files import SUBSTANCES, check_entries, read_entries
from equipoise.knowledge.name_table import build, dumped
from equipoise.knowledge.references import Records, missing_sections, reference_faults


def check_folder(folder: Path) -> Records:
    """All records of a folder by (scope, section), or a `KnowledgeError` that lists every fault."""
    entries, faults = read_entries(folder)
    records, more = check_entries(entries)
    faults = [*faults, *more] or [*missing_sections(records), *reference_faults(records)]
    if faults:
        raise KnowledgeError(f"knowledge records in {folder}", faults)
    return records


def section_blobs(records: Records) -> dict[str, bytes]:
    """Each section as canonical JSON: records sorted by their name, keys sorted."""
    blobs: dict[str, bytes] = {}
    for (scope, section), items in records.items():
        rows = [item.model_dump(mode="json", exclude_defaults=True, by_alias=True) for item in items]
        rows.sort(key=lambda row: str(row.get("id", row.get("key", ""))))
        blobs[f"{scope}.{section}"] = orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)
    return blobs


def compiled_blobs(records: Records, folder: Path) -> dict[str, bytes]:
    """The files of the compiled form by name: sections, fitted parameters, what was computed from them, names."""
    blobs = section_blobs(records)
    fitted = folder / "interactions" / FITTED
    if fitted.is_file():
        blobs[FITTED] = fitted.read_bytes()
    for name in (CLAIMS, KINETICS, INHIBITION):
        for path in sorted((folder / SUBSTANCES).glob(f"*/{name}")):
            blobs[f"{path.parent.name}.{name}"] = path.read_bytes()
    return {**blobs, NAMES: dumped(build(records))}
