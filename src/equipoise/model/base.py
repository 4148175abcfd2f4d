"""The base of every type in the vocabulary: frozen, self-checking, no unknown fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails

from equipoise.errors import Fault

MAX_SHOWN = 80

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

    >>> shown("x" * 100)[-3:]
    '...'
    """
    text = repr(value) if isinstance(value, str) else str(value)
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
    message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return Fault(place, shown(item["input"]), message[:1].lower() + message[1:], "Correct the value.")


def _steps(location: Iterable[object]) -> list[str]:
    return [f"[{step}]" if isinstance(step, int) else str(step) for step in location]
