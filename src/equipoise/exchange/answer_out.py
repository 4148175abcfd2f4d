"""The answer of an analysis for other people's tools: data frames, and ArviZ's container of draws."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np

from equipoise.errors import Fault, MissingExtraError, how_to_install
from equipoise.model.mixture import Mixture
from equipoise.model.posterior import Posterior, Summary
from equipoise.model.schedule import Floats

CHAINS = 4

Estimate = tuple[str, str, float, float, float, float, float | None]
COLUMNS = ("quantity", "assumption", "mean", "sd", "low", "high", "p_below_zero")


def to_frame(posterior: Posterior, what: Literal["estimates", "diary"] = "estimates") -> Any:  # noqa: ANN401 - a type of an optional package
    """A pandas data frame: the estimates, or the diary with what the model makes of it.

    `estimates`: one row per quantity and assumption; the effect as planned first; `low` and `high` bound the plan's
    interval. `diary`: one row per rating, in days and points, missing ratings as NaN. Raises `MissingExtraError`
    without the extra `frames`.
    """
    pandas = _module("pandas", "frames", "answer as data frame")
    if what == "estimates":
        return pandas.DataFrame.from_records(list(_estimates(posterior)), columns=list(COLUMNS))
    fit, seen = posterior.fitted, posterior.observations
    columns = {
        "day": seen.times_days,
        "rating": seen.values,
        "acting_exposure": fit.exposure,
        "fitted_mean": fit.mean,
        "fitted_low": fit.low,
        "fitted_high": fit.high,
    }
    return pandas.DataFrame({name: np.array(column) for name, column in (columns | dict(seen.covariates)).items()})


def to_inference_data(posterior: Posterior, seed: int, *, draws: int = 1000) -> Any:  # noqa: ANN401 - a type of an optional package
    """ArviZ's container: `posterior` (4 chains of independent draws of the effect, in points), `observed_data` with
    the ratings, `constant_data` with days and acting exposure.

    The draws come from the exact mixture, so they are no Markov chain: their effective size is their number. The same
    seed gives the same draws. Raises `MissingExtraError` without the extra `mcmc`.
    """
    arviz = _module("arviz_base", "mcmc", "answer as inference data")
    seen = posterior.observations
    drawn = draw(posterior.mixture, np.random.default_rng(seed), CHAINS * draws).reshape(CHAINS, draws)
    groups = {
        "posterior": {"effect": drawn},
        "observed_data": {"rating": np.array(seen.values)},
        "constant_data": {"day": np.array(seen.times_days), "acting_exposure": np.array(posterior.fitted.exposure)},
    }
    dims = {"rating": ["row"], "day": ["row"], "acting_exposure": ["row"]}
    return arviz.from_dict(groups, dims=dims)


def draw(mixture: Mixture, rng: np.random.Generator, count: int) -> Floats:
    """Independent draws from the mixture: (count,).

    >>> two = Mixture(np.array([0.5, 0.5]), np.array([-9.0, 9.0]), np.array([0.1, 0.1]))
    >>> np.abs(draw(two, np.random.default_rng(1), 4)).round().tolist()
    [9.0, 9.0, 9.0, 9.0]
    """
    part = rng.choice(mixture.weight.size, size=count, p=mixture.weight)
    return rng.normal(mixture.part_mean[part], mixture.part_sd[part])


def _estimates(posterior: Posterior) -> Iterable[Estimate]:
    effect = posterior.effect
    planned = "as planned"
    yield ("effect", planned, effect.mean, effect.sd, *effect.interval, effect.p_below_zero)
    for row in posterior.what_if:
        yield ("effect", row.name, row.mean, row.sd, *row.interval, row.p_below_zero)
    named: list[tuple[str, Summary | None]] = [
        ("effect as delivered", effect.as_delivered),
        ("phi", posterior.phi),
        ("sigma", posterior.sigma),
        ("half_life_days", posterior.half_life_days),
        *((name, item) for name, item in posterior.coefficients.items() if name != "effect"),
    ]
    for name, item in named:
        if item is not None:
            yield (name, planned, item.mean, item.sd, *item.interval, None)


def _module(name: str, extra: str, subject: str) -> Any:  # noqa: ANN401 - a type of an optional package
    """An optional package, taken by name because its types are of no use to a strict checker."""
    if find_spec(name) is None:
        fault = Fault(name, "not installed", f"the extra `{extra}`", how_to_install(extra))
        raise MissingExtraError(subject, [fault])
    return import_module(name)
