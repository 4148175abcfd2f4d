"""Which bytes a record set consists of: the name of its compiled copy."""

from __future__ import annotations

import hashlib
from pathlib import Path


def record_files(folder: Path) -> tuple[Path, ...]:
    """All record files below a folder, in a fixed order."""
    return tuple(sorted([*folder.rglob("*.yaml"), *folder.rglob("*.json")]))


def fingerprint(folder: Path, version: str) -> str:
    """A hash of the bytes of all record files: changes whenever any of them does."""
    digest = hashlib.sha256(version.encode())
    for path in record_files(folder):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
