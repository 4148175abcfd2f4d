"""The record set in its fast form: one checked JSON file per section, made on first use.

Parsing the YAML takes seconds; a clinician waits for none of it. The compiled folder is named after a hash of
the record files' bytes, so a changed record can never be served from an old copy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from equipoise.knowledge.fingerprint import fingerprint

HASH_FILE = "hash"
NAMES = "names.json"
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
    # Imported here: reading YAML and checking it whole is the slow road, taken once per change of the records.
    from equipoise.knowledge.compile import check_folder, compiled_blobs

    return _write(target, compiled_blobs(check_folder(folder), folder))


def _write(target: Path, blobs: dict[str, bytes]) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=target.parent, prefix="making-"))
    except OSError:
        # A read-only home must not stop a screening: the copy then lives for this process only.
        made = target = Path(tempfile.mkdtemp(prefix="equipoise-"))
    for name, blob in blobs.items():
        (made / name).write_bytes(blob)
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
