"""The figures of one constituent at one target, out of the records; and what of them nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from equipoise.knowledge import SubstanceKnowledge
from equipoise.model.claim import Interval
from equipoise.model.mechanism import ClaimRule, FreeFraction, Target
from equipoise.model.source import Provenance, SourceKey
from equipoise.pharmacology.interaction.parts import Belief
from equipoise.pharmacology.occupancy import Binder, from_range, of_affinity, wider

ANIMALS: Final = frozenset({"rat", "mouse", "dog"})
AFFINITY, TOTAL = "the affinity", "the concentration in people"
UNBOUND, BRAIN = "the unbound fraction in plasma", "the passage into the brain"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one constituent at one target. `totals`: one for each study that counts.

    `binder` is None where something is missing: what the records lack is not guessed.
    """

    constituent: str
    affinities_nm: tuple[float, ...]
    totals: tuple[Interval, ...]
    binder: Binder | None
    missing: tuple[str, ...]
    actions: tuple[str, ...]
    sources: tuple[SourceKey, ...]


def figures(adjunct: SubstanceKnowledge, constituent: str, target: Target, rule: ClaimRule) -> Figures:
    """The figures of a constituent at a target, each with the spread that the rule gives it."""
    constants = [
        item for item in adjunct.binding_constants if (item.constituent, item.target) == (constituent, target.id)
    ]
    said = [item for item in constants if item.counts or (item.action is not None and item.left_out is None)]
    affinities = tuple(item.value for item in constants if item.counts and item.value is not None)
    studies = [item for item in adjunct.concentrations if item.constituent == constituent and item.left_out is None]
    unbound, unbound_from = _fraction(adjunct, constituent, "unbound_in_plasma", rule)
    brain, brain_from = _fraction(adjunct, constituent, "brain_over_plasma", rule)
    inside = target.site == "brain"
    gaps = [item for item in adjunct.binding_gaps if constituent in item.constituents and target.id in item.targets]
    missing = {AFFINITY: not affinities, TOTAL: not studies, UNBOUND: unbound is None, BRAIN: inside and brain is None}
    known = affinities and studies and unbound is not None and not any(missing.values())
    return Figures(
        constituent=constituent,
        affinities_nm=affinities,
        totals=tuple(Interval(median=item.middle, low=item.lowest, high=item.highest) for item in studies),
        binder=_binder(constituent, affinities, unbound, brain if inside else None, rule) if known else None,
        missing=tuple(name for name, absent in missing.items() if absent),
        actions=tuple(dict.fromkeys(item.action for item in said if item.action is not None)),
        sources=_sources(*said, *gaps, *studies, *unbound_from, *(brain_from if inside else ())),
    )


def _binder(
    name: str, affinities: tuple[float, ...], unbound: Belief | None, brain: Belief | None, rule: ClaimRule
) -> Binder | None:
    return None if unbound is None else Binder(name, of_affinity(affinities, rule.laboratories), unbound, brain)


def _fraction(
    adjunct: SubstanceKnowledge,
    constituent: str,
    part: Literal["unbound_in_plasma", "brain_over_plasma"],
    rule: ClaimRule,
) -> tuple[Belief | None, list[FreeFraction]]:
    """The belief that holds every recorded range, wider where all are of animals; None where no range is recorded."""
    found = [
        item
        for item in adjunct.free_fractions
        if (item.constituent, item.part) == (constituent, part) and item.left_out is None
    ]
    ranges = [item.range_90 for item in found if item.range_90 is not None]
    if not ranges:
        return None, found
    belief = from_range(min(low for low, _ in ranges), max(high for _, high in ranges))
    of_animals = all(item.species in ANIMALS for item in found)
    return (wider(belief, rule.species) if of_animals else belief), found


def _sources(*records: Provenance) -> tuple[SourceKey, ...]:
    return tuple(dict.fromkeys(key for item in records for key in item.sources))
