"""Adaptive allocation: later periods follow what earlier ones showed (Thompson sampling with forced balance).

After each period the diary so far is analysed; the next period is with the adjunct with the probability that it helps,
kept off 0 and 1, and never so that one level leads the other by more than a fixed number of periods. The patient spends
more time at what seems better. It costs the plain randomisation test, whose orders are no longer equally likely, and
mostly power, since unequal groups tell less (unless run-in and washouts hold more days without than with already); the
odds of each draw are known, so the confidence sequence stays possible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.analyse.batch import fit_common_days
from equipoise.design.estimates import Estimate, mean, share
from equipoise.design.simulated import Simulated, drawn_orders, planned_levels, rated
from equipoise.design.trials import answerable
from equipoise.design.truth import Truth, better
from equipoise.errors import Fault, InputError
from equipoise.model.admissible import Orders
from equipoise.model.schedule import Bools, Floats
from equipoise.model.trial_design import Template, TrialDesign
from equipoise.pharmacology.population.draws import uniform_rows

PORTION = 512


@dataclass(frozen=True, slots=True)
class Allocation:
    """`least`: the least chance of either level. `lead`: by how many periods one level may lead at most. `fixed`: the
    first periods, which are drawn as pairs.
    """

    least: float = 0.1
    lead: int = 2
    fixed: int = 2

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if not 0.0 < self.least <= 0.5:
            faults.append(Fault("least", f"{self.least:g}", "above 0 and at most 0.5", "For example 0.1."))
        if self.lead < 1:
            faults.append(Fault("lead", str(self.lead), "at least 1 period", "For example 2."))
        if self.fixed < 2 or self.fixed % 2:
            faults.append(Fault("fixed", str(self.fixed), "whole pairs, at least one", "For example 2."))
        if faults:
            raise InputError("adaptive allocation", faults)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to allocate: power, false claims where nothing acts, coverage, and the share of drawn days with the
    adjunct where it acts.
    """

    power: Estimate
    type_i_error: Estimate
    coverage: Estimate
    share_on: Estimate


@dataclass(frozen=True, slots=True)
class Compared:
    """Adaptive allocation beside that of the plan, in the same simulated patients."""

    adaptive: Way
    planned: Way

    @property
    def costs(self) -> str:
        """What it costs and what it buys, in one sentence."""
        lost = 100.0 * (self.planned.power.value - self.adaptive.power.value)
        gained = 100.0 * (self.adaptive.share_on.value - self.planned.share_on.value)
        power = f"{abs(lost):.1f} points of power {'less' if lost >= 0 else 'more'}"
        days = f"{abs(gained):.1f} points {'more' if gained >= 0 else 'fewer'} of the drawn days with the adjunct"
        return f"{power}, {days}, and no plain randomisation test: orders are no longer equally likely."


def compared(
    design: TrialDesign, truth: Truth, *, trials: int = 1_024, seed: int = 1, rule: Allocation | None = None
) -> Compared:
    """Operating characteristics of adaptive allocation beside those of the plan's own rule.

    For randomised blocks. The same patients, adherence and missing ratings in both ways.
    """
    if design.template is not Template.RANDOMISED_BLOCKS:
        mend = "Adaptive allocation is built for randomised blocks."
        raise InputError("adaptive allocation", [Fault("template", design.template.value, "randomised_blocks", mend)])
    rule = rule or Allocation()
    return Compared(
        adaptive=_way(design, truth, trials, seed, rule),
        planned=_way(design, truth, trials, seed, None),
    )


def thompson_orders(
    design: TrialDesign, truth: Truth, rule: Allocation, *, seed: int, first: int, count: int
) -> Orders:
    """The orders that simulated trials came to: (trials, units)."""
    chances = uniform_rows(seed, "adaptive", first, count, design.units)
    orders = np.zeros((count, design.units), dtype=np.int8)
    for unit in range(design.units):
        if unit < rule.fixed:
            again = unit % 2 == 1
            orders[:, unit] = 1 - orders[:, unit - 1] if again else chances[:, unit] < 0.5
            continue
        odds = np.clip(_helps(design, truth, orders, unit, seed, first), rule.least, 1.0 - rule.least)
        lead = 2 * orders[:, :unit].sum(axis=1, dtype=np.intp) - unit
        odds = np.where(lead >= rule.lead, 0.0, np.where(lead <= -rule.lead, 1.0, odds))
        orders[:, unit] = chances[:, unit] < odds
    return orders


def _helps(design: TrialDesign, truth: Truth, orders: Orders, units: int, seed: int, first: int) -> Floats:
    """The probability of a benefit after so many periods: (trials,); one half where nobody could say."""
    made = _lived(design, truth, orders, seed, first)
    until = design.unit_starts_days[units]
    values = np.where(made.diaries.times_days <= until, made.diaries.values, np.nan)
    return _p_better(design, replace(made, diaries=replace(made.diaries, values=values)), 0.5)


def _lived(design: TrialDesign, truth: Truth, orders: Orders, seed: int, first: int) -> Simulated:
    planned = planned_levels(design, orders)
    kept = uniform_rows(seed, "taken", first, len(orders), planned.shape[1]) < truth.adherence
    return rated(design, truth, planned, np.where(kept, planned, 0.0), orders, seed=seed, first=first)


def _p_better(design: TrialDesign, made: Simulated, otherwise: float) -> Floats:
    return _answers(design, made, otherwise)[0]


def _answers(design: TrialDesign, made: Simulated, otherwise: float) -> tuple[Floats, Floats]:
    """Probability of a benefit, and of an effect below the true one; `otherwise` where there are too few ratings."""
    usable = answerable(design, made.diaries)
    helps, below = (np.full(usable.size, otherwise) for _ in range(2))
    if usable.any():
        at = np.column_stack([np.zeros(usable.size), made.effect])[usable]
        plan = design.analysis.plan(design.primary.mcid)
        found = fit_common_days(made.diaries.some(usable), design.analysis.prior, plan, at=at).below
        helps[usable] = found[:, 0] if better(design) < 0 else 1.0 - found[:, 0]
        below[usable] = found[:, 1]
    return helps, below


def _way(design: TrialDesign, truth: Truth, trials: int, seed: int, rule: Allocation | None) -> Way:
    convinced, tail = design.analysis.convinced, (1.0 - design.analysis.level) / 2.0
    none = replace(truth, effect=0.0)
    learned, false, covered, on = list[Bools](), list[Bools](), list[Bools](), list[Floats]()
    for first in range(0, trials, PORTION):
        count = min(PORTION, trials - first)
        orders = _orders(design, truth, rule, seed, first, count)
        helps, below = _answers(design, _lived(design, truth, orders, seed, first), np.nan)
        nulls = _lived(design, none, _orders(design, none, rule, seed, first, count), seed, first)
        learned.append(helps >= convinced)
        covered.append(np.abs(below[~np.isnan(below)] - 0.5) < 0.5 - tail)
        false.append(_p_better(design, nulls, np.nan) >= convinced)
        on.append(orders.mean(axis=1))
    return Way(
        power=share(np.concatenate(learned)),
        type_i_error=share(np.concatenate(false)),
        coverage=share(np.concatenate(covered)),
        share_on=mean(np.concatenate(on)),
    )


def _orders(design: TrialDesign, truth: Truth, rule: Allocation | None, seed: int, first: int, count: int) -> Orders:
    if rule is None:
        return drawn_orders(design, seed, first, count)
    return thompson_orders(design, truth, rule, seed=seed, first=first, count=count)
