"""Symmetric tridiagonal systems, many at once: the first axis runs along the diagonal, the last over the systems."""

from __future__ import annotations

import numpy as np

from equipoise.model.schedule import Floats


def factor(diagonal: Floats, off: Floats) -> tuple[Floats, Floats]:
    """The unit lower triangle's off-diagonal (n - 1, systems) and the pivots (n, systems) of L D L'.

    >>> [part.ravel().tolist() for part in factor(np.array([[2.0], [2.0]]), np.array([[1.0]]))]
    [[0.5], [2.0, 1.5]]
    """
    lower, pivots = np.empty_like(off), np.empty_like(diagonal)
    pivots[0] = diagonal[0]
    for i in range(off.shape[0]):
        lower[i] = off[i] / pivots[i]
        pivots[i + 1] = diagonal[i + 1] - lower[i] * off[i]
    return lower, pivots


def solve(lower: Floats, pivots: Floats, right: Floats) -> Floats:
    """The solutions for right sides (n, sides, systems)."""
    found = right.copy()
    for i in range(lower.shape[0]):
        found[i + 1] -= lower[i] * found[i]
    found /= pivots[:, None]
    for i in reversed(range(lower.shape[0])):
        found[i] -= lower[i] * found[i + 1]
    return found


def inverse_diagonal(lower: Floats, pivots: Floats) -> Floats:
    """The diagonal of the inverse, (n, systems)."""
    found = 1.0 / pivots
    for i in reversed(range(lower.shape[0])):
        found[i] += lower[i] * lower[i] * found[i + 1]
    return found
