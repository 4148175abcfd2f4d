"""YAML text in, values out: every scalar stays text except null, true and false.

So a code keeps its leading zeros, `on` and `no` stay words, and the case's own types decide what a
number or a date is. A key that stands twice, an alias and deep nesting are faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from equipoise.errors import Fault
from equipoise.exchange.json_value import Json

DEPTH_LIMIT = 30
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def parse_yaml(text: str) -> tuple[list[Json], list[Fault]]:
    """The documents of a YAML text and every fault of form, all at once as far as the syntax holds."""
    import yaml  # costs 30 ms and is not needed for FHIR

    # Events, not nodes: they come one by one, so neither an alias bomb nor deep nesting is ever built.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder()
    try:
        events = cast("Iterator[Any]", yaml.parse(text, Loader=loader))
        for event in events:
            builder.take(event)
    except _Refused as refusal:
        builder.faults.append(refusal.fault)
    except yaml.YAMLError as error:
        builder.faults.append(_syntax(error))
    return builder.documents, builder.faults


class _Refused(Exception):
    """A fault after which reading on makes no sense."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class _Builder:
    """Puts events together. `open` holds the containers that are not closed yet, each with its path and pending key."""

    def __init__(self) -> None:
        self.documents: list[Json] = []
        self.faults: list[Fault] = []
        self.open: list[_Open] = []

    def take(self, event: Any) -> None:
        """One event of the parser, whose classes carry no types."""
        kind = type(event).__name__
        if kind == "AliasEvent":
            mend = "Write the value out at each place."
            raise _Refused(Fault(_at(event), f"the alias *{str(event.anchor)[:40]}", "a value: aliases are not read", mend))
        if kind == "ScalarEvent":
            plain = event.style is None and event.tag is None
            word = cast("str", event.value)
            self._value(_WORDS[word] if plain and word in _WORDS else word, event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self.open) >= DEPTH_LIMIT:
                found = f"nesting of more than {DEPTH_LIMIT} levels"
                raise _Refused(Fault(_at(event), found, "a case, which has at most 4", "Remove the nesting."))
            self.open.append(_Open({} if kind == "MappingStartEvent" else []))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._value(self.open.pop().value, event)

    def _value(self, value: Json, event: Any) -> None:
        if not self.open:
            self.documents.append(value)
            return
        top = self.open[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif not top.has_key:
            top.key = value if isinstance(value, str) else str(value).lower()
            top.has_key = True
            if isinstance(value, (dict, list)):
                self.faults.append(Fault(_at(event), "a list or mapping as a key", "a field name", "Correct the key."))
            elif top.key in top.value:
                fault = Fault(_at(event), f"the key {top.key[:60]} a second time", "each key once", "Remove one of them.")
                self.faults.append(fault)
        else:
            top.value.setdefault(top.key, value)
            top.has_key = False


class _Open:
    __slots__ = ("has_key", "key", "value")

    def __init__(self, value: dict[str, Json] | list[Json]) -> None:
        self.value = value
        self.key = ""
        self.has_key = False


def _at(event: Any) -> str:
    return f"line {int(event.start_mark.line) + 1} column {int(event.start_mark.column) + 1}"


def _syntax(error: Any) -> Fault:
    """A `yaml.YAMLError`, which has a mark and a problem only in some of its subclasses."""
    mark: Any = getattr(error, "problem_mark", None)
    place = f"line {int(mark.line) + 1} column {int(mark.column) + 1}" if mark is not None else "(whole input)"
    problem = str(getattr(error, "problem", None) or error).splitlines()[0][:120]
    return Fault(place, f"text that is not YAML ({problem})", "YAML", "Correct the syntax; quote text that holds ': '.")
