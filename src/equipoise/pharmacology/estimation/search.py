"""The mode of one patient's random effects: the empirical Bayes estimate, or MAP.

Gauss-Newton steps with a damping that adapts (Levenberg, Marquardt, Nielsen): every step is downhill, since the
expected curvature has no eigenvalue below 1 in prior SDs. Source: nielsen_1999.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.target import Expansion, Target

NEAR = 1e-6
"""Converged: the next step would be shorter than this many posterior SDs."""
ALMOST = 1e-3
"""Where predictions are too noisy for that, so many posterior SDs are told as converged, with a reason."""
STEPS = 200
GAIN = 1e-3
"""A step is taken if the target falls by this share of what was foreseen."""
SPREAD_SDS = (-2.0, -1.0, 1.0, 2.0)
"""Where other modes are looked for, in prior SDs along each effect."""
LESS = 0.1
"""A rise by less than this share of the parabola's is no sign of one valley alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """The lowest point found, in prior SDs (q,), the target there, and half its expected Hessian (q, q).

    `converged`, or `why` not; a reason stands there too where noise ended a search between `NEAR` and `ALMOST`.
    `steps` of all searches; `searches`: how many starts were needed.
    """

    point: Floats
    value: float
    curvature: Floats
    converged: bool
    why: str
    steps: int
    searches: int = 1


def find_mode(target: Target, start: Floats | None = None) -> Mode:
    """The mode from the typical patient, checked from elsewhere; or from `start` (q,), which is trusted.

    The check looks at the target along every effect, at 1 and 2 prior SDs each way: where it rose by less than a tenth
    of what one valley would make it rise, another search starts at the lowest such place, and the lower end is told. A
    search that did not end is followed by another in any case.
    """
    q = target.individual.variation.effects
    found = _descend(target, np.zeros(q) if start is None else start)
    if found.converged and start is not None:
        return found
    others = np.concatenate([np.zeros((1, q)), *(sds * np.eye(q) for sds in SPREAD_SDS)])
    values = target.values(others)
    if found.converged:
        away = others - found.point
        one_valley = found.value + LESS * np.einsum("ij,jk,ik->i", away, found.curvature, away)
        values = np.where(values < one_valley, values, np.inf)
    best = int(np.argmin(values))
    return again(target, found, others[best]) if np.isfinite(values[best]) else found


def again(target: Target, found: Mode, start: Floats) -> Mode:
    """The better of a mode and of what a search from another start finds."""
    other = _descend(target, start)
    better = other if (other.value, not other.converged) < (found.value, not found.converged) else found
    return replace(better, steps=found.steps + other.steps, searches=found.searches + 1)


def _descend(target: Target, start: Floats) -> Mode:
    """Steps downhill until the next one would be shorter than `NEAR`."""
    point, here = start, target.expansion(start)
    if not here.sound:
        return _mode(point, here, np.inf, 0, "no prediction, or a measurement without variance, at the start")
    damping, growth, distance = 0.0, 2.0, np.inf
    for step in range(STEPS):
        distance = _distance(here)
        if distance < NEAR:
            return _mode(point, here, distance, step, "")
        move = np.linalg.solve(here.curvature + damping * np.eye(point.size), -0.5 * here.gradient)
        foreseen = -float(here.gradient @ move) - float(move @ here.curvature @ move)
        there = target.expansion(point + move)
        if there.sound and here.value - there.value > GAIN * foreseen:
            gain = (here.value - there.value) / foreseen
            damping = 0.0 if gain > 0.9 else damping * max(1.0 / 3.0, 1.0 - (2.0 * gain - 1.0) ** 3)
            point, here, growth = point + move, there, 2.0
        elif float(np.abs(move).max()) < 1e-3 * NEAR:
            return _mode(point, here, distance, step, "the predictions are too noisy to go on")
        else:
            damping, growth = max(damping, 1.0) * growth, 2.0 * growth
    return _mode(point, here, distance, STEPS, f"{STEPS} steps were not enough")


def _distance(here: Expansion) -> float:
    """How far the mode is in posterior SDs, were the target a parabola."""
    half = 0.5 * here.gradient
    return float(np.sqrt(max(half @ np.linalg.solve(here.curvature, half), 0.0)))


def _mode(point: Floats, here: Expansion, distance: float, steps: int, trouble: str) -> Mode:
    told = f"{trouble}; about {distance:.1g} posterior SDs from the mode" if trouble else ""
    return Mode(point, here.value, here.curvature, distance < ALMOST, told, steps)
