"""What is known of benefit, as honestly as the records have it."""

from __future__ import annotations

from functools import lru_cache

from equipoise.knowledge import SubstanceKnowledge
from equipoise.model.dossier import EvidenceTable
from equipoise.model.evidence import EvidenceRow, Study


@lru_cache(maxsize=8)  # the same for every chart
def evidence_tables(adjunct: SubstanceKnowledge) -> tuple[EvidenceTable, ...]:
    """One table per answered question; the studies stand under the first, which is the question of benefit."""
    rows = tuple(_row(study) for study in adjunct.studies)
    return tuple(
        EvidenceTable(
            question=answer.question,
            answer=answer.answer,
            certainty=answer.certainty,
            rows=rows if index == 0 else (),
            sources=answer.sources,
        )
        for index, answer in enumerate(adjunct.answers)
    )


def _row(study: Study) -> EvidenceRow:
    return EvidenceRow(
        id=study.id,
        design=study.design,
        n=study.n,
        effect_on_depression=study.effect_on_depression,
        risk_of_bias=study.risk_of_bias.replace("_", " "),
        certainty=study.certainty if study.addresses_question else None,
        sources=study.sources,
    )
