"""How much of a constituent products hold: a log-normal from a few single values and the extremes of samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import log_ndtr

from equipoise.model.kinetics import ContentFigure, FittedContent, LogPrior
from equipoise.model.schedule import Floats

WIDTH, NODES = 5.0, 201
"""Prior SDs of the log SD about its centre, log units of the median about the middle of the data; nodes in each."""


def fit_content(figures: Sequence[ContentFigure], spread: LogPrior) -> tuple[FittedContent, ...]:
    """The content of each constituent of which a figure counts. `spread`: what is believed of the log SD beforehand.

    The median has a flat prior. A constituent of which one product was measured takes the log SD of the best known.
    """
    counted = [item for item in figures if item.counts]
    names = sorted({item.constituent for item in counted})
    known = {name: [item for item in counted if item.constituent == name] for name in names}
    ranged = [name for name in names if any(item.low is not None for item in known[name])]
    found = {name: _fitted(name, known[name], spread) for name in ranged}
    if not found:
        return ()
    best = max(ranged, key=lambda name: sum(item.n or 1 for item in known[name]))
    for name in names:
        if name not in found:
            found[name] = _borrowed(name, known[name], found[best].log_sd)
    return tuple(found[name] for name in names)


def _borrowed(name: str, figures: Sequence[ContentFigure], log_sd: float) -> FittedContent:
    logs = [math.log(item.value) for item in figures if item.value is not None]
    middle = math.exp(sum(logs) / len(logs))
    return FittedContent(
        constituent=name,
        median=middle,
        log_sd=log_sd,
        median_log_sd=log_sd / math.sqrt(len(logs)),
        borrowed=True,
    )


def _fitted(name: str, figures: Sequence[ContentFigure], spread: LogPrior) -> FittedContent:
    """By quadrature over the median and the log SD."""
    ends = [value for item in figures for value in (item.value, item.low, item.high) if value is not None]
    centre = float(np.mean(np.log(ends)))
    middles = centre + np.linspace(-WIDTH, WIDTH, NODES)[:, None]
    log_sds = math.log(spread.median) + spread.log_sd * np.linspace(-WIDTH, WIDTH, NODES)[None, :]
    density = -(((log_sds - math.log(spread.median)) / spread.log_sd) ** 2) / 2.0
    for item in figures:
        density = density + _log_likelihood(item, middles, np.exp(log_sds))
    weights = np.exp(density - density.max())
    weights /= weights.sum()
    middle = float((weights * middles).sum())
    doubt = math.sqrt(float((weights * (middles - middle) ** 2).sum()))
    return FittedContent(
        constituent=name,
        median=math.exp(middle),
        log_sd=math.exp(float((weights * log_sds).sum())),
        median_log_sd=doubt,
    )


def _log_likelihood(figure: ContentFigure, middle: Floats, sd: Floats) -> Floats:
    if figure.value is not None:
        return -(((math.log(figure.value) - middle) / sd) ** 2) / 2.0 - np.log(sd)
    low, high = ((math.log(end or math.nan) - middle) / sd for end in (figure.low, figure.high))
    inside = log_ndtr(high) + np.log1p(-np.exp(np.minimum(log_ndtr(low) - log_ndtr(high), -1e-12)))
    return ((figure.n or 2) - 2) * inside - (low**2 + high**2) / 2.0 - 2.0 * np.log(sd)
