"""Which diagnoses in words can be judged."""

from __future__ import annotations

import pytest

from equipoise.knowledge import Knowledge
from equipoise.knowledge.references import leaves
from equipoise.model.case import Condition
from equipoise.screen.understood import unplaced_words
from equipoise.screen.wording import said

UNDERSTOOD = [
    "Ankle sprain",
    "Type 2 diabetes mellitus",
    "Crohn\N{RIGHT SINGLE QUOTATION MARK}s disease",
    "Iron deficiency anaemia",
    "Seasonal allergies",
    "Chronic low back pain (finding)",
    "No history of seizures",
    "Major depressive disorder, recurrent, moderate",
]
UNPLACED = [
    ("Leberzirrhose", ("leberzirrhose",)),
    ("Épilepsie", ("epilepsie",)),
    ("Diabetes mellitus tipo 2 con insuficiencia renal", ("tipo", "con", "insuficiencia", "renal")),
    ("hepatitis C crónica", ("cronica",)),
    ("Liver haemangioma", ("liver",)),
    ("epilepsey", ("epilepsey",)),
    ("HCV infection", ("hcv",)),
    ("Шизофрения", ("шизофрения",)),
    ("癌", ("癌",)),
    ("???", ("???",)),
]


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_plain_english_is_understood(knowledge: Knowledge, text: str) -> None:
    """The phrases of the rules and the plain words account for all of the text."""
    assert unplaced_words(Condition(text=text), knowledge) == ()


@pytest.mark.parametrize(("text", "words"), UNPLACED)
def test_a_word_that_nobody_can_place_is_named(knowledge: Knowledge, text: str, words: tuple[str, ...]) -> None:
    """Another language, a misspelling, an abbreviation, an organ of the rules: each word is named; a code mends it."""
    assert unplaced_words(Condition(text=text), knowledge) == words
    assert unplaced_words(Condition.model_validate({"text": text, "icd10": "Z00.0"}), knowledge) == ()


def test_no_plain_word_is_what_a_rule_asks_about(knowledge: Knowledge) -> None:
    """By itself none of the plain words states a phrase of a caution: nothing in the list can hide a diagnosis."""
    cautions = [item for name in knowledge.substance_ids for item in knowledge.substance(name).cautions.values()]
    found = (leaf.condition for item in cautions for level in item.levels for leaf in leaves(level.when))
    tests = [test for test in found if test is not None]
    hiding = {
        word
        for word in knowledge.plain_words
        for test in tests
        if said(word, test.phrases, test.not_phrases) != "not_met"
    }
    assert knowledge.plain_words
    assert tests
    assert not hiding
