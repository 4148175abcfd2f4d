"""Law by jurisdiction, date and substance: the record in force, how fresh it is, and what it weighs.

Nothing here says 'legal'. A missing, unclear, flagged or stale record asks for a specialist's decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from equipoise.knowledge import SubstanceKnowledge
from equipoise.knowledge.dates import is_stale
from equipoise.knowledge.names import folded
from equipoise.model.case import Case
from equipoise.model.codes import JurisdictionCode
from equipoise.model.dossier import LawRow
from equipoise.model.law import Jurisdiction, LawRecord
from equipoise.model.rules import LawRule
from equipoise.model.substance import Preparation, ProductClass, Substance
from equipoise.model.terms import LawStatus, ProductForm, Severity
from equipoise.screen.wording import holds_phrase

INTERNATIONAL = JurisdictionCode("INT")
TO_VERIFY = (
    "What does the law say here today? Ask a competent local source. No answer in a case file closes this, only a "
    "record with a newer source: nobody may assume that the law allows something."
)


def product_class(substance: Substance, name: str | None, form: ProductForm | None = None) -> ProductClass:
    """The class of a product; the first class of the list where the product is not described."""
    text = folded(name or "")
    for group in substance.product_classes:
        if holds_phrase(text, group.phrases):
            return group
    for group in substance.product_classes:
        if form in group.forms:
            return group
    return substance.product_classes[0]


def legal_substances(substance: Substance, product: Preparation | None, listed: Sequence[str]) -> tuple[str, ...]:
    """What the law knows the product in hand as, and every product of the adjunct on the medication list."""
    classes = [product_class(substance, text) for text in listed]
    if product is not None:
        classes.insert(0, product_class(substance, product.name, product.form))
    found = classes or [substance.product_classes[0]]
    return tuple(dict.fromkeys(name for item in found for name in item.law_substances))


def law_rows(
    case: Case, adjunct: SubstanceKnowledge, rule: LawRule, on: dt.date, listed: Sequence[str] = ()
) -> tuple[LawRow, ...]:
    """One row per place and legal substance that matter: the places given, their countries, the UN conventions.

    No row where no place is given; the UN conventions by themselves are no place that anybody lives in.
    `listed`: the texts of the adjunct's products on the medication list.
    """
    given = tuple(place for place in case.jurisdictions if place.code != INTERNATIONAL)
    wanted = legal_substances(adjunct.substance, case.preparation, listed)
    age = case.age_on(on)
    rows: list[LawRow] = []
    for place in _places(given, adjunct):
        found = _rows_of(place, wanted, adjunct, rule, on, age)
        if place.locality is None and not _is_located(place, given, adjunct):
            found.extend(_local_rows(place, wanted, adjunct, rule, on))
        expected = _is_expected(place, adjunct)
        rows.extend(found or ([_unrecorded(place, wanted[0], rule, adjunct)] if expected else []))
        if found and expected:
            judged = {row.substance for row in found}
            apart = [name for name in wanted[1:] if name not in judged and _beside(place, name, adjunct)]
            rows.extend(_lacking(place, name, rule) for name in apart)
    undivided = [place for place in given if _is_undivided(place, case, adjunct)]
    rows.extend(_undivided(place, wanted[0], rule) for place in undivided)
    return tuple(rows)


def _beside(place: Jurisdiction, substance: str, adjunct: SubstanceKnowledge) -> bool:
    """A substance that the law of some place treats apart from the leaf, so that its absence here says nothing."""
    return place.code != INTERNATIONAL and any(record.substance == substance for record in adjunct.law)


def _is_undivided(place: Jurisdiction, case: Case, adjunct: SubstanceKnowledge) -> bool:
    """True for a country given alone whose states have law of their own, unless one of its states is given too."""
    states = any(other.code.country == place.code and other.code != place.code for other in case.jurisdictions)
    return place.code in adjunct.federations and not states


def _places(given: Iterable[Jurisdiction], adjunct: SubstanceKnowledge) -> tuple[Jurisdiction, ...]:
    """The places with their countries; a country that stands alone brings no subdivision with it."""
    places: list[Jurisdiction] = []
    for place in given:
        places.append(place)
        if place.locality is not None:
            places.append(Jurisdiction(code=place.code))
        if place.code != place.code.country:
            places.append(Jurisdiction(code=JurisdictionCode(place.code.country)))
    if places and adjunct.law_of(INTERNATIONAL):
        places.append(Jurisdiction(code=INTERNATIONAL))
    return tuple(dict.fromkeys(places))


def _rows_of(
    place: Jurisdiction,
    wanted: Sequence[str],
    adjunct: SubstanceKnowledge,
    rule: LawRule,
    on: dt.date,
    age: int | None,
) -> list[LawRow]:
    here = [record for record in adjunct.law_of(place.code) if record.substance in wanted]
    rows: list[LawRow] = []
    for substance in wanted:
        of_substance = [record for record in here if record.substance == substance and _is_place(record, place)]
        valid = with_strictest_age(in_force(of_substance, on))
        change = _next_change(of_substance, on)
        if valid:
            rows.append(_strictest([_row(place, record, rule, on, age, change) for record in valid]))
    return rows


def _is_located(place: Jurisdiction, given: Sequence[Jurisdiction], adjunct: SubstanceKnowledge) -> bool:
    """True where the case says in which localities of the place, and each of them is one that the records know."""
    here = [other for other in given if other.code == place.code]
    known = adjunct.law_of(place.code)
    return bool(here) and all(
        other.locality is not None and any(_is_place(record, other) for record in known) for other in here
    )


def _is_place(record: LawRecord, place: Jurisdiction) -> bool:
    if place.locality is None:
        return record.locality is None
    # "San Diego" is "San Diego (city)"; "Par" is not "Parker".
    return record.locality is not None and f"{folded(record.locality)} ".startswith(f"{folded(place.locality)} ")


def _is_expected(place: Jurisdiction, adjunct: SubstanceKnowledge) -> bool:
    """False for a locality (most have no law of their own) and for a subdivision of a country without any."""
    if place.locality is not None:
        return False
    if place.code == place.code.country:
        return True
    return place.code.country in adjunct.federations or not adjunct.law_of(JurisdictionCode(place.code.country))


def in_force(records: Iterable[LawRecord], on: dt.date) -> list[LawRecord]:
    """The records in force on a day."""
    return [
        record
        for record in records
        if (record.effective_from is None or record.effective_from <= on)
        and (record.valid_to is None or record.valid_to >= on)
    ]


def with_strictest_age(records: Sequence[LawRecord]) -> list[LawRecord]:
    """Records that overlap, each with the highest minimum age of them all and the sources of both."""
    strictest = max(records, key=lambda record: record.minimum_age or 0, default=None)
    if strictest is None or strictest.minimum_age is None:
        return list(records)
    age = strictest.minimum_age
    return [
        record
        if record.minimum_age == age
        else record.model_copy(
            update={"minimum_age": age, "sources": tuple(dict.fromkeys((*record.sources, *strictest.sources)))}
        )
        for record in records
    ]


def _strictest(rows: Sequence[LawRow]) -> LawRow:
    """Of records that overlap the one that weighs most, because a conflict is no permission."""
    order = list(LawStatus)
    return min(rows, key=lambda row: ((row.severity or Severity.INFORMATION).rank, order.index(row.status or order[0])))


def _next_change(records: Iterable[LawRecord], on: dt.date) -> LawRecord | None:
    ahead = [record for record in records if record.effective_from is not None and record.effective_from > on]
    return min(ahead, key=lambda record: record.effective_from or on, default=None)


def _row(
    place: Jurisdiction, record: LawRecord, rule: LawRule, on: dt.date, age: int | None, change: LawRecord | None
) -> LawRow:
    weight = next(item for item in rule.statuses if item.status is record.status)
    stale = is_stale(record.as_of, rule.shelf_life_months, on)
    doubtful = stale or record.verify_before_use or record.status is LawStatus.UNCLEAR
    severity = weight.severity
    words = [f"{spoken(record.substance)}: {weight.words}"]
    if record.status is LawStatus.UNCLEAR and record.assumed_while_unclear is not None:
        words.append(f"treat it as {spoken(record.assumed_while_unclear)} until it is cleared up")
    if doubtful:
        severity = min(severity, rule.when_doubtful, key=lambda item: item.rank)
        words.append(_why_doubtful(record, stale))
    if record.minimum_age is not None:
        words.append(f"minimum age {record.minimum_age}")
        if age is not None and age < record.minimum_age:
            severity = Severity.CONTRAINDICATED
            words.append(f"the patient is {age}")
    if change is not None:
        words.append(f"changes on {change.effective_from} to {spoken(change.status)}")
    if place.code == INTERNATIONAL:
        # The conventions bind states, not patients: they are shown and weigh nothing.
        severity = Severity.INFORMATION
    return LawRow(
        jurisdiction=place,
        place=record.name,
        substance=record.substance,
        status=record.status,
        as_of=record.as_of,
        doubtful=doubtful and place.code != INTERNATIONAL,
        to_settle=TO_VERIFY if doubtful and place.code != INTERNATIONAL else None,
        severity=severity,
        words="; ".join(words),
        instrument=record.instrument,
        limits=record.limits,
        minimum_age=record.minimum_age,
        record=record.id,
        sources=record.sources,
    )


def _why_doubtful(record: LawRecord, stale: bool) -> str:  # noqa: FBT001 - a private helper with one caller
    if record.as_of is None:
        return "unverified: the source is undated"
    if stale:
        return f"unverified: newest source {record.as_of}"
    return f"to be verified before use: source {record.as_of}" if record.verify_before_use else f"source {record.as_of}"


def _local_rows(
    place: Jurisdiction, wanted: Sequence[str], adjunct: SubstanceKnowledge, rule: LawRule, on: dt.date
) -> list[LawRow]:
    """Localities with a law of their own, where the case does not say which locality it is in."""
    here = adjunct.law_of(place.code)
    local = [record for record in here if record.locality is not None and record.substance in wanted]
    banned = [record for record in in_force(local, on) if record.status is LawStatus.PROHIBITED]
    if not banned:
        return []
    named = ", ".join(sorted({record.locality or "" for record in banned}))
    return [
        LawRow(
            jurisdiction=place,
            place=f"{place.code}: localities",
            substance=banned[0].substance,
            status=LawStatus.LOCAL_BANS,
            as_of=max((record.as_of for record in banned if record.as_of), default=None),
            doubtful=True,
            severity=rule.when_doubtful,
            words=f"banned in {named}; say where the patient is with {place.code}/LOCALITY",
            to_settle=_name_it("locality", f"{place.code}/LOCALITY"),
            record=banned[0].id,
            sources=tuple(dict.fromkeys(key for record in banned for key in record.sources)),
        )
    ]


def _lacking(place: Jurisdiction, substance: str, rule: LawRule) -> LawRow:
    """A constituent that other places treat apart and about which nothing is recorded here."""
    row = _missing(place, substance, rule)
    return row.model_copy(update={"severity": Severity.CAUTION, "doubtful": False})


def _undivided(place: Jurisdiction, substance: str, rule: LawRule) -> LawRow:
    code = f"{place.code}-XX"
    words = f"{spoken(substance)}: its states differ; say which with {code}"
    told = {"words": words, "place": f"{place.code}: which state", "to_settle": _name_it("state", code)}
    return _missing(place, substance, rule).model_copy(update=told)


def _name_it(kind: str, code: str) -> str:
    return f"In which {kind} is the patient? Write {code} under jurisdictions in the case file."


def _unrecorded(place: Jurisdiction, substance: str, rule: LawRule, adjunct: SubstanceKnowledge) -> LawRow:
    """A place without a record; a subdivision that no record names at all may be a slip of the pen."""
    row = _missing(place, substance, rule)
    if place.code == place.code.country or adjunct.law_of(place.code):
        return row
    return row.model_copy(update={"words": f"{row.words}; no record names {place.code}, is it mistyped?"})


def _missing(place: Jurisdiction, substance: str, rule: LawRule) -> LawRow:
    return LawRow(
        jurisdiction=place,
        place=str(place),
        substance=substance,
        status=None,
        as_of=None,
        doubtful=True,
        severity=rule.when_doubtful,
        words=f"{spoken(substance)}: no record of the law here; find out before anything else",
        to_settle=TO_VERIFY,
    )


def spoken(word: str) -> str:
    """An id as words.

    >>> spoken("kratom_leaf")
    'kratom leaf'
    """
    return word.replace("_", " ")
