"""A posterior as plain JSON values and back, and victims and perpetrators that no study has seen.

A medicine of the fit is taken as it was fitted. Any other gets the beliefs of its classes: wide, and said to be so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from equipoise.pharmacology.interaction import prior
from equipoise.pharmacology.interaction.parts import (
    GUT_ENZYME,
    Belief,
    Perpetrator,
    Posterior,
    Residual,
    Victim,
)

_NONE: Final = Belief(0.0, 0.0)


def victim_of(posterior: Posterior, medicine: str, roles: Mapping[str, str]) -> Victim:
    """The victim as fitted, else by the classes of its substrate roles (enzyme -> sensitive, major, minor).

    Where the posterior knows the medicine as an inducer of an enzyme that clears it, the victim carries that induction.

    >>> victim_of(Posterior(), "new", {"CYP3A4": "sensitive"}).weight["CYP3A4"].observations
    0
    """
    victim = posterior.victims.get(medicine) or _by_class(posterior, medicine, roles)
    induces = posterior.perpetrators.get(medicine, Perpetrator(medicine)).induction
    return replace(victim, induction={enzyme: belief for enzyme, belief in induces.items() if enzyme in victim.weight})


def _by_class(posterior: Posterior, medicine: str, roles: Mapping[str, str]) -> Victim:
    weight = {
        enzyme: _class_belief(posterior, "substrate", roles[enzyme], centre, prior.SHARE_SD[roles[enzyme]])
        for enzyme, centre in prior.log_weights(roles).items()
    }
    return Victim(medicine, weight, gut_belief(roles, posterior.gut_available.get(medicine)), prior.EXTRACTION)


def gut_belief(roles: Mapping[str, str], available: float | None) -> Belief | None:
    """Log odds of loss in the gut wall: from the recorded available fraction (0 to 1), else by CYP3A4 class."""
    if GUT_ENZYME not in roles:
        return None
    odds = prior.GUT_ODDS[roles[GUT_ENZYME]] if available is None else (1.0 - available) / available
    return Belief(math.log(odds), prior.GUT_SD)


def perpetrator_of(
    posterior: Posterior, medicine: str, inhibits: Mapping[str, str], induces: Mapping[str, str]
) -> Perpetrator:
    """The perpetrator as fitted, else by the classes of its inhibitor and inducer roles (enzyme -> strong, ...).

    >>> fresh = perpetrator_of(Posterior(), "new", {"CYP3A4": "strong"}, {})
    >>> round(math.exp(fresh.inhibition["CYP3A4"].mean), 1)
    6.1
    """
    if medicine in posterior.perpetrators:
        return posterior.perpetrators[medicine]
    inhibition = {
        enzyme: _class_belief(
            posterior, "inhibitor", word, prior.inhibition_centre(enzyme, word), prior.INHIBITION_SD[word]
        )
        for enzyme, word in inhibits.items()
    }
    induction = {
        enzyme: Belief(prior.induction_centre(enzyme, word), prior.INDUCTION_SD) for enzyme, word in induces.items()
    }
    return Perpetrator(medicine, inhibition, induction)


def _class_belief(posterior: Posterior, role: str, word: str, centre: float, sd: float) -> Belief:
    offset = posterior.class_offset.get((role, word), _NONE)
    return Belief(centre + offset.mean, math.hypot(sd, offset.sd))


def to_mapping(posterior: Posterior) -> dict[str, Any]:
    """The posterior as values that JSON can hold; numbers to three decimals."""
    return {
        "class_offset": {f"{role} {word}": _pack(b) for (role, word), b in sorted(posterior.class_offset.items())},
        "dose_slope": _pack(posterior.dose_slope),
        "single_dose": _pack(posterior.single_dose),
        "residual": {
            "base": posterior.residual.base,
            "slope": posterior.residual.slope,
            "df": posterior.residual.df,
        },
        "gut_available": dict(sorted(posterior.gut_available.items())),
        "victims": {name: _pack_victim(victim) for name, victim in sorted(posterior.victims.items())},
        "perpetrators": {
            name: {"inhibition": _pack_all(p.inhibition), "induction": _pack_all(p.induction)}
            for name, p in sorted(posterior.perpetrators.items())
        },
    }


def from_mapping(raw: Mapping[str, Any]) -> Posterior:
    """The inverse of `to_mapping`, up to rounding.

    >>> from_mapping(to_mapping(Posterior())) == Posterior()
    True
    """
    return Posterior(
        victims={name: _unpack_victim(name, value) for name, value in raw["victims"].items()},
        perpetrators={
            name: Perpetrator(name, _unpack_all(value["inhibition"]), _unpack_all(value["induction"]))
            for name, value in raw["perpetrators"].items()
        },
        class_offset={_split(name): Belief(*value) for name, value in raw["class_offset"].items()},
        gut_available=dict(raw["gut_available"]),
        dose_slope=Belief(*raw["dose_slope"]),
        single_dose=Belief(*raw["single_dose"]),
        residual=Residual(**raw["residual"]),
    )


def _split(name: str) -> tuple[str, str]:
    role, word = name.split()
    return role, word


def _pack(belief: Belief) -> list[float]:
    return [round(belief.mean, 3), round(belief.sd, 3), belief.observations]


def _pack_all(beliefs: Mapping[str, Belief]) -> dict[str, list[float]]:
    return {enzyme: _pack(belief) for enzyme, belief in beliefs.items()}


def _unpack_all(raw: Mapping[str, Any]) -> dict[str, Belief]:
    return {enzyme: Belief(*value) for enzyme, value in raw.items()}


def _pack_victim(victim: Victim) -> dict[str, Any]:
    gut = None if victim.gut is None else _pack(victim.gut)
    return {"weight": _pack_all(victim.weight), "gut": gut, "extraction": _pack(victim.extraction)}


def _unpack_victim(name: str, raw: Mapping[str, Any]) -> Victim:
    gut = None if raw["gut"] is None else Belief(*raw["gut"])
    return Victim(name, _unpack_all(raw["weight"]), gut, Belief(*raw["extraction"]))
