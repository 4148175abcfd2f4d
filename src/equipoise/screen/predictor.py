"""Records into predictions: medicines and adjuncts as the victims and perpetrators of the pharmacology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, cast

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.finding import Magnitude
from equipoise.model.medicine import EnzymeRole, Medicine
from equipoise.model.terms import Enzyme, EnzymeRoleKind
from equipoise.pharmacology.interaction import (
    Exposure,
    Perpetrator,
    Posterior,
    RatioPrediction,
    Reference,
    Route,
    Victim,
    predict_ratio,
)
from equipoise.pharmacology.interaction.posterior import from_mapping, perpetrator_of, victim_of
from equipoise.pharmacology.interaction.probe import ProbeEffect, effect_from_probe, joined_effect

MAX_REMEMBERED = 50_000


class Predictor:
    """Predicts AUC ratios from one record set."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        fitted = cast("Mapping[str, Any]", knowledge.fitted_interactions)
        self._posterior = from_mapping(fitted) if fitted else Posterior()
        self._adjuncts: dict[str, Perpetrator] = {}
        self._ratios: dict[tuple[object, ...], RatioPrediction] = {}

    @cached_property
    def _adjunct_of_medicine(self) -> dict[str, str]:
        substances = (self._knowledge.substance(name).substance for name in self._knowledge.substance_ids)
        return {item.medicine: item.id for item in substances if item.medicine is not None}

    def victim(self, medicine: Medicine) -> Victim:
        """The medicine as a victim: as fitted, else by its classes."""
        return victim_of(self._posterior, medicine.id, _roles(medicine.enzymes, EnzymeRoleKind.SUBSTRATE))

    def perpetrator(self, medicine: Medicine) -> Perpetrator:
        """The medicine as a perpetrator: by probe studies where it is an adjunct, as fitted, else by its classes."""
        adjunct = self._adjunct_of_medicine.get(medicine.id)
        return self._by_roles(medicine) if adjunct is None else self.adjunct(self._knowledge.substance(adjunct))

    def _by_roles(self, medicine: Medicine) -> Perpetrator:
        inhibits = _roles(medicine.enzymes, EnzymeRoleKind.INHIBITOR)
        induces = _roles(medicine.enzymes, EnzymeRoleKind.INDUCER)
        return perpetrator_of(self._posterior, medicine.id, inhibits, induces)

    def adjunct(self, records: SubstanceKnowledge) -> Perpetrator:
        """The adjunct as a perpetrator: what its probe studies saw, else the roles of its medicine record."""
        name = records.substance.id
        if name not in self._adjuncts:
            base = Perpetrator(name)
            if records.substance.medicine is not None:
                base = self._by_roles(self._knowledge.medicines[records.substance.medicine])
            seen = [(item.enzyme, item.probe, item.auc_ratio, item.interval_90) for item in records.observed_inhibition]
            self._adjuncts[name] = self._with_probes(base, seen)
        return self._adjuncts[name]

    def _with_probes(
        self, base: Perpetrator, seen: Iterable[tuple[Enzyme, str, float, tuple[float, float]]]
    ) -> Perpetrator:
        effects: dict[str, list[ProbeEffect]] = {}
        for enzyme, probe, ratio, (low, high) in seen:
            effect = effect_from_probe(self.victim(self._knowledge.medicines[probe]), enzyme, ratio, low, high)
            effects.setdefault(str(enzyme), []).append(effect)
        # A measured effect replaces what the class says, in whichever direction it went.
        inhibition = {enzyme: belief for enzyme, belief in base.inhibition.items() if enzyme not in effects}
        induction = {enzyme: belief for enzyme, belief in base.induction.items() if enzyme not in effects}
        for enzyme, found in effects.items():
            joined = joined_effect(found)
            (induction if joined.induces else inhibition)[enzyme] = joined.belief
        return Perpetrator(base.id, inhibition, induction)

    def ratio(
        self,
        victim: Victim,
        perpetrators: Sequence[Perpetrator],
        phenotypes: Mapping[str, str],
        *,
        route: Route = "oral",
        reference: Reference = "normal_metaboliser",
    ) -> RatioPrediction:
        """The AUC ratio of a victim under all perpetrators at once."""
        who = tuple(item.id for item in perpetrators)
        key = (victim.id, who, tuple(sorted(phenotypes.items())), route, reference)
        if key not in self._ratios:
            if len(self._ratios) >= MAX_REMEMBERED:
                self._ratios.clear()
            exposures = [Exposure(item) for item in perpetrators]
            self._ratios[key] = predict_ratio(
                self._posterior, victim, exposures, phenotypes=phenotypes, route=route, reference=reference
            )
        return self._ratios[key]


def _roles(roles: Iterable[EnzymeRole], kind: EnzymeRoleKind) -> dict[str, str]:
    return {str(role.enzyme): str(role.strength) for role in roles if role.role is kind}


@lru_cache(maxsize=8)
def predictor(knowledge: Knowledge) -> Predictor:
    """The predictor of a record set, built once."""
    return Predictor(knowledge)


def magnitude(
    prediction: RatioPrediction, *, floor: float | None = None, ceiling: float | None = None
) -> Magnitude | None:
    """The prediction in the vocabulary's words; None where nobody knows."""
    if prediction.estimate is None or prediction.interval is None:
        return None
    low, high = prediction.interval
    touched = [item for item in prediction.enzymes if item.change != 1.0 or item.activity != 1.0]
    return Magnitude(
        estimate=prediction.estimate,
        interval=(low, high),
        kind=prediction.kind,
        enzymes=tuple(Enzyme(item.enzyme) for item in touched),
        floor=floor,
        ceiling=ceiling,
    )
