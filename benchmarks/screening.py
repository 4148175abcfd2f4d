"""Start-up and throughput: the figures that a clinician waits for.

Prints the median and the least time of `equipoise --help` and `equipoise screen` as processes until their first
output, beside a bare Python start and an import of pydantic on the same machine, and the number of cases per second
that one and two processes screen once the records are loaded. Run it with an installed, byte-compiled package.
Run: python benchmarks/screening.py
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from equipoise.exchange import read_cases
from equipoise.knowledge import load_knowledge
from equipoise.model.case import Case
from equipoise.screen import screen

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "src" / "equipoise" / "examples"
DATA = Path(os.environ.get("EQUIPOISE_DATA", ROOT.parent / "shared" / "data"))
ON = dt.date(2026, 11, 22)
STARTS = 15
SCREENINGS = 1500
PROGRAM = "from equipoise.cli import main; main()"


def timed(*arguments: str) -> float:
    """Seconds of wall clock until a process prints its first byte: what a person waits for."""
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        if process.stdout is None:
            raise SystemExit("no output to read")
        process.stdout.read(1)
        seconds = time.perf_counter() - start
        process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"failed: {arguments}")
    return seconds


def start_up() -> None:
    """Prints the start-up figures."""
    chart = str(EXAMPLES / "chart.fhir.json")
    day = ("--on", str(ON))
    commands = {
        "python -c print": ("-c", "print(1)"),
        "python -c import pydantic": ("-c", "import pydantic; pydantic.BaseModel; print(1)"),
        "equipoise --help": ("-c", PROGRAM, "--help"),
        "equipoise screen (text)": ("-c", PROGRAM, "screen", chart, *day),
        "equipoise screen --json": ("-c", PROGRAM, "screen", chart, "--json", *day),
        "equipoise screen --out html": ("-c", PROGRAM, "screen", chart, *day, "--out", f"{tempfile.mkdtemp()}/d.html"),
        "equipoise interaction": ("-c", PROGRAM, "interaction", "midazolam", "ketoconazole", "--json"),
    }
    for arguments in commands.values():
        timed(*arguments)  # the first run compiles the records and the byte code
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(STARTS):  # interleaved, so that a noisy minute hits all alike
        for name, arguments in commands.items():
            times[name].append(timed(*arguments))
    bare = statistics.median(times["python -c print"])
    print(f"start-up to the first byte of output, {STARTS} runs each, interleaved; ms")
    for name, found in times.items():
        middle = statistics.median(found)
        least = 1e3 * min(found)
        print(f"  {name:<30} median {1e3 * middle:6.0f}  least {least:6.0f}  x {middle / bare:4.1f} of a bare start")


def cases() -> list[Case]:
    """The bundled chart, and the real ones where they are."""
    found = list(read_cases(EXAMPLES / "chart.fhir.json", on=ON))
    for path in sorted((DATA / "fhir" / "synthea_r4").glob("*.json.gz")):
        found.extend(read_cases(path, on=ON))
    return found


def screen_many(number: int) -> float:
    """Seconds that one process takes for a number of screenings, the records loaded before."""
    knowledge, charts = load_knowledge(), cases()
    for case in charts:
        screen(case, knowledge, on=ON)
    start = time.perf_counter()
    for index in range(number):
        screen(charts[index % len(charts)], knowledge, on=ON)
    return time.perf_counter() - start


def throughput() -> None:
    """Prints cases per second with one and with two processes."""
    charts = cases()
    print(f"throughput on {len(charts)} charts, records loaded, {SCREENINGS} screenings per process")
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as pool:
            seconds = max(pool.map(screen_many, [SCREENINGS] * workers))
        print(f"  {workers} process(es): {workers * SCREENINGS / seconds:7.0f} cases/s")


if __name__ == "__main__":
    start_up()
    throughput()
