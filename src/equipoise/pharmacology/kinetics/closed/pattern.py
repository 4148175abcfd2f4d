"""Where the exponential of a matrix has entries, and which products of entries make them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.model.schedule import Bools

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Products:
    """Sums of products of entries: the i-th is over `left[j] * right[j]` for j from `ends[i]` to `ends[i + 1]`."""

    ends: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Places of entries, row by row: of a matrix, and of its exponential, which has its powers' and the diagonal's."""

    size: int
    matrix: tuple[Place, ...]
    full: tuple[Place, ...]

    @property
    def power(self) -> Products:
        """The matrix times what has the exponential's entries."""
        return self._products(self.matrix)

    @property
    def square(self) -> Products:
        """What has the exponential's entries times itself."""
        return self._products(self.full)

    @property
    def together(self) -> tuple[tuple[int, ...], ...]:
        """By column: numbers of the matrix's entries, off the diagonal, whose rows lead back to the column.

        They alone, with the diagonal, decide how fast powers grow: the others may have any unit.
        """
        full = set(self.full)
        return tuple(
            tuple(e for e, (i, j) in enumerate(self.matrix) if j == column and i != j and (j, i) in full)
            for column in range(self.size)
        )

    def _products(self, left: Sequence[Place]) -> Products:
        numbers = {place: e for e, place in enumerate(self.full)}
        rows: dict[int, list[tuple[int, int]]] = {}
        for e, (i, j) in enumerate(left):
            rows.setdefault(i, []).append((e, j))
        pairs = [[(e, numbers[k, j]) for e, k in rows.get(i, []) if (k, j) in numbers] for i, j in self.full]
        ends = np.cumsum([0, *map(len, pairs)]).tolist()
        flat = [pair for row in pairs for pair in row]
        return Products(tuple(ends), tuple(e for e, _ in flat), tuple(f for _, f in flat))


def pattern(size: int, places: Iterable[Place]) -> Pattern:
    """The pattern of a matrix with entries at these places.

    >>> pattern(3, [(0, 0), (1, 0), (1, 1), (2, 1)]).full
    ((0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2))
    """
    matrix = tuple(sorted({*places}))
    reach: Bools = np.eye(size, dtype=np.bool_)
    for i, j in matrix:
        reach[i, j] = True
    for k in range(size):
        reach |= reach[:, k : k + 1] & reach[k : k + 1, :]
    full = tuple((i, j) for i in range(size) for j in range(size) if reach[i, j])
    return Pattern(size, matrix, full)
