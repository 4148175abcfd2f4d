"""What a model predicts for published figures: of single people, and of the median, mean or highest mean of studies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np

from equipoise.model.kinetics import Analyte, KineticFigure, KineticModel, KineticStudy
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.summaries.blocks import Block, Values, blocks
from equipoise.pharmacology.summaries.modes import Dosing, Modes, modes
from equipoise.pharmacology.summaries.occasion import DAY_H, Occasion
from equipoise.pharmacology.summaries.orders import highest

PAIRS = 16
"""A typical population of so many opposite pairs of people stands for all."""


def system_of(model: KineticModel, values: Mapping[str, float] | None = None) -> System:
    """The system with a value for every parameter: those given, else the medians believed before any fit."""
    known = values or {}
    parameters = {
        item.name: {"value": known.get(item.name, item.prior.median), "unit": item.unit} for item in model.parameters
    }
    content = {key: _mapping(value) for key, value in model.system.items()}
    return System.of({**content, "parameters": parameters})


def _mapping(part: object) -> object:
    """A part of a system; a list of pairs becomes the mapping that it stands for."""
    return dict(cast("Iterable[tuple[str, object]]", part)) if isinstance(part, (list, tuple)) else part


@dataclass(frozen=True, slots=True)
class Predicted:
    """Logs of the figures as they are given, and log SDs between people: each (points, figures).

    NaN where fewer than half of the people have the figure.
    """

    logs: Floats
    spreads: Floats


class _Scene(NamedTuple):
    """What figures can share: one analyte on one occasion of a study, at the middle or the highest amount."""

    study: str
    analyte: str
    highest: bool


class Predictor:
    """Predicts figures of a model. Values are medians over people, by the names of `KineticModel.parameters`, of the
    spreads as `spread.NAME`, and `window.STUDY`, `floor.LABORATORY` for what a study does not say; arrays (points,).
    """

    def __init__(self, model: KineticModel, studies: Iterable[KineticStudy]) -> None:
        self.model = model
        self.studies = {study.id: study for study in studies}
        self.spread_of = {item.name: f"spread.{item.varies}" for item in model.parameters if item.varies}
        self._analytes = {item.constituent: item for item in model.analytes}
        self._blocks = blocks(system_of(model))
        self._times = np.concatenate([[0.0], model.rule.samples_h])

    def predict(self, figures: Sequence[KineticFigure], values: Values) -> Predicted:
        """The figures at each point."""
        points = max(np.size(value) for value in values.values())
        people = self._typical_people(values, points)
        kept: dict[_Scene, Occasion] = {}
        logs, spreads = np.zeros((points, len(figures))), np.zeros((points, len(figures)))
        for place, figure in enumerate(figures):
            each = self.people(figure, people, kept).reshape(-1, points)
            logs[:, place], spreads[:, place] = self._as_given(figure, each)
        return Predicted(logs, spreads)

    def people(self, figure: KineticFigure, people: Values, kept: dict[_Scene, Occasion] | None = None) -> Floats:
        """A figure of each person; NaN where a person's samples do not give it. `kept`: occasions of these people."""
        own = self.occasion(figure, figure.analyte, people, kept)
        if figure.relative_to is None:
            return own.figure(figure.quantity)
        return own.ratio(self.occasion(figure, figure.relative_to, people, kept))

    def occasion(
        self, figure: KineticFigure, analyte: str, people: Values, kept: dict[_Scene, Occasion] | None = None
    ) -> Occasion:
        """An analyte on the occasion of a figure, in people with these parameters."""
        scene = _Scene(figure.study, analyte, figure.given == "highest_group")
        if kept is None:
            return self._occasion(scene, self._modes(analyte, people), people)
        if scene not in kept:
            other = next((item for name, item in kept.items() if name.analyte == analyte), None)
            solved = self._modes(analyte, people) if other is None else other.modes
            kept[scene] = self._occasion(scene, solved, people)
        return kept[scene]

    def groups(self, figure: KineticFigure) -> tuple[int, int]:
        """Dose groups and people in each, as the study says or as the rule takes them."""
        study, rule = self.studies[figure.study], self.model.rule
        return study.groups or rule.groups, study.group_n or rule.group_n

    def block(self, analyte: str) -> Block:
        """The part of the system behind an analyte."""
        return self._blocks[self._analytes[analyte].output]

    def analyte(self, constituent: str) -> Analyte:
        """The analyte of a constituent."""
        return self._analytes[constituent]

    def _typical_people(self, values: Values, points: int) -> Values:
        """The typical population at each point: arrays (people * points,), the points side by side for each person."""
        varying = sorted(name for name in values.keys() & self.spread_of.keys() if self.spread_of[name] in values)
        scores = _scores(len(varying), self.model.rule.seed)
        found = {name: np.tile(np.broadcast_to(value, points), len(scores)) for name, value in values.items()}
        for column, name in enumerate(varying):
            spread = np.broadcast_to(values[self.spread_of[name]], points)
            found[name] *= np.exp(np.outer(scores[:, column], spread)).reshape(-1)
        return found

    def _modes(self, analyte: str, people: Values) -> Modes:
        return modes(self.block(analyte).at(people))

    def _occasion(self, scene: _Scene, solved: Modes, people: Values) -> Occasion:
        study = self.studies[scene.study]
        dosing = self._dosing(study, highest_amount=scene.highest)
        return Occasion(
            analyte=self._analytes[scene.analyte],
            modes=solved,
            dosing=dosing,
            window=people[f"window.{study.id}"] if study.window_h is None else study.window_h,
            floor=people[f"floor.{study.laboratory}"] if study.quantification_nm is None else study.quantification_nm,
            times=self._times,
            steady_share=self.model.rule.steady_share,
        )

    def _as_given(self, figure: KineticFigure, each: Floats) -> tuple[Floats, Floats]:
        """The log of the figure as it is given, and the log SD between people, from that of each: (people, points)."""
        have = np.isfinite(each).sum(axis=0)
        with np.errstate(all="ignore"):
            spread = _moments(np.log(each), have)[1]
            mean, sd = _moments(each, have)
            if figure.given == "mean":
                found = mean
            elif figure.given == "highest_group":
                groups, size = self.groups(figure)
                found = mean + highest(groups)[0] * sd / math.sqrt(size)
            else:
                found = _median(each, have)
            enough = have > len(each) / 2
            return np.where(enough, np.log(found), np.nan), np.where(enough, spread, np.nan)

    def _dosing(self, study: KineticStudy, *, highest_amount: bool) -> Dosing:
        """The doses of a study: the middle of a range, or its highest."""
        amounts: dict[str, float] = {}
        for name, (low, high) in study.amount_mg.items():
            entry = self._analytes[name].entry
            if entry is not None:
                amounts[entry] = high if highest_amount else math.sqrt(low * high)
        return Dosing(amounts, study.doses, study.interval_h or DAY_H)


def _scores(parameters: int, seed: int) -> Floats:
    """How each parameter differs from its median in the typical population, in SDs: (people, parameters).

    People in opposite pairs; the parameters have SD 1 and no correlation. The same for every point.
    """
    pairs = max(PAIRS, parameters)
    drawn = np.random.default_rng(seed).standard_normal((pairs, parameters))
    apart = np.linalg.qr(drawn)[0] * np.sqrt(pairs)
    return np.concatenate([apart, -apart])


def _moments(each: Floats, have: Indices) -> tuple[Floats, Floats]:
    """Mean and SD over the people who have a value."""
    mean = np.nansum(each, axis=0) / have
    return mean, np.sqrt(np.nansum((each - mean) ** 2, axis=0) / have)


def _median(each: Floats, have: Indices) -> Floats:
    """The median over the people who have a value."""
    ordered = np.sort(each, axis=0)  # NaN last
    points = np.arange(len(each.T))
    return (ordered[np.maximum(have - 1, 0) // 2, points] + ordered[np.minimum(have // 2, len(each) - 1), points]) / 2.0
