"""Simulated trials of a plan: an order of their own, what was taken, what was rated.

Every number depends on the seed and the trial's own number alone, so portions, threads and machines change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaincinv, ndtri

from equipoise.analyse.columns import HALF_LIFE_REACH
from equipoise.analyse.common_days import Diaries
from equipoise.design.layout import phases, randomisation, rating_days, some_order
from equipoise.design.truth import Normal, Truth
from equipoise.model.admissible import Admissible, Orders
from equipoise.model.prior import PhiPrior
from equipoise.model.schedule import Bools, Floats, Indices
from equipoise.model.trial_design import Template, TrialDesign
from equipoise.pharmacology.population.draws import uniform_rows, uniforms


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """Some simulated trials: their diaries of the primary outcome and what is true in each.

    `orders`: (trials, units). `planned`: the planned level of each day, (trials, days). `effect`: (trials,), in
    points. `acting`: the true acting exposure at each rating, (trials, n). `left`: the day on which the patient left,
    or the length of the trial.
    """

    diaries: Diaries
    orders: Orders
    planned: Floats
    effect: Floats
    acting: Floats
    left: Indices

    def without_effect(self) -> Simulated:
        """The very same trials, had the adjunct done nothing."""
        values = self.diaries.values - self.effect[:, None] * self.acting
        return replace(self, diaries=replace(self.diaries, values=values), effect=np.zeros_like(self.effect))

    @property
    def rated_on(self) -> Bools:
        """Which ratings stand on a day with the adjunct, as planned: (trials, n)."""
        return self.planned[:, self.diaries.times_days.astype(np.intp) - 1] > 0.0


def simulate(design: TrialDesign, truth: Truth, *, seed: int, first: int, count: int) -> Simulated:
    """The trials numbered `first`, `first` + 1, ... Orders are drawn exactly as the plan's rule draws them."""
    orders = drawn_orders(design, seed, first, count)
    planned = planned_levels(design, orders)
    taken = planned
    if truth.adherence < 1.0:
        taken = np.where(uniform_rows(seed, "taken", first, count, planned.shape[1]) < truth.adherence, planned, 0.0)
    return rated(design, truth, planned, taken, orders, seed=seed, first=first)


def rated(
    design: TrialDesign, truth: Truth, planned: Floats, taken: Floats, orders: Orders, *, seed: int, first: int
) -> Simulated:
    """Trials in which this was planned and this taken on each day, (trials, days), with their ratings."""
    count = len(taken)
    times = np.array(rating_days(design, design.primary), dtype=np.float64) + 1.0
    recall, before = design.primary.recall_days, 1.0 if design.steps else 0.0
    blank = Diaries(taken, times, np.zeros((count, times.size)), recall, before, design.template.value)
    effect = _effects(truth, seed, first, count)
    acting = blank.acting(_half_lives(truth, seed, first, count))[:, 0]
    middle = (times[0] + times[-1]) / 2.0
    course = truth.level + truth.trend * (times - middle) / (design.length_days / 2.0)
    values = course + effect[:, None] * acting + truth.sd * _wandering(truth, times, seed, first, count)
    left = _leaving(truth, seed, first, count, design.length_days)
    given = times - 1.0 < left[:, None]
    if truth.missing > 0.0:
        given &= uniform_rows(seed, "missing", first, count, times.size) >= truth.missing
    values[~given] = np.nan
    return Simulated(replace(blank, values=values), orders, planned, effect, acting, left)


def drawn_orders(design: TrialDesign, seed: int, first: int, count: int) -> Orders:
    """An order for each trial: (trials, units); of no units where nothing is drawn."""
    if not design.template.randomised:
        return np.zeros((count, 0), dtype=np.int8)
    admissible = Admissible(randomisation(design, some_order(design)))
    return admissible.drawn_by(uniform_rows(seed, "order", first, count, design.units))


def planned_levels(design: TrialDesign, orders: Orders) -> Floats:
    """The level planned for each day: (trials, days). Run-in and washout are off; a taper goes through its shares."""
    levels = np.zeros((len(orders), design.length_days))
    if design.template is Template.SUPERVISED_TAPER:
        for phase in phases(design):
            share = design.steps[phase.number - 1].share if phase.kind == "step" else 1.0
            levels[:, phase.start_day : phase.end_day] = share
    for unit, start in enumerate(design.unit_starts_days):
        levels[:, start : start + design.period_days] = orders[:, unit, None]
    return levels


def _effects(truth: Truth, seed: int, first: int, count: int) -> Floats:
    if not isinstance(truth.effect, Normal):
        return np.full(count, float(truth.effect))
    return truth.effect.mean + truth.effect.sd * _normals(uniforms(seed, "effect", first, count))


def _half_lives(truth: Truth, seed: int, first: int, count: int) -> Floats:
    """The half-life of each trial in days, (trials, 1), or of all, (1,); within the reach of the analysis."""
    if truth.half_life.fixed:
        return np.array([truth.half_life.median_days])
    step = np.clip(_normals(uniforms(seed, "half-life", first, count)), -HALF_LIFE_REACH, HALF_LIFE_REACH)
    return (truth.half_life.median_days * np.exp(truth.half_life.log_sd * step))[:, None]


def _wandering(truth: Truth, times: Floats, seed: int, first: int, count: int) -> Floats:
    """An Ornstein-Uhlenbeck course of SD 1 at the times of the ratings: (trials, n)."""
    out = _normals(uniform_rows(seed, "state", first, count, times.size))
    if isinstance(truth.phi, PhiPrior):
        spot = betaincinv(truth.phi.a, truth.phi.b, uniforms(seed, "phi", first, count))
        phi = truth.phi.low + (truth.phi.high - truth.phi.low) * spot
    else:
        phi = np.full(count, truth.phi)
    for i, gap in enumerate(np.diff(times), start=1):
        kept = phi**gap
        out[:, i] = kept * out[:, i - 1] + np.sqrt(1.0 - kept * kept) * out[:, i]
    return out


def _leaving(truth: Truth, seed: int, first: int, count: int, days: int) -> Indices:
    """The day from which on a patient is gone: (trials,)."""
    if truth.dropout_per_day == 0.0:
        return np.full(count, days, dtype=np.intp)
    chance = uniforms(seed, "dropout", first, count)
    if truth.dropout_per_day == 1.0:
        return np.zeros(count, dtype=np.intp)
    return np.minimum(np.floor(np.log(chance) / np.log1p(-truth.dropout_per_day)), days).astype(np.intp)


def _normals(numbers: Floats) -> Floats:
    return np.asarray(ndtri(numbers), dtype=np.float64)
