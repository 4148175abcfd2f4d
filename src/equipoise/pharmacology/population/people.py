"""Many people simulated in blocks, and what is kept of them: quantiles at every time, and one number of each person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.cluster import on_cluster
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.exposed import Ids
from equipoise.pharmacology.kinetics.parallel import Progress
from equipoise.pharmacology.kinetics.quantiles import Quantiles
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.running import Engine
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.simulation import Simulation
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.draws import uniforms
from equipoise.pharmacology.population.occasions import labelled
from equipoise.pharmacology.population.population import Population

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
BLOCK = 4_000_000  # numbers of a block's table
REGIMENS = 4096  # IDs of a block: each may be dosed otherwise and then has a course of its own
SENT = 500_000  # the same where it comes from another machine
SHOWN = 5  # warnings
OBSERVED = 32  # people that the observed error is taken from


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

    @property
    def unreached(self) -> tuple[str, ...]:
        """Outputs that are 0 in everybody at every time: no dose leads to them."""
        return tuple(name for name, band in self.bands.items() if not np.any(band))

    def without(self, names: Collection[str]) -> Summary:
        """The same without some of the outputs."""
        bands = {name: band for name, band in self.bands.items() if name not in names}
        reduced = {item: numbers for item, numbers in self.reduced.items() if item.output not in names}
        return replace(self, bands=bands, reduced=reduced)


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
    tolerance: Tolerance | None = None

    def one(
        self,
        values: Mapping[str, Floats],
        progress: Progress | None = None,
        *,
        table: bool = True,
        observe_error: bool = False,
    ) -> Simulation:
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
            tolerance=self.tolerance,
            observe_error=observe_error,
            threads=self.threads,
            progress=progress,
        )

    def blocks(
        self,
        population: Population | None,
        count: int,
        *,
        seed: int,
        size: int | None = None,
        replicate: int | None = None,
        table: bool = True,
        cluster: str | object | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Simulation]:
        """The simulations of `count` people, block after block, in bounded memory; nobody's numbers depend on `size`.

        Events of several IDs are those of as many people. A covariate that the events record is theirs and not drawn.
        `population` None: nobody is drawn, every ID has the typical values. `cluster`: the address of a Dask scheduler
        whose workers do the blocks (see `on_cluster`); None: this machine.
        """
        pieces = self.pieces(population, count, seed=seed, size=size, replicate=replicate, table=table, cluster=cluster)
        return run(pieces, cluster, progress)

    def pieces(
        self,
        population: Population | None,
        count: int,
        *,
        seed: int,
        size: int | None = None,
        replicate: int | None = None,
        table: bool = True,
        cluster: str | object | None = None,
    ) -> list[Block]:
        """The blocks before they are simulated; smaller ones for a cluster. Raises `InputError` for a wrong `count`."""
        whole = self.everybody(population, count, seed=seed, replicate=replicate, table=table)
        if cluster is not None:
            whole = replace(whole, study=replace(whole.study, threads=1))  # a worker's threads do a block each
        rows = self.times.size * len(self.outputs or self.system.outputs)
        rows = max(rows, 0 if whole.numbers is None else len(whole.numbers) * len(self.system.parameters))
        step = size or max(1, (BLOCK if cluster is None else SENT) // rows)
        step = min(step, REGIMENS) if len(self.events.ids) > 1 else step
        return [whole.part(first, min(step, count - first)) for first in range(0, count, step)]

    def everybody(
        self, population: Population | None, count: int, *, seed: int, replicate: int | None = None, table: bool = True
    ) -> Block:
        """All people as one block. Raises `InputError` where there are not as many as the events have IDs."""
        self._check(count)
        study, numbers = self._with_occasions(population)
        return Block(study, population, seed, 0, count, replicate, numbers, table)

    def _with_occasions(self, population: Population | None) -> tuple[Study, Indices | None]:
        """The study with the occasion of every record, and the numbers of the kinds in each."""
        if population is None or not population.occasions:
            return self, None
        found = labelled(self.events, population.occasions, float(self.times[-1]))
        return replace(self, events=found.events), found.numbers

    def _check(self, count: int) -> None:
        ids = len(self.events.ids)
        if count < 1 or ids not in (1, count):
            expected = f"{ids}: one person for each ID" if ids > 1 else "at least one person"
            fault = Fault("population", str(count), expected, "Correct it, or give events of one ID for everybody.")
            raise InputError("population", [fault])


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The people `first` to `first + count` of a study; `numbers`: of the kinds of occasion in each occasion."""

    study: Study
    population: Population | None
    seed: int
    first: int
    count: int
    replicate: int | None
    numbers: Indices | None
    table: bool

    def part(self, first: int, count: int) -> Block:
        """The people `first` to `first + count` of everybody."""
        events = self.study.events
        study = replace(self.study, events=events.some(first, count)) if len(events.ids) > 1 else self.study
        return replace(self, study=study, first=first, count=count)

    def simulated(self, progress: Progress | None = None, *, observe_error: bool = False) -> Simulation:
        """What comes of them; people of events of one ID are called by their number, from 1 on."""
        events = self.study.events
        found = self.study.one(self._values(), progress, table=self.table, observe_error=observe_error)
        if len(events.ids) > 1 or self.population is None:
            return found
        return replace(found, ids=Ids((), np.arange(self.first, self.first + self.count)))

    def _values(self) -> dict[str, Floats]:
        if self.population is None:
            return {}
        drawn = self.population.persons(
            seed=self.seed, first=self.first, count=self.count, replicate=self.replicate, numbers=self.numbers
        )
        recorded = self.study.events.records.covariates
        return {name: value for name, value in drawn.items() if name not in recorded}


def _simulated(block: Block) -> Simulation:
    return block.simulated()


def run(blocks: Sequence[Block], cluster: str | object | None, progress: Progress | None) -> Iterator[Simulation]:
    """The simulations of blocks in their order, here or by the workers of a cluster."""
    total = sum(block.count for block in blocks)
    done = 0
    found = blocks if cluster is None else on_cluster(_simulated, blocks, cluster)
    for block, item in zip(blocks, found, strict=True):
        yield item.simulated(_share(progress, done, block.count, total)) if isinstance(item, Block) else item
        done += block.count
        if progress and cluster is not None:
            progress(done / total)


def observed_error(study: Study, population: Population | None, count: int, *, seed: int) -> float:
    """The largest difference, as a share of the peak, to some people integrated at a hundredth of the tolerance.

    The people are drawn at random from `count`; 0 in closed form.
    """
    who = np.unique((uniforms(seed, "observed", 0, OBSERVED) * count).astype(np.intp)).tolist()
    whole = study.everybody(population, count, seed=seed)
    return max(whole.part(i, 1).simulated(observe_error=True).observed_error or 0.0 for i in who)


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
        warnings=tuple(_first(warnings)),
    )


def _first(warnings: Collection[str]) -> Iterator[str]:
    """The first of many warnings, and how many there are besides."""
    yield from islice(warnings, SHOWN)
    if len(warnings) > SHOWN:
        yield f"{len(warnings) - SHOWN} more notes like these, of other blocks of people"


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
    cluster: str | object | None = None,
    progress: Progress | None = None,
) -> dict[Reduction, Floats]:
    """Quantiles over people (replicates, levels) of every reduction, for draws of the uncertain typical values.

    How far they differ between replicates is what is not known of the typical person, beside how people differ.
    """
    each = [
        study.pieces(population, count, seed=seed, replicate=number, table=False, cluster=cluster)
        for number in range(replicates)
    ]
    blocks = run([block for one in each for block in one], cluster, progress)
    found = {item: np.empty((replicates, len(levels))) for item in study.reduce}
    for number, one in enumerate(each):
        for item, numbers in summary(islice(blocks, len(one))).reduced.items():
            found[item][number] = np.quantile(numbers, levels)
    return found


def _share(progress: Progress | None, first: int, count: int, total: int) -> Progress | None:
    """The progress of one block as a part of the whole."""
    return None if progress is None else lambda share: progress((first + share * count) / total)
