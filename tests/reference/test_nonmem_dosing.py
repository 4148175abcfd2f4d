"""Dosing scenarios that NONMEM 7 was run on: every record of every subject, by the closed form and by integration.

Read from shared data, never copied: `nmtests_dosing_*` (mrgsolve/nmtests, ADVAN2 TRANS2) and `nlmixr2data_nmtest`
(NONMEM 7.4.3). NONMEM prints five digits, so 5e-5 of a value is its own rounding. Where it printed 0 the difference is
taken of the subject's peak. Lags longer than the interval at steady state are among them, by NONMEM's rule.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from linear_systems import DEPOT, engine

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Ensemble, Tolerance
from equipoise.pharmacology.kinetics.exposed import Exposed

pytestmark = pytest.mark.real_data

LIMIT = 1e-4
BOTH = 1e-9  # of a subject's peak, between closed form and integration
Table = dict[str, list[str]]


def columns(path: Path) -> Table:
    """The columns of a packed CSV file, by upper-case name."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name.upper(): [row[name] for row in rows] for name in rows[0]}


def scenarios(shared_data: Path, name: str) -> tuple[Table, Floats]:
    """The records of a set, and what NONMEM printed for each, in mg/L."""
    pk = shared_data / "pk"
    if name == "nmtests":
        records = columns(pk / "nmtests_dosing_1001_input.csv.gz")
        printed = columns(pk / "nmtests_dosing_results_1001-nm.csv.gz")
        assert list(map(float, records["TIME"])) == list(map(float, printed["TIME"]))
    else:
        records = printed = columns(pk / "nlmixr2data_nmtest.csv.gz")
    wanted = {name: cells for name, cells in records.items() if name not in {"C", "DV", "CP", "MODE"}}
    return wanted, np.array(printed["CP"], dtype=np.float64) / 1000


def worst(events: Events, rows: Floats, printed: Floats) -> dict[str, float]:
    """The largest relative error of each subject; where NONMEM printed 0, relative to the subject's peak."""
    found: dict[str, float] = {}
    for i, who in enumerate(events.ids):
        expected = printed[events.starts[i] : events.starts[i + 1]]
        size = np.where(expected == 0.0, np.abs(expected).max(), np.abs(expected))
        found[who] = float(np.max(np.abs(rows[i, : expected.size] - expected) / size))
    return found


@pytest.mark.parametrize(("name", "subjects"), [("nmtests", 15), ("nlmixr2data", 34)])
def test_every_record_is_what_nonmem_printed(shared_data: Path, name: str, subjects: int) -> None:
    """ADDL, II, SS 1 and 2, infusions into both states, lags, bioavailability, modelled rates, EVID 2, 3 and 4."""
    records, printed = scenarios(shared_data, name)
    events = Events.of(records, DEPOT)
    exposed = Exposed.of(DEPOT, events, {})
    rows = engine(DEPOT).run(exposed.courses(None, "before", "nonmem"), exposed.values, exposed.count)[0]
    errors = worst(events, rows, printed)
    print(f"{name}: worst relative error {max(errors.values()):.2e} of {len(errors)} subjects, {printed.size} records")
    assert len(errors) == subjects
    assert max(errors.values()) <= LIMIT, {who: error for who, error in errors.items() if error > LIMIT}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "subjects"), [("nmtests", 15), ("nlmixr2data", 34)])
def test_integration_agrees_with_the_closed_form(shared_data: Path, name: str, subjects: int) -> None:
    """The same records by the explicit method; doses on their way are counted, for nothing is integrated backwards."""
    records, printed = scenarios(shared_data, name)
    exposed = Exposed.of(DEPOT, Events.of(records, DEPOT), {})
    found = exposed.courses(None, "before", "in_flight")
    exact = engine(DEPOT).run(found, exposed.values, exposed.count)[0]
    tolerance = Tolerance(rtol=1e-12, atol=1e-14)
    rows = Ensemble(DEPOT, "explicit").run(found, exposed.values, exposed.count, tolerance=tolerance)[0][0]
    peaks = np.nanmax(np.abs(exact), axis=1, keepdims=True)
    error = float(np.nanmax(np.abs(rows - exact) / peaks))
    print(f"{name}: largest difference {error:.1e} of the peak, {printed.size} records")
    assert exact.shape[0] == subjects
    assert np.array_equal(np.isnan(rows), np.isnan(exact))
    assert error <= BOTH
