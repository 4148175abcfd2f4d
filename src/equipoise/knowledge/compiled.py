"""The record set in its fast form: one checked JSON blob per section, made on first use and verified at every start.

Parsing the YAML takes seconds; a clinician waits for none of it. The compiled folder is named after a hash of the
record files' bytes, so a changed record can never be served from an old copy; and a manifest holds the hash of every
section, so that a lost or damaged one is never read as 'no rules'.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import orjson

from equipoise.folders import cache_folder
from equipoise.knowledge.fingerprint import fingerprint

MANIFEST = "manifest.json"
NAMES = "names.json"
FITTED = "fitted.json"
CLAIMS = "claims.json"
"""In the folder of an adjunct: its claims as judged from the records of the hash that stands in it."""
KINETICS = "kinetics.json"
"""In the folder of an adjunct: its kinetics as fitted to the records of the hash that stands in it."""
INHIBITION = "inhibition.json"
"""In the folder of an adjunct: what its constants do to enzymes and victims, computed from the records of its hash."""
SCHEMA = "9"  # of the compiled form: raised whenever what is written into it changes
KEPT = 4  # compiled copies that stay: one per recent version of the records
ABANDONED_S = 3600  # a half-made copy of this age belongs to a process that was killed


def compiled_sections(folder: Path, version: str) -> dict[str, bytes]:
    """The compiled sections of a record folder by name, whole and verified; compiled now where they are not there.

    Raises `KnowledgeError` with every fault of the records.
    """
    name = fingerprint(folder, f"{version}/{SCHEMA}")[:32]
    target = cache_folder() / name
    found = _verified(target)
    if found is not None:
        return found
    # Imported here: reading YAML and checking it whole is the slow road, taken once per change of the records.
    from equipoise.knowledge.compile import check_folder, compiled_blobs

    blobs = compiled_blobs(check_folder(folder), folder)
    _keep(target, blobs)
    return blobs


def content_hash(blobs: Mapping[str, bytes]) -> str:
    """A hash of what the records say, whatever file they stand in and in whatever order.

    >>> content_hash({"a": b"1", "b": b"2"}) == content_hash({"b": b"2", "a": b"1"})
    True
    """
    digest = hashlib.sha256()
    for name in sorted(blobs):
        if not follows_from_sections(name):
            digest.update(name.encode() + b"\0" + hashlib.sha256(blobs[name]).digest())
    return digest.hexdigest()


def follows_from_sections(name: str) -> bool:
    """True for a file that says nothing which the sections do not say: the table of names, what was computed."""
    return name == NAMES or name.endswith((f".{CLAIMS}", f".{INHIBITION}"))


def _verified(target: Path) -> dict[str, bytes] | None:
    """Every section that the manifest names, or None where one is missing or is not as it was written."""
    try:
        manifest: dict[str, str] = orjson.loads((target / MANIFEST).read_bytes())
        blobs = {name: (target / name).read_bytes() for name in manifest}
    except (OSError, ValueError):
        return None
    sound = all(hashlib.sha256(blobs[name]).hexdigest() == wanted for name, wanted in manifest.items())
    return blobs if sound and blobs else None


def _keep(target: Path, blobs: dict[str, bytes]) -> None:
    """Writes a copy for the next start. Where that cannot be done nothing is lost: the next start compiles again."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=target.parent, prefix="making-"))
        for name, blob in blobs.items():
            (made / name).write_bytes(blob)
        manifest = {name: hashlib.sha256(blob).hexdigest() for name, blob in blobs.items()}
        (made / MANIFEST).write_bytes(orjson.dumps(manifest))
        if _verified(target) is None:
            shutil.rmtree(target, ignore_errors=True)  # a damaged copy makes room
            made.rename(target)
        else:
            shutil.rmtree(made, ignore_errors=True)  # another process finished the same copy first
        _forget_old(target.parent)
    except OSError:
        return


def _forget_old(parent: Path) -> None:
    copies = [path for path in parent.iterdir() if (path / MANIFEST).is_file() and not path.name.startswith("making-")]
    copies.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    abandoned = [path for path in parent.glob("making-*") if time.time() - path.stat().st_mtime > ABANDONED_S]
    for path in [*copies[KEPT:], *abandoned]:
        shutil.rmtree(path, ignore_errors=True)
