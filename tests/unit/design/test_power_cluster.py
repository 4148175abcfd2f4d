"""Simulated trials on a cluster: the figures of one machine, even where a worker is killed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cluster_work import dying_trials
from small_plans import CARRY_OVER, plan

from equipoise.design.power import operating
from equipoise.design.truth import truth_of
from equipoise.pharmacology.kinetics.cluster import on_cluster

distributed: Any = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")


@pytest.mark.slow
def test_a_cluster_gives_the_figures_of_one_machine_though_a_worker_dies(tmp_path: Path) -> None:
    """Same seed, same figures: on threads, on two workers, and where one of them is killed in its work."""
    design = plan(analysis=CARRY_OVER, statements={"funding": "none"})
    truth = truth_of(design, effect=-2.0, sd=3.0)
    here = operating(design, truth, trials=3_000, seed=7, looked_at=5)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as cluster:
        there = operating(design, truth, trials=3_000, seed=7, looked_at=5, spread=partial(on_cluster, cluster=cluster))
        assert there == here

        def spread(work: object, portions: list[range]) -> Any:
            del work
            return on_cluster(partial(dying_trials, design, truth, folder=tmp_path), portions, cluster)

        assert operating(design, truth, trials=3_000, seed=7, looked_at=5, spread=spread) == here
    assert (tmp_path / "died").exists()
