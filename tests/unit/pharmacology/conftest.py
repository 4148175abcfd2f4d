"""A slow, plain player of courses: what the operations of a course mean, by a plain matrix exponential."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.course import Course, Op

Play = Callable[..., Floats]


def exponential(matrix: Floats) -> Floats:
    """exp(matrix), scaled and squared. SciPy's takes a hundred times as long where its threads wait for cores."""
    halvings = max(0, int(np.ceil(np.log2(np.abs(matrix).sum() + 1e-300))) + 2)
    term = found = np.eye(len(matrix))
    for k in range(1, 20):
        term = term @ matrix / (2.0**halvings * k)
        found = found + term
    for _ in range(halvings):
        found = found @ found
    return found


class Player:
    """One subject of a course; `matrix` gives A for the covariates of an epoch."""

    def __init__(self, course: Course, who: int, matrix: Callable[[Mapping[str, float]], Floats]) -> None:
        self.course, self.who, self.matrix = course, who, matrix
        self.a = self.of_epoch(0)
        self.x = np.zeros(len(self.a))
        self.input = np.zeros(len(self.a))
        self.rows = np.full((course.rows, len(self.a)), np.nan)

    def of_epoch(self, number: int) -> Floats:
        """The matrix of an epoch."""
        return self.matrix({name: float(values[number]) for name, values in self.course.covariates.items()})

    def pick(self, table: Floats, row: int) -> float:
        """The subject's own number of a table with one column per subject, or one for all."""
        return float(table[row, min(self.who, table.shape[1] - 1)])

    def unit(self, state: int, value: float) -> Floats:
        """A value in one state."""
        found = np.zeros(len(self.a))
        found[state] = value
        return found

    def on(self, x: Floats, rate: Floats, time: float) -> Floats:
        """The state some time later under a constant input."""
        n = len(self.a)
        whole = np.zeros((n + 1, n + 1))
        whole[:n, :n], whole[:n, n] = self.a, rate
        found = exponential(whole * time)
        return found[:n, :n] @ x + found[:n, n]

    def steady(self, state: int, amount: float, rate: float, duration: float, interval: float, phase: float) -> Floats:
        """The state `phase` after the last of endless doses began."""
        whole = np.floor(duration / interval)
        rest = duration - whole * interval
        more, less = self.unit(state, (whole + 1) * rate), self.unit(state, whole * rate)
        once = self.on(self.on(np.zeros(len(self.a)), more, rest), less, interval - rest) if rate else 0.0
        begin = np.linalg.solve(np.eye(len(self.a)) - exponential(self.a * interval), once + self.unit(state, amount))
        if phase <= rest or not rate:
            return self.on(begin, more if rate else 0 * begin, phase)
        return self.on(self.on(begin, more, rest), less, phase - rest)

    def play(self) -> Floats:
        """The states at all rows (rows, states)."""
        for op, a, b, c in self.course.operations.tolist():
            getattr(self, f"do_{Op(op).name.lower()}")(a, b, c)
        return self.rows

    def do_run(self, slot: int, count: int, row: int) -> None:
        """Goes on, and writes."""
        for i in range(count):
            self.x = self.on(self.x, self.input, self.pick(self.course.durations, slot))
            if row >= 0:
                self.rows[row + i] = self.x

    def do_write(self, row: int, *_: int) -> None:
        """Writes."""
        self.rows[row] = self.x

    def do_bolus(self, state: int, column: int, _: int) -> None:
        """Adds an amount."""
        self.x = self.x + self.unit(state, self.pick(self.course.values, column))

    def do_rate(self, state: int, column: int, _: int) -> None:
        """Sets an input."""
        self.input[state] = 0.0 if column < 0 else self.pick(self.course.values, column)

    def do_reset(self, *_: int) -> None:
        """Empties the system."""
        self.x = np.zeros(len(self.a))

    def do_epoch(self, number: int, *_: int) -> None:
        """Other covariates."""
        self.a = self.of_epoch(number)

    def do_steady(self, mode: int, state: int, column: int) -> None:
        """A steady state of doses."""
        found = self.steady(state, *(self.pick(self.course.values, column + i) for i in range(5)))
        self.x = found if mode == 1 else self.x + found

    def do_steady_rate(self, mode: int, state: int, column: int) -> None:
        """A steady state of an endless infusion."""
        found = np.linalg.solve(-self.a, self.unit(state, self.pick(self.course.values, column)))
        self.x = found if mode == 1 else self.x + found


@pytest.fixture(scope="session")
def play() -> Play:
    """The states of one subject of a course at its rows (rows, states)."""

    def played(course: Course, matrix: Any, who: int = 0) -> Floats:
        return Player(course, who, matrix if callable(matrix) else lambda _: matrix).play()

    return played
