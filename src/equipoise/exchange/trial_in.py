"""A table's rows as a schedule and a diary: what was taken between ratings, and how the order was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from equipoise.analyse.demands import levels_taken
from equipoise.errors import SHOWN, Fault, InputError, numbered
from equipoise.exchange.due import due_rows, interval
from equipoise.exchange.far import far_ratings
from equipoise.exchange.kept import levels_at, missed_rows, without
from equipoise.exchange.levels_in import Taken, levels_of
from equipoise.exchange.order_in import DAILY, DrawnBy, Order, Rows, order_of
from equipoise.exchange.table_in import Table, Times, numbers, times_of
from equipoise.exchange.trial_folder import Recorded
from equipoise.model.observations import Better, Observations, Scale
from equipoise.model.schedule import Bools, Design, Exposure, Floats, Schedule

RULES: dict[str, tuple[Design, DrawnBy]] = {
    "blocks": ("randomised_blocks", "blocks"),
    "run_length": ("alternating_days", "daily"),
    "independent": ("alternating_days", "coin"),
}
"""The design of each rule, and how it is said."""
GAP = 1.5
"""From so many usual gaps on, rows are missing: nobody recorded what was taken meanwhile."""
SHOWN_GAPS = 3
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a table are to be read. `unit`: the column that tells drawn units (study days) apart.

    `on`: what was taken; None where a recorded exposure says it. `kept`: whether that was really taken, row by row.
    `recall_days`, `bounds`, `better`, `better_said`, `scale`: as in Observations. `every_days`: from one planned rating
    to the next; None: as the ratings suggest. `before`: the level long before the first row, 1 in full; None: not said.
    `label`: what the outcome is called; None: its column. `case_label`, `adjunct`: whose diary it is and what was
    tried, as the report names them.
    """

    time: str
    outcome: str
    on: str | None
    on_value: str | None = None
    kept: str | None = None
    unit: str | None = None
    covariates: tuple[str, ...] = ()
    guess: str | None = None
    drawn_by: DrawnBy = "auto"
    max_run: int | None = None
    before: float | None = None
    recall_days: float = 0.0
    every_days: float | None = None
    bounds: tuple[float, float] | None = None
    better: Better = "lower"
    better_said: bool = True
    scale: Scale = "continuous"
    label: str | None = None
    case_label: str | None = None
    adjunct: str | None = None

    def __post_init__(self) -> None:
        alone = [name for name, value in (("--max-run", self.max_run), ("--unit", self.unit)) if value is not None]
        mend = "Leave it out, or say --design daily or coin."
        faults = [
            Fault(name, f"--design {self.drawn_by} beside it", "daily draws, which alone have it", mend)
            for name in alone
            if self.drawn_by not in DAILY
        ]
        if self.max_run is not None and self.max_run < 1:
            faults.append(Fault("--max-run", str(self.max_run), "at least 1 day", "For example --max-run 2."))
        if faults:
            raise InputError("options of the analysis", faults)


def trial_of(
    table: Table, reading: Reading, recorded: Recorded | None = None
) -> tuple[Schedule, Observations, tuple[str, ...]]:
    """The schedule as delivered, the diary, and what was assumed on the way. All faults of the table together.

    `recorded`: an exposure log, the draw and withdrawal spans, which stand above what the rows suggest. Without it a
    row's level counts from the rating before it (at most a day, or the usual gap where that is longer).
    """
    recorded = recorded or Recorded()
    columns = _columns(table, reading, recorded.exposure)
    times, taken = columns.times.days, columns.taken
    starts, given = _starts(times), ~np.isnan(columns.values)
    units = None if reading.unit is None else np.array(table.column(reading.unit, "--unit"))
    rows = Rows(times, starts, given, table.lines, units)
    order = _recorded_order(recorded, reading) or order_of(rows, taken, reading.drawn_by, reading.max_run)
    exposure = recorded.exposure or Exposure(starts, taken.levels)
    if columns.missed.any():
        exposure = without(exposure, starts[columns.missed], times[columns.missed])
    schedule = Schedule(
        order.design,
        replace(exposure, before=_before(reading, order.design, exposure)),
        order.randomisation,
        recorded.withdrawal_days,
        reading.adjunct,
    )
    found = interval(times, given) if reading.every_days is None else None
    every = found or reading.every_days
    seen = Observations(
        times,
        columns.values,
        name=reading.label or reading.outcome,
        recall_days=reading.recall_days,
        covariates=columns.covariates,
        bounds=reading.bounds,
        better=reading.better,
        better_said=reading.better_said,
        scale=reading.scale,
        guesses=columns.guesses,
        due=_due(times, given, every, order),
        day_zero=columns.times.day_zero,
        case=reading.case_label,
        lines=table.lines,
    )
    notes = (
        *_empty(table),
        *columns.times.notes,
        *columns.far,
        *_beat(found),
        *(_gaps(table, times) if recorded.exposure is None else ()),
        *taken.notes,
        *columns.kept_notes,
        *order.notes,
        *_deviations(schedule, times),
    )
    return schedule, seen, notes


def _due(days: Floats, given: Bools, every: float | None, order: Order) -> Bools:
    """The rows in which a rating was planned: all, or those of the beat; none in a washout."""
    due = np.ones_like(given) if every is None else due_rows(days, given, every)
    for period in order.washouts:
        due[period.start : period.end] = False
    return due


def _before(reading: Reading, design: Design, taken: Exposure) -> float:
    """The level long before the first row: as said, else none; in a taper the first one."""
    if reading.before is not None:
        return reading.before
    return float(taken.levels[0]) if design == "supervised_taper" else 0.0


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that the reading names, as numbers."""

    times: Times
    values: Floats
    far: tuple[str, ...]
    taken: Taken
    missed: Bools
    kept_notes: tuple[str, ...]
    covariates: Mapping[str, Floats]
    guesses: Floats | None


def _columns(table: Table, reading: Reading, exposure: Exposure | None) -> _Columns:
    found, faults = times_of(table, reading.time)

    def told(found: tuple[Floats, list[Fault]]) -> Floats:
        faults.extend(found[1])
        return found[0]

    values = told(numbers(table, reading.outcome, "--outcome"))
    taken, wrong = _taken(table, reading, found.days, exposure)
    faults.extend(wrong)
    missed, kept_notes, wrong = missed_rows(table, reading.kept, taken.levels)
    faults.extend(wrong)
    far, codes = ((), []) if reading.bounds else far_ratings(table, reading.outcome, values)
    faults.extend(codes)
    covariates = {name: told(numbers(table, name, "--covariate")) for name in reading.covariates}
    guesses = None if reading.guess is None else told(numbers(table, reading.guess, "--guess"))
    faults = faults or _order_faults(table, reading.time, found.days)
    if faults:
        raise InputError(table.name, faults)
    return _Columns(found, values, far, taken, missed, kept_notes, covariates, guesses)


def _taken(table: Table, reading: Reading, days: Floats, exposure: Exposure | None) -> tuple[Taken, list[Fault]]:
    """The level of each row: of its own column, else that of the recorded exposure."""
    if reading.on is not None:
        return levels_of(table, reading.on, reading.on_value, steps=reading.drawn_by == "taper")
    if exposure is None:
        mend = "Name the column with --on, or record the exposure in a trial.yaml."
        return Taken(np.zeros(days.size)), [Fault("--on", "nothing", "the column of what was taken", mend)]
    return Taken(levels_at(exposure, days)), []


def _recorded_order(recorded: Recorded, reading: Reading) -> Order | None:
    """The draw that was recorded stands above what the rows suggest; None where none was."""
    rule = recorded.randomisation
    if rule is None:
        return None
    design, said = RULES[rule.rule]
    if reading.drawn_by not in ("auto", said):
        expected = f"{said}, since a draw of the rule {rule.rule} is recorded"
        raise InputError("command line", [Fault("--design", reading.drawn_by, expected, "Leave it out.")])
    return Order(design, rule)


def _deviations(schedule: Schedule, days: Floats) -> tuple[str, ...]:
    """Drawn units that were mostly spent at the other level."""
    rule = schedule.randomisation
    if rule is None:
        return ()
    unit, level = rule.units_at(days), levels_taken(schedule, days)
    wrong = [
        f"{i + 1} (from day {start:g})"
        for i, (start, drawn) in enumerate(zip(rule.unit_starts_days, rule.drawn, strict=True))
        if np.any(unit == i) and (float(level[unit == i].mean()) > HALF) != (drawn == 1)
    ]
    if not wrong:
        return ()
    more = [f"{len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
    told = ", ".join([*wrong[:SHOWN], *more])
    how = "the estimate goes by what was taken, the tests that rest on the draw by what was drawn"
    unit = "unit" if len(wrong) == 1 else "units"
    return (f"What was taken is not what was drawn in {unit} {told}: {how}.",)


def _empty(table: Table) -> tuple[str, ...]:
    if not table.empty:
        return ()
    return (f"Without any value, and left out: {numbered('line', table.empty)} of the table.",)


def _beat(every: float | None) -> tuple[str, ...]:
    if every is None:
        return ()
    return (f"Ratings come every {every:g} days: rows between them say what was taken and lack no rating.",)


def _gaps(table: Table, days: Floats) -> tuple[str, ...]:
    """Where rows are missing, nobody knows what was taken: the level before goes on, also through a washout."""
    steps = np.diff(days)
    wide = np.flatnonzero(steps > GAP * _usual(days))
    if not wide.size:
        return ()
    gaps = [f"{table.lines[i]} and {table.lines[i + 1]} ({steps[i]:.3g} days)" for i in wide[:SHOWN_GAPS].tolist()]
    more = [f"{wide.size - SHOWN_GAPS} more"] if wide.size > SHOWN_GAPS else []
    told = ", ".join([*gaps, *more])
    how = "what was taken before is taken to have gone on; where it was not, add rows that say so, without a rating"
    return (f"Nothing is recorded between lines {told}: {how}.",)


def _order_faults(table: Table, name: str, days: Floats) -> list[Fault]:
    steps = np.diff(days)
    doubled, early = ((np.flatnonzero(found) + 1).tolist() for found in (steps == 0, steps < 0))
    faults: list[Fault] = []
    if doubled:
        mend = "Several people or measures in one table? Choose with --case or --where; else give the time of day."
        found = f"the time of the row before in {table.lines_at(doubled)}"
        faults.append(Fault(name, found, "each time once", mend))
    if early:
        mend = "Sort the rows by time; several people or measures: choose with --case or --where."
        found = f"an earlier time than the row before in {table.lines_at(early)}"
        faults.append(Fault(name, found, "ascending times", mend))
    return faults


def _usual(days: Floats) -> float:
    """So long a row's level lasts: a day, or the usual gap between rows where that is longer."""
    return max(1.0, float(np.median(np.diff(days))) if days.size > 1 else 1.0)


def _starts(days: Floats) -> Floats:
    starts = days - _usual(days)
    starts[1:] = np.maximum(starts[1:], days[:-1])
    return starts


def scale_of(text: str) -> Scale:
    """The kind of number that a likelihood is for."""
    kinds = {"ordinal_sum": "ordinal_sum", "ordinal": "ordinal_item", "poisson": "count", "binary": "binary"}
    return cast("Scale", kinds.get(text, "continuous"))
