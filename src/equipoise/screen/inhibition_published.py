"""Ratios that others calculated, computed anew from the inputs that they printed; and how far the rest is a guess."""

from __future__ import annotations

import math
from dataclasses import dataclass

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.inhibition import Organ, PublishedRatio
from equipoise.model.terms import Enzyme
from equipoise.pharmacology.interaction.parts import GUT_ENZYME
from equipoise.pharmacology.mechanistic import Constants, Present, remaining_activity, static_ratio
from equipoise.screen.inhibition_figures import MINUTES_IN_HOUR, NM_IN_UM
from equipoise.screen.predictor import predictor


@dataclass(frozen=True, slots=True)
class Check:
    """One published ratio and ours. `computed`: the least and greatest that the printed inputs allow.

    `agrees`: the printed digits lie within; None where the figure itself gave the concentration, so that nothing is
    left to be checked. `inlet_nm`: the concentration that was taken, where it was not printed.
    """

    record: PublishedRatio
    computed: tuple[float, float]
    agrees: bool | None
    inlet_nm: tuple[float, float] | None = None


def checks(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> tuple[Check, ...]:
    """Every published ratio: those of a basic model by their formula; a probe's with what another probe's implies.

    A probe whose enzyme is inhibited reversibly alone gives the inlet concentration that its authors must have used. At
    that concentration the other probes are computed, with their shares as the observed interactions have them.
    """
    basic = [_basic(item) for item in adjunct.published_ratios if item.basic]
    of_probes = [item for item in adjunct.published_ratios if not item.basic]
    implied = next((ends for item in of_probes if (ends := _implied_inlet(knowledge, item)) is not None), None)
    if implied is None:
        return tuple(basic)
    return (*basic, *(_at_inlet(knowledge, adjunct, item, implied) for item in of_probes))


def _basic(item: PublishedRatio) -> Check:
    levels = (item.gut_nm if item.organ == "gut" else item.inlet_nm) or (0.0, 0.0)
    low, high = (1.0 + level / ((item.ki_um or math.inf) * NM_IN_UM) for level in levels)
    return Check(item, (low, high), _within(item.printed, (low, high)))


def _within(printed: str, ends: tuple[float, float]) -> bool:
    """Whether a printed number, which stands for all that round to it, meets a range."""
    low, high = _rounded_from(printed)
    return low <= ends[1] and ends[0] <= high


def _rounded_from(printed: str) -> tuple[float, float]:
    """What a printed number may have been before it was rounded.

    >>> _rounded_from("1.5"), _rounded_from("71")
    ((1.45, 1.55), (70.5, 71.5))
    """
    half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
    return float(printed) - half, float(printed) + half


def _implied_inlet(knowledge: Knowledge, item: PublishedRatio) -> tuple[float, float] | None:
    """The concentrations (nM) at which reversible inhibition alone gives the printed ratio of a probe."""
    if item.ki_um is None or item.probe is None:
        return None
    share = _shares(knowledge, item.probe)[item.enzyme]
    low, high = (
        item.ki_um * NM_IN_UM * (share / (1.0 / ratio - (1.0 - share)) - 1.0) for ratio in _rounded_from(item.printed)
    )
    return low, high


def _at_inlet(
    knowledge: Knowledge, adjunct: SubstanceKnowledge, item: PublishedRatio, inlet: tuple[float, float]
) -> Check:
    if item.ki_um is not None:
        return Check(item, _rounded_from(item.printed), None, inlet)
    low, high = (_probe_ratio(knowledge, adjunct, item, level) for level in inlet)
    return Check(item, (low, high), _within(item.printed, (low, high)), inlet)


def _probe_ratio(knowledge: Knowledge, adjunct: SubstanceKnowledge, item: PublishedRatio, level: float) -> float:
    """The static ratio of a probe at an inlet concentration, with its enzyme gone from the gut wall."""
    tool = predictor(knowledge)
    probe = str(item.probe)
    victim = tool.victim(knowledge.medicines[probe])
    available = 1.0 if victim.gut is None else 1.0 / (1.0 + math.exp(victim.gut.mean))
    constants = _as_printed(adjunct, item.enzyme, "liver")
    kdeg = next(
        math.sqrt(math.prod(known.range_90))
        for known in knowledge.enzyme_turnover
        if (known.enzyme, known.organ) == (item.enzyme, "liver")
    )
    left = {str(item.enzyme): remaining_activity([Present(level, constants)], kdeg)}
    gut = 0.0 if item.enzyme == GUT_ENZYME else 1.0
    shares = {str(enzyme): share for enzyme, share in _shares(knowledge, probe).items()}
    return float(static_ratio(shares, available, left, gut).ratio)


def _as_printed(adjunct: SubstanceKnowledge, enzyme: Enzyme, organ: Organ) -> Constants:
    known = {
        item.measure: item.value
        for item in adjunct.in_vitro
        if item.enzyme == enzyme and item.tissue == organ and item.left_out is None
    }
    return Constants(inactivator_nm=known["KI"] * NM_IN_UM, kinact_per_h=known["kinact"] * MINUTES_IN_HOUR)


def _shares(knowledge: Knowledge, medicine: str) -> dict[Enzyme, float]:
    victim = predictor(knowledge).victim(knowledge.medicines[medicine])
    weights = {name: math.exp(belief.mean) for name, belief in victim.weight.items()}
    return {Enzyme(name): weight / (1.0 + sum(weights.values())) for name, weight in weights.items()}
