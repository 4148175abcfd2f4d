"""The score of one filled-in form: its total, what the total means, and what must not be overlooked in it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from equipoise.model.base import Frozen
from equipoise.model.instrument import Cutoff, Number, Prorating, StatedRule
from equipoise.model.source import RecordId, SourceKey, Text
from equipoise.model.terms import Answer, Standing


class SafetySignal(Frozen):
    """What a form says about one safety rule: met, not met or unknown, on which items, and what a clinician does.

    `then` is empty where the rule is not met. That clears nobody: the form holds no more than these answers.
    """

    name: RecordId
    answer: Answer
    items: tuple[int, ...]
    because: Text
    then: Text | None = None
    standing: Standing
    source: SourceKey
    read: bool


class CutoffPlace(Frozen):
    """Where a total lies against one published cut-off."""

    place: Literal["below", "at", "above"]
    cutoff: Cutoff


class Score(Frozen):
    """The score of one form.

    `total` is in points, or None where `no_total` says why; it is a fraction only where it was prorated. `band` is None
    where the records have no band for the total. `answers` is empty where the total was entered; `missing` are the open
    items, counted from 1. `prorated`: the rule by which open items were filled. `cutoffs`: where the total lies against
    every published cut-off in points; `at_cutoff`: what follows where it reached the lowest one.
    """

    instrument: RecordId
    name: Text
    range: tuple[Number, Number] | None
    recall_days: Annotated[Number, Field(gt=0)] | None
    total: Number | None
    no_total: Text | None = None
    band: RecordId | None = None
    band_read: bool | None = None
    answers: tuple[int | None, ...] = ()
    missing: tuple[int, ...] = ()
    prorated: Prorating | None = None
    cutoffs: tuple[CutoffPlace, ...] = ()
    at_cutoff: StatedRule | None = None
    safety: tuple[SafetySignal, ...] = ()

    @property
    def signals(self) -> tuple[SafetySignal, ...]:
        """The safety signals that somebody has to look at: met or unknown. Unknown is not no."""
        return tuple(signal for signal in self.safety if signal.answer is not Answer.NOT_MET)

    @model_validator(mode="after")
    def _a_total_or_the_reason_why_not(self) -> Self:
        if (self.total is None) == (self.no_total is None):
            raise ValueError("a score has a total, or the reason why it has none")
        return self
