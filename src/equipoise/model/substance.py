"""The adjunct: substance, alkaloids, product classes, and how it acts on enzymes; and the preparation in hand."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen, FrozenMap, empty
from equipoise.model.codes import UNII
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import Effect, Enzyme, Grade, LawStatus, ProductForm, Severity


class Alkaloid(Provenance):
    """One active constituent of a substance."""

    id: RecordId
    name: Text
    synonyms: tuple[Text, ...] = ()
    unii: UNII | None = None
    role: Text


class ObservedInhibition(Provenance):
    """What a clinical study saw: the AUC ratio of a probe with the substance, 90 % interval, and what limits it.

    `cmax_ratio`, `half_life_ratio`: of the same people, where the study tells them, with their 90 % intervals.
    """

    id: RecordId
    enzyme: Enzyme
    probe: RecordId
    auc_ratio: Annotated[float, Field(gt=0)]
    interval_90: tuple[float, float]
    cmax_ratio: Annotated[float, Field(gt=0)] | None = None
    cmax_interval_90: tuple[float, float] | None = None
    half_life_ratio: Annotated[float, Field(gt=0)] | None = None
    half_life_interval_90: tuple[float, float] | None = None
    n: Annotated[int, Field(gt=0)] | None = None
    conditions: Text
    bound: Annotated[str, Field(pattern="^(floor|central)$")]

    @model_validator(mode="after")
    def _interval_holds_the_ratio(self) -> Self:
        low, high = self.interval_90
        if not 0 < low <= self.auc_ratio <= high:
            raise ValueError(f"the interval ({low}, {high}) does not hold the ratio {self.auc_ratio}")
        return self


class SubstrateRole(Provenance):
    """An enzyme that clears the substance. No share is given: nobody has reported one, so none is made up."""

    id: RecordId
    enzyme: Enzyme
    part: Annotated[str, Field(pattern="^(predominant|minor)$")]
    what: Text


class InVitroConstant(Provenance):
    """One in-vitro constant of inhibition (IC50, Ki, KI, kinact) or induction (Emax, EC50).

    `tissue`: where the enzyme was from, None: of either. `left_out`: why no calculation uses it.
    """

    id: RecordId
    enzyme: Enzyme
    constituent: RecordId
    measure: Annotated[str, Field(pattern="^(IC50|Ki|KI|kinact|Emax|EC50)$")]
    relation: Annotated[str, Field(pattern="^(=|>)$")] = "="
    value: Annotated[float, Field(gt=0)]
    unit: Annotated[str, Field(pattern=r"^(uM|1/min|ug/mL|fold)$")]
    spread: Annotated[float, Field(gt=0)] | None = None
    system: Text
    tissue: Literal["gut", "liver"] | None = None
    left_out: Text | None = None


class ProductClass(Frozen):
    """A class of products and which legal substances a product of that class contains.

    `names`: under these its products stand on a medication list, without a name of the substance itself.
    `phrases`: these tell the class of a product that is known to be of the substance.
    """

    id: RecordId
    title: Text
    forms: tuple[ProductForm, ...]
    names: tuple[Text, ...] = ()
    phrases: tuple[Text, ...] = ()
    law_substances: Annotated[tuple[RecordId, ...], Field(min_length=1)]


class Substance(Provenance):
    """An adjunct as the records describe it. Everything specific to it stands here, never in code.

    `effects_rest_on` says of each graded effect on what the grade rests.
    `product_classes`: the first whose form or phrase fits the preparation decides which laws apply;
    the first of the list is the class assumed when the product is not described. `product_words` stand beside the
    name of a product ("leaf", "gummies") and are no further ingredient.
    """

    id: RecordId
    name: Text
    scientific_name: Text | None = None
    synonyms: tuple[Text, ...] = ()
    summary: Text
    alkaloids: tuple[RecordId, ...] = ()
    medicine: RecordId | None = None
    effects: FrozenMap[Effect, Grade] = Field(default_factory=empty)
    effects_rest_on: FrozenMap[Effect, Text] = Field(default_factory=empty)
    product_classes: Annotated[tuple[ProductClass, ...], Field(min_length=1)]
    product_words: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _every_grade_rests_on_something(self) -> Self:
        unequal = sorted(self.effects.keys() ^ self.effects_rest_on.keys())
        if unequal:
            raise ValueError(
                f"effects and effects_rest_on differ in {', '.join(unequal)}; a grade says what it rests on"
            )
        return self


class Content(Frozen):
    """Measured content of one analyte in a product."""

    analyte: RecordId
    mg_per_g: Annotated[float, Field(ge=0, le=1000)] | None = None
    percent_of_alkaloids: Annotated[float, Field(ge=0, le=100)] | None = None


class Preparation(Frozen):
    """The product in hand: form, name, batch, certificate of analysis, measured content. Unknown stays None."""

    form: ProductForm | None = None
    name: Text | None = None
    batch: Text | None = None
    certificate: bool | None = None
    content: tuple[Content, ...] = ()


class LawSeverity(Frozen):
    """What a legal status weighs in a screening."""

    status: LawStatus
    severity: Severity
    words: Text


class ProductFact(Provenance):
    """A measured content of products on the market; shown, never used to propose an amount."""

    id: RecordId
    what: Text
    analyte: RecordId | None = None
    value: float | tuple[float, ...] | None = None
    spread: Text | None = None
    unit: Text
    n: Text | None = None
    conditions: Text | None = None
    note: Text | None = None
