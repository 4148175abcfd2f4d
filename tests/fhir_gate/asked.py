"""The answers of all oracles about all documents, asked once per run because Node is slow to start."""

from __future__ import annotations

from functools import cache

from fhir_gate.faults import planted_faults
from fhir_gate.oracles import Complaints, ask_all
from fhir_gate.planting import PlantedFault
from fhir_gate.sample import documents


def about_samples() -> dict[str, Complaints]:
    """Every document made by hand, by its name, with the complaints about it."""
    return _answers()[0]


def about_faults() -> list[tuple[PlantedFault, Complaints]]:
    """Every planted fault with the complaints about it."""
    return _answers()[1]


@cache
def _answers() -> tuple[dict[str, Complaints], list[tuple[PlantedFault, Complaints]]]:
    samples, faults = documents(), planted_faults()
    planted = [fault.in_a_copy_of(samples["full with PDF"]) for fault in faults]
    told = ask_all([*samples.values(), *planted])
    return dict(zip(samples, told, strict=False)), list(zip(faults, told[len(samples) :], strict=True))
