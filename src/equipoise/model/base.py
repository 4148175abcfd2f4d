"""The base of every type in the vocabulary: frozen, self-checking, no unknown fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sized
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails

from equipoise.errors import Fault, UnfitError

MAX_SHOWN = 80
# Pydantic's sentences: "Input should be a valid date, input is too short".
_SHOULD = re.compile(r"^\w+ should (be|have) ")
_LIST = re.compile(r"^a valid (tuple|list|set|frozenset)$")
_FIELDS = re.compile(r"^a valid dictionary( or instance of \w+)?$")
_PATTERN = "String should match pattern "
_ASIDE = re.compile(r", (unable to|input is|got|not) [^,]*$")

K = TypeVar("K")
V = TypeVar("V")


def _freeze(value: Mapping[K, V]) -> Mapping[K, V]:
    return MappingProxyType(dict(value))


FrozenMap = Annotated[Mapping[K, V], AfterValidator(_freeze), PlainSerializer(dict)]
"""A mapping that cannot be changed: a plain dict inside a frozen type could be."""

_EMPTY: Mapping[Any, Any] = MappingProxyType({})


def empty() -> Mapping[Any, Any]:
    """The empty mapping, as a default."""
    return _EMPTY


class Frozen(BaseModel):
    """A value that cannot change after it was checked; a field that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True, allow_inf_nan=False)


def shown(value: object) -> str:
    """The value as a short text for a message, cut at 80 characters.

    Of a mapping only the fields are named and a list is only counted: a message is kept where a case is not.

    >>> shown("x" * 100)[-3:], shown({"birth_date": "1980-05-05"})
    ('...', 'the fields birth_date')
    """
    if isinstance(value, Mapping):
        fields = ", ".join(map(str, cast("Mapping[object, object]", value))) or "none"
        return _cut(f"the fields {fields}")
    if isinstance(value, (list, tuple, set, frozenset)):
        return f"a list of {len(cast('Sized', value))}"
    text = repr(value) if isinstance(value, str) else str(value)
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def faults_of(error: ValidationError, prefix: str = "") -> tuple[Fault, ...]:
    """Every fault that pydantic found, in the program's one shape."""
    return tuple(_fault(item, prefix) for item in error.errors(include_url=False))


def _fault(item: ErrorDetails, prefix: str) -> Fault:
    place = ".".join([part for part in [prefix, *_steps(item["loc"])] if part]) or "(whole input)"
    if item["type"] == "extra_forbidden":
        return Fault(
            place, "an unknown field", "one of the fields that this record has", "Remove it or correct its name."
        )
    if item["type"] == "missing":
        return Fault(place, "nothing", "a value: the field is required", "Add the field.")
    wrong: object = item.get("ctx", {}).get("error")
    if isinstance(wrong, UnfitError):
        return Fault(place, wrong.found or shown(item["input"]), wrong.expected, "Correct the value.")
    if isinstance(wrong, Exception):
        return Fault(place, str(wrong), "values for which that is not so", "Correct one of them.")
    return Fault(place, shown(item["input"]), _expected(str(item["msg"])), "Correct the value.")


def _expected(message: str) -> str:
    """What pydantic expects, out of its sentence.

    >>> _expected("Input should be a valid number, unable to parse string as a number")
    'a valid number'
    >>> _expected("String should match pattern '^a$'")
    "a text of the form '^a$'"
    """
    plain = _ASIDE.sub("", message)
    if (form := plain.removeprefix(_PATTERN)) != plain:
        return f"a text of the form {form}"
    expected = _FIELDS.sub("fields with values", _LIST.sub("a list", _SHOULD.sub("", plain)))
    return f"a value {expected}" if expected.startswith(("less", "greater")) else expected


def _steps(location: Iterable[object]) -> list[str]:
    return [f"[{step}]" if isinstance(step, int) else str(step) for step in location]
