"""The way in: bytes, a file or a folder become cases, whatever of the known kinds it holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.errors import Fault, InputError
from equipoise.exchange import case_file
from equipoise.exchange.day import hold_to_day
from equipoise.exchange.files import Opened, Piece, open_input
from equipoise.exchange.json_text import Document, parse_json
from equipoise.exchange.json_value import Json, is_object, kind_of
from equipoise.model.base import shown
from equipoise.model.case import Case

_FHIR_KEYS = ("resourceType", "entry", "hook", "prefetch")
_FLOW_LIMIT = 2**16
_NEITHER = "a case, a FHIR resource or a FHIR Bundle"


@dataclass(slots=True)
class _Sorted:
    """What the pieces of an input turned out to be, and every fault so far."""

    fhir: list[Document] = field(default_factory=list[Document])
    own: list[tuple[str, Json]] = field(default_factory=list[tuple[str, Json]])
    lost: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    faults: list[Fault] = field(default_factory=list[Fault])


def read_cases(source: str | Path | bytes, *, on: dt.date | None = None) -> tuple[Case, ...]:
    """The cases that a file, a folder or bytes hold: one per patient, in order of appearance.

    Kinds: our own case (YAML, JSON, or a list of them); FHIR JSON (a resource, an array, a Bundle of any type, ndjson
    of resources or of Bundles, a CDS Hooks request); a folder of such files. Each may be gzipped.
    What FHIR input holds beyond what a case takes over stands in `Case.unread`, each entry with its path and reason.
    `on`: the screening date; what is dated later does not count (see `hold_to_day`).

    Raises:
        InputError: the input cannot be read, holds nothing usable, or our own case has faults: all of them at once.

    >>> read_cases(b"{id: example, age_years: 40}")[0].age_years
    40
    """
    opened = open_input(source)
    found = _Sorted()
    for piece in opened.pieces:
        _sort(piece, found)
    cases = _own_cases(found, on)
    if found.faults:
        raise InputError(opened.subject, found.faults)
    if found.fhir:
        cases = [*_fhir_cases(opened, found, on), *cases]
    return tuple(hold_to_day(case, on) for case in cases)


def _own_cases(found: _Sorted, on: dt.date | None) -> list[Case]:
    cases: list[Case] = []
    for prefix, value in found.own:
        built, faults = case_file.build_cases(value, on, prefix)
        cases.extend(built)
        found.faults.extend(faults)
    return cases


def _fhir_cases(opened: Opened, found: _Sorted, on: dt.date | None) -> tuple[Case, ...]:
    from equipoise.exchange.fhir_in import read_fhir  # a case file does not need it

    cases, fault = read_fhir(found.fhir, lost=(*opened.left_out, *found.lost), on=on)
    if fault is not None:
        raise InputError(opened.subject, [fault])
    return cases


def _sort(piece: Piece, found: _Sorted) -> None:
    if piece.text.lstrip()[:1] not in ("{", "["):
        _sort_yaml(piece, found)
        return
    parsed = parse_json(piece.text, piece.place)
    if isinstance(parsed, Fault):
        # YAML's flow style starts like JSON; a text that is YAML and holds a case was meant as that.
        if len(piece.text) > _FLOW_LIMIT or not _sort_flow_yaml(piece, found):
            found.faults.append(_within(piece, parsed))
        return
    for document in parsed.documents:
        if _is_fhir(document.value):
            found.fhir.append(document)
        elif case_file.looks_like_case(document.value) and len(piece.text) <= case_file.SIZE_LIMIT:
            found.own.append((document.place, document.value))
            found.faults.extend(_twice(piece, key) for key in parsed.twice)
        elif len(parsed.documents) > 1:
            found.lost.append((document.place, f"neither {_NEITHER}"))
        else:
            found.faults.append(_neither(piece, document.value))
    if found.fhir:
        found.lost.extend(parsed.lost)


def _sort_yaml(piece: Piece, found: _Sorted) -> None:
    if len(piece.text) > case_file.SIZE_LIMIT:
        expected = f"FHIR JSON, or a case file of at most {case_file.SIZE_LIMIT // 2**20} MiB"
        found.faults.append(Fault(piece.name, f"{len(piece.text):,} characters of text", expected, "Check the file."))
        return
    from equipoise.exchange.yaml_text import parse_yaml  # PyYAML costs start-up time, and FHIR does not need it

    documents, faults = parse_yaml(piece.text)
    found.faults.extend(_within(piece, fault) for fault in faults)
    if faults:
        return
    several = len(documents) > 1
    for number, value in enumerate(documents):
        prefix = f"{piece.place}[{number}]" if several else piece.place
        if _is_fhir(value):
            found.fhir.append(Document(prefix, value))
        elif case_file.looks_like_case(value):
            found.own.append((prefix, value))
        else:
            found.faults.append(_neither(piece, value))
    if not documents:
        found.faults.append(Fault(piece.name, "only comments", _NEITHER, case_file.MEND))


def _sort_flow_yaml(piece: Piece, found: _Sorted) -> bool:
    from equipoise.exchange.yaml_text import parse_yaml  # as above

    documents, faults = parse_yaml(piece.text)
    meant = all(case_file.looks_like_case(value) and not _is_fhir(value) for value in documents)
    if faults or not documents or not meant:
        return False
    found.own.extend((piece.place, value) for value in documents)
    return True


def _is_fhir(value: Json) -> bool:
    if is_object(value):
        return any(key in value for key in _FHIR_KEYS)
    return isinstance(value, list) and any(is_object(item) and _is_fhir(item) for item in value)


def _neither(piece: Piece, value: Json) -> Fault:
    found = f"the text {shown(value)}" if isinstance(value, str) else kind_of(value)
    if is_object(value):
        found = f"an object with the fields {shown(', '.join(value))}" if value else "an empty object"
    return Fault(piece.name, found, _NEITHER, case_file.MEND)


def _twice(piece: Piece, key: str) -> Fault:
    return Fault(piece.name, f"the key {key} a second time", "each key once", "Remove one of them.")


def _within(piece: Piece, fault: Fault) -> Fault:
    """The fault under the name of its file, where the input has several."""
    return Fault(f"{piece.name}: {fault.path}", fault.found, fault.expected, fault.mend) if piece.place else fault
