"""The terminal: outcome first, questions as questions, readable at 80 columns and without colour."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from equipoise.model.dossier import Dossier, NotAssessed
from equipoise.model.finding import Burden, BurdenPart, Magnitude
from equipoise.model.terms import Effect, Outcome
from equipoise.report.terminal import bar, print_dossier


def _printed(dossier: Dossier, width: int = 80, *, colour: bool = False, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    print_dossier(
        dossier, Console(file=stream, width=width, force_terminal=colour, color_system="standard" if colour else None)
    )
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("outcome", "first"),
    [
        (Outcome.STOP, "Stop: a contraindication is met"),
        (Outcome.SPECIALIST_DECISION, "A specialist must decide"),
        (Outcome.CLINICIAN_MUST_DECIDE, "The clinician must decide"),
    ],
)
def test_outcome_is_the_first_line(build: Any, outcome: Outcome, first: str) -> None:
    """The first line is the outcome in words."""
    assert _printed(build.dossier(outcome=outcome)).splitlines()[0] == first


@pytest.mark.parametrize("outcome", list(Outcome))
def test_terminal_never_clears_a_patient(build: Any, outcome: Outcome) -> None:
    """No outcome is told as cleared, safe or OK."""
    text = _printed(build.dossier(outcome=outcome))
    assert not re.search(r"\b(cleared|safe|ok|okay|eligible)\b", text, flags=re.IGNORECASE)


def test_parts_stand_in_order(full: Dossier) -> None:
    """Reasons, met findings by severity, blocking questions, other questions, not assessed, tests, law, evidence."""
    text = _printed(full)
    heads = (
        "WHY", "CONTRAINDICATED: 1 MET", "SPECIALIST DECISION: 2 MET", "CAUTION: 2 MET", "INFORMATION: 1 MET",
        "UNANSWERED CONTRAINDICATIONS: 2", "ALSO TO SETTLE: 2", "NOT ASSESSED: 2", "BASELINE TESTS MISSING", "LAW ON",
        "EFFECTS THAT ADD UP", "INPUT NOT READ: 9", "WHAT IS KNOWN", "SOURCES", "Knowledge 3f9c3f9c3f9c",
    )  # fmt: skip
    places = [text.index(head) for head in heads]
    assert places == sorted(places)


def test_magnitude_has_interval_and_bounds(full: Dossier) -> None:
    """A size is told as ratio, 90 % interval, floor and ceiling."""
    plain = " ".join(_printed(full).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "AUC × 1.39 (90 % 1.23–1.57), floor 1.39, ceiling 5.69" in plain


def test_unknown_findings_are_questions(full: Dossier) -> None:
    """What is unknown is asked, with the record that the answer belongs to."""
    text = " ".join(_printed(full).split())
    assert "? Is the patient pregnant, planning it, or without a test and contraception? (pregnancy)" in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_the_terminal(full: Dossier, width: int) -> None:
    """No line is wider than the terminal."""
    assert max(cell_len(line) for line in _printed(full, width).splitlines()) <= width


def test_long_words_and_wide_letters_are_folded(build: Any) -> None:
    """A word of 300 letters and Chinese names are folded, and nothing of them is lost."""
    name = "舍曲林片" * 30 + "x" * 300
    text = _printed(build.dossier(not_assessed=(NotAssessed(text=name, reason="no record"),)))
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert name in "".join(text.split())


def test_piped_text_has_no_escape_sequences(full: Dossier) -> None:
    """Without a terminal there is no colour code in the text."""
    assert "\x1b" not in _printed(full)


def test_colour_adds_nothing_to_the_words(full: Dossier) -> None:
    """With colour the words are the same as without it."""
    coloured = _printed(full, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == _printed(full)


def test_text_of_a_case_is_no_markup_and_no_control(build: Any) -> None:
    """Brackets of a medicine text stay as they are, and an escape sequence in it does nothing."""
    text = _printed(build.dossier(not_assessed=(NotAssessed(text="[red]x[/red] \x1b[2J :smile:", reason="no record"),)))
    assert "[red]x[/red] \ufffd[2J :smile:" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_terminal_without_unicode_is_served(full: Dossier, encoding: str) -> None:
    """A terminal that lacks signs gets plain ones, and no error."""
    text = _printed(full, encoding=encoding)
    assert "AUC x 1.39 (90 % 1.23-1.57)" in " ".join(text.split())
    assert "####" in text


def _burden(own: int, adjunct: int) -> Burden:
    mine = tuple(BurdenPart(label=f"m{index}", points=1) for index in range(own))
    return Burden(
        effect=Effect.QT, severity=None, parts=(*mine, BurdenPart(label="k", points=adjunct, is_adjunct=True))
    )


def test_bars_show_the_adjunct_without_colour() -> None:
    """The adjunct's share has its own character, and a bar too long keeps both shares."""
    assert bar(_burden(2, 1), 3) == "████░░"
    long = bar(_burden(90, 1), 91)
    assert len(long) == 24
    assert long.endswith("█░")


def test_cited_numbers_are_listed(full: Dossier) -> None:
    """Each number in brackets stands in the list of sources."""
    text = _printed(full)
    body, listed = text.split("\nSOURCES\n")
    groups: list[str] = re.findall(r"(?<=\s)\[(\d+(?:,\s+\d+)*)\]", body)
    cited = {number for group in groups for number in re.findall(r"\d+", group)}
    assert cited
    assert {f"[{number}]" for number in cited} <= set(re.findall(r"\[\d+\]", listed))


def test_far_out_size_is_printed(build: Any) -> None:
    """A ratio of 0.0004 is told as below the last figure shown, never as zero."""
    size = Magnitude(estimate=0.0004, interval=(0.0001, 0.002), kind="x")
    text = _printed(build.dossier(findings=(build.finding(magnitude=size),)))
    assert "below 0.001" in text.replace("\N{NO-BREAK SPACE}", " ")
