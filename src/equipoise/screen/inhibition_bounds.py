"""The static bound: how much of each enzyme an adjunct could leave if its highest concentrations stayed for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from equipoise.knowledge import Knowledge
from equipoise.model.inhibition import Organ, OrganBound
from equipoise.model.schedule import Floats
from equipoise.model.terms import Enzyme
from equipoise.pharmacology.mechanistic import Present, enterocyte_nm, inlet_nm, remaining_activity
from equipoise.pharmacology.occupancy import from_range
from equipoise.screen.inhibition_figures import Carried, Effect, Figures

DIGITS: Final = 4
NEVER_LOST: Final = 1.0
"""Any rate does for an enzyme that nothing inactivates: it falls out of the formula."""


def kdeg_draws(knowledge: Knowledge, figures: Figures, enzyme: Enzyme, organ: Organ) -> Floats | None:
    """Draws of an enzyme's own loss (1/h); None where no turnover is recorded."""
    known = [item for item in knowledge.enzyme_turnover if (item.enzyme, item.organ) == (enzyme, organ)]
    return figures.drawn(from_range(*known[0].range_90), f"kdeg/{enzyme}/{organ}") if known else None


def highest_nm(figures: Figures, item: Carried, organ: Organ) -> Floats:
    """The highest concentration that meets an enzyme (nM), in draws: in the gut wall, or unbound at the inlet."""
    rule = figures.rule
    if organ == "gut":
        return enterocyte_nm(item.amount_nmol, item.ka_per_h, item.absorbed, rule.enterocyte_flow_l_h)
    entering = item.absorbed * item.ka_per_h * item.amount_nmol
    return inlet_nm(item.peak_nm, entering, item.unbound, rule.liver_flow_l_h, item.blood_over_plasma)


def activities(knowledge: Knowledge, figures: Figures) -> Mapping[tuple[Enzyme, Organ], Floats]:
    """Draws of the activity over usual of each enzyme in each organ that something is known to act on."""
    places = dict.fromkeys(item.place for item in figures.effects)
    found = {place: _activity(knowledge, figures, place) for place in places}
    return {place: draws for place, draws in found.items() if draws is not None}


def _activity(knowledge: Knowledge, figures: Figures, place: tuple[Enzyme, Organ]) -> Floats | None:
    acting = [item for item in figures.effects if item.place == place]
    kdeg = kdeg_draws(knowledge, figures, *place)
    if kdeg is None and any(item.constants.inactivates for item in acting):
        return None
    present = [_present(figures, item) for item in acting]
    return remaining_activity(present, NEVER_LOST if kdeg is None else kdeg)


def _present(figures: Figures, item: Effect) -> Present:
    return Present(highest_nm(figures, figures.carried[item.constituent], item.organ), item.constants)


def bounds(knowledge: Knowledge, figures: Figures) -> tuple[OrganBound, ...]:
    """The middle and the lower end of what is believed to be left of each enzyme."""
    tail = (1.0 - figures.rule.interval) / 2.0
    rows = [
        OrganBound(
            enzyme=enzyme,
            organ=organ,
            middle=_rounded(float(np.quantile(draws, 0.5))),
            least=_rounded(float(np.quantile(draws, tail))),
        )
        for (enzyme, organ), draws in activities(knowledge, figures).items()
    ]
    return tuple(sorted(rows, key=lambda row: (list(Enzyme).index(row.enzyme), row.organ)))


def _rounded(value: float) -> float:
    return float(f"{min(value, 1.0):.{DIGITS}g}")
