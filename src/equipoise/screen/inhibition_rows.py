"""What three models predict for each victim of an adjunct, with intervals, or why one of them has no figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.inhibition import Course, Ratio, VictimRow
from equipoise.model.medicine import Medicine
from equipoise.model.schedule import Floats
from equipoise.model.terms import Enzyme
from equipoise.pharmacology.interaction import Belief, RatioPrediction, Victim
from equipoise.pharmacology.interaction.parts import GUT_ENZYME
from equipoise.pharmacology.mechanistic import StaticRatio, static_ratio
from equipoise.pharmacology.occupancy import from_range
from equipoise.screen.inhibition_bounds import activities
from equipoise.screen.inhibition_course import Changes, Courses, VictimDraws
from equipoise.screen.inhibition_figures import Figures
from equipoise.screen.predictor import predictor

DIGITS: Final = 4
COURSES: Final[tuple[Course, ...]] = ("once", "daily")
NO_ENZYME: Final = "No enzyme that clears it is in the records."
NO_STUDY: Final = "No study of an enzyme that clears it."
NO_HALF_LIFE: Final = "Its half-life is not in the records."


def victims_of(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> list[tuple[Medicine, Course]]:
    """The probes that were studied, in both courses; the medicines of the rule's classes, daily."""
    probes = [knowledge.medicines[item.probe] for item in adjunct.observed_inhibition]
    wanted = set(knowledge.inhibition_rule.classes)
    others = [item for item in knowledge.medicines.values() if wanted & set(item.classes) and item not in probes]
    found: list[tuple[Medicine, Course]] = [(probe, course) for probe in probes for course in COURSES]
    return found + [(item, "daily") for item in sorted(others, key=lambda item: item.name)]


def victim_rows(
    knowledge: Knowledge, adjunct: SubstanceKnowledge, victims: Sequence[tuple[Medicine, Course]]
) -> tuple[VictimRow, ...]:
    """One row for each victim and course, in their order."""
    rows = Rows(knowledge, adjunct)
    return tuple(rows.all(victims))


class Rows:
    """The rows of one adjunct; what does not depend on the victim is computed once."""

    def __init__(self, knowledge: Knowledge, adjunct: SubstanceKnowledge) -> None:
        self._knowledge = knowledge
        self._adjunct = adjunct
        self._tool = predictor(knowledge)
        self._static = Figures(knowledge, adjunct, knowledge.inhibition_rule.draws)
        self._dynamic = Figures(knowledge, adjunct, knowledge.inhibition_rule.courses)
        self._activities = activities(knowledge, self._static)
        self._courses = Courses(knowledge, self._dynamic)

    def all(self, victims: Sequence[tuple[Medicine, Course]]) -> Iterable[VictimRow]:
        """The rows, all victims of one course simulated together."""
        found = {course: self._changes(victims, course) for course in COURSES}
        for medicine, course in victims:
            yield self._row(medicine, course, found[course].get(medicine.id))

    def _changes(self, victims: Sequence[tuple[Medicine, Course]], course: Course) -> dict[str, Changes]:
        able = [item for item, own in victims if own == course and self._why_not(item, dynamic=True) is None]
        if not able:
            return {}
        found = self._courses.ratios([self._drawn(item, self._dynamic) for item in able], course)
        return {item.id: changes for item, changes in zip(able, found, strict=True)}

    def _row(self, medicine: Medicine, course: Course, changes: Changes | None) -> VictimRow:
        victim = self._tool.victim(medicine)
        seen = self._tool.ratio(victim, [self._tool.adjunct(self._adjunct)], {}, reference="same_phenotype")
        bounded = self._why_not(medicine, dynamic=False) is None
        once = course == "once"
        return VictimRow(
            medicine=medicine.id,
            name=medicine.name,
            course=course,
            shares={enzyme: _rounded(share) for enzyme, share in _centre(victim).items()},
            gut_available=_rounded(_available(victim)),
            observed_based=_observed(seen),
            static=self._told(self._bound(medicine).ratio) if bounded else None,
            dynamic=self._told(changes.auc) if changes else None,
            cmax=self._told(changes.cmax) if changes and once else None,
            half_life=self._told(changes.half_life) if changes and once else None,
            unknown=self._why_not(medicine, dynamic=True),
            no_observed=None if _observed(seen) or not victim.weight else NO_STUDY,
        )

    def _why_not(self, medicine: Medicine, *, dynamic: bool) -> str | None:
        """Why a mechanistic model has no figure: no enzyme, no constant of one of them, no half-life for a course."""
        victim = self._tool.victim(medicine)
        if not victim.weight:
            return NO_ENZYME
        known = {str(item) for item in self._courses.enzymes} if dynamic else {str(e) for e, _ in self._activities}
        lacking = [name for name in victim.weight if name not in known]
        if lacking:
            return f"No constant of {self._adjunct.substance.name} is known for {', '.join(lacking)}."
        return NO_HALF_LIFE if dynamic and self._half_life(medicine) is None else None

    def _bound(self, medicine: Medicine) -> StaticRatio:
        drawn = self._drawn(medicine, self._static)
        liver = {
            str(enzyme): self._activities.get((enzyme, "liver"), self._activities.get((enzyme, "gut"), 1.0))
            for enzyme in drawn.shares
        }
        shares = {str(enzyme): share for enzyme, share in drawn.shares.items()}
        gut = self._activities.get((Enzyme(GUT_ENZYME), "gut"), 1.0)
        return static_ratio(shares, 1.0 / (1.0 + drawn.gut_odds), liver, gut)

    def _drawn(self, medicine: Medicine, figures: Figures) -> VictimDraws:
        """The victim as the observed interactions have it, in draws."""
        victim, own = self._tool.victim(medicine), self._knowledge.victim_kinetics.get(medicine.id)
        weights = {Enzyme(name): figures.drawn(b, f"{medicine.id}/weight/{name}") for name, b in victim.weight.items()}
        total = 1.0 + sum(weights.values(), np.zeros(figures.count))
        nothing = np.zeros(figures.count)
        rate = from_range(*(own.absorption_per_h if own else figures.rule.absorption_per_h))
        half_life = self._half_life(medicine)
        odds = figures.drawn(victim.extraction, f"{medicine.id}/extraction")
        return VictimDraws(
            shares={enzyme: weight / total for enzyme, weight in weights.items()},
            gut_odds=nothing if victim.gut is None else figures.drawn(victim.gut, f"{medicine.id}/gut"),
            extraction=odds / (1.0 + odds),
            absorption_per_h=figures.drawn(rate, f"{medicine.id}/absorption"),
            half_life_h=nothing if half_life is None else figures.drawn(half_life, f"{medicine.id}/half_life"),
        )

    def _half_life(self, medicine: Medicine) -> Belief | None:
        own, known = self._knowledge.victim_kinetics.get(medicine.id), medicine.half_life_h
        if own is not None:
            return from_range(*own.half_life_h)
        if known is None:
            return None
        middle = [value for value in (known.typical, known.low, known.high) if value is not None]
        fold = self._knowledge.inhibition_rule.half_life_fold
        if known.low is not None and known.high is not None:
            return from_range(known.low, known.high)
        return from_range(middle[0] / fold, middle[0] * fold) if middle else None

    def _told(self, draws: Floats) -> Ratio:
        tail = (1.0 - self._static.rule.interval) / 2.0
        low, median, high = (_rounded(float(np.quantile(draws, level))) for level in (tail, 0.5, 1.0 - tail))
        return Ratio(median=median, interval=(low, high))


def _observed(found: RatioPrediction) -> Ratio | None:
    if found.estimate is None or found.interval is None or found.kind == "no shared enzyme":
        return None
    low, high = found.interval
    return Ratio(median=_rounded(found.estimate), interval=(_rounded(low), _rounded(high)))


def _centre(victim: Victim) -> dict[Enzyme, float]:
    weights = {name: math.exp(belief.mean) for name, belief in victim.weight.items()}
    return {Enzyme(name): weight / (1.0 + sum(weights.values())) for name, weight in weights.items()}


def _available(victim: Victim) -> float:
    return 1.0 if victim.gut is None else 1.0 / (1.0 + math.exp(victim.gut.mean))


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
