"""The two densities of nodes: fine for one answer, fast for a simulation; what each costs in accuracy is measured."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.polynomial.hermite import hermgauss

from equipoise.analyse.density import Grid
from equipoise.analyse.moments import Namespace

Quality = Literal["fine", "fast"]

HALF_LIVES: dict[Quality, int] = {"fine": 25, "fast": 9}

TAIL = 1.5
SPREADS = 5


def grid(quality: Quality, xp: Namespace) -> Grid:
    """The grid as arrays of `xp`. Fine: errors below 1e-5 posterior SDs on 84 days; fast: below 1e-2 for usual trials.

    Half-lives stay at the prior's nodes under fast. Over diaries drawn from the prior with an uncertain half-life, SDs
    are then about 2 % too small, and nearly noise-free diaries are far off; `fit_gaussian` moves its nodes under fine.

    The nodes of the correlation widen outwards as a hyperbolic sine: its posterior has a long tail towards 1.
    """
    if quality == "fine":
        scan, zoom, main = xp.linspace(-9.0, 9.0, 25), xp.linspace(-4.0, 4.0, 15), xp.linspace(-5.0, 5.0, 21)
        spread = xp.linspace(-5.0, 7.0, 19)
        spread_weight = xp.full(19, math.log(12.0 / 18.0))
    else:
        scan, zoom, main = xp.linspace(-5.0, 5.0, 11), xp.linspace(-3.0, 3.0, 9), xp.linspace(-2.8, 2.8, 9)
        places, shares = hermgauss(SPREADS)
        spread = xp.asarray(math.sqrt(2.0) * places)
        spread_weight = xp.asarray(np.log(math.sqrt(2.0) * shares) + places**2)
    weight = xp.log(xp.cosh(main / TAIL) * (main[1] - main[0]))
    return Grid(scan, zoom, TAIL * xp.sinh(main / TAIL), weight, spread, spread_weight)
