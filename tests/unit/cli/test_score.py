"""`equipoise score`: what a clinician reads first, what a program reads, and what is refused."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.errors import EquipoiseError, ExitCode, InputError


def told(*arguments: str) -> str:
    """What `equipoise score` prints."""
    done = CliRunner().invoke(app, ["score", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: str) -> EquipoiseError:
    """Why `equipoise score` ends with an error."""
    error = CliRunner().invoke(app, ["score", *arguments]).exception
    assert isinstance(error, EquipoiseError)
    return error


FIRST_LINE = [
    (("phq9", *"000000001"), "SAFETY SIGNAL: item 9 answered 1."),
    (("phq9", *"00000000-"), "SAFETY UNKNOWN: no answer to item 9."),
    (("phq9", *"333333330"), "no signal: item 9 answered 0."),
    (("phq9", "--total", "12"), "SAFETY UNKNOWN: a total of 12 does not tell item 9."),
    (("phq9", "--total", "25"), "SAFETY SIGNAL: a total of 25 needs 1 or more on item 9."),
    (("asq", "no", "no", "no", "no", "yes"), "SAFETY SIGNAL (acute positive): item 5 answered 1."),
    (("asq", "no", "no", "no", "yes", "yes"), "SAFETY SIGNAL (acute positive): item 5 answered 1."),
    (("asq", "no", "no", "no", "yes"), "SAFETY SIGNAL (positive): item 4 answered 1. Ask question 5."),
    (("asq", "no", "-", "no", "no"), "SAFETY UNKNOWN (positive): no answer to item 2."),
]


@pytest.mark.parametrize(("arguments", "line"), FIRST_LINE)
def test_safety_is_said_first(arguments: tuple[str, ...], line: str) -> None:
    """A signal stands before the total, and one that is met or unknown before those that are not."""
    assert told(*arguments).startswith(line)


def test_no_signal_clears_nobody() -> None:
    """Without a signal the command says that this is no clearance; with one, that it alerts nobody itself."""
    assert "clears nobody" in told("phq9", *"000000000")
    assert "alerts nobody" in told("phq9", *"000000001")


def test_an_answered_follow_up_is_not_asked_for_again() -> None:
    """Once question 5 has its answer, the signal that led to it asks for the assessment only."""
    text = told("asq", "no", "no", "no", "yes", "yes")
    assert "Ask question 5" not in text
    assert "item 4 answered 1. A trained clinician makes the brief suicide safety assessment." in text


def test_a_total_is_held_against_every_published_cutoff() -> None:
    """Each cut-off says whether the total lies below, at or above it, how good it is, who says so, and what follows."""
    text = told("phq2", "1", "2")
    assert "at the cut-off of 3: sensitivity 61 %, specificity 92 % [Arroll 2010]" in text
    assert "above the cut-off of 2: sensitivity 86 %, specificity 78 % [Arroll 2010]" in text
    assert "at or above a cut-off: PHQ-9 next. [Rancans 2018]" in text
    low = told("phq2", "1", "0")
    assert "below the cut-off of 3" in low
    assert "PHQ-9 next" not in low


@pytest.mark.parametrize("name", ["PHQ-9", "phq-9", "Phq 9"])
def test_an_instrument_is_known_however_it_is_written(name: str) -> None:
    """Capitals, hyphens and spaces do not matter."""
    assert "10 of 0 to 27" in told(name, "--total", "10")


def test_a_window_that_is_not_known_is_left_out() -> None:
    """Where the records have no recall window, none is claimed and none is called unknown."""
    assert "Ask Suicide-Screening Questions: no total." in told("asq", *["no"] * 4)


def test_the_text_tells_what_a_number_rests_on() -> None:
    """Band, prorating rule and differences say where they come from, and what was recalled says so."""
    text = told("phq9", *"2222222-0")
    assert "15.75 of 0 to 27; moderately severe" in text
    assert "open items: 8" in text
    assert "prorated" in text
    assert "Koehler" in text
    assert "Kounali 2022" in text
    assert "5 points [recalled, not read in a source]" in text
    assert "21 percent of baseline" in text
    assert "_" not in text
    assert "moderate, recalled, not read" in told("madrs_s", "--total", "20")


def test_json_holds_the_whole_score() -> None:
    """A program gets every field, the open items and the important differences."""
    found = json.loads(told("gad7", "1", "1", "-", "1", "1", "1", "1", "--json"))
    assert (found["total"], found["missing"], found["answers"][2]) == (None, [3], None)
    assert found["no_total"]
    assert [item["unit"] for item in found["important_differences"]] == ["points", "points", "percent of baseline"]


REFUSED = [
    (("phq9", "-1", "2.5", "x"), ["answers", "item 1", "item 2", "item 3"]),
    (("phq9",), ["ANSWERS"]),
    (("phq9", "1", "--total", "1"), ["ANSWERS"]),
    (("phq9", "--total", "28"), ["total"]),
    (("phq9", "--total", "9.5"), ["total"]),
    (("isi", "1", "2"), ["instrument"]),
    (("asq", "--total", "1"), ["instrument"]),
]


@pytest.mark.parametrize(("arguments", "places"), REFUSED)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], places: list[str]) -> None:
    """Every fault is named, also of an answer that looks like an option."""
    error = refused(*arguments)
    assert isinstance(error, InputError)
    assert [fault.path for fault in error.faults] == places


def test_an_unknown_instrument_is_met_with_what_is_near() -> None:
    """A name that is not in the records is never taken for another one."""
    error = refused("phq8", "1")
    assert error.exit_code is ExitCode.KNOWLEDGE
    assert "phq9" in str(error)
