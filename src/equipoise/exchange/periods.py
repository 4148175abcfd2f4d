"""Pairs of periods in a sequence of levels: what was drawn, and what stands apart (baseline, washouts, follow-up)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

UNEVEN = 0.5
"""Periods may differ from their mean length by this share of it: ratings are missed and visits move."""
APART = 0.15
"""So much more uneven may the plain reading be before one that sets something apart is taken instead."""
CLOSE = 0.05
"""Two readings that are as uneven as this cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Period:
    """Rows from `start` to before `end`, all at one level, 0 or 1."""

    start: int
    end: int
    level: int

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Pairs:
    """One reading: drawn `periods`, two and two a pair; `washouts` stand apart, as do rows before and after them all.

    `before`, `after`: rows of the undrawn baseline and follow-up. `equal`: the periods have one length, about.
    """

    periods: tuple[Period, ...]
    washouts: tuple[Period, ...] = ()
    before: int = 0
    after: int = 0
    equal: bool = True

    @property
    def apart(self) -> int:
        """How many kinds of rows are set apart."""
        return (self.before > 0) + (self.after > 0) + (len(self.washouts) > 0)

    @property
    def cost(self) -> float:
        """How far the reading is from pairs of equal periods and nothing else."""
        return self.unevenness + APART * self.apart

    @property
    def unevenness(self) -> float:
        """The largest departure of a period from the mean length, as a share of it."""
        mean = sum(period.rows for period in self.periods) / len(self.periods)
        return max(abs(period.rows - mean) for period in self.periods) / mean


def pairs_of(levels: Sequence[int], rated: Sequence[bool]) -> tuple[Pairs, ...]:
    """The readings of a sequence as pairs of periods: one where it is clear, none where it is no such sequence, several
    where nothing tells them apart.

    `rated`: whether each row holds a rating; days off without any may be a washout. Where no periods of one length
    can be found, every run of a level is a period.

    >>> [found.before for found in pairs_of([0] * 14 + [1] * 7 + [0] * 14 + [1] * 7, [True] * 42)]
    [14]
    """
    runs = _runs(levels, [False] * len(levels))
    washout = _washouts(levels, rated)
    found = list(_readings(runs, ()))
    if any(washout):
        split = _runs(levels, washout)
        found += _readings(
            [run for run in split if not washout[run.start]], [run for run in split if washout[run.start]]
        )
    if found:
        best = min(found, key=lambda reading: reading.cost)
        alike = [item for item in found if item.apart == best.apart > 0 and item.cost <= best.cost + CLOSE]
        return tuple({item.periods: item for item in (best, *alike)}.values())
    return (Pairs(tuple(runs), equal=False),) if _are_pairs(runs) else ()


def runs_of(levels: Sequence[int]) -> tuple[int, ...]:
    """The lengths of the runs of one level.

    >>> runs_of((0, 0, 1, 0))
    (2, 1, 1)
    """
    return tuple(run.rows for run in _runs(levels, [False] * len(levels)))


def _runs(levels: Sequence[int], apart: Sequence[bool]) -> list[Period]:
    turns = [i for i in range(1, len(levels)) if (levels[i], apart[i]) != (levels[i - 1], apart[i - 1])]
    return [Period(start, end, levels[start]) for start, end in pairwise([0, *turns, len(levels)])]


def _washouts(levels: Sequence[int], rated: Sequence[bool]) -> list[bool]:
    """Rows off and without a rating in a stretch at least half as long as the longest such; single days are missed."""
    blank = [not given and level == 0 for level, given in zip(levels, rated, strict=True)]
    stretches = [run for run in _runs([0] * len(levels), blank) if blank[run.start]]
    least = max(2.0, 0.5 * max((run.rows for run in stretches), default=0))
    found = [False] * len(levels)
    for run in stretches:
        if run.rows >= least:
            found[run.start : run.end] = [True] * run.rows
    return found


def _readings(drawn: Sequence[Period], washouts: Sequence[Period]) -> Iterator[Pairs]:
    """Every reading in pairs of equal periods, of any length that a run has, with or without undrawn ends."""
    for length in sorted({run.rows for run in drawn}):  # none where every row is a washout
        for before, after in product(_ends(drawn[0], length), _ends(drawn[-1], length)):
            inner = _without(drawn, before, after)
            periods = [piece for run in inner for piece in _cut(run, length)]
            if not _are_pairs(periods):
                continue
            found = Pairs(tuple(periods), tuple(washouts), before, after)
            if found.unevenness <= UNEVEN:
                yield found


def _ends(run: Period, length: int) -> tuple[int, ...]:
    """How many rows of the first or the last run may be undrawn: none, all, or all but one period."""
    rest = run.rows - length
    return (0, run.rows, rest) if 2 * rest >= length else (0, run.rows)


def _without(runs: Sequence[Period], before: int, after: int) -> list[Period]:
    first, last = runs[0].start + before, runs[-1].end - after
    return [
        Period(max(run.start, first), min(run.end, last), run.level)
        for run in runs
        if run.end > first and run.start < last
    ]


def _cut(run: Period, length: int) -> list[Period]:
    """A run as periods: two of one level that met are one run twice as long."""
    pieces = round(run.rows / length) if run.rows >= 1.5 * length else 1
    edges = [run.start + round(piece * run.rows / pieces) for piece in range(pieces + 1)]
    return [Period(start, end, run.level) for start, end in pairwise(edges)]


def _are_pairs(periods: Sequence[Period]) -> bool:
    pairs = zip(periods[::2], periods[1::2], strict=False)
    return len(periods) > 0 and len(periods) % 2 == 0 and all(one.level != other.level for one, other in pairs)
