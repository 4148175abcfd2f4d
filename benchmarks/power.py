"""Speed of power by simulation, beside the usual ways, in one run.

Prints simulated trials and fits per second of `operating` (84 days, twelve periods of a week, each trial with its own
order, days taken, missing ratings and half-life, which the analysis integrates out), the ratio to fitting the same
diaries one by one, and the same diaries under the peers: a loop of Welch's t-tests in NumPy and SciPy, statsmodels'
GLSAR (where it is installed) and nlme::gls (where R is). The machines are shared: read ratios, and processor time
beside wall-clock time.
Run: python benchmarks/power.py
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from scipy.stats import ttest_ind

from equipoise.analyse.gaussian import fit_gaussian
from equipoise.design.power import operating
from equipoise.design.simulated import Simulated, simulate
from equipoise.design.truth import Truth, truth_of
from equipoise.model.plan import Plan
from equipoise.model.trial_design import PlannedAnalysis, PlannedOutcome, TrialDesign

SEED = 20261125
TRIALS = 20_000
ALONE, PEERS = 150, 60
ANALYSIS = PlannedAnalysis(s0=3.0, half_life_days=2.0, half_life_log_sd=0.5)
DESIGN = TrialDesign(
    title="benchmark",
    substance="sample",
    substance_name="Sample",
    template="randomised_blocks",
    blocks=6,
    period_days=7,
    conventional_care="as before",
    outcomes=(PlannedOutcome(id="mood", label="low mood", primary=True, mcid=2.0, minutes=1.0),),
    analysis=ANALYSIS,
)
TRUTH = replace(truth_of(DESIGN, effect=-2.0, sd=3.0), adherence=0.9, missing=0.1)
GLS = """
suppressMessages(library(nlme)); d <- read.csv(commandArgs(TRUE)[1]); d <- d[!is.na(d$y), ]
one <- function(s) try(gls(y ~ day + trt, s, correlation = corCAR1(form = ~day)), silent = TRUE)
parts <- split(d, d$trial); x <- one(parts[[1]])
t <- proc.time()[["elapsed"]]; for (s in parts) one(s)
cat(length(parts) / (proc.time()[["elapsed"]] - t))
"""


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and processor seconds of one run."""
    wall, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - used


def whole(name: str, truth: Truth, design: TrialDesign = DESIGN) -> float:
    """Prints trials and fits per second of three runs of `operating`; gives the best trials per second."""
    best = 0.0
    for _ in range(3):
        used = time.process_time()
        found = operating(design, truth, trials=TRIALS, seed=SEED, looked_at=0)
        wall, used = found.seconds, time.process_time() - used
        best = max(best, TRIALS / wall)
        print(
            f"  {name:<44} {wall:6.2f} s wall, {used:6.2f} s processor, {TRIALS / wall:8,.0f} trials/s, "
            f"{found.fits / found.seconds:8,.0f} fits/s"
        )
    return best


def alone(made: Simulated) -> float:
    """Prints and gives the fits per second of the same diaries one by one."""
    diaries = [made.diaries.one(row) for row in range(ALONE)]
    plan = Plan(several_a_day=False)
    wall, _ = timed(lambda: [fit_gaussian(*pair, ANALYSIS.prior, plan) for pair in diaries])
    print(f"  one by one, fine grid                        {ALONE / wall:8,.0f} fits/s")
    return ALONE / wall


def welch_loop(made: Simulated) -> None:
    """Prints the tests per second of a loop of Welch's t-tests, the ratings being there already."""
    values, on = made.diaries.values, made.rated_on

    def work() -> None:
        for own, taken in zip(values, on, strict=True):
            given = ~np.isnan(own)
            ttest_ind(own[given & taken], own[given & ~taken], equal_var=False)

    wall, _ = timed(work)
    print(f"  loop of Welch's t-tests (ignores correlation) {len(values) / wall:8,.0f} tests/s")


def statsmodels_loop(made: Simulated) -> None:
    """Prints the fits per second of statsmodels' GLSAR, where it is installed."""
    if find_spec("statsmodels") is None:
        print("  statsmodels is not installed: not measured")
        return
    from statsmodels.regression.linear_model import GLSAR

    def work() -> None:
        for row in range(PEERS):
            own = made.diaries.values[row]
            given = ~np.isnan(own)
            x = np.column_stack([np.ones(own.size), made.diaries.times_days, made.rated_on[row]])[given]
            GLSAR(own[given], x, rho=1).iterative_fit(maxiter=10)

    wall, _ = timed(work)
    print(f"  statsmodels GLSAR, AR(1), point estimate     {PEERS / wall:8,.0f} fits/s")


def gls_loop(made: Simulated) -> None:
    """Prints the fits per second of nlme::gls with a continuous AR(1), where R is installed."""
    if shutil.which("Rscript") is None:
        print("  R is not installed: nlme::gls not measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "trials.csv", Path(folder) / "gls.R"
        with table.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["trial", "day", "trt", "y"])
            for row in range(PEERS):
                own = made.diaries.values[row]
                for day, taken, value in zip(made.diaries.times_days, made.rated_on[row], own, strict=True):
                    writer.writerow([row, day, int(taken), "NA" if np.isnan(value) else value])
        script.write_text(GLS)
        done = subprocess.run(["Rscript", str(script), str(table)], check=False, capture_output=True, text=True)
    print(f"  nlme::gls, continuous AR(1), point estimate  {float(done.stdout):8,.0f} fits/s")


def main() -> None:
    """Runs everything."""
    print(
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {TRIALS} trials of {DESIGN.length_days} days"
    )
    operating(DESIGN, TRUTH, trials=2_000, seed=SEED, looked_at=0)
    best = whole("half-life integrated out (goal 2 s)", TRUTH)
    whole("the same, a clear effect (6 points)", replace(TRUTH, effect=-6.0))
    known = DESIGN.model_copy(update={"analysis": PlannedAnalysis(s0=3.0, half_life_days=2.0)})
    whole("half-life known", replace(truth_of(known, effect=-2.0, sd=3.0), adherence=0.9, missing=0.1), known)
    made = simulate(DESIGN, TRUTH, seed=SEED, first=0, count=2_000)
    single = alone(made)
    print(f"  ratio of trials/s together to fits/s one by one: {best / single:.0f}")
    welch_loop(made)
    statsmodels_loop(made)
    gls_loop(made)


if __name__ == "__main__":
    main()
