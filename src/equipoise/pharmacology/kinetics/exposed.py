"""Subjects with their dosing records and numbers, and the courses that follow from both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.course import Course
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.entering import entering
from equipoise.pharmacology.kinetics.occurrences import LateLag
from equipoise.pharmacology.kinetics.regimen import Regimen
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.timeline import AtDose, courses
from equipoise.pharmacology.kinetics.values import Given, Values, by_occasion, chosen, complete


@dataclass(frozen=True, slots=True, eq=False)
class Ids(Sequence[str]):
    """What subjects are called: a label by its number, or the number itself from 1 on where there are no labels.

    A million names are made only when somebody asks for one.

    >>> tuple(Ids(("a", "b", "c"), np.array([2, 0]))), Ids((), np.arange(10**6))[-1]
    (('c', 'a'), '1000000')
    """

    labels: tuple[str, ...]
    numbers: Indices

    def __len__(self) -> int:
        return self.numbers.size

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(self._name(int(number)) for number in self.numbers[index])
        return self._name(int(self.numbers[index]))

    def _name(self, number: int) -> str:
        return self.labels[number] if self.labels else str(number + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """Who is simulated. `ids` (subjects,); `regimens`, and which of them each subject has (subjects,); `values`: every
    parameter, and every covariate that no record gives, as `values` has them.
    """

    system: System
    ids: Ids
    regimens: tuple[Regimen, ...]
    which: Indices
    values: Values

    @classmethod
    def of(cls, system: System, events: Events, given: Given) -> Exposed:
        """The subjects of some events: one for each ID; or, where one ID's events are everybody's, one for each value.

        Raises `InputError` for values that do not fit.
        """
        values = complete(system, given, frozenset(events.records.covariates), int(events.records.occasion.max()) + 1)
        size = max((value.shape[-1] for value in values.values() if isinstance(value, np.ndarray)), default=1)
        count = len(events.ids)
        if count > 1 and size not in {1, count}:
            expected = f"one number, or one for each of the {count} IDs of the events"
            fault = Fault("parameters", f"{size} numbers", expected, "Give one for each ID, or events of one ID.")
            raise InputError(f"parameters of {system.name}", [fault])
        regimens, which = events.distinct()
        if count > 1 or size == 1:
            return cls(system, Ids(events.ids, np.arange(count)), regimens, which, values)
        return cls(system, Ids((), np.arange(size)), regimens, np.zeros(size, dtype=np.intp), values)

    @property
    def count(self) -> int:
        """The number of subjects."""
        return self.which.size

    def some(self, who: Indices) -> Exposed:
        """Some of the subjects."""
        ids = Ids(self.ids.labels, self.ids.numbers[who])
        return replace(self, ids=ids, which=self.which[who], values=chosen(self.values, who))

    def courses(self, grid: Floats | None, at_dose: AtDose, late_lag: LateLag) -> tuple[Course, ...]:
        """The courses of all subjects. `grid`: the times of the rows; None: a row for each record."""
        found: list[Course] = []
        for number, regimen in enumerate(self.regimens):
            who = np.flatnonzero(self.which == number)
            if who.size:
                made = self._courses(regimen, who, grid, at_dose, late_lag)
                found += [replace(course, subjects=who[course.subjects]) for course in made]
        return tuple(found)

    def _courses(
        self, regimen: Regimen, who: Indices, grid: Floats | None, at_dose: AtDose, late_lag: LateLag
    ) -> tuple[Course, ...]:
        doses = entering(regimen, self.system, chosen(self.values, who))
        changing = by_occasion(self.values)
        return courses(
            regimen,
            self.system,
            doses,
            who.size,
            grid,
            at_dose=at_dose,
            late_lag=late_lag,
            by_occasion=changing,
        )

    def late(self) -> Iterator[str]:
        """The IDs whose lag is longer than the interval of a dose at steady state."""
        for number, regimen in enumerate(self.regimens):
            steady = (regimen.steady > 0) & (regimen.interval > 0)
            who = np.flatnonzero(self.which == number) if np.any(steady) else np.zeros(0, dtype=np.intp)
            if who.size:
                doses = entering(regimen, self.system, chosen(self.values, who))
                late = np.broadcast_to((doses.lag > regimen.interval)[:, steady].any(axis=1), who.size)
                yield from (self.ids[int(i)] for i in who[late])
