"""The program's own settings that are clinical judgement: thresholds and weights, as records with a standing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen
from equipoise.model.source import Provenance, RecordId, SourceKey, Text
from equipoise.model.substance import LawSeverity
from equipoise.model.terms import Effect, Severity


class Rule(Provenance):
    """A rule by which the program weighs: it says on what it rests, be it the project's own judgement."""

    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]


class BurdenLimit(Frozen):
    """From so many points on, with at least so many contributors, the burden has this severity."""

    points: Annotated[int, Field(ge=1)]
    contributors: Annotated[int, Field(ge=1)] = 1
    severity: Severity


class BurdenRule(Rule):
    """How one effect adds up over a list. `limits` stand from the strongest severity to the weakest."""

    id: RecordId
    effect: Effect
    title: Text
    what_happens: Text
    watch_for: Text
    limits: Annotated[tuple[BurdenLimit, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _limits_descend(self) -> Self:
        if [limit.severity.rank for limit in self.limits] != sorted({limit.severity.rank for limit in self.limits}):
            raise ValueError("limits stand from the strongest severity to the weakest, each once")
        return self


class RatioLimit(Frozen):
    """An AUC ratio at or beyond the limit has this severity; a stronger one where the medicine's index is narrow.

    `at_least` reads upwards (exposure rises), `at_most` downwards (exposure falls); exactly one is given.
    """

    at_least: Annotated[float, Field(gt=1)] | None = None
    at_most: Annotated[float, Field(gt=0, lt=1)] | None = None
    severity: Severity
    severity_narrow_index: Severity
    words: Text

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least and at_most")
        return self


class RatioRule(Rule):
    """What predicted AUC ratios weigh, for the adjunct's effect and among the patient's own medicines.

    `when_activation_is_blocked`: an inhibitor, or a phenotype, of the enzyme that forms a pro-drug's active
    metabolite. `when_only_the_interval_reaches`: for a narrow index, where only the interval's upper end does.
    """

    id: RecordId
    limits: Annotated[tuple[RatioLimit, ...], Field(min_length=1)]
    when_activation_is_blocked: Severity
    when_only_the_interval_reaches: Severity


class LawRule(Rule):
    """What a legal status weighs, and how old a source may be."""

    id: RecordId
    shelf_life_months: Annotated[int, Field(gt=0)]
    when_doubtful: Severity
    statuses: Annotated[tuple[LawSeverity, ...], Field(min_length=1)]


class Settings(Frozen):
    """The record set as a whole: its date, its default substance, the words about its standing.

    `default_residual_days`: how long a stopped medicine counts whose own record does not say.
    `longest_residual_days`: after so many days a stopped entry that nobody can name no longer matters.
    `old_order_days`: a current entry that was written or began longer ago counts all the same, its date beside it.
    """

    date: dt.date
    default_substance: RecordId
    standing_note: Text
    default_residual_days: Annotated[int, Field(gt=0)]
    longest_residual_days: Annotated[int, Field(gt=0)]
    old_order_days: Annotated[int, Field(gt=0)]
    shelf_life_months: Annotated[int, Field(gt=0)]


class PlainWords(Frozen):
    """English words, blank-separated in `lines`, that a diagnosis may hold without any rule having to look for it."""

    lines: Annotated[tuple[Text, ...], Field(min_length=1)]


class Naming(Frozen):
    """Words that a medication text carries beside the name: salts, dose forms, routes, frequencies.

    `inert`: what a product's list of ingredients holds that is no medicine.
    """

    salts: tuple[Text, ...]
    forms: tuple[Text, ...]
    inert: tuple[Text, ...] = ()
