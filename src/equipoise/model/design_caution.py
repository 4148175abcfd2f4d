"""What a plan has to reckon with because of the adjunct: the records behind the cautions of a protocol."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from equipoise.errors import UnfitError
from equipoise.model.base import Frozen
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import UseFrequency
from equipoise.model.trial_design import Days, Template

Positive = Annotated[float, Field(gt=0)]


class PlanTest(Frozen):
    """A test of a plan; all parts that are given must hold.

    `exposed_run_days_at_least`: the longest run of days with the adjunct that the rule of the draw allows.
    `exposed_days_at_least`: all days with it together. `clean_after_days`: at the last rating of a period, an outcome
    that looks back still reaches less than so many days after the period before. `washout_days_below`: days without it
    between periods. `run_in_days_below`: days before the first exposure.
    """

    templates: tuple[Template, ...] = ()
    current_use: tuple[UseFrequency, ...] = ()
    exposed_run_days_at_least: Days | None = None
    exposed_days_at_least: Days | None = None
    clean_after_days: Positive | None = None
    washout_days_below: Positive | None = None
    run_in_days_below: Days | None = None
    blinded: Literal[True] | None = None

    @model_validator(mode="after")
    def _something_is_tested(self) -> Self:
        if not self.model_fields_set:
            raise UnfitError("at least one thing to test: a caution that always holds says so by its templates", "none")
        return self


class DesignCaution(Provenance):
    """A caution about plans, in words, and the plans that it holds for: those that pass any test of `when`.

    `advice`: what to do about it. `derived`: worked out from the source's figures, not written there.
    """

    id: RecordId
    title: Text
    words: Text
    advice: Text
    when: Annotated[tuple[PlanTest, ...], Field(min_length=1)]
    derived: bool = True
