"""How a measurement scatters about its prediction: the residual error models of the field, as variances.

Source: proost_2017 (the two ways to combine).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats


class Residual(Protocol):
    """What an error model says. Arrays have any shape; units are those of the measurements.

    `scale` turns measurements and predictions into what differs by an additive error; `variance` is the variance of
    that difference for predictions that are not yet scaled.
    """

    def scale(self, values: Floats) -> Floats:
        """Values where the error is a difference."""
        ...

    def variance(self, predicted: Floats) -> Floats:
        """The variance there."""
        ...


@dataclass(frozen=True, slots=True)
class _Plain:
    """Parameters that are all finite and not negative, not all 0, and no change of scale."""

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise InputError(f"residual error, {type(self).__name__}", faults)

    def scale(self, values: Floats) -> Floats:
        """The values themselves."""
        return values


@dataclass(frozen=True, slots=True)
class Additive(_Plain):
    """The same spread at every prediction. `sd` in the unit of the measurements.

    >>> Additive(0.5).variance(np.array([1.0, 9.0])).tolist()
    [0.25, 0.25]
    """

    sd: float

    def variance(self, predicted: Floats) -> Floats:
        """(n,) like the predictions."""
        return np.full_like(predicted, self.sd**2)


@dataclass(frozen=True, slots=True)
class Proportional(_Plain):
    """A spread in proportion to the prediction. `cv`: its share of it, 0.1 for 10 %.

    >>> Proportional(0.1).variance(np.array([1.0, 10.0])).round(6).tolist()
    [0.01, 1.0]
    """

    cv: float

    def variance(self, predicted: Floats) -> Floats:
        """(n,) like the predictions."""
        return (self.cv * predicted) ** 2


@dataclass(frozen=True, slots=True)
class Combined1(_Plain):
    """The standard deviations add: sd + cv x prediction. NONMEM's F + W*EPS(1) with W = sd + cv*F.

    >>> Combined1(1.0, 0.1).variance(np.array([10.0])).tolist()
    [4.0]
    """

    sd: float
    cv: float

    def variance(self, predicted: Floats) -> Floats:
        """(n,) like the predictions."""
        return (self.sd + self.cv * np.abs(predicted)) ** 2


@dataclass(frozen=True, slots=True)
class Combined2(_Plain):
    """The variances add, sd² + (cv x prediction)²: NONMEM's F*(1 + EPS(1)) + EPS(2).

    >>> Combined2(1.0, 0.1).variance(np.array([10.0])).tolist()
    [2.0]
    """

    sd: float
    cv: float

    def variance(self, predicted: Floats) -> Floats:
        """(n,) like the predictions."""
        return self.sd**2 + (self.cv * predicted) ** 2


@dataclass(frozen=True, slots=True)
class Power(_Plain):
    """A standard deviation of sd x prediction to the power of the exponent: 0 is additive, 1 proportional.

    >>> Power(0.5, 0.5).variance(np.array([4.0])).tolist()
    [1.0]
    """

    sd: float
    exponent: float

    def variance(self, predicted: Floats) -> Floats:
        """(n,) like the predictions."""
        return self.sd**2 * np.abs(predicted) ** (2.0 * self.exponent)


@dataclass(frozen=True, slots=True)
class LogNormal(_Plain):
    """An additive error of the logarithm: measurements and predictions are compared as logarithms, so both are above 0.

    `sd` of the natural logarithm; the objective is that of the logarithms (no Jacobian), as for data that were
    transformed before.

    >>> LogNormal(0.3).scale(np.array([1.0])).tolist()
    [0.0]
    """

    sd: float

    def scale(self, values: Floats) -> Floats:
        """The natural logarithms; NaN below 0."""
        with np.errstate(all="ignore"):
            return np.log(values)

    def variance(self, predicted: Floats) -> Floats:
        """(n,) like the predictions."""
        return np.full_like(predicted, self.sd**2)


def _faults(model: _Plain) -> Iterator[Fault]:
    values = {field.name: float(getattr(model, field.name)) for field in fields(model)}
    for name, value in values.items():
        if not (np.isfinite(value) and value >= 0.0):
            yield Fault(name, f"{value:g}", "a finite number, 0 or more", "Correct it; a variance goes in as its root.")
    if all(value == 0.0 for value in values.values()) or (values.get("sd") == 0.0 and "cv" not in values):
        yield Fault("residual error", "none at all", "some error: no measurement is exact", "Give the assay's.")
