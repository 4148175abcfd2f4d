"""Speed, accuracy and memory of linear kinetics in closed form, beside SciPy, numbalsoda and diffrax, in one run.

Two compartments, first-order absorption, a lag of 0.5 h, 15 doses, 505 rows, 100,000 subjects who differ in clearance,
volume and absorption. Subjects per second of wall clock on two threads, and per second of processor time: the machines
are shared, and the second is the steadier figure. Error: the worst difference of any row, as a share of the peak.
Run: python benchmarks/simulate_linear.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.simulation import Simulation
from equipoise.pharmacology.kinetics.system import System

Traced = Any  # an array that JAX follows
SUBJECTS = 100_000
MANY = 1_000_000  # subjects whose memory is measured
CHECKED, PEERS, REPEATS = 20, 8, 5
LAG, DOSES, EVERY, AMOUNT = 0.5, 15, 24.0, 100.0
Q, V2 = 8.0, 100.0
TIMES = np.arange(505.0)
REDUCED = (Reduction("CP", "auc"), Reduction("CP", "cmax"))
SYSTEM = System.of(
    {
        "name": "two compartments, oral",
        "states": {"G": "mg", "A1": "mg", "A2": "mg"},
        "parameters": {
            "CL": {"value": 5, "unit": "L/h"},
            "V": {"value": 50, "unit": "L"},
            "KA": {"value": 1, "unit": "1/h"},
            "TL": {"value": LAG, "unit": "h"},
        },
        "rates": {
            "G": "-KA*G",
            "A1": f"KA*G - CL/V*A1 - {Q}*A1/V + {Q}*A2/{V2}",
            "A2": f"{Q}*A1/V - {Q}*A2/{V2}",
        },
        "entries": {"G": {"lag": "TL"}},
        "outputs": {"CP": {"expression": "A1/V", "unit": "?"}},
    }
)
MEMORY = """
import runpy; made = runpy.run_path({path!r}); made["simulated"](made["numbers"]({count}), made["REDUCED"])
[peak] = [row.split()[1] for row in open("/proc/self/status") if row.startswith("VmHWM")]
print(int(peak) / 1024)
"""
STARTS = """
import time; start = time.perf_counter(), time.process_time()
import runpy; made = runpy.run_path({path!r}); made["simulated"](made["numbers"](1))
print(time.perf_counter() - start[0], time.process_time() - start[1])
"""


def numbers(count: int = SUBJECTS) -> dict[str, Floats]:
    """The parameters of the first subjects; beyond 100,000 they repeat."""
    z = np.random.default_rng(20261122).standard_normal((SUBJECTS, 3))
    made = {"CL": 5 * np.exp(0.3 * z[:, 0]), "V": 50 * np.exp(0.25 * z[:, 1]), "KA": np.exp(0.4 * z[:, 2])}
    return {name: np.resize(values, count) for name, values in made.items()}


def simulated(given: dict[str, Floats], reduce: tuple[Reduction, ...] = (), threads: int = 2) -> Simulation:
    """What the program gives for these subjects: rows, or what is reduced from them."""
    events = Events.of({"TIME": [0], "AMT": [AMOUNT], "ADDL": [DOSES - 1], "II": [EVERY]}, SYSTEM)
    return simulate(SYSTEM, events, TIMES, parameters=given, reduce=reduce, threads=threads)


def matrix(subject: int) -> Floats:
    """The matrix of one subject, as a person writes it."""
    cl, v, ka = (values[subject] for values in numbers().values())
    return np.array([[-ka, 0.0, 0.0], [ka, -(cl + Q) / v, Q / V2], [0.0, Q / v, -Q / V2]])


def exact(subject: int) -> Floats:
    """The concentrations (rows,) as a sum over doses, each by SciPy's matrix exponential from its own arrival."""
    a, v = matrix(subject), numbers()["V"][subject]
    hour, half = expm(a), expm(a * (1 - LAG)) @ np.array([AMOUNT, 0.0, 0.0])
    single = np.zeros(TIMES.size)
    for row in range(1, TIMES.size):
        single[row] = half[1]
        half = hour @ half
    arrivals = [int(dose * EVERY) for dose in range(DOSES)]
    return sum((np.append(np.zeros(at), single[: TIMES.size - at]) for at in arrivals), np.zeros(TIMES.size)) / v


def median(work: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Median seconds of wall clock, and of processor time, after two runs that do not count.

    The first runs pay for memory that the machine has not given out yet.
    """
    found: list[tuple[float, float]] = []
    for i in range(repeats + 2):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        if i >= 2:
            found.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, processors = zip(*found, strict=True)
    return statistics.median(walls), statistics.median(processors)


def line(name: str, count: int, seconds: tuple[float, float | None], error: str = "") -> None:
    """Prints one row of the table."""
    wall, cpu = seconds
    processor = f"{count / cpu:12,.0f}/s" if cpu else " " * 14
    print(f"  {name:<52} {count / wall:12,.0f}/s {processor} {error}")


def own() -> None:
    """Prints speeds and accuracy of the closed form."""
    given = numbers()
    found = simulated(given).values["CP"]
    error = max(np.max(np.abs(found[i] - exact(i))) / exact(i).max() for i in range(CHECKED))
    for threads in (2, 1):
        seconds = median(lambda threads=threads: simulated(given, threads=threads))
        line(f"equipoise, all 505 rows, {threads} thread(s)", SUBJECTS, seconds, f"error {error:.1e}")
        seconds = median(lambda threads=threads: simulated(given, REDUCED, threads))
        line(f"equipoise, auc and cmax, {threads} thread(s)", SUBJECTS, seconds)
    lags = {**given, "TL": LAG * np.exp(0.3 * np.random.default_rng(1).standard_normal(SUBJECTS))}
    line("equipoise, auc and cmax, a lag for each, 2 threads", SUBJECTS, median(lambda: simulated(lags, REDUCED)))


def by_scipy(subject: int, method: str) -> Floats:
    """One subject by SciPy's integrators, restarted at each dose (rows,)."""
    a, v = matrix(subject), numbers()["V"][subject]
    y, start, rows = np.zeros(3), 0.0, [0.0]
    for end in [*(LAG + EVERY * dose for dose in range(DOSES)), TIMES[-1]]:
        inside = np.arange(np.floor(start) + 1.0, np.floor(end) + 1.0)
        done = solve_ivp(
            lambda _, x: a @ x, (start, end), y, method=method, rtol=1e-6, atol=1e-8, t_eval=np.union1d(inside, [end])
        )
        rows += (done.y[1, : inside.size] / v).tolist()
        y, start = done.y[:, -1] + np.array([AMOUNT, 0.0, 0.0]), end
    return np.array(rows)


def scipy_peers() -> None:
    """Prints SciPy's speed, one subject after the other."""
    for method in ("LSODA", "DOP853"):
        start = time.perf_counter()
        found = [by_scipy(i, method) for i in range(PEERS)]
        wall = time.perf_counter() - start
        error = max(np.max(np.abs(row - exact(i))) / exact(i).max() for i, row in enumerate(found))
        line(f"SciPy {method} at 1e-6/1e-8, 1 thread", PEERS, (wall, None), f"error {error:.1e}")


def numbalsoda_peer() -> None:
    """Prints numbalsoda's speed with a compiled right-hand side, restarted at each dose, where it is installed."""
    try:
        from numba import cfunc, njit
        from numbalsoda import lsoda, lsoda_sig
    except ImportError:
        print("  numbalsoda is not installed: not measured")
        return

    @cfunc(lsoda_sig)
    def right(_time, y, dy, p):  # noqa: ANN001, ANN202 - numba types a callback by its signature
        dy[0] = -p[2] * y[0]
        dy[1] = p[2] * y[0] - (p[0] + 8.0) / p[1] * y[1] + 0.08 * y[2]
        dy[2] = 8.0 / p[1] * y[1] - 0.08 * y[2]

    address = right.address
    day = np.concatenate([[0.0], np.arange(0.5, 24.0), [24.0]])

    @njit
    def all_subjects(given, doses, out):  # noqa: ANN001, ANN202 - compiled, and typed by its arguments
        for i in range(len(given)):
            y = np.zeros(3)
            for dose in range(doses):
                y[0] += 100.0
                found, _ = lsoda(address, y, day, given[i], 1e-6, 1e-8)
                for row in range(24):
                    out[i, 24 * dose + row] = found[row + 1, 1] / given[i, 1]
                y = found[25].copy()

    count = 50 * PEERS
    given = np.ascontiguousarray(np.column_stack(list(numbers().values()))[:count])
    out = np.zeros((count, 21 * 24))
    all_subjects(given[:1], 1, out[:1])
    start = time.perf_counter()
    all_subjects(given, DOSES, out)
    wall = time.perf_counter() - start
    rows = slice(0, 24 * DOSES)
    error = max(np.max(np.abs(out[i, rows] - exact(i)[1 : 24 * DOSES + 1])) / exact(i).max() for i in range(CHECKED))
    line("numbalsoda LSODA at 1e-6/1e-8, 361 rows, 1 thread", count, (wall, None), f"error {error:.1e}")


def diffrax_peer() -> None:
    """Prints diffrax's speed, Tsit5 under vmap and jit, dose after dose by a scan, where it is installed."""
    try:
        import diffrax
        import jax
        import jax.numpy as jnp
    except ImportError:
        print("  diffrax is not installed: not measured")
        return
    jax.config.update("jax_enable_x64", True)
    saves = diffrax.SaveAt(ts=jnp.concatenate([jnp.arange(0.5, 24.0), jnp.array([24.0])]))
    control = diffrax.PIDController(rtol=1e-6, atol=1e-8)

    def right(_time: object, y: Traced, p: Traced) -> Traced:
        back = 0.08 * y[2]
        return jnp.stack(
            [-p[2] * y[0], p[2] * y[0] - (p[0] + 8.0) / p[1] * y[1] + back, 8.0 / p[1] * y[1] - back],
        )

    def one(p: Traced) -> Traced:
        def cycle(y: Traced, _: object) -> tuple[Traced, Traced]:
            begin = y.at[0].add(AMOUNT)
            term = diffrax.ODETerm(right)
            done = diffrax.diffeqsolve(
                term, diffrax.Tsit5(), 0.0, 24.0, 0.05, begin, args=p, saveat=saves, stepsize_controller=control
            )
            return done.ys[-1], done.ys[:-1, 1] / p[1]

        return jax.lax.scan(cycle, jnp.zeros(3), None, length=DOSES)[1].reshape(-1)

    count = 50 * PEERS
    given = jnp.asarray(np.column_stack(list(numbers().values()))[:count])
    solve = jax.jit(jax.vmap(one))
    solve(given).block_until_ready()
    start = time.perf_counter()
    found = np.asarray(solve(given).block_until_ready())
    wall = time.perf_counter() - start
    error = max(np.max(np.abs(found[i] - exact(i)[1 : 24 * DOSES + 1])) / exact(i).max() for i in range(CHECKED))
    line("diffrax Tsit5 vmap at 1e-6/1e-8, 361 rows, all cores", count, (wall, None), f"error {error:.1e}")


def child(code: str, cache: str) -> list[float]:
    """What a program of its own prints, with a cache folder of its own."""
    environment = {**os.environ, "EQUIPOISE_CACHE": cache}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def starts_and_memory() -> None:
    """Prints what the first start costs, which compiles, a later one, which loads; and the peak memory of many."""
    with tempfile.TemporaryDirectory() as cache:
        for name in ("first start, one subject", "second start, one subject"):
            wall, cpu = child(STARTS.format(path=str(Path(__file__))), cache)
            print(f"  {name:<52} {wall:6.2f} s wall clock, {cpu:6.2f} s processor time")
        for count in (1, MANY):
            child(MEMORY.format(path=str(Path(__file__)), count=count), cache)
            [megabytes] = child(MEMORY.format(path=str(Path(__file__)), count=count), cache)
            print(f"  peak memory, {f'{count:,} subjects':<39} {megabytes:12,.0f} MB")


def main() -> None:
    """Runs everything on the linear problem."""
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        "linear: subjects per second of wall clock, of processor time; goals 700,000 with all rows, 1,500,000 reduced"
    )
    own()
    scipy_peers()
    numbalsoda_peer()
    diffrax_peer()
    starts_and_memory()


if __name__ == "__main__":
    main()
