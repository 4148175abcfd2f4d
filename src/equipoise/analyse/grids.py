"""The densities of nodes: fine for one answer, fast for a simulation; what each costs in accuracy is measured."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.polynomial.hermite import hermgauss

from equipoise.analyse.density import Grid
from equipoise.analyse.moments import Array, Namespace

Quality = Literal["fine", "dense", "fast"]

HALF_LIVES: dict[Quality, int] = {"fine": 25, "dense": 25, "fast": 9}
"""Dense: as many half-lives as the fine grid, correlation and spread as in the fast one."""

TAIL = 1.5
SPREADS = 5
NARROW_HALF_LIFE, NARROW_PHI = 0.75, 0.9  # spacings of the nodes
ONE_HALF_LIFE, PHI_END, SPREAD_END = 0.54, 0.01, 0.1  # share of the weight
"""Where a fast grid fails: a posterior narrower than so many spacings, or such a share of it on one half-life or on an
outermost node. Measured on 3,000 diaries drawn from the prior.
"""


def grid(quality: Quality, xp: Namespace) -> Grid:
    """The grid as arrays of `xp`. Fine: errors below 1e-5 posterior SDs on 84 days; fast: see `unresolved`.

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


def unresolved(weight: Array, xp: Namespace) -> Array:
    """Which series the fast grid does not resolve, (series,): theirs want the fine one. `weight`: as of the nodes.

    Of diaries drawn from the prior with an uncertain half-life it names a fifth, mostly nearly noise-free ones; of the
    others 99.9 % lie within 0.02 posterior SDs of the fine grid, the worst of 7,000 at 0.04.
    """
    by_pair = xp.sum(weight, axis=3)
    total = xp.sum(by_pair, axis=(1, 2))
    half_life, phi = (xp.sum(by_pair, axis=axis) / total[:, None] for axis in (2, 1))
    ends = xp.stack([phi[:, 0], phi[:, -1]])
    spread_ends = xp.sum(weight[..., :: SPREADS - 1], axis=(1, 2)) / total[:, None]
    found = _narrower(phi, NARROW_PHI, xp) | xp.any(ends > PHI_END, axis=0) | xp.any(spread_ends > SPREAD_END, axis=1)
    if half_life.shape[1] > 1:  # taken as known, it has one node
        found = found | _narrower(half_life, NARROW_HALF_LIFE, xp) | (xp.max(half_life, axis=1) > ONE_HALF_LIFE)
    return found


def finer(quality: Quality, half_lives: int) -> Quality | None:
    """The grid to try for a series that this one does not resolve; None after the finest."""
    if quality == "fast" and half_lives > 1:
        return "dense"
    return None if quality == "fine" else "fine"


def too_narrow(weight: Array, xp: Namespace) -> Array:
    """Which series the fine grid does not resolve, (series,): the half-life's posterior is narrower than a spacing."""
    share = xp.sum(weight, axis=(2, 3)) / xp.sum(weight, axis=(1, 2, 3))[:, None]
    return _narrower(share, 1.0, xp) & (share.shape[1] > 1)


def _narrower(share: Array, spacings: float, xp: Namespace) -> Array:
    """Whether shares over nodes (series, nodes) have an SD of fewer spacings."""
    place = xp.arange(share.shape[1])
    mean = share @ place
    return share @ place**2 - mean * mean < spacings**2
