"""The mean of a diary as columns: level, trend, covariates, withdrawal and, last, the acting exposure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.analyse.exposure import acting_exposure
from equipoise.analyse.planning import planning
from equipoise.model.observations import Observations
from equipoise.model.plan import Trend
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

HALF_LIFE_REACH = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns over the observed rows, and what is believed of their coefficients; the effect is the last column.

    `common`: (n, p - 1), the same for every half-life; `exposure`: (half-lives, n). `mean`, `sd`: (p,), in points.
    `half_lives_days`, `log_weight`: the nodes over which the half-life is integrated, and their log prior weights.
    `kernel`: what stands in place of a half-life, where something does.
    """

    names: tuple[str, ...]
    common: Floats
    exposure: Floats
    mean: Floats
    sd: Floats
    s0: float
    s0_from: str
    half_lives_days: Floats
    log_weight: Floats
    kernel: tuple[float, ...] = ()

    def at(self, node: int) -> Floats:
        """All columns for one half-life: (n, p)."""
        return np.column_stack([self.common, self.exposure[node]])


def columns(schedule: Schedule, seen: Observations, prior: Prior, trend: Trend, half_lives: int) -> Columns:
    """The columns of the observed rows of `seen`, with the coefficients' prior in points of the instrument."""
    rows = seen.observed
    times, values = seen.times_days[rows], seen.values[rows]
    nodes, log_weight = half_life_nodes(prior.half_life, half_lives)
    exposure = acting_exposure(schedule.exposure, times, nodes, seen.recall_days, prior.half_life.kernel)
    parts: list[tuple[str, Floats, float]] = [("level", np.ones(times.size), prior.intercept)]
    parts += [(name, column, prior.trend) for name, column in trend_columns(seen.times_days, times, trend)]
    parts += [(name, _standardised(column[rows]), prior.covariate) for name, column in seen.covariates.items()]
    if schedule.withdrawal_days:
        share = withdrawal_share(schedule.withdrawal_days, times, seen.recall_days)
        parts.append(("withdrawal", share, prior.withdrawal))
    untouched = exposure[nodes.size // 2] <= 1e-9
    planned = planning(prior, values[None], untouched[None])
    s0 = float(planned.s0[0])
    spreads = [spread for _, _, spread in parts]
    return Columns(
        names=(*(name for name, _, _ in parts), "effect"),
        common=np.column_stack([column for _, column, _ in parts]),
        exposure=exposure,
        mean=np.array([float(planned.centre[0]), *[0.0] * len(parts)]),
        sd=s0 * np.array([*spreads, prior.effect]),
        s0=s0,
        s0_from=planned.told(prior),
        half_lives_days=nodes,
        log_weight=log_weight,
        kernel=prior.half_life.kernel,
    )


def at_half_lives(found: Columns, exposure: Exposure, seen: Observations, prior: HalfLife, steps: Floats) -> Columns:
    """The same columns with the half-life at other `steps`, evenly spaced in SDs of its logarithm."""
    nodes = prior.median_days * np.exp(prior.log_sd * steps)
    return replace(
        found,
        exposure=acting_exposure(exposure, seen.times_days[seen.observed], nodes, seen.recall_days),
        half_lives_days=nodes,
        log_weight=-0.5 * steps**2 + np.log((steps[1] - steps[0]) / np.sqrt(2.0 * np.pi)),
    )


def half_life_nodes(prior: HalfLife, count: int) -> tuple[Floats, Floats]:
    """Half-lives in days and their log weights: a trapezoid over +-4 SD of its logarithm, one node if fixed."""
    if prior.fixed:
        return np.array([prior.median_days]), np.zeros(1)
    steps = np.linspace(-HALF_LIFE_REACH, HALF_LIFE_REACH, count)
    density = np.exp(-0.5 * steps**2)
    return prior.median_days * np.exp(prior.log_sd * steps), np.log(density / density.sum())


def trend_columns(all_days: Floats, times: Floats, trend: Trend) -> list[tuple[str, Floats]]:
    """The trend from -1 at the trial's first day to 1 at its last; a spline bends at one and at two thirds of it.

    Each rating stands for its own day, so half the trial is half of (last - first + the usual gap).
    """
    if trend == "none":
        return []
    first, last = float(all_days[0]), float(all_days[-1])
    usual = float(np.median(np.diff(all_days))) if all_days.size > 1 else 1.0
    position = (times - (first + last) / 2.0) / ((last - first + usual) / 2.0)
    found = [("trend", position)]
    if trend == "spline":
        found += [(f"bend {i}", np.maximum(position - knot, 0.0)) for i, knot in ((1, -1 / 3), (2, 1 / 3))]
    return found


def withdrawal_share(spans_days: tuple[tuple[float, float], ...], times: Floats, recall_days: float) -> Floats:
    """The share of each rating's recall window that lies in a withdrawal span; without a window, 0 or 1."""
    share = np.zeros(times.size)
    for start, end in spans_days:
        if recall_days == 0.0:
            share += (times > start) & (times <= end)
        else:
            share += np.clip(np.minimum(times, end) - np.maximum(times - recall_days, start), 0.0, None) / recall_days
    return share


def _standardised(column: Floats) -> Floats:
    spread = column.std()
    return (column - column.mean()) / (spread if spread > 0 else 1.0)
