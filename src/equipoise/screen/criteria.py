"""From a criterion and a chart to a finding: the strongest level that holds, and what is still unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.model.criterion import Criterion, Level, When
from equipoise.model.finding import Finding, Implicated
from equipoise.model.terms import Answer, Severity
from equipoise.screen.chart import Chart, names
from equipoise.screen.leaves import (
    judge_age,
    judge_allergy,
    judge_condition,
    judge_law,
    judge_measurement,
    judge_product,
    judge_sex,
    judge_use,
)
from equipoise.screen.logic import NOT_MET, Judged, all_of, any_of, met, none_of, unknown
from equipoise.screen.medicines import judge_medicine


def judge(when: When, chart: Chart) -> Judged:
    """The answer of an expression for one chart."""
    if when.any is not None:
        return any_of([judge(part, chart) for part in when.any])
    if when.all is not None:
        return all_of(_until_not_met(when.all, chart))
    if when.none is not None:
        return none_of([judge(part, chart) for part in when.none])
    if when.recorded is not None:
        return _if_recorded(judge(when.recorded, chart))
    return _judge_test(when, chart)


def _if_recorded(judged: Judged) -> Judged:
    """What is unknown only because nothing is recorded, as not met."""
    return NOT_MET if judged.unknown and not judged.recorded else judged


def _until_not_met(parts: Iterable[When], chart: Chart) -> list[Judged]:
    """The answers of the parts up to the first that is not met: it decides, whatever the others say."""
    judged: list[Judged] = []
    for part in parts:
        judged.append(judge(part, chart))
        if judged[-1].answer is Answer.NOT_MET:
            break
    return judged


def _judge_test(when: When, chart: Chart) -> Judged:
    if when.condition is not None:
        return judge_condition(when.condition, chart)
    if when.medicine is not None:
        return judge_medicine(when.medicine, chart)
    if when.measurement is not None:
        return judge_measurement(when.measurement, chart)
    if when.age is not None:
        return judge_age(when.age, chart)
    if when.sex is not None:
        return judge_sex(when.sex, chart)
    if when.product is not None:
        return judge_product(when.product, chart)
    if when.law is not None:
        return judge_law(when.law, chart)
    if when.use is not None:
        return judge_use(when.use, chart)
    if when.allergy is not None:
        return judge_allergy(when.allergy, chart)
    return unknown("nobody has been asked")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a criterion says of a chart: the level that holds, and the strongest level that nobody can judge."""

    criterion: Criterion
    answer: Answer
    level: Level
    judged: Judged
    open_level: Level | None = None
    contradicted: bool = False

    @property
    def blocks(self) -> bool:
        """True while a contraindication is unanswered."""
        return self.open_level is not None and self.open_level.severity is Severity.CONTRAINDICATED


def evaluate(criterion: Criterion, chart: Chart) -> Verdict:
    """The verdict of one criterion: a recorded fact wins over an answer, an answer settles what is unknown."""
    said = chart.case.answer_to(criterion.id)
    judged = [judge(level.when, chart) for level in criterion.levels]
    if said is True:
        asked = criterion.asked_level
        judged[asked] = any_of([judged[asked], met(Implicated(kind="answer", label="answered yes"))])
    if said is False:
        judged = [_if_recorded(item) for item in judged]
    held = next((index for index, item in enumerate(judged) if item.met), None)
    open_at = next(
        (index for index, item in enumerate(judged) if item.unknown and (held is None or index < held)), None
    )
    open_level = None if open_at is None else criterion.levels[open_at]
    if held is not None:
        return Verdict(
            criterion, Answer.MET, criterion.levels[held], judged[held], open_level, contradicted=said is False
        )
    if open_at is not None:
        level, item = criterion.levels[open_at], judged[open_at]
        return Verdict(criterion, Answer.UNKNOWN, level, item, open_level, contradicted=said is False)
    return Verdict(criterion, Answer.NOT_MET, criterion.levels[0], NOT_MET)


# Findings of unanswered questions, which are the same in every chart that leaves them open for the same reasons. The
# key holds the criterion's identity and the entry the criterion, so no identity is ever used twice.
_open_findings: dict[tuple[object, ...], tuple[Criterion, Finding]] = {}
_LIMIT = 20_000


def finding(verdict: Verdict, domain: str, prefix: str) -> Finding:
    """The verdict as a finding of the dossier."""
    if verdict.answer is not Answer.UNKNOWN or verdict.judged.implicated:
        return _built(verdict, domain, prefix)
    level = verdict.level.severity
    key = (id(verdict.criterion), level, verdict.judged.unknowns, verdict.contradicted, domain, prefix)
    known = _open_findings.get(key)
    if known is None:
        if len(_open_findings) >= _LIMIT:
            _open_findings.clear()
        known = _open_findings[key] = (verdict.criterion, _built(verdict, domain, prefix))
    return known[1]


def _built(verdict: Verdict, domain: str, prefix: str) -> Finding:
    criterion = verdict.criterion
    return Finding(
        id=f"{prefix}/{criterion.id}",
        domain=domain,
        title=criterion.title,
        severity=verdict.level.severity,
        answer=verdict.answer,
        implicated=verdict.judged.implicated,
        explanation=_explanation(verdict),
        mechanism=criterion.mechanism,
        certainty=criterion.certainty,
        standing=criterion.standing,
        sources=criterion.sources,
        read=criterion.read,
        mitigation=criterion.mitigation,
        would_change=criterion.would_change,
        to_settle=criterion.question if verdict.open_level is not None else None,
        notes=_notes(verdict),
        contradicted=verdict.contradicted,
    )


def _explanation(verdict: Verdict) -> str:
    reason = verdict.level.because or verdict.criterion.rationale
    if verdict.answer is Answer.UNKNOWN:
        return f"Not known: {'; '.join(verdict.judged.unknowns)}. {reason}"
    basis = names(verdict.judged.implicated)
    return f"{basis}: {reason}" if basis else reason


def _notes(verdict: Verdict) -> tuple[str, ...]:
    notes: list[str] = []
    if verdict.contradicted:
        known = (
            "says otherwise"
            if verdict.answer is Answer.MET
            else "holds something that bears on it and cannot be judged"
        )
        notes.append(f"The question was answered no, but the record {known}; the record was taken.")
    if verdict.answer is Answer.MET and verdict.open_level is not None:
        stronger = verdict.open_level.severity.replace("_", " ")
        notes.append(f"It could weigh more ({stronger}); that is not known yet.")
    if verdict.criterion.note:
        notes.append(verdict.criterion.note)
    return tuple(notes)
