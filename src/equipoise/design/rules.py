"""What a plan must not contradict: each rule, the record behind it, and whether a person may set it aside."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from equipoise.design.facts import Facts
from equipoise.design.layout import rating_days
from equipoise.errors import SHOWN, Fault
from equipoise.model.terms import Outcome, UseFrequency
from equipoise.model.trial_design import Template, TrialDesign


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One rule that a plan breaks. `rule`: the name by which an override sets it aside, where `may_be_overridden`."""

    rule: str
    fault: Fault
    may_be_overridden: bool = True


Rule = Callable[[TrialDesign, Facts], list[Contradiction]]


def contradictions(design: TrialDesign, known: Facts) -> tuple[Contradiction, ...]:
    """Every rule that the plan breaks, whether or not somebody set it aside."""
    return tuple(found for rule in RULES for found in rule(design, known))


def refusals(design: TrialDesign, known: Facts) -> tuple[Fault, ...]:
    """The faults that stand: broken rules without a signed override, and overrides of rules that are not broken."""
    broken = contradictions(design, known)
    signed = {item.rule for item in design.overrides}
    standing = [_with_way_out(item) for item in broken if not (item.may_be_overridden and item.rule in signed)]
    names = {item.rule for item in broken}
    idle = [
        Fault(f"overrides.{item.rule}", "an override", "a rule that this plan breaks", "Remove the override.")
        for item in design.overrides
        if item.rule not in names
    ]
    return (*standing, *idle)


def _with_way_out(item: Contradiction) -> Fault:
    fault = item.fault
    if not item.may_be_overridden:
        return fault
    way = f"Or record who sets the rule {item.rule} aside, and why, under overrides."
    return Fault(fault.path, fault.found, fault.expected, f"{fault.mend} {way}")


def _no_exposure_after_a_stop(design: TrialDesign, known: Facts) -> list[Contradiction]:
    """A dossier that ends in stop allows no plan that gives the adjunct; nobody can set that aside here."""
    if known.outcome is not Outcome.STOP or not design.template.randomised:
        return []
    expected = "no period with the adjunct, since the screening ended in stop"
    mend = "A supervised taper or an observation can be planned; or settle the reasons and screen anew."
    reasons = "; ".join(known.reasons[:SHOWN]) or "stop"
    if len(known.reasons) > SHOWN:
        reasons += f"; and {len(known.reasons) - SHOWN} more reasons in the dossier"
    return [Contradiction("dossier_stop", Fault("template", reasons, expected, mend), may_be_overridden=False)]


def _kinetics_are_known(design: TrialDesign, known: Facts) -> list[Contradiction]:
    """Without a half-life nobody can say how long a washout has to be."""
    if known.half_life is not None or not design.template.randomised:
        return []
    expected = f"a published half-life of {design.substance_name}: without one no washout can be judged"
    fault = Fault("washout_days", "no half-life in the records", expected, "Plan an observation.")
    return [Contradiction("kinetics_unknown", fault)]


def _washout(design: TrialDesign, known: Facts) -> list[Contradiction]:
    """Five half-lives lie between periods, so that the next one begins with about 3 % of the level."""
    if known.half_life is None or design.template is not Template.RANDOMISED_BLOCKS:
        return []
    if design.washout_days >= known.half_life.fades_days:
        return []
    expected = f"at least {known.half_life.told}"
    mend = f"Plan {math.ceil(known.half_life.fades_days)} d of washout."
    return [Contradiction("short_washout", Fault("washout_days", f"{design.washout_days} d", expected, mend))]


def _period(design: TrialDesign, known: Facts) -> list[Contradiction]:
    """A period is long enough for the level to build up, else on and off differ by less than the whole effect."""
    if known.half_life is None or not design.template.randomised:
        return []
    if design.period_days >= known.half_life.fades_days:
        return []
    expected = f"at least {known.half_life.told}, since the level builds up as slowly as it fades"
    mend = f"Plan periods of {math.ceil(known.half_life.fades_days)} d, or another template."
    return [Contradiction("short_period", Fault("period_days", f"{design.period_days} d", expected, mend))]


def _ratings(design: TrialDesign, _: Facts) -> list[Contradiction]:
    """The primary outcome is rated often enough with the adjunct for an analysis to answer at all."""
    if not design.template.randomised:
        return []
    inside = {start + day for start in design.unit_starts_days for day in range(design.period_days)}
    half = len(inside.intersection(rating_days(design, design.primary))) // 2
    fewest = design.analysis.plan(None).fewest
    if half >= fewest:
        return []
    found = f"{half} ratings of {design.primary.label} in periods with the adjunct"
    expected = f"at least {fewest}, the fewest from which the analysis gives an answer"
    mend = "Rate more often, plan more blocks or longer periods, or make another outcome primary."
    return [Contradiction("too_few_ratings", Fault(f"outcomes.{design.primary.id}", found, expected, mend))]


def _windows(design: TrialDesign, _: Facts) -> list[Contradiction]:
    """A rating that looks back longer than a period mixes with and without."""
    if not design.template.randomised:
        return []
    return [
        Contradiction(
            "long_recall",
            Fault(
                f"outcomes.{item.id}.recall_days",
                f"{item.recall_days:g} d in periods of {design.period_days} d",
                "a window no longer than a period, or each rating mixes days with and without",
                "Plan longer periods, or take an outcome that looks back less.",
            ),
        )
        for item in design.outcomes
        if item.recall_days > design.period_days
    ]


def _windows_of_the_records(design: TrialDesign, known: Facts) -> list[Contradiction]:
    """An instrument looks back as far as its record says."""
    found = ((item, known.recall_days.get(item.instrument or "")) for item in design.outcomes)
    return [
        Contradiction(
            "recall_of_record",
            Fault(
                f"outcomes.{item.id}.recall_days",
                f"{item.recall_days:g} d",
                f"{days:g} d, as the record of {item.instrument} says",
                "Take the window of the record.",
            ),
        )
        for item, days in found
        if days is not None and item.recall_days != days
    ]


def _off_periods_after_daily_use(design: TrialDesign, _: Facts) -> list[Contradiction]:
    """Who takes it daily is in withdrawal when an off period begins, and relief of that is not benefit."""
    if design.current_use is not UseFrequency.DAILY or not design.template.randomised:
        return []
    expected = "no sudden off periods: withdrawal lowers mood, and its relief would look like benefit"
    mend = "Plan a supervised taper."
    return [Contradiction("withdrawal_in_off_periods", Fault("current_use", "daily", expected, mend))]


def _use_of_the_dossier(design: TrialDesign, _: Facts) -> list[Contradiction]:
    """The plan and the dossier know one use: what a daily user needs is not set aside by another word for it."""
    use = design.screened.use if design.screened else None
    if use is None or design.current_use is use:
        return []
    found = "not said" if design.current_use is None else design.current_use.value
    fault = Fault("current_use", found, f"{use}, as the dossier says", "Screen anew where the use has changed.")
    return [Contradiction("use_of_dossier", fault, may_be_overridden=False)]


def _stop_rules(design: TrialDesign, _: Facts) -> list[Contradiction]:
    """Nothing is given without a rule that ends it; nobody can set that aside here."""
    if design.stop_rules or not design.template.randomised:
        return []
    fault = Fault("stop_rules", "none", "at least one rule that ends the exposure", "Take those of the records.")
    return [Contradiction("no_stop_rules", fault, may_be_overridden=False)]


RULES: tuple[Rule, ...] = (
    _no_exposure_after_a_stop,
    _kinetics_are_known,
    _washout,
    _period,
    _ratings,
    _windows,
    _windows_of_the_records,
    _off_periods_after_daily_use,
    _use_of_the_dossier,
    _stop_rules,
)
