"""The evidence of one latent diary without each of some ratings: at one node, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.analyse.latent_nodes import LatentNodes
from equipoise.analyse.propagation import Nodes, propagate
from equipoise.analyse.replacement import Replacement
from equipoise.analyse.sites import EdgeSlopes, Sites, Slopes
from equipoise.model.schedule import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Without:
    """The ratings of a diary, of which each node leaves out one: `kept`, (ratings, nodes), is 0 there, else 1."""

    sites: Sites
    kept: Floats

    @property
    def longest_step(self) -> float:
        """As with all ratings."""
        return self.sites.longest_step

    def at(self, mean: Floats, variance: Floats, near: tuple[Floats, Floats], thresholds: Floats | None) -> Slopes:
        """A rating that is left out says nothing: its likelihood is 1 everywhere."""
        found, kept = self.sites.at(mean, variance, near, thresholds), self.kept
        edges = found.edges and EdgeSlopes(*(getattr(found.edges, part.name) * kept for part in fields(EdgeSlopes)))
        return Slopes(found.log_z * kept, found.f * kept, found.ff * kept, edges)

    def start(self) -> tuple[Floats, Floats]:
        """As with all ratings."""
        return self.sites.start()


def log_score(found: LatentNodes, node: int, rows: NDArray[np.intp]) -> Floats:
    """The log density of each of the ratings `rows` given all others at one node: evidence with it over without it."""
    half, place = divmod(node, found.parts[0].log_z.size)
    whole, model = found.parts[half], found.latent.model
    kept = np.ones((whole.course.shape[0], rows.size))
    kept[rows, np.arange(rows.size)] = 0.0
    less = propagate(
        replace(model, sites=Without(model.sites, kept)),
        np.full(rows.size, found.phi[node]),
        np.full(rows.size, found.tau[node]),
        np.full(rows.size, found.half_life[node]),
        _near(whole, place, kept),
    )
    return whole.log_z[place] - less.log_z


def _near(whole: Nodes, place: int, kept: Floats) -> Nodes:
    """One node as often as it is wanted, each time without the normal of the rating that is left out."""

    def copied(values: Floats) -> Floats:
        every = np.broadcast_to(values, whole.course.shape)
        return np.repeat(every[:, place : place + 1], kept.shape[1], axis=1)

    parts = (copied(getattr(whole.normal, part.name)) * kept for part in fields(Replacement))
    mean = np.repeat(whole.mean[place : place + 1], kept.shape[1], axis=0)
    return replace(whole, normal=Replacement(*parts), course=copied(whole.course), mean=mean)
