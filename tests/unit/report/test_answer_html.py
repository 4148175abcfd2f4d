"""The page of an answer: what it says, what it never says, and what no input can make it do."""

from __future__ import annotations

import datetime as dt
import gzip
import html
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from equipoise import __version__
from equipoise.analyse.robustness import robustness
from equipoise.analyse.sentence import WEAK, percent
from equipoise.errors import MissingExtraError
from equipoise.knowledge import Knowledge
from equipoise.model.observations import Observations
from equipoise.model.posterior import (
    Blinding,
    Check,
    ConfidenceSequence,
    Look,
    ModelScore,
    Posterior,
    RandomisationTest,
)
from equipoise.report import pdf
from equipoise.report.answer_html import answer_html, answer_pdf, patient_html
from equipoise.report.answer_model_free import randomisation_words
from equipoise.report.answer_view import answer_view, citations
from equipoise.report.words import NBSP

NAMES = ("blocks", "daily", "taper", "watched", "item")
EACH = pytest.mark.parametrize("name", NAMES)
SCRIPT = "<script>alert(1)</script>"
MOST_BYTES = 120_000


def _text(page: str) -> str:
    """What a reader sees: no style, no tags."""
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


@EACH
def test_sections_stand_in_reading_order(answers: dict[str, Posterior], name: str) -> None:
    """The answer in words comes first, then series, size, tests, fit, numbers, methods and sources."""
    page = answer_html(answers[name])
    names = ("answer", "described", "series", "size", "tests", "trust", "numbers", "methods", "sources")
    places = [page.index(f'<section id="{part}"') for part in names]
    assert places == sorted(places)
    first = page[places[0] : places[1]]
    assert html.escape(answers[name].sentence) in first
    assert "weak evidence" in first
    assert "never recommends a dose and never clears a patient" in first


@EACH
def test_page_runs_nothing_and_asks_for_nothing(answers: dict[str, Posterior], name: str) -> None:
    """No script, no style attribute, no picture or font from elsewhere, under a policy that forbids them."""
    page = answer_html(answers[name])
    assert "default-src 'none'; style-src 'sha256-" in page
    assert not re.search(r"<script|<img|<link|<iframe|\son\w+=|\sstyle=|@import|javascript:", page)
    assert all(link.startswith(("#", "https://")) for link in re.findall(r'href="([^"]+)"', page))


@EACH
def test_same_answer_gives_the_same_page_of_modest_size(answers: dict[str, Posterior], name: str) -> None:
    """The page is a pure function of the answer and stays below 120 kB compressed."""
    page = answer_html(answers[name])
    assert page == answer_html(answers[name])
    assert len(gzip.compress(page.encode())) < MOST_BYTES


def test_names_of_the_diary_cannot_break_the_page(answers: dict[str, Posterior]) -> None:
    """A name that holds markup or control characters is shown as text, in page, title and style sheet."""
    answer = answers["blocks"]
    seen = answer.observations
    named = type(seen)(seen.times_days, seen.values, name=SCRIPT + "\x07</style>", case=SCRIPT)
    for make in (answer_html, patient_html):
        tried = replace(answer.schedule, adjunct=SCRIPT)
        page = make(replace(answer, observations=named, schedule=tried, notes=(SCRIPT,)))
        assert "<script" not in page
        assert "\x07" not in page
        assert page.count("</style>") == 1
        assert html.escape(SCRIPT) in page


@pytest.mark.parametrize("name", ["taper", "watched"])
@pytest.mark.parametrize("make", [answer_html, patient_html])
def test_without_randomisation_no_word_of_cause(answers: dict[str, Posterior], name: str, make: object) -> None:
    """Where chance did not draw the order, nothing is called an effect, and nothing helps, works or causes."""
    assert callable(make)
    text = _text(make(answers[name]).partition('<section id="sources"')[0])
    assert "Size of the difference" in text or "What we do not know" in text
    text = text.replace("no causal claim can be made", "").replace("get help now", "")
    text = text.replace("They will help you decide", "")
    found = re.findall(r"\b(effects?|caus\w+|benefit\w*|because of|due to|help\w*|works?|worked|leads? to)\b", text)
    assert found == []
    assert "chance" in text


@pytest.mark.parametrize("name", ["blocks", "daily"])
def test_randomised_answer_speaks_of_an_effect(answers: dict[str, Posterior], name: str) -> None:
    """Where chance drew the order, the difference is an effect, and one trial is still weak evidence."""
    text = _text(answer_html(answers[name]))
    assert "Size of the effect" in text
    assert WEAK in text


@EACH
def test_every_figure_of_the_answer_is_on_the_page(answers: dict[str, Posterior], name: str) -> None:
    """Each what-if row, check, model and coefficient has its row, with its own numbers."""
    answer = answers[name]
    view = answer_view(answer)
    assert len(view.estimates) == len(answer.what_if) + 1
    assert len(view.checks) == len(answer.checks)
    assert len(view.scores) == len(answer.loo)
    assert view.checks
    assert view.scores
    assert len(view.diary) == answer.observations.values.size
    text = _text(answer_html(answer))
    for row in view.estimates:
        assert f"{row.name} {row.mean} {row.sd} {row.interval} {row.better} {row.matters or ''}".strip() in text
    for score, line in zip(answer.loo, view.scores, strict=True):
        assert float(line.elpd.replace("−", "-")) == pytest.approx(score.elpd, rel=0.01)
        assert f"{line.name} {line.elpd} {line.difference} {line.reading}" in text
    for row in (*view.numbers, *view.choices):
        assert re.sub(r"\s+", " ", f"{row.name} {row.value} {row.meaning}").strip() in text
    named = {row.name.lower() for row in view.numbers}
    assert {key for key in answer.coefficients if key != "effect"} <= named


def test_own_numbers_are_those_of_the_answer(answers: dict[str, Posterior]) -> None:
    """The first estimate of the page is the effect as planned, to three figures, with its interval."""
    effect = answers["blocks"].effect
    line = answer_view(answers["blocks"]).estimates[0]
    assert float(line.mean.replace("−", "-")) == pytest.approx(effect.mean, rel=0.005)
    low, high = (float(end.replace("−", "-")) for end in line.interval.split(" to "))
    assert (low, high) == pytest.approx(effect.interval, rel=0.005)


def test_methods_are_cited_in_full(answers: dict[str, Posterior]) -> None:
    """Each source key of the answer becomes a citation with authors, title and year, and the text refers to it."""
    page = answer_html(answers["blocks"])
    text = _text(page)
    for words in ("Uhlenbeck GE, Ornstein LS", "Howard SR", "Anytime-valid inference in N-of-1 trials", "Vehtari A"):
        assert words in text
    assert [f'href="#source-{n}"' in page for n in (1, 2, 3, 4)] == [True] * 4


def test_unknown_source_stays_visible() -> None:
    """A key without a record is shown with a warning; it does not vanish."""
    note = citations(["no_such_source"]).notes[0]
    assert note.source is None
    assert "do not rely on it" in note.standing


def test_reasons_stand_where_a_test_cannot_be_had(answers: dict[str, Posterior]) -> None:
    """Without a draw there is no randomisation test and no sequence; the page says why instead."""
    text = _text(answer_html(answers["watched"]))
    assert "Not to be had: the order was not drawn by chance" in text
    assert "Not to be had: the odds of the draws are not known." in text
    assert "Confidence sequence over" not in text


def test_a_direction_that_nobody_said_is_marked(answers: dict[str, Posterior]) -> None:
    """The facts of the page say that the direction of relief was only assumed."""
    answer = answers["blocks"]
    unsaid = replace(answer, observations=replace(answer.observations, better_said=False))
    assert "a lower score (assumed)" in _text(answer_html(unsaid))
    assert "(assumed)" not in _text(answer_html(answer))


def test_an_order_that_nobody_declared_is_no_randomised_one(answers: dict[str, Posterior]) -> None:
    """Unsaid, the design is not known to be randomised: a difference, no effect, though the test is explained."""
    rule = answers["blocks"].schedule.randomisation
    assert rule is not None
    assumed = replace(rule, assumed=True)
    unsaid = replace(answers["blocks"].schedule, design="undeclared", randomisation=assumed)
    text = _text(answer_html(replace(answers["blocks"], schedule=unsaid)))
    assert "not said, so not known to be randomised" in text
    assert "Nobody said that chance decided the order: other things" in text
    assert "Size of the difference" in text
    assert "The randomisation test compares the statistic" in text


def test_assumed_draw_is_said_beside_the_p_value(answers: dict[str, Posterior]) -> None:
    """A rule that nobody recorded is named as assumed, beside the result that rests on it."""
    test = replace(answers["blocks"].randomisation_test, why="the rule was assumed from the sequence")
    shown = answer_view(replace(answers["blocks"], randomisation_test=test)).test
    assert shown[-1] == "The rule was assumed from the sequence."


def test_sampled_orders_name_their_seed() -> None:
    """A test over a sample of the orders says so with its seed, and writes a huge number as a power of ten."""
    test = RandomisationTest(0.375, 0.375, 1_170_068_094_910_332_341, exact=False, statistic=1.0, least_p=1e-4, seed=7)
    assert "1.2 × 10¹⁸ orders" in randomisation_words(test)[0]
    assert "seed 7" in randomisation_words(test)[0]


def test_failed_check_is_marked_and_counted(answers: dict[str, Posterior]) -> None:
    """A feature that the model does not explain is marked in the table and named beside the answer."""
    check = Check("largest residual", 6.0, (2.0, 4.0), 0.002)
    text = _text(answer_html(replace(answers["blocks"], checks=(check,))))
    assert "Largest residual 6 2 to 4 0.002 not explained" in text
    assert "1 check of the model failed" in text


def test_failed_check_stands_beside_the_answer_without_any_note(answers: dict[str, Posterior]) -> None:
    """A model that does not fit is named beside the answer, also where nothing else is to be noted."""
    check = Check("largest residual", 6.0, (2.0, 4.0), 0.002)
    page = answer_html(replace(answers["blocks"], checks=(check,), notes=()))
    first = page[page.index('<section id="answer"') : page.index('<section id="series"')]
    assert "1 check of the model failed" in first
    assert 'id="notes"' not in answer_html(replace(answers["blocks"], checks=(), notes=()))


def test_better_simpler_model_is_a_warning(answers: dict[str, Posterior]) -> None:
    """Where a simpler model predicts clearly better, the table says to read the answer with care."""
    scores = (ModelScore("chosen", -100.0), ModelScore("without trend", -90.0, 10.0, 2.0))
    text = _text(answer_html(replace(answers["blocks"], loo=scores)))
    assert "Without trend −90 10.0 (SE 2.0) predicts better: read the planned answer with care" in text


@EACH
def test_line_under_the_sentence_weighs_what_speaks_against_it(answers: dict[str, Posterior], name: str) -> None:
    """Other assumptions and the tests on the draw stand right under the sentence."""
    page = answer_html(answers[name])
    first = page[page.index('<section id="answer"') : page.index('<table class="cols-probabilities"')]
    assert html.escape(robustness(answers[name])) in first


def test_figures_of_a_score_go_no_further_than_its_error(answers: dict[str, Posterior]) -> None:
    """A difference is written to the place of the second figure of its standard error."""
    scores = (ModelScore("chosen", -100.0), ModelScore("without trend", -100.001, -0.000983, 0.678))
    assert answer_view(replace(answers["blocks"], loo=scores)).scores[1].difference == "0.00 (SE 0.68)"


def test_model_without_score_says_why(answers: dict[str, Posterior]) -> None:
    """A score that cannot be had is a reason, not a blank."""
    scores = (ModelScore("chosen", -100.0), ModelScore("without trend", None, why="too many ratings"))
    assert answer_view(replace(answers["blocks"], loo=scores)).scores[1].reading == "Too many ratings"


def test_answer_without_checks_and_course_is_still_whole(answers: dict[str, Posterior]) -> None:
    """Where the course, the checks and the scores could not be had, the page says so and draws the ratings."""
    answer = answers["blocks"]
    empty = np.full(answer.fitted.days.size, np.nan)
    bare = replace(answer, fitted=replace(answer.fitted, mean=empty, low=empty, high=empty), checks=(), loo=())
    page = answer_html(bare)
    assert "No predictive check was made" in page
    assert "No leave-one-out scores were computed" in page
    assert "fitted course with its 95 % band</li>" not in page
    assert "nan" not in _text(page).lower().split()


def test_looks_are_listed_with_bounds_that_are_not_reached(answers: dict[str, Posterior]) -> None:
    """Every look has its row; a bound that is not reached says so."""
    sequence = ConfidenceSequence(0.95, (Look(10.0, None, None, 1.0), Look(20.0, -4.0, None, 3.2)))
    text = _text(answer_html(replace(answers["blocks"], confidence_sequence=sequence)))
    assert "10 not reached not reached 1 20 −4 not reached 3.2" in text
    assert "After the last look, on day 20: above −4, no upper bound reached" in text


def test_foot_of_the_page_says_where_the_answer_comes_from(answers: dict[str, Posterior], knowledge: Knowledge) -> None:
    """Case, adjunct, outcome, dates of the first and the last rating, program, seed, records and their hash."""
    answer = answers["blocks"]
    seen = replace(answer.observations, case="p-07", day_zero=dt.date(2026, 2, 28))
    told = replace(answer, observations=seen, schedule=replace(answer.schedule, adjunct="black tea"))
    foot = _text(answer_html(told).partition("<footer")[2])
    for words in (
        "Case p-07",
        "Adjunct black tea",
        "Outcome PHQ-9 total",
        "First and last rating 2026-03-01 to 2026-04-29",
        f"Program Equipoise {__version__}",
        f"Seed {answer.plan.seed}",
        f"Knowledge as of {knowledge.date}",
        f"Knowledge hash {knowledge.hash}",
    ):
        assert words in foot
    assert "p-07" in _text(answer_html(told).partition("<main")[0])


def test_origin_that_nobody_stated_is_said_to_be_open(answers: dict[str, Posterior]) -> None:
    """Without labels and dates the foot says so; days are those of the diary."""
    foot = _text(answer_html(answers["blocks"]).partition("<footer")[2])
    assert "Case not stated" in foot
    assert "Adjunct not stated" in foot
    assert "First and last rating day 1 to day 60, dates not stated" in foot


@EACH
def test_no_page_speaks_of_options_of_a_command(answers: dict[str, Posterior], name: str) -> None:
    """A clinician reads a page, not a terminal: what is missing is said in plain words."""
    for make in (answer_html, patient_html):
        assert not re.search(r"(?<!\S)--\w", _text(make(answers[name])))


def test_yes_and_no_are_never_points(answers: dict[str, Posterior]) -> None:
    """The page of a yes-or-no outcome says yes and no: in its facts, its legend and its table."""
    seen = answers["item"].observations
    nights = Observations(
        seen.times_days, np.where(seen.observed, seen.values > 3, np.nan), name="slept", better="higher"
    )
    answer = replace(answers["item"], likelihood="binary", observations=nights)
    text = _text(answer_html(answer))
    for words in ("Better is yes more often", "rating of slept , yes or no", "Below 0 yes is rarer with it"):
        assert words in text
    assert {row.rating for row in answer_view(answer).diary} == {"yes", "no", "missing"}


def test_dates_of_a_diary_are_shown(answers: dict[str, Posterior]) -> None:
    """First and last date stand in the head, every row and look has its date, the axis its year."""
    answer = answers["blocks"]
    seen = answer.observations
    dated = Observations(seen.times_days, seen.values, name=seen.name, day_zero=dt.date(2026, 2, 27))
    text = _text(answer_html(replace(answer, observations=dated)))
    for words in ("Dates 2026-02-28 to 2026-04-28", "on 2026-04-28:", "2026-02-28 0 ", "date, 2026"):
        assert words in text


def test_row_in_which_nothing_was_due_is_not_missing(answers: dict[str, Posterior]) -> None:
    """A day that only says what was taken lacks no rating: facts and table say so."""
    answer = answers["blocks"]
    seen = answer.observations
    weekly = Observations(seen.times_days, seen.values, due=seen.observed)
    view = answer_view(replace(answer, observations=weekly))
    assert {row.rating for row in view.diary} & {"missing", "none due"} == {"none due"}
    assert ("Ratings", "53, 0 missing") in {(row.name, row.value) for row in view.facts}


def test_parts_of_the_effect_add_up(answers: dict[str, Posterior]) -> None:
    """Better, worse, too small and in between are all there is; the picture's legend names each with its share."""
    rows = answer_view(answers["blocks"]).probabilities
    assert [row.name for row in rows[4:]] == ["Too small to matter", "In between"]
    effect = answers["blocks"].effect
    assert effect.p_benefit is not None
    assert effect.p_harm is not None
    assert effect.p_futile is not None
    assert rows[5].value == percent(1.0 - effect.p_benefit - effect.p_harm - effect.p_futile)
    text = _text(answer_html(answers["blocks"]))
    small, between = (row.value.replace(NBSP, " ") for row in rows[4:])
    assert f"too small to matter, less than half of that: {small}" in text
    assert f"in between: {between}" in text


@EACH
def test_page_shows_no_amount_to_take(answers: dict[str, Posterior], name: str) -> None:
    """No page names an amount of a substance."""
    for make in (answer_html, patient_html):
        assert not re.search(r"\d\s*(mg|g|mL|grams?|capsules?|tablets?|drops)\b", _text(make(answers[name])))


def test_pdf_without_its_extra_says_how_to_get_it(
    answers: dict[str, Posterior], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without WeasyPrint the error names the extra."""

    def nothing(name: str) -> None:
        del name

    monkeypatch.setattr(pdf, "find_spec", nothing)
    with pytest.raises(MissingExtraError, match="pdf"):
        answer_pdf(answers["blocks"])


@pytest.mark.slow
def test_pdf_is_tagged(answers: dict[str, Posterior]) -> None:
    """The PDF of the page is tagged and starts as PDF 1.7."""
    pytest.importorskip("weasyprint", reason="NO PDF: WeasyPrint is absent; install the extra `pdf`")
    made = answer_pdf(answers["blocks"])
    assert made.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in made or b"/ObjStm" in made


@pytest.mark.slow
def test_short_tables_stay_on_one_page(answers: dict[str, Posterior]) -> None:
    """On paper a table of few rows is never broken over two pages."""
    weasyprint: Any = pytest.importorskip("weasyprint", reason="NO PDF: WeasyPrint is absent; install the extra `pdf`")
    seen: dict[str, set[int]] = {}
    for number, page in enumerate(weasyprint.HTML(string=answer_html(answers["blocks"])).render().pages):
        for box in page._page_box.descendants():
            if box.element_tag == "table":
                seen.setdefault(box.element.get("class"), set()).add(number)
    whole = {"cols-probabilities", "cols-described", "cols-whatif", "cols-checks", "cols-loo"}
    assert {name: len(seen[name]) for name in whole} == dict.fromkeys(whole, 1)


def test_latent_scale_is_named_and_its_course_is_drawn_in_ratings(answers: dict[str, Posterior]) -> None:
    """An item has its effect in points of its answers, judged against the MCID; what is on the latent scale says so."""
    page = answer_html(answers["item"])
    text = _text(page)
    assert "with minus without, points" in text
    assert "Better by an amount that matters" in text
    assert "spread about the course, SDs of the rating noise" in text
    assert "The fitted course is not drawn" not in text
    assert "fitted course with its 95 % band" in text
    assert "expectation propagation" in text
    assert "leave-one-out scores come from taking the rating's own normal out again, an approximation" in text
    assert "Vehtari A, Mononen T" in text


def test_guesses_of_the_patient_are_said_where_they_were_asked(answers: dict[str, Posterior]) -> None:
    """Whether the patient could tell stands beside the tests; without guesses nothing is said of it."""
    told = replace(answers["blocks"], blinding=Blinding(40, 3, 0.9, 0.01))
    assert "Could the patient tell? Blinding: 90 % of 40 guesses were right" in _text(answer_html(told))
    assert "Could the patient tell?" not in answer_html(answers["blocks"])


@pytest.mark.parametrize(("name", "better"), [("blocks", "lower"), ("daily", "higher")])
def test_probability_of_better_follows_the_instrument(answers: dict[str, Posterior], name: str, better: str) -> None:
    """Where a lower score is better, better has the probability of a lower score; else that of a higher one."""
    effect = answers[name].effect
    below, above = percent(effect.p_below_zero), percent(1.0 - effect.p_below_zero)
    view = answer_view(answers[name])
    expected = (below, above) if better == "lower" else (above, below)
    assert (view.probabilities[0].value, view.probabilities[1].value) == expected
    assert view.probabilities[2].value == percent(effect.p_benefit or 0.0)
    assert view.probabilities[3].value == percent(effect.p_harm or 0.0)
    chance = effect.p_below_zero if better == "lower" else 1.0 - effect.p_below_zero
    assert float(view.estimates[0].better.strip("<>")) == pytest.approx(chance, abs=0.0011)
    assert float((view.estimates[0].matters or "").strip("<>")) == pytest.approx(effect.p_benefit or 0.0, abs=0.0011)
