"""Predicted AUC ratios with 90 % intervals, from what is known of victims, perpetrators and phenotypes.

>>> from equipoise.pharmacology.interaction import Belief, Exposure, Perpetrator, Posterior, Victim, predict_ratio
>>> victim = Victim("probe", {"CYP2D6": Belief(2.2, 0.3, 5)})
>>> blocker = Perpetrator("blocker", {"CYP2D6": Belief(2.8, 0.4, 5)})
>>> prediction = predict_ratio(Posterior(), victim, [Exposure(blocker)])
>>> prediction.kind
'posterior prediction'
>>> round(prediction.estimate or 0.0, 1)
6.6
"""

from __future__ import annotations

from equipoise.pharmacology.interaction.parts import (
    Belief,
    EnzymeEffect,
    Exposure,
    Kind,
    Perpetrator,
    Posterior,
    RatioPrediction,
    Reference,
    Residual,
    Route,
    Victim,
)
from equipoise.pharmacology.interaction.predict import predict_ratio

__all__ = [
    "Belief",
    "EnzymeEffect",
    "Exposure",
    "Kind",
    "Perpetrator",
    "Posterior",
    "RatioPrediction",
    "Reference",
    "Residual",
    "Route",
    "Victim",
    "predict_ratio",
]
