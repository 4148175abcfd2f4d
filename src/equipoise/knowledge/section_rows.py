"""The rows of verified sections as records, each built when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import orjson

from equipoise.model.base import Frozen

R = TypeVar("R", bound=Frozen)


class Sections:
    """The verified sections of one scope; a section that is not among them has no record."""

    def __init__(self, blobs: Mapping[str, bytes], scope: str) -> None:
        self._blobs = blobs
        self._scope = scope

    def rows(self, section: str) -> list[dict[str, object]]:
        blob = self._blobs.get(f"{self._scope}.{section}")
        return [] if blob is None else orjson.loads(blob)

    def file(self, name: str) -> bytes | None:
        """A file that a command made beside the records."""
        return self._blobs.get(f"{self._scope}.{name}")

    def records(self, section: str, kind: type[R]) -> tuple[R, ...]:
        return tuple(kind.model_validate(row) for row in self.rows(section))

    def by_id(self, section: str, kind: type[R], key: str = "id") -> Mapping[str, R]:
        return RecordsById({str(row[key]): row for row in self.rows(section)}, kind)

    def only(self, section: str, kind: type[R]) -> R:
        return self.records(section, kind)[0]


class RecordsById(Mapping[str, R]):
    """Records by id, each built when it is first asked for: a screening needs a dozen medicines, not a thousand."""

    def __init__(self, rows: dict[str, dict[str, object]], kind: type[R]) -> None:
        self._rows = rows
        self._kind = kind
        self._built: dict[str, R] = {}

    def __getitem__(self, name: str) -> R:
        found = self._built.get(name)
        if found is None:
            found = self._built[name] = self._kind.model_validate(self._rows[name])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        return name in self._rows
