"""Baseline tests: a result is shown, judged where a rule exists, and never hidden behind 'test done'."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from equipoise.model.dossier import Dossier
from equipoise.model.terms import Outcome
from equipoise.report.html import dossier_html
from equipoise.report.terminal import print_dossier

Screen = Callable[..., Dossier]
DAY = "2026-11-20"


def _result(loinc: str, **found: Any) -> dict[str, Any]:
    return {"name": f"LOINC {loinc}", "loinc": loinc, "on": DAY, **found}


@pytest.mark.parametrize("loinc", ["2106-3", "2118-8"])
def test_a_positive_pregnancy_test_stops(screened: Screen, loinc: str) -> None:
    """A positive test contraindicates, although the question was answered no."""
    dossier = screened(sex="female", measurements=[_result(loinc, text="Positive")], answers={"pregnancy": "no"})
    assert dossier.outcome is Outcome.STOP
    assert any("Positive" in part.label for item in dossier.findings for part in item.implicated)


@pytest.mark.parametrize(
    ("loinc", "found", "shown"),
    [
        ("2708-6", {"value": 82, "unit": "%"}, "82 %"),
        ("2601-3", {"value": 0.3, "unit": "mmol/L"}, "0.3 mmol/L"),
        ("6301-6", {"value": 5.2}, "5.2"),
        ("3016-3", {"value": 60, "unit": "mIU/L", "reference_low": 0.4, "reference_high": 4}, "60 mIU/L (outside"),
        ("8867-4", {"value": 38, "unit": "/min"}, "38 /min"),
        ("3390-2", {"text": "Negative"}, "Negative"),
    ],
)
def test_every_result_that_counts_as_done_is_shown_with_its_day(
    screened: Screen, loinc: str, found: dict[str, Any], shown: str
) -> None:
    """The result stands in the dossier, on the terminal and in the page."""
    dossier = screened(measurements=[_result(loinc, **found)])
    (value,) = dossier.baseline_values
    assert value.result.startswith(shown)
    assert str(value.on) == DAY
    assert value.in_time
    stream = io.StringIO()
    print_dossier(dossier, Console(file=stream, width=200))
    assert f"{value.title}: {shown}" in stream.getvalue()
    assert shown in dossier_html(dossier)


def test_an_old_result_is_shown_as_too_old(screened: Screen) -> None:
    """A result beyond the span of its test is shown and still missing."""
    dossier = screened(measurements=[{"name": "TSH", "loinc": "3016-3", "value": 2, "on": "2024-01-01"}])
    (value,) = dossier.baseline_values
    assert not value.in_time
    assert any(item.id == "tsh" for item in dossier.missing_tests)


def test_a_test_without_a_result_was_not_done(screened: Screen) -> None:
    """An entry without number and words does not satisfy a baseline test."""
    dossier = screened(sex="female", measurements=[_result("2106-3")])
    assert dossier.baseline_values == ()
    assert any(item.id == "pregnancy_test" for item in dossier.missing_tests)


def test_what_a_chart_measured_and_no_rule_looks_for_is_told_in_one_line(screened: Screen) -> None:
    """Observations of a chart without a rule are counted, and each code is named once."""
    strange = [_result("8634-8", value=480, path=f"entry[{number}].resource") for number in range(3)]
    dossier = screened(measurements=[*strange, _result("39156-5", value=30, path="entry[9].resource")])
    (line,) = [item for item in dossier.unread if "no rule looks for" in item.reason]
    assert line.reason == "4 observations that no rule looks for: 39156-5, 8634-8"
    assert any("part of the input could not be used" in reason for reason in dossier.reasons)


@pytest.mark.parametrize("loinc", ["82810-3", "1743-4", "76625-3", "14631-6"])
def test_common_equivalents_are_looked_for(screened: Screen, loinc: str) -> None:
    """The codes under which charts often hold a value that a rule asks about are no strangers to it."""
    dossier = screened(measurements=[_result(loinc, value=600, path="entry[1].resource")])
    assert not any("no rule looks for" in item.reason for item in dossier.unread)


def test_a_question_that_a_no_did_not_settle_says_why(screened: Screen) -> None:
    """The terminal prints, beside the question, that no was answered and what in the record cannot be judged."""
    bilirubin = {"name": "Bilirubin", "loinc": "1975-2", "value": 9, "unit": "mg/dL", "on": DAY}
    dossier = screened(measurements=[bilirubin], answers={"liver_disease": "no"})
    stream = io.StringIO()
    print_dossier(dossier, Console(file=stream, width=300))
    text = stream.getvalue()
    assert "The question was answered no, but the record holds something that bears on it" in text
    assert "Bilirubin 9 mg/dL is recorded without the laboratory's upper limit" in text


@pytest.mark.parametrize(
    ("person", "wanted"),
    [
        ({"sex": "female", "age_years": 54}, True),
        ({"sex": "female", "age_years": 55}, False),
        ({"sex": "female"}, True),
        ({"age_years": 30}, True),
        ({"sex": "male", "age_years": 30}, False),
    ],
)
@pytest.mark.parametrize("substance", ["kratom", "st_johns_wort"])
def test_a_pregnancy_test_is_wanted_of_those_who_may_be_pregnant(
    screened: Screen, substance: str, person: dict[str, Any], *, wanted: bool
) -> None:
    """Not of men and not from 55 years on; of everybody whose sex or age is not recorded."""
    dossier = screened(substance, **person)
    assert any(item.id == "pregnancy_test" for item in dossier.missing_tests) is wanted


@pytest.mark.parametrize("substance", ["kratom", "st_johns_wort"])
def test_men_are_not_blocked_by_pregnancy_and_breastfeeding(screened: Screen, substance: str) -> None:
    """Neither question stays open for a man, although nobody attests his problem list."""
    dossier = screened(substance, sex="male", age_years=40)
    assert not {"pregnancy", "lactation"} & {item.id.partition("/")[2] for item in dossier.findings}
