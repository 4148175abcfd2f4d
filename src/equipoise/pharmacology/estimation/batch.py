"""Many patients at once: each by itself, so that nobody's numbers depend on who else is computed or on threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.individual import Individual
from equipoise.pharmacology.estimation.objective import Method, Objective, objective
from equipoise.pharmacology.estimation.posterior import Posterior, posterior
from equipoise.pharmacology.kinetics.parallel import Progress, on_threads

Found = TypeVar("Found")


def objectives(
    individuals: Sequence[Individual],
    method: Method = "FOCEI",
    *,
    starts: Sequence[Floats] | None = None,
    threads: int | None = 1,
    progress: Progress | None = None,
) -> tuple[Objective, ...]:
    """The objective of each patient, in their order; the population's is the sum of the values.

    `starts`: random effects to search from, else 0. More threads than 1 help where predictions are compiled.
    """

    def one(place: int) -> Objective:
        return objective(individuals[place], method, None if starts is None else starts[place])

    return _each(one, len(individuals), threads, progress)


def posteriors(
    individuals: Sequence[Individual],
    *,
    draws: int = 4000,
    seed: int = 1,
    threads: int | None = 1,
    progress: Progress | None = None,
) -> tuple[Posterior, ...]:
    """The posterior of each patient, in their order; the i-th has random numbers of its own, named by seed and i."""

    def one(place: int) -> Posterior:
        return posterior(individuals[place], draws=draws, seed=seed, stream=place)

    return _each(one, len(individuals), threads, progress)


def _each(
    work: Callable[[int], Found], count: int, threads: int | None, progress: Progress | None
) -> tuple[Found, ...]:
    found: dict[int, Found] = {}

    def keep(place: int) -> None:
        found[place] = work(place)

    on_threads(keep, range(count), threads, progress)
    return tuple(found[place] for place in range(count))
