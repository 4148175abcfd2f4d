"""A plan as the words and rows of its protocol: blanks first, and never an order or an amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.analyse.figures import plain, span
from equipoise.design.answers import answer_of, periods, rated
from equipoise.design.cautions import Caution, cautions
from equipoise.design.coverage import ItemCoverage, coverage
from equipoise.design.layout import Phase, phases
from equipoise.knowledge import Knowledge
from equipoise.model.calendar import phase_words
from equipoise.model.dossier import Dossier, EvidenceTable
from equipoise.model.plain_fact import PlainFact
from equipoise.model.source import SourceKey
from equipoise.model.stop_rule import LEVELS, StopRuleRecord
from equipoise.model.terms import Outcome
from equipoise.model.trial_design import PlannedOutcome, StopRule, Template, TrialDesign
from equipoise.report import words
from equipoise.report.answer_numbers import priors
from equipoise.report.answer_rows import Row
from equipoise.report.footnotes import Footnotes, numbered

UNSAID = "not said"
TEMPLATES = {
    Template.RANDOMISED_BLOCKS: "randomised periods with and without it",
    Template.ALTERNATING_DAYS: "randomised days with and without it",
    Template.SUPERVISED_TAPER: "supervised taper, not randomised",
    Template.OBSERVATIONAL: "observation, not randomised",
}
STANDARDS = {"spirit_2013": "SPIRIT 2013", "spent_2019": "SPENT 2019"}
METHODS = ("ou_quadrature", "howard_2021")


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop rule: of the plan, with what the records say of where its threshold comes from."""

    rule: StopRule
    record: StopRuleRecord | None

    @property
    def standing(self) -> str:
        """Where the threshold comes from."""
        if self.record is None:
            return "of this plan alone"
        return f"{self.record.standing.value}{'' if self.record.read else ', recalled'}"


@dataclass(frozen=True, slots=True)
class SignOff:
    """A box to be signed, and what the signature means."""

    who: str
    means: str


@dataclass(frozen=True, slots=True)
class ProtocolView:
    """Everything that the protocol says.

    `without_dossier`: the plan was screened, but its dossier is not at hand, and unknown is not "no".
    `due_tests`: baseline tests that the dossier misses. `left_out`: stop rules of the records that the plan does not
    hold. `other_records`: the records have changed since the screening. `stopped`: the screening ended in a
    contraindication. `also_said`: statements that no item asks for.
    """

    title: str
    facts: tuple[Row, ...]
    covered: tuple[ItemCoverage, ...]
    unscreened: bool
    without_dossier: bool
    stopped: bool
    open_questions: tuple[str, ...]
    other_records: bool
    due_tests: tuple[str, ...]
    boxes: tuple[SignOff, ...]
    evidence: tuple[EvidenceTable, ...]
    harms: tuple[PlainFact, ...]
    layout: str
    draw: str | None
    phases: tuple[tuple[str, Phase], ...]
    outcomes: tuple[tuple[PlannedOutcome, tuple[str, ...]], ...]
    analysis: str
    looks: str
    choices: tuple[Row, ...]
    stops: tuple[StopLine, ...]
    left_out: tuple[StopRuleRecord, ...]
    blinding: str
    cautions: tuple[Caution, ...]
    also_said: tuple[Row, ...]
    notes: Footnotes

    @property
    def blanks(self) -> tuple[ItemCoverage, ...]:
        """What somebody still has to say."""
        return tuple(row for row in self.covered if row.blank)

    @property
    def fills(self) -> tuple[tuple[str, tuple[ItemCoverage, ...]], ...]:
        """The blanks by what fills them, each once."""
        keys = dict.fromkeys(row.fills or "" for row in self.blanks)
        return tuple((key, tuple(row for row in self.blanks if row.fills == key)) for key in keys)

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What keeps the protocol from being signed, besides its blanks."""
        found: list[str] = []
        if self.unscreened:
            found.append("Nobody has been screened for this plan. Nothing may start without a dossier.")
        elif self.without_dossier:
            found.append("The dossier is not at hand: its open contraindications and missing tests are not known here.")
        if self.stopped:
            found.append("The screening ended in a stop: a contraindication is met. Nothing may start while it stands.")
        if self.open_questions:
            named = ", ".join(words.readable(record) for record in self.open_questions)
            found.append(f"Contraindications that nobody has answered: {named}.")
        if self.other_records:
            found.append("The records have changed since the screening. Screen again and design the trial anew.")
        if self.left_out:
            rules = words.count(len(self.left_out), "stop rule")
            found.append(f"{rules} of the records {'is' if len(self.left_out) == 1 else 'are'} not in the plan.")
        return tuple(found)

    @property
    def ready(self) -> bool:
        """Whether nothing but signatures is missing."""
        return not (self.blanks or self.obstacles)


def protocol_view(design: TrialDesign, records: Knowledge, dossier: Dossier | None = None) -> ProtocolView:
    """The protocol's words and rows; `dossier` is the one that the plan rests on, where it is at hand."""
    covered, held = coverage(design, records), cautions(design, records)
    known = {record.id: record for record in records.stop_rules_of(design.substance)}
    stops = tuple(StopLine(rule, known.get(rule.id)) for rule in _by_urgency(design.stop_rules))
    evidence = dossier.evidence if dossier else _evidence(design, records)
    screened = design.screened
    harms = tuple(fact for fact in records.substance(design.substance).plain_facts if fact.topic == "harm")
    return ProtocolView(
        title=words.clean(design.title),
        facts=tuple(_facts(design, records)),
        covered=covered,
        unscreened=screened is None,
        without_dossier=dossier is None,
        stopped=screened is not None and screened.outcome is Outcome.STOP,
        open_questions=dossier.blocked_by if dossier else (),
        due_tests=tuple(test.title for test in dossier.missing_tests) if dossier else (),
        other_records=screened is not None and screened.knowledge_hash != records.hash,
        boxes=tuple(_boxes(design)),
        evidence=evidence,
        harms=harms,
        layout=periods(design),
        draw=answer_of(design, "draw"),
        phases=tuple((_phase_name(design, phase), phase) for phase in _shown(design)),
        outcomes=tuple((item, _outcome(item)) for item in design.outcomes),
        analysis=answer_of(design, "analysis") or "",
        looks=answer_of(design, "looks") or "",
        choices=tuple(_choices(design)),
        stops=stops,
        left_out=tuple(record for record in known.values() if record.id not in {rule.id for rule in design.stop_rules}),
        blinding=answer_of(design, "blinding") or "",
        cautions=held,
        also_said=tuple(_also_said(design, covered)),
        notes=numbered(_cited(design, evidence, harms, held, known, covered), records.sources),
    )


def _by_urgency(rules: tuple[StopRule, ...]) -> list[StopRule]:
    order = list(LEVELS)
    return sorted(rules, key=lambda rule: order.index(rule.level))


def _facts(design: TrialDesign, records: Knowledge) -> Iterator[Row]:
    screened = design.screened
    yield Row("Adjunct", design.substance_name)
    yield Row("Design", TEMPLATES[design.template])
    yield Row("Taken before the trial", UNSAID if design.current_use is None else design.current_use.value)
    yield Row("Days", str(design.length_days))
    yield Row("Case", screened.case_id if screened else UNSAID)
    yield Row("Screened on", str(screened.on) if screened else "not screened")
    yield Row("Knowledge as of", str(records.date))


def _boxes(design: TrialDesign) -> Iterator[SignOff]:
    yield SignOff(
        "Clinician in charge", "I have read the frozen dossier and this protocol, and I answer for the trial."
    )
    if design.screened and design.screened.outcome is Outcome.SPECIALIST_DECISION:
        yield SignOff("Specialist", "I have judged the points of the dossier that ask for a specialist.")
    if design.template.randomised:
        yield SignOff("Keeper of the sealed order", "I alone open the sealed folder, and tell nobody who is blind.")
    yield SignOff("Patient", "I have signed the consent text; I may stop at any time.")


def _evidence(design: TrialDesign, records: Knowledge) -> tuple[EvidenceTable, ...]:
    """What the records say of benefit, without the single studies: those stand in a dossier."""
    return tuple(
        EvidenceTable(
            question=item.question, answer=item.answer, certainty=item.certainty, rows=(), sources=item.sources
        )
        for item in records.substance(design.substance).answers
    )


def _shown(design: TrialDesign) -> Iterator[Phase]:
    """The phases for the table; the many single days of an alternating plan are one row."""
    if design.template is not Template.ALTERNATING_DAYS:
        yield from phases(design)
        return
    yield from (phase for phase in phases(design) if phase.kind == "run_in")
    yield Phase("period", 1, design.run_in_days, design.length_days)


def _phase_name(design: TrialDesign, phase: Phase) -> str:
    """What a phase is called; of a period never whether it is one with or one without."""
    if phase.kind != "period":
        return phase_words(phase.kind, phase.number)
    name = "Single days" if design.template is Template.ALTERNATING_DAYS else phase_words(phase.kind, phase.number)
    return f"{name}, with or without it as drawn"


def _outcome(item: PlannedOutcome) -> tuple[str, ...]:
    """How often, range, what is a relief, MCID, effort."""
    return (
        words.sentence(rated(item)),
        UNSAID if item.bounds is None else span(item.bounds),
        item.better,
        UNSAID if item.mcid is None else f"{plain(item.mcid)} points",
        UNSAID if item.minutes is None else f"{plain(item.minutes)} min",
    )


def _choices(design: TrialDesign) -> Iterator[Row]:
    plan = design.analysis
    yield Row("Likelihood", plan.likelihood, "auto: by the outcome's kind, by a rule that the answer states")
    yield Row("Trend", plan.trend, "of the ratings over the days of the trial")
    yield Row(
        "Planning SD (s0)", "from the run-in" if plan.s0 is None else f"{plain(plan.s0)} points", "all priors use it"
    )
    yield from priors(plan.prior, "effect" if design.template.randomised else "difference")
    if plan.half_life_from:
        yield Row("Half-life comes from", plan.half_life_from)
    yield Row("Level of intervals", f"{100 * plan.level:g} %")
    yield Row("Learned from a probability of", f"{100 * plan.convinced:g} %", "of a benefit, or of a harm")
    yield Row("Seed of the analysis", str(plan.seed), "of sampled figures; it has no part in the draw of the order")


def _also_said(design: TrialDesign, covered: tuple[ItemCoverage, ...]) -> Iterator[Row]:
    """What the plan says without being asked must not be lost."""
    asked = {row.item.statement for row in covered if row.applies}
    for key, text in design.statements.items():
        if key not in asked:
            yield Row(words.sentence(words.readable(key)), text)


def _cited(
    design: TrialDesign,
    evidence: tuple[EvidenceTable, ...],
    harms: tuple[PlainFact, ...],
    held: tuple[Caution, ...],
    known: dict[str, StopRuleRecord],
    covered: tuple[ItemCoverage, ...],
) -> Iterator[SourceKey]:
    for table in evidence:
        yield from table.sources
        for row in table.rows:
            yield from row.sources
    for fact in harms:
        yield from fact.sources
    yield from (item.mcid_source for item in design.outcomes if item.mcid_source)
    yield from METHODS
    for rule in _by_urgency(design.stop_rules):
        yield from rule.sources
    for record in known.values():
        yield from record.sources
    for item in held:
        yield from item.record.sources
    for row in covered:
        yield from row.item.sources
