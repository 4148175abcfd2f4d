"""The sites of an adjunct in a model: those of the claims whose figures are known, and what is not known of them."""

from __future__ import annotations

from equipoise.knowledge import Knowledge
from equipoise.screen.claims import claim_rows
from equipoise.screen.sites import sites


def test_sites_are_the_targets_of_which_an_occupancy_is_known(knowledge: Knowledge) -> None:
    """With every constituent simulated, exactly the targets with an occupancy in the claims, by the same binders."""
    adjunct = knowledge.substance("kratom")
    outputs = {name: f"C_{name}" for name in (*adjunct.substance.alkaloids, *adjunct.metabolites)}
    found = {site.name: site for site in sites(knowledge, adjunct, outputs)}
    claimed = {row.name: row for claim in claim_rows(knowledge, adjunct) for row in claim.targets if row.occupancy}
    assert set(found) == set(claimed)
    for name, row in claimed.items():
        known = {binder.constituent for binder in row.binders if binder.occupancy}
        assert {binder.name for binder in found[name].binders} == known
        assert found[name].threshold == row.threshold
        assert set(found[name].missing) == {binder.name for binder in row.binders if not binder.occupancy}


def test_a_constituent_that_a_model_does_not_simulate_is_missing(knowledge: Knowledge) -> None:
    """Without its concentration a binder is named among what can only add; without any there is no site."""
    adjunct = knowledge.substance("kratom")
    (first, *_) = sites(knowledge, adjunct, {"mitragynine": "MG"})
    assert first.by == ("mitragynine",)
    assert "7-hydroxymitragynine" in first.missing
    assert sites(knowledge, adjunct, {}) == ()
