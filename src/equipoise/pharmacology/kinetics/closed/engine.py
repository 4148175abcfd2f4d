"""Subjects of linear systems through their courses, in closed form, groups of them on threads.

A subject's numbers depend on nothing but its own course and parameters: any number of threads gives the same, bit for
bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.closed.form import Form, form
from equipoise.pharmacology.kinetics.closed.program import program
from equipoise.pharmacology.kinetics.closed.script import Script
from equipoise.pharmacology.kinetics.course import Course, Op
from equipoise.pharmacology.kinetics.evaluate import evaluate
from equipoise.pharmacology.kinetics.linear import NotLinear
from equipoise.pharmacology.kinetics.parallel import Progress, aligned, on_threads
from equipoise.pharmacology.kinetics.reducers import KINDS, Kind
from equipoise.pharmacology.kinetics.source import LANES
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.values import Values, chosen, of_occasion

BLOCK = 2048  # subjects whose matrices are made at once: they stay in a core's cache
Wanted = tuple[str, Kind, float]


@dataclass(frozen=True, slots=True, eq=False)
class ClosedForm:
    """A linear system, ready to be followed. `integrals`: outputs whose integral over time is written too."""

    system: System
    integrals: tuple[str, ...] = ()

    def run(
        self,
        courses: Sequence[Course],
        parameters: Values,
        subjects: int,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Floats:
        """The outputs, and then the integrals since the start, (outputs, subjects, rows).

        `courses` hold every subject once. `parameters`: every parameter, and every covariate that no course has, as
        `values` has them. Raises `InputError` where a steady state is asked for that a system
        cannot have.
        """
        made, code = self._program(courses)
        rows = {course.rows for course in courses}
        out = np.empty((made.lines, subjects, max(rows)))
        if len(rows) > 1:
            out.fill(np.nan)  # after the last row of a shorter course

        def follow(block: tuple[Course, int]) -> None:
            code.walk(*_block(code, made, parameters, *block), out)

        on_threads(follow, _blocks(courses), threads, progress)
        return out

    def reduce(
        self,
        courses: Sequence[Course],
        times: Floats,
        wanted: Sequence[Wanted],
        parameters: Values,
        subjects: int,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Floats:
        """One number of each wanted kind for each subject (wanted, subjects), without a table of all rows.

        `times` (rows,) of the rows; `wanted`: an output, a kind of `KINDS`, and a level (`time_above` alone uses it).
        auc: the integral between the first and the last row, exact; the output must be one of `integrals`. cmax, tmax,
        cmin: among the rows. time_above: on straight lines between them. NaN where a row is.
        """
        made, code = self._program(courses)
        lines = [*self.system.outputs, *(f"auc of {name}" for name in self.integrals)]
        names = [f"auc of {output}" if kind == "auc" else output for output, kind, _ in wanted]
        codes = [(lines.index(name), KINDS.index(kind)) for name, (_, kind, _) in zip(names, wanted, strict=True)]
        asked = np.array(codes, dtype=np.int64).reshape(-1, 2)
        levels = np.array([level for _, _, level in wanted])
        out = np.empty((len(wanted), subjects))

        def follow(block: tuple[Course, int]) -> None:
            code.walk_reduced(*_block(code, made, parameters, *block), asked, levels, times, out)

        on_threads(follow, _blocks(courses), threads, progress)
        return out

    def _program(self, courses: Sequence[Course]) -> tuple[Form, ModuleType]:
        """The form and the program for what happens in some courses."""
        dosed = _steady(courses)
        made = form(self.system, self.integrals, _infused(courses))
        if isinstance(made, NotLinear):
            fault = Fault("engine", "the closed form", made.why, "Integrate it.")
            raise InputError(f"system {self.system.name}", [fault])
        faults = list(_never_steady(self.system, made, dosed))
        if faults:
            raise InputError("events", faults)
        return made, program(made, steady=bool(dosed))


def _blocks(courses: Sequence[Course]) -> list[tuple[Course, int]]:
    """The blocks of all courses: a course, and the first of its subjects."""
    return [(course, first) for course in courses for first in range(0, course.subjects.size, BLOCK)]


def _block(
    code: ModuleType, made: Form, parameters: Values, course: Course, first: int
) -> tuple[Floats, Floats, Indices, Script, int, Indices]:
    """What a program is given for one block of a course's subjects: working space, script, and their places."""
    who: Indices = course.subjects[first : first + BLOCK]
    slots = len(course.durations)
    work = aligned(code.SLOTS + slots * (code.FULL + 1) * LANES)
    table = aligned(course.rows * made.lines * LANES)
    script = _script(made, course, parameters, who, first)
    return work, table, np.zeros(slots, dtype=np.intp), script, int(who.size), who


def _infused(courses: Sequence[Course]) -> frozenset[int]:
    """The states that infusions go into."""
    found: set[int] = set()
    for course in courses:
        operations = course.operations
        found |= set(operations[operations[:, 0] == Op.RATE, 1].tolist())
        steady = operations[operations[:, 0] == Op.STEADY]
        found |= {int(row[2]) for row in steady if np.any(course.values[row[3] + 1] > 0)}
    return frozenset(found)


def _steady(courses: Sequence[Course]) -> frozenset[int]:
    """The states for whose doses a steady state is asked."""
    wanted = [course.operations[np.isin(course.operations[:, 0], [Op.STEADY, Op.STEADY_RATE]), 2] for course in courses]
    return frozenset(np.concatenate(wanted).tolist())


def _never_steady(system: System, made: Form, dosed: frozenset[int]) -> Iterator[Fault]:
    """States that nothing leaves grow for ever under endless doses."""
    lost = {j for i, j in made.entries if made.graph.value(made.entries[i, j]) != 0.0}
    stuck = [i for i in range(made.states) if i not in lost and any((i, j) in made.pattern.full for j in dosed)]
    if stuck:
        names = ", ".join(system.equations.states[i] for i in stuck)
        expected = f"doses whose substance leaves every state; nothing leaves {names}"
        yield Fault("SS", "a steady state", expected, "Give the doses one by one, or take the state out.")


def _script(made: Form, course: Course, parameters: Values, who: Indices, first: int) -> Script:
    """The numbers of a block; the last subject fills the lanes that are left."""
    width = -(-who.size // LANES) * LANES
    places = np.minimum(np.arange(width), who.size - 1)
    values = chosen(parameters, who[places])
    epochs = max((column.size for column in course.covariates.values()), default=course.occasions.size)
    nodes = [made.entries[place] for place in made.pattern.matrix] + [*made.stills, *made.initial]
    numbers = np.empty((epochs, len(nodes), width))
    for epoch in range(epochs):
        names = of_occasion(values, int(course.occasions[epoch]))
        names |= {name: float(column[epoch]) for name, column in course.covariates.items()}
        for i, value in enumerate(evaluate(made.graph, nodes, names)):
            numbers[epoch, i] = value
    entries, stills = len(made.pattern.matrix), len(made.stills)
    parts = (numbers[:, :entries], numbers[:, entries : entries + stills], numbers[:, entries + stills :])
    matrix, still, initial = (np.ascontiguousarray(part).reshape(-1) for part in parts)
    durations, durations_width = _own(course.durations, first + places)
    columns, values_width = _own(course.values, first + places)
    return Script(
        operations=course.operations.astype(np.int64),
        durations=durations,
        durations_width=durations_width,
        values=columns,
        values_width=values_width,
        matrix=matrix,
        stills=still,
        initial=initial,
        width=width,
        start=course.start,
    )


def _own(table: Floats, places: Indices) -> tuple[Floats, int]:
    """The columns of a block, flat, and how many there are: 1 where one is for all."""
    if table.shape[1] == 1:
        return table.reshape(-1), 1
    return np.ascontiguousarray(table[:, places]).reshape(-1), int(places.size)
