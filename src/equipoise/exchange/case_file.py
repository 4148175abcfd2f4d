"""Our own case file (YAML or JSON) in, a `Case` out, or every fault of it at once."""

from __future__ import annotations

import datetime as dt

from pydantic import ValidationError

from equipoise.errors import Fault
from equipoise.exchange.json_value import Json, is_object, kind_of
from equipoise.model.base import faults_of
from equipoise.model.case import Case

SIZE_LIMIT = 2 * 2**20
"""Characters of a case file that a person writes: some hundred times the longest one."""
OLDEST = 130

_DATES = ("birth_date", "recorded", "ended", "start", "end", "on")
_SHOWN = ", ".join(sorted(Case.model_fields))
MEND = f"Start from `id: case-1`; the fields of a case are {_SHOWN}."


def looks_like_case(value: Json) -> bool:
    """True for a mapping with a field of a case, or a list that holds one.

    >>> looks_like_case({"medications": []})
    True
    """
    if is_object(value):
        return any(key in Case.model_fields for key in value)
    return isinstance(value, list) and any(is_object(item) and looks_like_case(item) for item in value)


def build_cases(value: Json, on: dt.date | None, prefix: str = "") -> tuple[list[Case], list[Fault]]:
    """The case, or the cases of a list, and every fault; the paths start with `prefix`."""
    if not isinstance(value, list):
        case, faults = _build(value, on, prefix)
        return ([case] if case else []), faults
    cases: list[Case] = []
    faults: list[Fault] = []
    for number, item in enumerate(value):
        case, found = _build(item, on, f"{prefix}[{number}]")
        cases.extend([case] if case else [])
        faults.extend(found)
    return cases, faults


def _build(value: Json, on: dt.date | None, prefix: str) -> tuple[Case | None, list[Fault]]:
    if not is_object(value):
        return None, [Fault(prefix or "(whole input)", kind_of(value), "a case: fields with values", MEND)]
    try:
        case = Case.model_validate(value)
    except ValidationError as error:
        return None, [_clearer(fault) for fault in faults_of(error, prefix)]
    faults = _birth_faults(case, on, prefix)
    return (None if faults else case), faults


def _clearer(fault: Fault) -> Fault:
    """The fault; where pydantic speaks of time stamps but a person wrote a year, with the form that a date has."""
    if fault.path.rsplit(".", 1)[-1] not in _DATES or not any(word in fault.expected for word in ("date", "time")):
        return fault
    return Fault(
        fault.path, fault.found, "a day written as YYYY-MM-DD", "Correct the date, or leave it out if unknown."
    )


def _birth_faults(case: Case, on: dt.date | None, prefix: str) -> list[Fault]:
    if case.birth_date is None or on is None:
        return []
    path = f"{prefix}.birth_date".removeprefix(".")
    if case.birth_date > on:
        expected = f"a date not after the screening date {on}"
        return [Fault(path, str(case.birth_date), expected, "Correct the birth date or the screening date.")]
    age = case.age_on(on)
    if age is not None and age > OLDEST:
        expected = f"an age of at most {OLDEST} years on {on}, not {age}"
        return [Fault(path, str(case.birth_date), expected, "Correct the birth date.")]
    return []
