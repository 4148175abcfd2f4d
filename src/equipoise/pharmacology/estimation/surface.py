"""The objective of all patients over what is free in a population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.batch import objectives
from equipoise.pharmacology.estimation.objective import Method, Objective
from equipoise.pharmacology.estimation.population import Population, Subject

STEP = 1e-4
"""Of the central differences over what is free: mostly logarithms, so a relative step."""
FARTHEST = 10.0
"""How far a logarithm may move from its start: by a factor of 20,000."""
NO_VALUE = 1e100
"""What a step that leads too far, or where nothing can be predicted, is told, so that a shorter one is tried."""


@dataclass(slots=True, eq=False)
class Surface:
    """The objective over what is free. Searches begin at the estimates of the step before, which moves them little."""

    start: Population
    subjects: Sequence[Subject]
    method: Method
    threads: int | None
    evaluations: int = field(default=0, init=False)
    _etas: list[Floats] | None = field(default=None, init=False)

    def at(self, free: Floats) -> tuple[Objective, ...]:
        """The objective of each patient."""
        self.evaluations += 1
        people = self.start.with_free(free).individuals(self.subjects)
        return objectives(people, self.method, starts=self._etas, threads=self.threads)

    def value(self, free: Floats) -> float:
        """The objective of all."""
        if self._far(free):
            return NO_VALUE
        found = self.at(free)
        if all(item.converged for item in found):
            self._etas = [item.eta for item in found]
        total = sum(item.value for item in found)
        return float(total) if np.isfinite(total) else NO_VALUE

    def gradient(self, free: Floats) -> Floats:
        """Its derivatives (k,)."""
        if self._far(free):
            return np.zeros(free.size)
        return np.nan_to_num(self.gradients(free).sum(axis=0))

    def _far(self, free: Floats) -> bool:
        logarithms = np.array(["log" in name for name in self.start.free_names])
        return bool(np.any(np.abs(free - self.start.free)[logarithms] > FARTHEST))

    def gradients(self, free: Floats) -> Floats:
        """The derivatives of each patient's objective (patients, k), by central differences."""
        slopes = [self._values(free + shift) - self._values(free - shift) for shift in STEP * np.eye(free.size)]
        return np.stack(slopes, axis=1) / (2.0 * STEP)

    def _values(self, free: Floats) -> Floats:
        return np.array([item.value for item in self.at(free)])
