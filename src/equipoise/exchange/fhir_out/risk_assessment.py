"""The RiskAssessment: the outcome in words, never a probability that nobody has."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.exchange.fhir_out import codes
from equipoise.exchange.fhir_out.elements import Resource, clean, coding, compact, concept
from equipoise.exchange.fhir_out.frame import Frame
from equipoise.exchange.fhir_out.narrative import items, narrative, paragraph
from equipoise.model.dossier import Dossier
from equipoise.model.finding import Burden
from equipoise.model.terms import Answer

METHOD = "Rules over recorded facts; the judgement is qualitative and no probability is known"


def outcome_words(dossier: Dossier) -> str:
    """The outcome as a sentence."""
    return codes.OUTCOME_WORDS[dossier.outcome]


def burden_words(burden: Burden) -> str:
    """The points of one effect, with and without the adjunct."""
    return (
        f"additive burden, {burden.effect}: {burden.points} points with the adjunct, "
        f"{burden.points_without_adjunct} without it"
    )


def is_open(dossier: Dossier) -> bool:
    """True while an answer, a test or a medicine is missing, so that the outcome may still change."""
    unknown = any(finding.answer is Answer.UNKNOWN for finding in dossier.findings)
    return unknown or any((dossier.blocked_by, dossier.not_assessed, dossier.unread, dossier.missing_tests))


def risk_assessment(frame: Frame, basis: Sequence[str]) -> Resource:
    """The RiskAssessment; `basis` names the resources that it rests on."""
    dossier = frame.dossier
    words = outcome_words(dossier)
    return compact(
        resourceType="RiskAssessment",
        id=frame.id("RiskAssessment"),
        text=narrative(paragraph(words, "Outcome"), items(dossier.reasons), paragraph(dossier.standing_note)),
        status="preliminary" if is_open(dossier) else "final",
        method={"text": METHOD},
        code={"text": clean(f"Screening before adding {dossier.substance_name}")},
        subject=frame.reference("Patient"),
        occurrenceDateTime=frame.day,
        performer=frame.reference("Device"),
        basis=[frame.reference(name) for name in basis],
        prediction=[_outcome(dossier), *(_burden(burden) for burden in dossier.burdens)],
        mitigation=_mitigation(dossier),
        note=[{"text": clean(dossier.standing_note)}],
    )


def _outcome(dossier: Dossier) -> Resource:
    return compact(
        outcome={"text": clean(f"Harm from adding {dossier.substance_name} to what is recorded")},
        qualitativeRisk=concept(outcome_words(dossier), coding(codes.OUTCOME, dossier.outcome)),
        rationale=clean("\n".join(dossier.reasons)) if dossier.reasons else None,
    )


def _burden(burden: Burden) -> Resource:
    weight = burden.severity
    risk = (
        concept(codes.SEVERITY_WORDS[weight], coding(codes.SEVERITY, weight))
        if weight
        else {"text": "Below every threshold of the records; this does not mean that there is no risk"}
    )
    parts = "; ".join(f"{part.label} {part.points}{' (adjunct)' if part.is_adjunct else ''}" for part in burden.parts)
    return compact(
        outcome=concept(burden_words(burden), coding(codes.EFFECT, burden.effect)),
        qualitativeRisk=risk,
        rationale=clean(parts) if parts else None,
    )


def _mitigation(dossier: Dossier) -> str | None:
    """What is proposed, over all met findings; nothing of it has been done."""
    proposed = [
        f"{finding.title}: {finding.mitigation}"
        for finding in dossier.findings
        if finding.mitigation and finding.answer is Answer.MET
    ]
    return clean("Proposed, not yet done:\n" + "\n".join(proposed)) if proposed else None
