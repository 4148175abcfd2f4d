"""What the regulatory words mean in numbers, before any ratio was observed.

A strength is a statement about a ratio ("a strong inhibitor raises a sensitive substrate at least 5-fold"). The centre
of each class is the value that gives a typical ratio of that band through the model's own formula, for a reference
substrate with a contribution of 0.91 and, for CYP3A4, half of the dose lost in the gut wall. No observed ratio is used.

Source: fda_ddi_tables (the bands); cpic activity scores for the phenotypes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from equipoise.pharmacology.interaction.parts import GUT_ENZYME, Belief

SHARE: Final[Mapping[str, float]] = {"sensitive": 0.90, "major": 0.67, "minor": 0.28}
"""Fraction of oral clearance that one enzyme carries, typical of the band: >= 0.8; 0.5 to 0.8; 0.2 to 0.4.

The last is where the two wordings of "minor" (10 to 40 % of clearance; a 1.25- to 2-fold rise) agree.
"""

TRANSPORTER_SHARE: Final[Mapping[str, float]] = {"sensitive": 0.55, "major": 0.45, "minor": 0.12}
"""The same for P-gp: even digoxin and dabigatran rise only about 2-fold when it is blocked, never 5-fold."""

GUT_ODDS: Final[Mapping[str, float]] = {"sensitive": 0.8, "major": 0.2, "minor": 0.05}
"""Loss in the gut wall over what gets through, by CYP3A4 class: available fractions 0.56, 0.83 and 0.95."""

RATIO_INHIBITED: Final[Mapping[str, float]] = {"strong": 8.0, "moderate": 3.2, "weak": 1.58}
"""Typical AUC ratio of a sensitive substrate: geometric middle of 2 to 5 and of 1.25 to 2; 8 for 'at least 5'."""

RATIO_INDUCED: Final[Mapping[str, float]] = {"strong": 0.10, "moderate": 0.32, "weak": 0.63}
"""Typical AUC ratio of a sensitive substrate: geometric middle of 0.2 to 0.5 and 0.5 to 0.8; 0.1 for 'at most 0.2'."""

SHARE_SD: Final[Mapping[str, float]] = {"sensitive": 0.60, "major": 0.60, "minor": 0.68}
"""Spread of the log odds of a contribution within its class."""

INHIBITION_SD: Final[Mapping[str, float]] = {"strong": 0.42, "moderate": 0.36, "weak": 0.42}
INDUCTION_SD: Final = 0.5
GUT_SD: Final = 0.5
"""Spreads within a class, on the log scale of each quantity."""

REST_MIN: Final = 0.05
"""Some clearance always remains: no drug has a contribution of exactly one."""

LEAD_SHARE: Final = 0.87
"""Contribution of the one sensitive enzyme where minor enzymes share the remainder."""

EXTRACTION: Final = Belief(math.log(0.3 / 0.7), 0.8)
"""Hepatic extraction of a drug for which none is recorded (logit); matters for intravenous victims only."""

_REFERENCE_SHARE: Final = 0.91
_REFERENCE_GUT_ODDS: Final = 1.0

ACTIVITY: Final[Mapping[str, tuple[float, float]]] = {
    "PM": (0.0, 0.0),
    "IM": (0.5, 0.12),
    "NM": (1.0, 0.0),
    "RM": (1.25, 0.12),
    "UM": (1.75, 0.35),
}
"""Enzyme activity relative to a normal metaboliser, and its spread. Assumed from activity scores; not measured here."""


def shares(roles: Mapping[str, str]) -> dict[str, float]:
    """Contributions (0 to 1) of the enzymes of a victim by class; they sum to at most 0.95.

    >>> shares({"CYP3A4": "sensitive"})
    {'CYP3A4': 0.9}
    >>> {enzyme: round(share, 2) for enzyme, share in shares({"CYP2D6": "sensitive", "CYP3A4": "minor"}).items()}
    {'CYP2D6': 0.87, 'CYP3A4': 0.08}
    """
    plain = {enzyme: _share(enzyme, strength) for enzyme, strength in roles.items()}
    total = sum(plain.values())
    if total <= 1.0 - REST_MIN:
        return plain
    leaders = [enzyme for enzyme, strength in roles.items() if strength == "sensitive"]
    if len(leaders) != 1:
        return {enzyme: share * (1.0 - REST_MIN) / total for enzyme, share in plain.items()}
    # A sensitive substrate has at least 80 % on one enzyme by definition, so the minor ones must make room.
    lead = min(LEAD_SHARE, plain[leaders[0]])
    room = (1.0 - REST_MIN - lead) / (total - plain[leaders[0]])
    return {e: lead if e == leaders[0] else share * min(1.0, room) for e, share in plain.items()}


def _share(enzyme: str, strength: str) -> float:
    return (TRANSPORTER_SHARE if enzyme == "P-gp" else SHARE)[strength]


def log_weights(roles: Mapping[str, str]) -> dict[str, float]:
    """Log of each enzyme's clearance over the clearance that no known enzyme carries, by class."""
    contributions = shares(roles)
    rest = 1.0 - sum(contributions.values())
    return {enzyme: math.log(share / rest) for enzyme, share in contributions.items()}


def inhibition_centre(enzyme: str, strength: str) -> float:
    """Log of the typical inhibition strength K (activity falls to 1 / (1 + K)) of a class.

    >>> round(inhibition_centre("CYP2D6", "strong"), 2), round(inhibition_centre("CYP3A4", "strong"), 2)
    (3.22, 1.8)
    """
    return math.log(1.0 / _activity_left(enzyme, RATIO_INHIBITED[strength]) - 1.0)


def induction_centre(enzyme: str, strength: str) -> float:
    """Log of the typical induction I (activity rises to 1 + I) of a class.

    >>> round(induction_centre("CYP3A4", "strong"), 2)
    1.15
    """
    return math.log(_activity_left(enzyme, RATIO_INDUCED[strength]) - 1.0)


def _activity_left(enzyme: str, ratio: float) -> float:
    """Activity of the enzyme, relative to usual, at which the reference substrate shows this AUC ratio."""
    gut = _REFERENCE_GUT_ODDS if enzyme == GUT_ENZYME else 0.0
    share = _REFERENCE_SHARE
    square = gut * share
    linear = gut * (1.0 - share) + share
    constant = (1.0 - share) - (1.0 + gut) / ratio
    if square == 0.0:
        return -constant / linear
    return (-linear + math.sqrt(linear**2 - 4.0 * square * constant)) / (2.0 * square)
