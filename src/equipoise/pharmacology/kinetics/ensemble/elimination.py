"""Gaussian elimination of a sparse matrix as a list of statements: what is 0 is never touched.

The pivots stay on the diagonal, in the order in which they fill in least (Markowitz). That is stable for the matrices
of compartments, whose diagonal outweighs their columns, and for any matrix once a step is short enough; a pivot of 0
gives numbers that are none, and the step is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Elimination:
    """The order of the pivots, and for each what lies below it and to its right, fill-in among it."""

    order: tuple[int, ...]
    below: dict[int, tuple[int, ...]]
    right: dict[int, tuple[int, ...]]

    @property
    def filled(self) -> tuple[Place, ...]:
        """The places of the factors, without the diagonal."""
        lower = [(row, pivot) for pivot in self.order for row in self.below[pivot]]
        return (*lower, *((pivot, column) for pivot in self.order for column in self.right[pivot]))


def elimination(size: int, pattern: Iterable[Place]) -> Elimination:
    """The elimination of a matrix of this size whose places off the pattern and the diagonal are 0.

    >>> found = elimination(3, [(1, 0), (2, 0), (0, 1), (0, 2)])  # an arrow fills in if its head is first
    >>> found.order, len(found.filled)
    ((1, 0, 2), 4)
    """
    rows = {i: {j for row, j in pattern if row == i and j != i} for i in range(size)}
    waiting = set(range(size))
    order: list[int] = []
    below: dict[int, tuple[int, ...]] = {}
    right: dict[int, tuple[int, ...]] = {}
    while waiting:
        columns = {i: [row for row in waiting if i in rows[row]] for i in waiting}
        pivot = min(waiting, key=lambda i: (len(columns[i]) * len(rows[i] & waiting), i))
        waiting.discard(pivot)
        order.append(pivot)
        right[pivot] = tuple(sorted(rows[pivot] & waiting))
        below[pivot] = tuple(sorted(columns[pivot]))
        for row in below[pivot]:
            rows[row] |= set(right[pivot]) - {row}
    return Elimination(tuple(order), below, right)


def factorise(steps: Elimination) -> list[str]:
    """Statements that turn the variables `a_row_column` into factors, and each `a_pivot_pivot` into its reciprocal."""
    lines: list[str] = []
    for pivot in steps.order:
        lines.append(f"a_{pivot}_{pivot} = 1.0 / a_{pivot}_{pivot}")
        for row in steps.below[pivot]:
            lines.append(f"a_{row}_{pivot} = a_{row}_{pivot} * a_{pivot}_{pivot}")
            lines += [f"a_{row}_{j} = fma(-a_{row}_{pivot}, a_{pivot}_{j}, a_{row}_{j})" for j in steps.right[pivot]]
    return lines


def substitute(steps: Elimination, cell: dict[Place, str]) -> list[str]:
    """Statements that turn the right-hand side `b_row` into the solution. `cell`: how each factor is written."""
    lines: list[str] = []
    for pivot in steps.order:
        lines += [f"b_{row} = fma(-{cell[row, pivot]}, b_{pivot}, b_{row})" for row in steps.below[pivot]]
    for pivot in reversed(steps.order):
        lines += [f"b_{pivot} = fma(-{cell[pivot, j]}, b_{j}, b_{pivot})" for j in steps.right[pivot]]
        lines.append(f"b_{pivot} = b_{pivot} * {cell[pivot, pivot]}")
    return lines
