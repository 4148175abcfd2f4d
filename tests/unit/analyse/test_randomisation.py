"""Admissible orders and the randomisation test over them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from diaries import blocks, diary, wandering
from scipy.stats import chisquare

from equipoise.analyse.randomisation import randomisation_test
from equipoise.errors import InputError
from equipoise.model.admissible import Admissible
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure, Floats, Randomisation, Schedule, longest_run


def starts(units: int, days: float = 4.0) -> tuple[float, ...]:
    return tuple(days * unit for unit in range(units))


RULES = {
    "pairs": Randomisation("blocks", starts(8), (0, 1, 1, 0, 0, 1, 1, 0), blocks=(1, 1, 2, 2, 3, 3, 4, 4)),
    "blocks of four and two": Randomisation("blocks", starts(6), (0, 0, 1, 1, 1, 0), blocks=(1, 1, 1, 1, 2, 2)),
    "blocks with a longest run": Randomisation(
        "blocks", starts(8), (0, 1, 1, 0, 0, 1, 0, 1), blocks=(1,) * 4 + (2,) * 4, max_run=2
    ),
    "longest run": Randomisation("run_length", starts(10), (0, 1, 1, 0, 0, 1, 0, 1, 1, 0), max_run=2),
    "any order": Randomisation("run_length", starts(7), (1, 0, 0, 1, 0, 1, 0)),
}
INDEPENDENT = Randomisation("independent", starts(6), (0, 1, 0, 0, 1, 0), probability=0.3)


def enumerated(rule: Randomisation) -> list[tuple[int, ...]]:
    """Every order that the rule could draw, found by trying all."""

    def fits(order: tuple[int, ...]) -> bool:
        parts = set(rule.blocks) if rule.rule == "blocks" else {None}
        for part in parts:
            own = [u for u in range(len(order)) if part is None or rule.blocks[u] == part]
            if sum(order[u] for u in own) != sum(rule.drawn[u] for u in own):
                return False
        return rule.max_run is None or longest_run(order) <= rule.max_run

    return [order for order in product((0, 1), repeat=len(rule.drawn)) if fits(order)]


@pytest.mark.parametrize("name", RULES)
def test_orders_are_those_that_the_rule_could_draw(name: str) -> None:
    """Count and list are exactly those found by trying every sequence."""
    rule = RULES[name]
    wanted = enumerated(rule)
    orders = Admissible(rule)
    assert orders.count == len(wanted)
    assert sorted(map(tuple, orders.listed().tolist())) == sorted(wanted)
    assert orders.weights(orders.listed()).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("name", RULES)
def test_odds_are_shares_of_what_could_still_come(name: str) -> None:
    """The odds of a unit are the share of ones among the admissible orders with the same past, forced units 0 or 1."""
    rule = RULES[name]
    every = enumerated(rule)
    orders = Admissible(rule)
    for order in every:
        for unit in range(len(order)):
            same = [other[unit] for other in every if other[:unit] == order[:unit]]
            assert orders.odds(order[:unit]) == pytest.approx(sum(same) / len(same))


@pytest.mark.parametrize("name", RULES)
def test_sample_is_uniform_over_the_orders(name: str) -> None:
    """Drawn orders are admissible and equally frequent, and the same seed draws the same ones."""
    orders = Admissible(RULES[name])
    drawn = orders.sample(np.random.default_rng(7), 200 * orders.count)
    counts = dict.fromkeys(enumerated(RULES[name]), 0)
    for row in drawn.tolist():
        counts[tuple(row)] += 1
    assert chisquare(list(counts.values())).pvalue > 0.001
    assert np.array_equal(drawn[:50], orders.sample(np.random.default_rng(7), 200 * orders.count)[:50])


def test_independent_draws_have_their_probability() -> None:
    """Independent units are one with the given probability; orders are weighed by it."""
    orders = Admissible(INDEPENDENT)
    listed = orders.listed()
    assert orders.count == len(listed) == 64
    assert orders.weights(listed).sum() == pytest.approx(1.0)
    assert orders.weights(listed) @ listed == pytest.approx(np.full(6, 0.3))
    assert orders.odds((1, 1)) == 0.3
    share = orders.sample(np.random.default_rng(1), 4000).mean()
    assert share == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 24_000))


def test_a_coin_with_a_longest_run_forces_the_other_level() -> None:
    """Each day is a coin by itself; after two equal days the other level follows, and no total binds the last days."""
    coin = Randomisation("independent", starts(6), (0, 1, 0, 0, 1, 0), probability=0.3, max_run=2)
    orders = Admissible(coin)
    every = [order for order in product((0, 1), repeat=6) if longest_run(order) <= 2]
    listed = orders.listed()
    assert sorted(map(tuple, listed.tolist())) == every
    assert orders.count == len(every)
    assert (orders.odds(()), orders.odds((0, 1)), orders.odds((1, 1)), orders.odds((0, 0))) == (0.3, 0.3, 0.0, 1.0)
    assert orders.odds((0, 1, 0, 1, 0)) == 0.3  # not bound to any total
    chances = [np.prod([_chance(orders, order, unit) for unit in range(6)]) for order in listed.tolist()]
    assert orders.weights(listed) == pytest.approx(chances)
    assert sum(chances) == pytest.approx(1.0)
    drawn = orders.sample(np.random.default_rng(3), 20_000)
    counts = [int((drawn == order).all(axis=1).sum()) for order in listed]
    assert chisquare(counts, 20_000 * np.array(chances)).pvalue > 0.001


def _chance(orders: Admissible, order: list[int], unit: int) -> float:
    odds = orders.odds(tuple(order[:unit]))
    return odds if order[unit] else 1.0 - odds


def test_large_counts_are_exact() -> None:
    """Counts beyond enumeration are whole numbers: twelve pairs have 2^12 orders, 28 of 56 days their binomial."""
    twelve = Randomisation("blocks", starts(24), (0, 1) * 12, blocks=tuple(i // 2 for i in range(24)))
    assert Admissible(twelve).count == 2**12
    days = Randomisation("run_length", starts(56, 1.0), (0, 1) * 28)
    assert Admissible(days).count == 7_648_690_600_760_440


BAD_RULES = [
    ({"blocks": (1, 2, 1, 2)}, "ascending block numbers"),
    ({"blocks": (1, 1)}, "2 block numbers for 4 units"),
    ({"drawn": (0, 2, 1, 0)}, "0 and 1"),
    ({"unit_starts_days": (0.0, 2.0, 1.0, 3.0)}, "starts in ascending order"),
    ({"max_run": 1}, "a run of 2 equal units"),
    ({"probability": 1.0}, "above 0 and below 1"),
]


@pytest.mark.parametrize(("change", "told"), BAD_RULES)
def test_impossible_rules_are_refused(change: dict[str, object], told: str) -> None:
    """A rule that could not have drawn the order, or that no draw follows, is refused with what was expected."""
    good: dict[str, object] = {
        "rule": "blocks",
        "unit_starts_days": (0.0, 1.0, 2.0, 3.0),
        "drawn": (0, 1, 1, 0),
        "blocks": (1, 1, 2, 2),
    }
    with pytest.raises(InputError, match=told):
        Randomisation(**(good | change))


def under(rule: Randomisation, order: tuple[int, ...]) -> Schedule:
    """The trial as it would have been under another order of the same rule."""
    drawn = Randomisation(
        rule.rule, rule.unit_starts_days, order, rule.blocks, rule.max_run, rule.probability, rule.assumed
    )
    return Schedule("randomised_blocks", Exposure(rule.unit_starts_days, order), drawn)


def heavy_tailed(times: Floats, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    return 10.0 + np.cumsum(rng.standard_t(3, times.size)) * 0.3 + wandering(rng, times, 0.5, 1.0)


@pytest.mark.parametrize("name", [*RULES, "independent"])
@pytest.mark.parametrize("half_life", [0.0, 2.0])
def test_p_values_are_valid_over_all_assignments(name: str, half_life: float) -> None:
    """Were nothing taken to matter, P(p <= a) over the draw is at most a, for every a and whatever the ratings are."""
    rule = RULES.get(name, INDEPENDENT)
    times = np.arange(1.0, 4.0 * len(rule.drawn) + 1.0)
    times = times[times % 5 != 0]
    seen = Observations(times, heavy_tailed(times, 11))
    prior, orders = Prior(half_life=HalfLife(half_life)), Admissible(rule).listed()
    weights = Admissible(rule).weights(orders)
    found = [randomisation_test(under(rule, tuple(order)), seen, prior, Plan()) for order in orders.tolist()]
    p = np.array([test.p_value for test in found], dtype=np.float64)
    for level in np.unique(p):
        assert weights[p <= level + 1e-12].sum() <= level + 1e-9
    assert p.min() == pytest.approx(found[0].least_p)
    assert {test.exact for test in found} == {True}
    assert {test.schedules for test in found} == {len(orders)}


def test_mid_p_counts_ties_half() -> None:
    """In pairs, an order and its mirror image tie: mid-p is p less half of the two."""
    schedule = blocks((0, 1, 1, 0, 0, 1, 1, 0))
    test = randomisation_test(schedule, diary(schedule, np.arange(1.0, 57.0), effect=-5.0), Prior(), Plan())
    assert (test.p_value, test.mid_p, test.least_p) == pytest.approx((2 / 16, 1 / 16, 2 / 16))
    assert test.statistic is not None
    assert test.statistic < -3.0


def test_sampled_test_counts_the_order_that_was_used() -> None:
    """Beyond 20,000 orders a seeded sample serves, the used order is counted too, so p is never zero."""
    rng = np.random.default_rng(3)
    levels = tuple(int(level) for level in rng.permutation([0, 1] * 15))
    rule = Randomisation("run_length", starts(30, 1.0), levels)
    schedule = Schedule("alternating_days", Exposure(rule.unit_starts_days, levels), rule)
    seen = diary(schedule, np.arange(1.0, 31.0), effect=-8.0)
    test = randomisation_test(schedule, seen, Prior(), Plan(seed=4))
    assert (test.exact, test.seed, test.schedules) == (False, 4, Admissible(rule).count)
    assert test.p_value == pytest.approx(1e-4)
    assert randomisation_test(schedule, seen, Prior(), Plan(seed=4)) == test


def test_no_draw_no_test() -> None:
    """Without a known draw there is no test, and it is said why; a draw that was assumed says so too."""
    exposure = blocks((0, 1, 1, 0)).exposure
    seen = diary(blocks((0, 1, 1, 0)), np.arange(1.0, 29.0))
    for design, told in (
        ("observational", "not drawn by chance"),
        ("supervised_taper", "not drawn by chance"),
        ("randomised_blocks", "nobody recorded"),
        ("undeclared", "nobody recorded"),
    ):
        test = randomisation_test(Schedule(design, exposure), seen, Prior(), Plan())
        assert test.p_value is None
        assert told in test.why
    guessed = Randomisation("blocks", (0.0, 7.0, 14.0, 21.0), (0, 1, 1, 0), (1, 1, 2, 2), assumed=True)
    assert "assumed" in randomisation_test(Schedule("randomised_blocks", exposure, guessed), seen, Prior(), Plan()).why
