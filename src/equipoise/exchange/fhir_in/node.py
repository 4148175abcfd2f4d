"""A JSON object of a resource with its path: every field is asked for by the kind it should have.

A field of another kind is noted with its path and then counts as absent; null is FHIR's way to say absent.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

from equipoise.exchange.fhir_in.dates import parse_day
from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.json_value import Json, JsonObject, is_object, kind_of
from equipoise.model.base import shown

TEXT_LENGTH = 500

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*")


@dataclass(slots=True)
class Node:
    """One object, its path, and the draft that notes go to."""

    value: JsonObject
    path: str
    draft: Draft

    def note(self, key: str, reason: str) -> None:
        """A note on a field, or on the object itself where the key is empty."""
        self.draft.note(f"{self.path}.{key}" if key else self.path, reason)

    def has(self, key: str) -> bool:
        """True where the field holds anything."""
        return self.value.get(key) not in (None, "", [], {})

    def word(self, key: str) -> str | None:
        """A code or other short text as written, stripped; a whole number counts as its digits."""
        value = self.value.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
            return str(value)
        if isinstance(value, str):
            return value.strip() or None
        self._mismatch(key, value, "text")
        return None

    def phrase(self, key: str) -> str | None:
        """A text for people: one line, without the patient's name, at most 500 characters."""
        value = self.value.get(key)
        if not isinstance(value, str):
            self._mismatch(key, value, "text")
            return None
        return self.tidy(value, key)

    def tidy(self, text: str, key: str) -> str | None:
        """The text as one line without control characters and the patient's name, cut where it is too long."""
        line = " ".join(text.split())
        if not line.isprintable():
            line = "".join(character for character in line if character.isprintable()).strip()
        named = self.draft.names.without_name(line)
        if named != line:
            self.note(key, "the patient's name was removed from the text")
        if len(named) > TEXT_LENGTH:
            self.note(key, f"the text was cut after {TEXT_LENGTH} characters")
            named = named[:TEXT_LENGTH].strip()
        return named or None

    def node(self, key: str) -> Node | None:
        """The object in a field; the first one where a list was given."""
        value = self.value.get(key)
        if isinstance(value, list):
            nodes = self.nodes(key)
            if len(nodes) > 1:
                self.note(key, f"{len(nodes)} values where one is expected; the first was read")
            return nodes[0] if nodes else None
        if is_object(value):
            return Node(value, f"{self.path}.{key}", self.draft)
        self._mismatch(key, value, "an object")
        return None

    def nodes(self, key: str) -> list[Node]:
        """The objects of a list; a single object counts as a list of one."""
        value = self.value.get(key)
        if is_object(value):
            return [Node(value, f"{self.path}.{key}", self.draft)]
        if not isinstance(value, list):
            self._mismatch(key, value, "a list")
            return []
        nodes: list[Node] = []
        for number, item in enumerate(value):
            if is_object(item):
                nodes.append(Node(item, f"{self.path}.{key}[{number}]", self.draft))
            else:
                self._mismatch(f"{key}[{number}]", item, "an object")
        return nodes

    def flag(self, key: str) -> bool | None:
        """True or false; None where it is not given."""
        value = self.value.get(key)
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        self._mismatch(key, value, "true or false")
        return None

    def number(self, key: str) -> float | None:
        """A finite number, also where it is written as text."""
        value = self.value.get(key)
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            value = float(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
            self.note(key, "not a finite number")
            return None
        self._mismatch(key, value, "a number")
        return None

    def day(self, key: str, *, latest: bool = False) -> dt.date | None:
        """The day of a date field; see `parse_day`."""
        value = self.value.get(key)
        if not isinstance(value, str):
            self._mismatch(key, value, "a date")
            return None
        day = parse_day(value, latest=latest)
        if day is None and value.strip():
            self.note(key, f"{_dated(value)} is not a date")
        return day

    def _mismatch(self, key: str, value: Json, expected: str) -> None:
        if value is not None:
            self.note(key, f"{kind_of(value)} where {expected} is expected")


def _dated(value: str) -> str:
    """The value where it looks like a date gone wrong; other text is not repeated, it may say anything."""
    return (
        shown(value).strip("'")
        if re.fullmatch(r"[0-9A-Za-z:.+/\- ]{1,40}", value) and value[:1].isdigit()
        else "the text"
    )
