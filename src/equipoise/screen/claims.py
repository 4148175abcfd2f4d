"""Claims about how an adjunct acts, judged from its records: the table of a dossier and of `equipoise claims`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.claim import ClaimRow

USED = ("targets", "mechanism_claims", "claim_rules")
USED_OF_SUBSTANCE = (
    "alkaloids",
    "metabolites",
    "binding_constants",
    "binding_gaps",
    "concentrations",
    "free_fractions",
    "mechanism_evidence",
)


@lru_cache(maxsize=8)  # the same for every chart
def claim_rows(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> tuple[ClaimRow, ...]:
    """Every claim with its verdict and the figures behind it; empty where nothing of the adjunct's action is recorded.

    Taken as they were judged when the records were last edited, where those are still the same; else judged now.

    >>> from equipoise.knowledge import load_knowledge
    >>> known = load_knowledge()
    >>> [(row.id, str(row.verdict)) for row in claim_rows(known, known.substance("kratom"))][:2]
    [('opioid', 'plausible'), ('dopamine', 'unknown')]
    """
    scope = adjunct.substance.id
    kept = cast("Mapping[str, Any]", knowledge.judged_claims(scope))
    if kept and kept["inputs"] == inputs_hash(knowledge, scope):
        return tuple(ClaimRow.model_validate(row) for row in kept["claims"])
    # Sampling needs NumPy, which a screening otherwise does without.
    from equipoise.screen.claim_judge import judge

    return judge(knowledge, adjunct)


def judged_file(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> dict[str, Any]:
    """The content of an adjunct's `claims.json`: judged anew from the records, with their hash."""
    from equipoise.screen.claim_judge import judge

    rows = [row.model_dump(mode="json", exclude_defaults=True) for row in judge(knowledge, adjunct)]
    return {"inputs": inputs_hash(knowledge, adjunct.substance.id), "claims": rows}


def inputs_hash(knowledge: Knowledge, scope: str) -> str:
    """A hash of everything that the verdicts of an adjunct's claims follow from."""
    return knowledge.hash_of([*(("", name) for name in USED), *((scope, name) for name in USED_OF_SUBSTANCE)])
