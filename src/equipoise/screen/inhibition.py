"""An adjunct's mechanistic bounds as a screening uses them, and the file that keeps them beside the records."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.pharmacology.interaction import Victim
from equipoise.pharmacology.interaction.formula import relative_exposure
from equipoise.pharmacology.interaction.parts import GUT_ENZYME
from equipoise.pharmacology.interaction.prior import ACTIVITY
from equipoise.screen.predictor import predictor

if TYPE_CHECKING:
    from equipoise.model.inhibition import InhibitionFile, VictimRow

USED = ("enzyme_turnover", "inhibition_rules")
USED_OF_SUBSTANCE = (
    "in_vitro",
    "concentrations",
    "free_fractions",
    "perpetrator_figures",
    "exposure_scenario",
    "kinetic_studies",
    "kinetic_model",
    "kinetics.json",
)
USED_BY_TABLE = ("substance", "observed_inhibition")
Left = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The static bound of one victim: the AUC ratio, or the enzymes of which no constant is known."""

    ratio: float | None
    lacking: tuple[str, ...] = ()


def ceiling(
    knowledge: Knowledge, adjunct: SubstanceKnowledge, victim: Victim, phenotypes: Mapping[str, str]
) -> Ceiling:
    """The worst case by constants measured in vitro, against the same person without the adjunct.

    Every enzyme keeps the least that is believed; the victim's shares stand at the centre of what is believed. Without
    any bound of the adjunct there is neither a ratio nor anything lacking.

    >>> from equipoise.knowledge import load_knowledge
    >>> known = load_knowledge()
    >>> adjunct, tool = known.substance("kratom"), predictor(known)
    >>> found = ceiling(known, adjunct, tool.victim(known.medicines["midazolam"]), {})
    >>> 10.0 < found.ratio < 40.0
    True
    >>> ceiling(known, adjunct, tool.victim(known.medicines["bupropion"]), {}).lacking
    ('CYP2B6',)
    """
    left = least_left(knowledge, adjunct)
    if not left or not victim.weight:
        return Ceiling(None)
    lacking = tuple(name for name in victim.weight if (name, "liver") not in left and (name, "gut") not in left)
    if lacking:
        return Ceiling(None, lacking)
    weights = {name: math.exp(belief.mean) for name, belief in victim.weight.items()}
    odds = 0.0 if victim.gut is None else math.exp(victim.gut.mean)
    before = {name: ACTIVITY[phenotypes[name]][0] for name in weights if name in phenotypes}
    # A transporter of the gut wall alone is met there and nowhere else.
    after = {name: before.get(name, 1.0) * left.get((name, "liver"), left.get((name, "gut"), 1.0)) for name in weights}
    at_gut = left.get((GUT_ENZYME, "gut"), 1.0)
    reached = relative_exposure(weights, after, gut_odds=odds, gut_activity=at_gut)
    return Ceiling(reached / relative_exposure(weights, before, gut_odds=odds, gut_activity=1.0))


@lru_cache(maxsize=8)  # the same for every chart
def least_left(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> Left:
    """The least activity that is believed to be left, by enzyme and organ; empty where the adjunct has no exposure.

    Taken as it was computed when the records were last edited, where those are still the same; else computed now.
    """
    scope = adjunct.substance.id
    kept = cast("Mapping[str, Any]", knowledge.computed_inhibition(scope))
    if kept and kept["inputs"] == bound_inputs(knowledge, scope):
        return {(row["enzyme"], row["organ"]): row["least"] for row in kept["bounds"]}
    if adjunct.exposure_scenario is None:
        return {}
    # Sampling needs NumPy, which a screening otherwise does without.
    from equipoise.screen.inhibition_bounds import bounds
    from equipoise.screen.inhibition_figures import Figures

    figures = Figures(knowledge, adjunct, knowledge.inhibition_rule.draws)
    return {(str(row.enzyme), row.organ): row.least for row in bounds(knowledge, figures)}


def bound_inputs(knowledge: Knowledge, scope: str) -> str:
    """A hash of everything that the bounds follow from."""
    return knowledge.hash_of([*(("", name) for name in USED), *((scope, name) for name in USED_OF_SUBSTANCE)])


def table_inputs(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> str:
    """A hash of everything that the rows follow from: the bounds, and what is known of every victim in the table."""
    from equipoise.screen.inhibition_rows import victims_of

    tool, scope = predictor(knowledge), adjunct.substance.id
    told = [
        (tool.victim(item), course, item.name, item.half_life_h, knowledge.victim_kinetics.get(item.id))
        for item, course in victims_of(knowledge, adjunct)
    ]
    parts = [bound_inputs(knowledge, scope), knowledge.hash_of((scope, name) for name in USED_BY_TABLE)]
    text = json.dumps([*parts, repr(tool.adjunct(adjunct)), repr(told)])
    return hashlib.sha256(text.encode()).hexdigest()


def kept_rows(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> tuple[VictimRow, ...] | None:
    """The table as it was computed when the records were last edited; None where it is of other records."""
    from equipoise.model.inhibition import VictimRow

    kept = cast("Mapping[str, Any]", knowledge.computed_inhibition(adjunct.substance.id))
    if not kept or kept["table_inputs"] != table_inputs(knowledge, adjunct):
        return None
    return tuple(VictimRow.model_validate(row) for row in kept["rows"])


def inhibition_file(
    knowledge: Knowledge, adjunct: SubstanceKnowledge, *, date: dt.date, versions: Mapping[str, str]
) -> InhibitionFile:
    """The content of an adjunct's `inhibition.json`, computed anew."""
    from equipoise.model.inhibition import InhibitionFile
    from equipoise.screen.inhibition_bounds import bounds
    from equipoise.screen.inhibition_figures import Figures
    from equipoise.screen.inhibition_rows import victim_rows, victims_of

    rule = knowledge.inhibition_rule
    return InhibitionFile(
        inputs=bound_inputs(knowledge, adjunct.substance.id),
        table_inputs=table_inputs(knowledge, adjunct),
        date=date,
        seed=rule.seed,
        versions=dict(versions),
        bounds=bounds(knowledge, Figures(knowledge, adjunct, rule.draws)),
        rows=victim_rows(knowledge, adjunct, victims_of(knowledge, adjunct)),
    )
