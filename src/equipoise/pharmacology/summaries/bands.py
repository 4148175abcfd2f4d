"""Bands of concentrations among virtual people, to hold against published peaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from equipoise.model.kinetics import KineticFigure
from equipoise.model.schedule import Floats
from equipoise.pharmacology.summaries.fit import Fitted

Quantiles = tuple[Floats, Floats, Floats]


def bands(parts: Iterable[Fitted], figures: Sequence[KineticFigure], times_h: Floats) -> dict[str, Quantiles]:
    """For each figure (by id): 5, 50 and 95 % of people of its analyte's concentration (nM) at hours after the dose."""
    found: dict[str, Quantiles] = {}
    for item in parts:
        for figure in (figure for figure in figures if figure.analyte in item.part.analytes):
            course = item.part.predictor.occasion(figure, figure.analyte, item.people).course
            low, middle, high = np.quantile(course.at(times_h), (0.05, 0.5, 0.95), axis=0)
            found[figure.id] = (low, middle, high)
    return found
