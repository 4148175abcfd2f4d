"""YAML text in, values out: every scalar stays text except null, true and false.

So a code keeps its leading zeros, `on` and `no` stay words, and the case's own types decide what a
number or a date is. A key that stands twice, an alias and deep nesting are faults.
This module is imported only where YAML is read: PyYAML costs 30 ms of start-up.
"""

from __future__ import annotations

from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from equipoise.errors import Fault
from equipoise.exchange.json_value import Json

DEPTH_LIMIT = 30

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


def parse_yaml(text: str) -> tuple[list[Json], list[Fault]]:
    """The documents of a YAML text and every fault of form, all at once as far as the syntax holds."""
    builder = _Builder()
    try:
        # Events, not nodes: they come one by one, so neither an alias bomb nor deep nesting is ever built.
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _FormError as error:
        builder.faults.append(error.fault)
    except yaml.YAMLError as error:
        builder.faults.append(_syntax(error))
    return builder.documents, builder.faults


class _FormError(Exception):
    """A fault after which reading on makes no sense."""

    def __init__(self, event: Event, found: str, expected: str, mend: str) -> None:
        self.fault = Fault(_at(event), found, expected, mend)
        super().__init__(str(self.fault))


class _Open:
    """A list or mapping that is not closed yet; a mapping with the key whose value comes next."""

    __slots__ = ("key", "value")

    def __init__(self, value: dict[str, Json] | list[Json]) -> None:
        self.value = value
        self.key: str | None = None


class _Builder:
    """Puts events together to values."""

    def __init__(self) -> None:
        self.documents: list[Json] = []
        self.faults: list[Fault] = []
        self._open: list[_Open] = []

    def take(self, event: Event) -> None:
        """One event of the parser, in order."""
        if isinstance(event, AliasEvent):
            mend = "Write the value out at each place."
            raise _FormError(event, "an alias (*)", "a value: aliases are not read", mend)
        if isinstance(event, ScalarEvent):
            plain = event.style is None and event.tag is None
            self._value(_WORDS[event.value] if plain and event.value in _WORDS else event.value, event)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            if len(self._open) >= DEPTH_LIMIT:
                found = f"nesting of more than {DEPTH_LIMIT} levels"
                raise _FormError(event, found, "a case, which has at most 4", "Remove the nesting.")
            self._open.append(_Open({} if isinstance(event, MappingStartEvent) else []))
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._value(self._open.pop().value, event)

    def _value(self, value: Json, event: Event) -> None:
        if not self._open:
            self.documents.append(value)
            return
        top = self._open[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            top.key = self._key(value, top.value, event)
        else:
            top.value.setdefault(top.key, value)
            top.key = None

    def _key(self, value: Json, table: dict[str, Json], event: Event) -> str:
        if isinstance(value, (dict, list)):
            self.faults.append(Fault(_at(event), "a list or mapping as a key", "a field name", "Correct the key."))
            return "(key)"
        key = value if isinstance(value, str) else str(value).lower()
        if key in table:
            found = f"the key {key[:60]} a second time"
            self.faults.append(Fault(_at(event), found, "each key once", "Remove one of them."))
        return key


def _at(event: Event) -> str:
    return _mark(event.start_mark)


class _Mark(Protocol):
    """The place that both of PyYAML's parsers, in C and in Python, mark in their own types."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def _mark(mark: _Mark | None) -> str:
    return f"line {mark.line + 1} column {mark.column + 1}" if mark is not None else "(whole input)"


def _syntax(error: yaml.YAMLError) -> Fault:
    place, problem = "(whole input)", str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        problem = error.problem or problem
        place = _mark(error.problem_mark)
    found = f"text that is not YAML ({problem.splitlines()[0][:120]})"
    return Fault(place, found, "YAML", "Correct the syntax; quote a text that holds ': ' or starts with a sign.")
