"""One patient: what was measured, what a model predicts, how measurements scatter and parameters vary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import Fault, InputError, listed
from equipoise.model.schedule import Bools, Floats, Indices, floats
from equipoise.pharmacology.estimation.residual import Residual
from equipoise.pharmacology.estimation.variation import Variation

STEP_SDS = 1e-3
"""Of central differences, in prior SDs: truncation and rounding are both below 1e-7 of a closed form's derivative."""


class Predict(Protocol):
    """Predicted measurements (m, n) of one patient under m sets of parameters (m, p), all at once.

    The columns of the parameters are in the order of the variation's names, the n predictions in that of the
    measurements. What cannot be predicted is NaN.
    """

    def __call__(self, parameters: Floats, /) -> Floats:
        """The predictions."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured, (n,): `values`; `below`: the value is a limit of quantification and the measurement was less;
    `analyte`: the place of its error model.

    >>> Measured([1.2, 0.05], below=[False, True]).analyte.tolist()
    [0, 0]
    """

    values: Floats
    below: Bools
    analyte: Indices

    def __init__(
        self, values: Sequence[float] | Floats, below: ArrayLike | None = None, analyte: ArrayLike | None = None
    ) -> None:
        made = floats(values)
        object.__setattr__(self, "values", made)
        object.__setattr__(self, "below", _frozen(np.zeros(made.shape) if below is None else below, np.bool_))
        object.__setattr__(self, "analyte", _frozen(np.zeros(made.shape) if analyte is None else analyte, np.intp))
        faults = list(_measured_faults(self))
        if faults:
            raise InputError("measurements", faults)


@dataclass(frozen=True, slots=True, eq=False)
class Individual:
    """A patient whose parameters can be estimated.

    `residuals`: one for each analyte. `step_sds`: of the central differences, in prior SDs; larger where predictions
    are integrated with a tolerance, since their noise is divided by it. Measurements may be none: the prior remains.
    """

    label: str
    predict: Predict
    measured: Measured
    residuals: tuple[Residual, ...]
    variation: Variation
    step_sds: float = STEP_SDS

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise InputError(f"individual {self.label}", faults)

    @property
    def scaled(self) -> Floats:
        """The measurements (n,) where their error is a difference."""
        return self._scale(self.measured.values[None, :])[0]

    def predictions(self, points: Floats) -> tuple[Floats, Floats]:
        """Scaled predictions and their variances, both (m, n). `points` (m, q): random effects in prior SDs."""
        predicted = self.predict(self.variation.parameters(points @ self.variation.root.T))
        expected = (points.shape[0], self.measured.values.size)
        if predicted.shape != expected:
            found = f"predictions of shape {predicted.shape} for {points.shape[0]} sets of parameters"
            raise InputError(
                f"individual {self.label}",
                [Fault("predict", found, f"shape {expected}: one row a set", "Predict each measurement.")],
            )
        variance = np.empty_like(predicted)
        for place, residual in enumerate(self.residuals):
            here = self.measured.analyte == place
            variance[:, here] = residual.variance(predicted[:, here])
        return self._scale(predicted), variance

    def _scale(self, values: Floats) -> Floats:
        scaled = np.empty_like(values)
        for place, residual in enumerate(self.residuals):
            here = self.measured.analyte == place
            scaled[:, here] = residual.scale(values[:, here])
        return scaled


def _frozen(values: ArrayLike, kind: type[np.generic]) -> NDArray[np.generic]:
    array = np.array(values, dtype=kind)
    array.setflags(write=False)
    return array


def _measured_faults(measured: Measured) -> Iterator[Fault]:
    n = measured.values.shape
    for name in ("below", "analyte"):
        shape = getattr(measured, name).shape
        if shape != n:
            yield Fault(name, f"shape {shape}", f"one for each of {n[0]} measurements", "Pair them.")
    wrong = np.flatnonzero(~np.isfinite(measured.values)) + 1
    if wrong.size:
        found = f"no number at {listed(wrong.tolist())}"
        yield Fault("values", found, "finite numbers", "Leave out what was not measured.")


def _faults(individual: Individual) -> Iterator[Fault]:
    analyte, count = individual.measured.analyte, len(individual.residuals)
    if analyte.size and not (analyte.min() >= 0 and analyte.max() < count):
        found = f"analytes up to {analyte.max()} and {count} error models"
        yield Fault("residuals", found, "an error model for each analyte, the first is 0", "Add or renumber them.")
    elif not np.all(np.isfinite(individual.scaled)):
        rows = np.flatnonzero(~np.isfinite(individual.scaled)) + 1
        expected = "values above 0, whose error is one of the logarithm"
        yield Fault("values", f"0 or less at {listed(rows.tolist())}", expected, "Mark them as below the limit.")
    if not 0.0 < individual.step_sds < 1.0:
        yield Fault(
            "step_sds", f"{individual.step_sds:g}", "above 0 and below 1 prior SD", f"For example {STEP_SDS:g}."
        )
