"""The confidence sequence: it covers at all looks together, whatever the ratings, and it still learns."""

from __future__ import annotations

import numpy as np
import pytest
from diaries import blocks, diary

from equipoise.analyse import confidence
from equipoise.analyse.confidence import confidence_sequence
from equipoise.model.admissible import Admissible, Orders
from equipoise.model.observations import Observations
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure, Floats, Randomisation, Schedule

TRIALS = 2_000


def pairs_rule() -> Randomisation:
    return Randomisation("blocks", tuple(7.0 * u for u in range(8)), (0, 1) * 4, tuple(u // 2 for u in range(8)))


def daily_rule() -> Randomisation:
    return Randomisation("run_length", tuple(float(u) for u in range(42)), (0, 1) * 21, max_run=4)


def independent_rule() -> Randomisation:
    return Randomisation("independent", tuple(float(u) for u in range(30)), (0, 1) * 15, probability=0.4)


RULES = {"pairs": pairs_rule, "daily": daily_rule, "independent": independent_rule}


def wild(rng: np.random.Generator, n: int) -> Floats:
    """Student t with two degrees of freedom, a correlation of 0.7, a trend and a jump: no model's diary."""
    noise = rng.standard_t(2, n)
    out = np.empty(n)
    out[0] = noise[0]
    for i in range(1, n):
        out[i] = 0.7 * out[i - 1] + noise[i]
    return out + np.linspace(0.0, 4.0, n) + 3.0 * (np.arange(n) > n // 2)


def under(rule: Randomisation, order: Orders) -> Schedule:
    levels = tuple(int(level) for level in order)
    drawn = Randomisation(rule.rule, rule.unit_starts_days, levels, rule.blocks, rule.max_run, rule.probability)
    return Schedule("randomised_blocks", Exposure(rule.unit_starts_days, levels), drawn)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "half_life"), [("pairs", 0.0), ("pairs", 2.0), ("daily", 1.0), ("independent", 0.0)])
def test_truth_is_covered_at_all_looks_together(name: str, half_life: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over 2000 trials with heavy-tailed, correlated, drifting ratings the truth is ever refuted in at most 5 %.

    The truth is refuted at a look where the capital against it has reached 20. A fair capital has the mean 1.
    """
    monkeypatch.setattr(confidence, "VALUES", 3)  # only the truth matters here, and it is the middle one
    rule, rng = RULES[name](), np.random.default_rng(12)
    orders = Admissible(rule).sample(rng, TRIALS)
    times = np.arange(1.0, rule.unit_starts_days[-1] + (8.0 if name == "pairs" else 2.0))
    times = times[times % 9 != 4]
    prior = Prior(half_life=HalfLife(half_life))
    highest, last = np.empty(TRIALS), np.empty(TRIALS)
    for trial, order in enumerate(orders):
        seen = Observations(times, wild(rng, times.size))
        looks = confidence_sequence(under(rule, order), seen, prior, 2.0).looks
        capital = [look.e_value for look in looks]
        highest[trial], last[trial] = max(capital), capital[-1]
    refuted = (highest >= 20.0).mean()
    assert refuted <= 0.05 + 3.0 * np.sqrt(0.05 * 0.95 / TRIALS)
    assert last.mean() <= 1.0 + 4.0 * last.std(ddof=1) / np.sqrt(TRIALS)


@pytest.mark.parametrize("true_effect", [0.0, -2.0, 3.0])
def test_bounds_are_the_values_that_no_look_refuted(true_effect: float) -> None:
    """The bounds enclose the truth exactly where the capital against it stayed below 20, and never widen."""
    rng = np.random.default_rng(13)
    rule = daily_rule()
    times = np.arange(1.0, 43.0)
    for order in Admissible(rule).sample(rng, 25):
        schedule = under(rule, order)
        noise = wild(rng, 42)
        found = confidence_sequence(schedule, Observations(times, noise + true_effect * order), Prior(), 2.0)
        against_zero = confidence_sequence(schedule, Observations(times, noise), Prior(), 2.0)
        refuted = max(look.e_value for look in against_zero.looks) >= 20.0
        last = found.looks[-1]
        low = -np.inf if last.low is None else last.low
        high = np.inf if last.high is None else last.high
        assert (low < true_effect < high) or refuted
        lows = [-np.inf if look.low is None else look.low for look in found.looks]
        highs = [np.inf if look.high is None else look.high for look in found.looks]
        assert lows == sorted(lows)
        assert highs == sorted(highs, reverse=True)


LARGE = {
    "daily": (daily_rule(), np.arange(1.0, 43.0)),
    "pairs": (blocks((0, 1) * 10).randomisation, np.arange(1.0, 141.0)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_effect_is_found(name: str) -> None:
    """An effect of three SDs is refuted to be zero in at least half of the trials: 42 days, or ten pairs of weeks."""
    rule, times = LARGE[name]
    assert rule is not None
    found = 0
    for seed, order in enumerate(Admissible(rule).sample(np.random.default_rng(14), 20)):
        schedule = under(rule, order)
        last = confidence_sequence(schedule, diary(schedule, times, effect=-6.0, seed=seed), Prior(), 2.0).looks[-1]
        found += last.high is not None and last.high < 0.0
    assert found >= 10


def test_four_pairs_are_too_few_to_refute_anything() -> None:
    """A bet can at most nearly double the capital, so four bets never reach 20, however large the effect is."""
    schedule = blocks((0, 1, 1, 0, 0, 1, 1, 0))
    seen = diary(schedule, np.arange(1.0, 57.0), effect=-40.0)
    found = confidence_sequence(schedule, seen, Prior(), 2.0)
    last = found.looks[-1]
    assert (last.low, last.high) == (None, None)
    assert found.most is not None
    assert last.e_value <= found.most < 2.0**4
    assert found.is_out_of_reach


@pytest.mark.parametrize(("pairs", "out_of_reach"), [(6, True), (7, False)])
def test_seven_pairs_are_the_fewest_that_can_refute(pairs: int, *, out_of_reach: bool) -> None:
    """Below seven pairs of periods no ratings whatever reach a bound at 95 %; the limit is none that ratings exceed."""
    schedule = blocks((0, 1) * pairs)
    found = confidence_sequence(schedule, diary(schedule, np.arange(1.0, 14.0 * pairs + 1.0)), Prior(), 2.0)
    assert found.is_out_of_reach == out_of_reach
    assert all(look.e_value <= (found.most or 0.0) for look in found.looks)


def test_forced_units_place_no_bet() -> None:
    """One look for each unit whose draw was open: the second of a pair is forced and shares the look of the first."""
    schedule = blocks((0, 1, 1, 0, 0, 1))
    looks = confidence_sequence(schedule, diary(schedule, np.arange(1.0, 43.0)), Prior(), 2.0).looks
    assert [look.day for look in looks] == [14.0, 28.0, 42.0]


def test_without_known_odds_there_is_none() -> None:
    """No draw, no ratings in drawn units, or an assumed rule: it is said, and nothing is claimed."""
    schedule = blocks((0, 1, 1, 0))
    seen = diary(schedule, np.arange(1.0, 29.0))
    plain = confidence_sequence(Schedule("observational", schedule.exposure), seen, Prior(), 2.0)
    assert (plain.looks, plain.why) == ((), "the odds of the draws are not known")
    early = confidence_sequence(schedule, Observations((-3.0, -2.0, -1.0), (1.0, 2.0, 3.0)), Prior(), 2.0)
    assert (early.looks, early.why) == ((), "no drawn unit has a rating in it")
    guessed = Randomisation("blocks", (0.0, 7.0, 14.0, 21.0), (0, 1, 1, 0), (0, 0, 1, 1), assumed=True)
    assumed = confidence_sequence(Schedule("randomised_blocks", schedule.exposure, guessed), seen, Prior(), 2.0)
    assert "assumed" in assumed.why


def test_a_sequence_that_refutes_every_value_says_so() -> None:
    """An effect that turns its sign half-way is no additive effect: no value is left, and that is told."""
    rng = np.random.default_rng(3)
    order = tuple(int(level) for _ in range(150) for level in rng.permutation([0, 1]))
    starts = tuple(float(day) for day in range(300))
    rule = Randomisation("blocks", starts, order, blocks=tuple(day // 2 for day in range(300)))
    schedule = Schedule("alternating_days", Exposure(starts, order), rule)
    days = np.arange(1.0, 301.0)
    turning = np.where(days <= 150, 6.0, -6.0) * np.array(order)
    seen = Observations(days, 10.0 + turning + 0.3 * rng.standard_normal(300))
    found = confidence_sequence(schedule, seen, Prior(s0=1.0), s0=1.0)
    assert found.looks[-1].all_refuted
    assert (found.looks[-1].low, found.looks[-1].high) == (None, None)
    assert not found.looks[0].all_refuted
