"""Occupancy at the concentrations that were measured in people, where no course over time is at hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.occupancy.binding import occupancy
from equipoise.pharmacology.occupancy.course import Binder, affinity, occupancy_course, stream

PERSON, STUDY = 3, 4  # further streams of random numbers, beside those of a course
EVERYBODY = ""


@dataclass(frozen=True, slots=True, eq=False)
class PeakSample:
    """Draws of one site, each of shape (draws,): the share that all occupy together, and each substance alone."""

    total: Floats
    alone: Mapping[str, Floats]
    free_nm: Mapping[str, Floats]


def occupancy_at_peak(
    binders: Sequence[Binder], peaks_nm: Mapping[str, Sequence[float]], *, people: float, draws: int, seed: int
) -> PeakSample:
    """Draws of the occupied share at measured concentrations.

    `peaks_nm`: by substance the middle of the total concentration in each study (nM); each study weighs the same.
    `people`: the fold of one SD between people, products and servings. It is one draw for all substances of a person,
    because who takes more of a mixture has more of every part of it; so their sum is no narrower than its parts.

    >>> from equipoise.pharmacology.interaction.parts import Belief
    >>> one = Binder("a", ki=Belief(math.log(10.0), 0.0), unbound=Belief(0.0, 0.0), brain=None)
    >>> found = occupancy_at_peak([one], {"a": [10.0]}, people=3.0, draws=2001, seed=1)
    >>> found.total.shape, abs(float(np.median(found.total)) - 0.5) < 0.03
    ((2001,), True)
    """
    person = np.exp(math.log(people) * stream(seed, EVERYBODY, PERSON).standard_normal((draws, 1)))
    place = stream(seed, EVERYBODY, STUDY).random((draws, 1))
    plasma = {item.name: person * _study(peaks_nm[item.name], place) for item in binders}
    course = occupancy_course(plasma, binders, seed=seed)
    return PeakSample(
        total=course.total[:, 0],
        alone={item.name: occupancy(course.free_nm[item.name], affinity(item, draws, seed))[:, 0] for item in binders},
        free_nm={name: free[:, 0] for name, free in course.free_nm.items()},
    )


def _study(peaks_nm: Sequence[float], place: Floats) -> Floats:
    """The middle of the study that each draw comes from."""
    middles = np.asarray(peaks_nm, dtype=float)
    return middles[np.minimum((place * middles.size).astype(int), middles.size - 1)]
