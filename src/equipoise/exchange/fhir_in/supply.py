"""When a medicine was taken: what each kind of medication resource says by its status and dates.

A screening counts a medicine as current unless `end` has passed or `current` is False, and takes `end` as the last
day of use for a washout. So a past `end` is set only where the record establishes that the medicine is past, and
where a day is uncertain the latest possible one is kept.

| resource          | status                                     | current | end |
|-------------------|--------------------------------------------|---------|-----|
| Request           | active                                     | yes     | planned end, if still ahead |
|                   | on-hold, draft, unknown, other             | not said | none |
|                   | any of these with intent proposal, plan, option | not said | none |
|                   | completed                                  | no, if the supply ended before the screening date; else not said | end of supply |
|                   | stopped, ended, revoked                    | no      | day it was ended, else day of the record's last change, else unknown |
|                   | cancelled, entered-in-error, doNotPerform  | unread  | |
| Statement         | active, recorded                           | yes; not said once its period is over | planned end, if still ahead |
|                   | intended, on-hold, draft, unknown, other   | not said | none |
|                   | completed, stopped                         | no      | end of its period, else day it was asserted, else last change |
|                   | not-taken, entered-in-error                | unread  | |
| Dispense          | completed, stopped                         | no, if the supply ended before the screening date; else not said | end of supply |
|                   | preparation, in-progress, on-hold, other   | not said | none |
|                   | cancelled, declined, entered-in-error      | unread  | |
| Administration    | completed, stopped                         | no, if given so long ago that a course would have gone on; else not said | day it was given |
|                   | in-progress, on-hold, unknown, other       | not said | none |
|                   | not-done, entered-in-error                 | unread  | |

The supply of a request is the time per dispensing times all dispensings; of a dispense, its days. Where neither is
recorded, `LONGEST_SUPPLY_DAYS` from the day of writing is assumed. Without a screening date nothing can be said to
have ended by now: the end stands, and the screening compares it.
"""  # noqa: E501 - a table

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from equipoise.exchange.fhir_in.dates import later
from equipoise.exchange.fhir_in.node import Node

LONGEST_SUPPLY_DAYS = 366
"""A prescription without a stated supply is taken to last a year at most: the usual legal validity."""
LONGEST_INTERVAL_DAYS = 92
"""The longest usual interval between two administrations of one course: a three-monthly depot injection."""

_UNIT_DAYS = {
    "d": 1.0, "day": 1.0, "days": 1.0, "wk": 7.0, "week": 7.0, "weeks": 7.0, "mo": 30.5, "month": 30.5,
    "months": 30.5, "a": 365.25, "year": 365.25, "years": 365.25, "h": 1 / 24, "hour": 1 / 24, "hours": 1 / 24,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Whether a medicine is current, and from when to when. `refused`: why it is no medicine of the patient's."""

    current: bool | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    refused: str | None = None


_REFUSED = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled before any of it was taken",
    "declined": "declined: it was not handed over",
    "not-taken": "the record says that the patient does not take it",
    "not-done": "the record says that it was not given",
}
_UNSAID = frozenset({"on-hold", "draft", "unknown", "intended", "preparation", "in-progress"})
_OVER = frozenset({"stopped", "ended", "revoked"})
_KNOWN = {
    "Request": _UNSAID | _OVER | {"completed", "active"},
    "Statement": _UNSAID | _OVER | {"completed", "active", "recorded"},
    "Dispense": _UNSAID | _OVER | {"completed"},
    "Administration": _UNSAID | _OVER | {"completed"},
}
_PLANS = frozenset({"proposal", "plan", "option"})


def span_of(node: Node, kind: str) -> Span:
    """What the table says of a medication resource; `kind` is Request, Statement, Dispense or Administration."""
    status = (node.word("status") or "").lower()
    refused = _REFUSED.get(status) or _denied(node)
    if refused is not None:
        return Span(refused=refused)
    readers = {"Request": _request, "Statement": _statement, "Dispense": _dispense, "Administration": _administration}
    span = readers[kind](node, status)
    if status not in _KNOWN[kind]:
        what = "not a known status" if status else "no status"
        node.note("status", f"{what}; the medication counts as current")
    if span.start is not None and span.end is not None and span.end < span.start:
        node.note("", f"its end {span.end} is before its start {span.start}; the end is not taken over")
        return Span(span.current, span.start)
    return span


def _denied(node: Node) -> str | None:
    """Older and newer ways to say that a medicine is not taken."""
    if node.flag("doNotPerform"):
        return "an order not to give it"
    if node.flag("wasNotTaken") or (node.word("taken") or "").lower() == "n":
        return _REFUSED["not-taken"]
    return _REFUSED["not-done"] if node.flag("wasNotGiven") or node.flag("notGiven") else None


def _request(node: Node, status: str) -> Span:
    start = _first(node, "authoredOn", "dateWritten")
    intent = (node.word("intent") or "").lower()
    if status in _OVER:
        return _over(node, start, node.day("dateEnded", latest=True), None)
    planned, supply = _course_end(node, start), _supply_end(node, start)
    if status == "completed":
        known = max((day for day in (planned, supply) if day is not None), default=None)
        return _ran_out(node, start, known)
    if status != "active":
        return Span(start=start)
    if intent in _PLANS:
        node.note("intent", f"only a {intent}; the medication counts as current")
        return Span(start=start)
    return Span(current=True, start=start, end=_ahead(node, planned))


def _statement(node: Node, status: str) -> Span:
    start, end = _period(node, "effectivePeriod", "effectiveDateTime")
    if status in _OVER or status == "completed":
        return _over(node, start, end, node.day("dateAsserted"))
    if status not in ("active", "recorded"):
        return Span(start=start)
    if end is not None and node.draft.on is not None and end < node.draft.on:
        node.note("status", f"{status}, although its period ended {end}; the medication counts as current")
        return Span(start=start)
    return Span(current=True, start=start, end=_ahead(node, end))


def _dispense(node: Node, status: str) -> Span:
    start = _first(node, "whenHandedOver", "whenPrepared")
    if status not in _OVER and status != "completed":
        return Span(start=start)
    days = _duration(node, "daysSupply")
    return _ran_out(node, start, later(start, days) if start is not None and days is not None else None)


def _administration(node: Node, status: str) -> Span:
    start = end = None
    for form in ("effective", "occurence", "occurrence", "effectiveTime"):
        start, end = (start, end) if start or end else _period(node, f"{form}Period", f"{form}DateTime")
    last = end or start
    if status not in _OVER and status != "completed":
        return Span(start=start)
    on = node.draft.on
    if on is not None and last is not None and later(last, LONGEST_INTERVAL_DAYS) < on:
        return Span(current=False, start=start, end=last)
    return Span(start=start)


def _ran_out(node: Node, start: dt.date | None, supply: dt.date | None) -> Span:
    """Past once the supply is used up; before that, nobody says whether the patient still takes it."""
    on = node.draft.on
    end = supply if supply is not None else later(start, LONGEST_SUPPLY_DAYS) if start is not None else None
    if end is None or (on is not None and end >= on):
        return Span(start=start)
    return Span(current=None if on is None else False, start=start, end=end)


def _over(node: Node, start: dt.date | None, stated: dt.date | None, known_by: dt.date | None) -> Span:
    """Past since the stated day; else since the day it was known by, or at the latest the record's last change.

    A stated day after the screening date means that on that date it was still taken. A later day of knowing means
    nothing for the date itself: then the day is not known.
    """
    on = node.draft.on
    if stated is not None:
        return Span(current=None if on is not None and stated > on else False, start=start, end=stated)
    if known_by is None:
        meta = node.node("meta")
        known_by = meta.day("lastUpdated") if meta is not None else None
    return Span(
        current=False, start=start, end=None if known_by is not None and on is not None and known_by > on else known_by
    )


def _ahead(node: Node, day: dt.date | None) -> dt.date | None:
    """The day where it is still to come: an active medicine whose planned end has passed counts as taken on."""
    on = node.draft.on
    return day if day is not None and on is not None and day >= on else None


def _course_end(node: Node, start: dt.date | None) -> dt.date | None:
    """The last day that all dosage instructions set; None where one of them is open-ended."""
    ends: list[dt.date | None] = []
    for dosage in node.nodes("dosageInstruction"):
        timing = dosage.node("timing")
        repeat = timing.node("repeat") if timing is not None else None
        bounds = repeat.node("boundsPeriod") if repeat is not None else None
        days = _duration(repeat, "boundsDuration") if repeat is not None else None
        if bounds is not None:
            ends.append(bounds.day("end", latest=True))
        else:
            ends.append(later(start, days) if start is not None and days is not None else None)
    days_known = [day for day in ends if day is not None]
    return max(days_known) if days_known and len(days_known) == len(ends) else None


def _supply_end(node: Node, start: dt.date | None) -> dt.date | None:
    """The latest day that the dispensings of a request can last to."""
    dispense = node.node("dispenseRequest")
    if dispense is None:
        return None
    days = _duration(dispense, "expectedSupplyDuration")
    repeats = max(0.0, dispense.number("numberOfRepeatsAllowed") or 0.0)
    validity = dispense.node("validityPeriod")
    valid_to = validity.day("end", latest=True) if validity is not None else None
    ends = [later(valid_to, days or 0.0)] if valid_to is not None else []
    if start is not None and days is not None:
        ends.append(later(start, days * (1 + repeats)))
    return max(ends, default=None)


def _duration(node: Node, key: str) -> float | None:
    """A Duration or Quantity of time in days; a unit that is not given is a day."""
    quantity = node.node(key)
    if quantity is None:
        return None
    value = quantity.number("value")
    unit = quantity.word("code") or quantity.word("unit") or "d"
    factor = _UNIT_DAYS.get(unit.strip("{}").lower())
    if value is None or factor is None or not 0 <= value <= 36500:
        quantity.note("", "not a length of time")
        return None
    return value * factor


def _period(node: Node, period_key: str, day_key: str) -> tuple[dt.date | None, dt.date | None]:
    period = node.node(period_key)
    if period is not None:
        return period.day("start"), period.day("end", latest=True)
    return node.day(day_key), None


def _first(node: Node, *keys: str) -> dt.date | None:
    return next((day for key in keys if (day := node.day(key)) is not None), None)
