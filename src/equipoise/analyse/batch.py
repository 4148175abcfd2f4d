"""Many diaries at once, the base of power simulation: the same density on the same nodes, a block of series at a time.

Diaries that share days and columns share their moments; ragged ones are stacked. NumPy on threads by default; with
JAX installed (`engine="jax"`) the very same functions are compiled for its devices, a GPU where it finds one. Series
that the fast grid does not resolve are fitted again on finer ones, the last of them by themselves.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.analyse.blocks import Summary, jax_block, numpy_block
from equipoise.analyse.columns import Columns, columns
from equipoise.analyse.common_days import Diaries, shared
from equipoise.analyse.density import Beliefs
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.grids import HALF_LIVES, Quality, finer
from equipoise.analyse.moments import Moments, moments, stacked
from equipoise.errors import Fault, InputError
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats, Schedule

Engine = Literal["numpy", "jax"]
BLOCK: dict[Engine, int] = {"numpy": 3072, "jax": 16_384}
"""Series times half-lives in one block: measured. Smaller, the threads wait for the interpreter; larger, for memory."""

COMMON_BLOCK = 1_152
"""The same for diaries on common days, whose moments are made in the block too: a tenth faster than 3,072."""

NODES: dict[Quality, int] = {"fast": 1, "dense": 1, "fine": 9}  # times as many nodes for each half-life


Part = tuple[Moments, Floats, Floats]
"""A block of series: their moments, the points that are asked for, in prior units, and their planning SDs."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Mean and SD of each series' effect, (series,), and the probability of lying below each `at`, (series, at).

    `interval`: the ends of the central interval, (series, 2); of no columns where none was asked for.
    """

    mean: Floats
    sd: Floats
    below: Floats
    interval: Floats


def fit_many(
    schedule: Schedule,
    times_days: Floats,
    outcomes: Floats,
    prior: Prior,
    plan: Plan | None = None,
    *,
    at: Sequence[float] | Floats = (0.0,),
    quality: Quality = "fast",
    engine: Engine = "numpy",
    threads: int | None = None,
) -> Answers:
    """The effects of series (series, n) under one schedule; `at`: points, or (series, at) where each has its own.

    The prior must name `s0` and a numeric centre: nothing may be read from one series for all. Ratings are complete;
    for missing ones fit each pattern by itself, or use `fit_ragged`.
    """
    plan = plan or Plan()
    faults: list[Fault] = []
    if prior.s0 is None:
        faults.append(Fault("prior.s0", "None", "the planning SD in points", "Series share it: give a number."))
    if isinstance(prior.centre, str):
        faults.append(Fault("prior.centre", prior.centre, "a number of points", "Series share it: give the level."))
    if outcomes.ndim != 2 or outcomes.shape[1] != times_days.size or np.any(np.isnan(outcomes)):
        found = f"shape {outcomes.shape}, {int(np.isnan(outcomes).sum())} missing"
        faults.append(Fault("outcomes", found, f"(series, {times_days.size}) without gaps", "Use fit_ragged."))
    if faults:
        raise InputError("fit_many", faults)
    found = columns(schedule, Observations(times_days, outcomes[0]), prior, plan.trend, HALF_LIVES[quality])
    places = np.broadcast_to(np.atleast_2d(np.asarray(at, dtype=np.float64)), (len(outcomes), np.shape(at)[-1]))

    def part(rows: range) -> Part:
        block = slice(rows.start, rows.stop)
        return moments(found, times_days, outcomes[block]), places[block] / found.sd[-1], np.array(found.s0)

    parts = _portions(len(outcomes), found.log_weight.size, BLOCK[engine], quality)
    answers, hard = _all(part, parts, found.log_weight, prior, quality, engine, threads)

    def again(rows: list[int]) -> Answers:
        if quality == "fast":
            kept = places[rows]
            return fit_many(
                schedule,
                times_days,
                outcomes[rows],
                prior,
                plan,
                at=kept,
                quality="fine",
                engine=engine,
                threads=threads,
            )
        return _alone([(schedule, Observations(times_days, outcomes[i])) for i in rows], places[rows], prior, plan)

    return _mended(_in_points(answers, found.sd[-1]), hard, again)


def fit_ragged(
    trials: Sequence[tuple[Schedule, Observations]],
    prior: Prior,
    plan: Plan | None = None,
    *,
    at: Sequence[float] = (0.0,),
    quality: Quality = "fast",
    engine: Engine = "numpy",
    threads: int | None = None,
) -> Answers:
    """The effects of trials that share neither days nor schedules; each has the planning SD of its own diary.

    All need the same number of columns: the same trend, covariates and withdrawal spans.
    """
    plan = plan or Plan()
    each = [columns(s, seen, prior, plan.trend, HALF_LIVES[quality]) for s, seen in trials]
    widths = sorted({found.sd.size for found in each})
    if len(widths) > 1:
        mend = "Fit trials with different covariates or withdrawal spans apart."
        raise InputError("fit_ragged", [Fault("trials", f"{widths} columns", "the same number for all", mend)])

    def part(rows: range) -> Part:
        return stacked([_own(each[i], trials[i][1]) for i in rows]), _places(at, each, rows), _scales(each, rows)

    parts = _portions(len(trials), each[0].log_weight.size, BLOCK[engine], quality)
    answers, hard = _all(part, parts, each[0].log_weight, prior, quality, engine, threads)

    def again(rows: list[int]) -> Answers:
        some = [trials[i] for i in rows]
        following = finer(quality, each[0].log_weight.size)
        if following is not None:
            return fit_ragged(some, prior, plan, at=at, quality=following, engine=engine, threads=threads)
        return _alone(some, np.tile(np.asarray(at, dtype=np.float64), (len(rows), 1)), prior, plan)

    return _mended(_in_points(answers, np.array([found.sd[-1] for found in each])), hard, again)


def fit_common_days(
    diaries: Diaries,
    prior: Prior,
    plan: Plan | None = None,
    *,
    at: Sequence[float] | Floats = (0.0,),
    interval: bool = False,
    quality: Quality = "fast",
    threads: int | None = None,
) -> Answers:
    """The effects of diaries that share the days of their ratings, each with its own order, doses taken and gaps.

    The same numbers as each by itself on the same grid, to rounding; the planning SD and the level of each diary are
    its own where the prior names none. Each needs at least two ratings. `at` as in `fit_many`; with `interval` the ends
    of the plan's interval too.
    """
    plan = plan or Plan()
    common = shared(diaries, prior, plan.trend, HALF_LIVES[quality])
    places = np.broadcast_to(np.atleast_2d(np.asarray(at, dtype=np.float64)), (len(diaries.values), np.shape(at)[-1]))
    units = np.empty(len(places))

    def part(rows: range) -> Part:
        here = slice(rows.start, rows.stop)
        block = common.block(here)
        units[here] = block.unit
        return block.moments, places[here] / block.unit[:, None], block.s0[:, None, None, None]

    ends = (0.5 - plan.level / 2.0, 0.5 + plan.level / 2.0) if interval else ()
    parts = _portions(len(places), common.log_weight.size, COMMON_BLOCK, quality)
    answers, hard = _all(part, parts, common.log_weight, prior, quality, "numpy", threads, ends)

    def again(rows: list[int]) -> Answers:
        following = finer(quality, common.log_weight.size)
        if following is not None:
            some, at = diaries.some(np.array(rows)), places[rows]
            return fit_common_days(some, prior, plan, at=at, interval=interval, quality=following, threads=threads)
        return _alone([diaries.one(i) for i in rows], places[rows], prior, plan, interval=interval)

    return _mended(_in_points(answers, units), hard, again)


def _mended(found: Answers, hard: list[int], again: Callable[[list[int]], Answers]) -> Answers:
    """The answers, those of the series that the grid does not resolve taken from `again`."""
    if not hard:
        return found
    better = again(hard)
    parts = [part.copy() for part in (found.mean, found.sd, found.below, found.interval)]
    for part, mended in zip(parts, (better.mean, better.sd, better.below, better.interval), strict=True):
        part[hard] = mended
    return Answers(*parts)


def _alone(
    trials: Iterable[tuple[Schedule, Observations]], places: Floats, prior: Prior, plan: Plan, *, interval: bool = False
) -> Answers:
    """Each series by itself, its half-lives placed about its own posterior."""
    single = replace(plan, several_a_day=False)
    fits = [fit_gaussian(schedule, seen, prior, single).mixture for schedule, seen in trials]
    below = np.array([[fit.below(float(place)) for place in own] for fit, own in zip(fits, places, strict=True)])
    ends = np.array([fit.interval(plan.level) for fit in fits]) if interval else np.zeros((len(fits), 0))
    return Answers(np.array([fit.mean for fit in fits]), np.array([fit.sd for fit in fits]), below, ends)


def _own(found: Columns, seen: Observations) -> Moments:
    return moments(found, seen.times_days[seen.observed], seen.values[seen.observed][None])


def _places(at: Sequence[float], each: Sequence[Columns], block: range) -> Floats:
    return np.array([[value / each[i].sd[-1] for value in at] for i in block])


def _scales(each: Sequence[Columns], block: range) -> Floats:
    return np.array([each[i].s0 for i in block])[:, None, None, None]


def _portions(series: int, half_lives: int, block: int, quality: Quality) -> list[range]:
    size = max(block // (half_lives * NODES[quality]), 1)
    return [range(start, min(start + size, series)) for start in range(0, series, size)]


def _in_points(found: Answers, unit: Floats | float) -> Answers:
    """Answers in points; `unit`: the prior SD of each series' effect, in which they were computed."""
    wide = np.reshape(unit, (-1, 1))
    return Answers(found.mean * unit, found.sd * unit, found.below, found.interval * wide)


def _all(
    part: Callable[[range], Part],
    portions: list[range],
    log_weight: Floats,
    prior: Prior,
    quality: Quality,
    engine: Engine,
    threads: int | None,
    ends: tuple[float, ...] = (),
) -> tuple[Answers, list[int]]:
    """The answers in prior SDs of the effect, and the indices of the series that the grid does not resolve."""
    weight = log_weight[None, :, None, None]
    run = jax_block(quality) if engine == "jax" else numpy_block(quality, ends)

    def one(rows: range) -> Summary:
        block, places, s0 = part(rows)
        return run(block, Beliefs(prior.phi, prior.scale * s0, prior.scale_of, weight), places)

    if engine == "jax":
        results = [one(rows) for rows in portions]  # JAX spreads over its own threads or device
    elif threads == 1:
        results = [one(rows) for rows in portions]
    else:
        with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
            results = list(pool.map(one, portions))
    mean, sd, below, interval, hard = (np.concatenate([np.asarray(result[i]) for result in results]) for i in range(5))
    return Answers(mean, sd, below, interval), np.flatnonzero(hard).tolist()
