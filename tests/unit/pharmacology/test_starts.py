"""A program that is loaded gives the same bits as when it was compiled, for both engines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys; sys.path.insert(0, {folder!r})
import numpy as np
from linear_systems import DEPOT
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.simulate import simulate
rng = np.random.default_rng(8)
values = {{name: DEPOT.parameters[name].value * np.exp(0.5 * rng.standard_normal(100)) for name in ("CL", "V", "KA")}}
events = Events.of({{"TIME": [0.0], "AMT": [100.0], "ADDL": [4], "II": [7.3]}}, DEPOT)
for engine in {engines!r}:
    for reduce in ((), (Reduction("CP", "auc"), Reduction("CP", "cmax"))):
        found = simulate(DEPOT, events, np.arange(40.0), parameters=values, engine=engine, reduce=reduce)
        for numbers in (*found.values.values(), *found.reduced.values()):
            print(engine, numbers.tobytes().hex())
"""


def starts(cache: Path, engines: tuple[str, ...]) -> list[str]:
    """What a first and two later starts print."""
    code = SCRIPT.format(folder=str(Path(__file__).parent), engines=engines)
    environment = {**os.environ, "EQUIPOISE_CACHE": str(cache)}
    run = [sys.executable, "-c", code]
    return [subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout for _ in range(3)]


@pytest.mark.slow
@pytest.mark.parametrize("engines", [("closed",), ("explicit", "rosenbrock")])
def test_a_later_start_gives_the_same_bits(tmp_path: Path, engines: tuple[str, ...]) -> None:
    """Compiled now or loaded, whole tables and reductions: byte for byte."""
    first, second, third = starts(tmp_path, engines)
    assert first
    assert first == second == third
