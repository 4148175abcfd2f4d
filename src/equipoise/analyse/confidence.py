"""A confidence sequence that stays valid however often one looks: bets against every value of the effect.

If the effect were b, the ratings without b times the acting exposure would not know which order was drawn. So for each
drawn unit a bet on the sign of its contrast is fair, and capital that grows beyond 1 / alpha speaks against b (Ville).
Nothing is assumed of the ratings' distribution, trend or correlation; only that the effect is additive, builds up with
the stated half-life, and that the odds of each draw are known. The bet's size is mixed over a fixed set of fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyse.exposure import acting_exposure
from equipoise.model.admissible import MOST_UNITS, Admissible
from equipoise.model.observations import Observations
from equipoise.model.posterior import ConfidenceSequence, Look
from equipoise.model.prior import Prior
from equipoise.model.schedule import Bools, Floats, Indices, Randomisation, Schedule

FRACTIONS = np.concatenate([-np.array([0.95, 0.7, 0.45, 0.2]), np.array([0.2, 0.45, 0.7, 0.95])])
REACH = 8.0
"""Effects up to so many planning SDs are tried; a bound beyond is reported as not reached."""

VALUES = 641
FEWEST_PAST = 2
LAG = 0.4
"""How much of yesterday's departure a day is expected to keep: fixed beforehand, it only sharpens the bets."""


@dataclass(frozen=True, slots=True)
class _Bet:
    """One drawn unit with open odds: its ratings, their side (+1 if on means on, -1 the forced partner), its draw."""

    rows: Indices
    side: Floats
    on: int
    odds: float
    day: float

    @property
    def gain(self) -> float:
        """What a whole stake on `on` gains or loses by the draw; 0 on average over the draw."""
        return (self.on - self.odds) / max(self.odds, 1.0 - self.odds)


def confidence_sequence(
    schedule: Schedule, seen: Observations, prior: Prior, s0: float, level: float = 0.95, *, additive: bool = True
) -> ConfidenceSequence:
    """One look after each drawn unit; `e_value` is the capital against no effect. Source: howard_2021, malenica_2023.

    Not `additive`: an effect on the ratings cannot be the same number of points on every day (yes or no, counts, a
    score at its floor), so that no effect at all is the only value that can be bet against, and no bounds are given.

    The hull of the values not yet refuted at any look so far is reported, so intervals never widen. Where several
    half-lives are believed in, their median is used.
    """
    rule = schedule.randomisation
    if rule is None:
        return ConfidenceSequence(level, why="the odds of the draws are not known")
    if len(rule.drawn) > MOST_UNITS:
        return ConfidenceSequence(level, why=f"{len(rule.drawn)} drawn units are more than the {MOST_UNITS} it counts")
    rows = seen.observed
    times, values = seen.times_days[rows], seen.values[rows]
    half_life = np.array([prior.half_life.median_days])
    acting = acting_exposure(schedule.exposure, times, half_life, seen.recall_days, prior.half_life.kernel)[0]
    candidates = s0 * np.linspace(-REACH, REACH, VALUES) if additive else np.zeros(1)
    without = values[:, None] - acting[:, None] * candidates  # what the ratings would be, if the candidate were true
    bets = _bets(rule, times)
    if not bets:
        return ConfidenceSequence(level, why="no drawn unit has a rating in it")
    logs = np.zeros((FRACTIONS.size, candidates.size))
    highest = np.zeros(candidates.size)
    looks: list[Look] = []
    for bet in bets:
        logs += np.log1p(FRACTIONS[:, None] * bet.gain * _stake(bet, without))
        capital = np.exp(logs).mean(axis=0)
        highest = np.maximum(highest, capital)
        against_none = float(capital[candidates.size // 2])
        still_open = highest < 1.0 / (1.0 - level)
        looks.append(
            _look(bet.day, candidates, still_open, against_none) if additive else Look(bet.day, e_value=against_none)
        )
    return ConfidenceSequence(level, tuple(looks), schedule.assumed_draw, _most(bets), additive)


def _most(bets: list[_Bet]) -> float:
    """The capital if the whole stake had lain on the right side of every bet."""
    won = np.prod([1.0 + FRACTIONS * abs(bet.gain) for bet in bets], axis=0)
    return float(won.mean())


def _stake(bet: _Bet, without: Floats) -> Floats:
    """The size of a bet for each candidate, between -1 and 1: the contrast over the spread of the ratings so far.

    It uses the ratings up to this unit's last, never the draw itself: if the candidate is true they do not know it.
    """
    own, first = without[bet.rows], int(bet.rows.min())
    seen = without[: int(bet.rows.max()) + 1]
    spread = seen.std(axis=0)
    usable = spread > 0.0
    if np.any(bet.side < 0):
        contrast = own[bet.side > 0].mean(axis=0) - own[bet.side < 0].mean(axis=0)
    elif first < FEWEST_PAST:
        return np.zeros_like(spread)
    else:
        past = seen[:first]
        level = past.mean(axis=0)
        contrast = own.mean(axis=0) - level - LAG * (past[-1] - level)
    size: Floats = np.tanh(contrast / np.where(usable, spread, 1.0))
    return np.where(usable, size, 0.0)


def _bets(rule: Randomisation, times: Floats) -> list[_Bet]:
    """Every unit whose draw was open and that has ratings, with the units of its block that it forces."""
    orders = Admissible(rule)
    unit_of = rule.units_at(times)
    odds = [orders.odds(rule.drawn[:unit]) for unit in range(orders.units)]
    bets: list[_Bet] = []
    for unit, chance in enumerate(odds):
        if not 0.0 < chance < 1.0:
            continue
        forced = _forced_with(rule, odds, unit)
        rows = np.flatnonzero(np.isin(unit_of, [unit, *forced]))
        own = unit_of[rows] == unit
        if not own.any():
            continue
        side = np.where(own, 1.0, -1.0)
        bets.append(_Bet(rows, side, rule.drawn[unit], chance, float(times[rows].max())))
    return bets


def _forced_with(rule: Randomisation, odds: list[float], unit: int) -> list[int]:
    """In a pair, the second unit is the other level: its ratings belong to the same bet."""
    if rule.rule != "blocks":
        return []
    block = rule.blocks[unit]
    partner = [u for u in range(unit + 1, len(odds)) if rule.blocks[u] == block]
    pair = len(partner) == 1 and odds[partner[0]] in (0.0, 1.0)
    return partner if pair else []


def _look(day: float, candidates: Floats, open_still: Bools, e_value: float) -> Look:
    if not open_still.any():
        return Look(day, None, None, e_value, all_refuted=True)
    kept = np.flatnonzero(open_still)
    step = candidates[1] - candidates[0]  # the hull is widened to the next refuted candidate
    low = None if kept[0] == 0 else float(candidates[kept[0]] - step)
    high = None if kept[-1] == candidates.size - 1 else float(candidates[kept[-1]] + step)
    return Look(day, low, high, e_value)
