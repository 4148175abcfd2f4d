"""The case as a screening sees it: on one day, with its medication list tied to records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.knowledge.names import folded
from equipoise.knowledge.resolve import Resolution, Resolver
from equipoise.model.case import Case, Condition, Measurement, Medication
from equipoise.model.dossier import AssessedMedication, LawRow, NotAssessed
from equipoise.model.finding import Implicated
from equipoise.model.medicine import Medicine

MEDICATIONS = "medications"
CONDITIONS = "conditions"


@dataclass(frozen=True, slots=True)
class Taken:
    """A medicine on the list. `stopped_days`: days since it was stopped; None while current or where nobody knows."""

    medicine: Medicine
    entry: Medication
    current: bool
    stopped_days: int | None = None

    def implicated(self, matched_by: str | None = None) -> Implicated:
        """The medicine as a part of the case that an answer rests on."""
        if self.current:
            state = ""
        elif self.stopped_days is None:
            state = " (stopped, date unknown)"
        else:
            state = f" (stopped {self.stopped_days} d ago)"
        return Implicated(
            kind="medicine", label=self.medicine.name + state, matched_by=matched_by, path=self.entry.path
        )


@dataclass(frozen=True)
class Chart:
    """A case on a day. `entries` pairs every entry of the medication list with what it was tied to."""

    case: Case
    on: dt.date
    knowledge: Knowledge
    adjunct: SubstanceKnowledge
    entries: tuple[tuple[Medication, Resolution], ...]
    law: tuple[LawRow, ...] = ()

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        """Every medicine of the list that a record describes, the adjunct itself left out."""
        own = self.adjunct.substance.medicine
        pairs = ((entry, name) for entry, resolution in self.entries for name in resolution.medicines if name != own)
        return tuple(self._taken(entry, self.knowledge.medicines[name]) for entry, name in pairs)

    def _taken(self, entry: Medication, medicine: Medicine) -> Taken:
        current = is_current(entry, self.on)
        stopped = (self.on - entry.end).days if not current and entry.end is not None else None
        return Taken(medicine, entry, current, stopped)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The recorded conditions that nobody refuted."""
        return tuple(item for item in self.case.conditions if not item.refuted)

    @cached_property
    def by_medicine(self) -> tuple[tuple[Taken, ...], ...]:
        """The entries of each medicine, the current or latest first; medicines by name."""
        groups: dict[str, list[Taken]] = {}
        for taken in self.taken:
            groups.setdefault(taken.medicine.id, []).append(taken)
        ordered = (tuple(sorted(entries, key=_lateness)) for entries in groups.values())
        return tuple(sorted(ordered, key=lambda entries: entries[0].medicine.name))

    @cached_property
    def current(self) -> tuple[Taken, ...]:
        """The current medicines, each once."""
        return tuple(entries[0] for entries in self.by_medicine if entries[0].current)

    @cached_property
    def acting(self) -> tuple[Taken, ...]:
        """Current medicines and those stopped so lately that they still act, each once."""
        return tuple(entries[0] for entries in self.by_medicine if acts_still(entries[0], None) is True)

    @cached_property
    def other_adjuncts(self) -> tuple[str, ...]:
        """Adjuncts on the medication list beside the one that is screened."""
        names = (item.adjunct for entry, item in self.entries if is_current(entry, self.on))
        return tuple(dict.fromkeys(name for name in names if name and name != self.adjunct.substance.id))

    def newest_measurement(self, loinc: Iterable[str], named: Iterable[str]) -> Measurement | None:
        """The newest measurement of a code or name that is not after the day; undated ones come last."""
        keys = (*loinc, *(folded(name) for name in named))
        found = [item for key in keys if (item := self._newest.get(key)) is not None]
        return max(found, key=_age_order, default=None)

    @cached_property
    def _newest(self) -> dict[str, Measurement]:
        """The newest measurement by code and by folded name."""
        past = [item for item in self.case.measurements if item.on is None or item.on <= self.on]
        newest: dict[str, Measurement] = {}
        # From old to new, so that the last one written is the newest; of one day the last of the chart.
        for item in sorted(past, key=_age_order):
            newest[folded(item.name)] = item
            if item.loinc is not None:
                newest[item.loinc] = item
        return newest

    @cached_property
    def assessed(self) -> tuple[AssessedMedication, ...]:
        """The entries that were tied to records."""
        return tuple(self._assessed(entry, item) for entry, item in self.entries if item.medicines or item.adjunct)

    def _assessed(self, entry: Medication, item: Resolution) -> AssessedMedication:
        names = tuple(self.knowledge.medicines[name].name for name in item.medicines)
        if item.adjunct is not None:
            names = (self.knowledge.substance(item.adjunct).substance.name,)
        return AssessedMedication(
            text=entry.text,
            medicines=item.medicines or (item.adjunct or "",),
            names=names,
            matched_by=item.matched_by,
            current=is_current(entry, self.on),
            path=entry.path,
        )

    @cached_property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """The entries, or parts of them, that no record describes."""
        open_entries = ((entry, item) for entry, item in self.entries if item.reason)
        return tuple(
            NotAssessed(text=entry.text, path=entry.path, reason=item.reason, candidates=item.candidates)
            for entry, item in open_entries
        )

    @cached_property
    def list_is_certain(self) -> bool:
        """True when a clinician attested the medication list and every current entry of it was tied to a record."""
        unresolved = any(item.reason for entry, item in self.entries if is_current(entry, self.on))
        return MEDICATIONS in self.case.complete and not unresolved


def _lateness(taken: Taken) -> tuple[bool, bool, int]:
    """Current before stopped, a known day before an unknown one, the latest first."""
    return (not taken.current, taken.stopped_days is None, taken.stopped_days or 0)


def _age_order(item: Measurement) -> dt.date:
    return item.on or dt.date.min


def is_current(entry: Medication, on: dt.date) -> bool:
    """True unless the record says that the medicine was stopped: an unstated status counts as current.

    A medicine whose recorded end lies ahead is still taken, whatever its status says.
    """
    if entry.end is not None:
        return entry.end >= on
    return entry.current is not False


def acts_still(taken: Taken, within_days: int | None) -> bool | None:
    """Whether a stopped medicine still matters: within the window asked for, or within its own residual days.

    None: it was stopped, nobody knows when, and there is a window in which it would matter.
    """
    window = max(within_days or 0, taken.medicine.residual_days or 0)
    if taken.current:
        return True
    if window == 0:
        return False
    return None if taken.stopped_days is None else taken.stopped_days <= window


def read_chart(case: Case, knowledge: Knowledge, adjunct: SubstanceKnowledge, resolver: Resolver, on: dt.date) -> Chart:
    """The case with every medication entry tied to records as far as they go."""
    entries = tuple((entry, resolver.resolve(entry)) for entry in case.medications)
    return Chart(case, on, knowledge, adjunct, entries)


def names(items: Iterable[Implicated]) -> str:
    """The labels as one enumeration.

    >>> names([Implicated(kind="medicine", label="a"), Implicated(kind="medicine", label="b")])
    'a, b'
    """
    return ", ".join(dict.fromkeys(item.label for item in items))
