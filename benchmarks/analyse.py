"""Speed and accuracy of the individual analysis, beside the peers that the registries give, in one run.

Prints the time of a single fit, fits per second of the batch engine with its largest error against the fine grid, the
cold start of `equipoise analyse --json`, and the same 84-day series under nlme::gls, stats::arima and rjags (where R is
installed) and under NumPyro's NUTS (where the extra `mcmc` is). The machines are shared: read ratios and medians.
Run: python benchmarks/analyse.py
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from equipoise.analyse.batch import Engine, fit_many
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.errors import MissingExtraError
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

SEED = 20261125
DAYS, PERIOD = 84, 21
SERIES = 20_000
REPEATS = 7
PRIORS = {
    "half-life fixed": Prior(s0=3.0, centre=15.0),
    "half-life integrated": Prior(s0=3.0, centre=15.0, half_life=HalfLife(2.0, 0.5)),
}
R_PEERS = """
options(warn = -1); suppressMessages(library(nlme))
d <- read.csv(commandArgs(TRUE)[1]); d$trend <- (d$day - 42.5) / 42
timed <- function(f, times) { f(); t <- proc.time()[["elapsed"]]; for (i in seq_len(times)) f()
  (proc.time()[["elapsed"]] - t) / times }
cat("nlme::gls AR(1)", timed(function() gls(y ~ trend + trt, d, correlation = corAR1(form = ~day)), 30), "\n")
cat("stats::arima AR(1)", timed(function() arima(d$y, c(1, 0, 0), xreg = d[c("trend", "trt")]), 30), "\n")
if (suppressWarnings(require(rjags, quietly = TRUE))) {
  model <- "model { for (i in 1:n) { m[i] <- a + g * trend[i] + b * trt[i] }
    y[1] ~ dnorm(m[1], (1 - phi^2) / s^2)
    for (i in 2:n) { y[i] ~ dnorm(m[i] + phi * (y[i-1] - m[i-1]), 1 / s^2) }
    a ~ dnorm(15, 1 / 81); g ~ dnorm(0, 1 / 2.25); b ~ dnorm(0, 1 / 9)
    phi ~ dbeta(2, 2); s ~ dnorm(0, 1 / 20.25) T(0,) }"
  run <- function() { j <- jags.model(textConnection(model), c(as.list(d), n = nrow(d)), quiet = TRUE)
    coda.samples(j, c("b", "phi"), 4000, progress.bar = "none") }
  cat("rjags 4000 draws", timed(run, 1), "\n")
}
"""


def series(count: int, phi: float = 0.4, effect: float = -2.0) -> tuple[Schedule, Floats, Floats]:
    """A schedule of 84 days in four periods, and simulated series under it."""
    rng = np.random.default_rng(SEED)
    days = np.arange(1.0, DAYS + 1)
    taken = np.repeat([0.0, 1.0, 0.0, 1.0], PERIOD)
    residual = 3.0 * rng.standard_normal((count, DAYS))
    for i in range(1, DAYS):
        residual[:, i] = phi * residual[:, i - 1] + np.sqrt(1 - phi**2) * residual[:, i]
    return Schedule("randomised_blocks", Exposure(days - 1, taken)), days, 15.0 + effect * taken + residual


def median_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median wall-clock time of some runs after one that does not count."""
    work()
    found: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def single(schedule: Schedule, days: Floats, outcome: Floats) -> None:
    """Prints the time of one fit on the fine grid."""
    seen = Observations(days, outcome)
    print("single fit, fine grid, ms (goals: 1 without carry-over, 5 with the half-life integrated)")
    for name, prior in PRIORS.items():
        seconds = median_seconds(lambda prior=prior: [fit_gaussian(schedule, seen, prior, Plan()) for _ in range(20)])
        print(f"  {name:<24} {1e3 * seconds / 20:8.2f}")


def batch(schedule: Schedule, days: Floats, outcomes: Floats, engine: Engine) -> None:
    """Prints fits per second of the batch engine, with mean, SD and two tail probabilities, and its largest error."""
    print(f"batch, engine {engine}, fits/s (goals: 250,000 fixed, 40,000 integrated; error 0.02 posterior SDs)")
    for name, prior in PRIORS.items():
        count = SERIES if prior.half_life.fixed else SERIES // 4
        at = (0.0, -1.0)

        def work(prior: Prior = prior, count: int = count, at: tuple[float, ...] = at) -> object:
            return fit_many(schedule, days, outcomes[:count], prior, at=at, engine=engine)

        seconds = median_seconds(work)
        fast = fit_many(schedule, days, outcomes[:500], prior, at=at, engine=engine)
        fine = fit_many(schedule, days, outcomes[:500], prior, at=at, quality="fine")
        error = float(np.max(np.abs(fast.mean - fine.mean) / fine.sd))
        spread = float(np.max(np.abs(fast.sd / fine.sd - 1.0)))
        print(f"  {name:<24} {count / seconds:10,.0f}   error of mean {error:.1e} SD, of SD {spread:.1e}")


def cold_start(folder: Path, outcome: Floats, days: Floats, taken: Floats) -> Path:
    """Prints the time of the whole command, report left out; leaves the table for the peers."""
    table = folder / "series.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["day", "trt", "y"])
        writer.writerows(zip(days.astype(int).tolist(), taken.astype(int).tolist(), outcome.tolist(), strict=True))
    program = "from equipoise.cli import main; main()"
    command = [sys.executable, "-c", program, "analyse", str(table), "--time", "day", "--outcome", "y", "--on", "trt"]
    seconds = median_seconds(lambda: subprocess.run([*command, "--json"], check=True, capture_output=True))
    print(f"equipoise analyse --json, cold: {1e3 * seconds:.0f} ms (goal 1000)")
    return table


def r_peers(folder: Path, table: Path) -> None:
    """Prints seconds per fit of the R packages, where R is installed."""
    if shutil.which("Rscript") is None:
        print("R is not installed: nlme::gls, arima and rjags not measured")
        return
    script = folder / "peers.R"
    script.write_text(R_PEERS)
    done = subprocess.run(["Rscript", str(script), str(table)], check=False, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        name, _, seconds = line.rstrip().rpartition(" ")
        print(f"  {name:<24} {1.0 / float(seconds):10,.2f} fits/s")
    if done.returncode:
        print(done.stderr.strip())


def nuts_peer(days: Floats, taken: Floats, outcome: Floats) -> None:
    """Prints NumPyro's fits per second for the same model, compiled, 1000 + 1000 draws, where it is installed."""
    try:
        import jax
        import jax.numpy as jnp
        import numpyro
        import numpyro.distributions as dist
        from numpyro.infer import MCMC, NUTS
    except ImportError:
        print("NumPyro is not installed: not measured")
        return
    x = jnp.column_stack([jnp.ones(DAYS), (days - 42.5) / 42.0, taken])

    def model(y: object) -> None:
        b = numpyro.sample("b", dist.Normal(jnp.array([15.0, 0.0, 0.0]), jnp.array([9.0, 1.5, 3.0])))
        phi = numpyro.sample("phi", dist.Beta(2.0, 2.0))
        tau = numpyro.sample("tau", dist.HalfNormal(4.5))
        residual = y - x @ b
        rest = residual[1:] - phi * residual[:-1]
        numpyro.factor("first", dist.Normal(0.0, tau).log_prob(residual[0]))
        numpyro.factor("rest", dist.Normal(0.0, tau * jnp.sqrt(1 - phi**2)).log_prob(rest).sum())

    sampler = MCMC(NUTS(model), num_warmup=1000, num_samples=1000, progress_bar=False)
    y = jnp.asarray(outcome)
    sampler.run(jax.random.PRNGKey(0), y)
    start = time.perf_counter()
    sampler.run(jax.random.PRNGKey(1), y)
    jax.block_until_ready(sampler.get_samples())
    print(f"  {'NumPyro NUTS, compiled':<24} {1.0 / (time.perf_counter() - start):10,.2f} fits/s")


def main() -> None:
    """Runs everything, the peers on the very series that was fitted."""
    schedule, days, outcomes = series(SERIES)
    taken = np.repeat([0.0, 1.0, 0.0, 1.0], PERIOD)
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    single(schedule, days, outcomes[0])
    batch(schedule, days, outcomes, "numpy")
    try:
        batch(schedule, days, outcomes, "jax")
    except MissingExtraError:
        print("JAX is not installed: its engine is not measured")
    with tempfile.TemporaryDirectory() as name:
        table = cold_start(Path(name), outcomes[0], days, taken)
        print("peers on the same series")
        r_peers(Path(name), table)
    nuts_peer(days, taken, outcomes[0])


if __name__ == "__main__":
    main()
