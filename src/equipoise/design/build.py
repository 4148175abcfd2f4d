"""A plan out of a dossier and what people prefer: what nobody said is sized by what is known, then all is judged."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from equipoise.design.facts import Facts, facts
from equipoise.design.rules import refusals
from equipoise.errors import Fault, InputError, KnowledgeError
from equipoise.knowledge.scoring import instrument_named
from equipoise.model.base import faults_of
from equipoise.model.terms import UseFrequency
from equipoise.model.trial_design import Screened, Template, TrialDesign

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge
    from equipoise.model.dossier import Dossier

RUN_IN_DAYS = 14
BLOCKS = 2
OBSERVED_DAYS = 28
Values = Mapping[str, Any]
MENDS = {
    "outcomes": "Name what is rated: an instrument of the records, or a scale of the patient's own (--outcome).",
    "conventional_care": "Say which care goes on all the time (--care); an adjunct is never a replacement.",
}


def plan_of(value: object, subject: str) -> TrialDesign:
    """The plan that parsed YAML or JSON stands for. Raises InputError with every fault of it."""
    try:
        return TrialDesign.model_validate(value)
    except ValidationError as error:
        faults = [replace(fault, mend=MENDS.get(fault.path, fault.mend)) for fault in faults_of(error)]
        raise InputError(subject, faults) from error


def design_trial(
    dossier: Dossier | None, preferences: Values, knowledge: Knowledge, *, substance: str | None = None
) -> TrialDesign:
    """The plan: `preferences` as given (fields of `TrialDesign`), the rest sized by what is known.

    Washout: five half-lives. Periods: as long, and no shorter than any outcome looks back. Run-in: two weeks, or the
    longest window. Two blocks. An outcome that names an instrument takes label, window, direction and range from its
    record; which difference matters is agreed by people and never filled in. Stop rules: those of the records.
    How often it is taken now: as the dossier says.

    Raises InputError with everything that is missing, impossible, or contradicts dossier, kinetics or records without a
    signed override.
    """
    name = dossier.substance if dossier is not None else substance
    if name is None:
        mend = "Give a dossier, or name the adjunct."
        raise InputError("design", [Fault("substance", "nothing", "the adjunct to be tried", mend)])
    preferences = {**preferences, "current_use": preferences.get("current_use") or (dossier.use if dossier else None)}
    known = facts(dossier, name, knowledge)
    adjunct = knowledge.substance(name).substance
    outcomes = [_outcome(item, knowledge) for item in preferences.get("outcomes") or ()]
    if outcomes and not any(item.get("primary") for item in outcomes):
        outcomes[0]["primary"] = True
    analysis: Values = preferences.get("analysis") or {}
    chosen: dict[str, Any] = {
        "title": f"Single-patient trial of {adjunct.name} beside conventional care",
        "substance": name,
        "substance_name": adjunct.name,
        **_defaults(preferences, known, [float(item.get("recall_days") or 0.0) for item in outcomes]),
        **{key: value for key, value in preferences.items() if value is not None},
        **({"outcomes": outcomes} if outcomes else {}),
        "analysis": {**_build_up(known, analysis), **analysis},
        "stop_rules": preferences.get("stop_rules") or _stop_rules(knowledge, name),
        "screened": _screened(dossier),
    }
    design = plan_of(chosen, "protocol")
    _refuse(design, known)
    return design


def judged(design: TrialDesign, knowledge: Knowledge) -> None:
    """Nothing, where a plan that was read, perhaps edited by hand, holds against the records and its own dossier's end.

    Raises InputError with every rule that it breaks without a signed override.
    """
    known = facts(None, design.substance, knowledge)
    _refuse(design, replace(known, outcome=design.screened.outcome if design.screened else None))


def _refuse(design: TrialDesign, known: Facts) -> None:
    faults = refusals(design, known)
    if faults:
        raise InputError("protocol", faults)


def _defaults(said: Values, known: Facts, windows: list[float]) -> dict[str, Any]:
    """The template and its days, as far as the preferences do not say them."""
    template = said.get("template") or _template(said)
    longest = max([0.0, *windows])
    found: dict[str, Any] = {"template": template, "run_in_days": max(RUN_IN_DAYS, math.ceil(longest))}
    fade = 0.0 if known.half_life is None else known.half_life.fades_days
    if template == Template.RANDOMISED_BLOCKS:
        days = max(math.ceil(fade), math.ceil(longest), 1)
        found |= {"blocks": BLOCKS, "period_days": days, "washout_days": math.ceil(fade)}
    elif template == Template.ALTERNATING_DAYS:
        found |= {"blocks": OBSERVED_DAYS // 2, "period_days": 1, "rule": "run_length", "max_run": 2}
    elif template == Template.OBSERVATIONAL:
        found["period_days"] = OBSERVED_DAYS
    return found


def _stop_rules(knowledge: Knowledge, substance: str) -> list[dict[str, Any]]:
    """The stop rules of the records, those that hold for every adjunct with its own."""
    return [record.rule.model_dump() for record in knowledge.stop_rules_of(substance)]


def _template(said: Values) -> Template:
    """A taper for who takes it daily: off periods would be withdrawal. Else blocks."""
    daily = said.get("current_use") == UseFrequency.DAILY
    return Template.SUPERVISED_TAPER if daily else Template.RANDOMISED_BLOCKS


def _build_up(known: Facts, own: Values) -> dict[str, Any]:
    """The belief in how fast the effect comes and goes, from the fitted kinetics where the preferences say nothing."""
    if known.build_up is None or "half_life_days" in own:
        return {}
    told = "fitted kinetics in blood; that the effect follows the concentration is an assumption"
    return {
        "half_life_days": known.build_up.median,
        "half_life_log_sd": known.build_up.log_sd,
        "half_life_from": told,
    }


def _outcome(said: Values, knowledge: Knowledge) -> dict[str, Any]:
    """An outcome with what its instrument's record says."""
    name = said.get("instrument")
    if name is None:
        return dict(said)
    try:
        record = instrument_named(knowledge, str(name))
    except KnowledgeError as error:
        raise InputError("design", error.faults) from error
    facts_of_it: dict[str, Any] = {
        "id": record.id,
        "label": record.name,
        "recall_days": record.recall_days,
        "better": record.better,
        "bounds": record.range,
    }
    return {**{key: value for key, value in facts_of_it.items() if value is not None}, **said, "instrument": record.id}


def _screened(dossier: Dossier | None) -> Screened | None:
    if dossier is None:
        return None
    return Screened(
        case_id=dossier.case_id,
        on=dossier.on,
        outcome=dossier.outcome,
        knowledge_hash=dossier.knowledge_hash,
        dossier_hash=hashlib.sha256(dossier.model_dump_json().encode()).hexdigest(),
        use=dossier.use,
        unanswered=dossier.blocked_by,
    )
