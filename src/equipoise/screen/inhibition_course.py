"""The dynamic model of one adjunct and many victims: records into a system, its parameters and its doses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

import numpy as np

from equipoise.knowledge import Knowledge
from equipoise.model.inhibition import Course, Organ
from equipoise.model.schedule import Floats
from equipoise.model.terms import Enzyme
from equipoise.pharmacology.interaction.parts import GUT_ENZYME
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.mechanistic import Acting, Driver, dynamic_system
from equipoise.pharmacology.mechanistic.dynamic import LUMEN, activity_output, parameters_of
from equipoise.pharmacology.mechanistic.restricted import part_of
from equipoise.pharmacology.summaries.fitted import fitted_system
from equipoise.screen.inhibition_bounds import kdeg_draws
from equipoise.screen.inhibition_figures import Carried, Effect, Figures

DAY_H: Final = 24.0
AFTER_H: Final[Mapping[Course, float]] = {"once": 96.0, "daily": 40.0 * DAY_H}
"""How long the victim is followed: some half-lives of a probe, and of the slowest antidepressant."""
SEEN_H: Final = np.concatenate([np.arange(0.0, 6.0, 0.1), np.arange(6.0, 12.5, 0.5)])
"""Times after the dose at which peaks are looked for and, from the last six hours, half-lives are read."""
HALF_LIFE_FROM_H, HALF_LIFE_TO_H = 6.0, 12.0
PGP: Final = Enzyme.P_GP


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Ratios of a victim with over without, as draws (count,): area, peak, half-life."""

    auc: Floats
    cmax: Floats
    half_life: Floats


@dataclass(frozen=True, slots=True, eq=False)
class VictimDraws:
    """A victim in draws (count,): shares of clearance by enzyme, odds of loss in the gut wall, extraction, rates."""

    shares: Mapping[Enzyme, Floats]
    gut_odds: Floats
    extraction: Floats
    absorption_per_h: Floats
    half_life_h: Floats


class Courses:
    """The dynamic model of one adjunct: one system for all victims, whose shares of an enzyme may be 0."""

    def __init__(self, knowledge: Knowledge, figures: Figures) -> None:
        self._knowledge = knowledge
        self._figures = figures

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What the model holds: enzymes whose turnover is known where they are inactivated, and no transporter."""
        return tuple(item for item in self._figures.effects if item.enzyme is not PGP and self._turnover_known(item))

    @property
    def enzymes(self) -> tuple[Enzyme, ...]:
        """Enzymes of the liver that something acts on."""
        return tuple(dict.fromkeys(item.enzyme for item in self.effects if item.organ == "liver"))

    @cached_property
    def system(self) -> System:
        """Adjunct, enzymes and a victim."""
        enzymes = [str(item) for item in self.enzymes]
        return dynamic_system(self._perpetrator, self._drivers, self._acting, enzymes=enzymes, gut_enzyme=GUT_ENZYME)

    def ratios(self, victims: Sequence[VictimDraws], course: Course) -> tuple[Changes, ...]:
        """What the course does to each victim."""
        start = self._start(course)
        wanted = [Reduction(name, "auc") for name in ("victim", "control")]
        times = np.append(start + SEEN_H, start + AFTER_H[course])
        found = simulate(
            self.system,
            self._events(course),
            times,
            parameters=self._parameters(victims),
            outputs=("victim", "control"),
            reduce=wanted,
            table=True,
        )
        with_it, without = (found.values[name][:, : SEEN_H.size] for name in ("victim", "control"))
        auc = found.reduced[wanted[0]] / found.reduced[wanted[1]]
        cmax = with_it.max(axis=1) / without.max(axis=1)
        half_life = _decay(without) / _decay(with_it)
        return tuple(
            Changes(*parts)
            for parts in zip(*(np.split(item, len(victims)) for item in (auc, cmax, half_life)), strict=True)
        )

    def activity(self, enzyme: Enzyme, organ: Organ, times: Floats) -> Floats:
        """An enzyme's activity after one serving: (draws, times)."""
        name = activity_output(str(enzyme), organ)
        nobody = np.zeros(self._figures.count)
        still = VictimDraws({}, nobody, nobody + 0.3, nobody + 1.0, nobody + 1.0)
        found = simulate(
            self.system, self._events("once"), times, parameters=self._parameters([still]), outputs=(name,)
        )
        return found.values[name]

    def _turnover_known(self, item: Effect) -> bool:
        known = item.constants
        needed = known.inactivates or known.induces
        return not needed or kdeg_draws(self._knowledge, self._figures, item.enzyme, item.organ) is not None

    @cached_property
    def _carried(self) -> list[Carried]:
        names = dict.fromkeys(item.constituent for item in self.effects)
        return [self._figures.carried[name] for name in names]

    @cached_property
    def _base(self) -> dict[str, Any]:
        if self._figures.kinetics is None:
            raise LookupError("the adjunct has no fitted kinetics")
        return part_of(fitted_system(*self._figures.kinetics), [item.analyte.output for item in self._carried])

    @property
    def _perpetrator(self) -> dict[str, Any]:
        """The adjunct's own system, with the fractions and flows that carry it to the enzymes."""
        parameters = {name: {"value": 1.0, "unit": unit} for name, unit in self._way_units().items()}
        return {**self._base, "parameters": {**self._base["parameters"], **parameters}, "outputs": {}}

    def _way_units(self) -> dict[str, str]:
        units = {"Q_GUT": "L/h", "Q_LIVER": "L/h"}
        for item in self._carried:
            name = item.analyte.constituent
            units |= {f"{part}_{name}": "1" for part in ("FREE", "ABSORBED", "BLOOD")}
            units[f"MOLAR_{name}"] = "mg/nmol"
        return units

    @property
    def _drivers(self) -> list[Driver]:
        return [self._driver(item) for item in self._carried]

    def _driver(self, item: Carried) -> Driver:
        name, base = item.analyte.constituent, self._base
        entering = f"ABSORBED_{name}*(-({base['rates'][str(item.analyte.entry)]}))/MOLAR_{name}"
        plasma = base["outputs"][item.analyte.output]["expression"]
        return Driver(
            name=name,
            gut=f"{entering}/Q_GUT",
            liver=f"FREE_{name}*({plasma} + {entering}/(Q_LIVER*BLOOD_{name}))",
        )

    @property
    def _acting(self) -> list[Acting]:
        return [Acting(item.constituent, str(item.enzyme), item.organ, item.constants) for item in self.effects]

    def _parameters(self, victims: Sequence[VictimDraws]) -> dict[str, Floats]:
        count = len(victims)
        mine = {name: np.tile(np.broadcast_to(value, self._figures.count), count) for name, value in self._own.items()}
        theirs = {
            "GUT_ODDS": [item.gut_odds for item in victims],
            "EXTRACTION": [item.extraction for item in victims],
            "KA_VICTIM": [item.absorption_per_h for item in victims],
            "K_VICTIM": [np.log(2.0) / item.half_life_h for item in victims],
        }
        nothing = np.zeros(self._figures.count)
        theirs |= {f"FM_{name}": [item.shares.get(name, nothing) for item in victims] for name in self.enzymes}
        return mine | {name: np.concatenate(parts) for name, parts in theirs.items()}

    @cached_property
    def _own(self) -> dict[str, Any]:
        """Everything but the victim, as draws or numbers."""
        rule, figures = self._figures.rule, self._figures
        found: dict[str, Any] = {
            name: value for name, value in figures.values.items() if name in self.system.parameters
        }
        found |= {"Q_GUT": rule.enterocyte_flow_l_h, "Q_LIVER": rule.liver_flow_l_h}
        for item in self._carried:
            name = item.analyte.constituent
            found |= {f"FREE_{name}": item.unbound, f"ABSORBED_{name}": item.absorbed}
            found |= {f"BLOOD_{name}": item.blood_over_plasma, f"MOLAR_{name}": item.analyte.molar_mass * 1e-6}
        found |= parameters_of(self._acting)
        for effect in self.effects:
            name = f"KDEG_{effect.enzyme}_{effect.organ}"
            if name in self.system.parameters:
                found[name] = kdeg_draws(self._knowledge, figures, effect.enzyme, effect.organ)
        return found

    def _start(self, course: Course) -> float:
        """When the victim is given: with the only serving, or with one of many."""
        return 0.0 if course == "once" else DAY_H * self._figures.days

    def _events(self, course: Course) -> Events:
        servings = 1 if course == "once" else round((self._start(course) + AFTER_H[course]) / DAY_H)
        rows = [
            (0.0, item.amount_nmol * item.analyte.molar_mass * 1e-6, str(item.analyte.entry), servings - 1)
            for item in self._carried
        ]
        rows.append((self._start(course), 1.0, LUMEN, 0))
        rows.sort(key=lambda row: row[0])
        columns = dict(zip(("TIME", "AMT", "CMT", "ADDL"), zip(*rows, strict=True), strict=True))
        repeats = [DAY_H if more else 0.0 for more in cast("tuple[int, ...]", columns["ADDL"])]
        return Events.of({**columns, "II": repeats}, self.system)


def _decay(course: Floats) -> Floats:
    """The rate at which a course falls in the hours from which a half-life is read: (subjects,)."""
    first, last = (int(np.argmin(np.abs(SEEN_H - hour))) for hour in (HALF_LIFE_FROM_H, HALF_LIFE_TO_H))
    return np.log(course[:, first] / course[:, last]) / (HALF_LIFE_TO_H - HALF_LIFE_FROM_H)


def turned_over(knowledge: Knowledge, figures: Figures, hours: float) -> dict[str, tuple[Floats, Floats]]:
    """Of each enzyme pool that is inactivated or induced: times (h) after one serving, activity (draws, times)."""
    courses = Courses(knowledge, figures)
    times = np.linspace(0.0, hours, 241)
    turned = (item for item in courses.effects if item.constants.inactivates or item.constants.induces)
    places = dict.fromkeys(item.place for item in turned)
    return {f"{enzyme} {organ}": (times, courses.activity(enzyme, organ, times)) for enzyme, organ in places}
