"""Many people simulated in blocks, and what is kept of them: quantiles at every time, and one number of each person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.parallel import Progress
from equipoise.pharmacology.kinetics.quantiles import Quantiles
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.running import Engine
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.simulation import Simulation
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.population import Population

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
BLOCK = 4_000_000  # numbers of a block's table


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What a simulation of `count` people says. `levels` (levels,): the shares of people of the quantiles.

    `bands`: quantiles (levels, rows) by output. `reduced`: one number of each person (subjects,) by reduction.
    """

    count: int
    times: Floats
    levels: tuple[float, ...]
    bands: Mapping[str, Floats]
    reduced: Mapping[Reduction, Floats]
    engine: str
    why: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """What is simulated: a system, its dosing, the times of the rows, and what is wanted of each person."""

    system: System
    events: Events
    times: Floats
    reduce: tuple[Reduction, ...] = ()
    outputs: tuple[str, ...] | None = None
    engine: Engine = "auto"
    threads: int | None = None

    def one(self, values: Mapping[str, Floats], progress: Progress | None = None, *, table: bool = True) -> Simulation:
        """The simulation of people with these parameters and covariates."""
        return simulate(
            self.system,
            self.events,
            self.times,
            parameters=values,
            outputs=self.outputs,
            reduce=self.reduce,
            table=table,
            engine=self.engine,
            threads=self.threads,
            progress=progress,
        )

    def blocks(
        self,
        population: Population,
        count: int,
        *,
        seed: int,
        size: int | None = None,
        replicate: int | None = None,
        table: bool = True,
        progress: Progress | None = None,
    ) -> Iterator[Simulation]:
        """The simulations of `count` people, block after block, in bounded memory; nobody's numbers depend on `size`.

        Events of several IDs are those of as many people, who are simulated together. A covariate that the events
        record is theirs and not drawn.
        """
        self._check(count)
        rows = self.times.size * len(self.outputs or self.system.outputs)
        step = count if len(self.events.ids) > 1 else size or max(1, BLOCK // rows)
        for first in range(0, count, step):
            here = min(step, count - first)
            drawn = population.persons(seed=seed, first=first, count=here, replicate=replicate)
            values = {name: value for name, value in drawn.items() if name not in self.events.records.covariates}
            yield self.one(values, _share(progress, first, here, count), table=table)

    def _check(self, count: int) -> None:
        ids = len(self.events.ids)
        if count < 1 or ids not in (1, count):
            expected = f"{ids}: one person for each ID" if ids > 1 else "at least one person"
            fault = Fault("population", str(count), expected, "Correct it, or give events of one ID for everybody.")
            raise InputError("population", [fault])


def summary(blocks: Iterator[Simulation], levels: Sequence[float] = LEVELS) -> Summary:
    """The quantiles of blocks of people, within 0.4 %, and their reduced numbers, exactly."""
    bands: dict[str, Quantiles] = {}
    parts: dict[Reduction, list[Floats]] = {}
    warnings: dict[str, None] = {}
    last: Simulation | None = None
    count = 0
    for last in blocks:
        count += len(last.ids)
        for name, values in last.values.items():
            bands.setdefault(name, Quantiles(values.shape[1])).add(values)
        for item, numbers in last.reduced.items():
            parts.setdefault(item, []).append(numbers)
        warnings |= dict.fromkeys(last.warnings)
    if last is None:
        raise ValueError("at least one block")
    return Summary(
        count=count,
        times=last.times,
        levels=tuple(levels),
        bands={name: found.at(levels) for name, found in bands.items()},
        reduced={item: np.concatenate(numbers) for item, numbers in parts.items()},
        engine=last.engine,
        why=last.why,
        warnings=tuple(warnings),
    )


def typical(found: Simulation, levels: Sequence[float] = LEVELS) -> Summary:
    """The quantiles of one simulation with its table, exactly: people with the declared values, one for each ID."""
    return Summary(
        count=len(found.ids),
        times=found.times,
        levels=tuple(levels),
        bands={name: np.quantile(values, levels, axis=0) for name, values in found.values.items()},
        reduced=found.reduced,
        engine=found.engine,
        why=found.why,
        warnings=found.warnings,
    )


def uncertain(
    study: Study,
    population: Population,
    count: int,
    *,
    seed: int,
    replicates: int,
    levels: Sequence[float] = LEVELS,
    progress: Progress | None = None,
) -> dict[Reduction, Floats]:
    """Quantiles over people (replicates, levels) of every reduction, for draws of the uncertain typical values.

    How far they differ between replicates is what is not known of the typical person, beside how people differ.
    """
    found = {item: np.empty((replicates, len(levels))) for item in study.reduce}
    for number in range(replicates):
        blocks = study.blocks(population, count, seed=seed, replicate=number, table=False)
        for item, numbers in summary(blocks, levels).reduced.items():
            found[item][number] = np.quantile(numbers, levels)
        if progress:
            progress((number + 1) / replicates)
    return found


def _share(progress: Progress | None, first: int, count: int, total: int) -> Progress | None:
    """The progress of one block as a part of the whole."""
    return None if progress is None else lambda share: progress((first + share * count) / total)
