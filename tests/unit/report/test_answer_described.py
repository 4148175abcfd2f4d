"""The plain figures of a diary on page, terminal and in JSON: the same ones everywhere."""

from __future__ import annotations

import re
from dataclasses import replace

import orjson
import pytest
from rich.console import Console

from equipoise.model.posterior import Posterior
from equipoise.report.answer_described import described_view, described_words
from equipoise.report.answer_html import answer_html
from equipoise.report.answer_plain import answer_json
from equipoise.report.answer_terminal import print_answer

NAMES = ("blocks", "daily", "taper", "watched", "item")


@pytest.mark.parametrize("name", NAMES)
def test_page_and_json_hold_the_ratings_as_they_are(answers: dict[str, Posterior], name: str) -> None:
    """Every level and period is a row of the page, with the counts that the JSON holds."""
    answer = answers[name]
    view, plain = described_view(answer), orjson.loads(answer_json(answer))["described"]
    page = re.sub(r"<[^>]+>", " ", answer_html(answer))
    for line in (*view.levels, *view.periods):
        assert f"{line.name} {line.n} {line.missing} {line.mean} {line.sd}" in " ".join(page.split())
    assert [line.n for line in view.levels] == [str(group["n"]) for group in plain["levels"]]
    assert len(view.periods) == len(plain["periods"])
    assert view.difference.startswith("With minus without, plain means:")


def test_terminal_says_the_ratings_as_they_are(answers: dict[str, Posterior]) -> None:
    """Below the table of estimates stand the levels and the plain difference, with what it leaves out."""
    console = Console(width=2000)
    with console.capture() as capture:
        print_answer(answers["blocks"], console)
    lines = list(described_words(answers["blocks"]))
    assert [line.split(":")[0] for line in lines] == ["Without", "With", "With minus without, plain means"]
    assert all(line in capture.get() for line in lines)
    assert "No trend, correlation, carry-over or prior" in lines[-1]


def test_yes_or_no_is_a_share(answers: dict[str, Posterior]) -> None:
    """The mean of yes and no is a share in per cent, their difference percentage points."""
    answer = answers["item"]
    seen = answer.observations
    yes = type(seen)(seen.times_days, (seen.values > 3).astype(float), name="slept")
    view = described_view(replace(answer, likelihood="binary", observations=yes))
    assert all(re.fullmatch(r"\d+ %", line.mean) for line in view.levels)
    assert "percentage points" in view.difference
