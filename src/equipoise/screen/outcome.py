"""How a screening ends. There is no 'cleared': the mildest outcome is that the clinician must decide."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.model.dossier import LawRow, MissingTest, NotAssessed
from equipoise.model.finding import Finding
from equipoise.model.terms import Answer, Outcome, Severity

SHOWN = 8


def outcome(findings: Sequence[Finding], law: Sequence[LawRow]) -> Outcome:
    """`stop` when a contraindication is met, `specialist_decision` when one is called for, else the clinician."""
    met = {finding.severity for finding in findings if finding.answer is Answer.MET}
    # The law weighs even where it is unknown: nobody may assume that it allows something.
    weighed = met | {row.severity for row in law} | {item.severity for item in findings if item.domain == "law"}
    if Severity.CONTRAINDICATED in weighed:
        return Outcome.STOP
    if Severity.SPECIALIST_DECISION in weighed:
        return Outcome.SPECIALIST_DECISION
    return Outcome.CLINICIAN_MUST_DECIDE


def reasons(
    findings: Sequence[Finding],
    blocked_by: Sequence[str],
    not_assessed: Sequence[NotAssessed],
    missing: Sequence[MissingTest],
    unread: int,
) -> tuple[str, ...]:
    """Why the screening ends as it does, the weightiest first; never empty."""
    lines = [
        f"{finding.severity.replace('_', ' ')}: {finding.title}"
        for finding in findings
        if finding.answer is Answer.MET and finding.severity in (Severity.CONTRAINDICATED, Severity.SPECIALIST_DECISION)
    ]
    unknown_law = [item for item in findings if item.domain == "law" and item.answer is Answer.UNKNOWN]
    lines += [f"not known: {item.title}" for item in unknown_law if item.severity is not Severity.CAUTION]
    if blocked_by:
        open_ones = _count(len(blocked_by), "contraindication is", "contraindications are")
        lines.append(f"{open_ones} unanswered; nothing starts before they are")
    if not_assessed:
        lines.append(f"not assessed: {_some([item.text for item in not_assessed])}")
    if missing:
        lines.append(f"baseline tests missing: {', '.join(item.title for item in missing)}")
    if unread:
        lines.append(f"{_count(unread, 'part', 'parts')} of the input could not be used")
    return tuple(lines) or ("a screening never clears a patient; a clinician must decide",)


def _some(texts: Sequence[str]) -> str:
    """Each text once, the first eight of them by name."""
    unique = list(dict.fromkeys(texts))
    more = f" and {len(unique) - SHOWN} more" if len(unique) > SHOWN else ""
    return ", ".join(unique[:SHOWN]) + more


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
