"""How judged claims are put into words and rows, the same on every road out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from equipoise.model.claim import BinderRow, ClaimRow, Interval, SeenRow, TargetRow
from equipoise.model.source import SourceKey
from equipoise.model.terms import Plausibility
from equipoise.report import words

VERDICTS: dict[Plausibility, str] = {
    Plausibility.PLAUSIBLE: "plausible",
    Plausibility.IMPLAUSIBLE: "implausible",
    Plausibility.UNKNOWN: "not known",
}
SEEN: dict[str, str] = {"human": "In people", "animal": "In animals", "in_vitro": "In vitro"}
EXPLORATORY = "exploratory: nothing seen in people supports it"


@dataclass(frozen=True, slots=True)
class Figured:
    """One target whose occupancy was calculated. `label`: the target, and what binds there where it is one alone."""

    label: str
    occupancy: Interval
    p_reached: float
    target: TargetRow
    verdict: Plausibility
    exploratory: bool


def figured(claims: Iterable[ClaimRow]) -> tuple[Figured, ...]:
    """Every calculated occupancy: by all that are known together, and by each alone where there are several."""
    return tuple(row for claim in claims for target in claim.targets for row in _figured(target, claim))


def _figured(target: TargetRow, claim: ClaimRow) -> Iterable[Figured]:
    known = [item for item in target.binders if item.occupancy is not None]
    if len(known) > 1 and target.occupancy is not None and target.p_reached is not None:
        label = f"{_bare(target)}: {', '.join(item.name for item in known)} together"
        yield Figured(label, target.occupancy, target.p_reached, target, target.verdict, claim.exploratory)
    for item in known:
        if item.occupancy is not None and item.p_reached is not None:
            label = f"{_bare(target)}: {item.name}"
            yield Figured(label, item.occupancy, item.p_reached, target, item.verdict, claim.exploratory)


def _bare(target: TargetRow) -> str:
    return words.sentence(target.name)


def verdict(claim: ClaimRow) -> str:
    """The verdict in words, with the mark of a claim that nothing in people supports."""
    return f"{VERDICTS[claim.verdict]}{f' ({EXPLORATORY})' if claim.exploratory else ''}"


def percent(share: float) -> str:
    """A share as per cent with two significant digits; what is very small is not called nothing.

    >>> [percent(share).replace(words.NBSP, " ") for share in (0.1353, 0.0021, 0.00002, 1.0)]
    ['14 %', '0.2 %', 'below 0.1 %', '100 %']
    """
    value = 100.0 * share
    if value < 0.1:
        return f"below 0.1{words.NBSP}%"
    return f"{value:.0f}{words.NBSP}%" if value >= 9.5 else f"{float(f'{value:.1f}'):g}{words.NBSP}%"


def share(found: Interval) -> str:
    """An occupancy with its interval."""
    return f"{percent(found.median)} ({percent(found.low)} to {percent(found.high)})"


def nanomolar(value: float) -> str:
    """A concentration in nM with two significant digits.

    >>> nanomolar(3.678), nanomolar(1260.0), nanomolar(0.0326)
    ('3.7', '1,300', '0.033')
    """
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def spread(found: Interval) -> str:
    """A concentration with its interval, in nM."""
    return f"{nanomolar(found.median)} ({nanomolar(found.low)} to {nanomolar(found.high)})"


def affinities(item: BinderRow) -> str:
    """The affinities used, in nM, each as its source gives it."""
    return ", ".join(f"{value:g}" for value in sorted(item.ki_nm)) or "not known"


def totals(item: BinderRow) -> str:
    """The measured total concentrations, in nM, one for each study."""
    return " and ".join(f"{found.median:g} ({found.low:g} to {found.high:g})" for found in item.total_nm) or "not known"


def told(item: BinderRow) -> bool:
    """True where anything more than silence is recorded of a constituent at a target."""
    return bool(item.ki_nm or item.actions)


def without_affinity(target: TargetRow) -> str:
    """The constituents whose affinity at a target the records lack; short where that is all of them."""
    return _listed([item.name for item in target.binders if not item.ki_nm], target) or "nothing"


def untold(target: TargetRow) -> str:
    """The constituents of which nothing is known at a target; short where that is all of them."""
    return _listed([item.name for item in target.binders if not told(item)], target)


def _listed(names: Sequence[str], target: TargetRow) -> str:
    return "every constituent" if len(names) == len(target.binders) else ", ".join(names)


def missing(item: BinderRow) -> str:
    """What the records lack, so that no occupancy can be calculated."""
    return ", ".join(item.missing)


def binder(item: BinderRow) -> str:
    """One constituent at one target in a line: its share, what that follows from, what is missing, how it acts."""
    parts = [f"{share(item.occupancy)} alone" if item.occupancy else "", *item.actions]
    if item.ki_nm:
        parts.append(f"Ki {affinities(item)} nM")
        parts.append(f"in people {totals(item)} nM in all")
    if item.free_nm:
        parts.append(f"free at the site {spread(item.free_nm)} nM")
    if item.missing:
        parts.append(f"not in the records: {missing(item)}")
    return f"{item.name}: {'; '.join(part for part in parts if part)}"


def sources(target: TargetRow) -> tuple[SourceKey, ...]:
    """Every source of the figures at a target, each once."""
    known = [item for item in target.binders if told(item)]
    return tuple(dict.fromkeys([*target.sources, *(key for item in known for key in item.sources)]))


def seen(item: SeenRow) -> str:
    """What was seen, where."""
    return f"{SEEN[item.seen_in]}: {item.what}"
