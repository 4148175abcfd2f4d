"""A case as it stands on one day: nothing that is dated after that day counts as a fact of it."""

from __future__ import annotations

import datetime as dt

from equipoise.model.case import Case, Condition, Measurement, Medication, Unread


def hold_to_day(case: Case, on: dt.date | None) -> Case:
    """The case without later facts, each of them noted in `unread`; the same case where there are none.

    A later measurement is left out. A later condition or medication is kept, because leaving it out could hide
    a danger, but its start is not; a later end of a condition leaves it active. A medication may end later.
    """
    if on is None:
        return case
    notes: list[Unread] = []
    kept: list[Measurement] = []
    for number, item in enumerate(case.measurements):
        if item.on is not None and item.on > on:
            notes.append(
                _note(item.path or f"measurements[{number}]", f"dated {item.on}, after the screening date {on}")
            )
        else:
            kept.append(item)
    conditions = tuple(_condition(item, on, f"conditions[{i}]", notes) for i, item in enumerate(case.conditions))
    medications = tuple(_medication(item, on, f"medications[{i}]", notes) for i, item in enumerate(case.medications))
    if not notes:
        return case
    changed = {"measurements": tuple(kept), "conditions": conditions, "medications": medications}
    return case.model_copy(update={**changed, "unread": (*case.unread, *notes)})


def _condition(item: Condition, on: dt.date, place: str, notes: list[Unread]) -> Condition:
    if item.recorded is not None and item.recorded > on:
        reason = f"dated {item.recorded}, after the screening date {on}; the condition is kept without its date"
        notes.append(_note(item.path or place, reason))
        item = item.model_copy(update={"recorded": None})
    if item.ended is not None and item.ended > on:
        reason = f"ends {item.ended}, after the screening date {on}; the condition is kept as active"
        notes.append(_note(item.path or place, reason))
        item = item.model_copy(update={"ended": None, "active": True})
    return item


def _medication(item: Medication, on: dt.date, place: str, notes: list[Unread]) -> Medication:
    if item.start is None or item.start <= on:
        return item
    reason = f"starts {item.start}, after the screening date {on}; the medication is kept without its start"
    notes.append(_note(item.path or place, reason))
    return item.model_copy(update={"start": None})


def _note(path: str, reason: str) -> Unread:
    return Unread(path=path, reason=reason)
