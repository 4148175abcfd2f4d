"""What a simulation gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import of_extra
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.reducers import Reduction

Labels = NDArray[np.str_]


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

    def only(self, names: Sequence[str]) -> Simulation:
        """The same with some of the outputs in its table, in this order."""
        return replace(self, values=MappingProxyType({name: self.values[name] for name in names}))

    def to_numpy(self) -> dict[str, Floats | Labels]:
        """The table as columns (subjects x rows,): ID, TIME and every output; all times of one person together.

        Empty columns where no table was wanted.

        >>> values = {"CP": np.array([[4.0, 2.0], [6.0, 3.0]])}
        >>> found = Simulation(("a", "b"), np.array([0.0, 1.0]), values, {}, "", "", (), None)
        >>> {name: column.tolist() for name, column in found.to_numpy().items()}
        {'ID': ['a', 'a', 'b', 'b'], 'TIME': [0.0, 1.0, 0.0, 1.0], 'CP': [4.0, 2.0, 6.0, 3.0]}
        """
        count, rows = self._size
        people: Labels = np.repeat(np.array(self.ids[:count], dtype=np.str_), rows)
        return {"ID": people, "TIME": np.tile(self.times, count), **{n: v.ravel() for n, v in self.values.items()}}

    def to_arrow(self) -> Any:  # noqa: ANN401 - a type of an optional package
        """The table as a `pyarrow.Table` with the columns of `to_numpy`, ID as a dictionary.

        Raises `MissingExtraError` without the extra `frames`.
        """
        arrow = of_extra("pyarrow", "frames")
        count, rows = self._size
        places = np.repeat(np.arange(count, dtype=np.int32), rows)
        people = arrow.DictionaryArray.from_arrays(places, arrow.array(list(self.ids[:count]), arrow.string()))
        columns = {"ID": people, "TIME": np.tile(self.times, count)}
        return arrow.table(columns | {name: values.ravel() for name, values in self.values.items()})

    def to_polars(self) -> Any:  # noqa: ANN401 - a type of an optional package
        """The table as a `polars.DataFrame` with the columns of `to_numpy`, ID as a category.

        Raises `MissingExtraError` without the extra `frames`.
        """
        return of_extra("polars", "frames").from_arrow(self.to_arrow())

    @property
    def _size(self) -> tuple[int, int]:
        """Subjects and rows of the table."""
        return (len(self.ids) if self.values else 0, self.times.size)


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
