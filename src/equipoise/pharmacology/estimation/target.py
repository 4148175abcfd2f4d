"""What an estimate makes smallest: -2 log of the joint density of one patient's measurements and random effects.

Random effects are counted in prior SDs throughout (eta = root of omega times the point): the prior is a sphere, the
curvature at least 1 in every direction, and an effect with almost no variance no special case. As in NONMEM, the
constants log(2 pi) of the measurements and the random effects are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from equipoise.model.schedule import Bools, Floats
from equipoise.pharmacology.estimation.individual import Individual

SECOND_STEP = 3.0
"""Second differences take a step larger by this factor: rounding is divided by its square."""


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """Predictions about a point: `f` (n,), its derivatives `df` (n, q), the variances `r` (n,), theirs `dr` (n, q)."""

    f: Floats
    df: Floats
    r: Floats
    dr: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Expansion:
    """The target about a point: value, gradient (q,), and half its expected Hessian (q, q), the inverse covariance."""

    value: float
    gradient: Floats
    curvature: Floats

    @property
    def sound(self) -> bool:
        """Whether everything is a number."""
        parts = (self.value, self.gradient, self.curvature)
        return all(bool(np.all(np.isfinite(part))) for part in parts)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The target of one patient. `variance` (n,): held fixed (FOCE without interaction); None: that of each prediction.

    Source: wang_2007, beal_2001.
    """

    individual: Individual
    variance: Floats | None = None

    def values(self, points: Floats) -> Floats:
        """-2 log joint density (m,) at points (m, q); inf where a prediction or a variance cannot be."""
        f, r = self._predictions(points)
        y, below = self.individual.scaled, self.individual.measured.below
        with np.errstate(all="ignore"):
            terms = np.where(below, -2.0 * log_ndtr((y - f) / np.sqrt(r)), (y - f) ** 2 / r + np.log(r))
        whole = terms.sum(axis=1) + (points**2).sum(axis=1)
        return np.where(np.isfinite(whole) & (r > 0.0).all(axis=1), whole, np.inf)

    def local(self, point: Floats) -> Local:
        """Predictions and variances about a point (q,), by central differences: all of them predicted at once."""
        q, step = point.size, self.individual.step_sds
        shifts = step * np.eye(q)
        f, r = self._predictions(np.concatenate([point[None, :], point + shifts, point - shifts]))
        return Local(
            f=f[0],
            df=(f[1 : q + 1] - f[q + 1 :]).T / (2.0 * step),
            r=r[0],
            dr=(r[1 : q + 1] - r[q + 1 :]).T / (2.0 * step),
        )

    def expansion(self, point: Floats) -> Expansion:
        """The target about a point (q,)."""
        here = self.local(point)
        y, below = self.individual.scaled, self.individual.measured.below
        with np.errstate(all="ignore"):
            seen, unseen = _quantified(here, y, ~below), _censored(here, y, below)
        value = seen[0] + unseen[0] + float(point @ point)
        gradient = seen[1] + unseen[1] + 2.0 * point
        curvature = seen[2] + unseen[2] + np.eye(point.size)
        return Expansion(value if np.all(here.r > 0.0) else np.inf, gradient, curvature)

    def curvature(self, point: Floats) -> Floats:
        """Half the Hessian (q, q) at a point, by second differences of the target itself: exact, not expected."""
        q, step = point.size, SECOND_STEP * self.individual.step_sds
        shifts = step * np.eye(q)
        pairs = shifts[:, None, :] + shifts[None, :, :]
        across = shifts[:, None, :] - shifts[None, :, :]
        offsets = np.concatenate([pairs.reshape(-1, q), -pairs.reshape(-1, q), across.reshape(-1, q)])
        plus, minus, other = self.values(point + offsets).reshape(3, q, q)
        with np.errstate(invalid="ignore"):  # inf where there is no prediction
            found = (plus + minus - other - other.T) / (8.0 * step**2)
        return (found + found.T) / 2.0

    def _predictions(self, points: Floats) -> tuple[Floats, Floats]:
        f, r = self.individual.predictions(points)
        return f, r if self.variance is None else np.broadcast_to(self.variance, r.shape)


Terms = tuple[float, Floats, Floats]


def _quantified(here: Local, y: Floats, which: Bools) -> Terms:
    """Value, gradient and expected curvature of the measurements that have a value."""
    f, df, r, dr = here.f[which], here.df[which], here.r[which], here.dr[which]
    error, relative = y[which] - f, dr / r[:, None]
    gradient = df.T @ (-2.0 * error / r) + relative.T @ (1.0 - error**2 / r)
    curvature = df.T @ (df / r[:, None]) + 0.5 * relative.T @ relative
    return float((error**2 / r + np.log(r)).sum()), gradient, curvature


def _censored(here: Local, y: Floats, which: Bools) -> Terms:
    """The same of measurements below their limit: -2 log of the probability of being there (Beal's M3)."""
    f, df, r, dr = here.f[which], here.df[which], here.r[which], here.dr[which]
    sd = np.sqrt(r)
    z = (y[which] - f) / sd
    dz = -df / sd[:, None] - 0.5 * (z / r)[:, None] * dr
    log_below = log_ndtr(z)
    hazard = np.exp(-0.5 * z**2 - log_below) / np.sqrt(2.0 * np.pi)
    bend = hazard * (z + hazard)
    return float(-2.0 * log_below.sum()), dz.T @ (-2.0 * hazard), dz.T @ (dz * bend[:, None])
