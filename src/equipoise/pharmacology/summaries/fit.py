"""The fit of a kinetic model to published figures: everything that is kept of it.

A model-based meta-analysis: one model for all figures of all studies, fitted to their logarithms, with what no study
says (windows, limits of quantification) as part of what is not known. Deterministic for a seed.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.model.kinetics import (
    ContentFigure,
    FittedLog,
    FittedPart,
    HandOver,
    KineticFigure,
    KineticFit,
    KineticModel,
    KineticStudy,
    LogPrior,
    People,
    PredictedFigure,
    Washout,
)
from equipoise.model.schedule import Floats
from equipoise.pharmacology.handover import DAY_H, kernel, washout_days
from equipoise.pharmacology.summaries.anneal import Annealed, anneal
from equipoise.pharmacology.summaries.blocks import Values
from equipoise.pharmacology.summaries.content import fit_content
from equipoise.pharmacology.summaries.likelihood import Part
from equipoise.pharmacology.summaries.modes import Dosing, modes
from equipoise.pharmacology.summaries.people import virtual_people
from equipoise.pharmacology.summaries.predict import Predictor

WASHOUTS = (0.5, 0.25, 0.1, 0.05, 0.01)
LEFT_OUT, MOST_DAYS = 0.01, 60
"""The kernel ends where so little of the exposure is still to come, or after so many days."""

DIGITS = 5
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Fitted:
    """One part with its draws from the posterior and its virtual people."""

    part: Part
    annealed: Annealed
    people: Values


def fit_parts(
    model: KineticModel,
    studies: Sequence[KineticStudy],
    figures: Sequence[KineticFigure],
    progress: Progress | None = None,
) -> tuple[Fitted, ...]:
    """Every independent part of the model, fitted; `progress` hears the part's first analyte and how far it is."""
    found: list[Fitted] = []
    for place, analytes in enumerate(independent(model, studies)):
        part = Part(model, studies, figures, analytes)
        name, rule = part.analytes[0], model.rule

        def heard(share: float, name: str = name) -> None:
            if progress is not None:
                progress(name, share)

        annealed = anneal(part, rule.draws, (rule.seed, place), heard)
        rng = np.random.default_rng((rule.seed, place, 1))
        found.append(Fitted(part, annealed, virtual_people(part, annealed.draws, rule.people, rng)))
    return tuple(found)


def independent(model: KineticModel, studies: Sequence[KineticStudy]) -> list[set[str]]:
    """The analytes in groups that share no parameter.

    What a group finds out says nothing of another one.
    """
    predictor = Predictor(model, studies)
    groups: list[tuple[set[str], set[str]]] = []
    for item in model.analytes:
        names, parameters = {item.constituent}, set(predictor.block(item.constituent).parameters)
        apart: list[tuple[set[str], set[str]]] = []
        for others, shared in groups:
            if shared & parameters:
                names, parameters = others | names, shared | parameters
            else:
                apart.append((others, shared))
        groups = [*apart, (names, parameters)]
    return [names for names, _ in groups]


def kinetic_fit(
    model: KineticModel,
    studies: Sequence[KineticStudy],
    figures: Sequence[KineticFigure],
    content: Sequence[ContentFigure],
    parts: Sequence[Fitted],
    *,
    inputs: str,
    date: dt.date,
    versions: Mapping[str, str],
) -> KineticFit:
    """What is kept of fitted parts: parameters, content of products, predictions for every figure, hand-over."""
    return KineticFit(
        inputs=inputs,
        date=date,
        seed=model.rule.seed,
        versions=versions,
        parts=tuple(_part(item) for item in parts),
        content=tuple(item.model_copy(update=_rounded(item)) for item in fit_content(content, model.rule.content)),
        figures=tuple(_predictions(figures, parts)),
        hand_over=_hand_over(model, studies, parts),
    )


def _part(item: Fitted) -> FittedPart:
    draws = item.annealed.draws
    medians, covariance = np.exp(np.median(draws, axis=0)), np.cov(draws, rowvar=False)
    logs = [
        FittedLog(
            name=free.name,
            unit=free.unit,
            median=rounded(medians[place]),
            log_sd=rounded(math.sqrt(covariance[place, place])),
            prior=free.prior,
        )
        for place, free in enumerate(item.part.free)
    ]
    triangle = tuple(tuple(rounded(value) for value in row[: place + 1]) for place, row in enumerate(covariance))
    return FittedPart(
        analytes=item.part.analytes,
        parameters=tuple(logs),
        covariance=triangle,
        log_evidence=rounded(item.annealed.log_evidence),
        steps=item.annealed.steps,
        distinct=rounded(item.annealed.distinct),
    )


def _predictions(figures: Sequence[KineticFigure], parts: Sequence[Fitted]) -> Iterator[PredictedFigure]:
    """In the order of the figures; those of an analyte that the model does not have are left out."""
    for figure in figures:
        for item in parts:
            if figure.analyte in item.part.analytes:
                yield _prediction(figure, item)


def _prediction(figure: KineticFigure, item: Fitted) -> PredictedFigure:
    predictor = item.part.predictor
    logs = predictor.predict([figure], item.part.values(item.annealed.draws)).logs[:, 0]
    low, middle, high = (rounded(value) for value in np.exp(np.nanquantile(logs, (0.05, 0.5, 0.95))))
    seen = predictor.people(figure, item.people)
    ends = published_ends(figure)
    value = figure.value or (math.sqrt(ends[0] * ends[1]) if ends and ends[0] else None)
    return PredictedFigure(
        id=figure.id,
        predicted=middle,
        interval_90=(low, high),
        ratio=None if value is None else rounded(middle / value),
        inside=None if ends is None else ends[0] <= middle <= ends[1],
        people=_people(seen),
    )


def _people(seen: Floats) -> People:
    low, middle, high = (rounded(value) for value in np.nanquantile(seen, (0.05, 0.5, 0.95)))
    return People(median=middle, interval_90=(low, high))


def published_ends(figure: KineticFigure) -> tuple[float, float] | None:
    """Between what a prediction should lie: the published range, one SD about a mean, or at most the value."""
    if figure.low is not None and figure.high is not None:
        return figure.low, figure.high
    if figure.value is not None and figure.sd is not None:
        return figure.value - figure.sd, figure.value + figure.sd
    return (0.0, figure.value) if figure.given == "at_most" and figure.value is not None else None


def _hand_over(model: KineticModel, studies: Sequence[KineticStudy], parts: Sequence[Fitted]) -> HandOver:
    analyte = model.carry_over.analyte
    item = next(found for found in parts if analyte in found.part.analytes)
    predictor = Predictor(model, studies)
    solved = modes(predictor.block(analyte).at(item.people))
    amounts = {predictor.analyte(analyte).entry or "": 1.0}
    single, steady = solved.course(Dosing(amounts)), solved.course(Dosing(amounts, math.inf))
    washouts: list[Washout] = []
    for share in WASHOUTS:
        low, middle, high = (rounded(value) for value in np.quantile(washout_days(steady, share), (0.05, 0.5, 0.95)))
        washouts.append(Washout(share=share, median_days=middle, interval_90=(low, high)))
    return HandOver(
        analyte=analyte,
        slowest_half_life_days=_log_normal(single.half_life / DAY_H),
        half_life_days=_log_normal(math.log(2.0) * single.mean_time / DAY_H),
        kernel=tuple(rounded(share) for share in kernel(single, LEFT_OUT, MOST_DAYS)),
        washout=tuple(washouts),
    )


def _log_normal(values: Floats) -> LogPrior:
    logs = np.log(values)
    return LogPrior(median=rounded(math.exp(logs.mean())), log_sd=rounded(logs.std()))


def rounded(value: float) -> float:
    """The value to the digits that are kept.

    >>> rounded(0.0123456789)
    0.012346
    """
    return float(f"{value:.{DIGITS}g}")


def _rounded(item: object) -> dict[str, float]:
    return {name: rounded(getattr(item, name)) for name in ("median", "log_sd", "median_log_sd")}
