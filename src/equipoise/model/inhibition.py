"""What an inhibition in vitro becomes in people: turnover, flows, exposure; and what three models predict from it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen, FrozenMap
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import Enzyme

Positive = Annotated[float, Field(gt=0, le=1e9)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(gt=0)]
Fold = Annotated[float, Field(gt=1, le=100)]
Ends = tuple[Positive, Positive]
Organ = Literal["gut", "liver"]
Course = Literal["once", "daily"]
"""One serving together with one dose of the victim; or a serving a day, long enough for everything to settle."""


def _ordered(ends: Ends | None, what: str) -> None:
    if ends is not None and ends[0] > ends[1]:
        raise ValueError(f"{what} runs from {ends[0]} to {ends[1]}; the lower end stands first")


class EnzymeTurnover(Provenance):
    """How fast an enzyme is lost and made anew in one organ (1/h), as a range that holds it with 90 % belief."""

    id: RecordId
    enzyme: Enzyme
    organ: Organ
    range_90: Ends
    how: Text

    @model_validator(mode="after")
    def _the_ends_are_in_order(self) -> Self:
        _ordered(self.range_90, "range_90")
        return self


class VictimKinetics(Provenance):
    """How fast a medicine is absorbed and leaves, where its own record does not say; ranges of 90 % belief."""

    id: RecordId
    medicine: RecordId
    half_life_h: Ends
    absorption_per_h: Ends
    how: Text

    @model_validator(mode="after")
    def _the_ends_are_in_order(self) -> Self:
        _ordered(self.half_life_h, "half_life_h")
        _ordered(self.absorption_per_h, "absorption_per_h")
        return self


class InhibitionRule(Provenance):
    """How inhibition in vitro is carried to people. Flows in L/h; `interval`: the central part that is told.

    `laboratories`: spread of a constant between laboratories, the living organ counting as one more (one SD, fold).
    `absorption_per_h`: of a victim whose own is not recorded. `half_life_fold`: 90 % ends about a single recorded one.
    `classes`: the medicines that the table of victims holds. `because`: what the choices rest on.
    """

    id: RecordId
    enterocyte_flow_l_h: Positive
    liver_flow_l_h: Positive
    laboratories: Fold
    absorption_per_h: Ends
    half_life_fold: Fold
    classes: tuple[Text, ...]
    interval: Annotated[float, Field(gt=0, lt=1)]
    draws: Annotated[int, Field(ge=100, le=100_000)]
    courses: Annotated[int, Field(ge=20, le=10_000)]
    seed: Annotated[int, Field(ge=0)]
    because: Text


class PerpetratorFigure(Provenance):
    """What a constituent needs on its way from a concentration to an enzyme.

    `range_90`: within which it lies with 90 % belief; None where nobody knows.
    """

    id: RecordId
    constituent: RecordId
    part: Literal["absorbed", "unbound_in_microsomes", "blood_over_plasma"]
    range_90: Ends | None = None
    how: Text

    @model_validator(mode="after")
    def _a_fraction_is_at_most_one(self) -> Self:
        _ordered(self.range_90, "range_90")
        if self.part != "blood_over_plasma" and self.range_90 is not None and self.range_90[1] > 1:
            raise ValueError(f"a fraction of {self.range_90[1]}; it is at most 1")
        return self


class ExposureScenario(Provenance):
    """Whose exposure the models compute: the amounts of a study, once and on so many days. A fact, never a proposal."""

    id: RecordId
    study: RecordId
    days: Count
    because: Text


class PublishedRatio(Provenance):
    """A ratio that others calculated, with the inputs that they stated, and which of the inputs nobody can read.

    `inlet_nm`, `gut_nm`: what the concentrations that they print may have been before rounding; `ki_um`: as they used
    it. `printed`: in their digits.
    `basic`: 1 + I / Ki, without a victim. `doubt`: why the printed figure does not follow from the stated inputs.
    """

    id: RecordId
    enzyme: Enzyme
    organ: Organ
    printed: Text
    basic: bool
    inlet_nm: Ends | None = None
    gut_nm: Ends | None = None
    ki_um: Positive | None = None
    probe: RecordId | None = None
    missing: tuple[Text, ...] = ()
    doubt: Text | None = None


class Ratio(Frozen):
    """A ratio with the central interval of what is believed of it."""

    median: Annotated[float, Field(gt=0)]
    interval: tuple[float, float]

    @model_validator(mode="after")
    def _the_interval_holds_the_median(self) -> Self:
        if not 0 < self.interval[0] <= self.median <= self.interval[1]:
            raise ValueError(f"the interval {self.interval} does not hold the median {self.median}")
        return self


class OrganBound(Frozen):
    """An enzyme's activity over usual under an adjunct, by the static model: the middle, and the least (5 %)."""

    enzyme: Enzyme
    organ: Organ
    middle: Fraction
    least: Fraction


class VictimRow(Frozen):
    """What is predicted for one victim: by observed ratios, by the static bound, and by the course of the enzymes.

    `shares`: fm by enzyme, at the centre of what is believed. `unknown`: why the mechanistic models have no figure.
    `cmax` and `half_life`: ratios of the course, where one dose is given. `observed`: what a study saw, of the same.
    """

    medicine: RecordId
    name: Text
    course: Course
    shares: FrozenMap[Enzyme, Fraction]
    gut_available: Fraction
    observed_based: Ratio | None = None
    static: Ratio | None = None
    dynamic: Ratio | None = None
    cmax: Ratio | None = None
    half_life: Ratio | None = None
    unknown: Text | None = None
    no_observed: Text | None = None


class InhibitionFile(Frozen):
    """The content of an adjunct's `inhibition.json`, with the hashes of what it follows from.

    `inputs`: of the bounds; `table_inputs`: of the rows too.
    """

    inputs: str
    table_inputs: str
    date: dt.date
    seed: int
    versions: FrozenMap[str, str]
    bounds: tuple[OrganBound, ...]
    rows: tuple[VictimRow, ...]
