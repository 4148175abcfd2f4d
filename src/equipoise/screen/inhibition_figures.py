"""What an adjunct's constants and concentrations are believed to be, as draws: out of the records, none made up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.inhibition import InhibitionRule, Organ
from equipoise.model.kinetics import Analyte, KineticFit, KineticModel, KineticStudy
from equipoise.model.schedule import Floats
from equipoise.model.substance import InVitroConstant
from equipoise.model.terms import Enzyme
from equipoise.pharmacology.interaction.parts import Belief
from equipoise.pharmacology.mechanistic import Constants
from equipoise.pharmacology.occupancy import from_range, of_affinity
from equipoise.pharmacology.population.draws import normals
from equipoise.pharmacology.summaries.blocks import blocks
from equipoise.pharmacology.summaries.fitted import fitted_population, fitted_system

NM_IN_UM, NMOL_IN_MG, MINUTES_IN_HOUR = 1000.0, 1e6, 60.0
IC50_OVER_KI = 2.0
"""Of a competitor at a substrate concentration of one Km."""


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What one constituent does to one enzyme in one organ: unbound constants as draws."""

    constituent: str
    enzyme: Enzyme
    organ: Organ
    constants: Constants

    @property
    def place(self) -> tuple[Enzyme, Organ]:
        """The enzyme in its organ."""
        return self.enzyme, self.organ


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """A constituent on its way to the enzymes, each as draws (count,): what reaches the gut wall, fractions, the peak.

    `ka_per_h`: of its absorption. `values`: the parameters of its kinetics.
    """

    analyte: Analyte
    amount_nmol: float
    ka_per_h: Floats
    absorbed: Floats
    unbound: Floats
    blood_over_plasma: Floats
    peak_nm: Floats


class Figures:
    """The figures of one adjunct in `count` draws; the same seed gives the same ones, whatever else is drawn."""

    def __init__(self, knowledge: Knowledge, adjunct: SubstanceKnowledge, count: int) -> None:
        self.rule: InhibitionRule = knowledge.inhibition_rule
        self.count = count
        self._knowledge = knowledge
        self._adjunct = adjunct

    def drawn(self, belief: Belief, name: str) -> Floats:
        """The draws of a log-normal belief."""
        return np.exp(belief.mean + belief.sd * normals(self.rule.seed, name, 0, self.count))

    @cached_property
    def kinetics(self) -> tuple[KineticModel, KineticFit] | None:
        """The adjunct's own model and its fit; None where there is none."""
        model, fit = self._adjunct.kinetic_model, self._adjunct.kinetic_fit
        return None if model is None or fit is None else (model, fit)

    @cached_property
    def study(self) -> KineticStudy | None:
        """Whose amounts are taken."""
        scenario = self._adjunct.exposure_scenario
        studies = {item.id: item for item in self._adjunct.kinetic_studies}
        return None if scenario is None else studies[scenario.study]

    @property
    def days(self) -> int:
        """For how long the daily course goes on before it is looked at."""
        scenario = self._adjunct.exposure_scenario
        return 0 if scenario is None else scenario.days

    @cached_property
    def values(self) -> dict[str, Floats]:
        """Typical parameters of the kinetics (count,)."""
        if self.kinetics is None:
            return {}
        model, fit = self.kinetics
        known = fitted_population(model, fit).drawn_typicals(seed=self.rule.seed, first=0, count=self.count)
        system = fitted_system(model, fit)
        fixed = {name: np.full(self.count, item.value) for name, item in system.parameters.items()}
        return fixed | known

    @cached_property
    def carried(self) -> dict[str, Carried]:
        """The constituents that have constants and of which everything on the way is known, by id."""
        found = (self._carried(name) for name in self._acting)
        return {item.analyte.constituent: item for item in found if item is not None}

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Every effect of a carried constituent on an enzyme; in the gut wall too, where its constants hold as well."""
        places = dict.fromkeys((item.constituent, item.enzyme) for item in self._constants)
        return tuple(
            Effect(name, enzyme, organ, constants)
            for name, enzyme in places
            if name in self.carried
            for organ in _ORGANS
            if (constants := self._constants_at(name, enzyme, organ)) is not None
        )

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """Constituents that act on no enzyme here because nobody measured it: they can only add."""
        return tuple(name for name in self._adjunct.substance.alkaloids if name not in self.carried)

    @cached_property
    def _constants(self) -> tuple[InVitroConstant, ...]:
        return tuple(item for item in self._adjunct.in_vitro if item.left_out is None)

    @property
    def _acting(self) -> list[str]:
        return list(dict.fromkeys(item.constituent for item in self._constants))

    def _carried(self, name: str) -> Carried | None:
        if self.kinetics is None or self.study is None:
            return None
        model, fit = self.kinetics
        analyte = next((item for item in model.analytes if item.constituent == name), None)
        amounts = self.study.amount_mg.get(name)
        parts = [self._part(name, part) for part in ("absorbed", "blood_over_plasma", "unbound_in_microsomes")]
        unbound, peak = self._unbound(name), self._peak(name)
        if analyte is None or analyte.entry is None or amounts is None or unbound is None or peak is None:
            return None
        absorbed, blood, incubated = parts
        if absorbed is None or blood is None or incubated is None:
            return None
        block = blocks(fitted_system(model, fit))[analyte.output].at(self.values)
        entry = block.states.index(analyte.entry)
        return Carried(
            analyte=analyte,
            amount_nmol=math.sqrt(amounts[0] * amounts[1]) * NMOL_IN_MG / analyte.molar_mass,
            ka_per_h=-block.rates[:, entry, entry],
            absorbed=absorbed,
            unbound=np.minimum(unbound, 1.0),
            blood_over_plasma=blood,
            peak_nm=peak,
        )

    def _part(self, name: str, part: str) -> Floats | None:
        known = [item for item in self._adjunct.perpetrator_figures if (item.constituent, item.part) == (name, part)]
        found = self._ranged((item.range_90 for item in known), f"{part}/{name}")
        return found if found is None or part == "blood_over_plasma" else np.minimum(found, 1.0)

    def _unbound(self, name: str) -> Floats | None:
        known = [
            item.range_90
            for item in self._adjunct.free_fractions
            if (item.constituent, item.part) == (name, "unbound_in_plasma") and item.left_out is None
        ]
        return self._ranged(known, f"unbound/{name}")

    def _peak(self, name: str) -> Floats | None:
        """The median person's peak in the study: its range is that of few people, so a median is known better."""
        known = [
            item
            for item in self._adjunct.concentrations
            if item.constituent == name and item.occasion == "peak" and item.left_out is None
        ]
        if not known:
            return None
        belief = from_range(known[0].lowest, known[0].highest)
        return self.drawn(Belief(math.log(known[0].middle), belief.sd / math.sqrt(known[0].n)), f"peak/{name}")

    def _ranged(self, ranges: Iterable[tuple[float, float] | None], name: str) -> Floats | None:
        """Draws of the belief that holds every recorded range; None where no range is recorded."""
        known = [ends for ends in ranges if ends is not None]
        if not known:
            return None
        return self.drawn(from_range(min(low for low, _ in known), max(high for _, high in known)), name)

    def _constants_at(self, name: str, enzyme: Enzyme, organ: Organ) -> Constants | None:
        """The constants of a constituent at an enzyme, unbound; P-gp is met in the gut wall alone."""
        if enzyme is Enzyme.P_GP and organ == "liver":
            return None
        incubated = self._part(name, "unbound_in_microsomes")
        own = [item for item in self._constants if (item.constituent, item.enzyme) == (name, enzyme)]
        if incubated is None or not own:
            return None
        halves = {field: self._half(own, measure, organ) for field, measure in _HALVES.items()}
        found = {field: draws * incubated for field, draws in halves.items() if draws is not None}
        if "ki_nm" not in found and (ic50 := self._half(own, "IC50", organ)) is not None:
            found["ki_nm"] = ic50 / IC50_OVER_KI * incubated
        found |= {field: d for field, measure in _SIZES.items() if (d := self._size(own, measure, organ)) is not None}
        return Constants(**found) if found else None

    def _half(self, own: Sequence[InVitroConstant], measure: str, organ: Organ) -> Floats | None:
        known = _of_organ([item for item in own if item.measure == measure], organ)
        if not known:
            return None
        belief = of_affinity([item.value * NM_IN_UM for item in known], self.rule.laboratories)
        return self.drawn(belief, _stream(known[0]))

    def _size(self, own: Sequence[InVitroConstant], measure: str, organ: Organ) -> Floats | None:
        """A rate or a fold, with the error of its own fit."""
        known = _of_organ([item for item in own if item.measure == measure], organ)
        if not known:
            return None
        item = known[0]
        error = math.log1p(((item.spread or 0.0) / item.value) ** 2) ** 0.5
        per_hour = MINUTES_IN_HOUR if item.unit == "1/min" else 1.0
        return self.drawn(Belief(math.log(item.value * per_hour), error), _stream(item))


_ORGANS: tuple[Organ, ...] = ("gut", "liver")
_HALVES = {"ki_nm": "Ki", "inactivator_nm": "KI", "ec50_nm": "EC50"}
_SIZES = {"kinact_per_h": "kinact", "emax": "Emax"}


def _of_organ(known: Sequence[InVitroConstant], organ: Organ) -> list[InVitroConstant]:
    """Those of the organ's own tissue, else those that name none, else those of the other."""
    own = [item for item in known if item.tissue == organ]
    return own or [item for item in known if item.tissue is None] or list(known)


def _stream(item: InVitroConstant) -> str:
    """One stream for a measure in both organs: what a laboratory gets wrong it gets wrong in both."""
    return f"{item.measure}/{item.constituent}/{item.enzyme}"
