"""What happens in a regimen, each with the time at which it happens in each subject, not yet in order.

A record happens at its own time. A dose arrives a lag later; its additional doses follow at their interval; infusions
end. A dose at steady state leaves infusions running that began before it. All times are base + lag + duration, with
one lag and duration per subject: two stretches of time made of the same parts are equal in every subject.

Source: nonmem_help (ADDL, SS, ALAG, event records).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np

from equipoise.model.schedule import Bools, Floats, Indices
from equipoise.pharmacology.kinetics.entering import Entering
from equipoise.pharmacology.kinetics.regimen import RESET, RESET_DOSE, Regimen

LateLag = Literal["nonmem", "in_flight"]
NEVER = 1e300  # the time of what does not happen in a subject


class Kind(IntEnum):
    """What happens."""

    RECORD = 0
    BOLUS = 1
    START = 2
    END = 3
    AFTER = 4  # a record and its own dose are over: its row is written


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`record`: the one it came from, and `order` its place among those of one time: records in the order of their
    table, what earlier ones caused before, what they cause at once after. `lag`, `duration`: does its time hold them?
    `infusion`: which one starts or ends.
    """

    kind: Kind
    record: int
    base: float
    order: float
    lag: bool = False
    duration: bool = False
    infusion: int = -1


@dataclass(slots=True)
class Occurrences:
    """The list, and for each (subjects or 1,) when it happens; `NEVER` where a subject does not have it.

    `infusion_record`: the record of each infusion. `running`: infusions that run already at a record.
    """

    items: list[Occurrence] = field(default_factory=list[Occurrence])
    times: list[Floats] = field(default_factory=list[Floats])
    infusion_record: list[int] = field(default_factory=list[int])
    running: dict[int, list[int]] = field(default_factory=dict[int, list[int]])

    def add(self, item: Occurrence, entering: Entering, happens: Bools | None = None) -> None:
        """Adds one, with its times."""
        time = np.full(1, item.base)
        if item.lag:
            time = time + entering.lag[:, item.record]
        if item.duration:
            time = time + entering.duration[:, item.record]
        self.items.append(item)
        self.times.append(time if happens is None else np.where(happens, time, NEVER))

    def dose(self, record: int, base: float, entering: Entering, happens: Bools | None = None) -> None:
        """Adds a dose that was given at `base`, or an infusion with its end."""
        order = record + 0.5
        if np.all(entering.rate[:, record] == 0):
            self.add(Occurrence(Kind.BOLUS, record, base, order, lag=True), entering, happens)
            return
        number = self.infusion(record)
        start = Occurrence(Kind.START, record, base, order, lag=True, infusion=number)
        self.add(start, entering, happens)
        end = Occurrence(Kind.END, record, base, order, lag=True, duration=True, infusion=number)
        self.add(end, entering, happens)

    def infusion(self, record: int) -> int:
        """The number of one more infusion."""
        self.infusion_record.append(record)
        return len(self.infusion_record) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """A dose at steady state in each subject (subjects or 1,): `phase` after the last implied dose began, `running`
    infusions of it, and `late` doses still on their way.
    """

    phase: Floats
    running: Indices
    late: Indices


def steady(regimen: Regimen, entering: Entering, record: int, late_lag: LateLag) -> Steady:
    """The point of the cycle at which a dose at steady state is recorded: its implied predecessors came one interval
    apart, each a lag late. NONMEM takes interval - lag whatever the lag; `in_flight` counts whole intervals on the way.
    """
    interval = regimen.interval[record]
    lag: Floats = entering.lag[:, record]
    duration: Floats = entering.duration[:, record]
    late = np.zeros(lag.shape, dtype=np.intp)
    if late_lag == "in_flight":
        late = np.maximum(np.ceil(lag / interval) - 1, 0).astype(np.intp)
    phase: Floats = (late + 1) * interval - lag
    whole: Floats = np.floor(duration / interval)
    running: Floats = np.where(phase < duration - whole * interval, whole + 1.0, whole)
    infused = entering.rate[:, record] > 0
    return Steady(phase, np.where(infused, running, 0.0).astype(np.intp), late)


def occurrences(regimen: Regimen, entering: Entering, matter: Bools, end: float, late_lag: LateLag) -> Occurrences:
    """Everything that happens until `end`; doses that cannot arrive by then are left out.

    `matter` (records,): which records do something by themselves, be it that a row is written.
    """
    found = Occurrences()
    for record in range(regimen.time.size):
        time = float(regimen.time[record])
        if time > end:
            break
        if matter[record]:
            found.add(Occurrence(Kind.RECORD, record, time, record), entering)
            found.add(Occurrence(Kind.AFTER, record, time, record + 0.75), entering)
        if regimen.dosing[record] and not is_endless(regimen, record):
            if regimen.steady[record]:
                _add_running(found, regimen, entering, record, steady(regimen, entering, record, late_lag))
            for additional in range(int(regimen.additional[record]) + 1):
                given = time + additional * float(regimen.interval[record])
                if given <= end:
                    found.dose(record, given, entering)
    return found


def _add_running(found: Occurrences, regimen: Regimen, entering: Entering, record: int, cycle: Steady) -> None:
    """Doses on their way, and the ends of infusions that run at the record; their starts are part of the record."""
    interval = float(regimen.interval[record])
    time = float(regimen.time[record])
    for back in range(1, int(cycle.late.max()) + 1):
        found.dose(record, time - back * interval, entering, cycle.late >= back)
    for running in range(1, int(cycle.running.max()) + 1):
        number = found.infusion(record)
        found.running.setdefault(record, []).append(number)
        for late in np.unique(cycle.late):
            base = time - (running + int(late)) * interval
            end = Occurrence(Kind.END, record, base, record + 0.5, lag=True, duration=True, infusion=number)
            found.add(end, entering, (cycle.running >= running) & (cycle.late == late))


def is_endless(regimen: Regimen, record: int) -> bool:
    """Whether a record is a constant infusion at steady state, or a steady state without a dose: it ends at once."""
    return bool(regimen.steady[record] and regimen.amount[record] == 0)


def is_reset(regimen: Regimen, record: int) -> bool:
    """Whether a record empties the system."""
    return int(regimen.evid[record]) in {RESET, RESET_DOSE}
