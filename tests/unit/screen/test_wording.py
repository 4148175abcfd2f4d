"""What a diagnosis in words says of a phrase."""

from __future__ import annotations

import pytest

from equipoise.knowledge.names import folded
from equipoise.screen.wording import said

EPILEPSY = ("epilepsy", "epileptic", "seizure")
NOT_EPILEPSY = ("family history", "screening for", "fear of", "ruled out", "non-epileptic")

STATED = [
    "Epilepsy with additional non-epileptic seizures",
    "Epilepsy and fear of flying",
    "Epilepsy, family history of epilepsy",
    "Family history of epilepsy, seizures since 2019",
    "Fear of flying but has epilepsy",
    "Epilepsy not ruled out",
    "Epilepsy cannot be ruled out",
    "No improvement in epilepsy",
    "Epilepsy. No seizure",
    "Epilepsy, depression; ruled out",
    "Seizures, epilepsy ruled out",
]
DENIED = [
    "No history of epilepsy",
    "No known family history of seizures or epilepsy",
    "Denies seizures",
    "Never had a seizure",
    "No seizures in the past",
    "No epilepsy diagnosis",
    "Not known to have epilepsy",
    "Epilepsy: no",
    "Epilepsy - none",
    "Epilepsy (ruled out)",
    "Epilepsy, ruled out in 2019",
    "Ruled out: epilepsy",
    "Epileptic seizure ruled out",
    "Family history of epilepsy",
    "Non-epileptic seizures",
    "Screening for epilepsy or seizures",
]
EITHER = [
    "Family history of migraine and epilepsy",
    "Non-epileptic attacks and seizures",
    "Epilepsy with fever ruled out",
    "Epilepsy, cause to be ruled out",
    "No recent seizures",
    "Denies current seizures",
    "No seizures since 2019",
    "No seizures or epilepsy for two years",
    "No seizures in the last year",
    "Denies seizures at this time",
    "No epilepsy surgery",
]
TABLE = {"met": STATED, "not_met": DENIED, "unknown": EITHER}
ROWS = [(text, answer) for answer, texts in TABLE.items() for text in texts]


@pytest.mark.parametrize(("text", "answer"), ROWS)
def test_a_negation_takes_back_only_what_it_governs(text: str, answer: str) -> None:
    """A stated diagnosis counts, a denied one does not, and one that can be read both ways is unknown."""
    assert str(said(folded(text), EPILEPSY, NOT_EPILEPSY)) == answer


@pytest.mark.parametrize(
    "text", ["Suicidal ideation without intent", "Passive suicidal ideation", "Suicidal ideation, passive"]
)
def test_a_qualifier_takes_back_from_either_side(text: str) -> None:
    """A word that is no preposition speaks of what stands before it and of what follows it."""
    assert str(said(folded(text), ("suicidal",), ("passive", "without intent"))) == "not_met"


def test_a_word_that_holds_a_phrase_takes_back_itself_alone() -> None:
    """Hearing aids are no AIDS, and take no neutropenia back."""
    phrases, not_phrases = ("aids", "neutropenia"), ("hearing aids",)
    assert str(said("wears hearing aids", phrases, not_phrases)) == "not_met"
    assert str(said("neutropenia, hearing aids", phrases, not_phrases)) == "met"
