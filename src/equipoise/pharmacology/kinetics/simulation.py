"""What a simulation gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.reducers import Reduction


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Outputs of subjects at times, or what was reduced from them.

    `ids` (subjects,); `times` (rows,) in the system's time unit. `values`: (subjects, rows) by output, empty where no
    table was wanted. `reduced`: (subjects,) by reduction. `engine` and `why` it was taken. `observed_error`: the
    largest difference, as a share of the subject's peak, to some subjects integrated at a hundredth of the tolerance;
    None where it was not asked for, 0 in closed form.
    """

    ids: Sequence[str]
    times: Floats
    values: Mapping[str, Floats]
    reduced: Mapping[Reduction, Floats]
    engine: str
    why: str
    warnings: tuple[str, ...]
    observed_error: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Outputs at the records of a table, in its order (records,): ID, line in the table, time, values by output.

    `engine`, `why` and `warnings` as in `Simulation`.
    """

    ids: tuple[str, ...]
    lines: Indices
    times: Floats
    values: Mapping[str, Floats]
    engine: str
    why: str
    warnings: tuple[str, ...]
