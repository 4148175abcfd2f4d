"""What is believed before the diary is read, in units of the planning SD `s0`; sceptical and centred on zero."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from equipoise.errors import Fault, InputError

ScaleOf = Literal["marginal", "innovation"]
Centre = Literal["baseline", "mean"]


@dataclass(frozen=True, slots=True)
class PhiPrior:
    """The correlation over one day: low + (high - low) * Beta(a, b).

    >>> PhiPrior.uniform(-0.99, 0.99).a
    1.0
    """

    a: float = 2.0
    b: float = 2.0
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not (self.a > 0 and self.b > 0 and -1.0 <= self.low < self.high <= 1.0):
            found = f"Beta({self.a:g}, {self.b:g}) on ({self.low:g}, {self.high:g})"
            expected = "positive shapes and a range inside -1 to 1"
            raise InputError("prior", [Fault("phi", found, expected, "For example beta(2,2) or uniform(0,0.99).")])

    @classmethod
    def uniform(cls, low: float, high: float) -> PhiPrior:
        """Every correlation between the two equally likely."""
        return cls(1.0, 1.0, low, high)


@dataclass(frozen=True, slots=True)
class HalfLife:
    """How fast the effect comes and goes: fixed (`log_sd` 0), or log-normal about its median. In days; 0 = at once.

    `kernel`: the shares of what is taken that act within the first day after it, the second, and so on, in place of
    first-order build-up and decay; they add up to 1. `median_days` is then the half-life that lags as far behind.

    >>> HalfLife(2.0).fixed, HalfLife(2.0, 0.5).fixed
    (True, False)
    """

    median_days: float = 0.0
    log_sd: float = 0.0
    kernel: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        self._check_kernel()
        usable = 0.0 <= self.median_days < math.inf and 0.0 <= self.log_sd < math.inf
        if not usable or (self.median_days == 0.0 and self.log_sd > 0.0):
            found = f"median {self.median_days:g} d, log SD {self.log_sd:g}"
            expected = "a median of at least 0 days, above 0 where it is uncertain"
            raise InputError("prior", [Fault("half_life", found, expected, "For example 2d or lognormal(2,0.5).")])

    def _check_kernel(self) -> None:
        if not self.kernel:
            return
        total = sum(self.kernel)
        if min(self.kernel) < 0.0 or abs(total - 1.0) > 1e-3 or self.log_sd or not self.median_days:
            found = f"{len(self.kernel)} shares that add up to {total:g}, log SD {self.log_sd:g}"
            expected = "shares of at least 0 that add up to 1, beside a known half-life above 0"
            raise InputError("prior", [Fault("kernel", found, expected, "Give the shares day by day.")])

    @property
    def fixed(self) -> bool:
        """True where the half-life is taken as known."""
        return self.log_sd == 0.0

    @property
    def known(self) -> HalfLife:
        """The same, taken as known at its median."""
        return HalfLife(self.median_days, kernel=self.kernel)


@dataclass(frozen=True, slots=True)
class Prior:
    """The prior of one analysis. Spreads are multiples of `s0`, the planning SD in points of the instrument.

    `s0` None: the larger of the SD before the first exposure, where there are ten ratings, and the SD within the
    levels; never the SD of all data. `scale_of`: whether `scale` bounds the marginal SD of the residual or that of its
    daily innovation.
    `noise`: Beta shapes of the share of the residual variance that is not shared between ratings (several a day).
    """

    s0: float | None = None
    centre: Centre | float = "baseline"
    intercept: float = 3.0
    effect: float = 1.0
    trend: float = 0.5
    covariate: float = 1.0
    withdrawal: float = 1.0
    scale: float = 1.5
    scale_of: ScaleOf = "marginal"
    phi: PhiPrior = field(default_factory=PhiPrior)
    half_life: HalfLife = field(default_factory=HalfLife)
    noise: tuple[float, float] = (2.0, 2.0)

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        for name in ("intercept", "effect", "trend", "covariate", "withdrawal", "scale"):
            value = getattr(self, name)
            if not 0.0 < value < math.inf:
                faults.append(Fault(name, f"{value:g}", "a positive multiple of s0", "Correct the prior."))
        if self.s0 is not None and not 0.0 < self.s0 < math.inf:
            mend = "Give the within-person SD of the outcome in points."
            faults.append(Fault("s0", f"{self.s0:g}", "a positive number of points", mend))
        if min(self.noise) <= 0:
            faults.append(Fault("noise", str(self.noise), "two positive Beta shapes", "Correct the prior."))
        if faults:
            raise InputError("prior", faults)


WEAK = Prior(
    centre="mean",
    intercept=10.0,
    effect=1.0,
    trend=1.0,
    scale=2.0,
    scale_of="innovation",
    phi=PhiPrior.uniform(-0.99, 0.99),
)
"""Weakly informative: nearly flat in level and correlation; the prior of the reference series."""
