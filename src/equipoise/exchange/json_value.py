"""JSON as a type, and the words for its kinds that notes and faults use."""

from __future__ import annotations

import re
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, Json]"

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


def is_object(value: Json) -> TypeGuard[JsonObject]:
    """True for a JSON object."""
    return isinstance(value, dict)


def kind_of(value: Json) -> str:
    """What a value is, in a reader's words.

    >>> kind_of([1])
    'a list'
    """
    if isinstance(value, bool):
        return "true or false"
    names = ((dict, "an object"), (list, "a list"), (str, "text"), ((int, float), "a number"))
    return next((name for kind, name in names if isinstance(value, kind)), "null")


def field_name(key: str) -> str:
    """The key where it has the form of a field name; otherwise a word for it, so that no chart text enters a path."""
    return key if NAME.fullmatch(key) else "(field)"
