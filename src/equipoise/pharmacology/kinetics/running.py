"""An engine on a grid of rows: whole tables, numbers reduced in blocks, the error that it makes, what is to be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.closed.engine import ClosedForm, Wanted
from equipoise.pharmacology.kinetics.closed.form import form
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.exposed import Exposed
from equipoise.pharmacology.kinetics.integrator import Integrator
from equipoise.pharmacology.kinetics.linear import NotLinear
from equipoise.pharmacology.kinetics.occurrences import LateLag
from equipoise.pharmacology.kinetics.parallel import Progress
from equipoise.pharmacology.kinetics.reducers import Reduction, reduced
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.timeline import AtDose
from equipoise.pharmacology.kinetics.values import chosen, of_occasion

Engine = Literal["auto", "closed", "explicit", "rosenbrock"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
BLOCK = 4_000_000  # numbers of a block's table, where no whole table is wanted
LARGEST_BLOCK = 50_000  # subjects whose courses are made at once, where no whole table is wanted
OBSERVED = 32  # subjects, spread evenly, that the observed error is taken from
SHOWN = 5  # IDs that a warning names
MEND = 'Choose "auto", "explicit" or "rosenbrock".'


def choose(
    system: System, engine: Engine, integrals: tuple[str, ...], tolerance: Tolerance
) -> tuple[ClosedForm | Integrator, str]:
    """What computes, and why it does. `integrals`: outputs whose integral over time is wanted too."""
    if engine in ("explicit", "rosenbrock"):
        return Integrator(system, engine, integrals, tolerance), "asked for"
    found = form(system, integrals)
    if not isinstance(found, NotLinear):
        return ClosedForm(system, integrals), "the system is linear: solved in closed form"
    if engine == "closed":
        raise InputError(
            f"system {system.name}", [Fault("engine", "closed", f"a linear system, but {found.why}", MEND)]
        )
    return Integrator(system, "auto", integrals, tolerance), f"no closed form: {found.why}"


@dataclass(frozen=True, slots=True)
class Run:
    """An engine, the times of the rows, and the rules of equal times and late lags."""

    engine: ClosedForm | Integrator
    grid: Floats
    at_dose: AtDose
    late_lag: LateLag
    threads: int | None

    def rows(self, part: Exposed, progress: Progress | None, engine: ClosedForm | Integrator | None = None) -> Floats:
        """Outputs and then integrals (outputs, subjects, rows)."""
        found = part.courses(self.grid, self.at_dose, self.late_lag)
        taken = engine or self.engine
        return taken.run(found, part.values, part.count, threads=self.threads, progress=progress)

    def whole(
        self, exposed: Exposed, reduce: Sequence[Reduction], progress: Progress | None
    ) -> tuple[dict[str, Floats], dict[Reduction, Floats]]:
        """The table of every output, and what is reduced from it."""
        rows = self.rows(exposed, progress)
        names = tuple(self.engine.system.outputs)
        return dict(zip(names, rows, strict=False)), self._reduced(rows, reduce)

    def in_blocks(
        self, exposed: Exposed, reduce: Sequence[Reduction], progress: Progress | None
    ) -> dict[Reduction, Floats]:
        """What is wanted of each subject, block after block, so that no table of all is made."""
        lines = len(self.engine.system.outputs) + len(self.engine.integrals)
        size = LARGEST_BLOCK
        if isinstance(self.engine, Integrator):
            size = max(1, min(size, BLOCK // (lines * self.grid.size)))
        found = {item: np.empty(exposed.count) for item in reduce}
        for first in range(0, exposed.count, size):
            part = exposed.some(np.arange(first, min(first + size, exposed.count)))
            numbers = self._of_block(part, reduce, _share(progress, first, part.count, exposed.count))
            for item in reduce:
                found[item][first : first + part.count] = numbers[item]
        return found

    def _of_block(
        self, part: Exposed, reduce: Sequence[Reduction], progress: Progress | None
    ) -> dict[Reduction, Floats]:
        if isinstance(self.engine, Integrator):
            return self._reduced(self.rows(part, progress), reduce)
        wanted: list[Wanted] = [(item.output, item.kind, item.level or 0.0) for item in reduce]
        found = part.courses(self.grid, self.at_dose, self.late_lag)
        numbers = self.engine.reduce(
            found, self.grid, wanted, part.values, part.count, threads=self.threads, progress=progress
        )
        return dict(zip(reduce, numbers, strict=True))

    def _reduced(self, rows: Floats, reduce: Sequence[Reduction]) -> dict[Reduction, Floats]:
        places = {name: i for i, name in enumerate(self.engine.system.outputs)}
        integrals = {name: len(places) + i for i, name in enumerate(self.engine.integrals)}
        return {
            item: reduced(
                rows[(integrals if item.kind == "auc" else places)[item.output]], self.grid, item.kind, item.level
            )
            for item in reduce
        }

    def observed_error(self, exposed: Exposed) -> float:
        """The largest difference to a hundredth of the tolerance, as a share of the peak, over some subjects."""
        if isinstance(self.engine, ClosedForm):
            return 0.0
        some = exposed.some(np.unique(np.linspace(0, exposed.count - 1, OBSERVED).astype(np.intp)))
        taken = replace(self.engine, method=self.engine.taken)
        rough, fine = (self.rows(some, None, engine) for engine in (taken, taken.finer()))
        peak = np.abs(fine).max(axis=2, keepdims=True)
        return float(np.max(np.abs(rough - fine) / np.where(peak > 0.0, peak, 1.0)))


def name_of(engine: ClosedForm | Integrator) -> str:
    """What computed, in one word."""
    return "closed" if isinstance(engine, ClosedForm) else engine.taken


def warnings_of(engine: ClosedForm | Integrator, exposed: Exposed, late_lag: LateLag) -> Iterator[str]:
    """What a reader has to know of the subjects that were computed."""
    if late_lag == "nonmem" and (late := list(exposed.late())):
        yield (
            f"{_some(late)}: a lag longer than the dosing interval at steady state is extrapolated backwards, as NONMEM"
            ' does; choose late_lag="in_flight" for doses that are on their way'
        )
    if isinstance(engine, Integrator):
        if engine.rescued:
            yield f"{engine.rescued} subjects were stiff and were integrated by the Rosenbrock method"
        for reason in sorted(set(engine.failed.values())):
            who = [exposed.ids[i] for i, why in sorted(engine.failed.items()) if why == reason]
            yield f"{_some(who)}: no result from some time on: {reason}"


def lost_of(
    exposed: Exposed, engine: ClosedForm | Integrator, tables: Iterable[Floats], numbers: Iterable[Floats]
) -> Iterator[str]:
    """Who has no finite number somewhere though no integration failed: the model has none for their values."""
    lost = np.zeros(exposed.count, dtype=np.bool_)
    for table in tables:
        lost |= ~np.isfinite(table).all(axis=1)
    for number in numbers:
        lost |= ~np.isfinite(number)
    if isinstance(engine, Integrator):
        lost[[i for i in engine.failed if i < lost.size]] = False
    who = np.flatnonzero(lost)
    if who.size:
        first = of_occasion(chosen(exposed.values, who[:1]), 0)
        regimen = exposed.regimens[exposed.which[who[0]]]
        first |= {name: column[:1] for name, column in regimen.covariates.items()}
        values = ", ".join(f"{name} {np.ravel(value)[0]:.4g}" for name, value in first.items())
        names = _some([exposed.ids[int(i)] for i in who])
        yield f"{names}: no finite number at some times; look at the outputs, or at values such as {values}"


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"subject {', '.join(ids[:SHOWN])}{more}"


def _share(progress: Progress | None, first: int, count: int, total: int) -> Progress | None:
    """The progress of one block as a part of the whole."""
    return None if progress is None else lambda share: progress((first + share * count) / total)
