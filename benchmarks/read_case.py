"""How fast charts are read: median milliseconds per MB over the Synthea bundles, and that no entry is lost.

    python benchmarks/read_case.py [folder with *.json.gz]

The time is that of `read_cases` on the unpacked bytes: decoding, parsing, and building the case.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
import statistics
import sys
import time
from pathlib import Path

from equipoise.exchange import read_cases
from equipoise.model.case import Case

ON = dt.date(2026, 6, 1)
ROUNDS = 5
_PLACE = re.compile(r"Bundle\.entry\[\d+\]")
_LISTS = ("conditions", "medications", "measurements", "allergies", "unread")


def main(folder: Path) -> int:
    """Prints one line of speed and one of completeness; 1 where an entry is lost or there is no data."""
    files = sorted(folder.glob("*.json.gz"))
    if not files:
        print(f"no *.json.gz in {folder}; give the folder, or set EQUIPOISE_DATA")
        return 1
    speeds: list[float] = []
    lost = entries = read = 0
    for path in files:
        content = gzip.decompress(path.read_bytes())
        times: list[float] = []
        case = read_cases(content, on=ON)[0]
        for _ in range(ROUNDS):
            start = time.perf_counter()
            read_cases(content, on=ON)
            times.append(time.perf_counter() - start)
        speeds.append(statistics.median(times) * 1000 / (len(content) / 1e6))
        bundle = json.loads(content)["entry"]
        patients = sum(entry["resource"]["resourceType"] == "Patient" for entry in bundle)
        used = _places(case, _LISTS[:-1])
        unread = _places(case, _LISTS[-1:]) - used
        entries += len(bundle)
        read += len(used) + patients
        lost += len(bundle) - patients - len(used | unread)
    print(f"{len(files)} bundles: median {statistics.median(speeds):.1f} ms per MB, slowest {max(speeds):.1f}")
    print(f"{entries} entries in = {read} read + {entries - read - lost} unread; {lost} lost")
    return 1 if lost else 0


def _places(case: Case, names: tuple[str, ...]) -> set[str]:
    items = [item for name in names for item in getattr(case, name)]
    # A Patient may also have notes of its own, for its town or its death; it is counted apart.
    paths = [item.path or "" for item in items if not (item.path or "").startswith("Bundle.entry[0]")]
    return {match.group() for path in paths if (match := _PLACE.match(path))}


if __name__ == "__main__":
    data = Path(os.environ.get("EQUIPOISE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else data / "fhir" / "synthea_r4"))
