"""The front door: a system, dosing records and parameters in, outputs of every subject out."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.exposed import Exposed
from equipoise.pharmacology.kinetics.occurrences import LateLag
from equipoise.pharmacology.kinetics.parallel import Progress
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.running import Engine, Run, choose, lost_of, name_of, warnings_of
from equipoise.pharmacology.kinetics.simulation import Records, Simulation
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.timeline import AtDose
from equipoise.pharmacology.kinetics.values import Given


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
    are everybody's; else parameters have one number for each ID. Where records know their occasion (see `occasions`
    of a population), one for each occasion and subject (occasions, subjects).
    `outputs`: some of the system's, None: all.
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
    taken, why = choose(system, engine, _integrals(reduce), tolerance or Tolerance())
    run = Run(taken, grid, at_dose, late_lag, threads)
    whole = table if table is not None else not reduce
    values, numbers = run.whole(exposed, reduce, progress) if whole else ({}, run.in_blocks(exposed, reduce, progress))
    return Simulation(
        ids=exposed.ids,
        times=grid,
        values=MappingProxyType(values),
        reduced=MappingProxyType(numbers),
        engine=name_of(taken),
        why=why,
        warnings=(
            *warnings_of(taken, exposed, late_lag),
            *lost_of(exposed, taken, values.values(), numbers.values()),
        ),
        observed_error=run.observed_error(exposed) if observe_error else None,
    )


def at_records(
    system: System,
    events: Events,
    *,
    parameters: Given | None = None,
    outputs: Sequence[str] | None = None,
    engine: Engine = "auto",
    tolerance: Tolerance | None = None,
    threads: int | None = None,
    late_lag: LateLag = "nonmem",
) -> Records:
    """Outputs at every record of the events, after the record's own dose: the rows of NONMEM's table.

    `parameters`: one number for all, or one for each ID; the rest as in `simulate`.

    >>> one = System.of({
    ...     "name": "one", "states": {"A": "mg"}, "parameters": {"K": {"value": 0.1, "unit": "1/h"}},
    ...     "rates": {"A": "-K*A"}, "entries": {"A": {}}, "outputs": {"A_now": {"expression": "A", "unit": "mg"}},
    ... })
    >>> table = {"ID": [1, 1, 2], "TIME": [0, 10, 0], "AMT": [5, 0, 2]}
    >>> at_records(one, Events.of(table, one)).values["A_now"].round(6).tolist()
    [5.0, 1.839397, 2.0]
    """
    system = _narrowed(system, outputs, ())
    exposed = Exposed.of(system, events, parameters or {})
    if exposed.count != len(events.ids):
        expected = f"one number, or one for each of the {len(events.ids)} IDs"
        fault = Fault("parameters", f"{exposed.count} numbers", expected, "Give one for each ID.")
        raise InputError(f"parameters of {system.name}", [fault])
    taken, why = choose(system, engine, (), tolerance or Tolerance())
    out = taken.run(exposed.courses(None, "before", late_lag), exposed.values, exposed.count, threads=threads)
    counts: list[int] = np.diff(events.starts).tolist()
    rows = np.concatenate([out[:, i, :count] for i, count in enumerate(counts)], axis=1)
    return Records(
        ids=tuple(name for name, count in zip(events.ids, counts, strict=True) for _ in range(count)),
        lines=events.records.row,
        times=events.records.time,
        values=MappingProxyType({name: rows[i] for i, name in enumerate(system.outputs)}),
        engine=name_of(taken),
        why=why,
        warnings=tuple(warnings_of(taken, exposed, late_lag)),
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
