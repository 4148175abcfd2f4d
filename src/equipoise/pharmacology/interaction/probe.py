"""From a probe study back to the strength that explains it: how an adjunct becomes a perpetrator."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from equipoise.pharmacology.interaction.formula import enzyme_change, relative_exposure
from equipoise.pharmacology.interaction.parts import Belief, Victim

Z90: Final = 1.6448536269514722
_LOWEST, _HIGHEST = -9.0, 9.0
# A ratio this close to 1 cannot be told from no effect; below it the strength has no lower end on a log scale.
_SEEN: Final = 1.01
_SD_MIN: Final = 0.05


@dataclass(frozen=True, slots=True)
class ProbeEffect:
    """What a probe study says of a perpetrator at one enzyme: the strength (log K or log I), and its direction."""

    belief: Belief
    induces: bool


def effect_from_probe(victim: Victim, enzyme: str, ratio: float, low: float, high: float) -> ProbeEffect:
    """The strength that explains a probe's AUC ratio and its 90 % interval: inhibition at or above 1, else induction.

    A ratio of about 1 gives an inhibition too small to see, whose upper 95 % point explains `high`.
    Raises `ValueError` where 0 < low <= ratio <= high does not hold, or the probe is no substrate of the enzyme.

    >>> probe = Victim("midazolam", {"CYP3A4": Belief(2.4, 0.2)}, gut=Belief(0.0, 0.3))
    >>> weak = effect_from_probe(probe, "CYP3A4", 1.39, 1.23, 1.57)
    >>> round(math.exp(weak.belief.mean), 2), weak.induces
    (0.27, False)
    >>> effect_from_probe(probe, "CYP3A4", 0.45, 0.35, 0.58).induces
    True

    Source: tanna_2023 (the kratom probes); tod_2011 (the formula).
    """
    if not 0 < low <= ratio <= high:
        raise ValueError(f"ratio {ratio} with interval {low} to {high}: expected 0 < low <= ratio <= high")
    if enzyme not in victim.weight:
        raise ValueError(f"{victim.id} is no substrate of {enzyme}, so it cannot be its probe")
    induces = high < 1.0
    near, centre, far = (
        (1 / high, 1 / ratio, 1 / low) if induces else (low, max(ratio, _SEEN), max(high, 2 * _SEEN - 1))
    )
    strength = _strength(victim, enzyme, centre, induces=induces)
    upper = _strength(victim, enzyme, far, induces=induces)
    reach = upper - strength
    if near > _SEEN:
        reach = max(reach, strength - _strength(victim, enzyme, near, induces=induces))
    return ProbeEffect(Belief(strength, max(reach / Z90, _SD_MIN), 1), induces)


def joined_effect(found: Sequence[ProbeEffect]) -> ProbeEffect:
    """What several probe studies of one enzyme say together: their mean, and a spread that holds their disagreement.

    Products differ in content, so a new one may lie anywhere between the studies: the spread does not shrink with their
    number. Where they disagree about the direction, the one with the larger effect decides it: no effect is no evidence
    against one.

    >>> both = joined_effect([ProbeEffect(Belief(0.0, 0.1, 1), True), ProbeEffect(Belief(1.0, 0.1, 1), True)])
    >>> both.belief.mean, round(both.belief.sd, 2), both.belief.observations
    (0.5, 0.71, 2)
    """
    strongest = max(found, key=lambda item: item.belief.mean)
    agreeing = [item.belief for item in found if item.induces is strongest.induces]
    mean = sum(item.mean for item in agreeing) / len(agreeing)
    within = sum(item.sd**2 for item in agreeing) / len(agreeing)
    between = sum((item.mean - mean) ** 2 for item in agreeing) / max(len(agreeing) - 1, 1)
    return ProbeEffect(Belief(mean, math.sqrt(within + between), len(agreeing)), strongest.induces)


def _strength(victim: Victim, enzyme: str, fold: float, *, induces: bool) -> float:
    """The log strength whose ratio is `fold` (inhibition) or 1 / `fold` (induction), by bisection: it is monotone."""
    weights = {name: math.exp(belief.mean) for name, belief in victim.weight.items()}
    gut = math.exp(victim.gut.mean) if victim.gut else 0.0

    def reached(log_strength: float) -> float:
        strength = math.exp(log_strength)
        change = enzyme_change([], [strength]) if induces else enzyme_change([strength], [])
        exposure = relative_exposure(weights, {enzyme: change}, gut_odds=gut)
        return 1 / exposure if induces else exposure

    return _bisect(reached, fold)


def _bisect(rising: Callable[[float], float], wanted: float) -> float:
    low, high = _LOWEST, _HIGHEST
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return 0.5 * (low + high)
