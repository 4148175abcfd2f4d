"""A case in the making: what the readers of single resources add to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from equipoise.exchange.fhir_in.discretion import Discretion
from equipoise.exchange.fhir_in.references import Entry, Index
from equipoise.model.case import Allergy, Case, Condition, Measurement, Medication, Unread
from equipoise.model.law import Jurisdiction
from equipoise.model.terms import Sex

PATH_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an encounter or procedure took place. `certain`: its code says that this is a condition."""

    condition: Condition
    path: str
    certain: bool


@dataclass(slots=True, eq=False)
class Draft:
    """Everything read for one patient so far. `notes` become the case's `unread`."""

    id: str
    index: Index
    on: dt.date | None = None
    names: Discretion = field(default_factory=Discretion)
    birth_date: dt.date | None = None
    died: dt.date | bool = False
    sex: Sex | None = None
    jurisdictions: list[Jurisdiction] = field(default_factory=list[Jurisdiction])
    conditions: list[Condition] = field(default_factory=list[Condition])
    medications: list[Medication] = field(default_factory=list[Medication])
    measurements: list[Measurement] = field(default_factory=list[Measurement])
    allergies: list[Allergy] = field(default_factory=list[Allergy])
    reasons: list[Reason] = field(default_factory=list[Reason])
    notes: list[Unread] = field(default_factory=list[Unread])

    def note(self, path: str, reason: str) -> None:
        """Something that was not taken over."""
        self.notes.append(Unread(path=shortened(path), reason=reason))

    def label(self, entry: Entry) -> str:
        """Where an entry stands and what it is: `Bundle.entry[17] Claim/abc`; never with the patient's id or name."""
        shown = entry.id is not None and entry.type != "Patient" and self.names.may_show(entry.id)
        return shortened(entry.label(with_id=shown))

    def finish(self) -> Case:
        """The case as read."""
        return Case(
            id=self.id,
            birth_date=self.birth_date,
            died=self.died,
            sex=self.sex,
            conditions=tuple(self.conditions),
            medications=tuple(self.medications),
            measurements=tuple(self.measurements),
            allergies=tuple(self.allergies),
            jurisdictions=tuple(dict.fromkeys(self.jurisdictions)),
            unread=tuple(dict.fromkeys(self.notes)),
        )


def shortened(path: str) -> str:
    """The path within the length that a case allows; its start says most."""
    return path if len(path) <= PATH_LENGTH else path[: PATH_LENGTH - 3] + "..."
