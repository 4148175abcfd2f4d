"""What a plan is held against: the dossier, the adjunct's kinetics, the instruments' windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from equipoise.model.terms import Outcome

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge
    from equipoise.knowledge.substance_knowledge import SubstanceKnowledge
    from equipoise.model.dossier import Dossier
    from equipoise.model.kinetics import KineticFigure, LogPrior

HOURS = 24.0
HALF_LIVES = 5


@dataclass(frozen=True, slots=True)
class LongestHalfLife:
    """The longest half-life of people's blood that was published for what carries over; `record`: where it stands."""

    hours: float
    analyte: str
    record: str

    @property
    def fades_days(self) -> float:
        """Five of them, in days: about 3 % of a level is left."""
        return HALF_LIVES * self.hours / HOURS

    @property
    def told(self) -> str:
        """The days with the figure and the record that they come from."""
        figure = f"{HALF_LIVES} half-lives of {self.hours:g} h"
        return f"{self.fades_days:.1f} d ({figure}, record {self.record} of {self.analyte})"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. None and empty: not known, which is never 'no objection'.

    `recall_days`: by instrument. `half_life`: of the effect's build-up, as a belief in days, with what it rests on.
    `outcome`, `reasons`: of the dossier; None where the plan is drawn up without one.
    """

    half_life: LongestHalfLife | None = None
    build_up: LogPrior | None = None
    recall_days: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()


def facts(dossier: Dossier | None, substance: str, knowledge: Knowledge) -> Facts:
    """The facts of the records and of the dossier."""
    records = knowledge.substance(substance)
    fit = records.kinetic_fit
    known = {name: item.recall_days for name, item in knowledge.instruments.items() if item.recall_days is not None}
    return Facts(
        half_life=_longest(records),
        build_up=None if fit is None else fit.hand_over.half_life_days,
        recall_days=MappingProxyType(known),
        outcome=None if dossier is None else dossier.outcome,
        reasons=() if dossier is None else dossier.reasons,
    )


def _longest(records: SubstanceKnowledge) -> LongestHalfLife | None:
    model = records.kinetic_model
    if model is None:
        return None
    analyte = model.carry_over.analyte
    each = [(hours, item) for item in records.kinetic_figures if (hours := _hours(item, analyte)) is not None]
    if not each:
        return None
    hours, record = max(each, key=lambda pair: pair[0])
    return LongestHalfLife(hours, analyte, record.id)


def _hours(item: KineticFigure, analyte: str) -> float | None:
    """The half-life that a figure gives for a group of people; single people are not what a rule is made of."""
    if item.analyte != analyte or item.quantity != "half_life" or item.left_out is not None:
        return None
    return item.value if item.value is not None else item.high
