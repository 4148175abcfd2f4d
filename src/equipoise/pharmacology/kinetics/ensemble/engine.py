"""Many subjects through their courses: the courses as one script, groups of subjects on threads.

Groups are cut by the number of subjects alone and lanes never mix, so the same subject has the same numbers, bit for
bit, on any number of threads and in any company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import ModuleType

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.course import Course, Op
from equipoise.pharmacology.kinetics.ensemble.layout import PLACES
from equipoise.pharmacology.kinetics.ensemble.program import Method, program
from equipoise.pharmacology.kinetics.ensemble.script import Script
from equipoise.pharmacology.kinetics.expressions import TIME
from equipoise.pharmacology.kinetics.parallel import Progress, aligned, on_threads
from equipoise.pharmacology.kinetics.source import LANES
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.values import Values, by_occasion, of_occasion

LARGEST_GROUP = 256  # subjects: lanes run dry once in a group
FAILURES = {
    1: "the step size fell below what numbers can hold",
    2: "more steps than allowed",
    3: "no steady state was found",
}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The error that a step may make: `rtol` of a state's size plus `atol`, in the states' units, one or one for each.

    `most_steps`: after which a subject is given up.
    """

    rtol: float = 1e-6
    atol: float | Mapping[str, float] = 1e-8
    most_steps: int = 1_000_000

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if not 1e-14 <= self.rtol < 1.0:
            faults.append(Fault("rtol", f"{self.rtol:g}", "at least 1e-14 and below 1", "For example 1e-6."))
        values = self.atol.values() if isinstance(self.atol, Mapping) else [self.atol]
        if not all(value > 0.0 for value in values):
            faults.append(Fault("atol", str(self.atol), "positive numbers", "For example 1e-8."))
        if faults:
            raise InputError("tolerance", faults)

    def finer(self) -> Tolerance:
        """A hundredth of it."""
        atol = {k: v / 100 for k, v in self.atol.items()} if isinstance(self.atol, Mapping) else self.atol / 100
        return replace(self, rtol=max(self.rtol / 100, 1e-14), atol=atol)

    def of_states(self, states: Sequence[str]) -> Floats:
        """The absolute tolerance of each state (states,)."""
        if isinstance(self.atol, Mapping):
            return np.array([self.atol.get(state, 1e-8) for state in states])
        return np.full(len(states), self.atol)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """How each subject went (subjects,): steps taken and refused, a key of `FAILURES` or 0, cycles, rows written."""

    taken: Indices
    refused: Indices
    failure: Indices
    cycles: Indices
    written: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """A system, ready to be integrated by one method. `integrals`: outputs whose integral over time is written too."""

    system: System
    method: Method
    integrals: tuple[str, ...] = ()
    program: ModuleType = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "program", program(self.system, self.method, self.integrals))

    def run(
        self,
        courses: Sequence[Course],
        parameters: Values,
        subjects: int,
        *,
        tolerance: Tolerance | None = None,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> tuple[Floats, Told]:
        """The outputs (outputs and then integrals, subjects, rows), and how it went.

        `courses` hold every subject once. `parameters`: every parameter, and every covariate that no course has, as
        `values` has them. Rows that a subject did not reach are NaN. `progress` is told the share that is done.
        Raises `InputError` for a steady state that cannot be looked for.
        """
        tolerance = tolerance or Tolerance()
        _check(self.system, courses)
        script = _script(self.system, courses, parameters, subjects, tolerance, len(self.integrals))
        rows = max((course.rows for course in courses), default=0)
        out = np.empty((len(self.system.outputs) + len(self.integrals), subjects, rows))
        told = np.zeros((subjects, len(fields(Told))), dtype=np.int64)
        size = min(LARGEST_GROUP, max(LANES, subjects // 16 // LANES * LANES))

        def group(first: int) -> None:
            whole = np.zeros((self.program.FIELDS, LANES), dtype=np.int64)
            self.program.walk(aligned(self.program.SIZE), whole, first, min(first + size, subjects), script, out, told)

        on_threads(group, range(0, subjects, size), threads, progress)
        for i in np.flatnonzero(told[:, -1] < rows):
            out[:, i, told[i, -1] :] = np.nan
        return out, Told(*told.T)


def _check(system: System, courses: Sequence[Course]) -> None:
    faults: list[Fault] = []
    searching = [course for course in courses if np.isin(course.operations[:, 0], (Op.STEADY, Op.STEADY_RATE)).any()]
    timed = sorted(
        state
        for state, rate in zip(system.equations.states, system.equations.rates, strict=True)
        if TIME in system.equations.graph.names([rate])
    )
    if searching and timed:
        expected = f"rates that do not depend on the time; those of {', '.join(timed)} do"
        faults.append(Fault("SS", "a steady state", expected, "Give the doses one by one."))
    if any(_backwards(course) for course in searching):
        expected = "a lag time of at most the dosing interval, where a system is integrated forwards"
        faults.append(Fault("SS", "a lag time longer than II", expected, 'Choose late_lag="in_flight".'))
    if faults:
        raise InputError("events", faults)


def _backwards(course: Course) -> bool:
    columns = course.operations[course.operations[:, 0] == Op.STEADY, 3]
    return bool(np.any(course.values[columns + 4] < 0.0))


def _script(
    system: System,
    courses: Sequence[Course],
    parameters: Values,
    subjects: int,
    tolerance: Tolerance,
    integrals: int,
) -> Script:
    places = np.zeros((subjects, len(PLACES)), dtype=np.int64)
    starts = np.zeros(subjects)
    ops, durations, values, epochs = 0, 0, 0, 0
    names = (*system.parameters, *system.covariates)
    covariates: list[Floats] = []
    for course in courses:
        who, count = course.subjects, len(course.operations)
        table = _epochs(course, names, parameters)
        places[who, :2] = ops, ops + count
        places[who, 2], places[who, 3] = _columns(course.durations, durations)
        places[who, 4], places[who, 5] = _columns(course.values, values)
        places[who, 6] = epochs + table.shape[1] * np.arange(who.size) * (len(table) > 1)
        places[who, 7] = table.shape[1]
        starts[who] = course.start
        ops, durations, values = ops + count, durations + course.durations.size, values + course.values.size
        epochs += len(table) * table.shape[1]
        covariates.append(table.reshape(-1, len(names)))
    return Script(
        operations=np.concatenate([course.operations for course in courses]).astype(np.int64),
        durations=np.concatenate([course.durations.ravel() for course in courses]),
        values=np.concatenate([course.values.ravel() for course in courses]),
        covariates=np.concatenate(covariates),
        places=places,
        starts=starts,
        parameters=_parameters(system, parameters, subjects),
        atol=np.append(tolerance.of_states(system.equations.states), np.ones(integrals)),
        rtol=tolerance.rtol,
        most_steps=float(tolerance.most_steps),
    )


def _columns(table: Floats, at: int) -> tuple[Indices, int]:
    """Where each subject's first number of a table (columns, subjects or 1) stands, and how far its next one is."""
    width = int(table.shape[1])
    return np.arange(at, at + width), width


def _epochs(course: Course, names: Sequence[str], parameters: Values) -> Floats:
    """What the epochs say (subjects, epochs, names), NaN for what does not change.

    One subject's for all, unless parameters differ between occasions.
    """
    changing = by_occasion(parameters)
    count = max(
        (len(column) for column in course.covariates.values()), default=course.occasions.size if changing else 0
    )
    table = np.full((course.subjects.size if changing else 1, count, len(names)), np.nan)
    for name, column in course.covariates.items():
        table[:, :, names.index(name)] = column
    for name in changing:
        values = np.asarray(parameters[name])[course.occasions]
        table[:, :, names.index(name)] = values[:, course.subjects].T
    return table


def _parameters(system: System, given: Values, subjects: int) -> Floats:
    """The values (subjects, parameters and covariates) at the beginning; NaN until a record gives a covariate."""
    found = np.empty((subjects, len(system.parameters) + len(system.covariates)))
    first = of_occasion(given, 0)
    for i, name in enumerate((*system.parameters, *system.covariates)):
        found[:, i] = first.get(name, np.nan)
    return found
