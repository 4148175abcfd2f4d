"""Tables of reference figures, and predictions written out so that they do not stand on the engine that they judge."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from equipoise.model.schedule import Floats

Row = Mapping[str, str]
Dose = tuple[float, float]


def table(path: Path) -> list[Row]:
    """The rows of a CSV file, compressed or not."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        return list(csv.DictReader(lines))


def numbers(rows: Sequence[Row], column: str) -> Floats:
    """A column (rows,)."""
    return np.array([float(row[column]) for row in rows])


def by_id(rows: Sequence[Row]) -> dict[float, list[Row]]:
    """The rows of each patient."""
    return {key: list(part) for key, part in groupby(rows, key=lambda row: float(row["ID"]))}


def one_compartment(parameters: Floats) -> tuple[Floats, Floats]:
    """Amplitudes and rates (m, 1) after a unit bolus: CL, V."""
    cl, v = parameters[:, :1], parameters[:, 1:2]
    return 1.0 / v, cl / v


def two_compartments_oral(parameters: Floats) -> tuple[Floats, Floats]:
    """Amplitudes and rates (m, 3) after a unit oral dose: CL, V2, Q, V3, KA."""
    cl, v2, q, v3, ka = parameters.T
    k, k23, k32 = cl / v2, q / v2, q / v3
    total = k + k23 + k32
    fast = (total + np.sqrt(total**2 - 4.0 * k * k32)) / 2.0
    rates = np.stack([fast, k * k32 / fast, ka], axis=1)
    amplitudes = np.empty_like(rates)
    for i in range(3):
        others = np.delete(rates, i, axis=1) - rates[:, i : i + 1]
        amplitudes[:, i] = ka / v2 * (k32 - rates[:, i]) / others.prod(axis=1)
    return amplitudes, rates


@dataclass(frozen=True)
class Superposed:
    """Predictions as a sum over doses (time, amount); an infusion lasts `hours`."""

    response: Callable[[Floats], tuple[Floats, Floats]]
    doses: Sequence[Dose]
    times: Floats
    hours: float = 0.0

    def __call__(self, parameters: Floats, /) -> Floats:
        amplitudes, rates = (part[:, :, None] for part in self.response(parameters))
        found = np.zeros((len(parameters), self.times.size))
        for time, amount in self.doses:
            since = np.maximum(self.times - time, 0.0)
            course = amount * np.exp(-rates * since)
            if self.hours:
                inflow = np.minimum(since, self.hours)
                gained = -np.expm1(-rates * inflow) / (rates * self.hours)
                course = amount * gained * np.exp(-rates * (since - inflow))
            found += np.where(self.times >= time, (amplitudes * course).sum(axis=1), 0.0)
        return found
