"""`equipoise analyse`: what is written before what is printed, and whose answer goes where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from equipoise.analyse.certainty import CERTAINTY
from equipoise.cli import options
from equipoise.cli.app import app
from equipoise.errors import Fault, InputError, OutputError, UsageError
from equipoise.report import answer_terminal

COLUMNS = ("--time", "day", "--outcome", "slept_well", "--on", "taken", "--design", "blocks")


@pytest.fixture(autouse=True)
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two people with a yes-or-no diary of four weeks each, with dates, in the working folder."""
    monkeypatch.chdir(tmp_path)
    rows = [
        f"{who},2026-03-{day + 1:02},{day // 7 % 2},{'yes' if (day * day + day // 7) % 3 else 'no'}"
        for who in ("A B", "C")
        for day in range(28)
    ]
    path = tmp_path / "diary.csv"
    path.write_text("\n".join(["who,day,taken,slept_well", *rows]), "utf-8")
    return path


def _run(*arguments: str) -> tuple[str, BaseException | None]:
    done = CliRunner().invoke(app, ["analyse", *arguments])
    return done.stdout, done.exception


def test_a_diary_of_yes_and_no_with_dates_is_read_as_such(tmp_path: Path) -> None:
    """Words and dates need no option; the page says dates, yes and no, and calls the outcome by its words."""
    told, error = _run("diary.csv", *COLUMNS, "--where", "who=C", "--report", "a.html")
    assert error is None
    assert "Likelihood: binary" in told
    page = (tmp_path / "a.html").read_text("utf-8")
    for words in ("Individual analysis: slept well", "2026-03-01 to 2026-03-28", ">yes</text>", "lower was assumed"):
        assert words in page


def test_each_person_has_a_file_with_the_own_answer(tmp_path: Path) -> None:
    """Files are named after their person, and each page names that person."""
    _, error = _run("diary.csv", *COLUMNS, "--case", "who", "--report", "a.html")
    assert error is None
    pages = {path.name: path.read_text("utf-8") for path in tmp_path.glob("a-*.html")}
    assert sorted(pages) == ["a-A_B.html", "a-C.html"]
    assert ">A B<" in pages["a-A_B.html"]
    assert ">A B<" not in pages["a-C.html"]


@pytest.mark.parametrize("asked", [("--report", "diary.html"), ("--report", "b.html", "--patient-page", "b.html")])
def test_nothing_is_analysed_where_a_file_would_be_lost(diary: Path, asked: tuple[str, ...]) -> None:
    """An answer in the place of the diary, or of another answer, is refused before the analysis: nothing is printed."""
    table = diary.rename(diary.with_suffix(".html"))
    before = table.read_bytes()
    told, error = _run("diary.html", *COLUMNS, "--where", "who=C", *asked)
    assert isinstance(error, UsageError)
    assert told == ""
    assert table.read_bytes() == before


def test_one_person_without_an_answer_stops_nobody_else(tmp_path: Path) -> None:
    """The others have their answers, files and a line in the table of all; the error names the person and the lines."""
    rows = (tmp_path / "diary.csv").read_text("utf-8").replace("C,2026-03-02,0,", "C,2026-03-02,0,perhaps")
    (tmp_path / "diary.csv").write_text(rows, "utf-8")
    told, error = _run("diary.csv", *COLUMNS, "--case", "who", "--report", "a.html")
    assert isinstance(error, InputError)
    assert str(error).startswith("diary.csv: 1 fault\n  - case 'C', slept_well: found ")
    assert "perhaps" in str(error)
    assert [path.name for path in tmp_path.glob("a-*.html")] == ["a-A_B.html"]
    table = told[told.index("EVERYBODY IN THIS TABLE") :].splitlines()
    assert [line.split()[:2] for line in table[2:4]] == [["A", "B"], ["C", "no"]]


def test_a_choice_that_is_wrong_for_everybody_is_told_once(tmp_path: Path) -> None:
    """What the command line got wrong is no fault of one person's rows: nothing is analysed."""
    told, error = _run("diary.csv", *COLUMNS, "--case", "who", "--s0", "much")
    assert isinstance(error, UsageError)
    assert told == ""
    assert not list(tmp_path.glob("*.html"))


def test_files_are_written_before_anything_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of the terminal that leaves early (`| head`) costs no file."""

    def leave(*_: object) -> NoReturn:
        raise BrokenPipeError

    monkeypatch.setattr(answer_terminal, "print_answer", leave)
    _run("diary.csv", *COLUMNS, "--where", "who=C", "--report", "a.html", "--patient-page", "p.html")
    assert (tmp_path / "a.html").is_file()
    assert (tmp_path / "p.html").is_file()


def test_a_file_that_cannot_be_written_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is printed although its report has no place; the error follows."""

    def full(path: Path, content: bytes) -> NoReturn:
        del content
        raise OutputError("output", [Fault(str(path), "a full disk", "a file that can be written", "Make room.")])

    monkeypatch.setattr(options, "write", full)
    told, error = _run("diary.csv", *COLUMNS, "--where", "who=C", "--report", "a.html")
    assert isinstance(error, OutputError)
    assert "slept well" in told


def test_a_diary_that_cannot_answer_leaves_the_patient_a_page(tmp_path: Path) -> None:
    """Too few ratings: the command refuses, and the page says that nobody can tell and with whom to decide."""
    rows = [f"2026-03-{day + 1:02},{day // 3 % 2},{day % 4}" for day in range(6)]
    (tmp_path / "short.csv").write_text("\n".join(["day,taken,low_mood", *rows]), "utf-8")
    arguments = ("--time", "day", "--outcome", "low_mood", "--on", "taken", "--design", "blocks")
    _, error = _run("short.csv", *arguments, "--patient-page", "p.html", "--report", "a.html", "--adjunct", "black tea")
    assert isinstance(error, InputError)
    assert not (tmp_path / "a.html").exists()
    page = (tmp_path / "p.html").read_text("utf-8")
    for words in (
        "We cannot tell. Your diary does not hold enough",
        "What to do next is for you and your clinician to decide.",
        "Here “it” is black tea.",
        "If you think of hurting yourself",
        "2026-03-01 to 2026-03-06",
    ):
        assert words in page
    assert "<figure>" not in page


def test_json_says_better_or_worse_and_how_sure() -> None:
    """A program need not know which sign is a relief, nor the table of words."""
    told, error = _run("diary.csv", *COLUMNS, "--where", "who=C", "--better", "higher", "--json")
    assert error is None
    found = json.loads(told)
    effect = found["effect"]
    assert found["better"] == "higher"
    assert effect["p_better"] == pytest.approx(1.0 - effect["p_below_zero"])
    assert effect["side"] == ("better" if effect["mean"] > 0 else "worse")
    assert effect["certainty"] in {row.word for row in CERTAINTY}
    assert 0.0 < effect["expected"]["without"] < 1.0
    assert "other assumptions" in found["robustness"]
