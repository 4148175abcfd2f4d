"""Predictions by a kinetic system: what was taken, and which output each measurement is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.simulate import Engine, simulate
from equipoise.pharmacology.kinetics.system import System


@dataclass(frozen=True, slots=True, eq=False)
class KineticPrediction:
    """Predicted measurements of one patient: `system` under the patient's `events`, one ID.

    `names`: the parameters that vary, in the order of the variation; all others have the system's value. `times` (n,)
    of the measurements in the system's unit, in any order, and their `outputs` (n,), or one name for all. A measurement
    at the time of a dose was taken before it. `engine` and `tolerance` as in `simulate`; where a system is integrated,
    a tolerance of 1e-8 or finer keeps its noise out of the derivatives.
    """

    system: System
    events: Events
    names: Sequence[str]
    times: Sequence[float] | Floats
    outputs: Sequence[str] | str
    engine: Engine = "auto"
    tolerance: Tolerance | None = None

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise InputError("prediction", faults)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The output of each measurement (n,)."""
        return (self.outputs,) * len(self.times) if isinstance(self.outputs, str) else tuple(self.outputs)

    def __call__(self, parameters: Floats, /) -> Floats:
        """The predictions (m, n) of parameters (m, p)."""
        grid, rows = np.unique(np.asarray(self.times, dtype=np.float64), return_inverse=True)
        found = simulate(
            self.system,
            self.events,
            grid,
            parameters={name: np.ascontiguousarray(parameters[:, i]) for i, name in enumerate(self.names)},
            engine=self.engine,
            tolerance=self.tolerance,
            threads=1,
        )
        columns = [found.values[name][:, row] for name, row in zip(self.output_names, rows.tolist(), strict=True)]
        return np.stack(columns, axis=1)


def _faults(prediction: KineticPrediction) -> Iterator[Fault]:
    known = prediction.system.outputs
    names = prediction.output_names
    for name in dict.fromkeys(names):
        if name not in known:
            yield Fault("outputs", name, f"one of {', '.join(known)}", "Correct the name.")
    if len(names) != len(prediction.times):
        yield Fault("outputs", f"{len(names)} outputs", f"one for each of {len(prediction.times)} times", "Pair them.")
    if len(prediction.events.ids) != 1:
        yield Fault("events", f"{len(prediction.events.ids)} IDs", "those of one patient", "Give each their own.")
