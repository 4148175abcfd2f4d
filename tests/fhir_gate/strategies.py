"""Dossiers drawn at random by Hypothesis: any text, any list empty or not, any answer."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from hypothesis import strategies as st

from equipoise.model.case import Unread
from equipoise.model.claim import ClaimRow, Interval, SeenRow, TargetRow
from equipoise.model.dossier import (
    AssessedMedication,
    Candidate,
    Dossier,
    EvidenceTable,
    LawRow,
    MissingTest,
    NotAssessed,
)
from equipoise.model.evidence import EvidenceRow
from equipoise.model.finding import Burden, BurdenPart, Finding, Implicated, Magnitude
from equipoise.model.law import Jurisdiction
from equipoise.model.source import Source
from equipoise.model.terms import (
    Answer,
    Certainty,
    Effect,
    Enzyme,
    LawStatus,
    Outcome,
    Plausibility,
    Severity,
    Standing,
)

T = TypeVar("T")

# `strip` of Python takes a few characters more for blanks than pydantic does, so these texts are never empty there.
TEXT = st.text(min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
KEY = st.from_regex(r"[a-z0-9][a-z0-9_]{1,20}", fullmatch=True)
PAST = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2026, 3, 14))
KINDS = st.sampled_from(["medicine", "condition", "measurement", "place", "age", "answer", "adjunct", "product"])


def some(strategy: st.SearchStrategy[T], most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    """A tuple of none to a few."""
    return st.lists(strategy, max_size=most).map(lambda items: tuple(items))


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """The value or None."""
    return st.none() | strategy


@st.composite
def magnitudes(draw: st.DrawFn) -> Magnitude:
    """A size inside its interval."""
    low, middle, high = sorted(draw(st.lists(st.floats(1e-3, 1e4), min_size=3, max_size=3)))
    return Magnitude(
        estimate=middle,
        interval=(low, high),
        kind=draw(TEXT),
        enzymes=draw(some(st.sampled_from(Enzyme))),
        floor=draw(maybe(st.floats(1e-3, 1e4))),
        ceiling=draw(maybe(st.floats(1e-3, 1e4))),
    )


IMPLICATED = st.builds(Implicated, kind=KINDS, label=TEXT, matched_by=maybe(TEXT), path=maybe(TEXT))
FINDINGS = st.builds(
    Finding,
    id=KEY.map(lambda key: f"criterion/{key}"),
    domain=st.sampled_from(["criterion", "interaction", "law", "own_medicines"]),
    title=TEXT,
    severity=st.sampled_from(Severity),
    answer=st.sampled_from(Answer),
    implicated=some(IMPLICATED),
    explanation=TEXT,
    mechanism=maybe(TEXT),
    magnitude=maybe(magnitudes()),
    certainty=st.sampled_from(Certainty),
    standing=st.sampled_from(Standing),
    sources=some(KEY),
    read=st.booleans(),
    mitigation=maybe(TEXT),
    would_change=maybe(TEXT),
    to_settle=maybe(TEXT),
    notes=some(TEXT),
)
MEDICATIONS = st.builds(
    AssessedMedication,
    text=TEXT,
    medicines=some(KEY),
    names=some(TEXT),
    matched_by=TEXT,
    current=st.booleans(),
    path=maybe(TEXT),
)
CANDIDATES = st.builds(Candidate, medicine=KEY, name=TEXT, score=st.floats(0, 100))
NOT_ASSESSED = st.builds(NotAssessed, text=TEXT, path=maybe(TEXT), reason=TEXT, candidates=some(CANDIDATES))
MISSING_TESTS = st.builds(
    MissingTest,
    id=KEY,
    title=TEXT,
    missing=some(TEXT),
    why=TEXT,
    last_on=maybe(PAST),
    within_days=st.integers(1, 999),
    sources=some(KEY),
)
LAW = st.builds(
    LawRow,
    jurisdiction=st.sampled_from(["US-TX", "US-CA/San Diego", "INT"]).map(Jurisdiction.parse),
    place=TEXT,
    substance=KEY,
    status=maybe(st.sampled_from(LawStatus)),
    as_of=maybe(PAST),
    doubtful=st.booleans(),
    severity=maybe(st.sampled_from(Severity)),
    words=TEXT,
    instrument=maybe(TEXT),
    limits=maybe(TEXT),
    minimum_age=maybe(st.integers(0, 99)),
    record=maybe(KEY),
    sources=some(KEY),
)
BURDENS = st.builds(
    Burden,
    effect=st.sampled_from(Effect),
    parts=some(st.builds(BurdenPart, label=TEXT, points=st.integers(0, 3), is_adjunct=st.booleans())),
    severity=maybe(st.sampled_from(Severity)),
)
EVIDENCE = st.builds(
    EvidenceTable,
    question=TEXT,
    answer=TEXT,
    certainty=st.sampled_from(Certainty),
    rows=some(
        st.builds(
            EvidenceRow,
            id=KEY,
            design=TEXT,
            n=maybe(TEXT),
            effect_on_depression=TEXT,
            risk_of_bias=TEXT,
            certainty=maybe(st.sampled_from(Certainty)),
            sources=some(KEY),
        )
    ),
    sources=some(KEY),
)
SHARES = st.floats(0.0, 1.0)
CLAIMS = st.builds(
    ClaimRow,
    id=KEY,
    title=TEXT,
    statement=TEXT,
    verdict=st.sampled_from(Plausibility),
    why=TEXT,
    exploratory=st.booleans(),
    certainty=st.sampled_from(Certainty),
    interval=SHARES,
    targets=some(
        st.builds(
            TargetRow,
            id=KEY,
            name=TEXT,
            site=st.sampled_from(["brain", "blood"]),
            threshold=SHARES,
            because=TEXT,
            verdict=st.sampled_from(Plausibility),
            occupancy=maybe(st.builds(Interval, median=SHARES, low=SHARES, high=SHARES)),
            sources=some(KEY),
        )
    ),
    seen=some(
        st.builds(
            SeenRow,
            seen_in=st.sampled_from(["human", "animal", "in_vitro"]),
            shows=st.sampled_from(["acts", "does_not_act", "unclear", "not_looked"]),
            specific=st.booleans(),
            what=TEXT,
            certainty=st.sampled_from(Certainty),
            sources=some(KEY),
        )
    ),
)
SOURCES = st.builds(
    Source,
    key=KEY,
    title=TEXT,
    authors=maybe(TEXT),
    publisher=maybe(TEXT),
    year=maybe(st.integers(1800, 2100)),
    reference=maybe(TEXT),
    doi=maybe(TEXT),
    pmid=maybe(st.from_regex(r"[0-9]{1,8}", fullmatch=True)),
    url=maybe(TEXT | st.just("https://example.org/a?b=c")),
    read=st.booleans(),
    accessed=PAST,
)
DOSSIERS = st.builds(
    Dossier,
    case_id=TEXT,
    substance=KEY,
    substance_name=TEXT,
    on=PAST,
    outcome=st.sampled_from(Outcome),
    reasons=some(TEXT),
    findings=some(FINDINGS),
    not_met=some(KEY),
    blocked_by=some(KEY),
    medications=some(MEDICATIONS),
    not_assessed=some(NOT_ASSESSED),
    unread=some(st.builds(Unread, path=TEXT, reason=TEXT)),
    missing_tests=some(MISSING_TESTS),
    law=some(LAW, 2),
    burdens=some(BURDENS, 2),
    evidence=some(EVIDENCE, 2),
    claims=some(CLAIMS, 2),
    sources=some(SOURCES),
    knowledge_hash=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    knowledge_date=PAST,
    program_version=TEXT,
    standing_note=TEXT,
)
