"""The record set in its fast form: one checked JSON file per section, made on first use.

Parsing the YAML takes seconds; a clinician waits for none of it. The compiled folder is named after a hash of
the record files' bytes, so a changed record can never be served from an old copy.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import orjson

from equipoise.errors import KnowledgeError
from equipoise.knowledge.files import check_entries, fingerprint, read_entries
from equipoise.knowledge.references import Records, reference_faults

HASH_FILE = "hash"
FITTED = "fitted.json"
KEPT = 4  # compiled copies that stay: one per recent version of the records


def cache_folder() -> Path:
    """Where compiled records are kept: `EQUIPOISE_CACHE`, or the user's cache folder."""
    chosen = os.environ.get("EQUIPOISE_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "equipoise"


def compiled_folder(folder: Path, version: str) -> Path:
    """The compiled form of a record folder, made now if it is not there.

    Raises `KnowledgeError` with every fault of the records.
    """
    name = fingerprint(folder, version)[:32]
    target = cache_folder() / name
    if (target / HASH_FILE).is_file():
        return target
    records = check_folder(folder)
    return _write(target, records, folder)


def check_folder(folder: Path) -> Records:
    """All records of a folder by (scope, section), or a `KnowledgeError` that lists every fault."""
    entries, faults = read_entries(folder)
    records, more = check_entries(entries)
    faults = [*faults, *more] or reference_faults(records)
    if faults:
        raise KnowledgeError(f"knowledge records in {folder}", faults)
    return records


def content_hash(blobs: dict[str, bytes]) -> str:
    """A hash of what the records say, whatever file they stand in and in whatever order.

    >>> content_hash({"a": b"1", "b": b"2"}) == content_hash({"b": b"2", "a": b"1"})
    True
    """
    digest = hashlib.sha256()
    for name in sorted(blobs):
        digest.update(name.encode() + b"\0" + hashlib.sha256(blobs[name]).digest())
    return digest.hexdigest()


def section_blobs(records: Records) -> dict[str, bytes]:
    """Each section as canonical JSON: records sorted by their name, keys sorted."""
    blobs: dict[str, bytes] = {}
    for (scope, section), items in records.items():
        rows = [item.model_dump(mode="json", exclude_defaults=True, by_alias=True) for item in items]
        rows.sort(key=lambda row: str(row.get("id", row.get("key", ""))))
        blobs[f"{scope}.{section}"] = orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)
    return blobs


def _write(target: Path, records: Records, folder: Path) -> Path:
    blobs = section_blobs(records)
    fitted = folder / "interactions" / FITTED
    if fitted.is_file():
        blobs[FITTED] = fitted.read_bytes()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=target.parent, prefix="making-"))
    except OSError:
        # A read-only home must not stop a screening: the copy then lives for this process only.
        made = target = Path(tempfile.mkdtemp(prefix="equipoise-"))
    for name, blob in blobs.items():
        (made / name).write_bytes(blob)
    (made / HASH_FILE).write_text(content_hash(blobs))
    if made != target:
        _move(made, target)
        _forget_old(target.parent)
    return target


def _move(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        # Another process finished the same copy first; both are equal, so ours is not needed.
        shutil.rmtree(made, ignore_errors=True)


def _forget_old(parent: Path) -> None:
    copies = [path for path in parent.iterdir() if (path / HASH_FILE).is_file()]
    copies.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in copies[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
