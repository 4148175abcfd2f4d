"""Stretches of time in which the covariates of a regimen stand still, and its occasion is one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.declaration import Interpolation
from equipoise.pharmacology.kinetics.regimen import Regimen
from equipoise.pharmacology.kinetics.system import System


@dataclass(frozen=True, slots=True, eq=False)
class Epochs:
    """Different values of the covariates, (epochs,) by name; which hold `at` each record and `after` it (records,).

    `occasions`: the one of each epoch (epochs,).
    """

    covariates: Mapping[str, Floats]
    occasions: Indices
    at: Indices
    after: Indices


def epochs(regimen: Regimen, system: System, by_occasion: Collection[str] = ()) -> Epochs:
    """The epochs of what rates, outputs and initial states depend on: covariates, and parameters `by_occasion`.

    At a record its own values hold; after it, until the next one, what each covariate's interpolation says; an occasion
    goes on to the first record of the next. Before the first record its values hold: epoch 0.
    """
    equations = system.equations
    matter = equations.graph.names([*equations.rates, *equations.initial, *equations.outputs.values()])
    names = [name for name in regimen.covariates if name in matter]
    count = regimen.time.size
    none = np.zeros(count, dtype=np.intp)
    occasion = regimen.occasion if matter & set(by_occasion) else none
    own = np.array([occasion, *(regimen.covariates[name] for name in names)])
    rules = [between(regimen.covariates[name], system.covariates[name].interpolation) for name in names]
    after = np.array([occasion, *rules])
    table, first, number = np.unique(np.hstack([own, after]), axis=1, return_index=True, return_inverse=True)
    order = np.argsort(first)  # in the order in which they come
    rank = np.argsort(order)
    place = rank[number.reshape(-1)]
    values = table[:, order]
    covariates = {name: values[i] for i, name in enumerate(names, start=1)}
    return Epochs(MappingProxyType(covariates), values[0].astype(np.intp), place[:count], place[count:])


def between(values: Floats, interpolation: Interpolation) -> Floats:
    """What holds from each record to the next one; the last value goes on.

    >>> [between(np.array([1.0, 3.0]), rule).tolist() for rule in ("previous", "next", "linear")]
    [[1.0, 3.0], [3.0, 3.0], [2.0, 3.0]]
    """
    following = np.append(values[1:], values[-1])
    return {"previous": values, "next": following, "linear": (values + following) / 2}[interpolation]
