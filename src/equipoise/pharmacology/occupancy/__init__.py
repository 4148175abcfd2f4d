"""Which share of a receptor is occupied at a concentration, and how uncertain that is.

Arrays in, arrays out; every figure is handed in, none is a literal here. Binding that is reached is not an effect.
"""

from equipoise.pharmacology.occupancy.beliefs import from_range, of_affinity, wider
from equipoise.pharmacology.occupancy.binding import competing, occupancy
from equipoise.pharmacology.occupancy.course import Binder, Course, bands, occupancy_course
from equipoise.pharmacology.occupancy.peak import PeakSample, occupancy_at_peak
from equipoise.pharmacology.occupancy.verdict import Judged, central, judged, together

__all__ = [
    "Binder",
    "Course",
    "Judged",
    "PeakSample",
    "bands",
    "central",
    "competing",
    "from_range",
    "judged",
    "occupancy",
    "occupancy_at_peak",
    "occupancy_course",
    "of_affinity",
    "together",
    "wider",
]
