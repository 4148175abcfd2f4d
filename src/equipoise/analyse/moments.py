"""Everything that the likelihood needs of a diary: sums of products of neighbours, grouped by the length of their gap.

With r an Ornstein-Uhlenbeck process, neighbours d days apart correlate by phi^d, and X'QX, X'Qy, y'Qy for any phi are
fixed sums times functions of phi^d. So one more value of phi costs O(p^2), however long the diary is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from equipoise.analyse.columns import Columns
from equipoise.model.schedule import Floats, Indices

Namespace = Any  # the module that works on such arrays: numpy, cupy or jax.numpy
Array = Any  # a NumPy, CuPy or JAX array: the density is written once for all of them
Key = tuple[int, int]
Sums = dict[Key, Array]

THINNED = 4
DIGITS = 10  # of a day; gaps that agree to ten microseconds are one class


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums over neighbours for the columns 0 ... p - 1 and the outcome, column p; keys (i, j) with i <= j.

    `first`: products of the first row, shape (series, half-lives). `now`, `cross`, `before`: of each row with itself,
    with the row before it, and of the row before with itself, shape (series, half-lives, gaps). Axes of length 1 are
    shared.
    `gaps_days`, `counts`: length and number of each class, shape (series, 1, 1, gaps). `n`: ratings, (series, 1, 1, 1).
    """

    p: int
    n: Array
    first: Sums
    now: Sums
    cross: Sums
    before: Sums
    gaps_days: Array
    counts: Array

    def whitened(self, phi: Array, xp: Namespace) -> tuple[Sums, Array]:
        """Products of the whitened columns and log |R| for each phi; phi (series, half-lives, nodes) gains an axis."""
        rho = phi[..., None] ** self.gaps_days
        free = 1.0 - rho * rho
        one, two = 1.0 / free, rho / free
        three = rho * two
        log_det = xp.sum(self.counts * xp.log(free), axis=-1)[..., None]
        if self.gaps_days.shape[-1] > 1 and phi.shape[1] == 1:
            return self._by_products(xp.concatenate([one, -two, three], axis=-1)[:, 0], xp), log_det
        products = {
            key: (
                self.first[key][..., None]
                + xp.sum(
                    one * self.now[key][..., None, :]
                    - two * self.cross[key][..., None, :]
                    + three * self.before[key][..., None, :],
                    axis=-1,
                )
            )[..., None]
            for key in self.now
        }
        return products, log_det

    def _by_products(self, factors: Array, xp: Namespace) -> Sums:
        """The same sums over several gap classes as one product of matrices; `factors`: (series, phi, 3 gaps)."""
        keys = list(self.now)
        rows = [xp.concatenate([part[key] for part in (self.now, self.cross, self.before)], axis=-1) for key in keys]
        series = max(row.shape[0] for row in rows)
        rows = [xp.broadcast_to(row, (series, *row.shape[1:])) for row in rows]
        edges = [0, *accumulate(row.shape[1] for row in rows)]
        found = xp.matmul(xp.concatenate(rows, axis=1), xp.swapaxes(factors, 1, 2))
        return {
            key: (self.first[key][..., None] + found[:, edges[i] : edges[i + 1]])[..., None]
            for i, key in enumerate(keys)
        }

    def thinned(self) -> tuple[Moments, slice]:
        """The same with every fourth half-life only, which is enough to find where the correlation lies."""
        few = slice(None, None, THINNED)

        def some(sums: Sums) -> Sums:
            return {key: array[:, few] for key, array in sums.items()}

        parts = (some(self.first), some(self.now), some(self.cross), some(self.before))
        return Moments(self.p, self.n, *parts, self.gaps_days, self.counts), few


@dataclass(frozen=True, slots=True, eq=False)
class _Classes:
    """Which gap class each pair of neighbours is in."""

    group: Indices
    size: int

    def summed(self, a: Floats, b: Floats) -> Floats:
        """Products of two columns (series, half-lives, pairs), summed by class: (series, half-lives, classes)."""
        if b.shape[0] > 1 and a.shape[0] == b.shape[1] == 1:  # one column for many outcomes: a product of matrices
            masked = a[0, :, None, :] * (self.group == np.arange(self.size)[:, None])
            return (b[:, 0] @ masked.reshape(-1, b.shape[-1]).T).reshape(len(b), -1, self.size)
        order = np.argsort(self.group, kind="stable")
        edges = np.searchsorted(self.group[order], np.arange(self.size))
        return np.add.reduceat((a * b)[..., order], edges, axis=-1)


def moments(found: Columns, times_days: Floats, outcomes: Floats) -> Moments:
    """The moments of outcomes (series, n) that share their days and columns, coefficients in units of their prior.

    Each coefficient is measured from its prior mean in prior SDs, so that its prior is standard normal.
    """
    gaps, group = np.unique(np.round(np.diff(times_days), DIGITS), return_inverse=True)
    classes = _Classes(group, gaps.size)
    p = found.sd.size
    parts: list[Floats] = [(found.common[:, i] * found.sd[i])[None, None] for i in range(p - 1)]
    parts.append((found.exposure * found.sd[-1])[None])
    rest = (outcomes - found.common @ found.mean[:-1])[:, None]
    parts.append(rest - found.exposure * found.mean[-1] if found.mean[-1] else rest)
    first: Sums = {}
    now: Sums = {}
    cross: Sums = {}
    before: Sums = {}
    for i in range(p + 1):
        for j in range(i, p + 1):
            a, b = parts[i], parts[j]
            first[i, j] = a[..., 0] * b[..., 0]
            now[i, j] = classes.summed(a[..., 1:], b[..., 1:])
            before[i, j] = classes.summed(a[..., :-1], b[..., :-1])
            cross[i, j] = classes.summed(a[..., 1:], b[..., :-1]) + classes.summed(a[..., :-1], b[..., 1:])
    counts = np.bincount(group, minlength=gaps.size).astype(np.float64)
    n = np.full((1, 1, 1, 1), float(times_days.size))
    return Moments(p, n, first, now, cross, before, gaps[None, None, None], counts[None, None, None])


def stacked(items: Sequence[Moments]) -> Moments:
    """Moments of series with days and columns of their own as one; they need the same number of columns.

    A series with fewer gap classes gets classes without members, which add nothing.
    """
    width = max(item.gaps_days.shape[-1] for item in items)

    def padded(array: Floats, fill: float = 0.0) -> Floats:
        short = width - array.shape[-1]
        return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, short)], constant_values=fill) if short else array

    def joined(name: str) -> Sums:
        every: list[Sums] = [getattr(item, name) for item in items]
        found: Sums = {}
        for key in every[0]:
            most = max(sums[key].shape[1] for sums in every)
            wide = (np.broadcast_to(s[key], (len(s[key]), most, *s[key].shape[2:])) for s in every)
            found[key] = np.concatenate([array if name == "first" else padded(array) for array in wide])
        return found

    return Moments(
        p=items[0].p,
        n=np.concatenate([item.n for item in items]),
        first=joined("first"),
        now=joined("now"),
        cross=joined("cross"),
        before=joined("before"),
        gaps_days=np.concatenate([padded(item.gaps_days, 1.0) for item in items]),
        counts=np.concatenate([padded(item.counts) for item in items]),
    )
