"""The prediction: an estimate at the centre of what is believed, and a 90 % interval around it.

Every uncertain quantity is moved to its own 5 % and 95 % point in turn; the moves of the log ratio, upward and downward
apart, are combined in quadrature with the residual between studies. The quantities are treated as independent: measured
against the full covariance of the fit this widens the parameter part of a pair in the data by 14 % (median) and of a
withheld pair by 1 %, and it needs no matrix at run time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from equipoise.pharmacology.interaction.formula import enzyme_change, relative_exposure
from equipoise.pharmacology.interaction.parts import (
    Belief,
    EnzymeEffect,
    Exposure,
    Kind,
    Posterior,
    RatioPrediction,
    Reference,
    Residual,
    Route,
    Victim,
)
from equipoise.pharmacology.interaction.prior import ACTIVITY

Z90: Final = 1.6448536269514722
_Name = tuple[str, str, str]
_DOSE: Final[_Name] = ("dose", "", "")
_SINGLE: Final[_Name] = ("single", "", "")
_GUT: Final[_Name] = ("gut", "", "")
_LIVER: Final[_Name] = ("extraction", "", "")
_NORMAL: Final = Belief(1.0, 0.0)


def predict_ratio(
    posterior: Posterior,
    victim: Victim,
    exposures: Sequence[Exposure] = (),
    *,
    phenotypes: Mapping[str, str | float] | None = None,
    route: Route = "oral",
    reference: Reference = "same_phenotype",
) -> RatioPrediction:
    """The AUC ratio of `victim` under all `exposures` at once, its 90 % interval, and what it rests on.

    `phenotypes`: per enzyme PM, IM, NM, RM or UM, or its activity as a number (1 = normal, >= 0); missing means NM.
    `reference`: what the ratio is relative to, the same person or a normal metaboliser, both without perpetrators.

    >>> probe = Victim("probe", {"CYP2C19": Belief(1.5, 0.2)})
    >>> poor = predict_ratio(Posterior(), probe, phenotypes={"CYP2C19": "PM"}, reference="normal_metaboliser")
    >>> poor.kind, round(poor.estimate or 0.0, 2)
    ('phenotype only', 5.48)
    >>> predict_ratio(Posterior(), Victim("renal", {})).kind
    'unknown'
    """
    if not victim.weight:
        return RatioPrediction("unknown", None, None)
    known = {enzyme: _activity(value) for enzyme, value in (phenotypes or {}).items() if enzyme in victim.weight}
    beliefs = _beliefs(posterior, victim, exposures, known, route)

    def log_ratio(values: Mapping[_Name, float]) -> float:
        return _log_ratio(values, victim, exposures, known, route, reference)

    centre = {name: belief.mean for name, belief in beliefs.items()}
    estimate = log_ratio(centre)
    down, up = _reach(log_ratio, centre, beliefs, estimate, posterior.residual)
    kind = _kind(victim, exposures, known, reference)
    interval = (math.exp(estimate - down), math.exp(estimate + up))
    return RatioPrediction(kind, math.exp(estimate), interval, _effects(centre, victim, exposures, known))


def _beliefs(
    posterior: Posterior, victim: Victim, exposures: Sequence[Exposure], phenotypes: Mapping[str, Belief], route: Route
) -> dict[_Name, Belief]:
    """Every uncertain quantity that this prediction touches."""
    found: dict[_Name, Belief] = {("weight", "", enzyme): belief for enzyme, belief in victim.weight.items()}
    for exposure in exposures:
        perpetrator = exposure.perpetrator
        for enzyme in victim.weight:
            if enzyme in perpetrator.inhibition:
                found["inhibition", perpetrator.id, enzyme] = perpetrator.inhibition[enzyme]
            if enzyme in perpetrator.induction:
                found["induction", perpetrator.id, enzyme] = perpetrator.induction[enzyme]
    found.update({("own", "", enzyme): belief for enzyme, belief in victim.induction.items()})
    found.update({("activity", "", enzyme): belief for enzyme, belief in phenotypes.items()})
    found[_DOSE] = posterior.dose_slope
    found[_SINGLE] = posterior.single_dose
    if victim.gut is not None and route == "oral":
        found[_GUT] = victim.gut
    if route == "intravenous":
        found[_LIVER] = victim.extraction
    return found


def _log_ratio(
    values: Mapping[_Name, float],
    victim: Victim,
    exposures: Sequence[Exposure],
    phenotypes: Mapping[str, Belief],
    route: Route,
    reference: Reference,
) -> float:
    weights = {enzyme: math.exp(values["weight", "", enzyme]) for enzyme in victim.weight}
    gut = math.exp(values[_GUT]) if _GUT in values else 0.0
    extraction = _expit(values[_LIVER]) if _LIVER in values else 0.0
    before = {enzyme: max(values["activity", "", enzyme], 0.0) for enzyme in phenotypes}
    after = {e: before.get(e, 1.0) * change for e, change in _changes(values, victim, exposures).items()}
    reached = relative_exposure(weights, after, gut_odds=gut, extraction=extraction, route=route)
    usual = before if reference == "same_phenotype" else {}
    return math.log(reached / relative_exposure(weights, usual, gut_odds=gut, extraction=extraction, route=route))


def _changes(values: Mapping[_Name, float], victim: Victim, exposures: Sequence[Exposure]) -> dict[str, float]:
    """Per enzyme of the victim, the factor on its activity by all perpetrators together."""
    changes: dict[str, float] = {}
    for enzyme in victim.weight:
        strengths: list[float] = []
        inductions: list[float] = []
        for exposure in exposures:
            perpetrator = exposure.perpetrator.id
            if ("inhibition", perpetrator, enzyme) in values:
                shift = _dose_shift(values, exposure)
                strengths.append(math.exp(values["inhibition", perpetrator, enzyme] + shift))
            if ("induction", perpetrator, enzyme) in values:
                inductions.append(math.exp(values["induction", perpetrator, enzyme]))
        own = math.exp(values["own", "", enzyme]) if enzyme in victim.induction else 0.0
        changes[enzyme] = enzyme_change(strengths, inductions, own=own)
    return changes


def _dose_shift(values: Mapping[_Name, float], exposure: Exposure) -> float:
    """Change of log K by dose and by a single instead of repeated intake; a higher dose never weakens it."""
    relative = 1.0 if exposure.relative_dose is None else exposure.relative_dose
    single = values[_SINGLE] if exposure.single_dose else 0.0
    return max(values[_DOSE], 0.0) * math.log(relative) + single


def _reach(
    log_ratio: Callable[[Mapping[_Name, float]], float],
    centre: Mapping[_Name, float],
    beliefs: Mapping[_Name, Belief],
    estimate: float,
    residual: Residual,
) -> tuple[float, float]:
    """How far the log ratio's 90 % interval reaches below and above its estimate; both above 0."""
    spread = (Z90 * residual.sd(estimate)) ** 2
    down, up = spread, spread
    for name, belief in beliefs.items():
        if belief.sd == 0.0:
            continue
        moves = [log_ratio({**centre, name: belief.mean + step * Z90 * belief.sd}) - estimate for step in (-1.0, 1.0)]
        down += min(*moves, 0.0) ** 2
        up += max(*moves, 0.0) ** 2
    return math.sqrt(down), math.sqrt(up)


def _kind(
    victim: Victim, exposures: Sequence[Exposure], phenotypes: Mapping[str, Belief], reference: Reference
) -> Kind:
    shared = [(enzyme, e.perpetrator) for e in exposures for enzyme in _touched(victim, e)]
    if not shared:
        moved = reference == "normal_metaboliser" and any(belief.mean != 1.0 for belief in phenotypes.values())
        return "phenotype only" if moved else "no shared enzyme"
    of_victim = any(victim.weight[enzyme].observations for enzyme, _ in shared)
    of_perpetrator = any(
        side[enzyme].observations for enzyme, p in shared for side in (p.inhibition, p.induction) if enzyme in side
    )
    if of_victim and of_perpetrator:
        return "posterior prediction"
    return "partly prior" if of_victim or of_perpetrator else "prior only"


def _touched(victim: Victim, exposure: Exposure) -> list[str]:
    perpetrator = exposure.perpetrator
    return [enzyme for enzyme in victim.weight if enzyme in perpetrator.inhibition or enzyme in perpetrator.induction]


def _effects(
    centre: Mapping[_Name, float], victim: Victim, exposures: Sequence[Exposure], phenotypes: Mapping[str, Belief]
) -> tuple[EnzymeEffect, ...]:
    weights = {enzyme: math.exp(centre["weight", "", enzyme]) for enzyme in victim.weight}
    total = 1.0 + sum(weights.values())
    changes = _changes(centre, victim, exposures)
    return tuple(
        EnzymeEffect(enzyme, weight / total, phenotypes.get(enzyme, _NORMAL).mean, changes[enzyme])
        for enzyme, weight in weights.items()
    )


def _activity(value: str | float) -> Belief:
    if isinstance(value, str):
        if value not in ACTIVITY:
            raise ValueError(f"phenotype {value!r}: expected one of {', '.join(ACTIVITY)} or an activity as a number")
        return Belief(*ACTIVITY[value])
    if not 0.0 <= value < math.inf:
        raise ValueError(f"enzyme activity {value}: expected a number of at least 0, 1 being normal")
    return Belief(value, 0.0)


def _expit(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
