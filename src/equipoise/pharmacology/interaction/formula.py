"""The formula: exposure of a victim in one state of its enzymes, relative to the usual state.

oral          AUC ~ 1 / r  x  (1 + q) / (1 + q f)      r = (1 + sum w f) / (1 + sum w)
intravenous   AUC ~ E + (1 - E) / r                     (well-stirred liver: blood flow bounds what an enzyme can do)

w: weight of an enzyme against the clearance that no enzyme of the list carries; f: its activity relative to usual;
q: odds of loss in the gut wall, by CYP3A4 alone; E: hepatic extraction. With q = 0 this is the contribution-inhibition
formula, CR = w / (1 + sum w). An enzyme's activity is f = A (1 + I) / (1 + sum K); for a victim that induces the enzyme
itself, I0, the usual state is the induced one: f = A (1 + max(I, I0)) / (1 + I0) / (1 + sum K).

Source: tod_2011 (contribution and inhibition ratios); tod_2c19_2013 (with genotype).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from equipoise.pharmacology.interaction.parts import GUT_ENZYME, Route


def enzyme_change(strengths: Iterable[float], inductions: Iterable[float], *, own: float = 0.0) -> float:
    """Factor on an enzyme's activity: (1 + strongest induction) / (1 + sum of inhibition strengths).

    Strengths add because both reversible competitors for one site (I/Ki) and inactivators of one enzyme pool
    (kobs/kdeg) do; multiplying the remaining activities would count the same site twice. Inducers work through the same
    receptors, which saturate: the strongest decides. For the same reason a victim that itself induces the enzyme (`own`
    as I) has used up that much already: what is left is relative to its own induced state.

    >>> enzyme_change([4.0, 5.0], [])
    0.1
    >>> enzyme_change([], [2.0, 1.0])
    3.0
    >>> enzyme_change([], [2.0], own=0.5), enzyme_change([], [2.0], own=3.0)
    (2.0, 1.0)
    """
    return (1.0 + max([own, *inductions])) / (1.0 + own) / (1.0 + sum(sorted(strengths)))


def relative_exposure(
    weights: Mapping[str, float],
    activity: Mapping[str, float],
    *,
    gut_odds: float = 0.0,
    gut_activity: float | None = None,
    extraction: float = 0.0,
    route: Route = "oral",
) -> float:
    """AUC in this state of the enzymes over AUC with all of them at 1. Enzymes not named in `activity` are at 1.

    `gut_activity`: of the enzyme in the gut wall, where it is not that of the liver.

    >>> relative_exposure({"CYP2D6": 9.0}, {"CYP2D6": 0.0})
    10.0
    """
    clearance = 1.0 + sum(weight * activity.get(enzyme, 1.0) for enzyme, weight in weights.items())
    inverse = (1.0 + sum(weights.values())) / clearance
    if route == "intravenous":
        return extraction + (1.0 - extraction) * inverse
    at_gut = activity.get(GUT_ENZYME, 1.0) if gut_activity is None else gut_activity
    return inverse * (1.0 + gut_odds) / (1.0 + gut_odds * at_gut)
