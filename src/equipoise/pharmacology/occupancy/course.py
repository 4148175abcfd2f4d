"""Occupancy over time: a course of total concentrations in, the occupied share out, with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.interaction.parts import Belief
from equipoise.pharmacology.occupancy.binding import competing

AFFINITY, UNBOUND, BRAIN = range(3)  # one stream of random numbers for each figure


@dataclass(frozen=True, slots=True)
class Binder:
    """One substance at one site. `ki`: nM. `unbound`: the fraction (0 to 1) that plasma does not bind.

    `brain`: unbound concentration in brain over that in plasma; None where the site lies outside the brain.
    """

    name: str
    ki: Belief
    unbound: Belief
    brain: Belief | None


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Occupied shares (0 to 1). `total`: (subjects, times). `each`: by substance; `free_nm`: at the site (nM)."""

    total: Floats
    each: Mapping[str, Floats]
    free_nm: Mapping[str, Floats]


def occupancy_course(
    plasma_nm: Mapping[str, Floats], binders: Sequence[Binder], *, seed: int, first: int = 0
) -> Course:
    """The occupied share of one site over time for each subject, all substances competing for it.

    `plasma_nm`: total concentration by substance (nM), each (subjects, times), as a simulation gives it; the subjects
    carry the differences between people. For every subject the binding constant, the unbound fraction and the brain
    penetration are drawn once from their beliefs. A substance's draws depend on the seed and its name alone, so that
    another competitor changes nobody else's. `first`: how many subjects came in blocks before.

    Raises `ValueError` where a substance has no course, or courses differ in shape.

    >>> sure = Belief(math.log(10.0), 0.0)
    >>> one = Binder("a", ki=sure, unbound=Belief(0.0, 0.0), brain=None)
    >>> occupancy_course({"a": np.array([[0.0, 10.0, 90.0]])}, [one], seed=1).total.round(6).tolist()
    [[0.0, 0.5, 0.9]]
    """
    shapes = {np.shape(plasma_nm[item.name]) for item in binders if item.name in plasma_nm}
    absent = [item.name for item in binders if item.name not in plasma_nm]
    if absent or len(shapes) != 1:
        raise ValueError(f"courses of one shape are needed for every substance; without: {absent}; shapes: {shapes}")
    subjects = next(iter(shapes))[0]
    free = {item.name: np.asarray(plasma_nm[item.name]) * _to_site(item, subjects, seed, first) for item in binders}
    each, total = competing(
        [free[item.name] for item in binders], [affinity(item, subjects, seed, first) for item in binders]
    )
    return Course(total, dict(zip(free, each, strict=True)), free)


def bands(shares: Floats, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> Floats:
    """The quantiles over subjects at each time: (levels, times), for a picture of the band.

    >>> bands(np.array([[0.1], [0.2], [0.3]]), [0.5]).tolist()
    [[0.2]]
    """
    return np.quantile(shares, levels, axis=0)


def affinity(binder: Binder, subjects: int, seed: int, first: int = 0) -> Floats:
    """The binding constant (nM) that each subject of a course has: (subjects, 1)."""
    return _drawn(binder.ki, binder.name, AFFINITY, subjects, seed, first)


def stream(seed: int, name: str, part: int) -> np.random.Generator:
    """The random numbers of one figure of one substance: the same whoever else is drawn."""
    return np.random.default_rng([seed, crc32(name.encode()), part])


def _to_site(binder: Binder, subjects: int, seed: int, first: int) -> Floats:
    """Unbound concentration at the site over total concentration in plasma, one row for each subject."""
    unbound = np.minimum(_drawn(binder.unbound, binder.name, UNBOUND, subjects, seed, first), 1.0)
    if binder.brain is None:
        return unbound
    return unbound * _drawn(binder.brain, binder.name, BRAIN, subjects, seed, first)


def _drawn(belief: Belief, name: str, part: int, subjects: int, seed: int, first: int) -> Floats:
    found = stream(seed, name, part).standard_normal((first + subjects, 1))[first:]
    return math.exp(belief.mean) * np.exp(belief.sd * found)
