"""Dossiers for the report's tests: a full one made by hand, and a bare one with nothing in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.model.case import Unread
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
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure, Randomisation, Schedule
from equipoise.model.source import Source
from equipoise.model.terms import (
    Answer,
    Certainty,
    Effect,
    Enzyme,
    LawStatus,
    Outcome,
    Severity,
    Standing,
)

ON = dt.date(2026, 11, 22)
HASH = "3f9c" * 16


def make_source(key: str, **changes: Any) -> Source:
    """A source that was read, with every part that a footnote may show."""
    values: dict[str, Any] = {
        "key": key,
        "title": f"Title of {key.replace('_', ' ')}",
        "authors": "Tanna RS et al.",
        "year": 2023,
        "doi": "10.1002/cpt.2891",
        "depth": "abstract",
        "read": True,
        "accessed": ON,
    }
    return Source(**(values | changes))


def make_finding(identifier: str = "caution/serotonergic", **changes: Any) -> Finding:
    """A met finding; `changes` replace its fields."""
    values: dict[str, Any] = {
        "id": identifier,
        "domain": identifier.partition("/")[0],
        "title": "Serotonergic medicine on the list",
        "severity": Severity.SPECIALIST_DECISION,
        "answer": Answer.MET,
        "implicated": (
            Implicated(kind="medicine", label="sertraline", matched_by="RxNorm 36437", path="medications[0]"),
        ),
        "explanation": "sertraline: two published pictures of serotonin toxicity, with several such medicines at once.",
        "certainty": Certainty.LOW,
        "standing": Standing.PROPOSED,
        "sources": ("brooks_2023_ss",),
    }
    return Finding(**(values | changes))


def make_dossier(**changes: Any) -> Dossier:
    """The bare dossier: no finding, no medicine, no place; `changes` replace its fields."""
    values: dict[str, Any] = {
        "case_id": "case-7",
        "substance": "kratom",
        "substance_name": "kratom",
        "on": ON,
        "outcome": Outcome.CLINICIAN_MUST_DECIDE,
        "reasons": ("a screening never clears a patient; a clinician must decide",),
        "findings": (),
        "not_met": (),
        "blocked_by": (),
        "medications": (),
        "not_assessed": (),
        "unread": (),
        "missing_tests": (),
        "law": (),
        "burdens": (),
        "evidence": (),
        "sources": (),
        "knowledge_hash": HASH,
        "knowledge_date": ON,
        "program_version": "0.1.0",
        "standing_note": "These rules are proposals. No clinical advisory group has ratified them.",
    }
    return Dossier(**(values | changes))


def _exposure(name: str, size: Magnitude, severity: Severity, **changes: Any) -> Finding:
    return make_finding(
        f"exposure/{name}",
        domain="exposure",
        title=f"Exposure to {name} may change",
        severity=severity,
        implicated=(Implicated(kind="medicine", label=name, matched_by="name", path=f"entry[{len(name)}].resource"),),
        explanation=f"kratom inhibits an enzyme that clears {name}; the ratio follows from its clearance.",
        mechanism="Inhibition of CYP3A4 in gut and liver; time-dependent: repeated use may do more.",
        magnitude=size,
        certainty=Certainty.LOW,
        sources=("tanna_2023", "fda_ddi_tables"),
        mitigation="Watch for more of the medicine's own effects; measure a level where one is available.",
        would_change="A study with repeated use, or a measured level of this patient.",
        **changes,
    )


def _cautions() -> list[Finding]:
    naltrexone = Implicated(kind="medicine", label="naltrexone", matched_by="ATC N07BB04", path="medications[3]")
    return [
        make_finding(
            "caution/naltrexone",
            title="Naltrexone or another opioid antagonist",
            severity=Severity.CONTRAINDICATED,
            implicated=(naltrexone,),
            explanation="naltrexone: withdrawal at once was described where it met undisclosed use.",
            certainty=Certainty.MODERATE,
            sources=("naltrexone_2023",),
            read=False,
            notes=("The question was answered no, but the record says otherwise; the record was taken.",),
        ),
        make_finding(to_settle="Does the patient take a second serotonergic medicine, also over the counter?"),
        make_finding(
            "burden/sedative",
            title="Sedation adds up",
            implicated=(
                Implicated(kind="medicine", label="quetiapine", matched_by="2 of 3 points"),
                Implicated(kind="adjunct", label="kratom", matched_by="2 of 3 points"),
            ),
            explanation="Sedating effects add up over the list. Here: 6 points, of which 4 are there without kratom.",
            sources=("post_2019",),
        ),
    ]


def _exposures() -> list[Finding]:
    cyp3a4, cyp2d6, cyp2c8 = Enzyme.CYP3A4, Enzyme.CYP2D6, Enzyme.CYP2C8
    rise = Magnitude(
        estimate=1.39, interval=(1.23, 1.57), kind="seen for midazolam", enzymes=(cyp3a4,), floor=1.39, ceiling=5.69
    )
    none = Magnitude(estimate=0.99, interval=(0.83, 1.19), kind="seen", enzymes=(cyp2d6,), floor=0.99, ceiling=5.7)
    fall = Magnitude(estimate=0.42, interval=(0.3, 0.61), kind="predicted", enzymes=(cyp3a4, cyp2c8))
    return [
        _exposure("quetiapine", rise, Severity.CAUTION),
        _exposure("dextromethorphan", none, Severity.INFORMATION),
        _exposure("carbamazepine", fall, Severity.CAUTION),
    ]


def _unknown() -> list[Finding]:
    def open_(record: str, title: str, asked: str, severity: Severity) -> Finding:
        return make_finding(
            f"caution/{record}",
            domain="caution",
            title=title,
            severity=severity,
            answer=Answer.UNKNOWN,
            implicated=(),
            explanation="Not known: the problem list is not attested complete. Several cases are described.",
            to_settle=asked,
            sources=("eldridge_2018",),
        )

    stop = Severity.CONTRAINDICATED
    return [
        open_(
            "pregnancy", "Pregnancy", "Is the patient pregnant, planning it, or without a test and contraception?", stop
        ),
        open_(
            "bipolar",
            "Bipolar disorder",
            "Has there ever been mania or hypomania, or is there a strong family history?",
            stop,
        ),
        open_("age_older", "Age 65 or older", "Is the patient frail?", Severity.SPECIALIST_DECISION),
    ]


def _law() -> tuple[LawRow, ...]:
    return (
        LawRow(
            jurisdiction=Jurisdiction.parse("US-TX"),
            place="Texas",
            substance="kratom_leaf",
            status=LawStatus.REGULATED_CONSUMER_ACT,
            as_of=dt.date(2026, 3, 1),
            doubtful=False,
            severity=Severity.INFORMATION,
            words="kratom leaf: sold under a consumer-protection act",
            instrument="Texas Kratom Consumer Health and Safety Protection Act",
            limits="no more than 2 % of the alkaloids as 7-hydroxymitragynine",
            minimum_age=18,
            record="us_tx",
            sources=("law_tx",),
        ),
        LawRow(
            jurisdiction=Jurisdiction.parse("US"),
            place="United States",
            substance="kratom_leaf",
            status=LawStatus.UNREGULATED,
            as_of=None,
            doubtful=True,
            severity=Severity.SPECIALIST_DECISION,
            words="kratom leaf: not regulated, which is no permission; unverified: the source is undated",
            record="us",
            sources=("law_us",),
        ),
        LawRow(
            jurisdiction=Jurisdiction.parse("JP"),
            place="JP",
            substance="kratom_leaf",
            status=None,
            as_of=None,
            doubtful=True,
            severity=Severity.SPECIALIST_DECISION,
            words="kratom leaf: no record of the law here; find out before anything else",
        ),
    )


def _burdens() -> tuple[Burden, ...]:
    def part(label: str, points: int, *, adjunct: bool = False) -> BurdenPart:
        return BurdenPart(label=label, points=points, is_adjunct=adjunct)

    return (
        Burden(
            effect=Effect.SEROTONERGIC,
            severity=Severity.SPECIALIST_DECISION,
            parts=(part("sertraline", 3), part("kratom", 1, adjunct=True)),
        ),
        Burden(
            effect=Effect.SEDATIVE,
            severity=Severity.SPECIALIST_DECISION,
            parts=(part("quetiapine", 2), part("carbamazepine", 2), part("kratom", 2, adjunct=True)),
        ),
        Burden(effect=Effect.QT, severity=None, parts=(part("quetiapine", 1), part("kratom", 1, adjunct=True))),
    )


def _studies() -> tuple[EvidenceRow, ...]:
    rows = (
        ("garcia_romeu_2020", "anonymous online survey", "2798", "rated effective by users; no scale", "critical"),
        ("smith_2024_ema", "smartphone assessment, 15 days", "357", "no trajectory of a scale", "serious"),
        ("vicknasingam_2020", "randomised, placebo-controlled crossover", "26", "not measured", "some"),
    )
    return tuple(
        EvidenceRow(
            id=name,
            design=design,
            n=n,
            effect_on_depression=effect,
            risk_of_bias=bias,
            certainty=None if effect == "not measured" else Certainty.VERY_LOW,
            sources=(name,),
        )
        for name, design, n, effect, bias in rows
    )


def _evidence() -> tuple[EvidenceTable, ...]:
    return (
        EvidenceTable(
            question="Does adding kratom improve depressive symptoms in adults with depression?",
            answer="Unknown. No randomised or controlled human study of kratom in depression was found.",
            certainty=Certainty.VERY_LOW,
            rows=_studies(),
            sources=("yang_2023",),
        ),
        EvidenceTable(
            question="Does kratom harm the liver?",
            answer="In some people. How often is not known: the number of users is not.",
            certainty=Certainty.MODERATE,
            rows=(),
            sources=("naltrexone_2023",),
        ),
    )


RECALLED: dict[str, Any] = {"read": False, "doi": None, "url": "https://example.org/n"}
SOURCE_KEYS = (
    "brooks_2023_ss", "eldridge_2018", "fda_ddi_tables", "garcia_romeu_2020", "law_tx", "law_us", "naltrexone_2023",
    "post_2019", "smith_2024_ema", "tanna_2023", "vicknasingam_2020", "yang_2023",
)  # fmt: skip


def _medications() -> tuple[AssessedMedication, ...]:
    rows = (
        ("Sertraline 50 MG Oral Tablet", "sertraline", "RxNorm 36437", True, "medications[0]"),
        ("SEROquel 100mg nocte", "quetiapine", "brand", True, "medications[1]"),
        ("Tegretol", "carbamazepine", "brand", False, None),
    )
    return tuple(
        AssessedMedication(text=text, medicines=(name,), names=(name,), matched_by=how, current=current, path=path)
        for text, name, how, current, path in rows
    )


def _not_assessed() -> tuple[NotAssessed, ...]:
    candidate = Candidate(medicine="valproate", name="valproate", score=91.3)
    why = "no record has this name; a likeness is not enough"
    return (
        NotAssessed(text="Depakotte 500 mg", path="medications[4]", reason=why, candidates=(candidate,)),
        NotAssessed(text="herbal sleep drops", reason="no record has this name"),
    )


def _missing_tests() -> tuple[MissingTest, ...]:
    return (
        MissingTest(
            id="liver_panel",
            title="Liver panel",
            missing=("ALT", "ALP", "total bilirubin"),
            why="Liver injury begins at a median of 22 days; a normal start is needed to see it.",
            last_on=dt.date(2026, 1, 5),
            within_days=30,
            sources=("yang_2023",),
        ),
        MissingTest(id="ecg", title="ECG", missing=("QTc",), why="QT prolongation is suspected.", within_days=90),
    )


def make_full() -> Dossier:
    """A dossier with every part filled."""
    return make_dossier(
        outcome=Outcome.STOP,
        reasons=(
            "contraindicated: Naltrexone or another opioid antagonist",
            "specialist decision: Serotonergic medicine on the list",
            "2 contraindications are unanswered; nothing starts before they are",
            "not assessed: Depakotte 500 mg, herbal sleep drops",
            "baseline tests missing: Liver panel, ECG",
            "9 parts of the input could not be used",
        ),
        findings=tuple(_cautions() + _exposures() + _unknown()),
        not_met=("age_minor", "maoi", "qt_drugs", "product_7oh_or_synthetic", "kidney_disease", "liver_disease"),
        blocked_by=("pregnancy", "bipolar"),
        medications=_medications(),
        not_assessed=_not_assessed(),
        unread=(
            *(Unread(path=f"entry[{n}].resource", reason="resource type Claim is not read") for n in range(8)),
            Unread(path="entry[40].resource.onset[x]", reason="the date is not a date"),
        ),
        missing_tests=_missing_tests(),
        law=_law(),
        burdens=_burdens(),
        evidence=_evidence(),
        sources=tuple(make_source(key, **(RECALLED if key == "naltrexone_2023" else {})) for key in SOURCE_KEYS),
    )


class Build:
    """The builders, as one fixture: test folders are no packages, so they cannot be imported."""

    dossier = staticmethod(make_dossier)
    finding = staticmethod(make_finding)
    source = staticmethod(make_source)
    full = staticmethod(make_full)


@pytest.fixture(scope="session")
def build() -> type[Build]:
    """Builders of dossiers, findings and sources."""
    return Build


@pytest.fixture(scope="session")
def full() -> Dossier:
    """A dossier with every part filled."""
    return make_full()


@pytest.fixture(scope="session")
def bare() -> Dossier:
    """A dossier with no finding, no medicine and no place."""
    return make_dossier()


def _noise(seed: int, count: int, spread: float) -> Any:
    return np.random.default_rng(seed).normal(0.0, spread, count)


def _blocks() -> Posterior:
    """Three pairs of ten days, seven ratings missing; a lower score is better and 2 points matter."""
    periods = (0, 1, 1, 0, 0, 1)
    days = np.arange(1.0, 61.0)
    levels = np.repeat(periods, 10).astype(float)
    values = 14.0 - 3.0 * levels + _noise(11, 60, 2.0)
    values[[3, 11, 12, 30, 44, 45, 58]] = np.nan
    rule = Randomisation("blocks", tuple(range(0, 60, 10)), periods, (0, 0, 1, 1, 2, 2))
    schedule = Schedule("randomised_blocks", Exposure(np.arange(60.0), levels), rule)
    return analyse(schedule, Observations(days, values, name="PHQ-9 total", bounds=(0.0, 27.0)), plan=Plan(mcid=2.0))


def _daily() -> Posterior:
    """Forty days drawn one by one; a higher score is better and 8 points matter."""
    drawn = tuple(int(level) for level in np.random.default_rng(5).integers(0, 2, 40))
    days = np.arange(1.0, 41.0)
    rule = Randomisation("independent", tuple(np.arange(40.0)), drawn)
    values = 60.0 + _noise(12, 40, 7.0)
    schedule = Schedule("alternating_days", Exposure(np.arange(40.0), np.array(drawn, dtype=float)), rule)
    return analyse(schedule, Observations(days, values, name="mood", better="higher"), plan=Plan(mcid=8.0))


def _taper() -> Posterior:
    """A supervised taper in four steps with two withdrawal spans and a half-life that is not known exactly."""
    days = np.arange(1.0, 57.0)
    levels = np.repeat([1.0, 2 / 3, 1 / 3, 0.0], 14)
    values = 20.0 + 6.0 * (1.0 - levels) + _noise(13, 56, 1.5)
    values[[5, 22]] = np.nan
    schedule = Schedule("supervised_taper", Exposure(np.arange(56.0), levels, 1.0), None, ((14.0, 17.0), (42.0, 47.0)))
    prior = Prior(half_life=HalfLife(2.0, 0.5))
    return analyse(schedule, Observations(days, values, name="PHQ-9 total"), prior=prior, plan=Plan(mcid=3.0))


def _watched() -> Posterior:
    """An observation: nothing was drawn, and nobody agreed on a smallest difference that matters."""
    days = np.arange(1.0, 41.0)
    levels = np.repeat([0.0, 1.0], 20)
    schedule = Schedule("observational", Exposure(np.arange(40.0), levels))
    return analyse(schedule, Observations(days, 12.0 - 4.0 * levels + _noise(14, 40, 1.5), name="anxiety"))


def _item() -> Posterior:
    """One item with seven answers: the effect is on a latent scale, though somebody agreed on 1 point."""
    levels = np.repeat([0.0, 1.0, 1.0, 0.0, 0.0, 1.0], 8)
    values = np.clip(np.round(4.0 - 1.5 * levels + _noise(15, 48, 1.3)), 1.0, 7.0)
    values[9] = np.nan
    diary = Observations(np.arange(1.0, 49.0), values, name="sleep quality", bounds=(1.0, 7.0), scale="ordinal_item")
    schedule = Schedule("randomised_blocks", Exposure(np.arange(48.0), levels))
    return analyse(schedule, diary, plan=Plan(mcid=1.0, likelihood="ordinal"))


@pytest.fixture(scope="session")
def answers() -> dict[str, Posterior]:
    """One answer of each design, and one on a latent scale, from simulated diaries."""
    return {"blocks": _blocks(), "daily": _daily(), "taper": _taper(), "watched": _watched(), "item": _item()}
