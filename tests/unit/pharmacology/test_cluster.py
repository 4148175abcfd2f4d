"""Work on a cluster: the bits of one machine, whichever workers there are and whichever of them dies."""

from __future__ import annotations

import sys
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cluster_work import doubled, dying, refusing

from equipoise.errors import InputError, MissingExtraError, UsageError
from equipoise.pharmacology.kinetics.cluster import on_cluster
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.people import Study, summary, uncertain
from equipoise.pharmacology.population.population import Population

START_S = 120  # a busy machine is slow to start processes

distributed: Any = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.fixture(scope="module")
def cluster() -> Generator[Any]:
    """Two workers, each a process of its own."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as found:
        with distributed.Client(found, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=START_S)
        yield found


@pytest.fixture(scope="module")
def system() -> System:
    return System.of(
        {
            "name": "one compartment",
            "states": {"A": "mg"},
            "parameters": {"CL": {"value": 5, "unit": "L/h"}, "V": {"value": 50, "unit": "L"}},
            "covariates": {"WT": {"unit": "kg", "default": 70}},
            "rates": {"A": "-CL*(WT/70)**0.75/V*A"},
            "entries": {"A": {}},
            "outputs": {"CP": {"expression": "A/V", "unit": "mg/L"}},
        }
    )


@pytest.fixture(scope="module")
def study(system: System) -> Study:
    events = Events.of({"TIME": [0], "AMT": [100], "ADDL": [4], "II": [12]}, system)
    return Study(system, events, np.arange(0.0, 60.0, 4.0), (Reduction("CP", "auc"), Reduction("CP", "cmax")))


@pytest.fixture(scope="module")
def population(system: System) -> Population:
    declared = {
        "omega": {"CL": {"CL": 0.09, "V": 0.03}, "V": {"V": 0.0625}},
        "covariates": {"WT": {"distribution": "lognormal", "median": 70, "log_sd": 0.2}},
        "uncertainty": {"CL": {"CL": 0.04}},
        "occasions": {"day": {"omega": {"CL": {"CL": 0.02}}, "every": 24}},
    }
    return Population.of(declared, system)


def test_results_come_in_the_order_of_the_pieces(cluster: Any) -> None:
    """More pieces than are ever under way at once, each once and in its place."""
    assert list(on_cluster(doubled, range(40), cluster)) == [2 * i for i in range(40)]


def test_a_scheduler_without_workers_is_no_endless_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody does the work and nobody comes: after a while the message says how workers are started."""
    monkeypatch.setattr("equipoise.pharmacology.kinetics.cluster.WAIT_S", 4)
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0", silence_logs=50) as empty,
        pytest.raises(UsageError, match="dask worker"),
    ):
        list(on_cluster(doubled, range(2), empty))


def test_a_killed_worker_costs_a_retry(cluster: Any, tmp_path: Path) -> None:
    """The worker's process ends within a piece; another one does it, and nothing is missing or double."""
    assert list(on_cluster(partial(dying, folder=tmp_path), range(12), cluster)) == [2 * i for i in range(12)]
    assert (tmp_path / "died").exists()


def test_an_error_of_the_work_is_raised_as_it_was(cluster: Any) -> None:
    """Our own error with its faults, not one of the cluster's."""
    with pytest.raises(InputError, match="Leave it out"):
        list(on_cluster(refusing, range(5), cluster))


@pytest.mark.parametrize("size", [1, 7, None])
def test_a_cluster_gives_the_bits_of_one_machine(
    cluster: Any, study: Study, population: Population, size: int | None
) -> None:
    """Areas, peaks and bands of people with covariates and occasions, in blocks of any size."""
    count = 40
    here = summary(study.blocks(population, count, seed=3))
    there = summary(study.blocks(population, count, seed=3, size=size, cluster=cluster))
    for item in study.reduce:
        np.testing.assert_array_equal(there.reduced[item], here.reduced[item])
    np.testing.assert_array_equal(there.bands["CP"], here.bands["CP"])


@pytest.mark.slow
def test_an_integrated_system_has_the_same_bits_on_a_cluster(
    cluster: Any, study: Study, population: Population
) -> None:
    """Blocks that other processes integrate, each with one thread."""
    one = replace(study, engine="explicit")
    (here,) = one.blocks(population, 20, seed=3)
    there = list(one.blocks(population, 20, seed=3, size=8, cluster=cluster))
    np.testing.assert_array_equal(np.concatenate([block.values["CP"] for block in there]), here.values["CP"])
    assert [name for block in there for name in block.ids] == [str(i) for i in range(1, 21)]


def test_replicates_share_the_cluster(cluster: Any, study: Study, population: Population) -> None:
    """Draws of the typical values on a cluster are those of one machine."""
    here = uncertain(study, population, 10, seed=3, replicates=4)
    there = uncertain(study, population, 10, seed=3, replicates=4, cluster=cluster)
    for item, numbers in here.items():
        np.testing.assert_array_equal(there[item], numbers)


def test_an_address_without_a_scheduler_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the address and what was expected."""
    monkeypatch.setattr("equipoise.pharmacology.kinetics.cluster.WAIT_S", 1)
    with pytest.raises(UsageError, match="scheduler that answers"):
        next(on_cluster(doubled, [1], "tcp://127.0.0.1:9"))


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install what is missing."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match="cluster"):
        next(on_cluster(doubled, [1], "tcp://127.0.0.1:9"))
