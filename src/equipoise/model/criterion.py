"""Criteria: a rule's words beside its check, written as data that a clinician can read.

A criterion has one or more levels, the strongest first; each level has a condition (`when`) that is a
small expression over the case. Every expression answers met, not met or unknown (Kleene's strong logic).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from equipoise.model.base import Frozen, FrozenMap, empty
from equipoise.model.codes import ATC, LOINC, SnomedCT
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import (
    Effect,
    Enzyme,
    EnzymeRoleKind,
    Grade,
    LawStatus,
    MaoInhibition,
    OpioidRole,
    ProductForm,
    Severity,
    Sex,
    Strength,
    UseFrequency,
)

ICD10Range = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?(-[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?)?$")
]
"""A code, a category or a range of categories: `F32.3`, `G40`, `F20-F29`."""


class ConditionTest(Frozen):
    """Met by a recorded condition with one of these codes, or whose text states one of these phrases.

    `not_phrases` take a phrase back that they govern: "history of" what follows it, "ruled out" what stands before it.
    Plain denials (no, denies, without) need not be listed. Words that can be read both ways make the test unknown.
    `within_days`: counts only where the condition is active or was recorded in that window.
    `active`: True = only an active condition counts; False = past ones count too.
    `lapses_days`: what began longer ago is over, whatever the list still says (a pregnancy of three years ago).
    """

    icd10: tuple[ICD10Range, ...] = ()
    snomed: tuple[SnomedCT, ...] = ()
    phrases: tuple[Text, ...] = ()
    not_phrases: tuple[Text, ...] = ()
    active: bool = True
    within_days: Annotated[int, Field(gt=0)] | None = None
    lapses_days: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.icd10 or self.snomed or self.phrases):
            raise ValueError("a condition test needs icd10, snomed or phrases")
        return self


class EnzymeSelector(Frozen):
    """Medicines with this role at this enzyme, at one of these strengths (all of them when none is given)."""

    enzyme: Enzyme
    role: EnzymeRoleKind
    strengths: tuple[Strength, ...] = ()


class MedicineTest(Frozen):
    """Met when at least `at_least` medicines of the list fit any one selector (and `narrow_index` where given).

    `within_days`: a medicine stopped at most so many days ago counts too; without it, a medicine's own
    `residual_days` decides.
    """

    ids: tuple[RecordId, ...] = ()
    atc: tuple[ATC, ...] = ()
    classes: tuple[RecordId, ...] = ()
    effects: FrozenMap[Effect, Grade] = Field(default_factory=empty)
    enzymes: tuple[EnzymeSelector, ...] = ()
    opioid: tuple[OpioidRole, ...] = ()
    mao_inhibitor: tuple[MaoInhibition, ...] = ()
    narrow_index: bool | None = None
    except_ids: tuple[RecordId, ...] = ()
    at_least: Annotated[int, Field(ge=1)] = 1
    within_days: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _selects_something(self) -> Self:
        selectors = (self.ids, self.atc, self.classes, self.effects, self.enzymes, self.opioid, self.mao_inhibitor)
        if not any(selectors) and self.narrow_index is None:
            raise ValueError("a medicine test needs at least one selector")
        return self


class MeasurementTest(Frozen):
    """Compares the newest value of a laboratory test, vital sign or score with a limit.

    Unknown where no value is recorded, it is older than `within_days`, or its unit is not the one named.
    `above_reference`: met when the value is above the laboratory's own upper limit.
    `also_in`: other units in which a value may stand, with the factor that brings it into `unit`.
    `positive`: met by a result in words that says yes. `scale`: the numbers that results in words stand for.
    `lapses_days`: a result older than this says nothing of today, as a pregnancy test of three years ago does not.
    `sex`: whom it concerns; empty for everybody. A result beyond the limit stays open where the sex is not recorded.
    """

    loinc: tuple[LOINC, ...] = ()
    names: tuple[Text, ...] = ()
    unit: Text | None = None
    below: float | None = None
    at_least: float | None = None
    above_reference: bool = False
    positive: bool = False
    scale: FrozenMap[Text, float] = Field(default_factory=empty)
    also_in: FrozenMap[Text, float] = Field(default_factory=empty)
    within_days: Annotated[int, Field(gt=0)] = 180
    lapses_days: Annotated[int, Field(gt=0)] | None = None
    sex: tuple[Sex, ...] = ()

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not (self.loinc or self.names):
            raise ValueError("a measurement test needs loinc or names")
        if self.below is None and self.at_least is None and not (self.above_reference or self.positive):
            raise ValueError("a measurement test needs below, at_least, above_reference or positive")
        return self


class AgeTest(Frozen):
    """Compares the age in completed years on the screening date."""

    below: Annotated[int, Field(gt=0, le=150)] | None = None
    at_least: Annotated[int, Field(ge=0, le=150)] | None = None

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.below is None and self.at_least is None:
            raise ValueError("an age test needs below or at_least")
        return self


class SexTest(Frozen):
    """Met when the chart's administrative sex is one of these; unknown when it is not recorded."""

    is_one_of: Annotated[tuple[Sex, ...], Field(min_length=1)]


class ContentTest(Frozen):
    """The content of one analyte in the product; give exactly one of the limits."""

    analyte: RecordId
    above_percent_of_alkaloids: Annotated[float, Field(ge=0, le=100)] | None = None
    above_mg_per_g: Annotated[float, Field(ge=0, le=1000)] | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.above_percent_of_alkaloids is None) == (self.above_mg_per_g is None):
            raise ValueError("give exactly one of above_percent_of_alkaloids and above_mg_per_g")
        return self


class ProductTest(Frozen):
    """Met when the product fits any selector; unknown when what it asks of the product is not known.

    `certificate`: False = met by a product known to lack an independent certificate of analysis.
    """

    forms: tuple[ProductForm, ...] = ()
    phrases: tuple[Text, ...] = ()
    certificate: bool | None = None
    content: tuple[ContentTest, ...] = ()


class LawTest(Frozen):
    """Met when the law in force for one of the case's jurisdictions has one of these statuses."""

    statuses: Annotated[tuple[LawStatus, ...], Field(min_length=1)]


class UseTest(Frozen):
    """Met when the patient's present use of the adjunct is one of these; unknown when it is not recorded."""

    is_one_of: Annotated[tuple[UseFrequency, ...], Field(min_length=1)]


class AllergyTest(Frozen):
    """Met by a recorded allergy whose text holds one of these phrases."""

    phrases: Annotated[tuple[Text, ...], Field(min_length=1)]


class Asked(Frozen):
    """Known only by asking: unknown until the case answers the criterion's question."""


class When(Frozen):
    """An expression: exactly one field is given.

    `recorded` counts only what the chart holds: where nothing is recorded the answer is not met, and nobody is asked.
    """

    any: Annotated[tuple[When, ...], Field(min_length=1)] | None = None
    all: Annotated[tuple[When, ...], Field(min_length=1)] | None = None
    none: Annotated[tuple[When, ...], Field(min_length=1)] | None = None
    recorded: When | None = None
    condition: ConditionTest | None = None
    medicine: MedicineTest | None = None
    measurement: MeasurementTest | None = None
    age: AgeTest | None = None
    sex: SexTest | None = None
    product: ProductTest | None = None
    law: LawTest | None = None
    use: UseTest | None = None
    allergy: AllergyTest | None = None
    asked: Asked | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = sorted(self.model_fields_set)
        if len(given) != 1:
            raise ValueError(f"an expression has exactly one of its fields; this one has {given or 'none'}")
        return self


class Level(Frozen):
    """One severity of a criterion and the condition under which it holds."""

    severity: Severity
    when: When
    because: Text | None = None


class Criterion(Provenance):
    """A caution: its words, its question, its levels (strongest first), and what the caution rests on.

    An answer `yes` or `no` to the question settles what the record cannot: `yes` makes the level `asked_level`
    met, `no` turns unknown into not met (it never overrules a recorded fact).
    """

    id: RecordId
    title: Text
    question: Text
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    asked_level: Annotated[int, Field(ge=0)] = 0
    basis: tuple[RecordId, ...]
    rationale: Text
    mechanism: Text | None = None
    mitigation: Text | None = None
    would_change: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _levels_descend(self) -> Self:
        ranks = [level.severity.rank for level in self.levels]
        if ranks != sorted(set(ranks)):
            raise ValueError("levels stand from the strongest severity to the weakest, each once")
        if self.asked_level >= len(self.levels):
            raise ValueError(f"asked_level {self.asked_level} is not a level; there are {len(self.levels)}")
        return self

    @property
    def severity(self) -> Severity:
        """The strongest severity that the criterion can have."""
        return self.levels[0].severity


class BaselineTest(Provenance):
    """A test wanted before anything starts: missing unless a value of it is at most `within_days` old.

    Where several values belong to one test (a liver panel), `panel` lists them and each must be there.
    `only_for`, `only_at_age`: of whom it is wanted; of everybody whose sex or age is not recorded too.
    """

    id: RecordId
    title: Text
    why: Text
    panel: Annotated[tuple[PanelItem, ...], Field(min_length=1)]
    within_days: Annotated[int, Field(gt=0)]
    only_for: SexTest | None = None
    only_at_age: AgeTest | None = None


class PanelItem(Frozen):
    """One value of a baseline test, found by code or by name. `shown_only`: no caution judges it, a person must."""

    title: Text
    loinc: tuple[LOINC, ...] = ()
    names: tuple[Text, ...] = ()
    shown_only: bool = False

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not (self.loinc or self.names):
            raise ValueError("a panel item needs loinc or names")
        return self


def leaves(when: When) -> Iterator[When]:
    """The tests of an expression, without the all/any/none that join them."""
    branches = when.any or when.all or when.none or (when.recorded and (when.recorded,))
    if branches is None:
        yield when
        return
    for branch in branches:
        yield from leaves(branch)
