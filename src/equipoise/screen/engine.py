"""One screening: a case, the records, a day; out comes a frozen dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from equipoise import __version__
from equipoise.errors import Fault, InputError
from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.knowledge.resolve import Resolver
from equipoise.knowledge.rxnorm import RxNormNames
from equipoise.model.case import Case
from equipoise.model.dossier import Dossier
from equipoise.model.finding import Burden, Finding
from equipoise.model.source import Source
from equipoise.model.terms import Answer
from equipoise.screen.baseline import baseline_values, missing_tests
from equipoise.screen.burden import burden_findings, burdens
from equipoise.screen.chart import Chart, read_chart
from equipoise.screen.claims import claim_rows
from equipoise.screen.criteria import Verdict, evaluate, finding
from equipoise.screen.evidence import evidence_tables
from equipoise.screen.exposure import exposure_findings
from equipoise.screen.law import law_rows
from equipoise.screen.law_findings import law_findings, law_unknown
from equipoise.screen.outcome import outcome, reasons
from equipoise.screen.unused import unused


def screen(
    case: Case,
    knowledge: Knowledge,
    *,
    on: dt.date,
    substance: str | None = None,
    rxnorm: RxNormNames | None = None,
) -> Dossier:
    """The dossier of one case for one adjunct (the default one where none is named) on one day.

    A function of its arguments alone: same case, records and day, same dossier.
    Raises `InputError` where the case contradicts the day or answers a question that nobody asks,
    `KnowledgeError` where the adjunct has no records.

    >>> from equipoise.knowledge import load_knowledge
    >>> screen(Case(age_years=16), load_knowledge(), on=dt.date(2026, 11, 22)).outcome
    <Outcome.STOP: 'stop'>
    """
    adjunct = knowledge.substance(substance)
    check_case(case, adjunct, on)
    chart = read_chart(case, knowledge, adjunct, resolver(knowledge, rxnorm), on)
    chart = replace(chart, law=law_rows(case, adjunct, knowledge.law_rule, on, chart.adjunct_texts))
    verdicts = [evaluate(criterion, chart) for criterion in adjunct.cautions.values()]
    loads = burdens(chart, knowledge.burden_rules)
    of_loads = burden_findings(loads, knowledge.burden_rules, adjunct.substance)
    found = _ordered([*_caution_findings(verdicts), *_other_findings(chart), *of_loads])
    return _dossier(chart, verdicts, found, loads)


@lru_cache(maxsize=8)
def resolver(knowledge: Knowledge, rxnorm: RxNormNames | None) -> Resolver:
    """The name resolver of a record set, built once: its tables cost more than many screenings."""
    return Resolver(knowledge, rxnorm)


def check_case(case: Case, adjunct: SubstanceKnowledge, on: dt.date) -> None:
    """Raises `InputError` with every contradiction between the case and the screening."""
    faults: list[Fault] = []
    if case.birth_date is not None and case.birth_date > on:
        expected = f"a date not after the screening date {on}"
        faults.append(
            Fault("birth_date", str(case.birth_date), expected, "Correct the birth date, or the day of the screening.")
        )
    for index, item in enumerate(case.measurements):
        if item.on is not None and item.on > on:
            expected = f"a date not after the screening date {on}: a value from the future cannot be judged"
            faults.append(Fault(f"measurements[{index}].on", str(item.on), expected, "Correct one of the two dates."))
    for answer in case.answers:
        if answer.question not in adjunct.cautions:
            expected = f"the id of a caution of {adjunct.substance.name}"
            mend = (
                "`equipoise knowledge show cautions` lists them; an answer that nobody asks for would be lost. A "
                "question of law is settled by a place (jurisdictions) and a newer record, not by yes or no."
            )
            faults.append(Fault(f"answers.{answer.question}", answer.question, expected, mend))
    if faults:
        raise InputError(f"case {case.id}", faults)


def _caution_findings(verdicts: Iterable[Verdict]) -> Iterable[Finding]:
    return (finding(verdict, "caution", "caution") for verdict in verdicts if verdict.answer is not Answer.NOT_MET)


def _other_findings(chart: Chart) -> Iterable[Finding]:
    knowledge = chart.knowledge
    yield from law_findings(chart.law, chart.adjunct.law_certainty)
    if not chart.law:
        yield law_unknown(chart.knowledge.law_rule)
    own = (evaluate(criterion, chart) for criterion in knowledge.medicine_cautions.values())
    yield from (finding(verdict, "own_medicines", "medicines") for verdict in own if verdict.answer is Answer.MET)
    yield from exposure_findings(chart)


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Met before unknown, by severity, then by id: the order in which a clinician should read them."""
    return tuple(sorted(findings, key=lambda item: (item.answer is not Answer.MET, item.severity.rank, item.id)))


def _dossier(
    chart: Chart, verdicts: Sequence[Verdict], found: tuple[Finding, ...], loads: tuple[Burden, ...]
) -> Dossier:
    knowledge, case, substance = chart.knowledge, chart.case, chart.adjunct.substance
    blocked_by = tuple(verdict.criterion.id for verdict in verdicts if verdict.blocks)
    missing = missing_tests(chart)
    tables = evidence_tables(chart.adjunct)
    unread = (*case.unread, *unused(chart))
    return Dossier(
        case_id=case.id,
        substance=substance.id,
        substance_name=substance.name,
        on=chart.on,
        use=case.use,
        outcome=outcome(found, chart.law),
        reasons=(*_death(case, chart.on), *reasons(found, blocked_by, chart.not_assessed, missing, len(unread))),
        findings=found,
        not_met=tuple(verdict.criterion.id for verdict in verdicts if verdict.answer is Answer.NOT_MET),
        blocked_by=blocked_by,
        medications=chart.assessed,
        not_assessed=chart.not_assessed,
        unread=unread,
        missing_tests=missing,
        baseline_values=baseline_values(chart),
        law=chart.law,
        burdens=loads,
        evidence=tables,
        claims=claim_rows(knowledge, chart.adjunct),
        sources=_cited(chart, found),
        knowledge_hash=knowledge.hash,
        knowledge_date=knowledge.date,
        program_version=__version__,
        standing_note=knowledge.settings.standing_note,
    )


def _death(case: Case, on: dt.date) -> Iterable[str]:
    if case.is_dead_on(on):
        day = "" if case.died is True else f" on {case.died}"
        yield f"the record says that the patient died{day}: this is the chart of a dead person, or not the right one"


def _cited(chart: Chart, found: Iterable[Finding]) -> tuple[Source, ...]:
    """The sources of everything that the dossier says, each once, by key."""
    keys = {key for item in found for key in item.sources}
    keys.update(key for row in chart.law for key in row.sources)
    keys.update(key for test in chart.adjunct.baseline_tests for key in test.sources)
    keys.update(key for answer in chart.adjunct.answers for key in answer.sources)
    keys.update(key for study in chart.adjunct.studies for key in study.sources)
    keys.update(key for claim in claim_rows(chart.knowledge, chart.adjunct) for key in claim.cited)
    return tuple(chart.knowledge.sources[key] for key in sorted(keys))
