"""The dosing records of one subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from equipoise.model.schedule import Bools, Floats, Indices

OBSERVATION, DOSE, OTHER, RESET, RESET_DOSE = range(5)
MODELLED_RATE, MODELLED_DURATION = -1.0, -2.0


@dataclass(frozen=True, slots=True, eq=False)
class Regimen:
    """Records in the order of their table, one value of each column per record (records,).

    `row`: line of the table. `time`, `interval` (II) in the system's time unit; `state`: where a dose goes, counted
    from 0, -1 for a record that is no dose; `additional`: ADDL; `steady`: SS; `dv`: NaN where nothing was measured.
    `occasion`: the number of the occasion that it belongs to, counted from 0.
    """

    row: Indices
    time: Floats
    evid: Indices
    amount: Floats
    rate: Floats
    state: Indices
    additional: Indices
    interval: Floats
    steady: Indices
    dv: Floats
    mdv: Indices
    occasion: Indices
    covariates: Mapping[str, Floats]

    @property
    def dosing(self) -> Bools:
        """Which records give a dose."""
        return (self.evid == DOSE) | (self.evid == RESET_DOSE)

    def part(self, rows: slice | Indices) -> Regimen:
        """Some of the records, or some of them several times."""
        columns = {field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name != "covariates"}
        return Regimen(**columns, covariates={name: values[rows] for name, values in self.covariates.items()})
