"""Laws that every predicted AUC ratio obeys, whatever the medicines."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from equipoise.pharmacology.interaction import (
    Belief,
    Exposure,
    Perpetrator,
    Posterior,
    RatioPrediction,
    Victim,
    predict_ratio,
)
from equipoise.pharmacology.interaction.formula import relative_exposure
from equipoise.pharmacology.interaction.posterior import from_mapping, to_mapping

ENZYMES = ("CYP1A2", "CYP2C19", "CYP2D6", "CYP3A4")
BASE = Posterior()

beliefs = st.builds(Belief, st.floats(-3, 4), st.floats(0, 1), st.integers(0, 5))
by_enzyme = st.dictionaries(st.sampled_from(ENZYMES), beliefs, min_size=1)
routes = st.sampled_from(("oral", "intravenous"))


@st.composite
def victims_of(draw: st.DrawFn) -> Victim:
    """Victims that may induce some of their own enzymes."""
    weight = draw(by_enzyme)
    own = draw(st.dictionaries(st.sampled_from(sorted(weight)), beliefs))
    return Victim("victim", weight, draw(st.none() | beliefs), draw(beliefs), own)


victims = victims_of()
inhibitors = st.builds(Perpetrator, st.text("abc", min_size=1, max_size=3), by_enzyme)
inducers = st.builds(Perpetrator, st.text("xyz", min_size=1, max_size=3), st.just({}), by_enzyme)
exposures_of = st.builds(Exposure, inhibitors, st.none() | st.floats(0.1, 10), st.booleans())


def estimate(prediction: RatioPrediction) -> float:
    assert prediction.estimate is not None
    return prediction.estimate


@given(victims, st.lists(exposures_of, max_size=3), routes)
def test_inhibition_never_lowers_exposure(victim: Victim, exposures: list[Exposure], route: str) -> None:
    """Under inhibitors alone the ratio is at least 1."""
    assert estimate(predict_ratio(BASE, victim, exposures, route=route)) >= 1 - 1e-12  # type: ignore[arg-type]


@given(victims, st.lists(st.builds(Exposure, inducers), max_size=3), routes)
def test_induction_never_raises_exposure(victim: Victim, exposures: list[Exposure], route: str) -> None:
    """Under inducers alone the ratio is above 0 and at most 1."""
    assert 0 < estimate(predict_ratio(BASE, victim, exposures, route=route)) <= 1 + 1e-12  # type: ignore[arg-type]


@given(victims, inducers, routes)
def test_a_victim_that_has_induced_its_enzymes_falls_less(victim: Victim, inducer: Perpetrator, route: str) -> None:
    """A victim's own induction never deepens the fall, and one as strong as the inducer's leaves no fall at all."""
    plain, strong = replace(victim, induction={}), {e: Belief(5.0, 0.1) for e in victim.weight}
    fall = estimate(predict_ratio(BASE, plain, [Exposure(inducer)], route=route))  # type: ignore[arg-type]
    assert estimate(predict_ratio(BASE, victim, [Exposure(inducer)], route=route)) >= fall * (1 - 1e-12)  # type: ignore[arg-type]
    full = predict_ratio(BASE, replace(victim, induction=strong), [Exposure(inducer)], route=route)  # type: ignore[arg-type]
    assert estimate(full) == pytest.approx(1.0)


@given(victims, inhibitors, st.floats(0.01, 3))
def test_stronger_inhibition_gives_a_higher_ratio(victim: Victim, inhibitor: Perpetrator, more: float) -> None:
    """The ratio rises with the inhibition of every enzyme and with the dose."""
    stronger = replace(
        inhibitor, inhibition={e: replace(b, mean=b.mean + more) for e, b in inhibitor.inhibition.items()}
    )
    weak, strong = (estimate(predict_ratio(BASE, victim, [Exposure(p)])) for p in (inhibitor, stronger))
    assert strong >= weak * (1 - 1e-12)
    double = estimate(predict_ratio(BASE, victim, [Exposure(inhibitor, 2.0)]))
    assert double >= weak * (1 - 1e-12)


@given(victims, routes)
def test_no_perpetrator_and_no_inhibition_give_one(victim: Victim, route: str) -> None:
    """Without a perpetrator, or with one that does nothing, the ratio is 1."""
    nothing = Perpetrator("nothing", dict.fromkeys(ENZYMES, Belief(-700.0, 0.0)))
    for exposures in ([], [Exposure(nothing)]):
        assert estimate(predict_ratio(BASE, victim, exposures, route=route)) == pytest.approx(1.0)  # type: ignore[arg-type]


@given(beliefs, inhibitors)
def test_a_poor_metaboliser_does_not_feel_the_enzyme_that_is_missing(weight: Belief, inhibitor: Perpetrator) -> None:
    """Who lacks CYP2D6 shows no interaction through CYP2D6."""
    victim = Victim("victim", {"CYP2D6": weight})
    poor = predict_ratio(BASE, victim, [Exposure(inhibitor)], phenotypes={"CYP2D6": "PM"})
    assert estimate(poor) == pytest.approx(1.0)


@given(by_enzyme)
def test_complete_inhibition_leaves_the_rest(weight: dict[str, Belief]) -> None:
    """When all known enzymes are blocked, exposure rises to 1 / (the share that no known enzyme carries)."""
    victim = Victim("victim", weight)
    blocker = Perpetrator("blocker", dict.fromkeys(ENZYMES, Belief(60.0, 0.0)))
    bound = 1.0 + sum(math.exp(belief.mean) for belief in weight.values())
    assert estimate(predict_ratio(BASE, victim, [Exposure(blocker)])) == pytest.approx(bound)


@given(
    victims,
    st.lists(st.builds(Exposure, inhibitors | inducers), min_size=2, max_size=4, unique_by=lambda e: e.perpetrator.id),
)
def test_the_order_of_perpetrators_does_not_matter(victim: Victim, exposures: list[Exposure]) -> None:
    """Several perpetrators give the same prediction in any order, and a further inhibitor never lowers the ratio."""
    there, back = predict_ratio(BASE, victim, exposures), predict_ratio(BASE, victim, exposures[::-1])
    assert estimate(there) == pytest.approx(estimate(back))
    assert there.interval == pytest.approx(back.interval)
    assume(exposures[-1].perpetrator.inhibition)
    assert estimate(there) >= estimate(predict_ratio(BASE, victim, exposures[:-1])) * (1 - 1e-12)


@given(victims, st.lists(st.builds(Exposure, inhibitors | inducers), max_size=3), routes)
def test_the_interval_holds_the_estimate(victim: Victim, exposures: list[Exposure], route: str) -> None:
    """Every known prediction has 0 < low < estimate < high, and names each enzyme of the victim once."""
    prediction = predict_ratio(BASE, victim, exposures, route=route)  # type: ignore[arg-type]
    assert prediction.interval is not None
    assert 0 < prediction.interval[0] < estimate(prediction) < prediction.interval[1]
    assert sorted(effect.enzyme for effect in prediction.enzymes) == sorted(victim.weight)
    assert sum(effect.contribution for effect in prediction.enzymes) < 1


@given(by_enzyme, st.floats(0.01, 0.99), st.floats(0, 1))
def test_blood_flow_bounds_the_intravenous_ratio(weight: dict[str, Belief], extraction: float, activity: float) -> None:
    """The liver's own part of a ratio is never further from 1 by the vein than by mouth."""
    weights = {enzyme: math.exp(belief.mean) for enzyme, belief in weight.items()}
    state = dict.fromkeys(weights, activity)
    oral = relative_exposure(weights, state)
    vein = relative_exposure(weights, state, extraction=extraction, route="intravenous")
    assert 1 - 1e-12 <= vein <= oral * (1 + 1e-12)


@given(victims, st.dictionaries(st.sampled_from(ENZYMES), st.sampled_from(("PM", "IM", "NM", "RM", "UM"))))
def test_a_phenotype_alone_is_relative_to_a_normal_metaboliser(victim: Victim, phenotypes: dict[str, str]) -> None:
    """Normal metabolisers have ratio 1; poor ones at least, ultrarapid ones at most, what normal ones have."""
    found = predict_ratio(BASE, victim, phenotypes=phenotypes, reference="normal_metaboliser")
    moved = [word for enzyme, word in phenotypes.items() if enzyme in victim.weight and word != "NM"]
    assert found.kind == ("phenotype only" if moved else "no shared enzyme")
    if all(word in {"PM", "IM"} for word in moved):
        assert estimate(found) >= 1 - 1e-12
    if all(word in {"RM", "UM"} for word in moved):
        assert estimate(found) <= 1 + 1e-12


@given(victims, inhibitors, inducers)
def test_a_posterior_survives_being_written(victim: Victim, inhibitor: Perpetrator, inducer: Perpetrator) -> None:
    """Reading back what was written gives the same beliefs to three decimals."""
    posterior = Posterior({"victim": victim}, {inhibitor.id: inhibitor, inducer.id: inducer})
    once = from_mapping(to_mapping(posterior))
    assert from_mapping(to_mapping(once)) == once
    for enzyme, belief in victim.weight.items():
        assert once.victims["victim"].weight[enzyme].mean == pytest.approx(belief.mean, abs=6e-4)


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
def test_an_impossible_dose_is_refused(wrong: float) -> None:
    """A relative dose must be a number above 0."""
    with pytest.raises(ValueError, match="relative_dose"):
        Exposure(Perpetrator("p"), wrong)


@pytest.mark.parametrize("wrong", ["EM", -0.5, math.nan])
def test_an_impossible_phenotype_is_refused(wrong: str | float) -> None:
    """A phenotype is one of the five words or an activity of at least 0."""
    with pytest.raises(ValueError, match="expected"):
        predict_ratio(BASE, Victim("v", {"CYP2D6": Belief(0.0, 0.1)}), phenotypes={"CYP2D6": wrong})
