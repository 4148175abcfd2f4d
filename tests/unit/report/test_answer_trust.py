"""A failed check says what it means for the answer, on the page and on a terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.console import Console

from equipoise.analyse.checks import CALMER, CHANGE, LAG, LARGEST, SHARE, WANDER
from equipoise.analyse.latent_checks import COMMONEST, REPEATS
from equipoise.model.posterior import Check, Posterior
from equipoise.report.answer_html import answer_html
from equipoise.report.answer_terminal import print_answer
from equipoise.report.answer_trust import check_lines, consequence

NAMES = (LAG, WANDER, LARGEST, CHANGE, CALMER, REPEATS, COMMONEST, f"{SHARE} least score")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seen", [0.0, 9.0])
def test_every_check_has_a_consequence_both_ways(name: str, seen: float) -> None:
    """Too high or too low: a sentence says what follows, and calls the estimate what the design allows."""
    said = consequence(Check(name, seen, (2.0, 4.0), 0.01), "difference")
    assert len(said.split()) > 5
    assert "effect" not in said
    assert "{" not in said


def test_every_check_of_an_answer_is_known(answers: dict[str, Posterior]) -> None:
    """No check that an answer makes is without its consequence."""
    for answer in answers.values():
        assert all(consequence(check, "effect") for check in answer.checks)


def test_a_failed_check_leads_somewhere(answers: dict[str, Posterior]) -> None:
    """The consequence stands beside the answer, in the table and on the terminal; a check that passes has none."""
    failed = Check(LAG, 0.612, (0.1, 0.4), 0.0123)
    answer = replace(answers["blocks"], checks=(failed, Check(LARGEST, 3.0, (2.0, 4.0), 0.5)))
    means = "days are more alike than the model allows, so that the interval may be too narrow"
    assert [line.means for line in check_lines(answer)] == [means, ""]
    page = " ".join(re.sub(r"<[^>]+>", " ", answer_html(answer)).split())
    assert page.count(means[1:]) == 2
    console = Console(width=2000)
    with console.capture() as capture:
        print_answer(answer, console)
    assert f"Check failed: {LAG} was 0.612, expected 0.1 to 0.4 (p = 0.0123): {means}." in capture.get()
