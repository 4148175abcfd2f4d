"""The Patient resource: birth date, administrative sex, and where its address puts it under the law."""

from __future__ import annotations

import datetime as dt

from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.fhir_in.node import Node
from equipoise.exchange.fhir_in.places import country_code, us_state_code
from equipoise.exchange.fhir_in.references import Entry
from equipoise.model.codes import JurisdictionCode
from equipoise.model.law import Jurisdiction
from equipoise.model.terms import Sex

OLDEST = 130

_SEX = {"female": Sex.FEMALE, "male": Sex.MALE, "other": Sex.OTHER, "f": Sex.FEMALE, "m": Sex.MALE}


def read_patient(entry: Entry, draft: Draft) -> None:
    """Adds to the draft what a Patient says; never a name, an identifier, a street or a town."""
    node = Node(entry.resource, entry.root, draft)
    if node.has("birthDate"):
        draft.birth_date = _birth_date(node, draft.on)
    gender = node.word("gender")
    if gender is not None and gender.lower() != "unknown":
        draft.sex = _SEX.get(gender.lower())
        if draft.sex is None:
            node.note("gender", "not female, male, other or unknown")
    draft.died = _died(node, draft.birth_date)
    for address in node.nodes("address"):
        _add_address(address, draft)


def _birth_date(node: Node, on: dt.date | None) -> dt.date | None:
    born = node.day("birthDate")
    if born is None or on is None:
        return born
    if born > on:
        node.note("birthDate", f"{born} is after the screening date {on}")
        return None
    if on.year - born.year > OLDEST:
        node.note("birthDate", f"{born} would make the patient more than {OLDEST} years old")
        return None
    return born


def _died(node: Node, born: dt.date | None) -> dt.date | bool:
    """The day of death; true where the day is not given or lies before the birth."""
    if not node.has("deceasedDateTime"):
        return bool(node.flag("deceasedBoolean"))
    died = node.day("deceasedDateTime")
    if died is not None and born is not None and died < born:
        node.note("deceasedDateTime", f"{died} is before the birth date")
        return True
    return died or True


def _add_address(address: Node, draft: Draft) -> None:
    """The country and, in the United States, the state of a present address."""
    period = address.node("period")
    ended = period.day("end", latest=True) if period is not None and period.has("end") else None
    if address.word("use") == "old" or (ended is not None and draft.on is not None and ended < draft.on):
        address.note("", "a former address")
        return
    code = _jurisdiction(address)
    if code is None:
        return
    draft.jurisdictions.append(Jurisdiction(code=code))
    if address.has("city"):
        reason = f"the town is not taken over; where a local law may apply, add it to jurisdictions as {code}/Town"
        address.note("city", reason)


def _jurisdiction(address: Node) -> JurisdictionCode | None:
    country, state = address.phrase("country"), address.phrase("state")
    if country is None and state is None:
        return None
    land = country_code(country) if country is not None else "US"
    if land is None:
        address.note("country", "not the name or ISO 3166 code of a country; no law can be looked up for this address")
        return None
    if state is None:
        return JurisdictionCode(land)
    division = us_state_code(state) if land == "US" else None
    if country is None:
        if division is None:
            address.note("state", "no country is given and the state is not one of the United States")
            return None
        address.note("country", f"no country is given; the state was read as {division}")
    elif land != "US":
        address.note("state", f"only states of the United States are told apart; the law of {land} is looked up")
    elif division is None:
        address.note("state", "not a state of the United States; only the federal law is looked up")
    return JurisdictionCode(division or land)
