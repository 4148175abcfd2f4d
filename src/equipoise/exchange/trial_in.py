"""A table's rows as a schedule and a diary: what was taken between ratings, and how the order was drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import Fault, InputError, listed
from equipoise.exchange.due import due_rows, interval
from equipoise.exchange.table_in import MISSING, Table, days, numbers
from equipoise.exchange.trial_folder import Recorded
from equipoise.model.observations import Better, Observations, Scale
from equipoise.model.schedule import Design, Exposure, Floats, Randomisation, Schedule, longest_run

DrawnBy = Literal["auto", "blocks", "daily", "taper", "observational"]
OFF_WORDS = frozenset({"0", "off", "no", "false", "control", "baseline", "a", "placebo", "usual routine", "usual"})
LONGEST_DAILY_RUN = 4
FEWEST_DAILY = 14


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a table are to be read. `unit`: the column that tells drawn units (study days) apart.

    `recall_days`, `bounds`, `better`, `scale`: as in Observations. `every_days`: from one planned rating to the next;
    None: as the ratings suggest. `before`: the level long before the first row, 1 in full; None: not said. `label`:
    what the outcome is called; None: its column. `case_label`, `adjunct`: whose diary it is and what was tried, as the
    report names them.
    """

    time: str
    outcome: str
    on: str
    on_value: str | None = None
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
    scale: Scale = "continuous"
    label: str | None = None
    case_label: str | None = None
    adjunct: str | None = None


def trial_of(
    table: Table, reading: Reading, recorded: Recorded | None = None
) -> tuple[Schedule, Observations, tuple[str, ...]]:
    """The schedule as delivered, the diary, and what was assumed on the way. All faults of the table together.

    `recorded`: an exposure log, the draw and withdrawal spans, which stand above what the rows suggest. Without it a
    row's level counts from the rating before it (at most a day, or the usual gap where that is longer).
    """
    columns = _columns(table, reading)
    times, levels = columns.times, columns.levels
    binary = bool(np.all(np.isin(levels, (0.0, 1.0))))
    units = None if reading.unit is None else np.array(table.column(reading.unit, "--unit"))
    starts = _starts(times)
    randomisation, design = _drawn(times, units, starts, levels, reading, binary)
    scaled = levels if binary else levels / max(float(np.abs(levels).max()), 1e-300)
    recorded = recorded or Recorded()
    taken = recorded.exposure or Exposure(starts, scaled)
    schedule = Schedule(
        design,
        replace(taken, before=_before(reading, design, taken)),
        recorded.randomisation or randomisation,
        recorded.withdrawal_days,
        reading.adjunct,
    )
    given = ~np.isnan(columns.values)
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
        scale=reading.scale,
        guesses=columns.guesses,
        due=None if every is None else due_rows(times, given, every),
        day_zero=columns.day_zero,
        case=reading.case_label,
    )
    return schedule, seen, _assumed(schedule, found, binary)


def _before(reading: Reading, design: Design, taken: Exposure) -> float:
    """The level long before the first row: as said, else none; in a taper the first one."""
    if reading.before is not None:
        return reading.before
    return float(taken.levels[0]) if design == "supervised_taper" else 0.0


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that the reading names, as numbers."""

    times: Floats
    day_zero: dt.date | None
    values: Floats
    levels: Floats
    covariates: Mapping[str, Floats]
    guesses: Floats | None


def _columns(table: Table, reading: Reading) -> _Columns:
    times, day_zero, faults = days(table, reading.time)

    def told(found: tuple[Floats, list[Fault]]) -> Floats:
        faults.extend(found[1])
        return found[0]

    values = told(numbers(table, reading.outcome, "--outcome"))
    levels = told(_levels(table, reading))
    covariates = {name: told(numbers(table, name, "--covariate")) for name in reading.covariates}
    guesses = None if reading.guess is None else told(numbers(table, reading.guess, "--guess"))
    faults = faults or _order_faults(table, reading.time, times)
    if faults:
        raise InputError(table.name, faults)
    return _Columns(times, day_zero, values, levels, covariates, guesses)


def _assumed(schedule: Schedule, every: float | None, binary: bool) -> tuple[str, ...]:  # noqa: FBT001 - one property of the column
    found: list[str] = []
    if every is not None:
        found.append(f"Ratings come every {every:g} days: rows between them say what was taken and lack no rating.")
    rule = schedule.randomisation
    if rule is not None and rule.assumed:
        words = "in pairs of periods" if rule.rule == "blocks" else f"day by day, no run longer than {rule.max_run},"
        found.append(f"How the order was drawn was not said; a draw {words} was assumed.")
    if not binary:
        found.append("Levels were divided by the largest: the estimate is that of the full level against none.")
    return tuple(found)


def _levels(table: Table, reading: Reading) -> tuple[Floats, list[Fault]]:
    cells = table.column(reading.on, "--on")
    blank = [table.lines[i] for i, cell in enumerate(cells) if cell.lower() in MISSING]
    if blank:
        mend = "Write what was taken in every row, also where the rating is missing."
        return np.zeros(0), [Fault(reading.on, f"nothing in lines {listed(blank)}", "what was taken", mend)]
    kinds = list(dict.fromkeys(cells))
    if reading.on_value is not None:
        if reading.on_value not in kinds:
            known = ", ".join(repr(kind) for kind in kinds[:10])
            return np.zeros(0), [Fault("--on-value", repr(reading.on_value), f"one of {known}", "Choose one.")]
        return np.array([float(cell == reading.on_value) for cell in cells]), []
    try:
        return np.array([float(cell) for cell in cells]), []
    except ValueError:
        pass
    on = [kind for kind in kinds if kind.lower() not in OFF_WORDS]
    if len(kinds) == 2 and len(on) == 1:
        return np.array([float(cell == on[0]) for cell in cells]), []
    known = ", ".join(repr(kind) for kind in kinds[:10])
    mend = "Say which value means that the adjunct was taken: --on-value VALUE."
    return np.zeros(0), [Fault(reading.on, f"the values {known}", "0 and 1, or a value that is known as off", mend)]


def _order_faults(table: Table, name: str, times: Floats) -> list[Fault]:
    steps = np.diff(times)
    faults: list[Fault] = []
    doubled = [table.lines[i + 1] for i in np.flatnonzero(steps == 0)]
    if doubled:
        mend = "Several people or measures in one table? Choose with --case or --where; else give the time of day."
        faults.append(Fault(name, f"the time of the row before in lines {listed(doubled)}", "each time once", mend))
    early = [table.lines[i + 1] for i in np.flatnonzero(steps < 0)]
    if early:
        mend = "Sort the rows by time; several people or measures: choose with --case or --where."
        faults.append(
            Fault(name, f"an earlier time than the row before in lines {listed(early)}", "ascending times", mend)
        )
    return faults


def _starts(times: Floats) -> Floats:
    usual = max(1.0, float(np.median(np.diff(times))) if times.size > 1 else 1.0)
    starts = times - usual
    starts[1:] = np.maximum(starts[1:], times[:-1])
    return starts


def _drawn(
    times: Floats,
    units: NDArray[np.str_] | None,
    starts: Floats,
    levels: Floats,
    reading: Reading,
    binary: bool,  # noqa: FBT001 - one property of the column
) -> tuple[Randomisation | None, Design]:
    wanted = reading.drawn_by
    if wanted == "observational":
        return None, "observational"
    if wanted == "taper" or (wanted == "auto" and not binary):
        return None, "supervised_taper"
    if not binary:
        found = Fault("--design", wanted, "taper or observational, since the levels are not 0 and 1", "Choose one.")
        raise InputError("command line", [found])
    drawn = levels.astype(int).tolist()
    # Several ratings of a unit share its draw; without a column that tells units apart they are calendar days.
    first = np.append(True, np.diff(np.floor(times)) > 0 if units is None else units[1:] != units[:-1])
    daily = _daily(starts[first].tolist(), levels[first].astype(int).tolist(), reading)
    looks_daily = (
        longest_run(daily.drawn) <= LONGEST_DAILY_RUN
        and len(daily.drawn) >= FEWEST_DAILY
        and not _equal_periods(daily.drawn)
    )
    if wanted == "daily" or (wanted == "auto" and looks_daily):
        return daily, "alternating_days"
    rule = _pairs(starts, drawn, assumed=wanted == "auto")
    if rule is None and wanted == "blocks":
        mend = "Say --design observational, or daily with --max-run, or give the schedule itself."
        expected = "an even number of equal periods, one on and one off in each pair"
        raise InputError("command line", [Fault("--design", "blocks", expected, mend)])
    return rule, "randomised_blocks" if rule is not None else "observational"


def _equal_periods(levels: Sequence[int]) -> bool:
    """Whether the levels come in periods of one length above 1 (or twice that length, where two met)."""
    turns = [0, *(i for i in range(1, len(levels)) if levels[i] != levels[i - 1]), len(levels)]
    runs = [later - sooner for sooner, later in pairwise(turns)]
    return min(runs) > 1 and all(run in (min(runs), 2 * min(runs)) for run in runs)


def _daily(begins: Sequence[float], levels: Sequence[int], reading: Reading) -> Randomisation:
    longest = reading.max_run or longest_run(levels)
    assumed = reading.drawn_by == "auto" or reading.max_run is None
    return Randomisation("run_length", tuple(begins), tuple(levels), max_run=longest, assumed=assumed)


def _pairs(starts: Floats, drawn: Sequence[int], *, assumed: bool) -> Randomisation | None:
    """Pairs of equal periods, each with one on and one off; None where the sequence is not of that kind."""
    turns = [0, *(i for i in range(1, len(drawn)) if drawn[i] != drawn[i - 1])]
    runs = np.diff([*turns, len(drawn)])
    shortest = int(runs.min())
    cuts: list[int] = []
    for turn, run in zip(turns, runs.tolist(), strict=True):
        pieces = max(1, round(run / shortest)) if run >= 1.5 * shortest else 1
        cuts += [turn + round(piece * run / pieces) for piece in range(pieces)]
    levels = [drawn[cut] for cut in cuts]
    if len(levels) % 2 or any(levels[i] == levels[i + 1] for i in range(0, len(levels), 2)):
        plain = [drawn[turn] for turn in turns]  # unequal periods: every run is a period
        if len(plain) % 2:
            return None
        cuts, levels = turns, plain
    blocks = tuple(i // 2 + 1 for i in range(len(levels)))
    begins = tuple(float(starts[cut]) for cut in cuts)
    return Randomisation("blocks", begins, tuple(levels), blocks, assumed=assumed)


def scale_of(text: str) -> Scale:
    """The kind of number that a likelihood is for."""
    kinds = {"ordinal_sum": "ordinal_sum", "ordinal": "ordinal_item", "poisson": "count", "binary": "binary"}
    return cast("Scale", kinds.get(text, "continuous"))
