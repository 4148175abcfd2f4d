"""Virtual people of a fitted part of a model."""

from __future__ import annotations

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.summaries.blocks import Values
from equipoise.pharmacology.summaries.likelihood import Part


def virtual_people(part: Part, draws: Floats, count: int, rng: np.random.Generator) -> Values:
    """Parameters of `count` people: each from another draw of the posterior, and differing as people do in it."""
    values = dict(part.values(draws[np.arange(count) % len(draws)]))
    spread_of = part.predictor.spread_of
    for name in sorted(values.keys() & spread_of.keys()):
        if spread_of[name] in values:
            values[name] = values[name] * np.exp(values[spread_of[name]] * rng.standard_normal(count))
    return values
