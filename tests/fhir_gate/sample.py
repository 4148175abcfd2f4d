"""Dossiers made by hand: every kind of finding, hostile texts, fifty findings, and one with nothing in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from equipoise.exchange.fhir_out import dossier_to_fhir
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

ON = dt.date(2026, 3, 14)
ISSUED = dt.datetime(2026, 3, 14, 15, 9, 26, tzinfo=dt.timezone(dt.timedelta(hours=1)))
PDF = b"%PDF-1.7\n% a stand-in for the report\n%%EOF\n"
HOSTILE = "<script>alert(\"x\")</script> & 'q' ]]> \x00\x1b 90\u00a0% \u202f\u2028 žluťoučký 漢字 🧪 \ufeff"


def finding(key: str, **changes: Any) -> Finding:
    """A met caution with nothing optional, changed as told."""
    plain: dict[str, Any] = {
        "id": f"criterion/{key}",
        "domain": "criterion",
        "title": f"Made-up criterion {key}",
        "severity": Severity.CAUTION,
        "answer": Answer.MET,
        "explanation": "A made-up reason.",
        "certainty": Certainty.LOW,
        "standing": Standing.PROPOSED,
    }
    return Finding(**{**plain, **changes})


def findings() -> tuple[Finding, ...]:
    """One finding of every kind."""
    return (
        finding(
            "seizure_disorder",
            severity=Severity.CONTRAINDICATED,
            implicated=(
                Implicated(kind="condition", label="Epilepsy", matched_by="icd10 G40.9", path="entry[4]"),
                Implicated(kind="age", label="41 years"),
            ),
            mechanism="Lowers the seizure threshold.",
            sources=("made_up_2020", "not_listed"),
            mitigation="Do not start.",
            would_change="A neurologist's word that the diagnosis was wrong.",
        ),
        finding(
            "liver_disease",
            severity=Severity.CONTRAINDICATED,
            answer=Answer.UNKNOWN,
            to_settle="Does the patient have a liver disease?",
            read=False,
        ),
        interaction(),
        finding("hydration", severity=Severity.INFORMATION, certainty=Certainty.VERY_LOW, sources=("made_up_web",)),
        finding("not_here", answer=Answer.NOT_MET),
    )


def interaction() -> Finding:
    """A finding with a magnitude that rests on a listed medicine, two unlisted ones, a value and a place."""
    return finding(
        "paroxetine_cyp2d6",
        id="interaction/kratom+paroxetine",
        domain="interaction",
        severity=Severity.SPECIALIST_DECISION,
        implicated=(
            Implicated(kind="medicine", label="paroxetine", matched_by="rxcui", path="entry[2]"),
            Implicated(kind="medicine", label="a medicine on no list"),
            Implicated(kind="medicine", label="Blue pill from the market"),
            Implicated(kind="measurement", label="ALT 61 U/L (2026-01-02)", matched_by="value"),
            Implicated(kind="place", label="Texas", matched_by="US-TX"),
        ),
        magnitude=Magnitude(
            estimate=1.39,
            interval=(1.23, 1.57),
            kind="ratio of AUC",
            enzymes=(Enzyme.CYP3A4, Enzyme.CYP2D6),
            floor=1.1,
            ceiling=4.2,
        ),
        certainty=Certainty.MODERATE,
        standing=Standing.ADAPTED,
        sources=("made_up_2021",),
        mitigation="Ask a pharmacist.",
        notes=("One note.", "Another note."),
    )


def sources() -> tuple[Source, ...]:
    """Sources with a DOI, with a PubMed number, with an address, and with a text where an address should be."""
    common: dict[str, Any] = {"read": True, "accessed": dt.date(2026, 3, 1)}
    return (
        Source(
            key="made_up_2020", title="A made-up study", authors="A. Author", year=2020, doi="10.1000/made.up", **common
        ),
        Source(key="made_up_2021", title="Another", pmid="1234567", reference="J. Made Up 1:1", **common),
        Source(key="made_up_web", title="A page", url="https://example.org/a?b=c&d=e", publisher="Example", **common),
        Source(key="made_up_note", title="A note", url="see the appendix", read=False, accessed=dt.date(2026, 3, 2)),
    )


def law() -> tuple[LawRow, ...]:
    """A place with a record, and one without."""
    return (
        LawRow(
            jurisdiction=Jurisdiction.parse("US-TX"),
            place="Texas",
            substance="kratom_leaf",
            status=LawStatus.REGULATED_CONSUMER_ACT,
            as_of=dt.date(2025, 11, 1),
            doubtful=False,
            severity=Severity.CAUTION,
            words="Sold under a consumer act.",
            instrument="A made-up act",
            limits="No synthetic alkaloids",
            minimum_age=18,
            record="us_tx_made_up",
            sources=("made_up_web",),
        ),
        LawRow(
            jurisdiction=Jurisdiction.parse("US-CA/San Diego"),
            place="San Diego",
            substance="kratom_leaf",
            status=None,
            as_of=None,
            doubtful=True,
            severity=Severity.SPECIALIST_DECISION,
            words="No record of this place.",
        ),
    )


def evidence() -> tuple[EvidenceTable, ...]:
    """One question with a study that has everything, and one that has little."""
    full = EvidenceRow(
        id="made_up_trial",
        design="Randomised",
        n="24",
        effect_on_depression="None shown",
        risk_of_bias="serious",
        certainty=Certainty.VERY_LOW,
        sources=("made_up_2020",),
    )
    bare = full.model_copy(update={"id": "bare", "n": None, "certainty": None, "sources": ()})
    return (
        EvidenceTable(
            question="Does it help?", answer="Not known.", certainty=Certainty.VERY_LOW, rows=(full, bare), sources=()
        ),
    )


def claims() -> tuple[ClaimRow, ...]:
    """A claim with a calculated target and something seen, and one of which nothing is known."""
    target = TargetRow(
        id="made_up_receptor",
        name="made-up receptor",
        site="brain",
        threshold=0.2,
        because="Judged.",
        verdict=Plausibility.UNKNOWN,
        occupancy=Interval(median=0.1, low=0.01, high=0.5),
        p_reached=0.4,
        sources=("made_up_2020",),
    )
    seen = SeenRow(
        seen_in="in_vitro", shows="acts", specific=False, what="It bound.", certainty=Certainty.LOW, sources=()
    )
    full = ClaimRow(
        id="made_up",
        title="Made up",
        statement="It acts on a made-up system.",
        verdict=Plausibility.UNKNOWN,
        why="The interval lies on both sides of the limit.",
        exploratory=True,
        certainty=Certainty.VERY_LOW,
        interval=0.9,
        targets=(target,),
        seen=(seen,),
    )
    return full, full.model_copy(update={"id": "bare", "targets": (), "seen": (), "exploratory": False})


def minimal() -> Dossier:
    """A dossier in which every list is empty."""
    return Dossier(
        case_id="c-1",
        substance="kratom_leaf",
        substance_name="Kratom leaf",
        on=ON,
        outcome=Outcome.CLINICIAN_MUST_DECIDE,
        reasons=(),
        findings=(),
        not_met=(),
        blocked_by=(),
        medications=(),
        not_assessed=(),
        unread=(),
        missing_tests=(),
        law=(),
        burdens=(),
        evidence=(),
        sources=(),
        knowledge_hash="0" * 64,
        knowledge_date=dt.date(2026, 3, 1),
        program_version="0.1.0",
        standing_note="Every record is a proposal; no clinical group has ratified it.",
    )


def full() -> Dossier:
    """A dossier with every part filled."""
    parts = (
        BurdenPart(label="paroxetine", points=3),
        BurdenPart(label="Kratom leaf", points=1, is_adjunct=True),
    )
    return minimal().model_copy(
        update={
            "outcome": Outcome.STOP,
            "reasons": ("Epilepsy is a contraindication.", "Liver disease is unknown."),
            "findings": findings(),
            "not_met": ("pregnancy", "under_age"),
            "blocked_by": ("liver_disease", "no_finding_of_this_name"),
            "medications": medications(),
            "not_assessed": not_assessed(),
            "unread": (Unread(path="entry[9].resource", reason="A Goal is not read."),),
            "missing_tests": missing_tests(),
            "law": law(),
            "burdens": (
                Burden(effect=Effect.SEROTONERGIC, parts=parts, severity=Severity.CAUTION),
                Burden(effect=Effect.QT, parts=(), severity=None),
            ),
            "evidence": evidence(),
            "claims": claims(),
            "sources": sources(),
            "knowledge_hash": "ab" * 32,
        }
    )


def medications() -> tuple[AssessedMedication, ...]:
    """A current medicine, a past one, and a combination whose names are fewer than its records."""
    return (
        AssessedMedication(
            text="Paroxetine 20 mg tablet",
            medicines=("paroxetine",),
            names=("paroxetine",),
            matched_by="rxcui",
            current=True,
            path="entry[2]",
        ),
        AssessedMedication(text="old one", medicines=("a", "b"), names=("A",), matched_by="text", current=False),
    )


def not_assessed() -> tuple[NotAssessed, ...]:
    """An entry with candidates, and one that resembles nothing."""
    candidates = (
        Candidate(medicine="bupropion", name="bupropion", score=88.4),
        Candidate(medicine="buspirone", name="buspirone", score=81),
    )
    return (
        NotAssessed(text="bupopion", path="entry[3]", reason="No record has this name.", candidates=candidates),
        NotAssessed(text="Blue pill from the market", reason="No record has this name."),
    )


def missing_tests() -> tuple[MissingTest, ...]:
    """A test that was never done, and one that is too old."""
    old = MissingTest(
        id="ecg", title="ECG", missing=("QTc",), why="Too old.", last_on=dt.date(2024, 1, 1), within_days=90
    )
    never = MissingTest(
        id="liver",
        title="Liver panel",
        missing=("ALT", "ALP"),
        why="Injury.",
        within_days=30,
        sources=("made_up_2020",),
    )
    return (never, old)


def fifty() -> Dossier:
    """Fifty findings, some of them with the same id."""
    severities, answers = list(Severity), [Answer.MET, Answer.UNKNOWN]
    many = tuple(
        finding(
            f"number_{i // 2}", severity=severities[i % 4], answer=answers[i % 2], implicated=interaction().implicated
        )
        for i in range(50)
    )
    return full().model_copy(update={"findings": many, "outcome": Outcome.SPECIALIST_DECISION})


def hostile() -> Dossier:
    """Texts with markup, control characters and odd blanks wherever a text may stand."""
    changes: dict[str, Any] = {
        "title": HOSTILE,
        "explanation": HOSTILE,
        "mechanism": HOSTILE,
        "mitigation": HOSTILE,
        "implicated": tuple(
            Implicated(kind=kind, label=HOSTILE, matched_by=HOSTILE, path=HOSTILE)
            for kind in ("medicine", "condition", "measurement", "place")
        ),
    }
    drug = AssessedMedication(text=HOSTILE, medicines=("x",), names=(HOSTILE,), matched_by=HOSTILE, current=True)
    return full().model_copy(
        update={
            "case_id": HOSTILE,
            "substance_name": HOSTILE,
            "reasons": (HOSTILE, "\ufeff"),
            "findings": (finding("hostile", **changes), finding("unknown", answer=Answer.UNKNOWN, to_settle=HOSTILE)),
            "medications": (drug,),
            "not_assessed": (NotAssessed(text=HOSTILE, reason=HOSTILE, path=HOSTILE),),
            "unread": (Unread(path=HOSTILE, reason=HOSTILE),),
            "sources": (Source(key="made_up_2020", title=HOSTILE, url="javascript:alert(1)", read=True, accessed=ON),),
            "program_version": HOSTILE,
            "standing_note": HOSTILE,
        }
    )


SAMPLES: dict[str, Callable[[], Dossier]] = {"minimal": minimal, "full": full, "fifty": fifty, "hostile": hostile}


def documents() -> dict[str, dict[str, Any]]:
    """A document of every sample, with the PDF and without it."""
    bare = {name: dossier_to_fhir(make(), issued=ISSUED) for name, make in SAMPLES.items()}
    with_pdf = {f"{name} with PDF": dossier_to_fhir(make(), issued=ISSUED, pdf=PDF) for name, make in SAMPLES.items()}
    return {**bare, **with_pdf}
