"""Single-site binding at equilibrium: alone, and with others at the same site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from equipoise.model.schedule import Floats


def occupancy(free_nm: ArrayLike, ki_nm: ArrayLike) -> Floats:
    """The occupied share of one site (0 to 1), C / (C + Ki), of any shape that the two arguments share.

    `free_nm`: unbound concentration at the site, at least 0. `ki_nm`: inhibition constant, above 0.

    >>> occupancy([0.0, 10.0, 90.0], 10.0).tolist()
    [0.0, 0.5, 0.9]
    """
    free = np.asarray(free_nm, dtype=float)
    return free / (free + np.asarray(ki_nm, dtype=float))


def competing(free_nm: Sequence[ArrayLike], ki_nm: Sequence[ArrayLike]) -> tuple[Floats, Floats]:
    """What each of several substances occupies of one site, and what they occupy together; shares of 0 to 1.

    The first array has one row for each substance: (C_i / Ki_i) / (1 + sum of C_j / Ki_j). Another substance lowers
    the share of each and raises that of all. Source: gaddum_1937.

    >>> each, total = competing([10.0, 10.0], [10.0, 10.0])
    >>> [round(float(share), 4) for share in each], round(float(total), 4)
    ([0.3333, 0.3333], 0.6667)
    """
    pairs = zip(free_nm, ki_nm, strict=True)
    strengths = np.stack([np.asarray(free, dtype=float) / np.asarray(ki, dtype=float) for free, ki in pairs])
    weight = strengths.sum(axis=0)
    return strengths / (1.0 + weight), weight / (1.0 + weight)
