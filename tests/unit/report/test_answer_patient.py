"""The patient's page: plain enough to read, honest about what is open, and no advice to act alone."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from dataclasses import replace

import numpy as np
import pytest
from reading_grade import grade, sentences

from equipoise.model.observations import Observations
from equipoise.model.posterior import Blinding, Check, Posterior, RandomisationTest, WhatIf
from equipoise.report.answer_html import patient_html
from equipoise.report.page import css_string
from equipoise.report.patient_answer import points, short_answer
from equipoise.report.patient_view import patient_view

NAMES = ("blocks", "daily", "taper", "watched", "item")
EACH = pytest.mark.parametrize("name", NAMES)
MOST_GRADE = 7.0
MOST_WORDS = 15
MOST_BYTES = 60_000


def test_measure_of_reading_grade_knows_easy_from_hard() -> None:
    """A child's sentence lies below grade 1, a statistician's above grade 15."""
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert grade(["The posterior distribution incorporates autocorrelated residual heterogeneity."]) > 15


def _box(page: str) -> list[str]:
    """The sentences of the answer's box."""
    return sentences(page[page.index('<section id="answer"') : page.index('<section id="picture"')])


def _with(answer: Posterior, **changes: object) -> Posterior:
    """The answer with another effect."""
    return replace(answer, effect=replace(answer.effect, **changes))


def _long(answer: Posterior) -> Posterior:
    """The answer of a trial with draws enough to convince."""
    return replace(answer, randomisation_test=RandomisationTest(0.01, least_p=0.001))


def _said(answer: Posterior) -> str:
    return " ".join(short_answer(answer))


def _variants(answer: Posterior) -> list[Posterior]:
    """The answer in every degree of certainty, both ways, with a change that matters and one that does not."""
    return [
        _with(answer, mean=mean, p_below_zero=below, p_futile=futile)
        for mean, below in (
            (-3.0, 0.995),
            (-3.0, 0.97),
            (-3.0, 0.85),
            (-3.0, 0.65),
            (-0.3, 0.52),
            (3.0, 0.02),
            (3.0, 0.3),
        )
        for futile in (None, 0.1, 0.65, 0.97)
    ]


@EACH
def test_box_reads_at_grade_seven_or_below(answers: dict[str, Posterior], name: str) -> None:
    """Whatever the answer, the box alone has grade 7 or below and no sentence of more than fifteen words."""
    own = answers[name]
    for answer in (*_variants(own), *(_variants(_long(own)) if name in ("blocks", "item") else ())):
        found = _box(patient_html(answer))
        assert grade(found) <= MOST_GRADE
        assert [line for line in found if len(line.split()) > MOST_WORDS] == []


@EACH
def test_rest_of_the_page_reads_at_grade_seven_or_below(answers: dict[str, Posterior], name: str) -> None:
    """What stands outside the box is as short and plain."""
    page = patient_html(answers[name])
    rest = sentences(page[page.index('<section id="picture"') :])
    assert len(rest) > 15
    assert grade(rest) <= MOST_GRADE


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
    text = " ".join(sentences(patient_html(answers[name])))
    neither = "This page does not tell you to go on. It does not tell you to stop."
    assert f"{neither} Do not change what you take without asking your clinician." in text
    rest = text.replace(neither, "")
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
    ("p_below_zero", "claim", "words"),
    [
        (0.995, "Your scores were better", "We are almost sure that this is real: the chance is over 99 in 100."),
        (0.97, "Your scores were better", "We are quite sure that this is real: the chance is 97 in 100."),
        (0.9496, "Your scores look better", "This is likely real, but not sure: the chance is 94 in 100."),
        (0.65, "Your scores look better", "This is a bit more likely to be real than not: the chance is 65 in 100."),
        (0.55, "We cannot tell.", "may be the same, or they may not."),
    ],
)
def test_certainty_is_said_in_plain_words(
    answers: dict[str, Posterior], p_below_zero: float, claim: str, words: str
) -> None:
    """Each step of certainty has its own words; near one half the page says that nobody can tell, and no size."""
    said = _said(_with(_long(answers["blocks"]), mean=-1.234, p_below_zero=p_below_zero, p_futile=None))
    assert said.startswith(claim)
    assert words in said
    assert ("1.2 points lower" in said) == (p_below_zero >= 0.6)


def test_harm_is_said_first_and_leads_to_the_clinician(answers: dict[str, Posterior]) -> None:
    """Scores that were worse are called so in the first words, and the box says to call before the next visit."""
    for name, mean, below in (("blocks", 3.0, 0.02), ("daily", -3.0, 0.98)):
        said = _said(_with(_long(answers[name]), mean=mean, p_below_zero=below, p_futile=0.0))
        assert re.match(r"Your scores (were|look) worse on days with it", said)
        assert "Call your clinician soon, before your next visit. They will help you decide what to do." in said
    better = _said(_with(answers["daily"], mean=3.0, p_below_zero=0.02, p_futile=0.0))
    assert "better" in better
    assert "Call your clinician soon" not in better


def test_change_too_small_to_matter_is_said_first_and_not_praised(answers: dict[str, Posterior]) -> None:
    """Where any change is rather too small than not, that comes first; certainty of its direction is left out."""
    for below in (0.995, 0.005, 0.55):
        said = _said(_with(answers["daily"], mean=-0.4, p_below_zero=below, p_futile=0.98))
        assert said.startswith("Any change is very likely too small to matter: the chance is 98 in 100.")
        assert "sure" not in said
        assert "Call your clinician soon" not in said
    assert "We cannot tell if your scores are better or worse with it." in said


def test_best_guess_is_no_past_fact_and_has_the_averages_beside_it(answers: dict[str, Posterior]) -> None:
    """What the model makes of it is called a best guess; the averages of the diary as it was given stand beside it."""
    answer = _with(_long(answers["blocks"]), mean=-5.2, p_below_zero=0.99, p_futile=0.0)
    seen = answer.observations
    on = np.repeat((0, 1, 1, 0, 0, 1), 10) == 1
    with_it, without = (np.nanmean(seen.values[rows]) for rows in (on, ~on))
    said = _said(answer)
    assert f"Your average score was {with_it:.1f} with it and {without:.1f} without it." in said
    assert "Our best guess is that it made your score about 5 points lower." in said
    watched = _said(_with(answers["watched"], mean=-3.0, p_below_zero=0.99))
    assert "Our best guess: it went with scores about 3 points lower." in watched


def test_averages_that_go_the_other_way_are_explained(answers: dict[str, Posterior]) -> None:
    """Where the plain averages and the estimate disagree, the page says that time was allowed for."""
    said = _said(_with(_long(answers["blocks"]), mean=3.0, p_below_zero=0.01, p_futile=0.0))
    assert "Your scores look worse on days with it, once we allow for time." in said


def test_short_trial_says_that_it_cannot_tell_chance_from_change(answers: dict[str, Posterior]) -> None:
    """Where no order could convince, the box claims no certainty and no size."""
    test = RandomisationTest(1.0, 1.0, 2, exact=True, least_p=1.0)
    said = _said(replace(_with(answers["daily"], mean=3.0, p_below_zero=0.02), randomisation_test=test))
    assert said.startswith("Your trial was too short to rule out chance.")
    assert "sure" not in said
    assert "best guess" not in said


def test_taper_claims_no_size_and_speaks_of_the_way_down(answers: dict[str, Posterior]) -> None:
    """Scores that went with a falling amount have no size and no cause; worse on the way down is a reason to call."""
    view = patient_view(_with(answers["taper"], mean=-6.0, p_below_zero=0.98, p_futile=0.0))
    said = " ".join(view.answer)
    assert said.startswith("Your scores got worse as the amount went down.")
    assert "Time went by too. So this cannot show what made the change." in said
    assert "Call your clinician soon" in said
    everything = " ".join((said, *view.known, *view.unknown))
    assert "average" not in everything
    assert "by more than" not in everything
    assert not re.search(r"points (lower|higher)", everything)
    better = _said(_with(answers["taper"], mean=6.0, p_below_zero=0.02, p_futile=0.0))
    assert better.startswith("Your scores got better as the amount went down.")
    still = _said(_with(answers["taper"], mean=6.0, p_below_zero=0.5, p_futile=0.0))
    assert still.startswith("We cannot tell if your scores changed as the amount went down.")


def test_direction_of_better_is_said(answers: dict[str, Posterior]) -> None:
    """The page says whether a lower or a higher score is better."""
    assert "For this score, higher is better." in _said(answers["daily"])
    assert "For this score, lower is better." in _said(answers["blocks"])


def test_a_direction_that_nobody_said_is_told(answers: dict[str, Posterior]) -> None:
    """Where nobody said which way is better, the page says so and what was taken for it."""
    answer = answers["blocks"]
    unsaid = replace(answer, observations=replace(answer.observations, better_said=False))
    assert "No one told us which way is better. We took it that lower is better." in _said(unsaid)
    assert "For this score, lower is better." not in _said(unsaid)


def test_missing_scores_are_counted(answers: dict[str, Posterior]) -> None:
    """The number of missing scores stands beside that of the given ones."""
    assert "You gave 53 scores. 7 are missing." in patient_view(answers["blocks"]).known


def test_observation_says_that_the_reason_is_open(answers: dict[str, Posterior]) -> None:
    """Where nothing was drawn, the short answer itself says that the reason is not known."""
    view = patient_view(answers["watched"])
    assert view.answer[-1].startswith("But this does not show why your scores differ.")
    assert any("not picked by chance" in line for line in view.unknown)


def test_an_order_that_nobody_declared_leaves_chance_open(answers: dict[str, Posterior]) -> None:
    """Where nobody said how the days were picked, the page does not say that chance did, nor that it did not."""
    answer = answers["watched"]
    view = patient_view(replace(answer, schedule=replace(answer.schedule, design="undeclared")))
    assert any("We do not know if chance picked the days." in line for line in view.unknown)
    assert not any("not picked by chance" in line for line in view.unknown)


def test_latent_scale_stays_off_the_page(answers: dict[str, Posterior]) -> None:
    """Where the effect is not in points, the patient reads answers as they were given, no scale that nobody knows."""
    answer = _with(answers["item"], mean=-0.8, p_below_zero=0.98)
    assert answer.effect.expected is not None
    without, with_it = answer.effect.expected
    view = patient_view(answer)
    assert f"Our best guess: about {with_it:.2g} with it, and {without:.2g} without it." in " ".join(view.answer)
    assert "SD" not in patient_html(answer).partition("</style>")[2]
    assert view.unknown[0].startswith("We do not know the exact size. With it, your answer may be from ")


def test_yes_and_no_are_counted(answers: dict[str, Posterior]) -> None:
    """Of a question of yes and no the page says how often it was yes, and what to expect in a hundred days."""
    seen = answers["item"].observations
    values = np.where(seen.observed, seen.values > 3, np.nan)
    nights = Observations(seen.times_days, values, name="slept well", better="higher", scale="binary")
    sure = _with(answers["item"], mean=0.9, p_below_zero=0.01, expected=(0.334, 0.638))
    said = _said(replace(sure, likelihood="binary", observations=nights))
    on = np.repeat((0, 1, 1, 0, 0, 1), 8) == 1
    yes, no = (f"{np.nansum(values[rows]):.0f} of {np.sum(~np.isnan(values[rows]))}" for rows in (on, ~on))
    assert f"You said yes {yes} times with it, and {no} without it." in said
    assert "For this answer, yes is better." in said
    assert "Our best guess: yes 64 times in 100 with it, and 33 without it." in said
    assert "point" not in said
    judged = replace(sure, likelihood="binary", observations=nights)
    effect = replace(judged.effect, unit="percentage points", mcid=10.0, p_benefit=0.9, p_harm=0.01, p_futile=0.02)
    view = patient_view(replace(judged, effect=effect))
    assert "The chance that your answer is better by more than 10 in 100 is 90 in 100." in view.known
    assert "We do not know the exact size." in view.unknown


def test_chances_of_a_change_that_matters_are_said_all_ways(answers: dict[str, Posterior]) -> None:
    """The chances of better, worse and too small stand together, out of a hundred, the greater way first."""
    answer = answers["blocks"]
    known = patient_view(_with(answer, p_benefit=0.07, p_harm=0.42, p_futile=0.2)).known
    assert known[1:] == (
        "A change of 2 points is big enough to matter. Less than 1 point is too small.",
        "The chance that your score is worse by more than 2 points is 42 in 100.",
        "The chance that your score is better by more than 2 points is 7 in 100.",
        "The chance that the change is too small to matter is 20 in 100.",
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "You may have known when you took it. Hope or fear alone can change a score."),
        (Blinding(40, 0, 1.0, 0.01), "You often knew when you took it. Hope or fear alone can change a score."),
        (Blinding(40, 0, 0.5, 0.6), None),
    ],
)
def test_hope_and_fear_are_named(answers: dict[str, Posterior], found: Blinding | None, said: str | None) -> None:
    """Unless guesses were no better than chance, the page says that hope or fear may be part of it."""
    unknown = patient_view(replace(answers["blocks"], blinding=found)).unknown
    assert said in unknown if said else not any("Hope" in line for line in unknown)


def test_what_speaks_against_the_answer_is_said(answers: dict[str, Posterior]) -> None:
    """A model that does not fit, another assumption that turns the answer, and a test that allows chance."""
    answer = replace(
        _with(answers["daily"], mean=3.0, p_below_zero=0.02),
        checks=(Check("largest residual", 6.0, (2.0, 4.0), 0.002),),
        what_if=(WhatIf("carry-over", -1.0, 1.0, (-3.0, 1.0), 0.8),),
        randomisation_test=RandomisationTest(0.2, least_p=0.001),
    )
    unknown = patient_view(answer).unknown
    for line in (
        "Our maths does not fit all of your diary. So this page may be off.",
        "With other ways to do the maths, it goes the other way. So take care with this page.",
        "A simple test cannot rule out chance.",
    ):
        assert line in unknown


def test_word_it_is_explained_before_it_is_used(answers: dict[str, Posterior]) -> None:
    """The first sentence of the box says what the word means: the adjunct by its name where somebody gave it."""
    answer = answers["blocks"]
    assert _box(patient_html(answer))[0] == "Here “it” is what you tried in this trial."
    named = replace(answer, schedule=replace(answer.schedule, adjunct="black tea"))
    assert _box(patient_html(named))[0] == "Here “it” is black tea."


@EACH
def test_way_to_help_stands_in_the_box(answers: dict[str, Posterior], name: str) -> None:
    """Who thinks of hurting themselves need not read to the end: the line stands in the box, and again at the end."""
    page = patient_html(answers[name])
    assert "If you think of hurting yourself, or feel in danger, get help now." in _box(page)
    assert page.count("If you think of hurting yourself") == 2


@pytest.mark.parametrize(("value", "said"), [(-13.2, "13 points"), (1.34, "1.3 points"), (0.04, "0.04 points")])
def test_sizes_are_whole_points_where_they_can_be(value: float, said: str) -> None:
    """From two points on a size is a whole number; a small one keeps its two figures."""
    assert points(value) == said


def test_page_says_whose_diary_it_is_of_what_and_from_when(answers: dict[str, Posterior]) -> None:
    """Label, adjunct and dates stand at the head of the page and of every printed sheet; what nobody said too."""
    answer = answers["blocks"]
    seen, schedule = answer.observations, replace(answer.schedule, adjunct="black tea")
    own = Observations(seen.times_days, seen.values, name="low mood", case="p-07", day_zero=dt.date(2026, 3, 1))
    page = patient_html(replace(answer, observations=own, schedule=schedule))
    for fact in ("Diary of</dt><dd><bdi>p-07", "tried</dt><dd><bdi>black tea", "From</dt><dd><bdi>2026-03-02 to "):
        assert fact in page
    assert css_string("Case p-07 · low mood · 2026-03-02 to 2026-04-30") in page
    assert patient_html(answer).count("<bdi>not stated</bdi>") == 2
