"""Why a claim is judged as it is, in one or two sentences out of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from equipoise.model.claim import TargetRow
from equipoise.model.terms import Plausibility


def why(verdict: Plausibility, targets: Sequence[TargetRow], *, in_people: bool) -> str:
    """The reason of a verdict: what was seen in people, what is reached, what is not, and what is open."""
    parts = ["Seen in people, whatever the concentrations say."] if in_people else []
    parts += [
        _sentence("Enough is bound at", _names(targets, Plausibility.PLAUSIBLE)),
        _sentence("Too little is bound at", _names(targets, Plausibility.IMPLAUSIBLE)),
        _sentence("The interval lies on both sides of the limit at", [item.name for item in targets if _spans(item)]),
        _sentence("What is known binds too little, and not all is known, at", [x.name for x in targets if _part(x)]),
        _sentence("Nothing could be calculated for", [item.name for item in targets if item.occupancy is None]),
    ]
    if not targets and verdict is Plausibility.UNKNOWN:
        parts.append("It names no receptor whose occupancy could be calculated, and nothing was measured in people.")
    return " ".join(part for part in parts if part)


def _names(targets: Iterable[TargetRow], verdict: Plausibility) -> list[str]:
    return [item.name for item in targets if item.verdict is verdict]


def _spans(target: TargetRow) -> bool:
    found = target.occupancy
    return found is not None and found.low < target.threshold <= found.high


def _part(target: TargetRow) -> bool:
    """True where the constituents with known figures occupy too little, and others have none."""
    found = target.occupancy
    return target.verdict is Plausibility.UNKNOWN and found is not None and found.high < target.threshold


def _sentence(start: str, names: Sequence[str]) -> str:
    return f"{start} the {', the '.join(names)}." if names else ""
