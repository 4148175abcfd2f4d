"""From what happens, in order, to operations: one walk through the regimen for all subjects with that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.course import Course, Op
from equipoise.pharmacology.kinetics.entering import Entering
from equipoise.pharmacology.kinetics.epochs import Epochs
from equipoise.pharmacology.kinetics.occurrences import (
    Kind,
    LateLag,
    Occurrence,
    Occurrences,
    is_endless,
    is_reset,
    steady,
)
from equipoise.pharmacology.kinetics.regimen import Regimen


class Point(NamedTuple):
    """A time as its parts: a number, and whose lag and duration are added (-1: none)."""

    base: float
    lag: int = -1
    duration: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What the courses of a regimen share. `grid`: times of the rows; None: a row for each record.

    `same_lag`, `same_duration` (records,): the first record with the same ones in every subject, -1 where they are 0.
    """

    regimen: Regimen
    entering: Entering
    happening: Occurrences
    epochs: Epochs
    grid: Floats | None
    start: float
    tolerance: float
    late_lag: LateLag
    same_lag: Indices
    same_duration: Indices

    def point(self, item: Occurrence) -> Point:
        """The time of an occurrence as its parts."""
        lag = int(self.same_lag[item.record]) if item.lag else -1
        return Point(item.base, lag, int(self.same_duration[item.record]) if item.duration else -1)


class _Slot(NamedTuple):
    """A stretch of time: from one lag and duration to another, and its numbers in quanta."""

    quanta: int
    to_lag: int
    to_duration: int
    from_lag: int
    from_duration: int


@dataclass(slots=True)
class Walk:
    """One walk. `subject`: the one whose times decide which of them are equal."""

    plan: Plan
    subject: int
    operations: list[tuple[int, int, int, int]] = field(default_factory=list[tuple[int, int, int, int]])
    _slots: dict[_Slot, int] = field(default_factory=dict[_Slot, int])
    _lengths: list[list[float]] = field(default_factory=list[list[float]])
    _columns: dict[tuple[object, ...], int] = field(default_factory=dict[tuple[object, ...], int])
    _values: list[Floats] = field(default_factory=list[Floats])
    _active: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    _running: frozenset[int] = frozenset()
    _cancelled: int = -1
    _epoch: int = 0
    _row: int = 0
    _now: float = 0.0
    _here: Point = field(default_factory=lambda: Point(0.0))

    def through(self, order: Sequence[int], positions: Sequence[int]) -> None:
        """Walks through occurrences in their order. `positions`: so many rows of the grid come before each."""
        plan = self.plan
        items = plan.happening.items
        self._here, self._now = Point(plan.start), plan.start
        self._running = frozenset(items[i].infusion for i in order if items[i].kind is Kind.END)
        for i, position in zip(order, positions, strict=True):
            if plan.grid is not None:
                self._rows_to(plan.grid, position)
                if position == plan.grid.size:
                    return  # what comes after the last row changes nothing
            if not self._idle(items[i]):
                times = plan.happening.times[i]
                self._go(plan.point(items[i]), float(times[min(self.subject, times.size - 1)]))
                self._do(items[i])
        if plan.grid is not None:
            self._rows_to(plan.grid, plan.grid.size)

    def course(self, subjects: Indices, members: Indices) -> Course:
        """The course of `subjects`; `members`: their rows in the arrays of the entries, where these have any."""
        one = members[:1] if self.plan.entering.subjects == 1 else members
        lengths = [self._length(slot, lengths, one) for slot, lengths in zip(self._slots, self._lengths, strict=True)]
        values = [value[one] if value.size > 1 else np.full(one.size, value[0]) for value in self._values]
        operations = np.array(self.operations, dtype=np.int32).reshape(-1, 4)
        durations = np.array(lengths).reshape(-1, one.size)
        if one.size == 1:  # stretches that are equal by chance, like the halves of an hour
            durations, same = np.unique(durations, axis=0, return_inverse=True)
            runs = operations[:, 0] == Op.RUN
            operations[runs, 1] = same.reshape(-1)[operations[runs, 1]]
        return Course(
            subjects=subjects,
            operations=operations,
            durations=durations,
            values=np.array(values).reshape(-1, one.size),
            covariates=self.plan.epochs.covariates,
            occasions=self.plan.epochs.occasions,
            start=self.plan.start,
            rows=self.plan.regimen.time.size if self.plan.grid is None else self.plan.grid.size,
        )

    def _length(self, slot: _Slot, lengths: list[float], members: Indices) -> Floats:
        """The mean of the stretches that share a slot: rounding of the times does not add up over them."""
        entering = self.plan.entering
        length = np.full(members.size, sum(lengths) / len(lengths))
        for part, to, since in ((entering.lag, slot[1], slot[3]), (entering.duration, slot[2], slot[4])):
            length = length + part[members, to] if to >= 0 else length
            length = length - part[members, since] if since >= 0 else length
        return length

    def _emit(self, op: Op, a: int = 0, b: int = 0, c: int = 0) -> None:
        self.operations.append((int(op), a, b, c))

    def _idle(self, item: Occurrence) -> bool:
        """Whether nothing comes of it: it was cancelled, or a record changes nothing and has no row."""
        if item.kind not in {Kind.RECORD, Kind.AFTER}:
            return item.record < self._cancelled
        regimen, epochs = self.plan.regimen, self.plan.epochs
        if item.kind is Kind.AFTER:
            return self.plan.grid is not None and int(epochs.after[item.record]) == self._epoch
        changes = is_reset(regimen, item.record) or (regimen.dosing[item.record] and regimen.steady[item.record])
        return not changes and int(epochs.at[item.record]) == self._epoch

    def _rows_to(self, grid: Floats, position: int) -> None:
        while self._row < position:
            time = float(grid[self._row])
            self._go(Point(time), time)
            self._write(self._row)
            self._row += 1

    def _go(self, to: Point, time: float) -> None:
        """Goes on to a point, unless it is there already."""
        if time - self._now > self.plan.tolerance:
            self._emit(Op.RUN, self._slot(to), 1, -1)
            self._here, self._now = to, time

    def _write(self, row: int) -> None:
        """Writes a row; equal stretches with a row after each are one run."""
        last = self.operations[-1] if self.operations else None
        if last is None or last[0] != Op.RUN or last[3] >= 0:
            self._emit(Op.WRITE, row)
            return
        self.operations.pop()
        before = self.operations[-1] if self.operations else None
        if before and before[:2] == last[:2] and before[3] >= 0 and before[2] + before[3] == row:
            self.operations[-1] = (before[0], before[1], before[2] + 1, before[3])
        else:
            self.operations.append((last[0], last[1], 1, row))

    def _slot(self, to: Point) -> int:
        here = self._here
        lags = (to.lag, here.lag) if to.lag != here.lag else (-1, -1)
        durations = (to.duration, here.duration) if to.duration != here.duration else (-1, -1)
        length = to.base - here.base
        key = _Slot(round(length / (4 * self.plan.tolerance)), lags[0], durations[0], lags[1], durations[1])
        number = self._slots.setdefault(key, len(self._slots))
        if number == len(self._lengths):
            self._lengths.append([])
        self._lengths[number].append(length)
        return number

    def _column(self, key: tuple[object, ...], *values: Floats) -> int:
        """The column at which these values stand."""
        if key not in self._columns:
            self._columns[key] = len(self._values)
            self._values.extend(values)
        return self._columns[key]

    def _do(self, item: Occurrence) -> None:
        regimen, entering = self.plan.regimen, self.plan.entering
        state = int(regimen.state[item.record])
        match item.kind:
            case Kind.RECORD:
                self._record(item.record, state)
            case Kind.AFTER:
                if self.plan.grid is None:
                    self._write(item.record)
                self._to_epoch(int(self.plan.epochs.after[item.record]))
            case Kind.BOLUS:
                column = self._column(("amount", item.record), entering.amount[:, item.record])
                self._emit(Op.BOLUS, state, column)
            case Kind.START:
                self._active.setdefault(state, []).append(item.infusion)
                self._rate(state)
            case Kind.END:
                if item.infusion in self._active.get(state, []):
                    self._active[state].remove(item.infusion)
                    self._rate(state)

    def _rate(self, state: int) -> None:
        """The whole rate into a state, summed anew: nothing of an infusion that ended stays behind."""
        records = sorted(self.plan.happening.infusion_record[number] for number in self._active[state])
        rates = [self.plan.entering.rate[:, record] for record in records]
        column = self._column(("rate", *records), np.sum(rates, axis=0)) if records else -1
        self._emit(Op.RATE, state, column)

    def _record(self, record: int, state: int) -> None:
        regimen = self.plan.regimen
        self._to_epoch(int(self.plan.epochs.at[record]))
        mode = int(regimen.steady[record]) if regimen.dosing[record] else 0
        if is_reset(regimen, record) or mode == 1:
            self._cancel(record)
        if is_reset(regimen, record):
            self._emit(Op.RESET)
        if mode:
            self._steady(record, state, mode)

    def _cancel(self, record: int) -> None:
        """Ends what earlier records began and drops what they have still to cause."""
        self._cancelled = record
        for state, running in self._active.items():
            if running:
                running.clear()
                self._rate(state)

    def _steady(self, record: int, state: int, mode: int) -> None:
        regimen, entering = self.plan.regimen, self.plan.entering
        rate = entering.rate[:, record]
        if is_endless(regimen, record):
            self._emit(Op.STEADY_RATE, mode, state, self._column(("rate", record), rate))
            return
        amount = np.where(rate > 0, 0.0, entering.amount[:, record])
        interval = np.full(1, regimen.interval[record])
        phase = steady(regimen, entering, record, self.plan.late_lag).phase
        columns = (amount, rate, entering.duration[:, record], interval, phase)
        self._emit(Op.STEADY, mode, state, self._column(("steady", record), *columns))
        running = [number for number in self.plan.happening.running.get(record, []) if number in self._running]
        if running:
            self._active.setdefault(state, []).extend(running)
            self._rate(state)

    def _to_epoch(self, epoch: int) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self._emit(Op.EPOCH, epoch)
