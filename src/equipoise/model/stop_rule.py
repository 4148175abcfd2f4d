"""When exposure ends, pauses or a clinician is called: the records that the stop rules of a plan are taken from."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from equipoise.errors import UnfitError
from equipoise.model.base import FrozenMap, empty
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import Standing
from equipoise.model.trial_design import StopRule

Number = int | float
Level = Literal["emergency", "stop", "pause", "review"]

LEVELS: dict[Level, str] = {
    "emergency": "act now",
    "stop": "exposure ends; a clinician the same day",
    "pause": "exposure waits; a clinician looks within 72 hours",
    "review": "at the next contact",
}
"""What each level means, from the strongest to the weakest."""


class StopRuleRecord(Provenance):
    """A trigger and what follows from it.

    `read`: the source of the concern was opened. The threshold itself stands in a source only where `standing` is
    `published`; elsewhere it is ours and waits for a clinician's ratification. `figures`: numbers behind the concern,
    the unit in the name.
    """

    id: RecordId
    domain: RecordId
    trigger: Text
    level: Level
    action: Text
    figures: FrozenMap[RecordId, Number | tuple[Number, ...]] = Field(default_factory=empty)
    note: Text | None = None

    @model_validator(mode="after")
    def _a_rule_says_where_it_comes_from(self) -> Self:
        if not self.sources:
            raise UnfitError("at least one source of the concern, or the one that says that nothing was opened")
        if self.standing is Standing.RATIFIED:
            raise UnfitError("published, adapted or proposed: nobody has ratified a stop rule", self.standing.value)
        return self

    @property
    def rule(self) -> StopRule:
        """The rule as a plan holds it."""
        return StopRule(id=self.id, trigger=self.trigger, level=self.level, action=self.action, sources=self.sources)
