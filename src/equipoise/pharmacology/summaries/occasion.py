"""One analyte in many people on one occasion of a study, and the figures that the study would report of each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from equipoise.model.kinetics import Analyte, Quantity
from equipoise.model.schedule import Floats
from equipoise.pharmacology.summaries.modes import LONGEST_H, Course, Dosing, Modes
from equipoise.pharmacology.summaries.nca import Analysed, noncompartmental

DAY_H = 24.0
NMOL_G_PER_MG = 1e6
"""nmol of a mg, times the molar mass in g/mol."""


@dataclass(frozen=True, eq=False)
class Occasion:
    """Courses after the last dose, sampled at `times` (h) up to the end of the `window` (h) and down to the `floor`
    (nM), the limit of quantification; both one number or (people,).

    The peak is that of the course itself, as if it had been sampled without a gap.
    """

    analyte: Analyte
    modes: Modes
    dosing: Dosing
    window: Floats | float
    floor: Floats | float
    times: Floats
    steady_share: float

    @cached_property
    def course(self) -> Course:
        """Concentrations after the last dose (nM)."""
        return self.modes.course(self.dosing)

    def figure(self, quantity: Quantity) -> Floats:
        """A quantity of each person, all but a ratio; NaN where the samples do not give it."""
        return _FIGURES[quantity](self)

    def ratio(self, other: Occasion) -> Floats:
        """Of mean concentrations over an interval, by mass."""
        own = self.interval_area * self.analyte.molar_mass
        return own / (other.interval_area * other.analyte.molar_mass)

    @cached_property
    def analysed(self) -> Analysed:
        """Of the samples: the terminal line lies on those in the second half of the time up to the last."""
        seen = self.times <= np.reshape(self.window, (-1, 1))
        return noncompartmental(self.times, np.where(seen, self.course.at(self.times), 0.0), self.floor, "second_half")

    @property
    def cmax(self) -> Floats:
        """The peak (nM)."""
        return self.course.then(self.course.peak_h)

    @cached_property
    def interval_area(self) -> Floats:
        """The area of the first interval after the last dose (nM*h)."""
        return self.course.area(0.0, self.dosing.interval_h)

    @property
    def clearance(self) -> Floats:
        """Dose over area (L/h)."""
        area = self.analysed.auc_inf if self.dosing.doses == 1 else self.interval_area
        dose_mg = self.dosing.amounts.get(self.analyte.entry or "", math.nan)
        return dose_mg * NMOL_G_PER_MG / self.analyte.molar_mass / area

    @property
    def volume(self) -> Floats:
        """Clearance over the terminal rate (L)."""
        return self.clearance * self.analysed.half_life / math.log(2.0)

    @property
    def steady_days(self) -> Floats:
        """Days until the trough is at the share of its limit that counts as steady."""
        rates = self.course.rates * self.dosing.interval_h
        once = self.course.weights / -np.expm1(rates * self.dosing.doses)  # of endless doses, before their last
        gap = Course(once * np.exp(rates), rates)
        wanted = (1.0 - self.steady_share) * gap.then(np.zeros(len(rates)))
        return gap.falls_to(wanted, 0.0, LONGEST_H) * self.dosing.interval_h / DAY_H


_FIGURES: Mapping[Quantity, Callable[[Occasion], Floats]] = {
    "cmax": lambda own: own.cmax,
    "tmax": lambda own: own.course.peak_h,
    "half_life": lambda own: own.analysed.half_life,
    "auc_inf": lambda own: own.analysed.auc_inf,
    "cl_f": lambda own: own.clearance,
    "vz_f": lambda own: own.volume,
    "steady_state": lambda own: own.steady_days,
    "dose_exponent": lambda own: np.ones(len(own.course.weights)),  # a linear system knows no other
}
