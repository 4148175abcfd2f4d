"""A population: typical values by covariates, how patients vary about them, how measurements scatter.

What is estimated of it is one vector of free numbers: logarithms of what is positive, a Cholesky factor of omega.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats, floats
from equipoise.pharmacology.estimation.individual import STEP_SDS, Individual, Measured, Predict
from equipoise.pharmacology.estimation.residual import Residual
from equipoise.pharmacology.estimation.variation import Variation

Values = Mapping[str, float]
Typical = Callable[[Values, Values], Values]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A patient of a population. `covariates`: what the typical values depend on, in the model's units."""

    label: str
    predict: Predict
    measured: Measured
    covariates: Values
    step_sds: float = STEP_SDS


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """`theta`: numbers by name, of which those in `signed` may be 0 or negative, and those in `fixed` are known.

    `typical(theta, covariates)`: the typical parameters of a patient, always the same names; the `varying` ones each
    have an effect, log-normal unless in `normal`, with covariance `omega` (q, q). Zeros of a block-diagonal omega are
    structure and stay; so does a parameter of a residual error that is 0.
    """

    theta: Values
    typical: Typical
    varying: tuple[str, ...]
    omega: Floats
    residuals: tuple[Residual, ...]
    normal: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "omega", floats(self.omega))
        faults = list(_faults(self))
        if faults:
            raise InputError("population", faults)

    def individual(self, subject: Subject) -> Individual:
        """A patient of this population."""
        typical = self.typical(self.theta, subject.covariates)
        variation = Variation.of(typical, self.omega, varying=self.varying, normal=self.normal)
        return Individual(subject.label, subject.predict, subject.measured, self.residuals, variation, subject.step_sds)

    def individuals(self, subjects: Sequence[Subject]) -> tuple[Individual, ...]:
        """Patients of this population."""
        return tuple(self.individual(subject) for subject in subjects)

    @property
    def free(self) -> Floats:
        """What is estimated, as one vector (k,): thetas, the Cholesky factor of omega by rows, residual errors."""
        theta = [
            value if name in self.signed else np.log(value)
            for name, value in self.theta.items()
            if name not in self.fixed
        ]
        root = np.linalg.cholesky(self.omega)
        factor = [np.log(root[i, j]) if i == j else root[i, j] for i, j in self._entries()]
        return np.array([*theta, *factor, *(np.log(value) for _, _, value in self._errors())])

    @property
    def free_names(self) -> tuple[str, ...]:
        """What each free number is (k,); `log` where it is a logarithm, `root` an entry of omega's Cholesky factor."""
        theta = [name if name in self.signed else f"log {name}" for name in self.theta if name not in self.fixed]
        factor = [f"{'log ' if i == j else ''}root({i + 1},{j + 1})" for i, j in self._entries()]
        errors = [f"log {name} of error {place + 1}" for place, name, _ in self._errors()]
        return (*theta, *factor, *errors)

    @property
    def natural(self) -> dict[str, float]:
        """What is estimated, as people read it: thetas, entries of omega, residual errors by name."""
        theta = {name: value for name, value in self.theta.items() if name not in self.fixed}
        omega = {f"omega({i + 1},{j + 1})": float(self.omega[i, j]) for i, j in self._entries()}
        errors = {f"{name} of error {place + 1}": value for place, name, value in self._errors()}
        return theta | omega | errors

    def with_free(self, values: Floats) -> Self:
        """The same population with other numbers (k,)."""
        numbers = iter(values.tolist())
        theta = {
            name: value
            if name in self.fixed
            else (next(numbers) if name in self.signed else float(np.exp(next(numbers))))
            for name, value in self.theta.items()
        }
        root = np.zeros(self.omega.shape)
        for i, j in self._entries():
            value = next(numbers)
            root[i, j] = np.exp(value) if i == j else value
        residuals: list[Any] = list(self.residuals)
        for place, name, _ in self._errors():
            residuals[place] = replace(residuals[place], **{name: float(np.exp(next(numbers)))})
        return replace(self, theta=theta, omega=root @ root.T, residuals=tuple(residuals))

    def _entries(self) -> Iterator[tuple[int, int]]:
        """The entries of the Cholesky factor that may differ from 0: within the blocks of omega."""
        first = [int(np.flatnonzero(row)[0]) for row in self.omega]
        return ((i, j) for i in range(len(first)) for j in range(min(first[i], i), i + 1))

    def _errors(self) -> Iterator[tuple[int, str, float]]:
        """The parameters of the residual errors that are not 0: which error, name, value."""
        for place, residual in enumerate(self.residuals):
            named: Any = residual
            for field in fields(named):
                value = float(getattr(named, field.name))
                if value != 0.0:
                    yield place, field.name, value


def _faults(population: Population) -> Iterator[Fault]:
    for kind in ("signed", "fixed"):
        for name in getattr(population, kind):
            if name not in population.theta:
                yield Fault(kind, name, f"one of {', '.join(population.theta)}", "Correct the name.")
    for name, value in population.theta.items():
        if value <= 0.0 and name not in population.signed and name not in population.fixed:
            yield Fault(name, f"{value:g}", "a number above 0, unless it is `signed`", "Name it in `signed`.")
    shape, q = population.omega.shape, len(population.varying)
    if shape != (q, q):
        yield Fault("omega", f"shape {shape}", f"({q}, {q}): a row for each varying parameter", "Correct one of both.")
