"""Judging claims: records in, verdicts with their figures out. Seeded, so the same records give the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.claim import BinderRow, ClaimRow, Interval, SeenRow, TargetRow
from equipoise.model.mechanism import ClaimRule, MechanismClaim, MechanismEvidence, Target
from equipoise.model.schedule import Floats
from equipoise.model.terms import Certainty, Plausibility
from equipoise.pharmacology.occupancy import Judged, PeakSample, central, judged, occupancy_at_peak, together
from equipoise.screen.claim_figures import Figures, figures
from equipoise.screen.claim_words import why

SEEN: Final = ("human", "animal", "in_vitro")
DIGITS: Final = 4
"""Significant digits that are kept; the sampling error is larger."""


def judge(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> tuple[ClaimRow, ...]:
    """Every claim judged anew; empty where nothing of the adjunct's action is recorded."""
    if not adjunct.binding_constants and not adjunct.mechanism_evidence:
        return ()
    rows = [_claim(knowledge, adjunct, claim) for claim in knowledge.mechanism_claims]
    return tuple(sorted(rows, key=lambda row: (list(Plausibility).index(row.verdict), row.title)))


def _claim(knowledge: Knowledge, adjunct: SubstanceKnowledge, claim: MechanismClaim) -> ClaimRow:
    rule = knowledge.claim_rule
    targets = tuple(_target(adjunct, knowledge.targets[name], rule) for name in claim.targets)
    told = [item for item in adjunct.mechanism_evidence if item.claim == claim.id]
    seen = tuple(_seen(item) for item in sorted(told, key=lambda item: SEEN.index(item.seen_in)))
    in_people = [item for item in seen if item.seen_in == "human" and item.shows == "acts" and item.specific]
    verdict = Plausibility.PLAUSIBLE if in_people else together(item.verdict for item in targets)
    return ClaimRow(
        id=claim.id,
        title=claim.title,
        statement=claim.statement,
        verdict=verdict,
        why=why(verdict, targets, in_people=bool(in_people)),
        exploratory=not in_people,
        certainty=in_people[0].certainty if in_people else Certainty.VERY_LOW,
        interval=rule.interval,
        targets=targets,
        seen=seen,
    )


def _seen(item: MechanismEvidence) -> SeenRow:
    return SeenRow(
        seen_in=item.seen_in,
        shows=item.shows,
        specific=item.specific,
        what=item.what,
        certainty=item.certainty,
        sources=item.sources,
    )


def constituents(adjunct: SubstanceKnowledge) -> Mapping[str, str]:
    """Names of the constituents and of what the body makes of them, by id, in the order of the substance's record."""
    alkaloids = {name: adjunct.alkaloids[name].name for name in adjunct.substance.alkaloids}
    return alkaloids | {item.id: item.name for item in adjunct.metabolites.values()}


def _target(adjunct: SubstanceKnowledge, target: Target, rule: ClaimRule) -> TargetRow:
    names = constituents(adjunct)
    found = [figures(adjunct, name, target, rule) for name in names]
    sample = _sample(found, rule)
    total = None if sample is None else judged(sample.total, target.occupancy, rule.interval)
    return TargetRow(
        id=target.id,
        name=target.name,
        site=target.site,
        threshold=target.occupancy,
        because=target.because,
        verdict=_of_known(total, all_known=all(item.binder for item in found)),
        occupancy=_interval(total),
        p_reached=_rounded(total.p_reached) if total else None,
        binders=tuple(_binder(item, names[item.constituent], sample, target, rule) for item in found),
        sources=target.sources,
    )


def _of_known(total: Judged | None, *, all_known: bool) -> Plausibility:
    """Others can only add to what the known ones occupy: they may not make it implausible, nor unmake it plausible."""
    if total is None or (total.verdict is Plausibility.IMPLAUSIBLE and not all_known):
        return Plausibility.UNKNOWN
    return total.verdict


def _sample(found: Sequence[Figures], rule: ClaimRule) -> PeakSample | None:
    """Draws of all constituents whose figures are known, competing for the target; None where there is none."""
    binders = [item.binder for item in found if item.binder is not None]
    if not binders:
        return None
    peaks = {item.constituent: [total.median for total in item.totals] for item in found}
    return occupancy_at_peak(binders, peaks, people=rule.people, draws=rule.draws, seed=rule.seed)


def _binder(item: Figures, name: str, sample: PeakSample | None, target: Target, rule: ClaimRule) -> BinderRow:
    row = BinderRow(
        constituent=item.constituent,
        name=name,
        verdict=Plausibility.UNKNOWN,
        ki_nm=item.affinities_nm,
        total_nm=item.totals,
        missing=item.missing,
        actions=item.actions,
        sources=item.sources,
    )
    if sample is None or item.binder is None:
        return row
    alone = judged(sample.alone[item.constituent], target.occupancy, rule.interval)
    figured = {
        "verdict": alone.verdict,
        "free_nm": _spread(sample.free_nm[item.constituent], rule.interval),
        "occupancy": _interval(alone),
        "p_reached": _rounded(alone.p_reached),
    }
    return row.model_copy(update=figured)


def _interval(found: Judged | None) -> Interval | None:
    if found is None:
        return None
    return Interval(median=_rounded(found.median), low=_rounded(found.low), high=_rounded(found.high))


def _spread(draws: Floats, interval: float) -> Interval:
    low, median, high = central(draws, interval)
    return Interval(median=_rounded(median), low=_rounded(low), high=_rounded(high))


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
