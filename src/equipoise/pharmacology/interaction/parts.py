"""What goes into a prediction and what comes out: frozen values without behaviour of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Route = Literal["oral", "intravenous"]
Reference = Literal["same_phenotype", "normal_metaboliser"]
Kind = Literal[
    "posterior prediction",
    "partly prior",
    "prior only",
    "phenotype only",
    "no shared enzyme",
    "unknown",
]

GUT_ENZYME: Final = "CYP3A4"
"""The one enzyme whose loss in the gut wall is modelled apart from the liver."""


@dataclass(frozen=True)
class Belief:
    """A normal distribution of a quantity on its logarithmic scale. `observations`: observed ratios that informed it.

    >>> Belief(mean=0.0, sd=0.5).observations
    0
    """

    mean: float
    sd: float
    observations: int = 0


@dataclass(frozen=True)
class Victim:
    """A medicine whose exposure changes.

    `weight`: per enzyme, log of its clearance over the clearance that no known enzyme carries.
    `gut`: log of (fraction lost in the gut wall / fraction that passes it) by CYP3A4; None where it does not matter.
    `extraction`: logit of hepatic extraction, used for intravenous victims.
    `induction`: log I of the enzymes that it induces itself, taken repeatedly; `weight` holds in that induced state.
    """

    id: str
    weight: Mapping[str, Belief]
    gut: Belief | None = None
    extraction: Belief = Belief(-0.85, 0.8)
    induction: Mapping[str, Belief] = field(default_factory=dict[str, Belief])


@dataclass(frozen=True)
class Perpetrator:
    """A medicine that changes enzymes at its usual dose.

    `inhibition`: per enzyme, log K: activity falls to 1 / (1 + K).
    `induction`: per enzyme, log I: activity rises to 1 + I.
    """

    id: str
    inhibition: Mapping[str, Belief] = field(default_factory=dict[str, Belief])
    induction: Mapping[str, Belief] = field(default_factory=dict[str, Belief])


@dataclass(frozen=True)
class Exposure:
    """A perpetrator as it is taken. `relative_dose`: daily dose over the usual one (> 0), None if unknown."""

    perpetrator: Perpetrator
    relative_dose: float | None = None
    single_dose: bool = False

    def __post_init__(self) -> None:
        if self.relative_dose is not None and not (self.relative_dose > 0 and math.isfinite(self.relative_dose)):
            raise ValueError(
                f"relative_dose {self.relative_dose}: expected a number above 0, or None where it is unknown"
            )


@dataclass(frozen=True)
class Residual:
    """How much a ratio varies from study to study beyond the parameters.

    The log ratio has a Student t with `df` degrees of freedom and scale hypot(`base`, `slope` * log ratio).
    """

    base: float = 0.2
    slope: float = 0.22
    df: float = 6.0

    def sd(self, log_ratio: float) -> float:
        """Standard deviation of one study's log ratio around the model's.

        >>> round(Residual().sd(0.0), 3)
        0.245
        """
        return math.hypot(self.base, self.slope * log_ratio) * math.sqrt(self.df / (self.df - 2.0))


@dataclass(frozen=True)
class Posterior:
    """All that was learnt from observed ratios, genotypes and class words; see `posterior.py` for reading one.

    `class_offset`: how far a class as a whole lies from its definition, e.g. ("substrate", "major").
    """

    victims: Mapping[str, Victim] = field(default_factory=dict[str, Victim])
    perpetrators: Mapping[str, Perpetrator] = field(default_factory=dict[str, Perpetrator])
    class_offset: Mapping[tuple[str, str], Belief] = field(default_factory=dict[tuple[str, str], Belief])
    gut_available: Mapping[str, float] = field(default_factory=dict[str, float])
    dose_slope: Belief = Belief(0.5, 0.25)
    single_dose: Belief = Belief(-0.5, 0.4)
    residual: Residual = Residual()


@dataclass(frozen=True)
class EnzymeEffect:
    """One enzyme's part in a prediction, at the centre of what is believed: all fractions of normal, 0 to 1 or above.

    `contribution`: of the victim's clearance; `activity`: by phenotype; `change`: factor by inhibitors and inducers.
    """

    enzyme: str
    contribution: float
    activity: float
    change: float


@dataclass(frozen=True)
class RatioPrediction:
    """AUC with the perpetrators over AUC without. `estimate` and `interval` (90 %) are None where `kind` is 'unknown'.

    The interval is for the ratio that one further study would report.
    """

    kind: Kind
    estimate: float | None
    interval: tuple[float, float] | None
    enzymes: tuple[EnzymeEffect, ...] = ()
