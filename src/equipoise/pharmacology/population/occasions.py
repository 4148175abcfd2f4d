"""Occasions: stretches of a person's time between which parameters differ, and records that say which is when.

Several kinds of occasion may run side by side, such as visits and products that are used up: each has its own random
effects, drawn by the person, the kind and the number of the occasion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from equipoise.errors import Fault, InputError, UnfitError
from equipoise.model.base import Frozen, FrozenMap
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.regimen import DOSE, OTHER, RESET, RESET_DOSE, Regimen

Covariances = FrozenMap[str, FrozenMap[str, float]]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
MOST = 10_000
ROUNDING = 1e-9  # times that differ by so small a share are equal
_BEGIN, _ADDED, _OWN = range(3)  # what a record is, in the order of those at one time


class Occasion(Frozen):
    """One kind of occasion, and the variances and covariances `omega` of its random effects.

    A new one begins where the events' `column` has another number, or `every` so many units of time from time 0 on, or
    at each of the times `starts` (what lies before the first is an occasion too). Without any of them: column OCC.
    """

    omega: Annotated[Covariances, Field(min_length=1)]
    column: Annotated[str, Field(min_length=1)] | None = None
    every: Positive | None = None
    starts: Annotated[tuple[Positive, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        given = [name for name in ("column", "every", "starts") if getattr(self, name) is not None]
        if len(given) > 1:
            raise UnfitError("one of column, every, starts", found=" and ".join(given))
        if self.starts and any(one >= other for one, other in zip(self.starts, self.starts[1:], strict=False)):
            raise UnfitError("starts that rise", found=", ".join(f"{start:g}" for start in self.starts))
        return self

    @property
    def label(self) -> str | None:
        """The column of the events that numbers the occasions; None where times do."""
        return None if self.every or self.starts else self.column or "OCC"

    def begins(self, end: float) -> Floats:
        """The times up to `end` at which a new one begins, the first one apart."""
        if self.starts:
            return np.array([start for start in self.starts if start <= end])
        count = int(end / self.every * (1.0 + ROUNDING)) if self.every else 0
        if count > MOST:
            expected = f"at most {MOST} occasions until time {end:g}"
            fault = Fault("population.occasions", f"one every {self.every:g}", expected, "Give a longer one.")
            raise InputError("occasions", [fault])
        return np.arange(1.0, count + 1.0) * np.float64(self.every or 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Events whose records know their occasion, and the number (occasions, kinds) of each kind in each of them."""

    events: Events
    numbers: Indices


def labelled(events: Events, occasions: Mapping[str, Occasion], end: float) -> Labelled:
    """The events with the occasion of every record until the time `end`.

    Where times begin an occasion, a record that does nothing else stands there, and additional doses become records of
    their own, which dose as they did. Raises `InputError` where a column is missing or occasions are too many.
    """
    kinds = list(occasions.values())
    missing = [kind.label for kind in kinds if kind.label and kind.label not in events.labels]
    if missing:
        expected = "a column with the number of the occasion, read with the events"
        raise InputError("events", [Fault(name, "no column", expected, "Add it.") for name in missing])
    begins = {name: kind.begins(end) for name, kind in occasions.items() if kind.label is None}
    if begins:
        events = _cut(events, np.unique(np.concatenate(list(begins.values()))), end)
    time = events.records.time
    columns = [
        events.labels[kind.label] if kind.label else np.searchsorted(_just_before(begins[name]), time, side="right") + 1
        for name, kind in occasions.items()
    ]
    numbers, which = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    records = replace(events.records, occasion=which.reshape(-1).astype(np.intp))
    return Labelled(replace(events, records=records), numbers.astype(np.intp))


def _just_before(times: Floats) -> Floats:
    return times * (1.0 - ROUNDING)


def _cut(events: Events, begins: Floats, end: float) -> Events:
    """The same events with a record at each begin, and a record for each dose."""
    parts = [_cut_one(events.regimen(i), begins, end) for i in range(len(events.ids))]
    rows = np.concatenate([sources + int(events.starts[i]) for i, (sources, _, _) in enumerate(parts)])
    times = np.concatenate([times for _, times, _ in parts])
    kinds = np.concatenate([kinds for _, _, kinds in parts])
    records = events.records
    taken = records.part(rows)
    begin, added = kinds == _BEGIN, kinds != _OWN
    nothing = np.zeros(rows.size)
    whole = np.zeros(rows.size, dtype=np.intp)
    records = replace(
        taken,
        time=times,
        evid=np.where(begin, OTHER, np.where(added, DOSE, taken.evid)),
        amount=np.where(begin, nothing, taken.amount),
        rate=np.where(begin, nothing, taken.rate),
        state=np.where(begin, -1, taken.state),
        additional=whole,
        steady=np.where(added, whole, taken.steady),
        dv=np.where(added, np.nan, taken.dv),
        mdv=np.where(added, whole + 1, taken.mdv),
    )
    starts = np.cumsum([0, *(sources.size for sources, _, _ in parts)]).astype(np.intp)
    labels = {name: column[rows] for name, column in events.labels.items()}
    return replace(events, starts=starts, records=records, labels=labels)


def _cut_one(regimen: Regimen, begins: Floats, end: float) -> tuple[Indices, Floats, Indices]:
    """Of one subject's records: the row that each comes from, its time, and what it is; in their order."""
    rows = np.arange(regimen.time.size)
    sources, times, kinds = [rows], [regimen.time], [np.full(rows.size, _OWN)]
    for row in np.flatnonzero(regimen.dosing & (regimen.additional > 0)).tolist():
        given = regimen.time[row] + np.arange(1, int(regimen.additional[row]) + 1) * regimen.interval[row]
        given = given[given <= min(end, _next_reset(regimen, row))]
        sources.append(np.full(given.size, row))
        times.append(given)
        kinds.append(np.full(given.size, _ADDED))
    later = begins[(begins > regimen.time[0]) & (begins <= end)]
    sources.append(np.maximum(np.searchsorted(regimen.time, later, side="right") - 1, 0))
    times.append(later)
    kinds.append(np.full(later.size, _BEGIN))
    source, time, kind = np.concatenate(sources), np.concatenate(times), np.concatenate(kinds)
    order = np.lexsort((source, kind, time))
    return source[order].astype(np.intp), time[order], kind[order]


def _next_reset(regimen: Regimen, row: int) -> float:
    """When a reset ends the additional doses of a record."""
    resets = np.flatnonzero(np.isin(regimen.evid[row + 1 :], (RESET, RESET_DOSE)))
    return float(regimen.time[row + 1 + resets[0]]) if resets.size else np.inf
