"""How often people have which metaboliser phenotype of an enzyme."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from equipoise.model.base import FrozenMap
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import Enzyme, Phenotype

Percent = Annotated[float, Field(ge=0, le=100)]


class PhenotypeFrequencies(Provenance):
    """The lowest and highest percentage of `who` with each phenotype. `left_out`: why nobody is drawn from it."""

    id: RecordId
    enzyme: Enzyme
    who: Text
    percent: Annotated[FrozenMap[Phenotype, tuple[Percent, Percent]], Field(min_length=2)]
    because: Text
    left_out: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(low > high for low, high in self.percent.values()):
            raise ValueError("percent: the lowest stands first")
        return self

    @property
    def shares(self) -> dict[Phenotype, float]:
        """The middles as shares that add up to 1."""
        middles = {phenotype: (low + high) / 2.0 for phenotype, (low, high) in self.percent.items()}
        return {phenotype: middle / sum(middles.values()) for phenotype, middle in middles.items()}
