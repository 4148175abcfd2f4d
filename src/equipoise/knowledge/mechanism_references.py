"""References of the mechanism records; and no pair of constituent and target that nobody says anything about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from equipoise.errors import Fault
from equipoise.model.base import Frozen
from equipoise.model.mechanism import BindingConstant, BindingGap, FreeFraction, MechanismClaim, MechanismEvidence
from equipoise.model.source import Provenance

PARTS = ("unbound_in_plasma", "brain_over_plasma")
Records = Mapping[tuple[str, str], Sequence[Frozen]]


def mechanism_faults(records: Records) -> Iterator[Fault]:
    """Every target, claim or constituent that no record defines, and every silence where 'not known' must stand."""
    targets = _ids(records, "", "targets")
    claims = _ids(records, "", "mechanism_claims")
    if claims and len(records.get(("", "claim_rules"), ())) != 1:
        yield Fault("claim_rules", "none, or several", "one rule by which claims are judged", "Give exactly one.")
    for item in records.get(("", "mechanism_claims"), ()):
        claim = cast("MechanismClaim", item)
        yield from _unknown(f"mechanism_claims/{claim.id}", claim.targets, targets, "the id of a target")
    for scope in sorted({place[0] for place in records if place[0]}):
        yield from _scope_faults(records, scope, targets, claims)


def _scope_faults(records: Records, scope: str, targets: set[str], claims: set[str]) -> Iterator[Fault]:
    known = _ids(records, scope, "alkaloids") | _ids(records, scope, "metabolites")
    for section in ("binding_constants", "concentrations", "free_fractions"):
        for item in records.get((scope, section), ()):
            where = f"{scope}/{section}/{_id(item)}"
            yield from _unknown(where, [getattr(item, "constituent", "")], known, "a constituent")
    for item in records.get((scope, "binding_constants"), ()):
        constant = cast("BindingConstant", item)
        yield from _unknown(f"{scope}/binding_constants/{constant.id}", [constant.target], targets, "a target")
    for item in records.get((scope, "binding_gaps"), ()):
        gap = cast("BindingGap", item)
        yield from _unknown(f"{scope}/binding_gaps/{gap.id}", gap.constituents, known, "a constituent")
        yield from _unknown(f"{scope}/binding_gaps/{gap.id}", gap.targets, targets, "a target")
    for item in records.get((scope, "mechanism_evidence"), ()):
        seen = cast("MechanismEvidence", item)
        yield from _unknown(f"{scope}/mechanism_evidence/{seen.id}", [seen.claim], claims, "a claim")
    if (scope, "binding_constants") in records:
        yield from _silences(records, scope, known)


def _silences(records: Records, scope: str, known: set[str]) -> Iterator[Fault]:
    """A figure that is not known is a record too: else a lost record would read as one that nobody needs."""
    expected = "an affinity in binding_constants, or a record in binding_gaps"
    for target in sorted(_claimed(records)):
        for constituent in sorted(known - _told(records, scope, target)):
            mend = "Add the affinity with its source, or say where it was looked for."
            yield Fault(f"{scope}/binding_gaps", f"nothing on {constituent} at {target}", expected, mend)
    reached = {getattr(item, "constituent", "") for item in records.get((scope, "concentrations"), ())}
    fractions = [cast("FreeFraction", item) for item in records.get((scope, "free_fractions"), ())]
    told = {(item.constituent, item.part) for item in fractions}
    for pair in sorted({(name, part) for name in reached for part in PARTS} - told):
        mend = "Add it with a range, or without one where nobody knows it."
        yield Fault(f"{scope}/free_fractions", f"nothing on {pair[1]} of {pair[0]}", "a record", mend)


def _claimed(records: Records) -> set[str]:
    claims = (cast("MechanismClaim", item) for item in records.get(("", "mechanism_claims"), ()))
    return {target for claim in claims for target in claim.targets}


def _told(records: Records, scope: str, target: str) -> set[str]:
    """The constituents whose affinity at a target is recorded, or recorded as not known."""
    constants = [cast("BindingConstant", item) for item in records.get((scope, "binding_constants"), ())]
    gaps = [cast("BindingGap", item) for item in records.get((scope, "binding_gaps"), ())]
    measured = {item.constituent for item in constants if item.target == target and item.counts}
    return measured | {name for gap in gaps if target in gap.targets for name in gap.constituents}


def _ids(records: Records, scope: str, section: str) -> set[str]:
    return {_id(item) for item in records.get((scope, section), ())}


def _id(item: Frozen) -> str:
    return str(getattr(item, "id", "")) if isinstance(item, Provenance) else ""


def _unknown(where: str, names: Sequence[str], known: set[str], expected: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(where, name, expected, "Correct the id, or add the record.")
