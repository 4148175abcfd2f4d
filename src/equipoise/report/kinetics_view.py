"""A kinetic fit in words and rows, the same on every road out: each published figure beside its prediction."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.analyse.figures import plain, span
from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.kinetics import (
    FittedLog,
    HandOver,
    KineticFigure,
    KineticFit,
    KineticStudy,
    LogPrior,
    PredictedFigure,
    Quantity,
)
from equipoise.model.source import SourceKey
from equipoise.report import words
from equipoise.report.claim_view import percent

QUANTITIES: dict[Quantity, str] = {
    "cmax": "peak",
    "tmax": "time of the peak",
    "half_life": "terminal half-life",
    "auc_inf": "area to infinity",
    "cl_f": "clearance over availability",
    "vz_f": "terminal volume over availability",
    "ratio": "mean concentration over that of",
    "steady_state": "days to steady state",
    "dose_exponent": "power of the dose",
}
LITTLE = 0.05
"""So much of a level, or less, counts as washed out in a sentence."""

CLOSE = 1.5
"""A prediction counts as near within this factor of what was published."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `held`: what the published range says of the prediction; `note`: why a fit did not use it."""

    analyte: str
    what: str
    study: str
    published: str
    predicted: str
    people: str
    ratio: str
    held: str
    note: str
    sources: tuple[SourceKey, ...]
    figure: KineticFigure
    found: PredictedFigure


def rows(knowledge: Knowledge, adjunct: SubstanceKnowledge, fit: KineticFit) -> tuple[Row, ...]:
    """Every published figure beside its prediction, by analyte in the order of the model, then by quantity."""
    studies = {item.id: item for item in adjunct.kinetic_studies}
    found = {item.id: item for item in fit.figures}
    names = {item.id: item.name for item in (*adjunct.alkaloids.values(), *adjunct.metabolites.values())}
    model = adjunct.kinetic_model
    order = {} if model is None else {item.constituent: place for place, item in enumerate(model.analytes)}
    quantities = list(QUANTITIES)
    known = sorted(
        (figure for figure in adjunct.kinetic_figures if figure.id in found),
        key=lambda item: (order[item.analyte], quantities.index(item.quantity), studies[item.study].doses, item.id),
    )
    return tuple(_row(item, found[item.id], _study(knowledge, studies[item.study]), names) for item in known)


def _row(figure: KineticFigure, found: PredictedFigure, study: str, names: dict[str, str]) -> Row:
    what = QUANTITIES[figure.quantity]
    if figure.relative_to:
        what = f"{what} {names[figure.relative_to]}"
    people = found.people
    unit = "" if figure.unit == "1" else f", {figure.unit.replace('*', ' · ')}"
    return Row(
        analyte=names[figure.analyte],
        what=f"{words.sentence(what)}{unit}",
        study=study,
        published=published(figure),
        predicted=f"{plain(found.predicted)} ({span(found.interval_90)})",
        people=f"{plain(people.median)} ({span(people.interval_90)})" if people else "",
        ratio="" if found.ratio is None else plain(found.ratio),
        held=_held(figure, found),
        note=_note(figure),
        sources=figure.sources,
        figure=figure,
        found=found,
    )


def published(figure: KineticFigure) -> str:
    """A published figure as its study gives it.

    >>> import datetime as dt
    >>> known = {"sources": (), "date": dt.date(2026, 1, 1), "certainty": "low", "read": True}
    >>> named = {"id": "a", "study": "b", "analyte": "c", "quantity": "cmax"}
    >>> published(KineticFigure(**known, **named, given="median", value=81.9, low=50.1, high=177, n=5))
    '81.9 (50.1 to 177), median of 5'
    >>> published(KineticFigure(**known, **named, given="group_range", low=1.0, high=1.3))
    '1 to 1.3, dose groups'
    """
    value = "" if figure.value is None else plain(figure.value, 4)
    ends = f"{plain(figure.low or 0.0)} to {plain(figure.high or 0.0)}"
    return {
        "median": f"{value} ({ends}), median of {figure.n}",
        "mean": f"{value} (SD {plain(figure.sd or 0.0)}), mean of {figure.n}",
        "group_range": f"{ends}, dose groups",
        "highest_group": f"{value}, highest mean of a dose group",
        "at_most": f"at most {value}",
        "in_words": figure.says or "",
    }[figure.given]


def _study(knowledge: Knowledge, study: KineticStudy) -> str:
    """The study as a reader names it: by the last of its sources, the first one may be a review of it."""
    named = knowledge.sources[study.sources[-1]]
    return f"{named.short}, {'one dose' if study.doses == 1 else f'after {study.doses} doses'}"


def _held(figure: KineticFigure, found: PredictedFigure) -> str:
    if found.inside is None:
        return "a linear model has 1" if figure.quantity == "dose_exponent" else ""
    return "inside" if found.inside else "outside"


def _note(figure: KineticFigure) -> str:
    if figure.left_out:
        return f"Not used: {figure.left_out}"
    return "Follows from another figure" if figure.follows_from else ""


def summary(shown: Iterable[Row]) -> tuple[str, ...]:
    """How well the model holds, in sentences: what lies inside its range, what is near, what falls short."""
    used = [row for row in shown if not row.figure.left_out]
    ranged = [row for row in used if row.found.inside is not None]
    inside = [row for row in ranged if row.found.inside]
    sized = [row.found.ratio for row in used if row.found.ratio is not None]
    near = [ratio for ratio in sized if 1.0 / CLOSE <= ratio <= CLOSE]
    outside = [f"{row.analyte}, {_bare(row)} ({row.study})" for row in ranged if not row.found.inside]
    held = f"{len(inside)} of {words.count(len(ranged), 'figure')} with a range lie inside it"
    found = [f"{held}; {len(near)} of {len(sized)} lie within {CLOSE:g}-fold of what was published."]
    if outside:
        found.append(f"Outside its range: {'; '.join(outside)}.")
    said = [row.figure.says for row in used if row.figure.quantity == "dose_exponent" and row.figure.says]
    if said:
        found.append(f"Published in words: {' '.join(said)} A linear model has proportion for both.")
    return tuple(found)


def _bare(row: Row) -> str:
    return QUANTITIES[row.figure.quantity].removesuffix(" of")


def handed_over(hand_over: HandOver) -> tuple[str, ...]:
    """What design and analysis take from the fit, in sentences."""
    first = hand_over.kernel[0]
    half, slow = hand_over.half_life_days, hand_over.slowest_half_life_days
    left = next(item for item in hand_over.washout if item.share <= LITTLE)
    after = (
        f"After long daily use {percent(left.share)} of the mean level is left after {plain(left.median_days, 2)} days"
    )
    own_day = f"Of one dose's exposure {percent(first)} falls on its own day, on average over people"
    return (
        f"Half-life of build-up and decay that an analysis may assume: {log_normal(half)} days.",
        f"Slowest half-life: {log_normal(slow)} days.",
        f"{after} (90 % of people {span(left.interval_90, 2)}).",
        f"{own_day}; {len(hand_over.kernel)} days hold 99 %.",
    )


def log_normal(belief: LogPrior) -> str:
    """A log-normal as its median and central 90 %.

    >>> log_normal(LogPrior(median=2.0, log_sd=0.5))
    '2 (0.88 to 4.6)'
    """
    low, high = (belief.median * math.exp(sign * 1.6448536 * belief.log_sd) for sign in (-1.0, 1.0))
    return f"{plain(belief.median, 2)} ({plain(low, 2)} to {plain(high, 2)})"


def fitted(item: FittedLog) -> tuple[str, str]:
    """A parameter after and before the fit: each its median and central 90 %."""
    return log_normal(LogPrior(median=item.median, log_sd=item.log_sd)), log_normal(item.prior)
