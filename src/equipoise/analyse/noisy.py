"""Several ratings a day: each is that moment's state plus noise of its own. A filter takes the place of the moments.

The covariance is spread^2 * (R + noise * I) with noise = share / (1 - share). For every correlation and every share the
columns and the outcome are whitened by one pass of the Kalman filter, all at once. The share is one more axis of nodes
beside the half-life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyse.columns import Columns
from equipoise.analyse.moments import Array, Namespace, Sums
from equipoise.model.schedule import Floats

SHARES = 15
LOGIT_REACH = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class NoisyRatings:
    """Whitened products for nodes of the correlation. The second axis runs over (half-life, share), the share fastest.

    `rows`: (half-lives, n, p + 1), columns in prior SDs and the outcome last. `log_weight`: (half-lives * shares,).
    """

    p: int
    n: Array
    times_days: Floats
    rows: Floats
    shares: Floats
    log_weight: Floats

    def whitened(self, phi: Array, xp: Namespace) -> tuple[Sums, Array]:
        """As `Moments.whitened`: products (1, half-lives * shares, phi, 1) and log |R + noise I|. NumPy only."""
        del xp
        correlation = np.asarray(phi)[0, 0]
        noise = (self.shares / (1.0 - self.shares))[:, None]
        half_lives, n, width = self.rows.shape
        state = np.zeros((half_lives, self.shares.size, correlation.size, width))
        products = np.zeros((width, width, half_lives, self.shares.size, correlation.size))
        log_det = np.zeros((self.shares.size, correlation.size))
        spread = np.ones((self.shares.size, correlation.size))
        for i in range(n):
            if i:
                rho = correlation ** (self.times_days[i] - self.times_days[i - 1])
                state *= rho[:, None]
                spread = 1.0 - rho * rho * (1.0 - spread)
            total = spread + noise
            ahead = self.rows[:, None, None, i, :] - state
            state += (spread / total)[..., None] * ahead
            log_det += np.log(total)
            scaled = ahead / np.sqrt(total)[..., None]
            products += np.einsum("hskw,hskv->wvhsk", scaled, scaled)
            spread = spread * noise / total
        shape = (1, half_lives * self.shares.size, correlation.size, 1)
        sums: Sums = {(i, j): products[i, j].reshape(shape) for i in range(width) for j in range(i, width)}
        both = np.broadcast_to(log_det, (half_lives, *log_det.shape)).reshape(shape)
        return sums, both

    def thinned(self) -> tuple[NoisyRatings, slice]:
        """Itself: its shares of noise are as uncertain as the correlation, none can be left out of a scan."""
        return self, slice(None)


def noisy_ratings(found: Columns, times_days: Floats, outcome: Floats, shapes: tuple[float, float]) -> NoisyRatings:
    """The filter for one diary; `shapes`: the Beta prior of the share of noise in the variance of a rating."""
    logit = np.linspace(-LOGIT_REACH, LOGIT_REACH, SHARES)
    shares = 1.0 / (1.0 + np.exp(-logit))
    prior = shapes[0] * np.log(shares) + shapes[1] * np.log1p(-shares)
    prior -= np.log(np.exp(prior).sum())
    rest = outcome - found.common @ found.mean[:-1]
    rows = np.stack(
        [np.column_stack([found.at(h) * found.sd, rest]) for h in range(found.half_lives_days.size)]
    )  # the effect's own prior mean is zero
    weight = (found.log_weight[:, None] + prior).ravel()
    n = np.full((1, 1, 1, 1), float(times_days.size))
    return NoisyRatings(found.sd.size, n, times_days, rows, shares, weight)
