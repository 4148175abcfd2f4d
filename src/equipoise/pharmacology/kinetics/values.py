"""The numbers that a simulation starts from: every parameter, and every covariate that no record gives.

One number for all, one for each subject (subjects,), or one for each occasion and subject (occasions, subjects).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.system import System

Values = Mapping[str, float | Floats]
Given = Mapping[str, float | Sequence[float] | Floats]
SHOWN = 5


def complete(
    system: System, given: Given, recorded: Collection[str] = (), occasions: int = 1
) -> dict[str, float | Floats]:
    """What is given, and the system's own value for all else.

    `recorded`: covariates that every record gives. `occasions`: how many the records have.
    Raises `InputError` with every fault: an unknown name, a value that is no number, columns of different lengths, a
    covariate that has no value anywhere.
    """
    own: dict[str, float | None] = {name: item.value for name, item in system.parameters.items()}
    own |= {name: item.default for name, item in system.covariates.items()}
    found: dict[str, float | Floats] = {}
    for name, default in own.items():
        value = given.get(name, default)
        if value is not None:
            array = np.asarray(value, dtype=np.float64)
            found[name] = float(array) if array.ndim == 0 else array
    faults = [*_unknown(given, own), *_without(own, found, recorded), *_unfit(found, occasions)]
    if faults:
        raise InputError(f"parameters of {system.name}", faults)
    return found


def _unknown(given: Given, own: Collection[str]) -> Iterator[Fault]:
    for name in given:
        if name not in own:
            yield Fault(name, "a value", f"one of {', '.join(own)}", "Correct the name.")


def _without(own: Collection[str], found: Values, recorded: Collection[str]) -> Iterator[Fault]:
    for name in own:
        if name not in found and name not in recorded:
            expected = "a value for every subject: the system has no default"
            yield Fault(name, "no column and no value", expected, "Add the column, or give the value.")


def _unfit(found: Values, occasions: int) -> Iterator[Fault]:
    arrays = {name: value for name, value in found.items() if isinstance(value, np.ndarray)}
    subjects = {value.shape[-1:] for value in arrays.values()}
    if len(subjects) > 1 or any(value.ndim != 1 and not _by_occasion(value, occasions) for value in arrays.values()):
        seen = ", ".join(f"{name} {value.shape}" for name, value in arrays.items())
        expected = f"one number, or one for each subject, as many everywhere, or so for each of {occasions} occasions"
        yield Fault("parameters", seen, expected, "Correct them.")
    for name, value in found.items():
        wrong = np.flatnonzero(~np.isfinite(np.atleast_2d(value)).all(axis=0))
        if wrong.size:
            where = f"no finite number for {_subjects(wrong)}" if name in arrays else "no finite number"
            yield Fault(name, where, "a number for every subject", "Correct or leave out these subjects.")


def _by_occasion(value: Floats, occasions: int) -> bool:
    return value.ndim == 2 and len(value) >= occasions


def _subjects(which: Indices) -> str:
    first = ", ".join(str(int(i) + 1) for i in which[:SHOWN])
    more = f" and {which.size - SHOWN} more" if which.size > SHOWN else ""
    return f"subject {first}{more}"


def by_occasion(values: Values) -> frozenset[str]:
    """The names of what differs between occasions."""
    return frozenset(name for name, value in values.items() if isinstance(value, np.ndarray) and value.ndim > 1)


def of_occasion(values: Values, occasion: int) -> dict[str, float | Floats]:
    """The values of one occasion: a number, or one for each subject."""
    changing = by_occasion(values)
    return {name: value[occasion] if name in changing else value for name, value in values.items()}  # type: ignore[index]


def chosen(values: Values, who: Indices) -> dict[str, float | Floats]:
    """The values of some of the subjects."""
    return {name: value[..., who] if isinstance(value, np.ndarray) else value for name, value in values.items()}
