"""Binding, beliefs, courses and verdicts: known values, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.model.terms import Plausibility
from equipoise.pharmacology.interaction.parts import Belief
from equipoise.pharmacology.kinetics.simulation import Simulation
from equipoise.pharmacology.occupancy import (
    Binder,
    bands,
    competing,
    from_range,
    judged,
    occupancy,
    occupancy_at_peak,
    occupancy_course,
    of_affinity,
    together,
    wider,
)
from equipoise.pharmacology.occupancy.simulated import Site, occupied

SURE = Belief(0.0, 0.0)


def binder(name: str, ki_nm: float, *, sd: float = 0.0, unbound: Belief = SURE, brain: Belief | None = None) -> Binder:
    """A binder whose only doubt is the SD of its log affinity."""
    return Binder(name, Belief(math.log(ki_nm), sd), unbound, brain)


def test_half_of_a_site_is_occupied_at_the_binding_constant() -> None:
    """Single-site binding: nothing at 0, half at Ki, nine tenths at nine times Ki."""
    assert occupancy([0.0, 20.0, 180.0], 20.0).tolist() == pytest.approx([0.0, 0.5, 0.9])


def test_two_competitors_share_one_site() -> None:
    """Gaddum's equation: at C = Ki for both each occupies a third, both together two thirds."""
    each, total = competing([5.0, 70.0], [5.0, 70.0])
    assert each.tolist() == pytest.approx([1 / 3, 1 / 3])
    assert float(total) == pytest.approx(2 / 3)


def test_a_range_becomes_a_belief_that_holds_it_with_90_percent() -> None:
    """The 5th and 95th percentile are the ends of the range."""
    found = from_range(0.02, 0.15)
    ends = [math.exp(found.mean + step * 1.6448536 * found.sd) for step in (-1, 1)]
    assert ends == pytest.approx([0.02, 0.15])


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (2.0, 1.0), (-1.0, 1.0)])
def test_a_range_that_is_none_is_refused(low: float, high: float) -> None:
    """Ends below or at 0, or the wrong way round, raise with the values."""
    with pytest.raises(ValueError, match="both ends must be above 0"):
        from_range(low, high)


def test_more_laboratories_narrow_the_affinity_but_never_below_the_next_one() -> None:
    """The living brain is one laboratory more: the SD falls to the spread between laboratories, no further."""
    spreads = [of_affinity([50.0] * n, 3.2).sd for n in (1, 2, 5, 1000)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] == pytest.approx(math.log(3.2), rel=1e-3)


def test_laboratories_that_disagree_more_than_usual_widen_the_affinity() -> None:
    """Values a hundredfold apart give more doubt than the usual spread."""
    assert of_affinity([1.0, 100.0], 1.5).sd > of_affinity([9.0, 11.0], 1.5).sd


def test_no_affinity_at_all_is_refused() -> None:
    """Without a constant nothing is calculated."""
    with pytest.raises(ValueError, match="no binding constant"):
        of_affinity([], 3.0)


def test_doubt_from_another_species_adds_in_quadrature() -> None:
    """Independent doubts add as variances of the logarithm."""
    assert wider(Belief(1.0, 0.3), math.exp(0.4)).sd == pytest.approx(0.5)


def test_a_course_of_concentrations_becomes_a_course_of_occupancies() -> None:
    """Arrays in, arrays out: unbound fraction and brain penetration scale the concentration at each time."""
    item = binder("a", 10.0, unbound=Belief(math.log(0.5), 0.0), brain=Belief(math.log(0.2), 0.0))
    plasma = np.array([[0.0, 100.0, 900.0], [100.0, 0.0, 0.0]])
    course = occupancy_course({"a": plasma}, [item], seed=3)
    assert course.free_nm["a"] == pytest.approx(plasma * 0.1)
    assert course.total == pytest.approx(np.array([[0.0, 0.5, 0.9], [0.5, 0.0, 0.0]]))
    assert bands(course.total).shape == (3, 3)


def test_the_same_seed_gives_the_same_course_and_another_does_not() -> None:
    """Draws are seeded."""
    plasma = {"a": np.full((50, 2), 10.0)}
    first, again, other = (occupancy_course(plasma, [binder("a", 10.0, sd=1.0)], seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.total, again.total)
    assert not np.array_equal(first.total, other.total)


def test_another_competitor_changes_nobody_elses_draws() -> None:
    """A substance's draws depend on the seed and its own name alone."""
    plasma = {"a": np.full((50, 1), 10.0), "b": np.full((50, 1), 0.0)}
    alone = occupancy_course(plasma, [binder("a", 10.0, sd=1.0)], seed=1)
    both = occupancy_course(plasma, [binder("b", 5.0, sd=1.0), binder("a", 10.0, sd=1.0)], seed=1)
    assert both.each["a"] == pytest.approx(alone.each["a"])


def test_an_unbound_fraction_never_exceeds_the_whole() -> None:
    """A wide belief about the unbound fraction is cut at 1: more than all cannot be free."""
    item = binder("a", 10.0, unbound=Belief(0.0, 5.0))
    free = occupancy_course({"a": np.full((500, 1), 8.0)}, [item], seed=1).free_nm["a"]
    assert free.max() == pytest.approx(8.0)


def test_a_course_without_its_substance_is_refused() -> None:
    """The message names who has no course."""
    with pytest.raises(ValueError, match=r"without: \['b'\]"):
        occupancy_course({"a": np.ones((2, 2))}, [binder("a", 1.0), binder("b", 1.0)], seed=1)


def test_peaks_of_several_studies_weigh_the_same() -> None:
    """Two studies far apart give a two-humped occupancy: about half of the draws near each."""
    found = occupancy_at_peak([binder("a", 10.0)], {"a": [1e-6, 1e6]}, people=1.001, draws=4000, seed=5)
    assert float(np.mean(found.total > 0.5)) == pytest.approx(0.5, abs=0.03)


def test_one_person_takes_more_of_every_part_of_a_mixture() -> None:
    """The difference between people is shared by all substances: their free concentrations move together."""
    items = [binder("a", 10.0), binder("b", 10.0)]
    found = occupancy_at_peak(items, {"a": [10.0], "b": [20.0]}, people=3.0, draws=100, seed=5)
    assert found.free_nm["b"] == pytest.approx(2.0 * found.free_nm["a"])


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        ([0.3, 0.4, 0.5], Plausibility.PLAUSIBLE),
        ([0.01, 0.02, 0.03], Plausibility.IMPLAUSIBLE),
        ([0.01, 0.4, 0.9], Plausibility.UNKNOWN),
    ],
)
def test_the_whole_interval_must_lie_on_one_side(shares: list[float], word: Plausibility) -> None:
    """Above the limit plausible, below it implausible, on both sides unknown."""
    found = judged(np.array(shares), threshold=0.2, interval=0.9)
    assert found.verdict is word
    assert found.low <= found.median <= found.high


def test_one_plausible_target_makes_a_claim_plausible() -> None:
    """Kleene's 'or': unknown beside implausible stays unknown, nothing to judge is unknown."""
    yes, no, open_ = Plausibility.PLAUSIBLE, Plausibility.IMPLAUSIBLE, Plausibility.UNKNOWN
    assert together([no, open_, yes]) is yes
    assert together([no, no]) is no
    assert together([no, open_]) is open_
    assert together([]) is open_


def test_occupancy_of_simulated_people_does_not_depend_on_their_blocks() -> None:
    """Blocks of 4 and 6 people give each the share that all ten have at once; the peak is that of the course."""
    rng = np.random.default_rng(1)
    plasma = rng.gamma(2.0, 20.0, (10, 7))
    site = Site(
        name="a receptor",
        threshold=0.2,
        binders=(Binder("x", ki=Belief(3.0, 1.0), unbound=Belief(-3.0, 0.5), brain=Belief(0.0, 0.7)),),
        outputs={"x": "CX"},
        by=("X",),
        missing=(),
    )

    def block(first: int, last: int) -> Simulation:
        values = {"CX": plasma[first:last], "CY": plasma[first:last]}
        return Simulation(["?"] * (last - first), np.arange(7.0), values, {}, "closed", "", (), None)

    (whole,) = occupied(iter([block(0, 10)]), [site], ["CY"], seed=5)
    parts = list(occupied(iter([block(0, 4), block(4, 10)]), [site], ["CY"], seed=5))
    assert list(whole.values) == ["CY", "a receptor"]
    joined = np.concatenate([part.values["a receptor"] for part in parts])
    np.testing.assert_array_equal(joined, whole.values["a receptor"])
    np.testing.assert_allclose(joined, 100 * occupancy_course({"x": plasma}, site.binders, seed=5).total, rtol=1e-15)
    (peak,) = whole.reduced.values()
    np.testing.assert_array_equal(peak, joined.max(axis=1))
