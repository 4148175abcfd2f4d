"""Observed interactions and what is known beforehand of an enzyme's share: the ground of the predictor."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.model.base import Frozen, FrozenMap, empty
from equipoise.model.source import Provenance, RecordId, SourceKey, Text
from equipoise.model.terms import Enzyme

Ratio = Annotated[float, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class AlsoReported(Frozen):
    """The same arm as another data set gives it."""

    auc_ratio: Ratio
    source: SourceKey
    record: Text
    perpetrator_dose: Text | None = None
    n: Annotated[int, Field(gt=0)] | None = None


class ObservedRatio(Provenance):
    """One observed ratio of AUC with over without a perpetrator, as a study or a curated data set gives it.

    `relative_dose`: daily dose of the perpetrator over its usual one. `activity`: of enzymes known from the
    participants' genotype, 1 = normal. `left_out`: why a fit does not use the row.
    """

    id: RecordId
    victim: RecordId
    perpetrator: RecordId
    mechanism: Literal["inhibition", "induction"]
    auc_ratio: Ratio
    cmax_ratio: Ratio | None = None
    mean_type: Text | None = None
    spread: Text | None = None
    route: Literal["PO", "IV"]
    perpetrator_dose: Text | None = None
    victim_dose: Text | None = None
    regimen: Text | None = None
    relative_dose: Ratio | None = None
    single_dose: bool = False
    genotype: Text | None = None
    activity: FrozenMap[Enzyme, float] = Field(default_factory=empty)
    enantiomer: Text | None = None
    study: Text | None = None
    arm: Text | None = None
    n: Annotated[int, Field(gt=0)] | None = None
    pmid: Text | None = None
    url: Text | None = None
    record: Text | None = None
    verified_in_primary: bool | Text
    also_reported: tuple[AlsoReported, ...] = ()
    left_out: Text | None = None
    note: Text | None = None


class ContributionPrior(Provenance):
    """What is known of a victim from elsewhere than an interaction study.

    `value`: a fraction (0 to 1), or for `genotype_ratio` the AUC ratio of people whose enzyme has `activity` over
    normal.
    """

    id: RecordId
    kind: Literal["fraction_metabolised", "genotype_ratio", "gut_availability", "hepatic_extraction"]
    victim: RecordId
    enzyme: Enzyme
    value: Annotated[float, Field(ge=0)]
    activity: Fraction | None = None
    n_simulations: Annotated[int, Field(gt=0)] | None = None
    what: Text | None = None
    left_out: Text | None = None
    note: Text | None = None
