"""Speed and accuracy of simulated kinetics, beside SciPy, numbalsoda and diffrax (where they are there), in one run.

The nonlinear problem: ten states, 56 doses, 20,000 subjects. Error: the worst difference of any state in any subject at
any row, as a share of that state's peak in that subject. Subjects per second of wall clock on two threads, the median
and the best of some runs, and per second of processor time: the machines are shared, and clocks measure neighbours.
Run: python benchmarks/simulate_nonlinear.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.simulate import Engine, simulate
from equipoise.pharmacology.kinetics.system import System

Traced = Any  # an array that JAX follows
SUBJECTS = 20_000
CHECKED = 4_000  # subjects whose error is measured against the explicit method at 1e-12
AGAINST_SCIPY = 6  # subjects that are measured against SciPy's DOP853 at 1e-12, restarted at each dose
PEERS = 8  # subjects that the slow peers are timed on
ASKED = "1.0e-06/1e-08"  # tolerance that peers are given, relative and absolute
REPEATS = 5
DOSES, EVERY, ROWS_EVERY = 56, 12.0, 6.0
DOSE = {"G": 20.0, "VG": 50.0}
TYPICAL = {"CL": 30.0, "V1": 30.0, "KA": 1.2, "VMAX": 8.0, "CLM": 25.0, "CLVI": 40.0, "KDEG": 0.023}
SPREAD = (0.3, 0.25, 0.4, 0.4, 0.3, 0.35, 0.2)
UNITS = ("L/h", "L", "1/h", "mg/h", "L/h", "L/h", "1/h")
STATES = ("G", "A1", "A2", "AM", "E", "VG", "VC", "CE", "T", "R")
NONLINEAR: dict[str, Any] = {
    "name": "ten states",
    "states": {name: "mg/L" if name == "CE" else "1" if name in "ETR" else "mg" for name in STATES},
    "parameters": {
        name: {"value": value, "unit": unit} for (name, value), unit in zip(TYPICAL.items(), UNITS, strict=True)
    },
    "assignments": {
        "C": "A1/V1",
        "C2": "A2/400",
        "CM": "AM/60",
        "form": "VMAX*C/(0.3 + C)",
        "eff": "CE/(0.02*(1 + 5*T) + CE)",
    },
    "rates": {
        "G": "-KA*G",
        "A1": "KA*G - CL*C - form - 120*(C - C2)",
        "A2": "120*(C - C2)",
        "AM": "form - CLM*CM",
        "E": "KDEG*(1 - E) - 0.3*C/(0.5 + C)*E",
        "VG": "-1.5*VG",
        "VC": "1.5*VG - (CLVI*E/(1 + C/0.2) + 5)*VC/150",
        "CE": "5*(CM - CE)",
        "T": "0.02*(CE/(CE + 0.02) - T)",
        "R": "2*(1 + eff) - 2*R",
    },
    "initial": {"E": "1", "R": "1"},
    "entries": {"G": {}, "VG": {}},
    "outputs": {name: {"expression": name, "unit": "?"} for name in STATES},
}
TIMES = np.arange(0.0, DOSES * EVERY + 0.1, ROWS_EVERY)
STARTS = """
import time; start = time.perf_counter(), time.process_time()
import runpy; made = runpy.run_path({path!r}); made["once"]()
print(time.perf_counter() - start[0], time.process_time() - start[1])
"""


def numbers() -> dict[str, Floats]:
    """The parameters of all subjects."""
    z = np.random.default_rng(7).standard_normal((SUBJECTS, len(TYPICAL)))
    return {
        name: value * np.exp(spread * z[:, i])
        for i, ((name, value), spread) in enumerate(zip(TYPICAL.items(), SPREAD, strict=True))
    }


def events(system: System) -> Events:
    """The doses into both states, everybody's."""
    more = [DOSES - 1] * 2
    return Events.of(
        {"TIME": [0, 0], "AMT": list(DOSE.values()), "CMT": list(DOSE), "ADDL": more, "II": [EVERY] * 2}, system
    )


def run(count: int, engine: Engine, tolerance: Tolerance, threads: int = 2) -> tuple[Floats, float, float]:
    """The states (subjects, rows, states) of the first subjects, seconds of wall clock and of processor time."""
    system = System.of(NONLINEAR)
    given = {name: values[:count] for name, values in numbers().items()}
    wall, cpu = time.perf_counter(), time.process_time()
    found = simulate(
        system, events(system), TIMES, parameters=given, engine=engine, tolerance=tolerance, threads=threads
    )
    took = time.perf_counter() - wall, time.process_time() - cpu
    return np.stack([found.values[name] for name in STATES], axis=-1), *took


def once() -> None:
    """What a start costs: one subject."""
    run(1, "rosenbrock", Tolerance())


def worst(found: Floats, wanted: Floats) -> float:
    """The largest error as a share of the peak; the peak of a dosed state is at least its dose."""
    peak = np.abs(wanted).max(axis=1, keepdims=True)
    for name, dose in DOSE.items():
        peak[:, :, STATES.index(name)] = np.maximum(peak[:, :, STATES.index(name)], dose)
    return float(np.max(np.abs(found - wanted) / peak))


def slopes(subject: int) -> Callable[[float, Floats], list[float]]:
    """The right-hand side as a person writes it, for peers and for the reference."""
    cl, v1, ka, vmax, clm, clvi, kdeg = (values[subject] for values in numbers().values())

    def found(_time: float, y: Floats) -> list[float]:
        g, a1, a2, am, e, vg, vc, ce, t, r = y
        c, c2, cm = a1 / v1, a2 / 400, am / 60
        form, eff = vmax * c / (0.3 + c), ce / (0.02 * (1 + 5 * t) + ce)
        return [
            -ka * g,
            ka * g - cl * c - form - 120 * (c - c2),
            120 * (c - c2),
            form - clm * cm,
            kdeg * (1 - e) - 0.3 * c / (0.5 + c) * e,
            -1.5 * vg,
            1.5 * vg - (clvi * e / (1 + c / 0.2) + 5) * vc / 150,
            5 * (cm - ce),
            0.02 * (ce / (ce + 0.02) - t),
            2 * (1 + eff) - 2 * r,
        ]

    return found


def by_scipy(subject: int, method: str, rtol: float, atol: float) -> Floats:
    """One subject by SciPy, restarted at each dose (rows, states)."""
    right = slopes(subject)
    y = np.array([1.0 if name in "ER" else 0.0 for name in STATES])
    rows = [y]
    for _ in range(DOSES):
        y = y.copy()
        for name, dose in DOSE.items():
            y[STATES.index(name)] += dose
        done = solve_ivp(right, (0, EVERY), y, method=method, rtol=rtol, atol=atol, t_eval=[ROWS_EVERY, EVERY])
        rows += [done.y[:, 0], done.y[:, 1]]
        y = done.y[:, 1]
    return np.array(rows)


def line(name: str, asked: str, rates: str, error: float) -> None:
    """Prints one row of the table."""
    print(f"  {name:<32} {asked:<14} {rates:<44} error {error:.1e}")


def own(reference: Floats) -> None:
    """Prints speed and achieved error of both methods, on two threads."""
    asked: tuple[tuple[Engine, Tolerance], ...] = (
        ("rosenbrock", Tolerance(1.8e-5, 1.8e-7)),
        ("explicit", Tolerance(2.5e-8, 2.5e-10)),
        ("rosenbrock", Tolerance(1e-6, 1e-8)),
        ("explicit", Tolerance(1e-6, 1e-8)),
    )
    for engine, tolerance in asked:
        found, _, _ = run(CHECKED, engine, tolerance)  # compiled or loaded
        times = np.array([run(SUBJECTS, engine, tolerance)[1:] for _ in range(REPEATS)])
        median, best, processor = SUBJECTS / np.median(times[:, 0]), SUBJECTS / times[:, 0].min(), times[:, 1].min()
        rates = f"{median:7,.0f} {best:9,.0f} best {SUBJECTS / processor:9,.0f} processor"
        line(
            f"equipoise {engine}, 2 threads",
            f"{tolerance.rtol:.1e}/{tolerance.atol:.0e}",
            rates,
            worst(found, reference),
        )


def scipy_peers(reference: Floats) -> None:
    """Prints SciPy's speed, one subject after the other."""
    for method in ("LSODA", "DOP853"):
        start = time.perf_counter()
        found = np.array([by_scipy(i, method, 1e-6, 1e-8) for i in range(PEERS)])
        rate = PEERS / (time.perf_counter() - start)
        line(f"SciPy {method}, 1 thread", ASKED, f"{rate:7,.0f}", worst(found, reference[:PEERS]))


def numbalsoda_peer(reference: Floats) -> None:
    """Prints numbalsoda's speed with a compiled right-hand side, restarted at each dose, where it is installed."""
    try:
        from numba import cfunc, njit
        from numbalsoda import lsoda, lsoda_sig
    except ImportError:
        print("  numbalsoda is not installed: not measured")
        return

    @cfunc(lsoda_sig)
    def right(_time, y, dy, p):  # noqa: ANN001, ANN202 - numba types a callback by its signature
        c, c2, cm = y[1] / p[1], y[2] / 400, y[3] / 60
        form, eff = p[3] * c / (0.3 + c), y[7] / (0.02 * (1 + 5 * y[8]) + y[7])
        dy[0] = -p[2] * y[0]
        dy[1] = p[2] * y[0] - p[0] * c - form - 120 * (c - c2)
        dy[2] = 120 * (c - c2)
        dy[3] = form - p[4] * cm
        dy[4] = p[6] * (1 - y[4]) - 0.3 * c / (0.5 + c) * y[4]
        dy[5] = -1.5 * y[5]
        dy[6] = 1.5 * y[5] - (p[5] * y[4] / (1 + c / 0.2) + 5) * y[6] / 150
        dy[7] = 5 * (cm - y[7])
        dy[8] = 0.02 * (y[7] / (y[7] + 0.02) - y[8])
        dy[9] = 2 * (1 + eff) - 2 * y[9]

    address = right.address
    times = np.array([0.0, ROWS_EVERY, EVERY])

    @njit
    def all_subjects(given, doses, out):  # noqa: ANN001, ANN202 - compiled, and typed by its arguments
        for i in range(len(given)):
            y = out[i, 0].copy()
            for dose in range(doses):
                y[0] += 20.0
                y[5] += 50.0
                found, _ = lsoda(address, y, times, given[i], 1e-6, 1e-8)
                out[i, 2 * dose + 1], out[i, 2 * dose + 2] = found[1], found[2]
                y = found[2].copy()

    count = 50 * PEERS
    given = np.ascontiguousarray(np.column_stack(list(numbers().values()))[:count])
    out = np.zeros((count, TIMES.size, len(STATES)))
    out[:, 0, [STATES.index("E"), STATES.index("R")]] = 1.0
    all_subjects(given[:1], DOSES, out[:1])
    start = time.perf_counter()
    all_subjects(given, DOSES, out)
    rate = count / (time.perf_counter() - start)
    line("numbalsoda LSODA, 1 thread", ASKED, f"{rate:7,.0f}", worst(out, reference[:count]))


def diffrax_peer(reference: Floats) -> None:
    """Prints diffrax's speed, Tsit5 under vmap and jit, dose after dose by a scan, where it is installed."""
    try:
        import diffrax
        import jax
        import jax.numpy as jnp
    except ImportError:
        print("  diffrax is not installed: not measured")
        return
    jax.config.update("jax_enable_x64", True)

    def right(_time: object, y: Traced, p: Traced) -> Traced:
        c, c2, cm = y[1] / p[1], y[2] / 400, y[3] / 60
        form, eff = p[3] * c / (0.3 + c), y[7] / (0.02 * (1 + 5 * y[8]) + y[7])
        return jnp.stack(
            [
                -p[2] * y[0],
                p[2] * y[0] - p[0] * c - form - 120 * (c - c2),
                120 * (c - c2),
                form - p[4] * cm,
                p[6] * (1 - y[4]) - 0.3 * c / (0.5 + c) * y[4],
                -1.5 * y[5],
                1.5 * y[5] - (p[5] * y[4] / (1 + c / 0.2) + 5) * y[6] / 150,
                5 * (cm - y[7]),
                0.02 * (y[7] / (y[7] + 0.02) - y[8]),
                2 * (1 + eff) - 2 * y[9],
            ]
        )

    dose = jnp.zeros(len(STATES)).at[STATES.index("G")].set(20.0).at[STATES.index("VG")].set(50.0)
    begin = jnp.zeros(len(STATES)).at[jnp.array([STATES.index("E"), STATES.index("R")])].set(1.0)
    control = diffrax.PIDController(rtol=1e-6, atol=1e-8)
    saves = diffrax.SaveAt(ts=jnp.array([ROWS_EVERY, EVERY]))

    def one(p: Traced) -> Traced:
        def cycle(y: Traced, _: object) -> tuple[Traced, Traced]:
            done = diffrax.diffeqsolve(
                diffrax.ODETerm(right),
                diffrax.Tsit5(),
                0.0,
                EVERY,
                0.05,
                y + dose,
                args=p,
                saveat=saves,
                stepsize_controller=control,
            )
            return done.ys[1], done.ys

        return jax.lax.scan(cycle, begin, None, length=DOSES)[1].reshape(-1, len(STATES))

    count = 50 * PEERS
    given = jnp.asarray(np.column_stack(list(numbers().values()))[:count])
    solve = jax.jit(jax.vmap(one))
    solve(given).block_until_ready()
    start = time.perf_counter()
    found = np.asarray(solve(given).block_until_ready())
    rate = count / (time.perf_counter() - start)
    line("diffrax Tsit5 vmap, all cores", ASKED, f"{rate:7,.0f}", worst(found, reference[:count, 1:]))


def starts() -> None:
    """Prints what the first start costs, which compiles, and every later one, which loads; beside a bare import."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "EQUIPOISE_CACHE": cache}
        program = STARTS.format(path=str(Path(__file__)))
        bare = (
            "import time; start = time.perf_counter(), time.process_time()\nimport numba, scipy.integrate, pydantic\n"
        )
        bare += "print(time.perf_counter() - start[0], time.process_time() - start[1])"
        for name, code in (("first start", program), ("second start", program), ("imports alone", bare)):
            done = subprocess.run(
                [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
            )
            wall, cpu = map(float, done.stdout.split())
            print(f"  {name:<34} {wall:6.2f} s wall clock, {cpu:6.2f} s processor time")


def main() -> None:
    """Runs everything on the nonlinear problem."""
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        f"nonlinear, ten states, 56 doses, {SUBJECTS:,} subjects: subjects per second; goal 10,000 at an error of 2e-6"
    )
    reference, _, _ = run(CHECKED, "explicit", Tolerance(1e-12, 1e-14))
    by_other = np.array([by_scipy(i, "DOP853", 1e-12, 1e-13) for i in range(AGAINST_SCIPY)])
    print(f"  the reference against SciPy DOP853 at 1e-12: {worst(reference[:AGAINST_SCIPY], by_other):.1e}")
    own(reference)
    scipy_peers(reference)
    numbalsoda_peer(reference)
    diffrax_peer(reference)
    print("starts: one subject of the nonlinear problem, with everything imported")
    starts()


if __name__ == "__main__":
    main()
