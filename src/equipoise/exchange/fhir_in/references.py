"""Resources and how they point at each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from equipoise.exchange.json_value import JsonObject


@dataclass(slots=True, eq=False)
class Entry:
    """One resource and where it stands.

    `place` names the entry (`Bundle.entry[3]`), `root` the resource for paths of its fields
    (`Bundle.entry[3].resource`); `scope` numbers the document, because ids are unique only within one.
    """

    resource: JsonObject
    type: str
    id: str | None
    place: str
    root: str
    scope: int
    full_url: str | None = None
    container: Entry | None = None
    contained: dict[str, Entry] = field(default_factory=dict[str, "Entry"])

    def label(self, *, with_id: bool) -> str:
        """The place and the kind of resource, with its id where that may be shown."""
        what = f"{self.type}/{self.id}" if with_id else self.type
        return what if self.place == self.type else f"{self.place} {what}"


class Index:
    """Finds the entry that a reference means.

    A reference is looked up in its own document first, so that two documents may use one id for two things.
    `used` holds what a reader took over by a reference to it.
    """

    def __init__(self, entries: Iterable[Entry], copies: Iterable[tuple[Entry, Entry]] = ()) -> None:
        """`copies`: entries that repeat another one, each with the entry that stands for it."""
        self._here: dict[tuple[int, str], Entry] = {}
        self._anywhere: dict[str, Entry] = {}
        self.used: set[int] = set()
        for entry, meant in [*((entry, entry) for entry in entries if entry.container is None), *copies]:
            for key in _keys(entry):
                self._here.setdefault((entry.scope, key), meant)
                self._anywhere.setdefault(key, meant)

    def find(self, reference: str, source: Entry, kind: str | None = None) -> Entry | None:
        """The entry meant by `#contained`, `urn:uuid:…`, `Type/id`, an absolute URL, or a bare id of a known kind."""
        if reference.startswith("#"):
            return (source.container or source).contained.get(reference[1:])
        for key in _readings(reference, kind):
            entry = self._here.get((source.scope, key)) or self._anywhere.get(key)
            if entry is not None:
                return entry
        return None


def _keys(entry: Entry) -> list[str]:
    keys = [entry.full_url] if entry.full_url else []
    if entry.id:
        keys.extend([f"{entry.type}/{entry.id}", f"urn:uuid:{entry.id}"])
    return keys


def _readings(reference: str, kind: str | None) -> list[str]:
    plain = reference.split("/_history/")[0]
    parts = plain.split("/")
    readings = [reference, plain]
    if len(parts) >= 2:
        readings.append("/".join(parts[-2:]))
    elif kind is not None:
        readings.append(f"{kind}/{plain}")
    return readings
