"""Judged claims on a terminal: short in a dossier, with every figure under `equipoise claims`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from equipoise.model.claim import NOT_A_BENEFIT, ClaimRow, TargetRow
from equipoise.report import claim_view
from equipoise.report.sheet import Sheet

if TYPE_CHECKING:
    from rich.console import Console


def claims_in_dossier(sheet: Sheet, claims: Iterable[ClaimRow]) -> None:
    """One paragraph for each claim: the verdict and why."""
    listed = list(claims)
    if not listed:
        return
    sheet.heading("How it is said to act")
    for claim in listed:
        sheet.line(f"{claim.title}: {claim_view.verdict(claim)}", first="  ", style="bold")
        told = (item.what for item in claim.seen if item.seen_in == "human" and item.shows == "acts")
        sheet.line(" ".join([claim.why, *told]), first="    ")
    sheet.line(NOT_A_BENEFIT, first="  ")
    sheet.line("Every figure behind it stands in the page and in the JSON form.", first="  ", style="dim")


def print_claims(name: str, claims: Iterable[ClaimRow], console: Console) -> None:
    """Every claim of an adjunct with its figures: occupancies, affinities, concentrations, what is missing."""
    sheet = Sheet(console)
    listed = list(claims)
    if not listed:
        sheet.line(f"How {name} acts: nothing is recorded. That is not assessed, and not implausible.")
        return
    sheet.line(f"How {name} is said to act, judged at concentrations that were measured in people", style="bold")
    sheet.line(NOT_A_BENEFIT)
    for claim in listed:
        _claim(sheet, claim)
    sheet.line()
    sheet.line("`equipoise knowledge cite KEY` shows a source; `equipoise knowledge show claim_rules` the rule.")


def _claim(sheet: Sheet, claim: ClaimRow) -> None:
    sheet.heading(f"{claim.title}: {claim_view.verdict(claim)}")
    sheet.line(claim.why, first="  ")
    for item in claim.seen:
        sheet.line(claim_view.seen(item), first="  • ")
    cited = dict.fromkeys(key for item in claim.seen for key in item.sources)
    sheet.line(f"Sources: {', '.join(cited) or 'none named'}", first="  ")
    for target in claim.targets:
        _target(sheet, target, claim.interval)


def _target(sheet: Sheet, target: TargetRow, interval: float) -> None:
    verdict = f"by concentration {claim_view.VERDICTS[target.verdict]}"
    if target.occupancy is None or target.p_reached is None:
        sheet.line(f"{target.name}: {verdict}; no occupancy can be calculated", first="  ", style="bold")
    else:
        size = f"{claim_view.share(target.occupancy)} occupied, {claim_view.percent(interval)} interval"
        sheet.line(f"{target.name}: {verdict}; {size}", first="  ", style="bold")
        limit = f"{claim_view.percent(target.threshold)} is reached with probability {target.p_reached:.2f}"
        sheet.pair("limit", f"{limit}. {target.because}")
    for item in target.binders:
        if claim_view.told(item):
            sheet.line(claim_view.binder(item), first="    • ")
    if unknown := claim_view.untold(target):
        sheet.pair("no record", unknown)
    if any(claim_view.told(item) for item in target.binders):
        sheet.pair("sources", ", ".join(claim_view.sources(target)))
