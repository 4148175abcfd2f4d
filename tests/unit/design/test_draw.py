"""The draw: uniform over what is admissible, the same everywhere, stored once, bound by its commitment."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from scipy.stats import chisquare

from equipoise.design.draw import design_hash, draw, drawn_order
from equipoise.design.layout import randomisation, some_order
from equipoise.errors import InputError
from equipoise.exchange.allocation_file import allocation_text, read_allocation
from equipoise.model.admissible import Admissible
from equipoise.model.trial_design import TaperStep, TrialDesign

Plan = Callable[..., TrialDesign]
START = dt.date(2027, 1, 4)
NONCE = "0" * 64
RULES = [
    ("blocks", {"blocks": 4}, 16),
    ("blocks, no three alike", {"blocks": 4, "max_run": 2}, 16),
    ("balanced, no three alike", {"blocks": 4, "rule": "run_length", "max_run": 2}, 34),
    (
        "days, no three alike",
        {"template": "alternating_days", "period_days": 1, "washout_days": 0, "rule": "run_length", "max_run": 2}
        | {"blocks": 5},
        84,
    ),
]


def orders_of(design: TrialDesign) -> Admissible:
    """The admissible orders of a plan."""
    return Admissible(randomisation(design, some_order(design)))


@pytest.mark.parametrize(("name", "changes", "count"), RULES, ids=[name for name, _, _ in RULES])
def test_every_admissible_order_is_equally_likely(
    plan: Plan, name: str, changes: dict[str, object], count: int
) -> None:
    """Over many seeds each order of the enumerated set comes equally often (chi-square), and no other ever does."""
    del name
    orders = orders_of(plan(**changes))
    listed = [tuple(row) for row in orders.listed().tolist()]
    assert orders.count == len(listed) == count
    seen = Counter(drawn_order(orders, seed) for seed in range(100 * count))
    assert set(seen) <= set(listed)
    assert chisquare([seen[order] for order in listed]).pvalue > 0.001


def test_tosses_are_fair_and_forced_where_the_longest_run_is_reached(plan: Plan) -> None:
    """Under the rule `independent` a unit is on in half of the draws, and no run is longer than the rule allows."""
    design = plan(template="alternating_days", period_days=1, washout_days=0, blocks=3, rule="independent", max_run=2)
    orders = orders_of(design)
    seen = Counter(drawn_order(orders, seed) for seed in range(4000))
    listed = orders.listed()
    expected = orders.weights(listed) * 4000
    assert chisquare([seen[tuple(row)] for row in listed.tolist()], expected).pvalue > 0.001


def test_unranking_lists_the_orders_one_by_one(plan: Plan) -> None:
    """Each number below the count stands for one order, in ascending order, and no number beyond for any."""
    orders = orders_of(plan(blocks=5, rule="run_length", max_run=3))
    assert [orders.unranked(i) for i in range(orders.count)] == [tuple(row) for row in orders.listed().tolist()]
    for wrong in (-1, orders.count):
        with pytest.raises(ValueError, match="no number"):
            orders.unranked(wrong)


def test_a_seed_stands_for_the_same_order_everywhere(plan: Plan) -> None:
    """Orders that were drawn when the algorithm was fixed: a change of them would be a change of its version."""
    blocks, days = (
        plan(blocks=4),
        plan(template="alternating_days", period_days=1, washout_days=0, blocks=10, rule="run_length", max_run=2),
    )
    drawn = {seed: "".join(map(str, draw(blocks, START, seed=seed, nonce=NONCE).sequence)) for seed in (0, 1, 2**127)}
    assert drawn == PINNED
    assert "".join(map(str, draw(days, START, seed=7, nonce=NONCE).sequence)) == PINNED_DAYS


PINNED = {0: "01010110", 1: "10101001", 2**127: "10101010"}
PINNED_DAYS = "10010101011010010011"


@pytest.mark.parametrize("seed", range(20))
def test_the_order_is_the_one_that_the_published_recipe_numbers(plan: Plan, seed: int) -> None:
    """The recipe written anew: 512 bits of SHA-256, the top of their product with the count, the listed order."""
    orders = orders_of(plan(blocks=5, rule="run_length", max_run=3))
    bits = b"".join(hashlib.sha256(f"equipoise.draw.1|{seed}|{i}".encode()).digest() for i in range(2))
    index = int.from_bytes(bits, "big") * orders.count // 2**512
    assert drawn_order(orders, seed) == tuple(orders.listed()[index].tolist())


def test_a_stored_order_is_read_back_and_never_drawn_again(plan: Plan, tmp_path: Path) -> None:
    """A thousand readings give the very order that was stored."""
    design = plan(blocks=6)
    made = draw(design, START, seed=11, nonce=NONCE)
    path = tmp_path / "allocation.json"
    path.write_text(allocation_text(made))
    assert all(read_allocation(path, design) == made for _ in range(1000))


CHANGED = [
    ("sequence", lambda value: [1 - value[0], *value[1:]]),
    ("seed", lambda _: "12"),
    ("start", lambda _: "2027-01-05"),
    ("nonce", lambda _: "1" * 64),
    ("commitment", lambda _: "2" * 64),
]


@pytest.mark.parametrize(("field", "change"), CHANGED, ids=[field for field, _ in CHANGED])
def test_a_changed_file_is_refused(plan: Plan, tmp_path: Path, field: str, change: Callable[[object], object]) -> None:
    """Whatever is changed after the draw, the commitment no longer holds, and the message says so."""
    design = plan()
    said = json.loads(allocation_text(draw(design, START, seed=11, nonce=NONCE)))
    said[field] = change(said[field])
    path = tmp_path / "allocation.json"
    path.write_text(json.dumps(said))
    with pytest.raises(InputError, match="the stored order is analysed as it was drawn"):
        read_allocation(path, design)


def test_an_order_belongs_to_its_plan(plan: Plan, tmp_path: Path) -> None:
    """An order read for another plan is refused."""
    path = tmp_path / "allocation.json"
    path.write_text(allocation_text(draw(plan(), START, seed=11, nonce=NONCE)))
    with pytest.raises(InputError, match="a changed plan needs a draw of its own"):
        read_allocation(path, plan(washout_days=4))


def test_the_hash_of_a_plan_is_of_what_it_says(plan: Plan) -> None:
    """A default that is said aloud changes nothing; any other value does."""
    assert design_hash(plan()) == design_hash(plan(rescue=None, rule="blocks"))
    assert design_hash(plan()) != design_hash(plan(run_in_days=8))


def test_what_cannot_be_drawn_is_refused(plan: Plan) -> None:
    """A taper has no order, and a seed is no negative number; both faults come together."""
    steps = (TaperStep(share=0.5, days=7),)
    taper = plan(template="supervised_taper", blocks=0, period_days=0, washout_days=0, steps=steps)
    with pytest.raises(InputError, match="2 faults"):
        draw(taper, START, seed=-1, nonce=NONCE)
