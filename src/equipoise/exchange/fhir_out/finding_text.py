"""A finding in words: the same lines for DetectedIssue.detail and for the narratives."""

from __future__ import annotations

from equipoise.exchange.fhir_out.codes import ANSWER_WORDS, SEVERITY_WORDS
from equipoise.exchange.fhir_out.elements import clean, number
from equipoise.exchange.fhir_out.narrative import heading, paragraph
from equipoise.model.finding import Finding, Implicated, Magnitude
from equipoise.model.terms import Answer, Certainty

CERTAINTY_WORDS = {
    Certainty.HIGH: "high",
    Certainty.MODERATE: "moderate",
    Certainty.LOW: "low",
    Certainty.VERY_LOW: "very low",
}

Line = tuple[str, str]


def title(finding: Finding) -> str:
    """The finding's title; an unknown one says so first, because a reader may see nothing but the title."""
    return f"UNKNOWN: {finding.title}" if finding.answer is Answer.UNKNOWN else finding.title


def finding_lines(finding: Finding) -> list[Line]:
    """Label and text of everything that the finding holds."""
    lines = [("Answer", ANSWER_WORDS[finding.answer]), ("Weight", _weight(finding)), ("Why", finding.explanation)]
    optional = (
        ("To settle it", finding.to_settle),
        ("Rests on", "; ".join(map(implicated_words, finding.implicated))),
        ("Mechanism", finding.mechanism),
        ("Size", magnitude_words(finding.magnitude) if finding.magnitude else None),
        ("Proposed, not yet done", finding.mitigation),
        ("What would change this", finding.would_change),
        ("Notes", " ".join(finding.notes)),
    )
    lines += [(label, text) for label, text in optional if text]
    return [*lines, ("Certainty", _certainty(finding)), ("Sources", ", ".join(finding.sources) or "none named")]


def detail(finding: Finding, substance_name: str) -> str:
    """The lines as one FHIR string; the substance comes first, because an issue may be read outside its document."""
    lines = [("Screened for", substance_name), *finding_lines(finding)]
    return "\n".join(f"{label}: {clean(text)}" for label, text in lines)


def blocks(finding: Finding) -> str:
    """The lines as XHTML under the finding's title."""
    return heading(title(finding)) + "".join(paragraph(text, label) for label, text in finding_lines(finding))


def implicated_words(implicated: Implicated) -> str:
    """What a finding rests on, how it was matched and where it is recorded."""
    how = [f"matched by {implicated.matched_by}"] if implicated.matched_by else []
    where = [f"recorded at {implicated.path}"] if implicated.path else []
    inside = ", ".join([*how, *where])
    words = f"{implicated.kind.replace('_', ' ')}: {implicated.label}"
    return f"{words} ({inside})" if inside else words


def magnitude_words(magnitude: Magnitude) -> str:
    """The size with its interval and, where they are known, the bounds beside it."""
    low, high = magnitude.interval
    words = f"{magnitude.kind} {number(magnitude.estimate)} (90 % interval {number(low)} to {number(high)})"
    bounds = [
        f"{name} {number(value)}"
        for name, value in (("floor", magnitude.floor), ("ceiling", magnitude.ceiling))
        if value is not None
    ]
    enzymes = [f"by way of {', '.join(magnitude.enzymes)}"] if magnitude.enzymes else []
    return "; ".join([words, *bounds, *enzymes]) + ". An estimate for a population, not a measurement in this patient."


def _weight(finding: Finding) -> str:
    words = SEVERITY_WORDS[finding.severity]
    return f"{words}, if it applies" if finding.answer is Answer.UNKNOWN else words


def _certainty(finding: Finding) -> str:
    words = f"{CERTAINTY_WORDS[finding.certainty]} (GRADE); standing of the record: {finding.standing}"
    return words if finding.read else f"{words}; not every source was opened: partly recalled, to be checked"
