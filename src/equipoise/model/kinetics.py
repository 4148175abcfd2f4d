"""What is published of an adjunct's kinetics, the model that is fitted to it, and what the fit found."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen, FrozenMap, empty
from equipoise.model.source import Provenance, RecordId, Text

Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]
Ends = tuple[Positive, Positive]
Quantity = Literal["cmax", "tmax", "half_life", "auc_inf", "cl_f", "vz_f", "ratio", "steady_state", "dose_exponent"]
Given = Literal["median", "mean", "group_range", "highest_group", "at_most", "in_words"]

UNITS: dict[Quantity, str] = {
    "cmax": "nM",
    "tmax": "h",
    "half_life": "h",
    "auc_inf": "nM*h",
    "cl_f": "L/h",
    "vz_f": "L",
    "ratio": "ng/ng",
    "steady_state": "d",
    "dose_exponent": "1",
}
"""The one unit of each quantity in the records."""


class KineticStudy(Provenance):
    """What took place in one occasion of a study: a fact about the study, never a proposal. None: not read anywhere.

    `amount_mg`: the lowest and highest amount of each constituent per dose; `doses`, `interval_h`: how often before the
    samples. `window_h`: from the last dose to the last sample. `quantification_nm`: below this nothing was measured.
    `laboratory`: occasions that share it share their limit of quantification. `groups`, `group_n`: dose groups, people
    in each.
    """

    id: RecordId
    laboratory: RecordId
    what: Text
    amount_mg: FrozenMap[RecordId, Ends]
    doses: Count
    interval_h: Positive | None = None
    window_h: Positive | None = None
    quantification_nm: Positive | None = None
    groups: Count | None = None
    group_n: Count | None = None

    @model_validator(mode="after")
    def _several_doses_have_an_interval(self) -> Self:
        if self.doses > 1 and self.interval_h is None:
            raise ValueError("several doses without an interval")
        if any(low > high for low, high in self.amount_mg.values()):
            raise ValueError("amount_mg: the lowest amount stands first")
        return self


class KineticFigure(Provenance):
    """One published figure of one analyte in one study, in the unit of its quantity.

    `given`: "median" (low, high: of people), "mean" (sd: of people), "group_range" (low, high: of dose groups),
    "highest_group" (the largest mean of a group), "at_most", "in_words" (`says`, no number). `relative_to`: the
    denominator of a ratio. `follows_from`: the figure of which it is arithmetic, so that a fit must not count it twice.
    `left_out`: why a fit does not use it. It is predicted all the same.
    """

    id: RecordId
    study: RecordId
    analyte: RecordId
    quantity: Quantity
    given: Given
    value: Positive | None = None
    low: Positive | None = None
    high: Positive | None = None
    sd: Positive | None = None
    n: Count | None = None
    relative_to: RecordId | None = None
    says: Text | None = None
    follows_from: RecordId | None = None
    left_out: Text | None = None

    @model_validator(mode="after")
    def _what_is_given_is_there(self) -> Self:
        missing = [name for name in _NEEDED[self.given] if getattr(self, name) is None]
        if missing:
            raise ValueError(f"given as {self.given}, but without {', '.join(missing)}")
        if (self.quantity == "ratio") != (self.relative_to is not None):
            raise ValueError("relative_to stands with a ratio and with nothing else")
        middle = self.value if self.value is not None else self.low
        if None not in (self.low, self.high, middle) and not self.low <= middle <= self.high:  # type: ignore[operator]
            raise ValueError(f"the range ({self.low}, {self.high}) does not hold the value {middle}")
        return self

    @property
    def unit(self) -> str:
        """The unit of the numbers."""
        return UNITS[self.quantity]

    @property
    def counts(self) -> bool:
        """True for a number that a fit may learn from."""
        return self.given != "in_words" and self.follows_from is None and self.left_out is None


_NEEDED: dict[Given, tuple[str, ...]] = {
    "median": ("value", "low", "high", "n"),
    "mean": ("value", "sd", "n"),
    "group_range": ("low", "high"),
    "highest_group": ("value",),
    "at_most": ("value",),
    "in_words": ("says",),
}


class Analyte(Frozen):
    """A constituent in the model: the output that is its concentration, and the state that its own dose enters.

    `entry` None: it is only formed in the body.
    """

    constituent: RecordId
    output: str
    entry: str | None = None
    molar_mass: Positive
    because: Text


class LogPrior(Frozen):
    """A log-normal belief: its median, and the SD of its logarithm."""

    median: Positive
    log_sd: Annotated[float, Field(ge=0)]


class KineticParameter(Frozen):
    """A parameter of the system. `prior` log_sd 0: fixed. `varies`: the spread with which people differ in it."""

    name: str
    unit: str
    prior: LogPrior
    varies: RecordId | None = None


class FitRule(Frozen):
    """How the fit reads what the sources do not say, and its seed. `because`: what the choices rest on.

    `window_h`, `quantification_nm`: beliefs where a study does not say. `heterogeneity`: SD of the log differences
    between studies and methods. `groups`, `group_n`: taken where dose groups are not described. `steady_share`: the
    share of the final trough that counts as steady state. `content`: SD of the log content between products.
    `samples_h`: when the virtual people of the check are sampled, as far as a study's window goes.
    """

    window_h: LogPrior
    quantification_nm: LogPrior
    heterogeneity: LogPrior
    content: LogPrior
    groups: Count
    group_n: Count
    steady_share: Annotated[float, Field(gt=0, lt=1)]
    samples_h: Annotated[tuple[Positive, ...], Field(min_length=4)]
    draws: Annotated[int, Field(ge=100, le=100_000)]
    people: Annotated[int, Field(ge=100, le=100_000)]
    seed: Annotated[int, Field(ge=0)]
    because: Text


class CarryOver(Frozen):
    """The analyte whose kinetics stand for those of the adjunct in a trial, and why."""

    analyte: RecordId
    because: Text


class KineticModel(Provenance):
    """The model of an adjunct's kinetics: the system without its values, what is believed of them, how it is fitted.

    `system`: what `pharmacology.kinetics` reads as a `System` once the parameters are put in. A mapping whose order
    counts stands as a list of pairs, because records are kept with their keys sorted.
    `spreads`: log SDs between people. Doses in mg, concentrations in nM, time in h.
    """

    id: RecordId
    system: FrozenMap[str, Any]
    analytes: Annotated[tuple[Analyte, ...], Field(min_length=1)]
    parameters: Annotated[tuple[KineticParameter, ...], Field(min_length=1)]
    spreads: FrozenMap[RecordId, LogPrior] = Field(default_factory=empty)
    rule: FitRule
    carry_over: CarryOver

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        unknown = sorted({item.varies for item in self.parameters if item.varies} - set(self.spreads))
        if unknown:
            raise ValueError(f"parameters vary with {', '.join(unknown)}, which is no spread")
        if self.carry_over.analyte not in {item.constituent for item in self.analytes}:
            raise ValueError(f"carry_over names {self.carry_over.analyte}, which is no analyte of the model")
        return self


class ContentFigure(Provenance):
    """A measured content (mg/g): of one product (`value`), or the lowest and highest of `n`. `left_out`: why unused."""

    id: RecordId
    constituent: RecordId
    value: Positive | None = None
    low: Positive | None = None
    high: Positive | None = None
    n: Count | None = None
    left_out: Text | None = None

    @model_validator(mode="after")
    def _one_value_or_a_range(self) -> Self:
        if (self.value is None) == (self.low is None) or (self.low is None) != (self.high is None):
            raise ValueError("either a value, or low and high")
        return self

    @property
    def counts(self) -> bool:
        """True where a fit may learn from it."""
        return self.left_out is None


class FittedLog(Frozen):
    """One fitted positive number: its posterior median and log SD, beside what was believed before."""

    name: str
    unit: str
    median: Positive
    log_sd: Annotated[float, Field(ge=0)]
    prior: LogPrior


class FittedPart(Frozen):
    """What was found of an independent part of the model: the constituents in it and their parameters.

    `covariance`: of the logs of the parameters, lower triangle by rows. `log_evidence`: of the figures, up to a
    constant. `steps`: of the annealing; `distinct`: share of the draws that are no copy of another.
    """

    analytes: tuple[RecordId, ...]
    parameters: tuple[FittedLog, ...]
    covariance: tuple[tuple[float, ...], ...]
    log_evidence: float
    steps: Count
    distinct: Annotated[float, Field(gt=0, le=1)]


class People(Frozen):
    """A figure among virtual people who were sampled and analysed as the study did: median, and a central 90 %."""

    median: Positive
    interval_90: Ends


class PredictedFigure(Frozen):
    """What the fitted model predicts for a published figure (`id`): the figure, and its 90 % interval by doubt.

    `ratio`: predicted over published, over the middle of a range. `inside`: within the published range of people (or
    one SD about a mean), of dose groups, or below what it is at most; None where nothing published could hold it.
    """

    id: RecordId
    predicted: Positive
    interval_90: Ends
    ratio: Positive | None = None
    inside: bool | None = None
    people: People | None = None


class FittedContent(Frozen):
    """The content of products (mg/g) as a log-normal: its median, log SD, and how well the median is known.

    `borrowed`: a single product was measured; the log SD is that of another constituent.
    """

    constituent: RecordId
    median: Positive
    log_sd: Positive
    median_log_sd: Positive
    borrowed: bool = False


class Washout(Frozen):
    """Days after the last of many daily doses until `share` of the mean level is left: median person, central 90 %."""

    share: Annotated[float, Field(gt=0, lt=1)]
    median_days: Positive
    interval_90: Ends


class HandOver(Frozen):
    """What design and analysis take over, across people and the doubt in the parameters.

    `half_life_days`: of the first-order build-up and decay that lags as far behind what is taken, on average, as the
    exposure does: the prior of a carry-over. `slowest_half_life_days`: of the last phase, by which a washout is judged.
    `kernel`: the share of one dose's exposure that falls on its own day, the next, and so on, on average over people;
    they add up to 1.
    """

    analyte: RecordId
    half_life_days: LogPrior
    slowest_half_life_days: LogPrior
    kernel: tuple[Annotated[float, Field(ge=0, le=1)], ...]
    washout: tuple[Washout, ...]


class KineticFit(Frozen):
    """A fit as it is kept beside the records: from what it was made, what it found, what it predicts.

    `inputs`: a hash of the records that it follows from.
    """

    inputs: str
    date: dt.date
    seed: int
    versions: FrozenMap[str, str]
    parts: tuple[FittedPart, ...]
    content: tuple[FittedContent, ...]
    figures: tuple[PredictedFigure, ...]
    hand_over: HandOver
