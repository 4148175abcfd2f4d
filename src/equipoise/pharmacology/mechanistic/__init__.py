"""What inhibition constants and concentrations do to a victim's exposure: a static bound, and a course of the enzymes.

Arrays in, arrays out; concentrations and constants in nM, rates in 1/h. Beside the contribution-inhibition formula of
`pharmacology.interaction`, which rests on observed ratios, these models rest on what was measured in vitro.
"""

from equipoise.pharmacology.mechanistic.constants import NOTHING, Constants, Present
from equipoise.pharmacology.mechanistic.dynamic import Acting, Driver, dynamic_system
from equipoise.pharmacology.mechanistic.static import (
    StaticRatio,
    enterocyte_nm,
    inlet_nm,
    remaining_activity,
    static_ratio,
)

__all__ = [
    "NOTHING",
    "Acting",
    "Constants",
    "Driver",
    "Present",
    "StaticRatio",
    "dynamic_system",
    "enterocyte_nm",
    "inlet_nm",
    "remaining_activity",
    "static_ratio",
]
