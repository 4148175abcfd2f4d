"""A dossier: one screening, frozen, with the hash of the records that it used."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import StringConstraints

from equipoise.model.base import Frozen
from equipoise.model.case import Unread
from equipoise.model.claim import ClaimRow
from equipoise.model.evidence import EvidenceRow
from equipoise.model.finding import Burden, Finding
from equipoise.model.law import Jurisdiction
from equipoise.model.source import RecordId, Source, SourceKey, Text
from equipoise.model.terms import Certainty, LawStatus, Outcome, Severity, UseFrequency

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Candidate(Frozen):
    """A medicine that a recorded text might mean; never taken without a person's word."""

    medicine: RecordId
    name: Text
    score: float


class NotAssessed(Frozen):
    """An entry of the medication list that no record could be tied to, and what it might mean."""

    text: Text
    path: Text | None = None
    reason: Text
    candidates: tuple[Candidate, ...] = ()


class AssessedMedication(Frozen):
    """An entry of the medication list and the records that it was tied to.

    `since`: when a current entry was written or began, where that is so long ago that somebody should ask.
    """

    text: Text
    medicines: tuple[RecordId, ...]
    names: tuple[Text, ...]
    matched_by: Text
    current: bool
    since: dt.date | None = None
    path: Text | None = None


class BaselineValue(Frozen):
    """The newest recorded result of one item of a baseline test.

    `in_time`: recent enough for the test. `shown_only`: no caution judges it, so a person must.
    """

    test: RecordId
    title: Text
    result: Text
    on: dt.date | None
    in_time: bool
    shown_only: bool
    path: Text | None = None


class MissingTest(Frozen):
    """A baseline test that is absent or too old."""

    id: RecordId
    title: Text
    missing: tuple[Text, ...]
    why: Text
    last_on: dt.date | None = None
    within_days: int
    sources: tuple[SourceKey, ...] = ()


class LawRow(Frozen):
    """The law of one place on the screening date, as the newest record in force has it.

    `doubtful`: unclear, flagged, from a source past its shelf life, undated, or missing. `to_settle`: what is asked
    then, and how the answer is given.
    """

    jurisdiction: Jurisdiction
    place: Text
    substance: RecordId
    status: LawStatus | None
    as_of: dt.date | None
    doubtful: bool
    severity: Severity | None
    words: Text
    instrument: Text | None = None
    limits: Text | None = None
    minimum_age: int | None = None
    record: RecordId | None = None
    to_settle: Text | None = None
    sources: tuple[SourceKey, ...] = ()


class EvidenceTable(Frozen):
    """What is known of benefit: the bottom line and the studies behind it."""

    question: Text
    answer: Text
    certainty: Certainty
    rows: tuple[EvidenceRow, ...]
    sources: tuple[SourceKey, ...]


class Dossier(Frozen):
    """One screening of one case for one substance on one day.

    `findings`: met and unknown ones, by severity; `not_met` lists the criteria that were judged and do not apply.
    `blocked_by`: unanswered contraindications; nothing may start before they are answered.
    `use`: how often the patient takes the adjunct now; None: nobody said.
    `claims`: how the adjunct is said to act, judged; the same for every case.
    """

    case_id: Text
    substance: RecordId
    substance_name: Text
    on: dt.date
    use: UseFrequency | None = None
    outcome: Outcome
    reasons: tuple[Text, ...]
    findings: tuple[Finding, ...]
    not_met: tuple[RecordId, ...]
    blocked_by: tuple[RecordId, ...]
    medications: tuple[AssessedMedication, ...]
    not_assessed: tuple[NotAssessed, ...]
    unread: tuple[Unread, ...]
    missing_tests: tuple[MissingTest, ...]
    baseline_values: tuple[BaselineValue, ...] = ()
    law: tuple[LawRow, ...]
    burdens: tuple[Burden, ...]
    evidence: tuple[EvidenceTable, ...]
    claims: tuple[ClaimRow, ...] = ()
    sources: tuple[Source, ...]
    knowledge_hash: Sha256
    knowledge_date: dt.date
    program_version: Text
    standing_note: Text
