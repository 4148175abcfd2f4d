"""The sections of the document: a title, a narrative that stands alone, and the resources behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.exchange.fhir_out import codes, finding_text, risk_assessment
from equipoise.exchange.fhir_out.detected_issue import source_address
from equipoise.exchange.fhir_out.medication import matched_words
from equipoise.exchange.fhir_out.narrative import heading, items, paragraph, table
from equipoise.model.claim import NOT_A_BENEFIT, ClaimRow
from equipoise.model.dossier import Dossier, EvidenceTable, LawRow
from equipoise.model.source import Source
from equipoise.model.terms import Answer


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `entries` are the names of its resources in the frame."""

    key: str
    title: str
    blocks: str
    entries: tuple[str, ...] = ()


def sections(
    dossier: Dossier, outcome: Sequence[str], issues: Sequence[str], medicines: Sequence[str]
) -> list[Section]:
    """Every section in reading order; none is left out when it is empty, because silence can be misread."""
    count = len(dossier.medications)
    assessed, not_assessed = tuple(medicines[:count]), tuple(medicines[count:])
    return [
        Section("outcome", "Outcome and reasons", outcome_blocks(dossier), tuple(outcome)),
        Section("findings", "Findings", _findings(dossier), tuple(issues)),
        Section("not-assessed", "Medicines that were not assessed", _not_assessed(dossier), not_assessed),
        Section("medications", "Medicines that were assessed", _medications(dossier), assessed),
        Section("burdens", "Additive burden", _burdens(dossier)),
        Section("unread", "Entries that were not read", _unread(dossier)),
        Section("missing-tests", "Missing tests", _missing_tests(dossier)),
        Section("baseline-results", "Baseline results on record", _baseline_values(dossier)),
        Section("law", "Law", _law(dossier)),
        Section("evidence", "Evidence of benefit", _evidence(dossier)),
        Section("claims", "How it is said to act", _claims(dossier)),
        Section("not-met", "Judged, and does not apply", _not_met(dossier)),
        Section("sources", "Sources", _sources(dossier)),
    ]


def outcome_blocks(dossier: Dossier) -> str:
    """The outcome, its reasons, what blocks a start, and the standing note."""
    blocking = "".join([
        paragraph("Nothing may start before these contraindications are answered:"),
        items(_named(dossier, key) for key in dossier.blocked_by),
    ])  # fmt: skip
    return "".join([
        paragraph(risk_assessment.outcome_words(dossier), "Outcome"),
        items(dossier.reasons),
        blocking if dossier.blocked_by else "",
        paragraph(f"{dossier.substance_name}, on {dossier.on}", "Screened for"),
        paragraph(dossier.standing_note),
    ])  # fmt: skip


def _named(dossier: Dossier, key: str) -> str:
    """The criterion's title with its key, where a finding carries the title."""
    title = next((finding.title for finding in dossier.findings if finding.id.partition("/")[2] == key), None)
    return f"{title} ({key})" if title else key


def _findings(dossier: Dossier) -> str:
    shown = [finding for finding in dossier.findings if finding.answer is not Answer.NOT_MET]
    nothing = paragraph("No finding is met or unknown. This is not a permission: a clinician decides.")
    return "".join(map(finding_text.blocks, shown)) or nothing


def _not_met(dossier: Dossier) -> str:
    titles = [finding.title for finding in dossier.findings if finding.answer is Answer.NOT_MET]
    return items([*titles, *dossier.not_met]) or paragraph("No criterion could be ruled out.")


def _medications(dossier: Dossier) -> str:
    rows = [
        (entry.text, ", ".join(entry.names), entry.matched_by, "yes" if entry.current else "no", entry.path)
        for entry in dossier.medications
    ]
    nothing = paragraph("No medicine was assessed. An empty list does not mean that the patient takes none.")
    return table(("Recorded as", "Taken as", "Matched by", "Current", "Recorded at"), rows) or nothing


def _not_assessed(dossier: Dossier) -> str:
    rows = [(entry.text, entry.reason, matched_words(entry), entry.path) for entry in dossier.not_assessed]
    nothing = paragraph("No recorded entry of the medication list was left unassessed.")
    return table(("Recorded as", "Why it was not assessed", "Candidates", "Recorded at"), rows) or nothing


def _burdens(dossier: Dossier) -> str:
    rows = [
        (
            burden.effect.value,
            str(burden.points),
            str(burden.points_without_adjunct),
            codes.SEVERITY_WORDS[burden.severity] if burden.severity else None,
            "; ".join(f"{part.label} {part.points}" for part in burden.parts),
        )
        for burden in dossier.burdens
    ]
    columns = ("Effect", "Points with the adjunct", "Points without it", "Weight", "Parts")
    return table(columns, rows) or paragraph("No additive burden was counted.")


def _unread(dossier: Dossier) -> str:
    rows = [(unread.path, unread.reason) for unread in dossier.unread]
    return table(("Where", "Why it was not read"), rows) or paragraph("No entry of the input is reported as unread.")


def _missing_tests(dossier: Dossier) -> str:
    rows = [
        (
            test.title,
            ", ".join(test.missing),
            test.last_on.isoformat() if test.last_on else "none recorded",
            f"{test.within_days} days",
            test.why,
            ", ".join(test.sources),
        )
        for test in dossier.missing_tests
    ]
    columns = ("Test", "Missing", "Last on", "Wanted within", "Why", "Sources")
    return table(columns, rows) or paragraph("No baseline test is reported as missing or too old.")


def _baseline_values(dossier: Dossier) -> str:
    rows = [
        (
            value.title,
            value.result,
            f"{value.on or 'undated'}{'' if value.in_time else ', too old'}",
            "no rule judges it" if value.shown_only else "by the cautions",
            value.path,
        )
        for value in dossier.baseline_values
    ]
    columns = ("Test", "Result", "Date", "Judged", "Recorded at")
    return table(columns, rows) or paragraph("No result of a baseline test is recorded.")


def _law(dossier: Dossier) -> str:
    columns = ("Place", "Substance", "Status", "As of", "Weight", "What it says", "Limits", "Sources")
    nothing = paragraph("No place was given, so the law is unknown.")
    return table(columns, map(_law_row, dossier.law)) or nothing


def _law_row(row: LawRow) -> tuple[str | None, ...]:
    as_of = row.as_of.isoformat() if row.as_of else "undated"
    limits = [row.limits, row.instrument, f"minimum age {row.minimum_age}" if row.minimum_age is not None else None]
    return (
        f"{row.place} ({row.jurisdiction})",
        row.substance,
        row.status.value.replace("_", " ") if row.status else "unknown",
        f"{as_of}, DOUBTFUL" if row.doubtful else as_of,
        codes.SEVERITY_WORDS[row.severity] if row.severity else None,
        row.words,
        "; ".join(text for text in limits if text),
        ", ".join(row.sources),
    )


def _evidence(dossier: Dossier) -> str:
    tables = "".join(map(_evidence_table, dossier.evidence))
    return tables or paragraph("No evidence is recorded: whether it helps is unknown.")


def _evidence_table(evidence: EvidenceTable) -> str:
    rows = [
        (
            row.id,
            row.design,
            row.n,
            row.effect_on_depression,
            row.risk_of_bias,
            finding_text.CERTAINTY_WORDS[row.certainty] if row.certainty else None,
            ", ".join(row.sources),
        )
        for row in evidence.rows
    ]
    columns = ("Study", "Design", "n", "Effect on depression", "Risk of bias", "Certainty", "Sources")
    bottom_line = f"{evidence.answer} (certainty {finding_text.CERTAINTY_WORDS[evidence.certainty]}, GRADE)"
    return "".join([
        heading(evidence.question),
        paragraph(bottom_line),
        table(columns, rows),
        paragraph(", ".join(evidence.sources) or "none named", "Sources"),
    ])  # fmt: skip


def _claims(dossier: Dossier) -> str:
    columns = ("Claim", "Verdict", "Exploratory", "Why", "What was seen", "Occupied (median, interval)", "Sources")
    nothing = paragraph("Nothing is recorded of how it acts: not assessed, and not implausible.")
    said = table(columns, map(_claim_row, dossier.claims))
    return paragraph(NOT_A_BENEFIT) + said if said else nothing


def _claim_row(row: ClaimRow) -> tuple[str | None, ...]:
    occupied = [
        f"{item.name} {item.occupancy.median:.2g} ({item.occupancy.low:.2g} to {item.occupancy.high:.2g})"
        for item in row.targets
        if item.occupancy is not None
    ]
    return (
        row.statement,
        row.verdict.value,
        "yes: nothing seen in people supports it" if row.exploratory else "no",
        row.why,
        "; ".join(f"{item.seen_in.replace('_', ' ')}: {item.what}" for item in row.seen) or None,
        "; ".join(occupied) or None,
        ", ".join(row.cited),
    )


def _sources(dossier: Dossier) -> str:
    listed = items(map(_source_words, dossier.sources)) or paragraph("No source is listed.")
    records = f"Knowledge of {dossier.knowledge_date}, SHA-256 {dossier.knowledge_hash}"
    return listed + paragraph(f"{records}; program version {dossier.program_version}", "Records")


def _source_words(source: Source) -> str:
    parts = [
        source.authors,
        source.title,
        source.publisher,
        str(source.year) if source.year else None,
        source.reference,
        source_address(source) or source.url,
        "read" if source.read else "not opened: recalled, to be checked",
        f"accessed {source.accessed}",
    ]
    return f"[{source.key}] " + ". ".join(part for part in parts if part)
