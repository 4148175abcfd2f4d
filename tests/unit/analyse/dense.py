"""The posterior by brute force: dense covariances on a plain grid, written without any part of the program's algebra.

With coefficients b ~ N(m, diag(s^2)) and residual covariance spread^2 (R + noise I), the ratings are normal with mean
X m and covariance X diag(s^2) X' + spread^2 (R + noise I). So every node is one dense normal density.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp
from scipy.stats import beta

from equipoise.analyse.columns import Columns
from equipoise.model.prior import Prior
from equipoise.model.schedule import Bools, Floats


def correlation(times_days: Floats, phi: float) -> Floats:
    """phi^|gap| for all pairs; a negative phi needs whole days."""
    gaps = np.abs(times_days[:, None] - times_days)
    return phi**gaps if phi >= 0 else phi ** np.round(gaps)


@dataclass(frozen=True)
class Dense:
    """Log evidence, and mean and SD of the effect."""

    log_evidence: float
    mean: float
    sd: float


def dense_posterior(
    found: Columns,
    times_days: Floats,
    values: Floats,
    prior: Prior,
    *,
    shares: Floats | None = None,
    nodes: int = 100,
    keep: Bools | None = None,
) -> Dense:
    """The posterior on a midpoint grid over phi and a trapezoid over log spread; `keep`: the ratings that are used."""
    rows = np.ones(values.size, dtype=bool) if keep is None else keep
    t, y = times_days[rows], values[rows]
    belief = prior.phi
    unit = (np.arange(nodes) + 0.5) / nodes
    phis = belief.low + (belief.high - belief.low) * unit
    phi_weight = beta(belief.a, belief.b).logpdf(unit) - np.log(nodes)
    spreads = np.exp(np.linspace(np.log(found.s0) - 3.0, np.log(found.s0) + 2.0, nodes))
    step = 5.0 / (nodes - 1)
    share_nodes = np.zeros(1) if shares is None else shares
    share_weight = np.zeros(1) if shares is None else beta(*prior.noise).logpdf(shares) - np.log(shares.size)
    logs, means, variances = [], [], []
    for h in range(found.half_lives_days.size):
        x = found.at(h)[rows]
        seen_by_prior = (x * found.sd**2) @ x.T
        rest = y - x @ found.mean
        for phi, phi_log in zip(phis, phi_weight, strict=True):
            base = correlation(t, phi)
            for share, share_log in zip(share_nodes, share_weight, strict=True):
                inner = base + share / (1.0 - share) * np.eye(y.size)
                covariance = seen_by_prior + spreads[:, None, None] ** 2 * inner
                solved = np.linalg.solve(covariance, np.broadcast_to(rest[:, None], (nodes, y.size, 1)))[..., 0]
                log_det = np.linalg.slogdet(covariance)[1]
                fit = -0.5 * (y.size * np.log(2 * np.pi) + log_det + solved @ rest)
                scale = prior.scale * found.s0
                free = 1.0 if prior.scale_of == "marginal" else np.sqrt(1.0 - phi**2)
                half_normal = np.log(2.0 * free / scale) - 0.5 * np.log(2 * np.pi) - 0.5 * (spreads * free / scale) ** 2
                logs.append(fit + half_normal + np.log(spreads * step) + phi_log + share_log + found.log_weight[h])
                to_effect = found.sd[-1] ** 2 * x[:, -1]
                means.append(found.mean[-1] + solved @ to_effect)
                back = np.linalg.solve(covariance, np.broadcast_to(to_effect[:, None], (nodes, y.size, 1)))[..., 0]
                variances.append(found.sd[-1] ** 2 - back @ to_effect)
    log_weight, mean, variance = (np.concatenate(part) for part in (logs, means, variances))
    total = float(logsumexp(log_weight))
    weight = np.exp(log_weight - total)
    centre = float(weight @ mean)
    return Dense(total, centre, float(np.sqrt(weight @ (variance + (mean - centre) ** 2))))
