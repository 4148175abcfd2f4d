"""A finding: one piece of knowledge as it bears on one case."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from equipoise.model.base import Frozen
from equipoise.model.source import SourceKey, Text
from equipoise.model.terms import Answer, Certainty, Effect, Enzyme, Severity, Standing

FindingId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+/[a-z0-9_.+:-]+$")]


class Implicated(Frozen):
    """What in this case a finding rests on: a medicine, a condition, a value, a place; and how it was matched."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    label: Text
    matched_by: Text | None = None
    path: Text | None = None


class Magnitude(Frozen):
    """A size with its 90 % interval: `estimate` and `interval` are ratios of AUC (1 = no change).

    `floor` and `ceiling` stand beside it where a study and a static model bound the truth.
    """

    estimate: Annotated[float, Field(gt=0)]
    interval: tuple[float, float]
    kind: Text
    enzymes: tuple[Enzyme, ...] = ()
    floor: Annotated[float, Field(gt=0)] | None = None
    ceiling: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _interval_holds_the_estimate(self) -> Self:
        low, high = self.interval
        if not 0 < low <= self.estimate <= high:
            raise ValueError(f"the interval ({low}, {high}) does not hold the estimate {self.estimate}")
        return self


class Finding(Frozen):
    """What a record says about this case, how sure that is, and what it rests on.

    `answer` unknown: the record could not be judged; `to_settle` then says what is asked.
    `contradicted`: the question was answered no, and the record was taken; the first of the notes says so.
    """

    id: FindingId
    domain: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    title: Text
    severity: Severity
    answer: Answer
    implicated: tuple[Implicated, ...] = ()
    explanation: Text
    mechanism: Text | None = None
    magnitude: Magnitude | None = None
    certainty: Certainty
    standing: Standing
    sources: tuple[SourceKey, ...] = ()
    read: bool = True
    mitigation: Text | None = None
    would_change: Text | None = None
    to_settle: Text | None = None
    notes: tuple[Text, ...] = ()
    contradicted: bool = False


class BurdenPart(Frozen):
    """What one medicine (or the adjunct) adds to one effect."""

    label: Text
    points: Annotated[int, Field(ge=0, le=3)]
    is_adjunct: bool = False


class Burden(Frozen):
    """The additive burden of one effect over the whole medication list, with and without the adjunct."""

    effect: Effect
    parts: tuple[BurdenPart, ...]
    severity: Severity | None

    @property
    def points(self) -> int:
        """All points, the adjunct's included."""
        return sum(part.points for part in self.parts)

    @property
    def points_without_adjunct(self) -> int:
        """The points that the patient's own medicines carry already."""
        return sum(part.points for part in self.parts if not part.is_adjunct)
