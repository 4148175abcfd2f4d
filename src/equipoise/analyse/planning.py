"""Level and planning SD as a diary itself tells them, for many diaries at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.model.prior import Prior
from equipoise.model.schedule import Bools, Floats, Indices

FEWEST_BEFORE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Planning:
    """For each diary: the level on which its prior is centred, the planning SD in points, how many ratings stand
    before the first exposure, and whether the SD is theirs: (diaries,).
    """

    centre: Floats
    s0: Floats
    before: Indices
    from_before: Bools

    def told(self, prior: Prior, row: int = 0) -> str:
        """Where the planning SD of one diary comes from."""
        if prior.s0 is not None:
            return "given"
        if self.before[row] < FEWEST_BEFORE:
            return "the ratings within each level"
        told = f"the {self.before[row]} ratings before the first exposure"
        return told if self.from_before[row] else f"the ratings within each level, which vary more than {told}"


def planning(prior: Prior, values: Floats, untouched: Bools) -> Planning:
    """Level and planning SD of diaries (diaries, n), NaN where no rating was given; `untouched`: ratings at which
    nothing acts, of the same shape.

    The SD is the prior's own, else the larger of two of the diary's. One is that of the ratings before the first
    exposure, where there are ten; the other that within the levels. A baseline quieter than the trial would make
    every prior too narrow for the trial.
    """
    seen = ~np.isnan(values)
    off, on = seen & untouched, seen & ~untouched
    before = off & (np.cumsum(on, axis=1) == 0)
    sizes = before.sum(axis=1)
    known = np.where(seen, values, 0.0)
    within = np.sqrt(_spare(known, off, on))
    own = np.sqrt(_squares(known, before) / np.maximum(sizes - 1, 1))
    enough = sizes >= FEWEST_BEFORE
    chosen = enough & (own >= within)
    s0 = np.where(chosen, own, within) if prior.s0 is None else np.full(len(values), prior.s0)
    return Planning(_centre(prior, known, seen, off, np.where(enough[:, None], before, off)), s0, sizes, chosen)


def _centre(prior: Prior, known: Floats, seen: Bools, off: Bools, told: Bools) -> Floats:
    """As planned; else the mean of the ratings before the first exposure, or of the untouched ones, or of all."""
    if not isinstance(prior.centre, str):
        return np.full(len(known), float(prior.centre))
    if prior.centre == "mean":
        return _mean(known, seen)
    return _mean(known, np.where(off.any(axis=1, keepdims=True), told, seen))


def _spare(known: Floats, off: Bools, on: Bools) -> Floats:
    """The variance within the two groups, about the mean of each."""
    spare = sum(np.maximum(group.sum(axis=1) - 1, 0) for group in (off, on))
    return (_squares(known, off) + _squares(known, on)) / np.maximum(spare, 1)


def _squares(known: Floats, group: Bools) -> Floats:
    gap = np.where(group, known - _mean(known, group)[:, None], 0.0)
    return (gap * gap).sum(axis=1)


def _mean(known: Floats, group: Bools) -> Floats:
    return np.where(group, known, 0.0).sum(axis=1) / np.maximum(group.sum(axis=1), 1)
