"""Instruments: ranges, recall windows, bands, cut-offs, important differences, licence of the text."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen, FrozenMap, empty
from equipoise.model.codes import LOINC
from equipoise.model.source import Provenance, RecordId, SourceKey, Text
from equipoise.model.terms import Standing

Number = int | float


class Band(Frozen):
    """A named range of scores, both ends included."""

    name: RecordId
    low: Number
    high: Number

    @model_validator(mode="after")
    def _low_is_not_above_high(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"the band {self.name} starts at {self.low}, above its end {self.high}")
        return self


class Cutoff(Frozen):
    """A published cut-off and what it is for."""

    score: Number
    unit: Text | None = None
    use: Text | None = None
    sensitivity_percent: Annotated[Number, Field(ge=0, le=100)] | None = None
    specificity_percent: Annotated[Number, Field(ge=0, le=100)] | None = None
    auc: Annotated[Number, Field(ge=0, le=1)] | None = None
    interval_95: tuple[Number, Number] | None = None
    n: int | None = None
    source: SourceKey
    read: bool


class ImportantDifference(Frozen):
    """A published minimal important difference; several stand side by side."""

    value: Number
    unit: Text
    interval_95: tuple[Number, Number] | None = None
    stratum: Text | None = None
    n: int | None = None
    source: SourceKey
    read: bool
    note: Text | None = None

    @property
    def in_points(self) -> bool:
        """Whether it is a number of points of the instrument; a percentage is none."""
        return self.unit == "points"


class Figure(Frozen):
    """One measured property of an instrument; `value` holds several numbers where the source gives several."""

    value: Number | tuple[Number, ...]
    unit: Text | None = None
    what: Text | None = None
    sd: Annotated[Number, Field(ge=0)] | None = None
    interval_95: tuple[Number, Number] | None = None
    n: int | None = None
    source: SourceKey
    read: bool
    note: Text | None = None


class StatedRule(Frozen):
    """One rule of an instrument in words: when it applies and what follows."""

    name: RecordId
    when: Text
    then: Text | None = None
    source: SourceKey
    read: bool


class SafetyRule(Frozen):
    """Which answers are a safety signal: any of `items` (counted from 1) at `at_least` or more.

    `then`: what a clinician does; `ask`: what is asked before, while an item after the others has no answer yet.
    `if_unanswered`: what an open answer means. `standing` is that of `at_least` and `then`; `read` is about the source
    of the concern.
    """

    name: RecordId
    items: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    at_least: int = 1
    ask: Text | None = None
    then: Text
    if_unanswered: Text
    standing: Standing
    source: SourceKey
    read: bool


class Prorating(Frozen):
    """A form with up to `most_missing` open answers is scored; each takes the mean of the answers that were given."""

    most_missing: Annotated[int, Field(ge=1)]
    source: SourceKey
    read: bool
    note: Text | None = None


class Form(Frozen):
    """How the answers of one form become a score.

    `answers`: least and greatest answer to each item. `words`: answers that may be given as a word. `total`: how the
    total is made; without it the form has none. `follow_up_items`: items after the others that are asked only where a
    safety signal led to them. `prorating`: without it a form with an open answer has no total.
    """

    answers: tuple[int, int]
    words: FrozenMap[str, int] = Field(default_factory=empty)
    total: Literal["sum"] | None = None
    follow_up_items: Annotated[int, Field(ge=0)] = 0
    prorating: Prorating | None = None
    safety: tuple[SafetyRule, ...] = ()
    source: SourceKey
    read: bool

    @model_validator(mode="after")
    def _answers_ascend_and_words_lie_among_them(self) -> Self:
        low, high = self.answers
        if low >= high:
            raise ValueError(f"the answers go from {low} to {high}, not upwards")
        outside = sorted(word for word, value in self.words.items() if not low <= value <= high)
        if outside:
            raise ValueError(f"words {outside} stand for answers outside {low} to {high}")
        return self

    @model_validator(mode="after")
    def _safety_rules_can_be_met_and_not_met(self) -> Self:
        low, high = self.answers
        idle = [rule.name for rule in self.safety if not low < rule.at_least <= high]
        if idle:
            raise ValueError(f"safety rules {idle} hold for every answer from {low} to {high}, or for none")
        return self

    @model_validator(mode="after")
    def _prorating_needs_a_total(self) -> Self:
        if self.prorating is not None and self.total is None:
            raise ValueError("prorating is given, but the form has no total")
        return self


class ToxicityGrade(Frozen):
    """One grade of a laboratory test: above `above`, up to and including `up_to`; None means no upper end.

    `times`: multiples of the upper limit of normal, or of the patient's own baseline where that was abnormal.
    """

    test: RecordId
    times: Annotated[str, Field(pattern="^(upper_limit|baseline)$")]
    grade: Annotated[int, Field(ge=1, le=5)]
    above: Annotated[Number, Field(gt=0)]
    up_to: Number | None = None

    @model_validator(mode="after")
    def _upper_end_lies_above_lower(self) -> Self:
        if self.up_to is not None and self.up_to <= self.above:
            raise ValueError(f"grade {self.grade} of {self.test} ends at {self.up_to}, not above {self.above}")
        return self


class Instrument(Provenance):
    """A questionnaire: range, recall window, bands, cut-offs, important differences, codes, licence of its text.

    `read` is about the instrument as a whole; the parts that may differ from it carry their own flag. Without a `form`
    its total is entered, not counted. `at_cutoff`: what follows where a total reaches the lowest cut-off in points.
    `better`: which direction of the score is a relief.
    `may_ship` is about the wording of the items only: scoring rules, ranges and codes are facts.
    """

    id: RecordId
    name: Text
    role: Text
    items: Annotated[int, Field(ge=1)] | None = None
    items_read: bool | None = None
    item_range: tuple[Number, Number] | None = None
    parts: Text | None = None
    recall_days: Annotated[Number, Field(gt=0)] | None = None
    range: tuple[Number, Number] | None = None
    range_percent: tuple[Number, Number] | None = None
    better: Literal["lower", "higher"] | None = None
    bands: tuple[Band, ...] = ()
    bands_source: SourceKey | None = None
    bands_read: bool | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    at_cutoff: StatedRule | None = None
    important_differences: tuple[ImportantDifference, ...] = ()
    scoring: Text | None = None
    rules: tuple[StatedRule, ...] = ()
    grades: tuple[ToxicityGrade, ...] = ()
    form: Form | None = None
    loinc: FrozenMap[RecordId, LOINC] = Field(default_factory=empty)
    loinc_read: FrozenMap[RecordId, bool] = Field(default_factory=empty)
    loinc_sources: tuple[SourceKey, ...] = ()
    fhir: tuple[Text, ...] = ()
    reliability: FrozenMap[RecordId, Figure] = Field(default_factory=empty)
    figures: FrozenMap[RecordId, Figure] = Field(default_factory=empty)
    licence: Text | None = None
    licence_source: SourceKey | None = None
    licence_read: Annotated[str, Field(pattern="^(yes|partly|no)$")] | None = None
    may_ship: Annotated[str, Field(pattern="^(yes|conditional|no|unknown)$")]
    note: Text | None = None

    def points_of(self, difference: ImportantDifference, bounds: tuple[Number, Number] | None) -> float | None:
        """The size of a difference in points of the scale in use; None for a share of a baseline, which is none.

        `bounds`: the scale in use, that of the points or that of the percentages; another one, or none, is taken as
        that of the points. A percentage of a baseline is never turned into points, a percentage point of the range is.
        """
        own = {"points": self.range, "percentage points": self.range_percent}
        if difference.unit not in own:
            return None
        scale = own[difference.unit]
        used = bounds if bounds in own.values() else self.range
        if scale is None or used is None:
            return abs(difference.value) if difference.in_points else None
        return abs(difference.value) * (used[1] - used[0]) / (scale[1] - scale[0])

    @model_validator(mode="after")
    def _bands_lie_in_the_range(self) -> Self:
        if self.range is not None:
            outside = [band.name for band in self.bands if band.low < self.range[0] or band.high > self.range[1]]
            if outside:
                raise ValueError(f"bands {outside} lie outside the range {self.range}")
        return self

    @model_validator(mode="after")
    def _bands_do_not_overlap(self) -> Self:
        ordered = sorted(self.bands, key=lambda band: band.low)
        shared = [right.name for left, right in pairwise(ordered) if right.low <= left.high]
        if shared:
            raise ValueError(f"bands {shared} begin inside the band before them")
        return self

    @model_validator(mode="after")
    def _parts_say_whether_they_were_read(self) -> Self:
        if self.bands and self.bands_read is None:
            raise ValueError("bands are given, but not whether they were read (bands_read)")
        silent = sorted(set(self.loinc) ^ set(self.loinc_read))
        if silent:
            raise ValueError(f"loinc and loinc_read do not name the same codes: {silent}")
        return self

    @model_validator(mode="after")
    def _form_fits_the_items_and_the_range(self) -> Self:
        if self.form is None:
            return self
        if self.items is None:
            raise ValueError("a form is given, but not the number of items")
        ends = tuple(end * self.items for end in self.form.answers)
        if self.form.total == "sum" and self.range != ends:
            raise ValueError(f"{self.items} items sum up to {ends[0]} to {ends[1]}, but the range is {self.range}")
        last = self.items + self.form.follow_up_items
        strange = sorted({item for rule in self.form.safety for item in rule.items if item > last})
        if strange:
            raise ValueError(f"safety rules name items {strange}, but the form has {last}")
        return self
