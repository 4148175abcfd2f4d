"""Many diaries on the same days, each with what was taken and which ratings were given: all their moments at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.analyse.columns import half_life_nodes, trend_columns
from equipoise.analyse.exposure import acting_exposures
from equipoise.analyse.moments import DIGITS, Moments, Sums, stacked
from equipoise.analyse.planning import planning
from equipoise.model.observations import Observations
from equipoise.model.plan import Trend
from equipoise.model.prior import Prior
from equipoise.model.schedule import Bools, Design, Exposure, Floats, Indices, Schedule

PORTION = 128
"""Diaries whose products are made at once: measured. With more, memory is asked for and given back all the time."""


@dataclass(frozen=True, slots=True, eq=False)
class Diaries:
    """Diaries that share the days of their ratings.

    `levels`: what was taken on each day, (diaries, days), day d from time d to d + 1; `before`: the level held long
    before day 0. `times_days`: when ratings were due, (n,). `values`: the ratings, NaN where none was given,
    (diaries, n).
    """

    levels: Floats
    times_days: Floats
    values: Floats
    recall_days: float = 0.0
    before: float = 0.0
    design: Design = "randomised_blocks"

    def acting(self, half_lives_days: Floats, rows: slice = slice(None)) -> Floats:
        """The acting exposure of some of them at the days of the ratings: (diaries, half-lives, n).

        `half_lives_days`: (half-lives,), or (diaries, half-lives) where each has its own.
        """
        levels = self.levels[rows]
        days = np.arange(levels.shape[1], dtype=np.float64)
        return acting_exposures(days, levels, self.times_days, half_lives_days, self.recall_days, self.before)

    def some(self, rows: Bools | Indices) -> Diaries:
        """Those that are marked, or have these numbers."""
        return replace(self, levels=self.levels[rows], values=self.values[rows])

    def one(self, row: int) -> tuple[Schedule, Observations]:
        """One of them as the single analysis takes it."""
        exposure = Exposure(range(self.levels.shape[1]), self.levels[row], self.before)
        return Schedule(self.design, exposure), Observations(
            self.times_days, self.values[row], recall_days=self.recall_days
        )


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some of the diaries: their moments, their planning SDs and the points that one prior unit of effect is."""

    moments: Moments
    s0: Floats
    unit: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """What all the diaries share: the columns that know nothing of what was taken, (n, p - 1), their prior SDs in units
    of the planning SD, and the half-lives with their log weights.
    """

    diaries: Diaries
    prior: Prior
    half_lives_days: Floats
    columns: Floats
    spreads: Floats
    log_weight: Floats

    def block(self, rows: slice) -> Block:
        """The moments of some diaries, coefficients in units of their prior."""
        values = self.diaries.values[rows]
        acting = self.diaries.acting(self.half_lives_days, rows)
        planned = planning(self.prior, values, acting[:, acting.shape[1] // 2] <= 1e-9)
        s0, unit = planned.s0, planned.s0 * self.prior.effect
        common = self.columns.T[None] * (s0[:, None] * self.spreads)[:, :, None]
        rest = (values - planned.centre[:, None])[:, None]
        free = np.concatenate([common, rest], axis=1)
        acting *= unit[:, None, None]
        parts = [slice(start, start + PORTION) for start in range(0, len(values), PORTION)]
        found = [_moments(self.diaries.times_days, free[part], acting[part]) for part in parts]
        return Block(stacked(found), s0, unit)


def shared(diaries: Diaries, prior: Prior, trend: Trend, half_lives: int) -> Common:
    """What all diaries share under a prior, at so many half-lives where it is uncertain."""
    times = diaries.times_days
    nodes, log_weight = half_life_nodes(prior.half_life, half_lives)
    trends = [column for _, column in trend_columns(times, times, trend)]
    spreads = np.array([prior.intercept, *[prior.trend] * len(trends)])
    return Common(diaries, prior, nodes, np.column_stack([np.ones(times.size), *trends]), spreads, log_weight)


def _moments(times_days: Floats, free: Floats, acting: Floats) -> Moments:
    """The moments of diaries from the columns that know no half-life, the outcome (NaN: no rating) last,
    (diaries, p, n), and the acting exposure, (diaries, half-lives, n).
    """
    p = free.shape[1]
    given = ~np.isnan(free[:, -1])
    counts: Indices = given.sum(axis=1)
    front = np.argsort(~given, axis=1, kind="stable")[:, : int(counts.max())]  # given ratings first, in their order
    free = np.nan_to_num(np.take_along_axis(free, front[:, None], axis=2))
    acting = np.take_along_axis(acting, front[:, None], axis=2)
    classes, gaps_days = _classes(times_days[front], counts)
    one, other = np.triu_indices(p)
    place = np.array([*range(p - 1), p])  # the outcome is column p; the effect, p - 1, stands before it
    keys = [*zip(place[one].tolist(), place[other].tolist(), strict=True)]
    crossed = [(min(i, p - 1), max(i, p - 1)) for i in place.tolist()]
    first: Sums = {key: (free[:, i, :1] * free[:, j, :1]) for key, i, j in zip(keys, one, other, strict=True)}
    first |= {key: free[:, i, :1] * acting[..., 0] for i, key in enumerate(crossed)}
    first[p - 1, p - 1] = acting[..., 0] ** 2
    by_free, by_both = _of_free(free, one, other, classes), _of_both(free, acting, classes)
    by_acting = _of_acting(acting, classes)

    def joined(part: int) -> Sums:
        found: Sums = {key: by_free[part][:, i, None] for i, key in enumerate(keys)}
        found |= {key: by_both[part][:, :, i] for i, key in enumerate(crossed)}
        return found | {(p - 1, p - 1): by_acting[part]}

    n = counts[:, None, None, None].astype(np.float64)
    members = classes.sum(axis=2)[:, None, None]
    return Moments(p, n, first, joined(0), joined(1), joined(2), np.broadcast_to(gaps_days, members.shape), members)


Three = tuple[Floats, Floats, Floats]
"""Sums of each row with itself, of each with the row before it, and of that row with itself."""


def _of_free(free: Floats, one: Indices, other: Indices, classes: Floats) -> Three:
    """Of columns that know no half-life with one another: (diaries, pairs of columns, classes) each."""
    late, early, masks = free[..., 1:], free[..., :-1], classes.transpose(0, 2, 1)
    cross = late[:, one] * early[:, other] + early[:, one] * late[:, other]
    return (late[:, one] * late[:, other]) @ masks, cross @ masks, (early[:, one] * early[:, other]) @ masks


def _of_both(free: Floats, acting: Floats, classes: Floats) -> Three:
    """Of the acting exposure with those columns: (diaries, half-lives, columns, classes) each."""
    series, half_lives, pairs = len(acting), acting.shape[1], acting.shape[2] - 1
    rows = np.concatenate([acting[..., 1:], acting[..., :-1]], axis=1)
    both = np.stack([free[..., 1:], free[..., :-1]], axis=1)
    masked = both[:, :, :, None] * classes[:, None, None]
    sums = rows @ masked.reshape(series, -1, pairs).transpose(0, 2, 1)
    four = sums.reshape(series, 2, half_lives, 2, *masked.shape[2:4])
    return four[:, 0, :, 0], four[:, 0, :, 1] + four[:, 1, :, 0], four[:, 1, :, 1]


def _of_acting(acting: Floats, classes: Floats) -> Three:
    """Of the acting exposure with itself: (diaries, half-lives, classes) each."""
    late, early, masks = acting[..., 1:], acting[..., :-1], classes.transpose(0, 2, 1)
    return (late * late) @ masks, 2.0 * (late * early) @ masks, (early * early) @ masks


def _classes(times_days: Floats, counts: Indices) -> tuple[Floats, Floats]:
    """Whether each pair of neighbours is in each class of gaps, (diaries, classes, pairs), and the classes' lengths."""
    second: Indices = np.arange(1, times_days.shape[1], dtype=np.intp)
    real = second < counts[:, None]
    gaps = np.where(real, np.round(np.diff(times_days, axis=1), DIGITS), 0.0)
    known = np.unique(gaps[real])
    return (gaps[:, None] == known[:, None]).astype(np.float64), known[None, None, None]
