"""Subjects with their dosing records and numbers, and the courses that follow from both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
from equipoise.pharmacology.kinetics.values import Given, Values, chosen, complete


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """Who is simulated. `ids` (subjects,); `regimens`, and which of them each subject has (subjects,); `values`: every
    parameter, and every covariate that no record gives, one number for all or one for each subject.
    """

    system: System
    ids: tuple[str, ...]
    regimens: tuple[Regimen, ...]
    which: Indices
    values: Values

    @classmethod
    def of(cls, system: System, events: Events, given: Given) -> Exposed:
        """The subjects of some events: one for each ID; or, where one ID's events are everybody's, one for each value.

        Raises `InputError` for values that do not fit.
        """
        values = complete(system, given, frozenset(events.records.covariates))
        size = max((value.size for value in values.values() if isinstance(value, np.ndarray)), default=1)
        count = len(events.ids)
        if count > 1 and size not in {1, count}:
            expected = f"one number, or one for each of the {count} IDs of the events"
            fault = Fault("parameters", f"{size} numbers", expected, "Give one for each ID, or events of one ID.")
            raise InputError(f"parameters of {system.name}", [fault])
        regimens, which = events.distinct()
        if count > 1:
            return cls(system, events.ids, regimens, which, values)
        ids = events.ids if size == 1 else tuple(str(i + 1) for i in range(size))
        return cls(system, ids, regimens, np.zeros(size, dtype=np.intp), values)

    @property
    def count(self) -> int:
        """The number of subjects."""
        return self.which.size

    def some(self, who: Indices) -> Exposed:
        """Some of the subjects."""
        return replace(
            self, ids=tuple(self.ids[int(i)] for i in who), which=self.which[who], values=chosen(self.values, who)
        )

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
        return courses(regimen, self.system, doses, who.size, grid, at_dose=at_dose, late_lag=late_lag)

    def late(self) -> Iterator[str]:
        """The IDs whose lag is longer than the interval of a dose at steady state."""
        for number, regimen in enumerate(self.regimens):
            who = np.flatnonzero(self.which == number)
            doses = entering(regimen, self.system, chosen(self.values, who))
            steady = (regimen.steady > 0) & (regimen.interval > 0)
            late = np.broadcast_to((doses.lag > regimen.interval)[:, steady].any(axis=1), who.size)
            yield from (self.ids[i] for i in who[late])
