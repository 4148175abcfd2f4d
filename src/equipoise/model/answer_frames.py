"""The answer of an analysis for other people's tools: data frames, and ArviZ's container of draws."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from equipoise.errors import Fault, InputError, MissingExtraError, how_to_install

if TYPE_CHECKING:
    from equipoise.model.posterior import Posterior, Summary

CHAINS = 4

What = Literal["estimates", "diary"]
Estimate = tuple[str, str, float, float, float, float, float | None]
COLUMNS = ("quantity", "assumption", "mean", "sd", "low", "high", "p_below_zero")


def frame(posterior: Posterior, what: What) -> Any:  # noqa: ANN401 - a type of an optional package
    """The data frame of `Posterior.to_frame`."""
    pandas = _module("pandas", "frames", "answer as data frame")
    if what == "estimates":
        return pandas.DataFrame.from_records(list(_estimates(posterior)), columns=list(COLUMNS))
    if what == "diary":
        return pandas.DataFrame(_diary(posterior))
    raise InputError(
        "answer as data frame", [Fault("what", repr(what), "estimates or diary", "Use one of these words.")]
    )


def inference_data(posterior: Posterior, seed: int, draws: int) -> Any:  # noqa: ANN401 - a type of an optional package
    """The container of `Posterior.to_inference_data`."""
    arviz = _module("arviz_base", "mcmc", "answer as inference data")
    seen = posterior.observations
    drawn = posterior.mixture.draw(np.random.default_rng(seed), CHAINS * draws).reshape(CHAINS, draws)
    groups = {
        "posterior": {"effect": drawn},
        "observed_data": {"rating": np.array(seen.values)},
        "constant_data": {"day": np.array(seen.times_days), "acting_exposure": np.array(posterior.fitted.exposure)},
    }
    dims = {"rating": ["row"], "day": ["row"], "acting_exposure": ["row"]}
    return arviz.from_dict(groups, dims=dims)


def _diary(posterior: Posterior) -> dict[str, Any]:
    fit, seen = posterior.fitted, posterior.observations
    columns = {
        "day": seen.times_days,
        "rating": seen.values,
        "acting_exposure": fit.exposure,
        "fitted_mean": fit.mean,
        "fitted_low": fit.low,
        "fitted_high": fit.high,
    }
    return {name: np.array(column) for name, column in (columns | dict(seen.covariates)).items()}


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
