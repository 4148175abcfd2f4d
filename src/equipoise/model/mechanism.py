"""Where an adjunct's constituents bind, how much of them people reach, and which claims that touches."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from equipoise.model.source import Provenance, RecordId, Text

Concentration = Annotated[float, Field(gt=0, le=1e9)]
Share = Annotated[float, Field(gt=0, lt=1)]
Fold = Annotated[float, Field(gt=1, le=100)]
Site = Literal["brain", "blood"]
System = Literal["human", "rat", "mouse", "dog", "not_stated", "none"]
Measure = Literal["Ki", "EC50", "IC50", "Emax", "function"]
Seen = Literal["human", "animal", "in_vitro"]
Shows = Literal["acts", "does_not_act", "unclear", "not_looked"]


def _ordered(found: tuple[float, float] | None, what: str) -> None:
    if found is not None and not 0 < found[0] <= found[1]:
        raise ValueError(f"{what} runs from {found[0]} to {found[1]}; the ends must be above 0 and in order")


class Target(Provenance):
    """A receptor or transporter that claims name. `occupancy`: the share from which an effect is thought possible.

    `site`: where it is reached: behind the blood-brain barrier, or from the blood. `because`: what the share rests on.
    """

    id: RecordId
    name: Text
    kind: Literal["receptor", "transporter"]
    site: Site
    occupancy: Share
    because: Text


class MechanismClaim(Provenance):
    """A claim about how an adjunct acts. Without targets only what was seen in people can settle it."""

    id: RecordId
    title: Text
    statement: Text
    targets: tuple[RecordId, ...] = ()


class ClaimRule(Provenance):
    """How claims are judged: the central interval that must lie on one side, the draws, and the spreads (one SD, fold).

    `because`: what each of the three spreads rests on.
    """

    id: RecordId
    interval: Share
    draws: Annotated[int, Field(ge=1000, le=1_000_000)]
    seed: Annotated[int, Field(ge=0)]
    laboratories: Fold
    people: Fold
    species: Fold
    because: Text


class Metabolite(Provenance):
    """A constituent that the body makes; under its name nobody sells or lists a product."""

    id: RecordId
    name: Text
    what: Text


class BindingConstant(Provenance):
    """One measured constant of one constituent at one target. `value` None: only the kind of action is known.

    `receptor`: the species whose receptor it is. `left_out`: why no calculation uses the value.
    """

    id: RecordId
    constituent: RecordId
    target: RecordId
    measure: Measure
    value: Concentration | None = None
    unit: Literal["nM", "percent"] | None = None
    spread: Annotated[float, Field(gt=0)] | None = None
    receptor: System
    assay: Text
    action: Text | None = None
    left_out: Text | None = None

    @model_validator(mode="after")
    def _a_value_has_its_unit(self) -> Self:
        if (self.value is None) != (self.unit is None):
            raise ValueError("a value and its unit stand together")
        if self.value is None and self.action is None:
            raise ValueError("neither a value nor an action is given; what is not known is a record of binding_gaps")
        return self

    @property
    def counts(self) -> bool:
        """True for an affinity that was read in a source and that nothing speaks against."""
        return self.measure == "Ki" and self.value is not None and self.read and self.left_out is None


class BindingGap(Provenance):
    """Affinities that were looked for and not found: of each of these constituents at each of these targets."""

    id: RecordId
    constituents: Annotated[tuple[RecordId, ...], Field(min_length=1)]
    targets: Annotated[tuple[RecordId, ...], Field(min_length=1)]
    what: Text


class MeasuredConcentration(Provenance):
    """A total concentration that was measured in people (nM). `middle`: the median of them.

    `occasion`: the peak after one serving, or a sample at an unknown time. `left_out`: why no calculation uses it.
    """

    id: RecordId
    constituent: RecordId
    matrix: Literal["plasma", "blood", "serum"]
    occasion: Literal["peak", "any_time"]
    middle: Concentration
    lowest: Concentration
    highest: Concentration
    n: Annotated[int, Field(gt=0)]
    conditions: Text
    left_out: Text | None = None

    @model_validator(mode="after")
    def _the_range_holds_the_middle(self) -> Self:
        if not self.lowest <= self.middle <= self.highest:
            raise ValueError(f"the range ({self.lowest}, {self.highest}) does not hold the middle {self.middle}")
        return self


class FreeFraction(Provenance):
    """Which part of a concentration can act: unbound in plasma, or unbound in brain over unbound in plasma.

    `range_90`: within which the figure lies with 90 % belief; None where nobody knows. `how`: measured, or concluded.
    """

    id: RecordId
    constituent: RecordId
    part: Literal["unbound_in_plasma", "brain_over_plasma"]
    range_90: tuple[float, float] | None = None
    species: System
    how: Text
    left_out: Text | None = None

    @model_validator(mode="after")
    def _a_fraction_is_at_most_one(self) -> Self:
        _ordered(self.range_90, "range_90")
        if self.part == "unbound_in_plasma" and self.range_90 is not None and self.range_90[1] > 1:
            raise ValueError(f"an unbound fraction of {self.range_90[1]}; it is at most 1")
        return self


class MechanismEvidence(Provenance):
    """What was seen of a claimed action: in people, in animals or in vitro. `specific`: nothing else explains it well.

    `shows` 'not_looked': it was searched for and nobody seems to have measured it.
    """

    id: RecordId
    claim: RecordId
    seen_in: Seen
    shows: Shows
    specific: bool = False
    what: Text
