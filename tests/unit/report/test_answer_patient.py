"""The patient's page: plain enough to read, honest about what is open, and no advice to act alone."""

from __future__ import annotations

import gzip
import html
import re
from dataclasses import replace

import pytest

from equipoise.model.posterior import Posterior
from equipoise.report.answer_html import patient_html
from equipoise.report.patient_view import patient_view

NAMES = ("blocks", "daily", "taper", "watched", "item")
EACH = pytest.mark.parametrize("name", NAMES)
MOST_GRADE = 7.0
MOST_BYTES = 60_000


def _sentences(page: str) -> list[str]:
    """The running text: paragraphs and list items, cut at full stops."""
    parts = re.findall(r"<(?:p|li)\b[^>]*>(.*?)</(?:p|li)>", page, flags=re.DOTALL)
    texts = [html.unescape(re.sub(r"<[^>]+>", " ", part)) for part in parts]
    return [found for text in texts for found in re.split(r"(?<=[.:?!])\s+", " ".join(text.split())) if found.strip()]


def _syllables(word: str) -> int:
    """Groups of vowels; a silent e at the end does not count."""
    plain = re.sub(r"(?<=[^aeiouyl])e$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", plain)))


def _grade(sentences: list[str]) -> float:
    """The reading grade by the formula of Flesch and Kincaid."""
    words = [word for sentence in sentences for word in re.findall(r"[A-Za-z0-9.]*[A-Za-z0-9]", sentence)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def test_measure_of_reading_grade_knows_easy_from_hard() -> None:
    """A child's sentence lies below grade 1, a statistician's above grade 15."""
    assert _grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert _grade(["The posterior distribution incorporates autocorrelated residual heterogeneity."]) > 15


@EACH
def test_page_reads_at_grade_seven_or_below(answers: dict[str, Posterior], name: str) -> None:
    """Words and sentences are short: grade 7 or below."""
    sentences = _sentences(patient_html(answers[name]))
    assert len(sentences) > 15
    assert _grade(sentences) <= MOST_GRADE


@EACH
def test_page_says_what_is_known_what_is_not_and_what_it_does_not_mean(
    answers: dict[str, Posterior], name: str
) -> None:
    """The three parts, the way to the clinician and the way to help in a crisis are always there."""
    page = patient_html(answers[name])
    for title in ("The short answer", "What we know", "What we do not know", "What this does not mean"):
        assert f">{title}</h2>" in page
    assert "Talk to your clinician" in page
    assert "If you think of hurting yourself" in page
    assert "weak proof" in page


@EACH
def test_page_gives_no_advice_to_act_alone(answers: dict[str, Posterior], name: str) -> None:
    """Nobody is told to go on, to stop, to take more or less, or that it is safe."""
    text = " ".join(_sentences(patient_html(answers[name])))
    assert "It does not tell you to go on. It does not tell you to stop. Do not change it by yourself." in text
    rest = text.replace("It does not tell you to go on. It does not tell you to stop.", "")
    assert not re.search(r"\b(keep taking|continue|go on|stop taking|you should|take (more|less)|safe|dose)\b", rest)


@EACH
def test_page_has_one_picture_and_is_small(answers: dict[str, Posterior], name: str) -> None:
    """One figure, drawn for a wide and a narrow screen; below 60 kB compressed, without script."""
    page = patient_html(answers[name])
    assert page.count("<figure>") == 1
    assert page.count('role="img"') == 2
    assert len(gzip.compress(page.encode())) < MOST_BYTES
    assert "<script" not in page


@pytest.mark.parametrize(
    ("p_below_zero", "words"),
    [
        (0.995, "We are almost sure of this"),
        (0.97, "We are quite sure of this"),
        (0.85, "This is likely, but not sure"),
        (0.65, "a bit more likely than not"),
        (0.55, "We cannot tell"),
    ],
)
def test_certainty_is_said_in_plain_words(answers: dict[str, Posterior], p_below_zero: float, words: str) -> None:
    """Each step of certainty has its own words; near one half the page says that nobody can tell."""
    answer = answers["blocks"]
    changed = replace(answer, effect=replace(answer.effect, mean=-1.234, p_below_zero=p_below_zero))
    said = patient_view(changed).answer
    assert words in said
    assert ("1.2 points lower" in said) == (p_below_zero >= 0.6)


def test_direction_of_better_is_said(answers: dict[str, Posterior]) -> None:
    """The page says whether a lower or a higher score is better."""
    answer = answers["daily"]
    sure = replace(answer, effect=replace(answer.effect, mean=3.0, p_below_zero=0.02))
    assert "3 points higher. For this score, higher is better." in patient_view(sure).answer


def test_missing_scores_are_counted(answers: dict[str, Posterior]) -> None:
    """The number of missing scores stands beside that of the given ones."""
    assert "You gave 53 scores. 7 are missing." in patient_view(answers["blocks"]).known


def test_observation_says_that_the_reason_is_open(answers: dict[str, Posterior]) -> None:
    """Where nothing was drawn, the short answer itself says that the reason is not known."""
    view = patient_view(answers["watched"])
    assert view.answer.endswith("But this does not show why your scores differ.")
    assert any("not picked by chance" in line for line in view.unknown)


def test_latent_scale_stays_off_the_page(answers: dict[str, Posterior]) -> None:
    """Where the effect is not in points, the patient reads which way it goes and no number of a scale nobody knows."""
    answer = answers["item"]
    sure = replace(answer, effect=replace(answer.effect, mean=-0.8, p_below_zero=0.98))
    view = patient_view(sure)
    assert "your score was more often lower" in view.answer
    assert "SD" not in patient_html(sure).partition("</style>")[2]
    assert "We do not know the exact size." in view.unknown


def test_chances_of_a_change_that_matters_are_said_both_ways(answers: dict[str, Posterior]) -> None:
    """The chance of a change for the better and that of one for the worse stand side by side, out of a hundred."""
    answer = answers["blocks"]
    known = patient_view(replace(answer, effect=replace(answer.effect, p_benefit=0.42, p_harm=0.07))).known
    assert known[1:] == (
        "A change of 2 points is big enough to matter.",
        "The chance that your score is better by more than that is 42 in 100.",
        "The chance that it is worse by more than that is 7 in 100.",
    )
