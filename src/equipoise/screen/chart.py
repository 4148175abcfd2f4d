"""The case as a screening sees it: on one day, with its medication list tied to records."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.knowledge.names import folded
from equipoise.knowledge.resolve import Resolution, Resolver
from equipoise.model.case import Case, Condition, Measurement, Medication
from equipoise.model.dossier import AssessedMedication, LawRow, NotAssessed
from equipoise.model.finding import Implicated
from equipoise.model.medicine import Medicine
from equipoise.screen.understood import unplaced_words

MEDICATIONS = "medications"
CONDITIONS = "conditions"
# The path of an unread entry ends in its resource type; what has none (a broken line) may have been anything.
MEDICATION_WORDS = re.compile(r"\bMedication\w*(/[^.\s]+)?$|\bmedications\b")
CONDITION_WORDS = re.compile(r"\bCondition(/[^.\s]+)?$|\bconditions\b")
NO_KIND = re.compile(r"(\bline \d+|\bentry\[\d+\](\.resource)?)$")
HALF_LIVES = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """A medicine on the list. `stopped_days`: days since it was stopped; None while current or where nobody knows.

    `since`: when a current entry was written or began, where that is long ago.
    """

    medicine: Medicine
    entry: Medication
    current: bool
    stopped_days: int | None = None
    since: dt.date | None = None

    def implicated(self, matched_by: str | None = None) -> Implicated:
        """The medicine as a part of the case that an answer rests on."""
        if self.current:
            state = f" (since {self.since}; still taken?)" if self.since else ""
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
        return Taken(medicine, entry, current, stopped, self._long_since(entry))

    def _long_since(self, entry: Medication) -> dt.date | None:
        """The day on which a current entry was written or began, where nothing newer says that it is still taken."""
        if entry.start is None or not is_current(entry, self.on) or (entry.end is not None and entry.end >= self.on):
            return None
        return entry.start if (self.on - entry.start).days > self.knowledge.settings.old_order_days else None

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
        return tuple(entries[0] for entries in self.by_medicine if any(self._may_act(taken) for taken in entries))

    def _may_act(self, taken: Taken) -> bool:
        """A stop without a date may have been yesterday's, unless the order itself is older than any residue lasts."""
        settings = self.knowledge.settings
        acts = acts_still(taken, None, settings.default_residual_days)
        if acts is not None:
            return acts
        return taken.entry.start is None or (self.on - taken.entry.start).days <= settings.longest_residual_days

    @cached_property
    def other_adjuncts(self) -> tuple[str, ...]:
        """Adjuncts on the medication list beside the one that is screened."""
        names = (item.adjunct for entry, item in self.entries if is_current(entry, self.on))
        return tuple(dict.fromkeys(name for name in names if name and name != self.adjunct.substance.id))

    def newest_measurements(self, loinc: tuple[str, ...], named: tuple[str, ...]) -> tuple[Measurement, ...]:
        """All measurements of a code or name on the newest day that has any; undated ones where no day is recorded."""
        groups = [self._newest[key] for key in _keys(loinc, named) if key in self._newest]
        if not groups:
            return ()
        newest = max((group[0].on or dt.date.min for group in groups), default=dt.date.min)
        found = (item for group in groups if (group[0].on or dt.date.min) == newest for item in group)
        return tuple({id(item): item for item in found}.values())

    @cached_property
    def _newest(self) -> dict[str, list[Measurement]]:
        """The measurements of the newest day by code and by folded name."""
        past = [item for item in self.case.measurements if item.on is None or item.on <= self.on]
        newest: dict[str, list[Measurement]] = {}
        for item in sorted(past, key=lambda item: item.on or dt.date.min):
            for key in (folded(item.name), *((item.loinc,) if item.loinc is not None else ())):
                group = newest.get(key)
                if group is not None and group[0].on == item.on:
                    group.append(item)
                else:
                    newest[key] = [item]
        return newest

    @cached_property
    def adjunct_texts(self) -> tuple[str, ...]:
        """The texts under which the screened adjunct itself stands on the current medication list."""
        own = self.adjunct.substance.id
        listed = (entry for entry, item in self.entries if item.adjunct == own and is_current(entry, self.on))
        return tuple(" / ".join((entry.text, *entry.ingredients)) for entry in listed)

    @cached_property
    def unresolved(self) -> tuple[tuple[str, tuple[Medicine, ...]], ...]:
        """Entries that are not assessed, with the medicines that they resemble."""
        medicines = self.knowledge.medicines
        open_entries = ((entry.text, item.candidates) for entry, item in self.entries if item.reason)
        return tuple((text, tuple(medicines[near.medicine] for near in found)) for text, found in open_entries)

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
            since=self._long_since(entry),
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
        """True when the medication list is attested and every entry that may act was read and tied to a record."""
        window = self.knowledge.settings.longest_residual_days
        unresolved = any(item.reason and not _long_gone(entry, self.on, window) for entry, item in self.entries)
        return MEDICATIONS in self.case.complete and not unresolved and not self._unread(MEDICATION_WORDS)

    @cached_property
    def problems_are_certain(self) -> bool:
        """True when the problem list is attested and every entry of it was read and is understood."""
        if CONDITIONS not in self.case.complete or self._unread(CONDITION_WORDS):
            return False
        return not any(unplaced_words(item, self.knowledge) for item in self.conditions)

    def _unread(self, words: re.Pattern[str]) -> bool:
        """True when a whole entry of this kind, or one whose kind nobody can tell, was not read."""
        return any(words.search(item.path) or NO_KIND.search(item.path) for item in self.case.unread)


@lru_cache(maxsize=4096)  # the tests of the records ask for the same few hundred names in every chart
def _keys(loinc: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    return (*loinc, *(folded(name) for name in named))


def _long_gone(entry: Medication, on: dt.date, window: int) -> bool:
    return entry.end is not None and (on - entry.end).days > window


def _lateness(taken: Taken) -> tuple[bool, bool, int, int]:
    """Current before stopped, an unknown day before a known one, the latest first: what may act comes first."""
    began = taken.since or dt.date.max
    return (not taken.current, taken.stopped_days is not None, taken.stopped_days or 0, -began.toordinal())


def is_current(entry: Medication, on: dt.date) -> bool:
    """True unless the record says that the medicine was stopped: an unstated status counts as current.

    A planned medicine counts, and so does one that is stated to be current although its recorded end lies behind.
    """
    if entry.start is not None and entry.start > on:
        return True
    if entry.end is not None and entry.end < on:
        return entry.current is True and "current" in entry.model_fields_set
    return entry.current is not False or entry.end is not None


def acts_still(taken: Taken, within_days: int | None, default_days: int) -> bool | None:
    """Whether a stopped medicine still matters: within the window asked for, or within its own residual days.

    Where no residual days are recorded, five times the longest half-life, and at least the default of the records.
    None: it was stopped and nobody knows when.
    """
    if taken.current:
        return True
    if taken.stopped_days is None:
        return None
    return taken.stopped_days <= max(within_days or 0, _residual_days(taken.medicine, default_days))


def _residual_days(medicine: Medicine, default_days: int) -> int:
    if medicine.residual_days is not None:
        return medicine.residual_days
    half_life = medicine.half_life_h
    longest_h = max(half_life.high or 0.0, half_life.typical or 0.0) if half_life is not None else 0.0
    return max(default_days, math.ceil(HALF_LIVES * longest_h / 24))


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
