"""Occupancy of sites in simulated people: their concentrations, and for each person one draw of what is uncertain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.simulation import Simulation
from equipoise.pharmacology.occupancy.course import Binder, occupancy_course

PERCENT = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A receptor or transporter in a model. `outputs`: by binder, the output that is its total concentration (nM).

    `by`: names of the binders. `threshold`: the share from which an effect is thought possible. `missing`: what may
    bind there too, of which not all that is needed is known; it can only add.
    """

    name: str
    threshold: float
    binders: tuple[Binder, ...]
    outputs: Mapping[str, str]
    by: tuple[str, ...]
    missing: tuple[str, ...]


def occupied(
    blocks: Iterator[Simulation], sites: Sequence[Site], names: Sequence[str], *, seed: int
) -> Iterator[Simulation]:
    """The same blocks with the occupied share of each site over time (in %), and its peak, under the site's name.

    Person after person over all blocks has one draw of binding constants, unbound fractions and brain passage, whatever
    the blocks. `names`: the outputs that are kept beside.
    """
    first = 0
    for block in blocks:
        shares = {site.name: PERCENT * _shares(block, site, seed, first) for site in sites}
        peaks = {Reduction(name, "cmax"): np.max(share, axis=1) for name, share in shares.items()}
        values = {name: block.values[name] for name in names} | shares
        yield replace(block, values=MappingProxyType(values), reduced=MappingProxyType(dict(block.reduced) | peaks))
        first += len(block.ids)


def _shares(block: Simulation, site: Site, seed: int, first: int) -> Floats:
    plasma = {item.name: block.values[site.outputs[item.name]] for item in site.binders}
    return occupancy_course(plasma, site.binders, seed=seed, first=first).total
