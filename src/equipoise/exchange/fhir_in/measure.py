"""Values of observations and answers as measurements."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from equipoise.exchange.fhir_in.concepts import Concept, system_of
from equipoise.exchange.fhir_in.node import Node
from equipoise.model.case import Measurement
from equipoise.model.codes import LOINC

ANSWER_SCORES = {"LA6568-5": 0.0, "LA6569-3": 1.0, "LA6570-1": 2.0, "LA6571-9": 3.0}
"""LOINC's answers to items of PHQ-9, PHQ-2 and GAD-7: not at all, several days, more than half, nearly every day."""

SCORE_EXTENSIONS = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/ordinalValue",
        "http://hl7.org/fhir/StructureDefinition/itemWeight",
        "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
        "http://hl7.org/fhir/StructureDefinition/iso21090-CO-value",
    }
)

_NUMERIC = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?")
_PLAIN = ("valueDateTime", "valueDate", "valueTime", "valueInstant", "valueUri", "valueUrl")


@dataclass(frozen=True, slots=True)
class Value:
    """What was measured: a number with its unit, or words."""

    number: float | None = None
    text: str | None = None
    unit: str | None = None


def value_of(node: Node) -> Value | None:
    """The value[x] of an observation, component or answer; None where there is none that can be read."""
    if "valueQuantity" in node.value:
        return _quantity(node)
    for key in ("valueInteger", "valueDecimal"):
        if key in node.value:
            number = node.number(key)
            return None if number is None else Value(number=number)
    if "valueString" in node.value:
        text = node.phrase("valueString")
        return Value(float(text) if _NUMERIC.fullmatch(text) else None, text) if text else None
    for key in ("valueCodeableConcept", "valueCoding"):
        if key in node.value:
            return _coded(node, key)
    if "valueBoolean" in node.value:
        flag = node.flag("valueBoolean")
        return None if flag is None else Value(text="yes" if flag else "no")
    return _other(node)


def add_measurement(
    node: Node, concept: Concept, value: Value, on: dt.date | None, path: str, limits: tuple[float | None, float | None]
) -> None:
    """Adds the value under each LOINC code of the concept, or under its name alone."""
    for code in concept.of(LOINC) or (None,):
        measurement = Measurement(
            name=concept.text or "unnamed",
            loinc=code,
            value=value.number,
            text=value.text,
            unit=value.unit,
            reference_low=limits[0],
            reference_high=limits[1],
            on=on,
            path=path,
        )
        node.draft.measurements.append(measurement)


def limits_of(node: Node, value: Value) -> tuple[float | None, float | None]:
    """The low and high limit of the one normal reference range, where its unit is the value's."""
    ranges = [item for item in node.nodes("referenceRange") if _is_normal(item)]
    if len(ranges) > 1:
        node.note(
            "referenceRange", f"{len(ranges)} ranges, and which one holds for the patient is not certain; none was read"
        )
    if len(ranges) != 1 or value.number is None:
        return None, None
    limits: list[float | None] = []
    for key in ("low", "high"):
        quantity = ranges[0].node(key)
        unit = _unit(quantity) if quantity is not None else None
        if quantity is not None and unit is not None and value.unit is not None and unit != value.unit:
            quantity.note("", "its unit is not the unit of the value; the limit was not read")
            quantity = None
        limits.append(quantity.number("value") if quantity is not None else None)
    return limits[0], limits[1]


def _is_normal(item: Node) -> bool:
    kind = item.node("type")
    codes = [coding.word("code") for coding in kind.nodes("coding")] if kind is not None else []
    return not codes or "normal" in codes


def _quantity(node: Node) -> Value | None:
    quantity = node.node("valueQuantity")
    if quantity is None:
        return None
    unit = _unit(quantity)
    number = quantity.number("value")
    comparator = quantity.word("comparator")
    if comparator is not None and number is not None:
        # A bound is not a value: "< 15" must not pass for 15 in a comparison.
        quantity.note("comparator", "the value is a bound, not a number; it is kept as text")
        return Value(text=quantity.tidy(f"{comparator} {number:g}", "comparator"), unit=unit)
    return Value(number=number, unit=unit)


def _unit(quantity: Node) -> str | None:
    """The UCUM code, or the unit as written where there is none."""
    system = quantity.word("system")
    if "code" in quantity.value and (system is None or "unitsofmeasure.org" in system):
        return quantity.phrase("code") or quantity.phrase("unit")
    return quantity.phrase("unit")


def _coded(node: Node, key: str) -> Value | None:
    """The words of a coded value, and its score where it has one; the codes themselves have no place in a case."""
    if isinstance(node.value[key], str):
        text = node.phrase(key)
        return Value(text=text) if text else None
    holder = node.node(key)
    if holder is None:
        return None
    codings = [holder] if key == "valueCoding" else holder.nodes("coding")
    texts = [holder.phrase("text"), *(coding.phrase("display") for coding in codings)]
    text = next((item for item in texts if item), None)
    if text is None:
        text = next((coding.phrase("code") for coding in codings if coding.has("code")), None)
    scores = {score for coding in codings if (score := _score(coding)) is not None}
    if len(scores) > 1:
        holder.note("", "its codings have different scores; none was read")
    number = scores.pop() if len(scores) == 1 else None
    return Value(number, text) if text is not None or number is not None else None


def _score(coding: Node) -> float | None:
    """The score of an answer: the one it carries, or LOINC's for its code."""
    for extension in coding.nodes("extension"):
        if extension.word("url") in SCORE_EXTENSIONS:
            return (
                extension.number("valueDecimal")
                if "valueDecimal" in extension.value
                else extension.number("valueInteger")
            )
    return ANSWER_SCORES.get(coding.word("code") or "") if system_of(coding.word("system")) in (LOINC, None) else None


def _other(node: Node) -> Value | None:
    """Ranges, ratios and times as words; what cannot be put into words is noted."""
    if "valueRange" in node.value:
        span = node.node("valueRange")
        low, high = (span.node("low"), span.node("high")) if span is not None else (None, None)
        return _between(low, high, " to ")
    if "valueRatio" in node.value:
        ratio = node.node("valueRatio")
        top, bottom = (ratio.node("numerator"), ratio.node("denominator")) if ratio is not None else (None, None)
        return _between(top, bottom, " : ")
    for key in _PLAIN:
        if key in node.value:
            text = node.phrase(key)
            return Value(text=text) if text else None
    kinds = [key for key in node.value if key.startswith("value")]
    if kinds:
        node.note("", f"its value is of a kind that is not read ({kinds[0][:30]})")
    return None


def _between(first: Node | None, second: Node | None, sign: str) -> Value | None:
    numbers = [item.number("value") if item is not None else None for item in (first, second)]
    if numbers[0] is None and numbers[1] is None:
        return None
    words = sign.join("?" if number is None else f"{number:g}" for number in numbers)
    unit = next((unit for item in (first, second) if item is not None and (unit := _unit(item))), None)
    return Value(text=words, unit=unit)
