"""What a simulation says, ready to be shown: rows of figures with their units, and its machine form."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import orjson

from equipoise import __version__
from equipoise.analyse.figures import plain, span
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.reducers import Kind, Reduction
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.occupancy.simulated import Site
from equipoise.pharmacology.population.people import Summary

ENDS = (0.05, 0.5, 0.95)
NAMES: dict[Kind, str] = {
    "auc": "area",
    "cmax": "peak",
    "tmax": "time of peak",
    "cmin": "lowest",
    "clast": "last",
    "time_above": "time above",
}
OCCUPIED = (
    "Occupancy: for each person one draw of binding constants, unbound fractions and brain passage; the wide bands are"
    " the finding. Bound is not an effect."
)
NO_AMOUNT = "The doses are those that were given; nothing here says which to take."


@dataclass(frozen=True, slots=True)
class Figures:
    """One reduced output: what it is with its unit, and how it differs between people.

    `uncertain`: 90 % interval of the median over draws of the uncertain typical values; empty where none were drawn.
    """

    output: str
    what: str
    median: str
    between: str
    uncertain: str


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A simulation with its system. `spread`: quantiles of reductions (replicates, levels); `seed`: None where nobody
    was drawn. `error`: what was observed of the integration's, as a share of the peak; None in closed form.
    `notes`: what to know of the model and the doses. `sites`: whose occupancy stands among the outputs.
    `tolerance`: of each step of an integration, relative.
    """

    system: System
    summary: Summary
    spread: Mapping[Reduction, Floats] | None
    seed: int | None
    error: float | None = None
    notes: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    tolerance: float = 1e-6

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know of the model, the doses and the computation."""
        return (*self.notes, *([OCCUPIED] if self.sites else []), *self.summary.warnings)

    def site(self, name: str) -> Site | None:
        """The site whose occupancy has this name; None for an output of the model."""
        return next((site for site in self.sites if site.name == name), None)

    def own_unit(self, name: str) -> str:
        """The unit of an output, or of an occupancy."""
        return "% occupied" if self.site(name) else self.system.outputs[name].unit

    @property
    def engine(self) -> str:
        """What computed, why, and how well."""
        told = f"{self.summary.engine} ({self.summary.why})"
        if self.error is None:
            return told
        return f"{told}; {_seen(self.error, self.tolerance / 100)}"

    @property
    def people(self) -> str:
        """Who was simulated, in words."""
        count = self.summary.count
        if self.seed is None:
            return "one person with the typical values" if count == 1 else f"{count} IDs with the typical values"
        return f"{count} drawn people" if count > 1 else "1 drawn person"

    @property
    def rows(self) -> str:
        """What areas and peaks are taken from."""
        times = self.summary.times
        ends = span((float(times[0]), float(times[-1])))
        return f"Area from {ends} {self.system.time_unit}; peaks and lowest values are those of {times.size} times."

    @property
    def several(self) -> bool:
        """Whether people differ."""
        return self.summary.count > 1

    def unit(self, item: Reduction) -> str:
        """The unit of a reduced number."""
        own, time = self.own_unit(item.output), self.system.time_unit
        if item.kind == "auc":
            return f"{own}*{time}" if own != "1" else time
        return time if item.kind in ("tmax", "time_above") else own

    def figures(self) -> Iterator[Figures]:
        """A row for each reduced output."""
        for item, numbers in self.summary.reduced.items():
            low, middle, high = np.quantile(numbers, ENDS).tolist()
            level = "" if item.level is None else f" {plain(item.level)} {self.own_unit(item.output)}"
            yield Figures(
                item.output,
                f"{NAMES[item.kind]}{level}, {self.unit(item)}",
                plain(middle),
                span((low, high)) if self.several else "",
                self._uncertain(item),
            )

    def _uncertain(self, item: Reduction) -> str:
        if self.spread is None or item not in self.spread:
            return ""
        medians = self.spread[item][:, self.summary.levels.index(0.5)]
        low, high = np.quantile(medians, [0.05, 0.95]).tolist()
        return span((low, high))


def _seen(error: float, finer: float) -> str:
    """The observed error of an integration in words; NaN where there was no result.

    `finer`: the tolerance of the comparison. Where rows stand close both integrations take the same steps, and a
    difference below it says nothing.
    """
    if math.isnan(error):
        return "its error is not known, as it ended without a result in some"
    size = f"below {finer:.1g}" if error < finer else f"{error:.1g}"
    return f"error {size} of the peak, seen in some at a hundredth of the tolerance"


def as_json(told: Told) -> bytes:
    """The simulation as one line of JSON: engine, times, quantiles over people at each time, reduced numbers."""
    summary = told.summary
    levels = [f"{level:g}" for level in summary.levels]
    made = {
        "model": told.system.name,
        "program": f"Equipoise {__version__}",
        "people": summary.count,
        "seed": told.seed,
        "engine": summary.engine,
        "why": summary.why,
        "observed_error": told.error,
        "warnings": summary.warnings,
        "notes": told.notes,
        "time_unit": told.system.time_unit,
        "times": summary.times.tolist(),
        "bands": {
            name: {
                "unit": told.own_unit(name),
                "quantiles": dict(zip(levels, band.tolist(), strict=True)),
            }
            for name, band in summary.bands.items()
        },
        "occupancy": {
            site.name: {
                "by": site.by,
                "not_known": site.missing,
                "threshold_percent": 100.0 * site.threshold,
            }
            for site in told.sites
        },
        "reduced": [_reduced(told, item, numbers) for item, numbers in summary.reduced.items()],
    }
    return orjson.dumps(made)


def _reduced(told: Told, item: Reduction, numbers: Floats) -> dict[str, object]:
    levels = told.summary.levels
    found: dict[str, object] = {
        "output": item.output,
        "kind": item.kind,
        "level": item.level,
        "unit": told.unit(item),
        "quantiles": {
            f"{level:g}": value for level, value in zip(levels, np.quantile(numbers, levels).tolist(), strict=True)
        },
    }
    if told.spread is not None and item in told.spread:
        found["replicates"] = {f"{level:g}": told.spread[item][:, i].tolist() for i, level in enumerate(levels)}
    return found
