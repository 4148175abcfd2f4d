"""What the law of the places weighs, as findings: one for all substances of a place of which it says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from equipoise.model.dossier import LawRow
from equipoise.model.finding import Finding, Implicated
from equipoise.model.rules import LawRule
from equipoise.model.terms import Answer, Certainty, LawStatus, Severity, Standing
from equipoise.screen.law import spoken


def law_unknown(rule: LawRule) -> Finding:
    """No place is given, so no law could be looked up: that is a specialist's matter, not a blank."""
    return Finding(
        id="law/no_place",
        domain="law",
        title="Law: no place is given",
        severity=rule.when_doubtful,
        answer=Answer.UNKNOWN,
        explanation="Where the patient lives, works and travels is not recorded, so no law was looked up.",
        certainty=Certainty.VERY_LOW,
        standing=rule.standing,
        mitigation="Give every place that matters.",
        to_settle="Where does the patient live, work and travel? Write it under jurisdictions in the case file.",
    )


def law_findings(rows: Iterable[LawRow], certainties: Mapping[str, Certainty]) -> tuple[Finding, ...]:
    """The rows that weigh something, as findings; rows that differ in nothing but the substance are one."""
    cards: dict[tuple[object, ...], list[LawRow]] = {}
    for row in rows:
        if row.severity not in (None, Severity.INFORMATION):
            cards.setdefault((*_said(row), _certainty(row, certainties)), []).append(row)
    return tuple(_finding(card, certainties) for card in cards.values())


def _said(row: LawRow) -> tuple[object, ...]:
    """All that a finding shows of a row but its substance, its certainty apart."""
    judged = (row.status, row.as_of, row.doubtful, row.severity, row.to_settle)
    return (row.jurisdiction, row.place, *judged, _words(row), row.instrument, row.limits, row.sources)


def _words(row: LawRow) -> str:
    return row.words.removeprefix(f"{spoken(row.substance)}: ")


def _certainty(row: LawRow, certainties: Mapping[str, Certainty]) -> Certainty:
    """What is unverified is of low certainty at most, however good its source was once."""
    recorded = certainties.get(row.record or "", Certainty.VERY_LOW)
    return max(recorded, Certainty.LOW, key=list(Certainty).index) if row.doubtful else recorded


def _sentences(*parts: str | None) -> str:
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _id(card: Sequence[LawRow]) -> str:
    row = card[0]
    if (row.record and row.jurisdiction.locality) or row.status is LawStatus.LOCAL_BANS:
        return f"law/{row.record}"
    return f"law/{row.jurisdiction.code.lower()}.{'+'.join(item.substance for item in card)}"


def _finding(card: Sequence[LawRow], certainties: Mapping[str, Certainty]) -> Finding:
    row = card[0]
    substances = ", ".join(spoken(item.substance) for item in card)
    told = row.words if len(card) == 1 else f"{substances}: {_words(row)}"
    as_of = "undated" if row.as_of is None else str(row.as_of)
    return Finding(
        id=_id(card),
        domain="law",
        title=f"Law in {row.place}: {substances}",
        severity=row.severity or Severity.INFORMATION,
        answer=Answer.UNKNOWN if row.status in (None, LawStatus.UNCLEAR) else Answer.MET,
        implicated=(Implicated(kind="place", label=row.place, matched_by=str(row.jurisdiction)),),
        explanation=_sentences(told, row.instrument, row.limits, f"Newest source: {as_of}"),
        certainty=_certainty(row, certainties),
        standing=Standing.PROPOSED,
        sources=row.sources,
        mitigation="Confirm the law on the day with a competent local source; this is not legal advice.",
        to_settle=row.to_settle,
    )
