"""Every order that a randomisation could have drawn: how many, which, a fair sample, and the odds of the next unit."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from equipoise.model.schedule import Randomisation

Orders = NDArray[np.int8]
State = tuple[int, int, int]  # ones so far (in the block), last level, length of its run
START: State = (0, -1, 0)
MOST_LISTED = 20_000
SAMPLED = 9_999
MOST_UNITS = 1_000
"""Drawn units up to which orders are counted: the numbers grow with the square of the units."""


class Admissible:
    """The admissible orders of one randomisation, walked unit by unit; every order listed is equally likely.

    Under the rule `independent` the orders are weighed by the odds of their draws instead. Counts are exact whole
    numbers.

    >>> two = Randomisation("blocks", (0.0, 7.0, 14.0, 21.0), (0, 1, 1, 0), blocks=(1, 1, 2, 2))
    >>> Admissible(two).count, Admissible(two).odds(())
    (4, 0.5)
    """

    def __init__(self, rule: Randomisation) -> None:
        self.rule = rule
        self.units = len(rule.drawn)
        self._free = rule.rule == "independent"
        first = dict.fromkeys(rule.blocks) if rule.rule == "blocks" else {0: None}
        self._blocks = rule.blocks if rule.rule == "blocks" else (0,) * self.units
        self._ones = {
            b: sum(level for level, own in zip(rule.drawn, self._blocks, strict=True) if own == b) for b in first
        }
        self._left = [self._blocks[unit + 1 :].count(block) for unit, block in enumerate(self._blocks)]
        self._counts = self._counted()

    @property
    def count(self) -> int:
        """The number of admissible orders."""
        return self._ahead(0, START)

    def odds(self, past: tuple[int, ...]) -> float:
        """The probability that the unit after `past` was drawn as 1; 0 or 1 where it was forced."""
        return self._odds(len(past), self._state(past))

    def _odds(self, unit: int, state: State) -> float:
        off, on = (self._step(unit, state, level) for level in (0, 1))
        if self._free and off is not None and on is not None:
            return self.rule.probability
        ways = [0 if after is None else self._ahead(unit + 1, after) for after in (off, on)]
        return ways[1] / sum(ways)

    def listed(self) -> Orders:
        """Every admissible order, a row each; only for a `count` that fits into memory."""
        return np.array(list(self._walk((), START)), dtype=np.int8)

    def unranked(self, index: int) -> tuple[int, ...]:
        """The order with this number, counted from 0 in ascending order; not for the rule `independent`.

        >>> two = Randomisation("blocks", (0.0, 7.0, 14.0, 21.0), (0, 1, 1, 0), blocks=(1, 1, 2, 2))
        >>> [Admissible(two).unranked(i) for i in range(4)]
        [(0, 1, 0, 1), (0, 1, 1, 0), (1, 0, 0, 1), (1, 0, 1, 0)]
        """
        if self._free or not 0 <= index < self.count:
            raise ValueError(f"no number of an equally likely order: {index} of {self.count}, rule {self.rule.rule}")
        state, order = START, list[int]()
        for unit in range(self.units):
            off = self._step(unit, state, 0)
            ways = 0 if off is None else self._ahead(unit + 1, off)
            level = int(index >= ways)
            index -= level * ways
            order.append(level)
            state = self._after(unit, state, level)
        return tuple(order)

    def weights(self, orders: Orders) -> NDArray[np.float64]:
        """The probability of each listed order."""
        if not self._free:
            return np.full(len(orders), 1.0 / len(orders))
        chances = np.where(orders == 1, self.rule.probability, 1.0 - self.rule.probability)
        most = self.rule.max_run or self.units
        for unit in range(most, self.units):
            before = orders[:, unit - most : unit]
            chances[(before == before[:, :1]).all(axis=1), unit] = 1.0  # forced
        return chances.prod(axis=1)

    def reference(self, seed: int) -> tuple[Orders, NDArray[np.float64], bool]:
        """The orders against which a drawn one is held, their weights (sum 1), and whether they are all that there are.

        Above 20,000 orders 9,999 are drawn with `seed` and the one that was used comes first, which keeps a test exact.
        """
        if self.count <= MOST_LISTED:
            listed = self.listed()
            return listed, self.weights(listed), True
        drawn = self.sample(np.random.default_rng(seed), SAMPLED)
        every = np.vstack([np.array(self.rule.drawn, dtype=np.int8), drawn])
        return every, np.full(len(every), 1.0 / len(every)), False

    def sample(self, rng: np.random.Generator, size: int) -> Orders:
        """Orders drawn exactly, without rejection: (size, units)."""
        return self.drawn_by(rng.random((size, self.units)))

    def drawn_by(self, uniforms: NDArray[np.float64]) -> Orders:
        """The orders that numbers inside (0, 1) draw, one for each unit: (size, units)."""
        size = len(uniforms)
        if self._free and self.rule.max_run is None:
            return (uniforms < self.rule.probability).astype(np.int8)
        out = np.empty((size, self.units), dtype=np.int8)
        states, place = [START], np.zeros(size, dtype=np.intp)  # draws in one state go on together
        for unit in range(self.units):
            odds = np.array([self._odds(unit, state) for state in states])
            level = (uniforms[:, unit] < odds[place]).astype(np.int8)
            states, onward = self._onward(unit, states)
            out[:, unit], place = level, onward[place, level]
        return out

    def _onward(self, unit: int, states: list[State]) -> tuple[list[State], NDArray[np.intp]]:
        """The states after a unit, and which of them each state reaches by each level: (states, 2), -1 for none."""
        after: dict[State, int] = {}
        onward = np.full((len(states), 2), -1, dtype=np.intp)
        for i, state in enumerate(states):
            for level in (0, 1):
                found = self._step(unit, state, level)
                if found is not None and self._ahead(unit + 1, found):
                    onward[i, level] = after.setdefault(found, len(after))
        return list(after), onward

    def _counted(self) -> list[dict[State, int]]:
        """For each unit, the number of ways to go on from every state that can be reached before it."""
        reached: list[dict[State, int]] = [{START: 0}]
        for unit in range(self.units):
            after = (self._step(unit, state, level) for state in reached[-1] for level in (0, 1))
            reached.append({state: 0 for state in after if state is not None})
        reached[-1] = dict.fromkeys(reached[-1], 1)
        for unit in reversed(range(self.units)):
            for state in reached[unit]:
                after = (self._step(unit, state, level) for level in (0, 1))
                reached[unit][state] = sum(reached[unit + 1][s] for s in after if s is not None)
        return reached

    def _ahead(self, unit: int, state: State) -> int:
        return self._counts[unit].get(state, 0)

    def _step(self, unit: int, state: State, level: int) -> State | None:
        """The state after `level`, or None where no admissible order goes there."""
        ones, last, run = state
        if unit and self._blocks[unit] != self._blocks[unit - 1]:
            ones = 0
        ones += level
        run = run + 1 if level == last else 1
        kept = run if self.rule.max_run else 1
        if self._free:
            return None if run > (self.rule.max_run or self.units) else (0, level, kept)
        wanted = self._ones[self._blocks[unit]] - ones
        if not 0 <= wanted <= self._left[unit] or run > (self.rule.max_run or self.units):
            return None
        return (ones, level, kept)

    def _after(self, unit: int, state: State, level: int) -> State:
        found = self._step(unit, state, level)
        if found is None:
            raise ValueError(f"unit {unit + 1} cannot be {level}: no admissible order goes there")
        return found

    def _state(self, past: tuple[int, ...]) -> State:
        state: State = START
        for unit, level in enumerate(past):
            state = self._after(unit, state, level)
        return state

    def _walk(self, past: tuple[int, ...], state: State) -> Iterator[tuple[int, ...]]:
        if len(past) == self.units:
            yield past
            return
        for level in (0, 1):
            after = self._step(len(past), state, level)
            if after is not None and self._ahead(len(past) + 1, after):
                yield from self._walk((*past, level), after)


def readable(count: int) -> str:
    """A count as people read it.

    >>> readable(12), readable(10**12)
    ('12', 'about 10^12')
    """
    return str(count) if count < 10**7 else f"about 10^{math.floor(math.log10(count))}"
