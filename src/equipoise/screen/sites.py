"""The sites that an adjunct's constituents bind, as far as a kinetic model simulates them."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.pharmacology.occupancy.simulated import Site
from equipoise.screen.claim_figures import figures
from equipoise.screen.claim_judge import constituents


def sites(knowledge: Knowledge, adjunct: SubstanceKnowledge, outputs: Mapping[str, str]) -> tuple[Site, ...]:
    """Every target of a claim at which a simulated constituent has all figures that an occupancy needs.

    In the order of the claims.
    `outputs`: by constituent, the output of a model that is its concentration (nM). The figures are those of the
    claims. What may bind without them is named with the site.
    """
    names = constituents(adjunct)
    found: list[Site] = []
    claimed = dict.fromkeys(name for claim in knowledge.mechanism_claims for name in claim.targets)
    for target in (knowledge.targets[name] for name in claimed):
        each = [figures(adjunct, name, target, knowledge.claim_rule) for name in names]
        binders = tuple(item.binder for item in each if item.binder is not None and item.constituent in outputs)
        bound = {item.name for item in binders}
        if binders:
            found.append(
                Site(
                    name=target.name,
                    threshold=target.occupancy,
                    binders=binders,
                    outputs={name: outputs[name] for name in sorted(bound)},
                    by=tuple(name for constituent, name in names.items() if constituent in bound),
                    missing=tuple(name for constituent, name in names.items() if constituent not in bound),
                )
            )
    return tuple(found)
