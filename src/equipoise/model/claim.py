"""A claim about how an adjunct acts, judged: the verdict, and every figure behind it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.model.base import Frozen
from equipoise.model.mechanism import Seen, Shows, Site
from equipoise.model.source import RecordId, SourceKey, Text
from equipoise.model.terms import Certainty, Plausibility

NOT_A_BENEFIT = (
    "Binding at concentrations that people reach is not an effect, and an effect on a receptor is not a better mood: "
    "no verdict here says that it helps."
)
Share = Annotated[float, Field(ge=0, le=1)]


class Interval(Frozen):
    """A median with the interval of the rule; of a concentration that was measured, with the range that was seen."""

    median: Annotated[float, Field(ge=0)]
    low: Annotated[float, Field(ge=0)]
    high: Annotated[float, Field(ge=0)]


class BinderRow(Frozen):
    """One constituent at one target, on its own.

    `ki_nm`: the affinities used. `total_nm`: one total concentration (median, range) for each study in people.
    `free_nm`: what is unbound at the site. `missing`: figures that the records lack; nothing is then calculated.
    """

    constituent: RecordId
    name: Text
    verdict: Plausibility
    ki_nm: tuple[float, ...] = ()
    total_nm: tuple[Interval, ...] = ()
    free_nm: Interval | None = None
    occupancy: Interval | None = None
    p_reached: Share | None = None
    missing: tuple[Text, ...] = ()
    actions: tuple[Text, ...] = ()
    sources: tuple[SourceKey, ...] = ()


class TargetRow(Frozen):
    """One target with all that bind there. `occupancy`: by those together whose figures are known, so a lower bound.

    `threshold`: the occupancy from which an effect is thought possible; `p_reached`: how probable it is reached.
    """

    id: RecordId
    name: Text
    site: Site
    threshold: Share
    because: Text
    verdict: Plausibility
    occupancy: Interval | None = None
    p_reached: Share | None = None
    binders: tuple[BinderRow, ...] = ()
    sources: tuple[SourceKey, ...] = ()


class SeenRow(Frozen):
    """What was seen of a claimed action outside the calculation."""

    seen_in: Seen
    shows: Shows
    specific: bool
    what: Text
    certainty: Certainty
    sources: tuple[SourceKey, ...] = ()


class ClaimRow(Frozen):
    """A claim, its verdict and what it rests on. `exploratory`: nothing seen in people supports it."""

    id: RecordId
    title: Text
    statement: Text
    verdict: Plausibility
    why: Text
    exploratory: bool
    certainty: Certainty
    interval: Share
    targets: tuple[TargetRow, ...] = ()
    seen: tuple[SeenRow, ...] = ()

    @property
    def cited(self) -> tuple[SourceKey, ...]:
        """Every source behind the verdict, each once, in reading order."""
        keys = [key for item in self.seen for key in item.sources]
        for target in self.targets:
            keys += [*target.sources, *(key for binder in target.binders for key in binder.sources)]
        return tuple(dict.fromkeys(keys))
