"""Which method integrates a system: the one asked for, or the explicit one unless the system turns out to be stiff.

The rule of "auto": the first subjects are integrated by the explicit method under a budget of steps, so many for each
operation and each row. If most of them exceed it, everybody goes to the Rosenbrock method; else only those who do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.course import Course, Op
from equipoise.pharmacology.kinetics.ensemble.engine import FAILURES, Ensemble, Tolerance
from equipoise.pharmacology.kinetics.ensemble.program import Method
from equipoise.pharmacology.kinetics.parallel import Progress
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.values import Values, chosen

FIRST = 64  # subjects that decide
# Steps that the explicit method may take before a subject counts as stiff.
BUDGET, PER_OPERATION, PER_ROW, PER_STEADY_STATE = 200, 100, 10, 5000


@dataclass(slots=True)
class Integrator:
    """Integrates subjects, group after group, and keeps what is to be told of them.

    `rescued`: how many subjects the explicit method left to the Rosenbrock method. `failed`: why a subject has no
    result from some time on, by its number over all groups.
    """

    system: System
    method: Method | Literal["auto"]
    integrals: tuple[str, ...] = ()
    tolerance: Tolerance = field(default_factory=Tolerance)
    rescued: int = field(default=0, init=False)
    failed: dict[int, str] = field(default_factory=dict[int, str], init=False)
    _decided: Method | None = field(default=None, init=False)
    _seen: int = field(default=0, init=False)

    @property
    def taken(self) -> Method:
        """The method that most subjects were integrated by."""
        return self._decided or ("explicit" if self.method == "auto" else self.method)

    def finer(self) -> Integrator:
        """The same at a hundredth of the tolerance."""
        return replace(self, tolerance=self.tolerance.finer())

    def run(
        self,
        courses: Sequence[Course],
        parameters: Values,
        subjects: int,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Floats:
        """The outputs, and then the integrals (outputs, subjects, rows); NaN where a subject failed."""
        method = self._decided = self._decided or self._decide(courses, parameters, subjects, threads)
        rescuing = self.method == "auto" and method == "explicit"
        tolerance = _budgeted(self.tolerance, courses) if rescuing else self.tolerance
        out, told = self._ensemble(method).run(
            courses, parameters, subjects, tolerance=tolerance, threads=threads, progress=progress
        )
        failure = told.failure.copy()
        if rescuing and failure.any():
            who = np.flatnonzero(failure)
            failure[who] = self._rescue(out, courses, parameters, who, threads)
        self.failed |= {self._seen + int(i): FAILURES[int(failure[i])] for i in np.flatnonzero(failure)}
        self._seen += subjects
        return out

    def _ensemble(self, method: Method) -> Ensemble:
        return Ensemble(self.system, method, self.integrals)

    def _decide(self, courses: Sequence[Course], parameters: Values, subjects: int, threads: int | None) -> Method:
        if self.method != "auto":
            return self.method
        who = np.arange(min(FIRST, subjects))
        some = part(courses, who, subjects)
        _, told = self._ensemble("explicit").run(
            some, chosen(parameters, who), who.size, tolerance=_budgeted(self.tolerance, some), threads=threads
        )
        return "rosenbrock" if 2 * np.count_nonzero(told.failure) > who.size else "explicit"

    def _rescue(
        self, out: Floats, courses: Sequence[Course], parameters: Values, who: Indices, threads: int | None
    ) -> Indices:
        """Integrates some subjects anew by the Rosenbrock method, in place; their failures."""
        self.rescued += who.size
        some = part(courses, who, out.shape[1])
        again, told = self._ensemble("rosenbrock").run(
            some, chosen(parameters, who), who.size, tolerance=self.tolerance, threads=threads
        )
        out[:, who] = again
        return told.failure


def _budgeted(tolerance: Tolerance, courses: Sequence[Course]) -> Tolerance:
    steady = max(int(np.isin(course.operations[:, 0], (Op.STEADY, Op.STEADY_RATE)).sum()) for course in courses)
    operations = max(len(course.operations) for course in courses)
    rows = max(course.rows for course in courses)
    budget = BUDGET + PER_OPERATION * operations + PER_ROW * rows + PER_STEADY_STATE * steady
    return replace(tolerance, most_steps=min(budget, tolerance.most_steps))


def part(courses: Sequence[Course], who: Indices, subjects: int) -> tuple[Course, ...]:
    """The courses of some of the subjects, numbered from 0 in the order of `who`."""
    place = np.full(subjects, -1, dtype=np.intp)
    place[who] = np.arange(who.size)
    found: list[Course] = []
    for course in courses:
        here = np.flatnonzero(place[course.subjects] >= 0)
        if here.size:
            durations, values = (
                table if table.shape[1] == 1 else np.ascontiguousarray(table[:, here])
                for table in (course.durations, course.values)
            )
            subject = place[course.subjects[here]]
            found.append(replace(course, subjects=subject, durations=durations, values=values))
    return tuple(found)
