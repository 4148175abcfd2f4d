"""The tests that criteria are made of, each answering met, not met or unknown for one chart."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from equipoise.knowledge.names import folded
from equipoise.model.case import Condition, Measurement
from equipoise.model.criterion import (
    AgeTest,
    AllergyTest,
    ConditionTest,
    LawTest,
    MeasurementTest,
    ProductTest,
    SexTest,
    UseTest,
)
from equipoise.model.finding import Implicated
from equipoise.screen.chart import CONDITIONS, Chart
from equipoise.screen.logic import NOT_MET, Judged, any_of, met, unknown


def judge_condition(test: ConditionTest, chart: Chart) -> Judged:
    """Met by a recorded condition; not met only where the problem list is attested complete."""
    matches = [(item, how) for item in chart.conditions if (how := _matched_by(test, item)) is not None]
    counted = [(item, how, _counts(test, item, chart.on)) for item, how in matches]
    hits = [_implicated(item, how) for item, how, counts in counted if counts]
    if hits:
        return met(*hits)
    undated = [item.text for item, _, counts in counted if counts is None]
    if undated:
        return unknown(f"when {', '.join(undated)} was present is not recorded")
    if CONDITIONS in chart.case.complete:
        return NOT_MET
    return unknown("the problem list is not attested complete")


def _counts(test: ConditionTest, item: Condition, on: dt.date) -> bool | None:
    """True: counts; False: past and only active counts; None: nobody knows when it was."""
    if item.active or (not test.active and test.within_days is None):
        return True
    if test.within_days is None:
        return False
    last = item.ended or item.recorded
    return None if last is None else (on - last).days <= test.within_days


def _implicated(item: Condition, how: str) -> Implicated:
    state = "" if item.active else " (past)"
    return Implicated(kind="condition", label=item.text + state, matched_by=how, path=item.path)


def _matched_by(test: ConditionTest, item: Condition) -> str | None:
    for code in item.icd10:
        if any(in_icd10_range(code, wanted) for wanted in test.icd10):
            return f"ICD-10 {code}"
    for code in item.snomed:
        if code in test.snomed:
            return f"SNOMED CT {code}"
    text = folded(item.text)
    if holds_phrase(text, test.phrases) and not holds_phrase(text, test.not_phrases):
        return "words"
    return None


def in_icd10_range(code: str, wanted: str) -> bool:
    """True when a code lies in a code, category or range of categories.

    >>> in_icd10_range("F25.1", "F20-F29"), in_icd10_range("F32.2", "F32.3"), in_icd10_range("O9A.1", "O00-O9A")
    (True, False, True)
    """
    first, _, last = wanted.partition("-")
    if last:
        return first[:3] <= code[:3] <= last[:3]
    return code == first or code.startswith(first if "." in first else first + ".")


@lru_cache(maxsize=2048)
def _phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![a-z0-9]){re.escape(folded(phrase))}" for phrase in phrases))


@lru_cache(maxsize=32_768)  # the same diagnoses come back in every chart
def holds_phrase(text: str, phrases: tuple[str, ...]) -> bool:
    """True when a phrase stands in the folded text at the start of a word.

    >>> holds_phrase("history of epilepsy", ("epilep",)), holds_phrase("antiepileptic", ("epilep",))
    (True, False)
    """
    return bool(phrases) and _phrase_pattern(phrases).search(text) is not None


def judge_measurement(test: MeasurementTest, chart: Chart) -> Judged:
    """Compares the newest value that is recent enough and in the unit named."""
    if test.sex is not None and chart.case.sex is not None and chart.case.sex is not test.sex:
        return NOT_MET
    newest = chart.newest_measurement(test.loinc, test.names)
    label = test.names[0] if test.names else str(test.loinc[0])
    if newest is None or newest.on is None or newest.value is None:
        return unknown(f"no dated value of {label}")
    if (chart.on - newest.on).days > test.within_days:
        return unknown(f"the newest {newest.name} is older than {test.within_days} days")
    if test.unit is not None and newest.unit is not None and _unit(newest.unit) != _unit(test.unit):
        return unknown(f"{newest.name} is in {newest.unit}, the limit in {test.unit}")
    beyond = _beyond(test, newest, newest.value)
    if beyond is None:
        return unknown(f"no upper reference limit is recorded for {newest.name}")
    if not beyond:
        return NOT_MET
    if test.sex is not None and chart.case.sex is None:
        return unknown("the limit depends on the sex, which is not recorded")
    shown = f"{newest.name} {newest.value:g} {newest.unit or ''}".strip()
    return met(Implicated(kind="measurement", label=f"{shown} ({newest.on})", matched_by="value", path=newest.path))


def _beyond(test: MeasurementTest, found: Measurement, value: float) -> bool | None:
    if test.above_reference:
        return None if found.reference_high is None else value > found.reference_high
    high_enough = test.at_least is None or value >= test.at_least
    low_enough = test.below is None or value < test.below
    return high_enough and low_enough


# Units that are one another's spelling, or equal for the ions that the rules ask about.
_SAME_UNIT = {
    "meq/l": "mmol/l",
    "{score}": "score",
    "1": "score",
    "points": "score",
    "": "score",
    "msec": "ms",
    "units/l": "u/l",
    "iu/l": "u/l",
    "mm[hg]": "mmhg",
}


def _unit(text: str) -> str:
    plain = folded(text).replace(" ", "")
    plain = plain.replace("ml/min/{1.73_m2}", "ml/min/1.73m2").replace("ml/min/1.73m^2", "ml/min/1.73m2")
    return _SAME_UNIT.get(plain.replace("[iu]", "iu"), plain.replace("[iu]", "iu"))


def judge_age(test: AgeTest, chart: Chart) -> Judged:
    """Compares the age in completed years."""
    age = chart.case.age_on(chart.on)
    if age is None:
        return unknown("the age is not recorded")
    young = test.below is None or age < test.below
    old = test.at_least is None or age >= test.at_least
    return met(Implicated(kind="age", label=f"{age} years")) if young and old else NOT_MET


def judge_sex(test: SexTest, chart: Chart) -> Judged:
    """Compares the administrative sex."""
    if chart.case.sex is None:
        return unknown("the sex is not recorded")
    hit = chart.case.sex in test.is_one_of
    return met() if hit else NOT_MET


def judge_product(test: ProductTest, chart: Chart) -> Judged:
    """Compares form, name, certificate and content of the product in hand."""
    product = chart.case.preparation
    if product is None:
        return unknown("the product is not described")
    parts: list[Judged] = []
    label = Implicated(kind="product", label=product.name or (product.form or "product").replace("_", " "))
    if test.phrases and product.name is not None and holds_phrase(folded(product.name), test.phrases):
        parts.append(met(label))
    if test.forms:
        parts.append(
            unknown("the product's form is not known")
            if product.form is None
            else _hit(product.form in test.forms, label)
        )
    if test.certificate is not None:
        known = product.certificate
        parts.append(
            unknown("whether there is a certificate of analysis is not known")
            if known is None
            else _hit(known is test.certificate, label)
        )
    for wanted in test.content:
        found = next((item for item in product.content if item.analyte == wanted.analyte), None)
        limit = wanted.above_percent_of_alkaloids if wanted.above_mg_per_g is None else wanted.above_mg_per_g
        measured = found and (found.percent_of_alkaloids if wanted.above_mg_per_g is None else found.mg_per_g)
        if measured is None or limit is None:
            parts.append(unknown(f"the content of {wanted.analyte.replace('_', '-')} is not measured"))
        else:
            parts.append(_hit(measured > limit, label))
    if test.phrases and product.name is None and product.form is None:
        parts.append(unknown("the product's name is not known"))
    return any_of(parts)


def _hit(hit: bool, label: Implicated) -> Judged:  # noqa: FBT001 - a private helper
    return met(label) if hit else NOT_MET


def judge_law(test: LawTest, chart: Chart) -> Judged:
    """Compares the law in force; unknown where a place is missing, stale or undecided, or none is given."""
    if not chart.law:
        return unknown("no jurisdiction is given")
    hits = [row for row in chart.law if row.status in test.statuses]
    if hits:
        return met(*(Implicated(kind="place", label=row.place, matched_by=row.words) for row in hits))
    doubtful = [row.place for row in chart.law if row.doubtful]
    return (
        unknown(f"the law is unclear, unverified or missing for {', '.join(dict.fromkeys(doubtful))}")
        if doubtful
        else NOT_MET
    )


def judge_use(test: UseTest, chart: Chart) -> Judged:
    """Compares the present use of the adjunct."""
    if chart.case.use is None:
        return unknown("present use of the adjunct is not recorded")
    return met(Implicated(kind="use", label=f"{chart.case.use} use")) if chart.case.use in test.is_one_of else NOT_MET


def judge_allergy(test: AllergyTest, chart: Chart) -> Judged:
    """Met by a recorded allergy; an allergy list is never taken as complete."""
    hits = [item for item in chart.case.allergies if holds_phrase(folded(item.text), test.phrases)]
    if hits:
        return met(*(Implicated(kind="allergy", label=item.text, matched_by="words", path=item.path) for item in hits))
    return unknown("no such allergy is recorded; nobody has asked")
