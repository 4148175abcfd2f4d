"""The tests that criteria are made of, each answering met, not met or unknown for one chart."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from equipoise.knowledge.names import folded
from equipoise.model.case import Condition, Measurement
from equipoise.model.criterion import (
    AgeTest,
    AllergyTest,
    ConditionTest,
    ContentTest,
    LawTest,
    MeasurementTest,
    ProductTest,
    SexTest,
    UseTest,
)
from equipoise.model.finding import Implicated
from equipoise.model.substance import Content, Preparation
from equipoise.model.terms import Answer, UseFrequency
from equipoise.screen.chart import Chart, names
from equipoise.screen.logic import NOT_MET, Judged, any_of, met, unknown, unreadable
from equipoise.screen.wording import holds_phrase, said, spaced


def judge_condition(test: ConditionTest, chart: Chart) -> Judged:
    """Met by a recorded condition; not met only where the problem list is attested complete."""
    matches = [(item, *_match(test, item), _counts(test, item, chart.on)) for item in chart.conditions]
    hits = [_implicated(item, how) for item, answer, how, counts in matches if answer is Answer.MET and counts]
    if hits:
        return met(*hits)
    undated = [item.text for item, answer, _, counts in matches if answer is Answer.MET and counts is None]
    if undated:
        return unreadable(f"when {', '.join(undated)} was present is not recorded")
    ambiguous = [item.text for item, answer, _, counts in matches if answer is Answer.UNKNOWN and counts is not False]
    if ambiguous:
        return unreadable(f"{', '.join(map(repr, ambiguous))} can be read both ways")
    if chart.problems_are_certain:
        return NOT_MET
    return unknown("the problem list is not attested complete, or an entry of it is not read or not understood")


def _counts(test: ConditionTest, item: Condition, on: dt.date) -> bool | None:
    """True: counts; False: past and only active counts, or lapsed; None: nobody knows when it was."""
    if test.lapses_days is not None and item.recorded is not None and (on - item.recorded).days > test.lapses_days:
        return False
    if item.active or (not test.active and test.within_days is None):
        return True
    if test.within_days is None:
        return False
    if item.ended is not None:
        return (on - item.ended).days <= test.within_days
    # It ended, nobody knows when: only its beginning is dated, and that says nothing about how long it lasted.
    started_within = item.recorded is not None and (on - item.recorded).days <= test.within_days
    return True if started_within else None


def _implicated(item: Condition, how: str) -> Implicated:
    state = "" if item.active else " (past)"
    return Implicated(kind="condition", label=item.text + state, matched_by=how, path=item.path)


def _match(test: ConditionTest, item: Condition) -> tuple[Answer, str]:
    """Whether a condition is one that the test asks for, and by what."""
    for code in item.icd10:
        if any(in_icd10_range(code, wanted) for wanted in test.icd10):
            return Answer.MET, f"ICD-10 {code}"
    for code in item.snomed:
        if code in test.snomed:
            return Answer.MET, f"SNOMED CT {code}"
    return said(folded(item.text), test.phrases, test.not_phrases), "words"


def in_icd10_range(code: str, wanted: str) -> bool:
    """True when a code lies in a code, category or range of categories.

    >>> in_icd10_range("F25.1", "F20-F29"), in_icd10_range("F32.2", "F32.3"), in_icd10_range("O9A.1", "O00-O9A")
    (True, False, True)
    """
    first, _, last = wanted.partition("-")
    if last:
        return first[:3] <= code[:3] <= last[:3]
    return code == first or code.startswith(first if "." in first else first + ".")


def judge_measurement(test: MeasurementTest, chart: Chart) -> Judged:
    """Compares the values of the newest day that has any; of several on one day each is judged, and met wins."""
    if test.sex and chart.case.sex is not None and chart.case.sex not in test.sex:
        return NOT_MET
    label = test.names[0] if test.names else str(test.loinc[0])
    newest = chart.newest_measurements(test.loinc, test.names)
    if not newest:
        return unknown(f"no dated value of {label}")
    judged = any_of([_judge_value(test, item, chart) for item in newest])
    if judged.met and test.sex and chart.case.sex is None:
        return unreadable(f"{names(judged.implicated)}, and what that means depends on the sex, which is not recorded")
    return judged


def _judge_value(test: MeasurementTest, found: Measurement, chart: Chart) -> Judged:
    if found.on is None:
        return unreadable(f"{found.name} is recorded without a date")
    age_days = (chart.on - found.on).days
    if test.lapses_days is not None and age_days > test.lapses_days:
        return unknown(f"the newest {found.name} is older than {test.lapses_days} days and says nothing of today")
    found = _as_number(test, found)
    in_words = found.value is None and (test.positive or test.at_least is not None)
    says_yes = _says_yes(found.text) if in_words else None
    if age_days > test.within_days:
        # An old "negative" does not speak against the patient's own word; an old "positive" does.
        doubt = unknown if says_yes is False else unreadable
        return doubt(f"the newest {found.name} is older than {test.within_days} days")
    if says_yes is not None:
        return _hit_by(found, f"{found.name}: {found.text}", "result in words") if says_yes else NOT_MET
    return _judge_number(test, found)


def _judge_number(test: MeasurementTest, found: Measurement) -> Judged:
    if found.value is None:
        return unreadable(f"{found.name} is recorded without a number ({found.text or 'no result'})")
    found = _converted(found, test)
    if test.unit is not None and not _same_unit(found.unit, test.unit):
        return unreadable(f"{found.name} is in {found.unit or 'no unit'}, the limit in {test.unit}")
    shown = f"{found.name} {found.value:g} {found.unit or ''}".strip()
    beyond = _beyond(test, found, found.value or 0.0)
    if beyond is None:
        lacking = "the laboratory's upper limit" if test.above_reference else "a result in words"
        return unreadable(f"{shown} is recorded without {lacking}")
    return _hit_by(found, shown, "value") if beyond else NOT_MET


def _hit_by(found: Measurement, shown: str, how: str) -> Judged:
    return met(Implicated(kind="measurement", label=f"{shown} ({found.on})", matched_by=how, path=found.path))


def _beyond(test: MeasurementTest, found: Measurement, value: float) -> bool | None:
    if test.above_reference:
        return None if found.reference_high is None else value > found.reference_high
    if test.at_least is None and test.below is None:
        return None
    high_enough = test.at_least is None or value >= test.at_least
    low_enough = test.below is None or value < test.below
    return high_enough and low_enough


# Units that are one another's spelling, or equal for the ions that the rules ask about.
SCORE = "score"
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
    "milliseconds": "ms",
    "[u]/l": "u/l",
}


POSITIVE = ("positive", "presumptive positive", "detected", "reactive", "present", "pos ", "+")
NEGATIVE = ("negative", "not detected", "none detected", "non reactive", "nonreactive", "not present", "absent", "neg ")
# "1 - Several days", "Several days (1)": the points beside an answer in words.
_POINTS = re.compile(r"^[\d\s:.=-]+|[\s(:=-]*\d+\s*\)?$")
_FACTOR = {("s", "ms"): 1000.0, ("sec", "ms"): 1000.0, ("seconds", "ms"): 1000.0}


def _says_yes(text: str | None) -> bool | None:
    """Whether a result in words says yes ("positive") or no ("not detected"); None where it says neither."""
    plain = f"{spaced(folded(text or ''))} "
    if plain.startswith(NEGATIVE):
        return False
    return True if plain.startswith(POSITIVE) else None


def _as_number(test: MeasurementTest, found: Measurement) -> Measurement:
    """The number that a result in words stands for on the test's scale."""
    if found.value is not None or found.text is None or not test.scale:
        return found
    plain = _POINTS.sub("", folded(found.text))
    number = next((value for words, value in test.scale.items() if folded(words) == plain), None)
    return found if number is None else found.model_copy(update={"value": number})


def _converted(found: Measurement, test: MeasurementTest) -> Measurement:
    """The value in the unit of the limit where the two differ by a plain factor."""
    wanted = test.unit
    if wanted is None or found.unit is None:
        return found
    given = folded(found.unit)
    own = {folded(unit): factor for unit, factor in test.also_in.items()}
    factor = own.get(given, _FACTOR.get((given, folded(wanted))))
    if factor is None or found.value is None:
        return found
    return found.model_copy(update={"value": found.value * factor, "unit": wanted})


def _same_unit(found: str | None, wanted: str) -> bool:
    """A score has no unit; every other value must name the unit of the limit."""
    return _unit(wanted) == SCORE if found is None else _unit(found) == _unit(wanted)


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
    """Compares form, name, certificate and content of the product in hand, and its names on the medication list."""
    listed = [text for text in chart.adjunct_texts if holds_phrase(folded(text), test.phrases)]
    if listed:
        return met(*(Implicated(kind="product", label=text, matched_by="medication list") for text in listed))
    product = chart.case.preparation
    if product is None:
        return unknown("the product is not described")
    label = Implicated(kind="product", label=product.name or (product.form or "product").replace("_", " "))
    return any_of([*_by_name_and_form(test, product, label), *_by_content(test, product, label)])


def _by_name_and_form(test: ProductTest, product: Preparation, label: Implicated) -> Iterator[Judged]:
    if test.phrases and product.name is not None and holds_phrase(folded(product.name), test.phrases):
        yield met(label)
    if test.phrases and product.name is None and product.form is None:
        yield unknown("the product's name is not known")
    if test.forms:
        known = product.form is not None
        yield _hit(product.form in test.forms, label) if known else unknown("the product's form is not known")
    if test.certificate is not None:
        lacking = unknown("whether there is a certificate of analysis is not known")
        yield lacking if product.certificate is None else _hit(product.certificate is test.certificate, label)


def _by_content(test: ProductTest, product: Preparation, label: Implicated) -> Iterator[Judged]:
    """Per analyte: a figure beyond its limit decides, a figure below it too; unknown where none is measured."""
    for analyte in dict.fromkeys(item.analyte for item in test.content):
        measured = [item for item in product.content if item.analyte == analyte]
        wanted = [item for item in test.content if item.analyte == analyte]
        hits = [hit for limit in wanted for found in measured if (hit := _beyond_limit(limit, found)) is not None]
        if hits:
            yield _hit(any(hits), label)
        else:
            yield unknown(f"the content of {analyte.replace('_', '-')} is not measured")


def _beyond_limit(limit: ContentTest, found: Content) -> bool | None:
    if limit.above_mg_per_g is not None:
        return None if found.mg_per_g is None else found.mg_per_g > limit.above_mg_per_g
    share = found.percent_of_alkaloids
    return (
        None if share is None or limit.above_percent_of_alkaloids is None else share > limit.above_percent_of_alkaloids
    )


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
    """Compares the present use of the adjunct; one that stands on the medication list is used, however often."""
    use = chart.case.use
    if chart.adjunct_texts and use in (None, UseFrequency.NEVER, UseFrequency.PAST):
        listed = ", ".join(chart.adjunct_texts)
        return unreadable(f"{listed} is on the medication list; how often it is taken is not recorded")
    if use is None:
        return unknown("present use of the adjunct is not recorded")
    return met(Implicated(kind="use", label=f"{use} use")) if use in test.is_one_of else NOT_MET


def judge_allergy(test: AllergyTest, chart: Chart) -> Judged:
    """Met by a recorded allergy; an allergy list is never taken as complete."""
    hits = [item for item in chart.case.allergies if holds_phrase(folded(item.text), test.phrases)]
    if hits:
        return met(*(Implicated(kind="allergy", label=item.text, matched_by="words", path=item.path) for item in hits))
    return unknown("no such allergy is recorded; nobody has asked")
