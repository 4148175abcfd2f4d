"""Some simulated trials, each analysed as `analyse` would: what it would say, with the effect and without one."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import stdtr

from equipoise.analyse.batch import Answers, fit_common_days
from equipoise.analyse.common_days import Diaries
from equipoise.design.simulated import Simulated, simulate
from equipoise.design.truth import Truth, better
from equipoise.model.plan import Plan
from equipoise.model.schedule import Bools, Floats, Indices
from equipoise.model.trial_design import Template, TrialDesign

PORTION = 1024
"""Trials in one piece of work; fixed, so that the same pieces are computed whoever computes them."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the analysis says of each trial: (trials,) each. A trial with too few ratings has no answer, and NaN.

    `p_better`: probability of an effect for the better; `p_matters`: of one beyond the MCID; `p_futile`: of one under
    half of it (NaN without an MCID). `p_below_truth`: of one below the true effect. `low`, `high`: the interval, NaN
    where it was not asked for. `null_p_better`, `null_welch`: the same trials without an effect, by the posterior and
    by Welch's t-test (its one-sided p-value). `ratings`, `left`, `taken_days`: ratings given, the day the patient left,
    days on which the adjunct was taken until then.
    """

    p_better: Floats
    p_matters: Floats
    p_futile: Floats
    p_below_truth: Floats
    low: Floats
    high: Floats
    null_p_better: Floats
    null_welch: Floats
    ratings: Indices
    left: Indices
    taken_days: Indices

    @property
    def answered(self) -> Bools:
        """Which trials the analysis would answer at all."""
        return ~np.isnan(self.p_better)


def found_in(design: TrialDesign, truth: Truth, seed: int, portion: range, intervals: int, nulls: int) -> Found:
    """The trials of a portion. Those numbered below `intervals` get their interval, being dear, and those below `nulls`
    are analysed without an effect too.
    """
    made = simulate(design, truth, seed=seed, first=portion.start, count=len(portion))
    usable, sign = answerable(design, made.diaries), better(design)
    mcid = design.primary.mcid if design.primary.mcid is not None else np.nan
    fixed = np.array([0.0, sign * mcid, -mcid / 2.0, mcid / 2.0])
    at = np.column_stack([np.broadcast_to(np.nan_to_num(fixed), (len(portion), 4)), made.effect])
    numbers = np.arange(portion.start, portion.stop)
    wanted = usable & (numbers < intervals)
    found, ends = (np.full((len(portion), width), np.nan) for width in (5, 2))
    for rows, interval in ((wanted, True), (usable & ~wanted, False)):
        answers = _fitted(design, made.diaries, rows, at, interval=interval)
        if answers is not None:
            found[rows] = answers.below
            if interval:
                ends[rows] = answers.interval
    null_found, welch = _null(design, truth, made, usable & (numbers < nulls), found[:, 0])
    return Found(
        p_better=_towards(found[:, 0], sign),
        p_matters=_towards(found[:, 1], sign) * (mcid / mcid),
        p_futile=(found[:, 3] - found[:, 2]) * (mcid / mcid),
        p_below_truth=found[:, 4],
        low=ends[:, 0],
        high=ends[:, 1],
        null_p_better=_towards(null_found, sign),
        null_welch=welch,
        ratings=(~np.isnan(made.diaries.values)).sum(axis=1),
        left=made.left,
        taken_days=_taken_days(made),
    )


def _taken_days(made: Simulated) -> Indices:
    days: Indices = np.arange(made.planned.shape[1], dtype=np.intp)
    there = days < made.left[:, None]
    return np.sum(there & (made.diaries.levels > 0.0), axis=1)


def joined(parts: list[Found]) -> Found:
    """The portions in their order as one."""
    return Found(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Found)))


def answerable(design: TrialDesign, diaries: Diaries) -> Bools:
    """Which diaries hold enough ratings at each level for `analyse` to answer: (trials,)."""
    given = ~np.isnan(diaries.values)
    on = diaries.levels[:, diaries.times_days.astype(np.intp) - 1] > 0.0
    fewest = Plan().fewest
    with_it, without = (given & on).sum(axis=1), (given & ~on).sum(axis=1)
    if design.template is Template.SUPERVISED_TAPER:
        return with_it + without >= 2 * fewest
    return (with_it >= fewest) & (without >= fewest)


def _fitted(
    design: TrialDesign, diaries: Diaries, rows: Bools, at: Floats, *, interval: bool = False
) -> Answers | None:
    if not rows.any():
        return None
    plan = design.analysis.plan(design.primary.mcid)
    return fit_common_days(diaries.some(rows), design.analysis.prior, plan, at=at[rows], interval=interval, threads=1)


def _null(
    design: TrialDesign, truth: Truth, made: Simulated, usable: Bools, below_zero: Floats
) -> tuple[Floats, Floats]:
    """The probability below zero and Welch's p-value of the same trials, had the adjunct done nothing."""
    none = made if truth.effect == 0.0 else made.without_effect()
    found = np.full(usable.size, np.nan)
    if truth.effect == 0.0:
        found[usable] = below_zero[usable]
    else:
        answers = _fitted(design, none.diaries, usable, np.zeros((usable.size, 1)))
        if answers is not None:
            found[usable] = answers.below[:, 0]
    return found, np.where(usable, welch(none.diaries.values, none.rated_on, better(design)), np.nan)


def welch(values: Floats, on: Bools, sign: float) -> Floats:
    """Welch's one-sided p-value that ratings `on` lie towards `sign` of the others: (trials,). NaN: not rated.

    The usual analysis of the field, which takes ratings of neighbouring days for independent.
    """
    given = ~np.isnan(values)
    sides = [_mean_and_error(values, given & side) for side in (on, ~on)]
    (one, error, n), (other, error_off, n_off) = sides
    total = error + error_off
    with np.errstate(divide="ignore", invalid="ignore"):
        spare = total**2 / (error**2 / (n - 1) + error_off**2 / (n_off - 1))
        return stdtr(spare, sign * (other - one) / np.sqrt(total))


def _mean_and_error(values: Floats, rows: Bools) -> tuple[Floats, Floats, Floats]:
    n = rows.sum(axis=1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.where(rows, values, 0.0).sum(axis=1) / n
        spread = np.where(rows, values - middle[:, None], 0.0)
        return middle, (spread * spread).sum(axis=1) / (n - 1) / n, n


def _towards(below: Floats, sign: float) -> Floats:
    """The probability of lying beyond a point in the direction of `sign`, out of that of lying below it."""
    return below if sign < 0 else 1.0 - below
