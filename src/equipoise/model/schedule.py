"""What was taken and how its order was drawn: the schedule of a single-patient trial, as it happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import Fault, InputError, numbered

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]
Design = Literal["randomised_blocks", "alternating_days", "supervised_taper", "observational", "undeclared"]
Rule = Literal["blocks", "run_length", "independent"]

RANDOMISED: tuple[Design, ...] = ("randomised_blocks", "alternating_days")


def floats(values: Sequence[float] | Floats) -> Floats:
    """The values as a read-only array of double precision."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """What was actually taken: `levels[j]` holds from `starts_days[j]` until the next start; the last one goes on.

    A level of 1 is the full adjunct, 0 none; a taper has steps between. `before`: the level held long before the
    first start (0 for somebody who did not take it). Starts ascend strictly, in days; levels are finite.

    >>> Exposure((0.0, 21.0), (0.0, 1.0)).levels.tolist()
    [0.0, 1.0]
    """

    starts_days: Floats
    levels: Floats
    before: float = 0.0

    def __init__(
        self, starts_days: Sequence[float] | Floats, levels: Sequence[float] | Floats, before: float = 0.0
    ) -> None:
        object.__setattr__(self, "starts_days", floats(starts_days))
        object.__setattr__(self, "levels", floats(levels))
        object.__setattr__(self, "before", float(before))
        faults: list[Fault] = []
        if not self.levels.size or self.starts_days.shape != self.levels.shape:
            found = f"{self.starts_days.size} starts and {self.levels.size} levels"
            faults.append(Fault("exposure", found, "at least one start, and one level for each", "Pair them."))
        elif np.any(np.diff(self.starts_days) <= 0):
            row = int(np.argmax(np.diff(self.starts_days) <= 0)) + 1
            found = f"start {row} at day {self.starts_days[row]:g}, not after the one before it"
            faults.append(Fault("exposure", found, "starts in ascending order", "Sort the record of what was taken."))
        if not np.all(np.isfinite(self.levels)) or not np.isfinite(self.before):
            faults.append(Fault("exposure", "a level that is no finite number", "numbers", "Correct the level."))
        if faults:
            raise InputError("exposure", faults)


@dataclass(frozen=True, slots=True)
class Randomisation:
    """How the order was drawn, so that the very same draw can be repeated: units of time, their levels, the rule.

    `unit_starts_days`: when each drawn unit (a period, a day) begins; `drawn`: its level, 0 or 1; `blocks`: the
    block of each unit. Rules: `blocks` - within each block every order of its levels was equally likely;
    `run_length` - every sequence with the same number of ones and no run longer than `max_run` was equally likely;
    `independent` - each unit was one with `probability`, but after `max_run` equal units the other level followed.
    `assumed`: the rule, or a part of it, was inferred from the sequence. `unit_ends_days`: when each unit ends,
    where days that nobody drew (a washout) may follow; empty: at the next start.
    """

    rule: Rule
    unit_starts_days: tuple[float, ...]
    drawn: tuple[int, ...]
    blocks: tuple[int, ...] = ()
    max_run: int | None = None
    probability: float = 0.5
    assumed: bool = False
    unit_ends_days: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        faults: list[Fault] = [*_undrawn_blocks(self), *_end_faults(self)]
        if len(self.unit_starts_days) != len(self.drawn) or not self.drawn:
            found = f"{len(self.unit_starts_days)} units and {len(self.drawn)} levels"
            faults.append(Fault("randomisation", found, "one level for each unit", "Pair them."))
        if set(self.drawn) - {0, 1}:
            found = f"levels {sorted(set(self.drawn))}"
            faults.append(Fault("randomisation", found, "0 and 1: off and on", "Use two levels."))
        if self.rule == "blocks" and len(self.blocks) != len(self.drawn):
            found = f"{len(self.blocks)} block numbers for {len(self.drawn)} units"
            faults.append(Fault("randomisation", found, "the block of each unit", "Number the blocks."))
        if any(later < earlier for earlier, later in pairwise(self.blocks)):
            expected = "ascending block numbers: the units of a block follow one another"
            faults.append(Fault("randomisation", f"blocks {self.blocks}", expected, "Number the blocks in order."))
        if any(later <= earlier for earlier, later in pairwise(self.unit_starts_days)):
            found = f"unit starts {', '.join(f'{day:g}' for day in self.unit_starts_days)}"
            faults.append(Fault("randomisation", found, "starts in ascending order", "Sort the units by their start."))
        if not 0.0 < self.probability < 1.0:
            found = f"probability {self.probability:g}"
            faults.append(Fault("randomisation", found, "above 0 and below 1", "Give the probability of `on`."))
        longest = longest_run(self.drawn)
        if self.max_run is not None and longest > self.max_run:
            found = f"a run of {longest} equal units"
            expected = f"no run longer than {self.max_run}, the rule that drew the order"
            faults.append(Fault("randomisation", found, expected, "Correct the rule or the record of the order."))
        if faults:
            raise InputError("randomisation", faults)

    def units_at(self, times_days: Floats) -> Indices:
        """The unit in which each time lies, counted from 0; -1 outside every unit. A unit includes its end."""
        unit = np.searchsorted(np.array(self.unit_starts_days), times_days, side="left") - 1
        if not self.unit_ends_days:
            return unit
        return np.where(times_days > np.array(self.unit_ends_days)[unit], -1, unit)


def _undrawn_blocks(rule: Randomisation) -> list[Fault]:
    """Several units of one level are no block: nothing was drawn in it."""
    if rule.rule != "blocks" or len(rule.blocks) != len(rule.drawn):
        return []
    levels: dict[int, list[int]] = {}
    for block, level in zip(rule.blocks, rule.drawn, strict=True):
        levels.setdefault(block, []).append(level)
    wrong = [block for block, own in levels.items() if len(own) > 1 and len(set(own)) == 1]
    if not wrong:
        return []
    expected = "on and off in each block, since its order was drawn"
    mend = "Correct levels or blocks; leave out a baseline, or number it as a block of its own."
    return [Fault("randomisation", f"one level only in {numbered('block', wrong)}", expected, mend)]


def _end_faults(rule: Randomisation) -> list[Fault]:
    starts, ends = rule.unit_starts_days, rule.unit_ends_days
    if not ends:
        return []
    following = (*starts[1:], np.inf)
    if len(ends) == len(starts) and all(a < b <= c for a, b, c in zip(starts, ends, following, strict=True)):
        return []
    found = f"unit ends {', '.join(f'{day:g}' for day in ends)}"
    expected = "for each unit an end after its start and no later than the next start"
    return [Fault("randomisation", found, expected, "Correct the ends, or leave them out.")]


def longest_run(levels: Sequence[int]) -> int:
    """The length of the longest run of equal levels.

    >>> longest_run((0, 1, 1, 1, 0))
    3
    """
    longest = run = 0
    previous: int | None = None
    for level in levels:
        run = run + 1 if level == previous else 1
        longest, previous = max(longest, run), level
    return longest


@dataclass(frozen=True, slots=True)
class Schedule:
    """A trial on the calendar of one patient, as delivered. Days count from the trial's first day.

    `withdrawal_days`: spans after a stop that the protocol marks as withdrawal; they are no efficacy data. A design
    that was not randomised carries no `randomisation`; a randomised one may lack it where nobody recorded it. In the
    design `undeclared` nobody said how the order came about: it is not known to be randomised, and a `randomisation` is
    an assumed one. `adjunct`: what was tried, as people call it, where somebody said it.
    """

    design: Design
    exposure: Exposure
    randomisation: Randomisation | None = None
    withdrawal_days: tuple[tuple[float, float], ...] = ()
    adjunct: str | None = None

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        rule = self.randomisation
        if rule is not None and self.design == "undeclared" and not rule.assumed:
            expected = "an assumed one, since nobody said how the order was drawn"
            faults.append(Fault("schedule", "a recorded randomisation", expected, "Say the design."))
        elif rule is not None and self.design not in (*RANDOMISED, "undeclared"):
            found = f"a randomisation in the design {self.design}"
            faults.append(Fault("schedule", found, "none: this design was not drawn", "Leave it out."))
        for start, end in self.withdrawal_days:
            if not start < end:
                found = f"a withdrawal span from day {start:g} to {end:g}"
                faults.append(Fault("schedule", found, "an end after its start", "Correct the span."))
        if faults:
            raise InputError("schedule", faults)

    @property
    def assumed_draw(self) -> str:
        """What a test that rests on the draw has to say beside its result; empty where the whole rule was recorded."""
        if self.randomisation is None or not self.randomisation.assumed:
            return ""
        if self.design == "undeclared":
            return "nobody said that chance drew the order; a draw that fits the sequence was assumed"
        return "a part of the rule that drew the order was not said and was assumed from the sequence"
