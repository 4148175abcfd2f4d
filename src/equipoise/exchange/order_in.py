"""How the order of a table's levels came about: as it was said, and what the rows say of it.

Nobody said it: then the order is not known to have been drawn. A rule that fits the sequence is only assumed, for the
tests that need one; a single change of level never is a draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SHOWN, Fault, InputError, numbered
from equipoise.exchange.levels_in import Taken
from equipoise.exchange.periods import Pairs, Period, pairs_of, runs_of
from equipoise.model.schedule import Bools, Design, Floats, Randomisation

DrawnBy = Literal["auto", "blocks", "daily", "coin", "taper", "observational"]
DAILY: tuple[DrawnBy, ...] = ("daily", "coin")
"""How days were drawn one by one: as many with as without, or each by itself."""

LONGEST_DAILY_RUN = 4
FEWEST_DAILY = 14
FEWEST_ASSUMED_PAIRS = 2
WEEK = 7
SHOWN_PAIRS = 12
UNSAID = "Nobody said how the order came about, so it is not known whether chance drew it"


@dataclass(frozen=True, slots=True)
class Rows:
    """What a row says of the order: its time and line, since when its level counts, and whether it holds a rating.

    `units`: which rows share a draw, in words of the table (study days); None: those of one calendar day.
    """

    times: Floats
    starts: Floats
    rated: Bools
    lines: tuple[int, ...]
    units: NDArray[np.str_] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The design, how the order was drawn where it was, what was understood or assumed, and where washouts lie."""

    design: Design
    randomisation: Randomisation | None = None
    notes: tuple[str, ...] = ()
    washouts: tuple[Period, ...] = ()


def order_of(rows: Rows, taken: Taken, drawn_by: DrawnBy, max_run: int | None) -> Order:
    """How the order came about. Raises InputError where what was said cannot be true of these rows."""
    if drawn_by == "observational":
        return Order("observational")
    if drawn_by == "taper":
        return Order("supervised_taper", notes=_rises(rows, taken.levels))
    if not taken.binary:
        return _steps(rows, taken, drawn_by)
    if drawn_by == "coin":
        return Order("alternating_days", _coin(rows, taken.levels, max_run), tuple(_unit_notes(rows, taken.levels)))
    if drawn_by == "daily":
        return _daily_order(rows, taken.levels, max_run)
    return _blocks_order(rows, taken.levels) if drawn_by == "blocks" else _undeclared(rows, taken.levels)


def _steps(rows: Rows, taken: Taken, drawn_by: DrawnBy) -> Order:
    """Levels between none and full: a taper where they only fall; else nobody can know what they are."""
    if drawn_by == "auto" and taken.falls:
        return Order("supervised_taper", notes=("Levels only fall: they were taken for a taper, which nobody said.",))
    rises = _lines(rows, np.flatnonzero(np.diff(taken.levels) > 0) + 1)
    levels = f"{np.unique(taken.levels).size} levels{taken.slips}"
    found = f"{drawn_by}, and {levels} that rise in {rises}" if rises else f"{drawn_by}, and {levels}"
    expected = "taper or observational, since the levels are not two: on and off"
    mend = "Choose one, or correct the levels."
    raise InputError("command line", [Fault("--design", found, expected, mend)])


def _rises(rows: Rows, levels: Floats) -> tuple[str, ...]:
    up = np.flatnonzero(np.diff(levels) > 0) + 1
    return (f"The level rises in {_lines(rows, up)}, although a taper only falls.",) if up.size else ()


def _undeclared(rows: Rows, levels: Floats) -> Order:
    """Nobody said how the order came about; a rule that fits is assumed for the tests that need one."""
    daily = _daily(rows, levels, None)
    looks_daily = (
        max(runs_of(daily.drawn)) <= LONGEST_DAILY_RUN
        and len(daily.drawn) >= FEWEST_DAILY
        and not _equal_periods(daily.drawn)
    )
    if looks_daily:
        told = f"{UNSAID}; its tests assume a draw day by day, no run longer than {daily.max_run}."
        return Order("undeclared", daily, (told,))
    found = pairs_of(levels.astype(int).tolist(), rows.rated.tolist())
    if len(found) != 1 or len(found[0].periods) < 2 * FEWEST_ASSUMED_PAIRS:
        return Order("undeclared", notes=(f"{UNSAID}.",))
    told = f"{UNSAID}; its tests assume a draw in pairs of periods. {_pairs_words(rows, found[0])}"
    return Order("undeclared", _blocks(rows, found[0], assumed=True), (told,), found[0].washouts)


def _equal_periods(levels: Sequence[int]) -> bool:
    """Whether the levels come in periods of one length above 1 (or twice that length, where two met)."""
    runs = runs_of(levels)
    return min(runs) > 1 and all(run in (min(runs), 2 * min(runs)) for run in runs)


def _blocks_order(rows: Rows, levels: Floats) -> Order:
    found = pairs_of(levels.astype(int).tolist(), rows.rated.tolist())
    if len(found) == 1:
        (pairs,) = found
        rule, told = _blocks(rows, pairs, assumed=False), _pairs_words(rows, pairs)
        return Order("randomised_blocks", rule, (told,), pairs.washouts)
    expected = "an even number of equal periods, one on and one off in each pair, baseline and washouts apart"
    told = f"blocks, and runs of {', '.join(map(str, runs_of(levels.astype(int).tolist())))} rows"
    mend = "Say --design observational, or daily with --max-run, or write the draw itself into a trial.yaml."
    if found:
        told = f"blocks, and periods that could begin in {_lines(rows, [item.periods[0].start for item in found])}"
        expected = "pairs of periods of which it is clear which were drawn"
        mend = "Write the draw itself into a trial.yaml, or leave out the rows before or after the drawn periods."
    raise InputError("command line", [Fault("--design", told, expected, mend)])


def _blocks(rows: Rows, found: Pairs, *, assumed: bool) -> Randomisation:
    periods = found.periods
    first, last = rows.starts[[period.start for period in periods]], rows.times[[period.end - 1 for period in periods]]
    apart = found.after or found.washouts
    return Randomisation(
        "blocks",
        tuple(first.tolist()),
        tuple(period.level for period in periods),
        tuple(i // 2 + 1 for i in range(len(periods))),
        assumed=assumed,
        unit_ends_days=tuple(last.tolist()) if apart else (),
    )


def _pairs_words(rows: Rows, found: Pairs) -> str:
    """The periods as they were understood, so that a reader sees whether they are those that were drawn."""
    words = ("without", "with")
    levels = [words[period.level] for period in found.periods]
    pairs = [f"{one}–{other}" for one, other in zip(levels[::2], levels[1::2], strict=True)]
    more = [f"and {len(pairs) - SHOWN_PAIRS} more"] if len(pairs) > SHOWN_PAIRS else []
    sizes = sorted({period.rows for period in found.periods})
    length = f"{sizes[0]} rows each" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} rows"
    apart = [
        f"{count} rows {where} them" for count, where in ((found.before, "before"), (found.after, "after")) if count
    ]
    if found.washouts:
        apart.append(f"washouts without ratings from {_lines(rows, [period.start for period in found.washouts])}")
    told = f"Pairs of periods that were found ({length}): {', '.join([*pairs[:SHOWN_PAIRS], *more])}"
    return f"{told}; not drawn: {', '.join(apart)}." if apart else f"{told}."


def _daily_order(rows: Rows, levels: Floats, max_run: int | None) -> Order:
    rule = _daily(rows, levels, max_run)
    notes = list(_unit_notes(rows, levels))
    if max_run is None:
        notes.append(
            f"The longest run allowed was not said; that of the longest that occurs, {rule.max_run}, was assumed."
        )
        if max(runs_of(rule.drawn)) >= WEEK:
            notes.append("A week or more at one level is rare where each day is drawn: were periods drawn instead?")
    return Order("alternating_days", rule, tuple(notes))


def _daily(rows: Rows, levels: Floats, max_run: int | None) -> Randomisation:
    starts, drawn = _drawn_days(rows, levels)
    longest = max(runs_of(drawn)) if max_run is None else max_run
    return Randomisation("run_length", starts, drawn, max_run=longest, assumed=max_run is None)


def _coin(rows: Rows, levels: Floats, max_run: int | None) -> Randomisation:
    starts, drawn = _drawn_days(rows, levels)
    return Randomisation("independent", starts, drawn, max_run=max_run)


def _drawn_days(rows: Rows, levels: Floats) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """The starts of the drawn units and their levels; several ratings of a unit share its draw."""
    first = np.append(True, _unit_of(rows)[1:] != _unit_of(rows)[:-1])
    return tuple(rows.starts[first].tolist()), tuple(levels[first].astype(int).tolist())


def _unit_of(rows: Rows) -> NDArray[np.generic]:
    return np.floor(rows.times) if rows.units is None else rows.units


def _unit_notes(rows: Rows, levels: Floats) -> list[str]:
    """Where the units of the table do not look like drawn ones: they span midnights, or change their level inside."""
    unit = _unit_of(rows)
    inside = unit[1:] == unit[:-1]
    notes: list[str] = []
    changed = np.flatnonzero(inside & (np.diff(levels) != 0)) + 1
    if changed.size:
        where = f"{_named(rows, changed)} in {_lines(rows, changed)}"
        notes.append(f"What was taken changes within the drawn {where}; its first row counts as drawn.")
    over = np.flatnonzero(inside & (np.diff(np.floor(rows.times)) > 0)) + 1
    if over.size:
        notes.append(f"The drawn {_named(rows, over)} goes on after midnight in {_lines(rows, over)}.")
    return notes


def _named(rows: Rows, chosen: NDArray[np.intp]) -> str:
    """The units of some rows, as the table calls them."""
    if rows.units is None:
        return "day"
    names = list(dict.fromkeys(rows.units[chosen].tolist()))
    return f"unit {', '.join(map(str, names[:SHOWN]))}{' and others' if len(names) > SHOWN else ''}"


def _lines(rows: Rows, chosen: Sequence[int] | NDArray[np.intp]) -> str:
    found = [rows.lines[int(row)] for row in chosen]
    return numbered("line", found) if found else ""
