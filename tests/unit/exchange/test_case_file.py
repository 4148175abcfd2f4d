"""Our own case file, and a clinician's case laid over a chart's."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from equipoise.errors import InputError
from equipoise.exchange import merge_cases, read_cases
from equipoise.model.case import Case, Medication

ON = dt.date(2026, 6, 1)
FULL = """
id: case-7
birth_date: 1984-03-02
sex: female
jurisdictions: [US-TX, us-ca/San Diego, NO]
use: daily
complete: [medications]
conditions:
  - {text: Depression, icd10: F33.1, snomed: 35489007, active: yes, recorded: 2020-01-05}
medications:
  - {text: sertraline 50 mg, rxcui: 0}
measurements:
  - {name: ALT, loinc: 1742-6, value: 1.5e1, unit: U/L, on: 2026-05-30}
phenotypes: {CYP2D6: PM}
answers: {pregnant: no, suicidal: yes}
preparation: {form: leaf_powder, batch: 0012}
""".replace(", rxcui: 0", "")


def faults(text: str) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        read_cases(text.encode(), on=ON)
    return {fault.path: fault.found for fault in caught.value.faults}


def test_a_full_case_file_is_read_as_it_is_written() -> None:
    """Words stay words: `on` and `NO` are no booleans, a batch keeps its zeros, codes need no quotes."""
    (case,) = read_cases(FULL.encode(), on=ON)
    assert case.measurements[0].on == dt.date(2026, 5, 30)
    assert case.measurements[0].value == 15
    assert [str(place) for place in case.jurisdictions] == ["US-TX", "US-CA/San Diego", "NO"]
    assert case.preparation is not None
    assert case.preparation.batch == "0012"
    assert case.conditions[0].snomed == ("35489007",)
    assert (case.answer_to("pregnant"), case.answer_to("suicidal")) == (False, True)


def test_json_and_yaml_give_the_same_case() -> None:
    """A case written as JSON reads back as itself."""
    (case,) = read_cases(FULL.encode(), on=ON)
    assert (
        read_cases(case.model_dump_json(exclude={"answers", "phenotypes"}).encode())[0].medications == case.medications
    )


def test_all_faults_come_at_once_with_their_paths() -> None:
    """Every wrong value is named in one error, a birth date that lies ahead as well."""
    found = faults("birth_date: 2999-01-01\n")
    assert found == {"birth_date": "2999-01-01"}
    wrong = (
        "sex: woman\nage: 3\nmedications: [{text: x, current: maybe}, {name: y}]\nmeasurements: [{name: a, on: 2019}]\n"
    )
    assert set(faults(wrong)) == {
        "sex",
        "age",
        "medications.[0].current",
        "medications.[1].text",
        "medications.[1].name",
        "measurements.[0].on",
    }


def test_every_bad_place_and_answer_is_named() -> None:
    """Of two wrong places, and of two wrong answers, both are named at once."""
    found = faults("{jurisdictions: [Texas, US-TX, Mars], answers: {pregnancy: maybe, surgery: no, frail: perhaps}}")
    assert found == {
        "jurisdictions.[0]": "'TEXAS'",
        "jurisdictions.[2]": "'MARS'",
        "answers": "pregnancy: 'maybe', frail: 'perhaps'",
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("age_years: 200", "age_years: found '200'; expected a value less than or equal to 130. "),
        ("sex: foo", "sex: found 'foo'; expected 'female', 'male' or 'other'. "),
        ("complete: [foo]", "expected a text of the form '^(medications|conditions)$'. "),
        ("measurements: [{name: QTc, value: abc}]", "found 'abc'; expected a valid number. "),
        ("conditions: [{text: a, icd10: zzz}]", "found 'zzz'; expected a code of ICD-10 of the form "),
        ("died: soon", "died: found 'soon'; expected a day written as YYYY-MM-DD, or true where no day is recorded. "),
        ("medications: {text: a}", "medications: found the fields text; expected a list. "),
        ("medications: [[a]]", "medications.[0]: found a list of 1; expected fields with values. "),
    ],
)
def test_a_message_is_one_sentence(text: str, sentence: str) -> None:
    """What was found and what was expected read as one sentence, whoever found it."""
    with pytest.raises(InputError) as caught:
        read_cases(text.encode(), on=ON)
    assert sentence in str(caught.value)


def test_a_message_does_not_repeat_the_case() -> None:
    """A contradiction between two fields names them; no other value of the case is repeated in the message."""
    with pytest.raises(InputError) as caught:
        read_cases(b"{birth_date: 1980-05-05, age_years: 43, conditions: [{text: epilepsy}]}", on=ON)
    message = str(caught.value)
    assert "birth_date and age_years" in message
    assert "1980" not in message
    assert "epilepsy" not in message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("id: a\nsex: male\nsex: female\n", "the key sex a second time"),
        ("id: &x a\nuse: *x\n", "an alias (*)"),
        ("id: " + "[" * 40 + "]" * 40, "nesting of more than 30 levels"),
        ("id: " + "[" * 50_000, "nesting of more than 30 levels"),
        ("id: [a\n", "text that is not YAML"),
        ("id: a\n? [x]\n: b\n", "a list or mapping as a key"),
        ('{"id": "a", "id": "b"}', "the key id a second time"),
        ("birth_date: 1850-01-01\n", "1850-01-01"),
        ("- id: a\n- 3\n", "text"),
    ],
)
def test_faults_of_form_are_named(text: str, found: str) -> None:
    """Duplicate keys, aliases, nesting, syntax and impossible ages are refused with what was found."""
    assert found in " ".join(faults(text).values())


def test_an_alias_bomb_ends_at_its_first_alias() -> None:
    """A billion laughs is refused before anything is built."""
    bomb = "a: &a [x]\n" + "".join(f"b{i}: &b{i} [*{'a' if i == 0 else f'b{i - 1}'}]\n" for i in range(50))
    assert "an alias (*)" in faults(bomb).values()


def test_lists_and_documents_hold_several_cases() -> None:
    """A YAML list or several documents give one case each."""
    assert [case.id for case in read_cases(b"- id: a\n- id: b\n")] == ["a", "b"]
    assert [case.id for case in read_cases(b"id: a\n---\nid: b\n")] == ["a", "b"]


def test_what_is_dated_after_the_screening_day_does_not_count() -> None:
    """A later measurement goes to `unread`; a later condition or medication stays without its date, noted."""
    text = """
conditions: [{text: asthma, recorded: 2027-01-01}, {text: flu, active: false, ended: 2027-01-01}]
medications: [{text: lithium, start: 2027-01-01}, {text: zinc, end: 2027-01-01}]
measurements: [{name: ALT, value: 3, on: 2027-01-01}, {name: ALT, value: 4, on: 2026-01-01}]
"""
    (case,) = read_cases(text.encode(), on=ON)
    assert [item.value for item in case.measurements] == [4]
    assert case.conditions[0].recorded is None
    assert case.conditions[1].active
    assert case.medications[0].start is None
    assert case.medications[1].end == dt.date(2027, 1, 1)
    assert [item.path for item in case.unread] == [
        "measurements[0]",
        "conditions[0]",
        "conditions[1]",
        "medications[0]",
    ]


def test_an_overlay_joins_lists_and_its_single_values_win() -> None:
    """The clinician's file adds to the chart and overrules its single values only where it gives one."""
    base = Case.model_validate(
        {"id": "patient-1", "sex": "male", "birth_date": "1980-01-01", "medications": [{"text": "a"}]}
    )
    overlay = Case.model_validate(
        {
            "age_years": 40,
            "medications": [{"text": "a"}, {"text": "b"}],
            "complete": ["medications"],
            "answers": {"q": "yes"},
        }
    )
    merged = merge_cases(base, overlay)
    assert merged.id == "patient-1"
    assert (merged.sex, merged.birth_date, merged.age_years) == ("male", None, 40)
    assert merged.medications == (Medication(text="a"), Medication(text="b"))
    assert merged.complete == {"medications"}
    assert merged.answer_to("q") is True


def test_an_overlay_of_another_patient_is_refused() -> None:
    """A file with another id, sex or birth date may be another patient's: every difference is named."""
    base = Case.model_validate({"id": "patient-1", "sex": "male", "birth_date": "1980-01-01"})
    overlay = Case.model_validate({"id": "mine", "sex": "female", "birth_date": "1950-01-01"})
    with pytest.raises(InputError) as error:
        merge_cases(base, overlay)
    assert [fault.path for fault in error.value.faults] == ["id", "sex", "birth_date"]


def test_contradicting_answers_are_refused_together() -> None:
    """Two answers to one question and two phenotypes of one enzyme are two faults of one error."""
    base = Case.model_validate({"answers": {"q": True, "r": True}, "phenotypes": {"CYP2D6": "PM"}})
    overlay = Case.model_validate({"answers": {"q": False, "r": True}, "phenotypes": {"CYP2D6": "NM"}})
    with pytest.raises(InputError) as caught:
        merge_cases(base, overlay)
    assert {fault.path for fault in caught.value.faults} == {"answers.q", "phenotypes.CYP2D6"}
    assert merge_cases(base, Case.model_validate({"answers": {"q": True}})).answers == base.answers


def test_a_case_of_our_own_is_limited_in_size() -> None:
    """A case file beyond 2 MiB is refused: no person wrote it."""
    huge = json.dumps({"id": "a", "medications": [{"text": "x" * 100}] * 30_000})
    with pytest.raises(InputError):
        read_cases(huge.encode())
