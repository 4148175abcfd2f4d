"""All resources of an input, put together: one case per patient, and every entry either used or noted."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable

from equipoise.errors import Fault
from equipoise.exchange.fhir_in.allergy import read_allergy
from equipoise.exchange.fhir_in.condition import read_condition
from equipoise.exchange.fhir_in.draft import Draft, shortened
from equipoise.exchange.fhir_in.medication import KINDS, read_medication
from equipoise.exchange.fhir_in.observation import read_observation
from equipoise.exchange.fhir_in.patient import read_patient
from equipoise.exchange.fhir_in.people import People
from equipoise.exchange.fhir_in.questionnaire import read_questionnaire
from equipoise.exchange.fhir_in.reasons import read_reasons, settle_reasons
from equipoise.exchange.fhir_in.references import Entry, Index
from equipoise.exchange.fhir_in.walk import walk
from equipoise.exchange.json_text import Document
from equipoise.model.case import Case, Unread

READERS: dict[str, Callable[[Entry, Draft], None]] = {
    "Condition": read_condition,
    "AllergyIntolerance": read_allergy,
    "Observation": read_observation,
    "QuestionnaireResponse": read_questionnaire,
    "Encounter": read_reasons,
    "Procedure": read_reasons,
    **dict.fromkeys(KINDS, read_medication),
}
"""The resource types that describe a patient, and what reads each; `Patient` and `Medication` are read apart."""

MOST_SHARED_NOTES = 100_000
"""Notes that belong to no single patient stand in every case, unless that would make more than so many."""

_MEND = "Give a chart with a Patient, Conditions, Medications or Observations."


def read_fhir(
    documents: list[Document], *, lost: Iterable[tuple[str, str]], on: dt.date | None
) -> tuple[tuple[Case, ...], Fault | None]:
    """One case per patient, or the fault that there is nothing about a patient.

    `lost`: paths and reasons of what could not even be parsed. Every case notes it.
    """
    walked = walk(documents)
    entries, copies = _without_copies(walked.entries)
    people = People(Index(entries, copies), on)
    clinical = [entry for entry in entries if entry.type in READERS]
    if not clinical and not any(entry.type == "Patient" for entry in entries):
        return (), _nothing(walked.entries)
    _enter_patients(entries, people)
    if not people.drafts:
        people.open_for(clinical)
    shared = [*lost, *walked.lost]
    for entry in clinical:
        _read(entry, people, shared)
    _note_unused(entries, people, shared)
    for copy, first in copies:
        _note(copy, f"the same resource as the one at {first.place}; read once", people, shared)
    for draft in people.drafts:
        settle_reasons(draft)
        if not people.recorded:
            draft.note("Patient", "no Patient resource: birth date, sex and address are not known")
    _share(shared, people.drafts)
    return tuple(draft.finish() for draft in people.drafts), None


def _without_copies(entries: list[Entry]) -> tuple[list[Entry], list[tuple[Entry, Entry]]]:
    """The entries, each resource once, and the copies with the entry that each repeats.

    A copy has the type, the id and all the content of another. Two versions of one resource are both kept: leaving
    one out could hide a danger. What a copy contains goes with it.
    """
    first: dict[tuple[str, str], Entry] = {}
    versions: dict[tuple[str, str], dict[str, Entry]] = {}
    kept: list[Entry] = []
    copies: dict[int, tuple[Entry, Entry]] = {}
    for entry in entries:
        if entry.container is None and entry.id is not None:
            key = (entry.type, entry.id)
            known = first.setdefault(key, entry)
            if known is not entry:  # the content is written out only where an id comes again
                same = versions.setdefault(key, {_content(known): known}).setdefault(_content(entry), entry)
                if same is not entry:
                    copies[id(entry)] = (entry, same)
                    continue
        if entry.container is None or id(entry.container) not in copies:
            kept.append(entry)
    return kept, list(copies.values())


def _content(entry: Entry) -> str:
    """What a resource says, written in one way; its narrative and the server's own remarks do not count."""
    return json.dumps(
        {key: value for key, value in entry.resource.items() if key not in ("meta", "text")}, sort_keys=True
    )


def _enter_patients(entries: list[Entry], people: People) -> None:
    for entry in entries:
        if entry.type != "Patient":
            continue
        draft = people.enter(entry)
        if draft is not None:
            read_patient(entry, draft)
        else:
            known = people.records[id(entry)]
            known.note(known.label(entry), "another record of the same patient; the first one was read")


def _read(entry: Entry, people: People, shared: list[tuple[str, str]]) -> None:
    draft, remark = people.owner(entry)
    if draft is None:
        shared.append((entry.label(with_id=False), remark or "it belongs to no patient"))
        return
    if remark is not None:
        draft.note(draft.label(entry), remark)
    READERS[entry.type](entry, draft)


def _note_unused(entries: list[Entry], people: People, shared: list[tuple[str, str]]) -> None:
    """A note for every resource that no reader took: a type without use, or a Medication that nothing refers to."""
    for entry in entries:
        if entry.type in READERS or entry.type == "Patient" or id(entry) in people.index.used:
            continue
        reason = f"resource type {entry.type} is not used in a screening"
        if entry.type == "Medication":
            reason = "no request, statement, dispense or administration refers to it"
        _note(entry, reason, people, shared)


def _note(entry: Entry, reason: str, people: People, shared: list[tuple[str, str]]) -> None:
    draft, _ = people.owner(entry)
    if draft is None:
        shared.append((entry.label(with_id=False), reason))
    else:
        draft.note(draft.label(entry), reason)


def _share(notes: list[tuple[str, str]], drafts: list[Draft]) -> None:
    """Puts the notes that belong to no single patient into every case, or into the first where they are too many."""
    made = [Unread(path=shortened(path), reason=reason) for path, reason in notes]
    if len(made) * len(drafts) <= MOST_SHARED_NOTES:
        for draft in drafts:
            draft.notes.extend(made)
        return
    drafts[0].notes.extend(made)
    for draft in drafts[1:]:
        draft.note(
            "input", f"{len(made)} notes on entries that belong to no patient stand in the first case of the input"
        )


def _nothing(entries: list[Entry]) -> Fault:
    kinds = Counter(entry.type for entry in entries)
    found = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(5))
    return Fault("(whole input)", f"only {found}" if found else "no resource", "a resource about a patient", _MEND)
