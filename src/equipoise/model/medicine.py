"""Medicines as the knowledge records describe them: names, codes, enzyme roles, effects."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen, FrozenMap, empty
from equipoise.model.codes import ATC, UNII, RxCUI
from equipoise.model.source import Provenance, RecordId, SourceKey, Text
from equipoise.model.terms import (
    Effect,
    Enzyme,
    EnzymeRoleKind,
    Grade,
    MaoInhibition,
    OpioidRole,
    Strength,
)

SUBSTRATE_STRENGTHS = frozenset({Strength.SENSITIVE, Strength.MAJOR, Strength.MINOR})


class EnzymeRole(Frozen):
    """What a medicine is to one enzyme, in regulatory words."""

    enzyme: Enzyme
    role: EnzymeRoleKind
    strength: Strength

    @model_validator(mode="after")
    def _strength_fits_role(self) -> Self:
        is_substrate = self.role is EnzymeRoleKind.SUBSTRATE
        if is_substrate != (self.strength in SUBSTRATE_STRENGTHS):
            raise ValueError(
                f"strength {self.strength} does not fit role {self.role}: substrates are sensitive, major or minor, "
                "inhibitors and inducers strong, moderate or weak"
            )
        return self


class HalfLife(Frozen):
    """Elimination half-life in hours: a typical value, a range, or both."""

    typical: Annotated[float, Field(gt=0)] | None = None
    low: Annotated[float, Field(gt=0)] | None = None
    high: Annotated[float, Field(gt=0)] | None = None


class ProDrug(Frozen):
    """The enzyme that turns the medicine into its active form."""

    enzyme: Enzyme
    active: Text


class Medicine(Provenance):
    """One active ingredient.

    `rxcui_confirmed_by` names the sources that show this code for this name; empty = unchecked.
    """

    id: RecordId
    name: Text
    rxcui: RxCUI | None = None
    rxcui_confirmed_by: tuple[SourceKey, ...] = ()
    other_rxcuis: tuple[RxCUI, ...] = ()
    atc: tuple[ATC, ...] = ()
    unii: UNII | None = None
    synonyms: tuple[Text, ...] = ()
    brands: tuple[Text, ...] = ()
    classes: tuple[RecordId, ...]
    enzymes: tuple[EnzymeRole, ...] = ()
    effects: FrozenMap[Effect, Grade] = Field(default_factory=empty)
    opioid: OpioidRole | None = None
    mao_inhibitor: MaoInhibition | None = None
    narrow_index: bool = False
    half_life_h: HalfLife | None = None
    residual_days: Annotated[int, Field(gt=0, le=365)] | None = None
    prodrug_of: ProDrug | None = None
    note: Text | None = None


class Combination(Provenance):
    """A product or name that stands for several ingredients at once."""

    id: RecordId
    name: Text
    ingredients: Annotated[tuple[RecordId, ...], Field(min_length=2)]
    brands: tuple[Text, ...] = ()
    rxcui: RxCUI | None = None
    atc: tuple[ATC, ...] = ()
