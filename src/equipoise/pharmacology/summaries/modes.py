"""Courses of concentrations in closed form: sums of exponentials, one for each mode of a small linear system.

Exact at any time, as are slopes and areas. Where rates coincide, as far as a double can tell, they are moved apart by a
hundred-thousandth of themselves: up to three that are alike then still give four digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.model.schedule import Floats
from equipoise.pharmacology.summaries.blocks import Subjects

APART = 1e-5
HALVINGS, NEWTON_STEPS = 12, 4
FIRST_H, LAST_H, GUESSES = 0.02, 48.0, 24
"""Where a peak is looked for (h), and at how many times."""

LONGEST_H = 1e4
"""Beyond this no crossing is looked for."""

Numbers = NDArray[np.float64] | NDArray[np.complex128]
"""Complex where a system swings."""


@dataclass(frozen=True, slots=True)
class Dosing:
    """Equal doses: the amount that each state is given, how many (inf: for ever), how far apart (h)."""

    amounts: Mapping[str, float]
    doses: float = 1
    interval_h: float = 24.0


@dataclass(frozen=True, eq=False)
class Course:
    """value(t) = sum of weights * exp(rates t), t in h after the last dose; both arrays (subjects, modes)."""

    weights: Numbers
    rates: Numbers

    def at(self, times: Floats) -> Floats:
        """The values at times (m,) or (subjects, m): (subjects, m)."""
        left = np.exp(self.rates[:, None, :] * np.atleast_2d(times)[:, :, None])
        return (left @ self.weights[:, :, None])[:, :, 0].real

    def then(self, times: Floats) -> Floats:
        """The value of each subject at its own time: (subjects,)."""
        return (np.exp(self.rates * times[:, None]) * self.weights).sum(axis=1).real

    def area(self, begin: Floats | float, end: Floats | float) -> Floats:
        """The area from `begin` to `end`, each a number or (subjects,); `end` may be inf."""
        return (self.weights / self.rates * (self._left(end) - self._left(begin))).sum(axis=1).real

    def _left(self, time: Floats | float) -> Numbers:
        finite = np.reshape(np.minimum(time, LONGEST_H), (-1, 1))
        return np.where(np.reshape(np.isinf(time), (-1, 1)), 0.0, np.exp(self.rates * finite))

    @cached_property
    def slope(self) -> Course:
        """The course's own derivative."""
        return Course(self.weights * self.rates, self.rates)

    @property
    def half_life(self) -> Floats:
        """The half-life of the slowest mode (h)."""
        return np.log(2.0) / np.min(-self.rates.real, axis=1)

    @property
    def mean_time(self) -> Floats:
        """The mean time of the exposure from the dose on (h): its first moment over its area."""
        return -((self.weights / self.rates**2).sum(axis=1) / (self.weights / self.rates).sum(axis=1)).real

    @cached_property
    def peak_h(self) -> Floats:
        """Time of the highest value, up to `LAST_H`."""
        guesses = np.concatenate([[0.0], np.geomspace(FIRST_H, LAST_H, GUESSES)])
        best = np.argmax(self.at(guesses), axis=1)
        low, high = guesses[np.maximum(best - 1, 0)], guesses[np.minimum(best + 1, guesses.size - 1)]
        return self.slope.falls_to(0.0, low, high)

    def falls_to(self, level: Floats | float, low: Floats | float, high: Floats | float) -> Floats:
        """When each course, above the level at `low`, falls to it; an end of the range where it does not.

        Halving until it is near, then Newton's steps.
        """
        begin, end = (np.array(np.broadcast_to(time, len(self.weights)), dtype=np.float64) for time in (low, high))
        for _ in range(HALVINGS):
            middle = (begin + end) / 2.0
            above = self.then(middle) > level
            begin, end = np.where(above, middle, begin), np.where(above, end, middle)
        found = (begin + end) / 2.0
        for _ in range(NEWTON_STEPS):
            step = (self.then(found) - level) / self.slope.then(found)
            found = np.clip(np.where(np.isfinite(step), found - step, found), begin, end)
        return found


@dataclass(frozen=True, slots=True)
class Modes:
    """The modes of one block of many subjects: their rates, and the weights that one unit into a state gives them."""

    rates: Numbers
    weights: Mapping[str, Numbers]

    def course(self, dosing: Dosing) -> Course:
        """The output after the last of the doses; doses into other blocks are nothing here."""
        once = sum(
            (dosing.amounts[state] * self.weights[state] for state in self.weights if state in dosing.amounts),
            start=np.zeros_like(self.rates),
        )
        return Course(once * self._repeated(dosing), self.rates)

    def _repeated(self, dosing: Dosing) -> Numbers:
        """How much of each mode is there at once after the last dose, over that of one dose."""
        if dosing.doses == 1:
            return np.ones_like(self.rates)
        left = 1.0 if np.isinf(dosing.doses) else -np.expm1(self.rates * dosing.interval_h * dosing.doses)
        return left / -np.expm1(self.rates * dosing.interval_h)


def modes(subjects: Subjects) -> Modes:
    """The modes of a block with numbers in it.

    >>> one = Subjects(("A",), np.array([[[-0.1]]]), np.array([[0.5]]), {"A": np.array([1.0])})
    >>> found = modes(one).course(Dosing({"A": 8.0}))
    >>> found.at(np.array([0.0, 10.0])).round(4).tolist(), found.area(0.0, np.inf).round(4).tolist()
    ([[4.0, 1.4715]], [40.0])
    >>> modes(one).course(Dosing({"A": 8.0}, doses=np.inf, interval_h=10.0)).at(np.array([0.0])).round(4).tolist()
    [[6.3279]]
    """
    size = len(subjects.states)
    rates, into = np.linalg.eig(subjects.rates)
    gaps = np.abs(rates[:, :, None] - rates[:, None, :]) + np.abs(rates)[:, :, None] * np.eye(size)
    alike = np.any(gaps < APART * np.abs(rates)[:, :, None], axis=(1, 2)).astype(np.float64)
    if np.any(alike):
        rates, into = np.linalg.eig(subjects.rates * (1.0 + APART * alike[:, None, None] * np.diag(np.arange(size))))
    out = (subjects.reading[:, None, :] @ into)[:, 0, :]
    weights: dict[str, Numbers] = {}
    for state, share in subjects.entering.items():
        start = np.zeros((len(rates), size, 1))
        start[:, subjects.states.index(state), 0] = share
        weights[state] = out * np.linalg.solve(into, start)[:, :, 0]
    return Modes(rates, weights)
