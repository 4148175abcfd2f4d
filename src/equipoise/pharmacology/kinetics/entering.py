"""How the doses of a regimen enter each subject: lag, fraction, rate and duration at every record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Bools, Floats, Indices
from equipoise.pharmacology.kinetics.evaluate import evaluate
from equipoise.pharmacology.kinetics.regimen import MODELLED_DURATION, MODELLED_RATE, Regimen
from equipoise.pharmacology.kinetics.system import System


@dataclass(frozen=True, slots=True, eq=False)
class Entering:
    """Arrays (subjects or 1, records): what holds for the dose of each record and for its additional doses.

    `lag` in the time unit, `amount` that arrives (bioavailability x amount), `rate` of an infusion (0: a bolus) and its
    `duration`. Where nothing differs between subjects there is one row. NaN where a record is no dose.
    """

    lag: Floats
    amount: Floats
    rate: Floats
    duration: Floats

    @property
    def subjects(self) -> int:
        """The number of rows: 1 where all subjects are alike."""
        return self.lag.shape[0]

    def part(self, rows: slice) -> Entering:
        """Some of the rows."""
        return Entering(self.lag[rows], self.amount[rows], self.rate[rows], self.duration[rows])


def entering(regimen: Regimen, system: System, values: Mapping[str, float | Floats]) -> Entering:
    """What the entries of the system say at each record. `values`: parameters, and covariates that no record has;
    numbers, or arrays (subjects,) or (occasions, subjects): the additional doses of a record are of its occasion.

    A rate above 0 keeps its value whatever the bioavailability: it lasts amount / rate. RATE -1 takes the entry's rate
    likewise; RATE -2 takes its duration and the rate that brings the amount in that time.
    Raises `InputError` for values that cannot be: a negative lag or fraction, a rate or duration not above 0.
    """
    names = {name: _at_records(value, regimen) for name, value in values.items()}
    names |= regimen.covariates
    parts = {part: _by_record(regimen, system, part, names) for part in ("lag", "bioavailability", "rate", "duration")}
    faults = list(_faults(regimen, parts))
    if faults:
        raise InputError("doses", faults)
    amount = parts["bioavailability"] * regimen.amount
    timed = np.where(regimen.rate == MODELLED_RATE, parts["rate"], regimen.rate)
    with np.errstate(all="ignore"):  # a bolus has rate 0
        rate = np.where(regimen.rate == MODELLED_DURATION, amount / parts["duration"], timed)
        duration = np.where(
            regimen.rate == MODELLED_DURATION, parts["duration"], np.where(rate > 0, amount / rate, 0.0)
        )
    return Entering(*np.broadcast_arrays(parts["lag"], amount, rate, duration))


def _at_records(value: float | Floats, regimen: Regimen) -> float | Floats:
    """What holds in each subject at each record: a number, or (subjects, 1), or by occasion (subjects, records)."""
    if isinstance(value, np.ndarray):
        return value[:, None] if value.ndim == 1 else value[regimen.occasion].T
    return value


def _by_record(regimen: Regimen, system: System, part: str, names: Mapping[str, float | Floats]) -> Floats:
    """One part of the entries (subjects or 1, records), NaN where it is not modelled."""
    equations = system.equations
    found = np.full((1, regimen.time.size), np.nan)
    for name, entry in equations.entries.items():
        here = regimen.state == equations.states.index(name)
        node = getattr(entry, part)
        if node is not None and np.any(here):
            value = np.atleast_2d(evaluate(equations.graph, [node], names)[0])
            found = np.where(here, value, found)
    return found


def _faults(regimen: Regimen, parts: Mapping[str, Floats]) -> Iterator[Fault]:
    for part in ("lag", "bioavailability"):
        sound = (parts[part] >= 0) & np.isfinite(parts[part])
        yield from _impossible(regimen, part, parts[part], regimen.dosing & ~sound, "a number, 0 or more")
    for part, code in (("rate", MODELLED_RATE), ("duration", MODELLED_DURATION)):
        sound = (parts[part] > 0) & np.isfinite(parts[part])
        here = regimen.dosing & (regimen.rate == code)
        yield from _impossible(regimen, part, parts[part], here & ~sound, "a number above 0")


def _impossible(regimen: Regimen, part: str, values: Floats, wrong: Bools, expected: str) -> Iterator[Fault]:
    if np.any(wrong):
        subject, record = (int(i) for i in np.argwhere(wrong)[0])
        found = f"{values[subject, record]:g} for the dose in row {int(regimen.row[record])}, subject {subject + 1}"
        count = int(wrong.any(axis=1).sum())
        more = f" ({count} subjects in all)" if count > 1 else ""
        yield Fault(part, found + more, expected, "Correct the entry, the parameters or the covariates.")


def alike(regimen: Regimen, system: System, by_occasion: Collection[str] = ()) -> tuple[Indices, Indices]:
    """For each record (records,) the first one whose dose has the same lag, and the same duration, in every subject.

    Read from the entry and from what the records say, not from values: who else is simulated changes nothing. -1 where
    there is no lag at all. `by_occasion`: parameters that change with the occasion.
    """
    equations = system.equations
    known: dict[tuple[object, ...], int] = {}
    lags, durations = np.full(regimen.time.size, -1), np.full(regimen.time.size, -1)
    for record in np.flatnonzero(regimen.dosing).tolist():
        entry = equations.entries[equations.states[regimen.state[record]]]
        nodes = [node for node in (entry.lag, entry.bioavailability, entry.rate, entry.duration) if node is not None]
        used = equations.graph.names(nodes)
        names = sorted(used & regimen.covariates.keys())
        occasion = int(regimen.occasion[record]) if used & set(by_occasion) else -1
        key = (int(regimen.state[record]), occasion, *(float(regimen.covariates[name][record]) for name in names))
        if equations.graph.value(entry.lag) != 0.0:
            lags[record] = known.setdefault(key, record)
        rate = float(regimen.rate[record])
        durations[record] = known.setdefault((*key, float(regimen.amount[record]), rate), record)
    return lags.astype(np.intp), durations.astype(np.intp)
