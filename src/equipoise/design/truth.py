"""What is so in a simulated trial: the effect, the diary's wandering, and how people take, rate and leave."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from equipoise.errors import Fault, InputError
from equipoise.model.prior import HalfLife, PhiPrior
from equipoise.model.trial_design import TrialDesign


@dataclass(frozen=True, slots=True)
class Normal:
    """A value that differs from trial to trial: normal about `mean`, in points."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Truth:
    """How the patients of a simulation are. Points are those of the primary outcome.

    `effect`: steady-state difference on minus off, fixed or drawn for each trial. `phi`: correlation of the ratings
    over a day, fixed or drawn. `sd`: within-person SD about the mean course. `half_life`: how fast the effect comes and
    goes. `trend`: change over half the trial. `level`: where the ratings lie without the adjunct. `adherence`: the
    chance that a planned day with the adjunct is one; `missing`: that a rating is not given; `dropout_per_day`: that
    the patient leaves on a day, and stays away.
    """

    effect: float | Normal
    sd: float
    phi: float | PhiPrior = field(default_factory=PhiPrior)
    half_life: HalfLife = field(default_factory=HalfLife)
    trend: float = 0.0
    level: float = 0.0
    adherence: float = 1.0
    missing: float = 0.0
    dropout_per_day: float = 0.0

    def __post_init__(self) -> None:
        faults = [*self._number_faults(), *self._chance_faults()]
        if faults:
            raise InputError("simulated trials", faults)

    def _number_faults(self) -> list[Fault]:
        faults: list[Fault] = []
        if not 0.0 < self.sd < math.inf:
            mend = "Give the within-person SD of the outcome."
            faults.append(Fault("sd", f"{self.sd:g}", "a positive number of points", mend))
        if isinstance(self.effect, Normal):
            numbers, spread = {"effect": self.effect.mean}, self.effect.sd
            if not 0.0 <= spread < math.inf:
                faults.append(Fault("effect", f"an SD of {spread:g}", "0 or a positive SD", "Correct the SD."))
        else:
            numbers = {"effect": self.effect}
        for name, value in (numbers | {"trend": self.trend, "level": self.level}).items():
            if not math.isfinite(value):
                faults.append(Fault(name, f"{value:g}", "a finite number of points", "Correct the number."))
        if isinstance(self.phi, PhiPrior) and self.phi.low < 0.0:
            faults.append(Fault("phi", f"from {self.phi.low:g}", "0 or above", "For example beta(2,2)."))
        return faults

    def _chance_faults(self) -> list[Fault]:
        chances = {"adherence": self.adherence, "missing": self.missing, "dropout": self.dropout_per_day}
        faults: list[Fault] = []
        if not isinstance(self.phi, PhiPrior) and not 0.0 <= self.phi < 1.0:
            mend = "For example 0.4; 0 where ratings do not hang together."
            faults.append(Fault("phi", f"{self.phi:g}", "at least 0 and below 1", mend))
        for name, value in chances.items():
            if not 0.0 <= value <= 1.0:
                faults.append(Fault(name, f"{value:g}", "a probability from 0 to 1", "For example 0.1 for 10 %."))
        if self.missing == 1.0:
            faults.append(Fault("missing", "1", "below 1, or there is nothing to analyse", "For example 0.1."))
        return faults


def expected_truth(design: TrialDesign) -> Truth:
    """The truth that a plan itself expects: an effect of its MCID for the better, and otherwise its prior.

    Raises InputError where the plan names no planning SD or no MCID, with both faults.
    """
    faults: list[Fault] = []
    if design.primary.mcid is None:
        expected = "an MCID of the primary outcome, the effect that a trial should be able to show"
        faults.append(Fault("effect", "neither an effect nor an MCID", expected, "Say which effect to simulate."))
    if design.analysis.s0 is None:
        expected = "a within-person SD: the plan reads its own from the run-in, which is not there yet"
        faults.append(Fault("sd", "neither an SD nor a planning SD", expected, "Say how much ratings vary."))
    if faults or design.primary.mcid is None or design.analysis.s0 is None:
        raise InputError("simulated trials", faults)
    return truth_of(design, effect=better(design) * design.primary.mcid, sd=design.analysis.s0)


def truth_of(design: TrialDesign, *, effect: float | Normal, sd: float) -> Truth:
    """The given effect and SD, and otherwise what the plan's prior says."""
    analysis = design.analysis
    level = 0.0 if isinstance(analysis.centre, str) else analysis.centre
    prior = analysis.prior
    return Truth(effect=effect, sd=sd, phi=prior.phi, half_life=prior.half_life, level=level)


def better(design: TrialDesign) -> float:
    """The sign of an effect for the better."""
    return -1.0 if design.primary.better == "lower" else 1.0
