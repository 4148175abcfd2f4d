"""How well ratios are predicted: figures of merit, and cross-validation that withholds whole pairs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.pharmacology.interaction.parts import Exposure, Posterior
from equipoise.pharmacology.interaction.posterior import perpetrator_of, victim_of
from equipoise.pharmacology.interaction.predict import predict_ratio
from equipoise.pharmacology.interaction.records import Evidence, Observation, Roles
from equipoise.pharmacology.interaction_fit import fit

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scored:
    """A prediction beside what was observed; all on the log scale, the interval (90 %) empty where there is none."""

    observation: Observation
    predicted: float
    low: float = math.nan
    high: float = math.nan

    @property
    def error(self) -> float:
        """log(predicted / observed)."""
        return self.predicted - math.log(self.observation.ratio)

    @property
    def covered(self) -> bool:
        """Whether the interval holds the observed ratio."""
        return self.low <= math.log(self.observation.ratio) <= self.high


@dataclass(frozen=True, slots=True)
class Figures:
    """Geometric mean fold error (>= 1), bias (1 = none), fractions within 1.5- and 2-fold, interval coverage."""

    count: int
    fold_error: float
    bias: float
    within_1_5: float
    within_2: float
    coverage: float


def figures(scored: Sequence[Scored]) -> Figures:
    """The figures of merit, each observation counting once.

    >>> exact = Scored(Observation("a", "v", "p", 2.0), math.log(2.0), 0.0, 1.0)
    >>> figures([exact])
    Figures(count=1, fold_error=1.0, bias=1.0, within_1_5=1.0, within_2=1.0, coverage=1.0)
    """
    return _figures([item.error for item in scored], [item.covered for item in scored])


def figures_by_pair(scored: Sequence[Scored]) -> Figures:
    """The same, each pair counting once: errors of its observations are averaged first, and so is their coverage."""
    groups = by_pair(scored)
    errors = [sum(item.error for item in group) / len(group) for group in groups.values()]
    return _figures(errors, [sum(item.covered for item in group) / len(group) for group in groups.values()])


def _figures(errors: Sequence[float], covered: Sequence[float]) -> Figures:
    size = np.abs(errors)
    return Figures(
        len(errors),
        math.exp(float(size.mean())),
        math.exp(float(np.mean(errors))),
        float((size <= math.log(1.5)).mean()),
        float((size <= math.log(2.0)).mean()),
        float(np.mean(covered)),
    )


def by_pair(scored: Sequence[Scored]) -> Mapping[Pair, list[Scored]]:
    """The predictions of each victim-perpetrator pair."""
    groups: dict[Pair, list[Scored]] = {}
    for item in scored:
        groups.setdefault(item.observation.pair, []).append(item)
    return groups


def folds_of_pairs(observations: Sequence[Observation], *, seed: int, folds: int = 5) -> dict[Pair, int]:
    """Which fold each pair falls in, with all its observations; fold sizes are equal to within one pair."""
    pairs = sorted({observation.pair for observation in observations})
    order = np.random.default_rng(seed).permutation(len(pairs))
    return {pair: int(order[place]) % folds for place, pair in enumerate(pairs)}


def predict_all(posterior: Posterior, observations: Sequence[Observation], roles: Roles) -> list[Scored]:
    """What the run-time predictor says for each observation."""
    found: list[Scored] = []
    for item in observations:
        victim = victim_of(posterior, item.victim, roles.substrate.get(item.victim, {}))
        perpetrator = perpetrator_of(
            posterior,
            item.perpetrator,
            roles.inhibitor.get(item.perpetrator, {}),
            roles.inducer.get(item.perpetrator, {}),
        )
        exposure = Exposure(perpetrator, item.relative_dose, item.single_dose)
        result = predict_ratio(posterior, victim, [exposure], phenotypes=item.activity, route=item.route)
        if result.estimate is None or result.interval is None:
            raise ValueError(f"{item.id}: {item.victim} has no substrate role, so its ratio cannot be predicted")
        low, high = (math.log(end) for end in result.interval)
        found.append(Scored(item, math.log(result.estimate), low, high))
    return found


def cross_validate(
    observations: Sequence[Observation], roles: Roles, evidence: Sequence[Evidence], *, seed: int, folds: int = 5
) -> list[Scored]:
    """Every observation as predicted by a fit that saw no observation of its pair; in the order given."""
    fold = folds_of_pairs(observations, seed=seed, folds=folds)
    found: dict[str, Scored] = {}
    for held in range(folds):
        seen = [item for item in observations if fold[item.pair] != held]
        posterior = fit(seen, roles, evidence)
        withheld = [item for item in observations if fold[item.pair] == held]
        found.update({item.observation.id: item for item in predict_all(posterior, withheld, roles)})
    return [found[item.id] for item in observations]
