"""`equipoise power` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plans import complete
from small_plans import CARRY_OVER, MOOD, plan
from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.cli.truth_options import truth_from
from equipoise.design.truth import Normal, Truth
from equipoise.errors import UsageError
from equipoise.exchange.protocol_file import protocol_text
from equipoise.knowledge import Knowledge
from equipoise.model.prior import HalfLife, PhiPrior
from equipoise.model.trial_design import PlannedAnalysis

KEYS = {"power", "type_i_error", "coverage", "mcse", "fits_per_second", "decisions", "early_stop", "burden"}


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    path = tmp_path / "protocol.yaml"
    path.write_text(protocol_text(plan(analysis=CARRY_OVER)), "utf-8")
    return path


def test_the_answer_in_words_comes_first(protocol: Path) -> None:
    """A terminal gets one sentence, then the figures with their error, then what was taken for true."""
    done = CliRunner().invoke(app, ["power", str(protocol), "--trials", "300", "--phi", "0.4"])
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    assert "If the adjunct truly lowers low mood by 2 points, this plan shows it in" in text
    assert text.index("this plan shows it") < text.index("WHAT IT CAN FIND OUT") < text.index("WHAT WAS TAKEN FOR TRUE")
    assert "correlation over a day: 0.4" in text


def test_json_holds_every_figure_and_the_same_ones_for_a_seed(protocol: Path) -> None:
    """The same seed gives the same figures; only the speed may differ."""
    command = ["power", str(protocol), "--trials", "200", "--json", "--adherence", "0.9", "--missing", "0.1"]
    one, again = (json.loads(CliRunner().invoke(app, command).output) for _ in range(2))
    assert set(one) >= KEYS
    assert set(one["mcse"]) >= {"power", "type_i_error", "coverage", "interval_width"}
    one.pop("fits_per_second")
    again.pop("fits_per_second")
    assert one == again


def test_adaptive_allocation_is_shown_beside_the_plan_with_what_it_costs(protocol: Path) -> None:
    """Both ways stand beside each other in words and in JSON, and what the adaptive one costs is said."""
    command = ["power", str(protocol), "--trials", "60", "--adaptive"]
    text = " ".join(CliRunner().invoke(app, command).stdout.split())
    assert "WERE LATER PERIODS TO FOLLOW EARLIER ONES" in text
    assert "no plain randomisation test" in text
    found = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)["adaptive"]
    assert set(found) == {"adaptive", "planned", "costs"}
    assert found["planned"]["share_on"]["value"] == 0.5


def test_every_wrong_option_is_named_at_once() -> None:
    """Six faults, one message."""
    said = {"effect": "x", "phi": "2", "half_life": "x", "dropout": "3", "adherence": 7.0, "missing": -1.0}
    with pytest.raises(UsageError) as refused:
        truth_from(plan(), said)
    paths = {fault.path for fault in refused.value.faults}
    assert paths == {"--effect", "--phi", "--half-life", "--dropout", "--adherence", "--missing"}


def test_a_plan_that_names_neither_sd_nor_mcid_asks_for_them() -> None:
    """Nothing is made up: SD and effect are asked for together."""
    unsaid = plan(outcomes=(MOOD.model_copy(update={"mcid": None}),), analysis=PlannedAnalysis())
    with pytest.raises(UsageError) as refused:
        truth_from(unsaid, {})
    assert {fault.path for fault in refused.value.faults} == {"--sd", "--effect"}


def test_options_become_the_truth() -> None:
    """Texts are read as numbers, priors and rates; what is not said is the plan's."""
    said = {"effect": "prior", "phi": "beta(1,3)", "half_life": "2d", "dropout": "0.07/week", "trend": 1.0, "sd": 2.5}
    found = truth_from(plan(), said)
    weekly = 1.0 - 0.93 ** (1.0 / 7.0)
    assert found == Truth(Normal(0.0, 3.0), 2.5, PhiPrior(1.0, 3.0), HalfLife(2.0), 1.0, 15.0, dropout_per_day=weekly)
    assert truth_from(plan(), {}).effect == -2.0
    assert truth_from(plan(), {"phi": "0.4"}).phi == 0.4


def test_a_report_never_takes_the_place_of_the_protocol(tmp_path: Path) -> None:
    """A report that is no page, or would be written over what is read, is refused before anything is simulated."""
    for report in ("power.pdf", "protocol.html"):
        path = tmp_path / "protocol.html"
        done = CliRunner().invoke(app, ["power", str(path), "--report", str(tmp_path / report)])
        assert isinstance(done.exception, UsageError)


def test_the_page_says_the_answer_first_and_needs_nothing_from_outside(protocol: Path, tmp_path: Path) -> None:
    """The page holds the sentence, every picture with its table, and no script, link or request."""
    page = tmp_path / "power.html"
    command = ["power", str(protocol), "--trials", "100", "--report", str(page)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, (done.output, done.exception)
    text = page.read_text("utf-8")
    assert text.index("chance of learning a benefit") < text.index("In figures")
    for title in ("by true effect", "Width of the interval", "False claims where the adjunct does nothing"):
        assert title in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_shortest_plan_is_named_with_the_frontier(knowledge: Knowledge, tmp_path: Path) -> None:
    """A choice is told in one sentence, as a table, as JSON and as a page; what the kinetics refuse is not tried."""
    protocol = tmp_path / "protocol.yaml"
    sized = complete("randomised_blocks", knowledge, period_days=15, washout_days=15, analysis={"s0": 4.0})
    protocol.write_text(protocol_text(sized), "utf-8")
    before = protocol.read_text("utf-8")
    command = ["choose", str(protocol), "--effect=-6", "--power", "0.6", "--blocks", "2,3", "--every", "1"]
    command += ["--period", "7,15", "--washout", "15"]
    done = CliRunner().invoke(app, command)
    assert "The shortest plan with a chance of 60" in " ".join(done.stdout.split()), (done.output, done.exception)
    done = CliRunner().invoke(app, [*command, "--json", "--report", str(tmp_path / "choice.html")])
    found = json.loads(done.stdout)
    assert found["best"]["period_days"] == 15
    assert found["refused"] == 2
    assert protocol.read_text("utf-8") == before
    assert (tmp_path / "choice.html").exists()


def test_lists_that_are_no_numbers_are_named_together(protocol: Path) -> None:
    """Both wrong lists stand in one message."""
    done = CliRunner().invoke(app, ["choose", str(protocol), "--blocks", "a", "--every", "1;2"])
    assert isinstance(done.exception, UsageError)
    assert [fault.path for fault in done.exception.faults] == ["--blocks", "--every"]
