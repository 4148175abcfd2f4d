"""Distributions that covariates are drawn from, each by its inverse."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtr, ndtri

from equipoise.errors import UnfitError
from equipoise.model.base import Frozen, FrozenMap
from equipoise.model.schedule import Floats

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


class Categories(Frozen):
    """Single values with their shares, which add up to 1."""

    distribution: Literal["categories"]
    shares: Annotated[FrozenMap[float, Annotated[float, Field(ge=0)]], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = math.fsum(self.shares.values())
        if abs(total - 1.0) > SUM_TOLERANCE:
            raise UnfitError("shares that add up to 1", found=f"a sum of {total:g}")
        return self

    def at(self, uniform: Floats) -> Floats:
        """The value of each share.

        >>> sexes = Categories(distribution="categories", shares={0: 0.4, 1: 0.6})
        >>> sexes.at(np.array([0.39, 0.41])).tolist()
        [0.0, 1.0]
        """
        values = np.array(list(self.shares), dtype=np.float64)
        ends = np.cumsum(list(self.shares.values()))[:-1]
        return values[np.searchsorted(ends, uniform, side="right")]


Distribution = Annotated[Normal | LogNormal | Uniform | Categories, Field(discriminator="distribution")]
