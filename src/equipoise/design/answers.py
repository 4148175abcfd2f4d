"""What each part of a plan says, in one or two sentences: the answers to the items of a checklist."""

from __future__ import annotations

import re
from collections.abc import Callable

from equipoise.analyse.figures import plain
from equipoise.knowledge import Knowledge
from equipoise.model.protocol_item import Part
from equipoise.model.trial_design import PlannedOutcome, Template, TrialDesign

_ONE_PERSON = re.compile(r"\b(n[- ]?of[- ]?(1|one)|single[- ]patient)\b", re.IGNORECASE)
RULES = {
    "blocks": "chance orders the two periods of each block by itself",
    "run_length": "chance takes one of all orders with as many periods with it as without",
    "independent": "chance draws each period by itself",
}


def answer_of(design: TrialDesign, part: Part) -> str | None:
    """What the part says of this plan; None where the plan leaves it open. Of the evidence only records can tell."""
    return _FIXED[part] if part in _FIXED else _OF_PLAN[part](design)


def evidence_of(design: TrialDesign, records: Knowledge) -> str | None:
    """What the records hold on benefit; None where they hold nothing."""
    found = records.substance(design.substance).answers
    return f"{len(found)} answers from the records, with their studies, under Rationale." if found else None


def periods(design: TrialDesign) -> str:
    """The days of the plan in words."""
    kind = {
        Template.RANDOMISED_BLOCKS: f"{design.blocks} blocks of two periods of {_days(design.period_days)}, "
        f"with and without it, each followed by {_days(design.washout_days)} of washout",
        Template.ALTERNATING_DAYS: f"{design.units} single days, half of them with it",
        Template.SUPERVISED_TAPER: f"{len(design.steps)} steps of a supervised taper",
        Template.OBSERVATIONAL: f"{_days(design.period_days)} of observation",
    }[design.template]
    return f"A run-in of {_days(design.run_in_days)}, then {kind}: {_days(design.length_days)} in all."


def rated(outcome: PlannedOutcome) -> str:
    """How often an outcome is rated and how far it looks back."""
    often = "every day" if outcome.every_days == 1 else f"every {outcome.every_days} days"
    back = f", looking back {plain(outcome.recall_days)} days" if outcome.recall_days else ""
    return f"{often}{back}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _title(design: TrialDesign) -> str | None:
    return design.title if _ONE_PERSON.search(design.title) else None


def _comparator(design: TrialDesign) -> str:
    if design.template.randomised:
        return "The same person without it, on days that chance chose; conventional care goes on in both."
    return "The same person over time; nothing is drawn by chance, so no cause is claimed."


def _objective(design: TrialDesign) -> str:
    primary = design.primary
    asked = "whether it changes" if design.template.randomised else "how it goes together with"
    matters = f", and whether the change is at least {plain(primary.mcid)} points" if primary.mcid else ""
    return f"For this person alone: {asked} {primary.label}{matters}."


def _screened(design: TrialDesign) -> str | None:
    found = design.screened
    if found is None:
        return None
    outcome = found.outcome.value.replace("_", " ")
    return f"Screened as {found.case_id} on {found.on}: {outcome}; records {found.knowledge_hash[:12]}."


def _interventions(design: TrialDesign) -> str:
    return f"{design.substance_name} on the days with it. How much is the clinician's and stands in no paper of ours."


def _stop_rules(design: TrialDesign) -> str | None:
    count = len(design.stop_rules)
    return f"{count} stop rules, under Stop rules." if count else None


def _care(design: TrialDesign) -> str | None:
    if design.rescue is None:
        return None
    return f"Conventional care goes on: {design.conventional_care.rstrip('.')}. Rescue: {design.rescue}"


def _outcomes(design: TrialDesign) -> str:
    told = "; ".join(f"{item.label} {rated(item)}" for item in design.outcomes)
    return f"Primary: {design.primary.label}. {told}."


def _timeline(design: TrialDesign) -> str:
    return f"The diagram under Design, day 1 to {design.length_days}."


def _draw(design: TrialDesign) -> str | None:
    if not design.template.randomised:
        return None
    run = f"; no more than {design.max_run} alike in a row" if design.max_run else ""
    return f"Drawn once, by a program, from a seed: {RULES[design.rule]}{run}. Seed, method and hash are kept with it."


def _blinding(design: TrialDesign) -> str:
    who = design.blinding.blinded
    if not who:
        return "Nobody is blind: the trial is open."
    guess = " A guess is asked for." if design.blinding.ask_guess else " No guess is asked for."
    return f"Blind: {', '.join(who)}, by {design.blinding.means}.{guess}"


def _analysis(design: TrialDesign) -> str:
    plan = design.analysis
    half_life = plan.half_life_days
    carried = f"carry-over by a half-life of {plain(half_life)} days" if half_life else "no carry-over"
    trend = "no trend" if plan.trend == "none" else f"a {plan.trend} trend"
    return (
        f"A Bayesian model of the ratings at their true times, with {trend}, correlation from day to day and "
        f"{carried}; a sceptical prior around no effect. Nothing is pooled."
    )


def _other(design: TrialDesign) -> str:
    test = "a randomisation test over the admissible orders, " if design.template.randomised else ""
    return f"Fixed beforehand: {test}other priors and trends, predictive checks, each outcome that is not primary."


def _looks(design: TrialDesign) -> str:
    convinced = f"{design.analysis.convinced:.0%}".replace("%", " %")
    return f"Every look is valid by the confidence sequence; learned is what has a probability of {convinced}."


_FIXED: dict[Part, str] = {
    "one_person": "One person, who came with the question; nobody is recruited.",
    "concealment": "The order stands in the sealed folder alone; every other paper is made without it.",
    "missing_ratings": "Every rating counts, by what was taken and when; a missing one stays missing.",
    "consent_text": "The consent text that is made from this plan; a clinician completes it.",
}
_OF_PLAN: dict[Part, Callable[[TrialDesign], str | None]] = {
    "title": _title,
    "comparator": _comparator,
    "objective": _objective,
    "layout": periods,
    "screened": _screened,
    "interventions": _interventions,
    "stop_rules": _stop_rules,
    "care": _care,
    "outcomes": _outcomes,
    "timeline": _timeline,
    "draw": _draw,
    "blinding": _blinding,
    "analysis": _analysis,
    "other_analyses": _other,
    "looks": _looks,
}
