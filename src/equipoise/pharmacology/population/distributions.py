"""Distributions that covariates are drawn from, each by its inverse."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtr, ndtri

from equipoise.errors import UnfitError
from equipoise.model.base import Frozen, FrozenMap
from equipoise.model.schedule import Floats
from equipoise.model.terms import Enzyme, Phenotype

SUM_TOLERANCE = 1e-9


class _Cut(Frozen):
    """What lies outside `low` to `high` does not occur."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _something_is_left(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise UnfitError("low below high", found=f"low {self.low:g}, high {self.high:g}")
        return self

    def _inverse(self, uniform: Floats, low: float, high: float) -> Floats:
        """Standard normal values between two standardised ends."""
        first, last = float(ndtr(low)), float(ndtr(high))
        return np.asarray(ndtri(first + uniform * (last - first)), dtype=np.float64)


class Normal(_Cut):
    """A normal distribution, cut at `low` and `high` where they are given."""

    distribution: Literal["normal"]
    mean: float
    sd: Annotated[float, Field(gt=0)]

    def at(self, uniform: Floats) -> Floats:
        """The values below which these shares lie.

        >>> Normal(distribution="normal", mean=70, sd=10, low=40).at(np.array([0.5])).round(2).tolist()
        [70.02]
        """
        low = -math.inf if self.low is None else (self.low - self.mean) / self.sd
        high = math.inf if self.high is None else (self.high - self.mean) / self.sd
        return self.mean + self.sd * self._inverse(uniform, low, high)


class LogNormal(_Cut):
    """A log-normal distribution by its median and the SD of the logarithm, cut at `low` and `high`."""

    distribution: Literal["lognormal"]
    median: Annotated[float, Field(gt=0)]
    log_sd: Annotated[float, Field(gt=0)]

    def at(self, uniform: Floats) -> Floats:
        """The values below which these shares lie."""
        low, high = (self._standard(self.low, -math.inf), self._standard(self.high, math.inf))
        return self.median * np.exp(self.log_sd * self._inverse(uniform, low, high))

    def _standard(self, end: float | None, otherwise: float) -> float:
        if end is None:
            return otherwise
        return math.log(end / self.median) / self.log_sd if end > 0.0 else -math.inf


class Uniform(Frozen):
    """All values from `low` to `high` alike."""

    distribution: Literal["uniform"]
    low: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise UnfitError("low below high", found=f"low {self.low:g}, high {self.high:g}")
        return self

    def at(self, uniform: Floats) -> Floats:
        """The values below which these shares lie."""
        return self.low + uniform * (self.high - self.low)


def _whole(shares: Iterable[float]) -> None:
    """Raises for shares that do not add up to 1."""
    total = math.fsum(shares)
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise UnfitError("shares that add up to 1", found=f"a sum of {total:g}")


def _of_shares(values: Iterable[float], shares: Iterable[float], uniform: Floats) -> Floats:
    """The value into whose share each uniform number falls."""
    ends = np.cumsum(list(shares))[:-1]
    return np.array(list(values), dtype=np.float64)[np.searchsorted(ends, uniform, side="right")]


class Categories(Frozen):
    """Single values with their shares, which add up to 1."""

    distribution: Literal["categories"]
    shares: Annotated[FrozenMap[float, Annotated[float, Field(ge=0)]], Field(min_length=1)]

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        _whole(self.shares.values())
        return self

    def at(self, uniform: Floats) -> Floats:
        """The value of each share.

        >>> sexes = Categories(distribution="categories", shares={0: 0.4, 1: 0.6})
        >>> sexes.at(np.array([0.39, 0.41])).tolist()
        [0.0, 1.0]
        """
        return _of_shares(self.shares, self.shares.values(), uniform)


class Phenotypes(Frozen):
    """Metaboliser phenotypes of an enzyme, each with the value that it has in the model, such as its activity.

    `shares`: how often each is, 1 in all; None: still to be taken from the records by whoever reads a model.
    """

    distribution: Literal["phenotypes"]
    enzyme: Enzyme
    values: Annotated[FrozenMap[Phenotype, float], Field(min_length=1)]
    shares: Annotated[FrozenMap[Phenotype, Annotated[float, Field(ge=0)]], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _each_has_a_value(self) -> Self:
        if self.shares is None:
            expected = f"how often each phenotype of {self.enzyme} is: the records do not say it"
            raise UnfitError(expected, found="no shares")
        _whole(self.shares.values())
        without = [str(phenotype) for phenotype in self.shares if phenotype not in self.values]
        if without:
            raise UnfitError("a value for every phenotype with a share", found=f"none for {', '.join(without)}")
        return self

    def at(self, uniform: Floats) -> Floats:
        """The value of each share.

        >>> activity = Phenotypes(
        ...     distribution="phenotypes", enzyme="CYP2D6", values={"PM": 0, "NM": 1}, shares={"PM": 0.1, "NM": 0.9}
        ... )
        >>> activity.at(np.array([0.05, 0.5])).tolist()
        [0.0, 1.0]
        """
        shares = self.shares or {}
        return _of_shares([self.values[phenotype] for phenotype in shares], shares.values(), uniform)


Distribution = Annotated[Normal | LogNormal | Uniform | Categories | Phenotypes, Field(discriminator="distribution")]
