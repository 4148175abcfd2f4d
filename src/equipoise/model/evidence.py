"""Evidence of benefit: answers, the studies behind them, and the rows that a dossier shows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.model.base import Frozen
from equipoise.model.source import Provenance, RecordId, SourceKey, Text
from equipoise.model.terms import Certainty


class EvidenceAnswer(Provenance):
    """The bottom line for one question, in words that do not go beyond the studies."""

    id: RecordId
    question: Text
    answer: Text
    direction: Text | None = None


class Study(Provenance):
    """One study, review, animal experiment or registered trial, and what it says about the question."""

    id: RecordId
    kind: Annotated[str, Field(pattern="^(human_study|review|animal|registered_trial|n_of_1)$")]
    design: Text
    n: Text | None = None
    population: Text | None = None
    period: Text | None = None
    measure: Text | None = None
    result: Text
    effect_on_depression: Text
    risk_of_bias: Annotated[str, Field(pattern="^(critical|serious|moderate|some|low|not_judged)$")]
    limitations: tuple[Text, ...] = ()
    addresses_question: bool = True
    for_question: Text | None = None
    registration: Annotated[str, Field(pattern=r"^NCT\d{8}$")] | None = None
    note: Text | None = None


class EvidenceRow(Frozen):
    """One row of the dossier's evidence table."""

    id: RecordId
    design: Text
    n: Text | None
    effect_on_depression: Text
    risk_of_bias: Text
    certainty: Certainty | None
    sources: tuple[SourceKey, ...]
