"""What the options of `equipoise simulate` mean: times, and numbers wanted of each person."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import Fault, InputError, UsageError

if TYPE_CHECKING:
    from equipoise.exchange.system_in import Model
    from equipoise.model.schedule import Floats
    from equipoise.pharmacology.kinetics.dosing import Events
    from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
    from equipoise.pharmacology.kinetics.reducers import Reduction
    from equipoise.pharmacology.kinetics.running import Engine
    from equipoise.pharmacology.kinetics.system import System

ROWS = 481
MOST_ROWS = 1_000_000
RANGE_PARTS = 3
ABSOLUTE = 0.01  # of the relative tolerance, in the states' units
TIMES = f"numbers such as 0,1,2,4 or FIRST:LAST:STEP such as 0:48:0.5, rising, at most {MOST_ROWS}"


def times_of(text: str | None, events: Events) -> Floats:
    """The times of the rows; without a text as many as a picture needs, from 0 to one interval after the last dose.

    Raises UsageError for a text that says no times, and where the events leave open how long to simulate.
    """
    if text is None:
        return np.linspace(0.0, _end(events), ROWS, dtype=np.float64)
    try:
        found = _times(text)
    except ValueError as error:
        raise _refused("--times", repr(text), TIMES, "For example --times 0:48:0.5.") from error
    if not found.size or not np.all(np.isfinite(found)) or np.any(np.diff(found) <= 0.0) or found[0] < 0.0:
        raise _refused("--times", repr(text), TIMES, "For example --times 0:48:0.5.")
    return found


def _times(text: str) -> Floats:
    if ":" not in text:
        return np.array([float(part) for part in text.split(",")])
    parts = [float(part) for part in text.split(":")]
    if len(parts) != RANGE_PARTS or not all(map(math.isfinite, parts)) or parts[2] <= 0.0:
        raise ValueError(text)
    first, last, step = parts
    count = math.floor((last - first) / step + 1e-9) + 1
    if not 0 < count <= MOST_ROWS:
        raise ValueError(text)
    return first + step * np.arange(count, dtype=np.float64)


def _end(events: Events) -> float:
    records = events.records
    end = float(np.max(records.time + (records.additional + 1) * records.interval))
    if end <= 0.0:
        expected = "how long to simulate: a single dose at time 0 does not say it"
        raise _refused("--times", "nothing", expected, "For example --times 0:48:0.5.")
    return end


def reductions(text: str, system: System, outputs: Sequence[str]) -> tuple[Reduction, ...]:
    """The numbers wanted of each output: kinds with commas between them, `time_above=LEVEL` among them.

    Raises UsageError with every kind and output that is not known.
    """
    from equipoise.pharmacology.kinetics.reducers import KINDS, Reduction

    names = tuple(outputs) or tuple(system.outputs)
    faults = [
        Fault("--output", repr(name), f"one of {', '.join(system.outputs)}", "Correct the name.")
        for name in names
        if name not in system.outputs
    ]
    wanted = list(_kinds(text, faults))
    if not text.strip(", "):
        faults.append(Fault("--reduce", repr(text), f"some of {', '.join(KINDS)}", "Leave it out for the usual ones."))
    if faults:
        raise UsageError("command line", faults)
    return tuple(Reduction(name, kind, level) for name in names for kind, level in wanted)  # type: ignore[arg-type]


def _kinds(text: str, faults: list[Fault]) -> Iterator[tuple[str, float | None]]:
    from equipoise.pharmacology.kinetics.reducers import KINDS

    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, _, level = part.partition("=")
        if kind not in KINDS:
            faults.append(Fault("--reduce", repr(kind), f"some of {', '.join(KINDS)}", "Correct it."))
        elif (kind == "time_above") != bool(level):
            mend = "For example --reduce auc,time_above=0.5."
            faults.append(Fault("--reduce", repr(part), "a level with time_above, and with nothing else", mend))
        elif level:
            try:
                yield kind, float(level)
            except ValueError:
                faults.append(Fault("--reduce", repr(part), "a number as the level", "Correct it."))
        else:
            yield kind, None


def engine_of(text: str) -> Engine:
    """The engine of a name. Raises UsageError for another word."""
    from equipoise.pharmacology.kinetics.running import ENGINES

    for name in ENGINES:
        if name == text:
            return name
    raise _refused("--engine", repr(text), f"one of {', '.join(ENGINES)}", "Correct it, or leave it out.")


def tolerance_of(rtol: float | None) -> Tolerance | None:
    """The tolerance with this relative part, and the absolute one in its usual proportion."""
    from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance

    if rtol is None:
        return None
    try:
        return Tolerance(rtol=rtol, atol=rtol * ABSOLUTE)
    except InputError as error:
        first = error.faults[0]
        raise _refused("--tolerance", f"{rtol:g}", first.expected, first.mend) from error


def aside_of(events: Events, labels: Sequence[str]) -> tuple[str, ...]:
    """A note on the columns of the events that change nothing; `labels`: those that drawn people have a use for."""
    aside = [name for name in events.aside if name.upper() not in map(str.upper, labels)]
    return (f"Columns that mean nothing to this model and were not used: {', '.join(aside)}.",) if aside else ()


def undrawn_of(model: Model) -> tuple[str, ...]:
    """A note on what a model says of people, where nobody is drawn."""
    if model.population is None:
        return ()
    more = " Receptors too are shown for drawn people." if model.sites else ""
    return (f"How people differ is not in these figures: --population 1000 draws them.{more}",)


def unreached_of(names: Sequence[str]) -> tuple[str, ...]:
    """A note on the outputs that are 0 in everybody."""
    return (f"0 in everybody, as no dose leads there: {', '.join(names)} (--output shows them).",) if names else ()


def cluster_of(address: str | None, threads: int | None) -> str | None:
    """The address of the scheduler. Raises UsageError beside a number of threads, which is the workers' own matter."""
    if address is not None and threads is not None:
        raise _refused("--threads", f"{threads} beside --cluster", "one of the two", "Start workers with threads.")
    return address


def _refused(path: str, found: str, expected: str, mend: str) -> UsageError:
    return UsageError("command line", [Fault(path, found, expected, mend)])
