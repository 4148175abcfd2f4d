"""One diary whose ratings are no Gaussian numbers, as a latent model: likelihood, columns and priors on the latent
scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import ndtri

from equipoise.analyse.columns import Columns
from equipoise.analyse.propagation import Model
from equipoise.analyse.sites import FAR, Between, Counts, Sites
from equipoise.errors import Fault, InputError
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats

Latent = Literal["ordinal", "binary", "ordinal_sum", "poisson"]

THRESHOLD_SD = 1.5
LOG_UNIT = float(np.log(2.0))
ROUNDING_SD = float(np.sqrt(1.0 / 12.0))


@dataclass(frozen=True, slots=True, eq=False)
class LatentModel:
    """The model of one diary; `unit`: one planning SD on the latent scale; `names`: of the coefficients, the effect
    last. `levels`: the different ratings that were given; `ends`: the least and the greatest that could be.
    """

    model: Model
    likelihood: Latent
    names: tuple[str, ...]
    threshold_names: tuple[str, ...]
    unit: float
    levels: Floats
    ends: tuple[float, float]

    def kept(self, common: Floats) -> Floats:
        """Those of the common columns, (m, columns), that have a coefficient; thresholds take the level's place."""
        return common[:, common.shape[1] - (len(self.names) - 1) :]


def latent_model(
    found: Columns,
    times_days: Floats,
    values: Floats,
    prior: Prior,
    likelihood: str,
    bounds: tuple[float, float] | None = None,
) -> LatentModel:
    """The latent model of the observed ratings `values` at `times_days`, both (n,), on the columns `found`.

    - `ordinal`, `binary`: the state plus N(0, 1) noise lies between two thresholds; `unit` is 1. The thresholds hold
      the level, so the level column is dropped. Levels that nobody gave have no threshold of their own: their
      neighbours share one. Threshold k of the K given levels has the prior N(probit(k / K), 1.5^2).
    - `ordinal_sum`: the state plus noise, rounded to whole points, cut off at `bounds`; `unit` is the planning SD in
      points. The noise is fixed at the SD of the rounding itself (1/sqrt(12) points): with one rating at a time,
      noise of its own cannot be told from a correlation that is lower, and the smaller it is the nearer the model is
      to the Gaussian one.
    - `poisson`: counts with mean exp(state); `unit` is log 2, a doubling or a halving.

    Raises InputError with every fault of the ratings.
    """
    faults = _faults(times_days, values, prior, likelihood, bounds)
    if not found.s0 > 0.0:
        mend = "Give the within-person SD of the outcome in points."
        faults.append(Fault("s0", f"{found.s0:g}", "a positive planning SD; within each level all ratings agree", mend))
    if faults:
        raise InputError("ratings", faults)
    kind: Latent = next(name for name in get_args(Latent) if name == likelihood)
    multiple = found.sd / found.s0
    mean = found.mean.copy()
    x = np.stack([found.at(i) for i in range(found.half_lives_days.size)], axis=2)
    names, levels = found.names, np.unique(values)
    n, inner = values.size, 0
    ends = bounds or (-np.inf, np.inf)
    sites: Sites
    if kind == "ordinal_sum":
        unit = found.s0
        sites = _rounded(values, bounds)
    elif kind == "poisson":
        unit = LOG_UNIT
        mean = np.append(np.log(max(float(mean[0]), 0.5)), np.zeros(mean.size - 1))
        ends = (0.0, np.inf)
        sites = Counts(values[:, None])
    else:
        unit, inner, ends = 1.0, levels.size - 1, (float(levels[0]), float(levels[-1]))
        x, multiple, mean, names = x[:, 1:], multiple[1:], np.zeros(mean.size - 1), names[1:]
        lower = np.searchsorted(levels, values) - 1
        sites = Between(1.0, np.full((n, 1), -FAR), np.full((n, 1), FAR), lower)
    order = np.searchsorted(levels, values)[:, None]
    place = np.arange(inner)
    model = Model(
        sites=sites,
        gaps_days=np.diff(times_days),
        x=x,
        mean=mean,
        sd=multiple * unit,
        threshold_mean=ndtri((place + 1.0) / (inner + 1.0)),
        threshold_sd=THRESHOLD_SD,
        above=(order == place).astype(np.float64),
        below=(order == place + 1).astype(np.float64),
    )
    between = tuple(f"threshold {levels[k]:g}|{levels[k + 1]:g}" for k in range(inner))
    return LatentModel(model, kind, names, between, unit, levels, ends)


def _rounded(values: Floats, bounds: tuple[float, float] | None) -> Between:
    low, high = bounds if bounds is not None else (-FAR, FAR)
    bottom = np.where(values <= low, -FAR, values - 0.5)
    top = np.where(values >= high, FAR, values + 0.5)
    return Between(ROUNDING_SD, bottom[:, None], top[:, None])


def _faults(
    times: Floats, values: Floats, prior: Prior, likelihood: str, bounds: tuple[float, float] | None
) -> list[Fault]:
    if likelihood not in get_args(Latent):
        known = ", ".join(get_args(Latent))
        return [Fault("likelihood", likelihood, f"one of {known}", "Choose one, or use the Gaussian model.")]
    if times.shape != values.shape or times.ndim != 1:
        return [Fault("times_days", f"{times.size} times and {values.size} ratings", "one time for each", "Pair them.")]
    if not (np.all(np.isfinite(values)) and np.all(np.isfinite(times))):
        return [Fault("values", "a rating or a time that is no number", "observed ratings only", "Leave out the row.")]
    faults: list[Fault] = []
    if np.any(np.diff(times) <= 0.0):
        faults.append(Fault("times_days", "a time not after the one before", "ascending times", "Sort the rows."))
    if np.any(values % 1 != 0):
        row = int(np.argmax(values % 1 != 0))
        mend = "Correct it, or choose the Gaussian model."
        faults.append(Fault("values", f"{values[row]:g} in row {row + 1}", "whole numbers", mend))
    if np.unique(values).size < 2:
        faults.append(Fault("values", "one and the same rating throughout", "at least two levels", "Collect more."))
    faults += _range_faults(values, likelihood, bounds)
    if prior.phi.low < 0.0 and np.any(np.diff(times) % 1 != 0):
        expected = (
            "a correlation of at least 0 where gaps are no whole days: a power of a negative number is not defined"
        )
        faults.append(Fault("prior.phi", f"a range from {prior.phi.low:g}", expected, "For example beta(2,2)."))
    return faults


def _range_faults(values: Floats, likelihood: str, bounds: tuple[float, float] | None) -> list[Fault]:
    ranges = {"binary": (0.0, 1.0), "poisson": (0.0, np.inf)}
    low, high = ranges.get(likelihood) or bounds or (-np.inf, np.inf)
    wrong = (values < low) | (values > high)
    if not np.any(wrong):
        return []
    row = int(np.argmax(wrong))
    found = f"{values[row]:g} in row {row + 1}"
    return [Fault("values", found, f"{low:g} to {high:g} ({likelihood})", "Correct the rating, or the likelihood.")]
