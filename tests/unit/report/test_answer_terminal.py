"""The answer on a terminal: the sentence first, and nothing rounded into certainty."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from equipoise.analyse import analyse
from equipoise.analyse.robustness import robustness
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Blinding, ConfidenceSequence, Look, Posterior
from equipoise.model.schedule import Exposure, Schedule
from equipoise.report.answer_model_free import blinding_words
from equipoise.report.answer_size import estimate_lines
from equipoise.report.answer_terminal import print_answer

DAYS = np.arange(1.0, 41.0)
TAKEN = np.repeat([1.0, 0.0, 1.0, 0.0], 10)


@pytest.fixture(scope="module")
def answer() -> Posterior:
    """A clear effect in a diary with marked days of withdrawal and an order that nobody drew."""
    rng = np.random.default_rng(4)
    withdrawn = (DAYS > 10) & (DAYS <= 14)
    values = 20.0 - 9.0 * TAKEN + 5.0 * withdrawn + rng.standard_normal(40)
    schedule = Schedule("observational", Exposure(DAYS - 1, TAKEN), withdrawal_days=((10.0, 14.0),))
    return analyse(schedule, Observations(DAYS, values, name="low mood", case="A1"), plan=Plan(mcid=3.0))


def _printed(answer: Posterior) -> str:
    console = Console(width=2000, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as capture:
        print_answer(answer, console)
    return capture.get()


def test_the_sentence_comes_first(answer: Posterior) -> None:
    """Under the name of the case stands the answer in words."""
    lines = _printed(answer).splitlines()
    assert lines[0] == "Case A1"
    assert lines[1] == answer.sentence


def test_a_probability_is_never_rounded_to_certainty(answer: Posterior) -> None:
    """An almost certain effect reads >0.999, never 1.000."""
    text = _printed(answer)
    assert ">0.999" in text
    assert "1.000" not in text


def test_withdrawal_and_likelihood_have_their_own_lines(answer: Posterior) -> None:
    """Days of withdrawal stand apart from the estimate, and the likelihood says why it was chosen."""
    text = _printed(answer)
    assert "Days of withdrawal, kept apart from the difference: " in text
    assert "Likelihood: gaussian; the ratings are taken as continuous." in text


def test_what_cannot_be_had_says_why(answer: Posterior) -> None:
    """No draw: neither test nor sequence, and no causal word."""
    text = _printed(answer)
    assert "Randomisation test: not to be had: the order was not drawn by chance" in text
    assert "Confidence sequence: not to be had" in text
    assert "not why" in text


def test_an_open_and_a_refuting_sequence_read_differently(answer: Posterior) -> None:
    """'No bound yet' and 'no value left' are two answers."""
    still_open = ConfidenceSequence(0.95, (Look(7.0, None, None, 1.0),))
    refuted = ConfidenceSequence(0.95, (Look(7.0, None, None, 99.0, all_refuted=True),))
    assert "no bound reached on day 7" in _printed(replace(answer, confidence_sequence=still_open))
    assert "every value is refuted" in _printed(replace(answer, confidence_sequence=refuted))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Blinding(40, 2, 0.9, 0.01), "may have been able to tell"),
        (
            Blinding(40, 2, 0.5, 0.6, "", 0.01, (0.3, 0.7)),
            "interval 30 to 70 %): no more than chance may give,",
        ),
        (
            Blinding(28, 0, 1.0, 0.25, "", 0.25, (0.51, 1.0)),
            "too few draws to say whether the patient could tell",
        ),
        (Blinding(2, 40, None, None, "fewer than 5 guesses"), "nothing can be said: fewer than 5 guesses"),
    ],
)
def test_guesses_are_told_in_one_sentence(found: Blinding, words: str) -> None:
    """What the guesses say, or why they say nothing."""
    assert words in blinding_words(found)


def test_line_under_the_sentence_says_whether_it_holds(answer: Posterior) -> None:
    """Other assumptions and the tests on the draw are weighed before any figure."""
    assert _printed(answer).splitlines()[2] == robustness(answer)


def test_better_is_said_with_its_probability(answer: Posterior) -> None:
    """A reader need not know which sign is a relief."""
    assert "Better is a lower score: P(better) >0.999, P(worse) <0.001." in _printed(answer)


def test_without_a_draw_the_table_names_a_difference(answer: Posterior) -> None:
    """The terminal calls the estimate what the report calls it."""
    text = _printed(answer)
    assert "Difference on low mood, on minus off, points" in text
    assert "effect" not in text.replace("additive effect", "").lower()


def test_numbers_look_as_in_the_report(answer: Posterior) -> None:
    """The estimate of the terminal is the same text as that of the page: true minus sign, three figures."""
    line = estimate_lines(answer)[0]
    figures = f"{line.mean} {line.sd} {line.interval} {line.better} {line.matters}"
    assert f"as planned {figures}" in " ".join(_printed(answer).split())


@pytest.mark.parametrize("width", [40, 61, 80, 97])
def test_no_figure_stands_apart_from_its_sign(answer: Posterior, width: int) -> None:
    """However narrow the terminal, no line begins with a per-cent sign of a probability, and markup is text."""
    seen = answer.observations
    named = Observations(seen.times_days, seen.values, name="[bold]mood")
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        print_answer(replace(answer, observations=named), console)
    lines = capture.get().splitlines()
    assert [line for line in lines if line.lstrip().startswith("%")] == []
    assert max(len(line) for line in lines) <= width
    assert any("[bold]mood" in line for line in lines)


def test_terminal_without_unicode_still_reads(answer: Posterior) -> None:
    """Minus signs and kept spaces have plain letters in their place where the terminal knows no others."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_answer(answer, Console(file=stream, width=100))
    stream.seek(0)
    text = stream.read()
    assert "?" not in text
    assert "-8." in text
