"""How likely published figures are under a model: normal in their logarithms, with priors on the parameters' logs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.model.kinetics import KineticFigure, KineticModel, KineticParameter, KineticStudy, LogPrior
from equipoise.model.schedule import Floats
from equipoise.pharmacology.summaries.blocks import Values
from equipoise.pharmacology.summaries.orders import MEDIAN, highest, span
from equipoise.pharmacology.summaries.predict import Predictor

HETEROGENEITY = "heterogeneity"


@dataclass(frozen=True, slots=True)
class Free:
    """One parameter of the fit."""

    name: str
    unit: str
    prior: LogPrior


class Part:
    """An independent part of a model: what is fitted in it, and how likely the figures of its analytes are.

    Each figure is a normal number of its log: mean and SD from the model. The SD holds what the few people of a study
    leave open, from the model's own spread between people, and the differences between studies and methods. How much
    people differed, where it was published, is a normal number too, with the SD that the range of so few has.
    """

    def __init__(
        self, model: KineticModel, studies: Sequence[KineticStudy], figures: Sequence[KineticFigure], analytes: set[str]
    ) -> None:
        self.predictor = Predictor(model, studies)
        self.analytes = tuple(item.constituent for item in model.analytes if item.constituent in analytes)
        self.figures = tuple(item for item in figures if item.counts and item.analyte in analytes)
        named = set[str]().union(*(self.predictor.block(name).parameters for name in self.analytes))
        own = [item for item in model.parameters if item.name in named]
        self.free = self._free_parameters(own)
        self._fixed = {item.name: item.prior.median for item in own if item.prior.log_sd == 0.0}
        self.centre = np.log([item.prior.median for item in self.free])
        self.sd = np.array([item.prior.log_sd for item in self.free])
        self._seen = np.array([_published(item) for item in self.figures])
        self._differed = [(place, *known) for place, item in enumerate(self.figures) if (known := _spread_of(item))]

    def values(self, logs: Floats) -> Values:
        """The parameters by name at points (points, parameters)."""
        found = {name: np.full(len(logs), value) for name, value in self._fixed.items()}
        return found | {item.name: np.exp(logs[:, place]) for place, item in enumerate(self.free)}

    def log_likelihood(self, logs: Floats) -> Floats:
        """Of the figures at points (points, parameters), without its constant; -inf where the model gives none."""
        with np.errstate(all="ignore"):
            values = self.values(logs)
            predicted = self.predictor.predict(self.figures, values)
            misses = self._seen - predicted.logs
            found = np.zeros(len(logs))
            for place, figure in enumerate(self.figures):
                sampling = self._sampling(figure, predicted.spreads[:, place])
                found += _log_density(figure, misses[:, place], np.hypot(sampling, values[HETEROGENEITY]))
            for place, seen, sd in self._differed:
                found -= ((seen - np.log(predicted.spreads[:, place])) / sd) ** 2 / 2.0
        return np.where(np.isfinite(found), found, -np.inf)

    def log_prior(self, logs: Floats) -> Floats:
        """Of points (points, parameters), without its constant."""
        return -(((logs - self.centre) / self.sd) ** 2).sum(axis=1) / 2.0

    def _free_parameters(self, own: Sequence[KineticParameter]) -> tuple[Free, ...]:
        """The part's own parameters, spreads between people, and what the studies of its figures do not say."""
        model, rule = self.predictor.model, self.predictor.model.rule
        found = [Free(item.name, item.unit, item.prior) for item in own if item.prior.log_sd > 0.0]
        varies = {item.varies for item in own}
        found += [Free(f"spread.{name}", "1", prior) for name, prior in model.spreads.items() if name in varies]
        studies = [self.predictor.studies[name] for name in dict.fromkeys(item.study for item in self.figures)]
        found += [Free(f"window.{item.id}", "h", rule.window_h) for item in studies if item.window_h is None]
        silent = dict.fromkeys(item.laboratory for item in studies if item.quantification_nm is None)
        found += [Free(f"floor.{name}", "nM", rule.quantification_nm) for name in silent]
        return (*found, Free(HETEROGENEITY, "1", rule.heterogeneity))

    def _sampling(self, figure: KineticFigure, spread: Floats) -> Floats:
        """SD of the log of a published figure about the truth of its study."""
        groups, each = self.predictor.groups(figure)
        if figure.given == "median":
            return MEDIAN * spread / math.sqrt(figure.n or 1)
        if figure.given == "mean":
            return spread / math.sqrt(figure.n or 1)
        if figure.given == "highest_group":
            return highest(groups)[1] * spread / math.sqrt(each)
        return MEDIAN * spread / math.sqrt(groups * each)


def _log_density(figure: KineticFigure, miss: Floats, sd: Floats) -> Floats:
    if figure.given == "at_most":
        from scipy.special import log_ndtr

        return log_ndtr(miss / sd)
    return -((miss / sd) ** 2) / 2.0 - np.log(sd)


def _published(figure: KineticFigure) -> float:
    """The log of a figure; of a range its middle."""
    if figure.value is not None:
        return math.log(figure.value)
    return (math.log(figure.low or math.nan) + math.log(figure.high or math.nan)) / 2.0


def _spread_of(figure: KineticFigure) -> tuple[float, float] | None:
    """The log of how much people differed (a log SD), and the SD with which so few people tell it; None: not given."""
    if figure.n is None or figure.n < 2:
        return None
    if figure.sd is not None and figure.value is not None:
        return math.log(math.log1p((figure.sd / figure.value) ** 2)) / 2.0, 1.0 / math.sqrt(2.0 * (figure.n - 1))
    if figure.low is not None and figure.high is not None:
        mean, sd = span(figure.n)
        return math.log(math.log(figure.high / figure.low) / mean), sd / mean
    return None
