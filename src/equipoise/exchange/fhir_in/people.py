"""Which patient a resource belongs to."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from equipoise.exchange.fhir_in.discretion import Discretion, pseudonym
from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.fhir_in.references import Entry, Index
from equipoise.exchange.json_value import Json, JsonObject, is_object

_SUBJECTS = ("subject", "patient", "beneficiary")
_TYPED = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}$")
_IDENTITY = ("birthDate", "gender", "name")


@dataclass(slots=True)
class People:
    """The patients of an input in order of appearance, one draft each."""

    index: Index
    on: dt.date | None
    drafts: list[Draft] = field(default_factory=list[Draft])
    records: dict[int, Draft] = field(default_factory=dict[int, Draft])
    identifiers: dict[tuple[str, str], Draft] = field(default_factory=dict[tuple[str, str], Draft])
    unknown: dict[str, Draft] = field(default_factory=dict[str, Draft])
    of_scope: dict[int, dict[str, Draft]] = field(default_factory=dict[int, dict[str, Draft]])
    names: Counter[str] = field(default_factory=Counter[str])
    by_id: dict[str, list[tuple[Entry, Draft]]] = field(default_factory=dict[str, list[tuple[Entry, Draft]]])
    recorded: bool = False

    def enter(self, entry: Entry) -> Draft | None:
        """A new draft for a Patient, or None where the Patient is another record of one who is already there."""
        self.recorded = True
        draft = self._same_person(entry)
        if draft is not None:
            self._keep(entry, draft)
            return None
        identity = entry.id or entry.full_url
        draft = self._open(pseudonym(identity) if identity else "case", Discretion(entry.resource))
        self._keep(entry, draft)
        for key in _identifiers(entry.resource):
            self.identifiers.setdefault(key, draft)
        return draft

    def _keep(self, entry: Entry, draft: Draft) -> None:
        self.records[id(entry)] = draft
        if entry.id and entry.container is None:
            self.by_id.setdefault(entry.id, []).append((entry, draft))
        self.of_scope.setdefault(entry.scope, {})[draft.id] = draft

    def open_for(self, entries: Iterable[Entry]) -> None:
        """Without any Patient in the input: a draft for each subject that is named, or one for all."""
        for entry in entries:
            written = _reference(_subject(entry))
            if written and not _is_other(written) and pseudonym(written) not in self.unknown:
                who = pseudonym(written)
                self.unknown[who] = self._open(who, Discretion({"id": written.rsplit("/", 1)[-1]}))
        if not self.drafts:
            self._open("case", Discretion())

    def owner(self, entry: Entry) -> tuple[Draft | None, str | None]:
        """The draft that an entry belongs to, and a remark: a note where there is a draft, else why there is none."""
        subject = _subject(entry)
        written = _reference(subject)
        target = self.index.find(written, entry, "Patient") if written else None
        if target is not None and target.type != "Patient":
            return None, f"its subject is a {target.type}, not a patient"
        if target is not None and id(target) in self.records:
            return self.records[id(target)], None
        named = next((self.identifiers[key] for key in _claimed(subject, written) if key in self.identifiers), None)
        if named is not None:
            return named, None
        if written and _is_other(written):
            return None, "its subject is not a patient"
        who = pseudonym(written) if written else None
        if who in self.unknown:
            return self.unknown[who], None
        alone = self._only_one(entry.scope)
        if alone is not None:
            remark = "its subject is not the patient of the input" if who else "it names no subject"
            return alone, f"{remark}; counted as the only patient's"
        return None, "its subject is not among the patients" if who else "it names no subject"

    def _only_one(self, scope: int) -> Draft | None:
        """The only patient of the input, or else of the document."""
        if len(self.drafts) == 1:
            return self.drafts[0]
        here = self.of_scope.get(scope, {})
        return next(iter(here.values())) if len(here) == 1 else None

    def _same_person(self, entry: Entry) -> Draft | None:
        """The draft of an earlier record: the same resource again, or a contained one with a shared identifier."""
        if entry.container is not None:
            return next(
                (self.identifiers[key] for key in _identifiers(entry.resource) if key in self.identifiers), None
            )
        for known, draft in self.by_id.get(entry.id or "", ()):
            # Two documents may use one id for two persons; within one document an id is one person.
            same = all(known.resource.get(key) == entry.resource.get(key) for key in _IDENTITY)
            if same or known.scope == entry.scope:
                return draft
        return None

    def _open(self, name: str, names: Discretion) -> Draft:
        self.names[name] += 1
        unique = name if self.names[name] == 1 else f"{name}-{self.names[name]}"
        draft = Draft(unique, self.index, self.on, names)
        self.drafts.append(draft)
        return draft


def _subject(entry: Entry) -> Json:
    """The subject of an entry; a contained resource without one has its container's."""
    for holder in (entry, entry.container):
        if holder is not None:
            for key in _SUBJECTS:
                if holder.resource.get(key) is not None:
                    return holder.resource[key]
    return None


def _reference(subject: Json) -> str | None:
    written = subject.get("reference") if is_object(subject) else subject
    return written.strip() or None if isinstance(written, str) else None


def _is_other(written: str) -> bool:
    """True for a reference whose type is not Patient: `Group/1`, `Device/2`."""
    match = _TYPED.search(written.split("/_history/")[0])
    return match is not None and match.group(1) != "Patient"


def _claimed(subject: Json, written: str | None) -> list[tuple[str, str]]:
    """The identifiers by which a subject is named: a logical reference, or a conditional one in a transaction."""
    claimed: list[tuple[str, str]] = []
    if is_object(subject) and is_object(subject.get("identifier")):
        claimed.extend(_identifiers({"identifier": subject["identifier"]}))
    if written and "?identifier=" in written:
        system, _, value = written.split("?identifier=", 1)[1].partition("|")
        claimed.append((system, value))
    return claimed


def _identifiers(resource: JsonObject) -> list[tuple[str, str]]:
    value = resource.get("identifier")
    items = [item for item in (value if isinstance(value, list) else [value]) if is_object(item)]
    pairs = [(item.get("system"), item.get("value")) for item in items]
    return [(system, text) for system, text in pairs if isinstance(system, str) and isinstance(text, str)]
