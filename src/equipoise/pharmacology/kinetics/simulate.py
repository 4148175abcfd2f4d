"""The front door: a system, dosing records and parameters in, outputs of every subject out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.closed.engine import ClosedForm, Wanted
from equipoise.pharmacology.kinetics.closed.form import form
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.exposed import Exposed
from equipoise.pharmacology.kinetics.integrator import Integrator
from equipoise.pharmacology.kinetics.linear import NotLinear
from equipoise.pharmacology.kinetics.occurrences import LateLag
from equipoise.pharmacology.kinetics.parallel import Progress
from equipoise.pharmacology.kinetics.reducers import Reduction, reduced
from equipoise.pharmacology.kinetics.simulation import Simulation
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.timeline import AtDose
from equipoise.pharmacology.kinetics.values import Given

Engine = Literal["auto", "closed", "explicit", "rosenbrock"]
BLOCK = 4_000_000  # numbers of a block's table, where no whole table is wanted
LARGEST_BLOCK = 50_000  # subjects whose courses are made at once, where no whole table is wanted
SHOWN = 5  # IDs that a warning names
MEND = 'Choose "auto", "explicit" or "rosenbrock".'
OBSERVED = 32  # subjects, spread evenly, that the observed error is taken from


def simulate(
    system: System,
    events: Events,
    times: Sequence[float] | Floats,
    *,
    parameters: Given | None = None,
    outputs: Sequence[str] | None = None,
    reduce: Sequence[Reduction] = (),
    table: bool | None = None,
    engine: Engine = "auto",
    tolerance: Tolerance | None = None,
    observe_error: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
    at_dose: AtDose = "before",
    late_lag: LateLag = "nonmem",
) -> Simulation:
    """Outputs of every subject at `times` (rows,), ascending, in the system's time unit, or what is reduced from them.

    `parameters`: one number for all or one for each subject; what is not given has the system's value. Events of one ID
    are everybody's; else parameters have one number for each ID. `outputs`: some of the system's, None: all.
    `reduce`: numbers wanted of each subject; then no table is made unless `table` says so, and memory stays bounded.
    `engine`: "auto" takes the closed form where there is one, and else integrates (the rule stands in `integrator`).
    `tolerance`: of the integration. `observe_error`: integrate some subjects at a hundredth of it too.
    `at_dose`: whether a row at the time of a dose is the state before or after it. `late_lag`: see `timeline.courses`.
    Raises `InputError` with every fault of one input.

    >>> one = System.of({
    ...     "name": "one", "states": {"A": "mg"}, "parameters": {"K": {"value": 0.1, "unit": "1/h"}},
    ...     "rates": {"A": "-K*A"}, "entries": {"A": {}}, "outputs": {"A_now": {"expression": "A", "unit": "mg"}},
    ... })
    >>> found = simulate(one, Events.of({"TIME": [0], "AMT": [5]}, one), [10.0])
    >>> round(float(found.values["A_now"][0, 0]), 9), found.engine
    (1.839397206, 'closed')
    """
    grid = _grid(times)
    system = _narrowed(system, outputs, reduce)
    exposed = Exposed.of(system, events, parameters or {})
    taken, why = _engine(system, engine, _integrals(reduce), tolerance or Tolerance())
    run = _Run(taken, grid, at_dose, late_lag, threads)
    whole = table if table is not None else not reduce
    values, numbers = run.whole(exposed, reduce, progress) if whole else ({}, run.in_blocks(exposed, reduce, progress))
    return Simulation(
        ids=exposed.ids,
        times=grid,
        values=MappingProxyType(values),
        reduced=MappingProxyType(numbers),
        engine="closed" if isinstance(taken, ClosedForm) else taken.taken,
        why=why,
        warnings=tuple(_warnings(taken, exposed, late_lag)),
        observed_error=run.observed_error(exposed) if observe_error else None,
    )


def _grid(times: Sequence[float] | Floats) -> Floats:
    grid = np.asarray(times, dtype=np.float64)
    if grid.ndim == 1 and grid.size and np.all(np.isfinite(grid)) and np.all(np.diff(grid) > 0):
        return grid
    expected = "at least one time, finite, each later than the one before"
    raise InputError("times", [Fault("times", _shown(grid), expected, "Sort them, and give each once.")])


def _shown(grid: Floats) -> str:
    if grid.ndim != 1 or not grid.size:
        return f"an array of shape {grid.shape}"
    wrong = np.flatnonzero(~np.isfinite(grid) | np.append(False, np.diff(grid) <= 0))
    return f"{grid[wrong[0]]:g} at place {int(wrong[0]) + 1}"


def _narrowed(system: System, outputs: Sequence[str] | None, reduce: Sequence[Reduction]) -> System:
    """The system with the wanted outputs alone, in their order."""
    names = tuple(system.outputs) if outputs is None else (*outputs, *(item.output for item in reduce))
    faults = [
        Fault("outputs", name, f"one of {', '.join(system.outputs)}", "Correct the name.")
        for name in (*names, *(item.output for item in reduce))
        if name not in system.outputs
    ]
    if faults:
        raise InputError(f"outputs of {system.name}", faults)
    if outputs is None:
        return system
    return System.of({**system.model_dump(), "outputs": {name: system.outputs[name].model_dump() for name in names}})


def _integrals(reduce: Sequence[Reduction]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.output for item in reduce if item.kind == "auc"))


def _engine(
    system: System, engine: Engine, integrals: tuple[str, ...], tolerance: Tolerance
) -> tuple[ClosedForm | Integrator, str]:
    """What computes, and why it does."""
    if engine in ("explicit", "rosenbrock"):
        return Integrator(system, engine, integrals, tolerance), "asked for"
    found = form(system, integrals)
    if not isinstance(found, NotLinear):
        return ClosedForm(system, integrals), "the system is linear: solved in closed form"
    if engine == "closed":
        raise InputError(
            f"system {system.name}", [Fault("engine", "closed", f"a linear system, but {found.why}", MEND)]
        )
    return Integrator(system, "auto", integrals, tolerance), f"no closed form: {found.why}"


def _warnings(taken: ClosedForm | Integrator, exposed: Exposed, late_lag: LateLag) -> Iterator[str]:
    if late_lag == "nonmem" and (late := list(exposed.late())):
        yield (
            f"{_some(late)}: a lag longer than the dosing interval at steady state is extrapolated backwards, as NONMEM"
            ' does; choose late_lag="in_flight" for doses that are on their way'
        )
    if isinstance(taken, Integrator):
        if taken.rescued:
            yield f"{taken.rescued} subjects were stiff and were integrated by the Rosenbrock method"
        for reason in sorted(set(taken.failed.values())):
            who = [exposed.ids[i] for i, why in sorted(taken.failed.items()) if why == reason]
            yield f"{_some(who)}: no result from some time on: {reason}"


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"subject {', '.join(ids[:SHOWN])}{more}"


@dataclass(frozen=True, slots=True)
class _Run:
    """An engine on a grid of rows."""

    engine: ClosedForm | Integrator
    grid: Floats
    at_dose: AtDose
    late_lag: LateLag
    threads: int | None

    def rows(self, part: Exposed, progress: Progress | None, engine: ClosedForm | Integrator | None = None) -> Floats:
        """Outputs and then integrals (outputs, subjects, rows)."""
        found = part.courses(self.grid, self.at_dose, self.late_lag)
        taken = engine or self.engine
        return taken.run(found, part.values, part.count, threads=self.threads, progress=progress)

    def whole(
        self, exposed: Exposed, reduce: Sequence[Reduction], progress: Progress | None
    ) -> tuple[dict[str, Floats], dict[Reduction, Floats]]:
        """The table of every output, and what is reduced from it."""
        rows = self.rows(exposed, progress)
        names = tuple(self.engine.system.outputs)
        return dict(zip(names, rows, strict=False)), self._reduced(rows, reduce)

    def in_blocks(
        self, exposed: Exposed, reduce: Sequence[Reduction], progress: Progress | None
    ) -> dict[Reduction, Floats]:
        """What is wanted of each subject, block after block, so that no table of all is made."""
        lines = len(self.engine.system.outputs) + len(self.engine.integrals)
        size = LARGEST_BLOCK
        if isinstance(self.engine, Integrator):
            size = max(1, min(size, BLOCK // (lines * self.grid.size)))
        found = {item: np.empty(exposed.count) for item in reduce}
        for first in range(0, exposed.count, size):
            part = exposed.some(np.arange(first, min(first + size, exposed.count)))
            numbers = self._of_block(part, reduce, _share(progress, first, part.count, exposed.count))
            for item in reduce:
                found[item][first : first + part.count] = numbers[item]
        return found

    def _of_block(
        self, part: Exposed, reduce: Sequence[Reduction], progress: Progress | None
    ) -> dict[Reduction, Floats]:
        if isinstance(self.engine, Integrator):
            return self._reduced(self.rows(part, progress), reduce)
        wanted: list[Wanted] = [(item.output, item.kind, item.level or 0.0) for item in reduce]
        found = part.courses(self.grid, self.at_dose, self.late_lag)
        numbers = self.engine.reduce(
            found, self.grid, wanted, part.values, part.count, threads=self.threads, progress=progress
        )
        return dict(zip(reduce, numbers, strict=True))

    def _reduced(self, rows: Floats, reduce: Sequence[Reduction]) -> dict[Reduction, Floats]:
        places = {name: i for i, name in enumerate(self.engine.system.outputs)}
        integrals = {name: len(places) + i for i, name in enumerate(self.engine.integrals)}
        return {
            item: reduced(
                rows[(integrals if item.kind == "auc" else places)[item.output]], self.grid, item.kind, item.level
            )
            for item in reduce
        }

    def observed_error(self, exposed: Exposed) -> float:
        """The largest difference to a hundredth of the tolerance, as a share of the peak, over some subjects."""
        if isinstance(self.engine, ClosedForm):
            return 0.0
        some = exposed.some(np.unique(np.linspace(0, exposed.count - 1, OBSERVED).astype(np.intp)))
        taken = replace(self.engine, method=self.engine.taken)
        rough, fine = (self.rows(some, None, engine) for engine in (taken, taken.finer()))
        peak = np.abs(fine).max(axis=2, keepdims=True)
        return float(np.max(np.abs(rough - fine) / np.where(peak > 0.0, peak, 1.0)))


def _share(progress: Progress | None, first: int, count: int, total: int) -> Progress | None:
    """The progress of one block as a part of the whole."""
    return None if progress is None else lambda share: progress((first + share * count) / total)
