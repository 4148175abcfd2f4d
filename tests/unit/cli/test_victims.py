"""`equipoise victims`: the table as text, JSON and page; one medicine; what cannot be asked."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.errors import EquipoiseError, KnowledgeError, UsageError
from equipoise.knowledge import RECORDS

RUNNER = CliRunner()


def run(*arguments: str) -> str:
    """What the command prints."""
    found = RUNNER.invoke(app, ["victims", *arguments])
    assert found.exit_code == 0, found.output
    return found.stdout.replace("\N{NO-BREAK SPACE}", " ")


def refused(*arguments: str) -> EquipoiseError:
    """The refusal of the command."""
    error = RUNNER.invoke(app, ["victims", *arguments]).exception
    assert isinstance(error, EquipoiseError)
    return error


def test_the_text_judges_the_models_and_names_every_victim() -> None:
    """Probes beside what was seen, victims with three figures or a reason, models, and what is in none of them."""
    text = " ".join(run("kratom").split())
    for said in (
        "midazolam, area: seen 1.39 (1.23 to 1.57)",
        "midazolam, half-life: seen 1.07",
        "escitalopram (a serving a day): CYP2C19",
        "No constant of kratom is known for CYP2B6.",
        "Dynamic: Its half-life is not in the records.",
        "A worst case, not a forecast.",
        "they are in no model and can only add",
        "no figure here says that a combination is safe",
    ):
        assert said in text, said


def test_no_amount_of_the_adjunct_is_shown() -> None:
    """Neither the text nor JSON holds mg, grams or a dose range."""
    for text in (run("kratom"), run("kratom", "--json")):
        assert not re.search(r"\d\s*(mg|g|grams?)\b", text)


def test_the_json_holds_every_figure() -> None:
    """Rows with medians and intervals, the observed figures, and the hash of the records."""
    found = json.loads(run("kratom", "--json"))
    rows = {(row["medicine"], row["course"]): row for row in found["victims"]}
    midazolam = rows["midazolam", "once"]
    assert midazolam["dynamic"]["interval"][0] < 1.57
    assert midazolam["static"]["median"] > midazolam["dynamic"]["median"]
    assert rows["bupropion", "daily"]["static"] is None
    assert "CYP2B6" in rows["bupropion", "daily"]["unknown"]
    assert {item["probe"] for item in found["observed"]} == {"midazolam", "dextromethorphan"}
    assert len(found["knowledge_hash"]) == 64


def test_one_medicine_is_computed_in_both_courses() -> None:
    """By its name; once and daily."""
    rows = json.loads(run("kratom", "--victim", "Seroquel", "--json"))["victims"]
    assert [(row["medicine"], row["course"]) for row in rows] == [("quetiapine", "once"), ("quetiapine", "daily")]
    assert rows[1]["dynamic"]["median"] > rows[0]["dynamic"]["median"] > 1.0


def test_an_adjunct_without_constants_is_not_assessed() -> None:
    """Nothing recorded is never 'nothing'; there is no page to write of it."""
    assert "not assessed, and not nothing" in " ".join(run("st_johns_wort").split())
    assert json.loads(run("st_johns_wort", "--json"))["victims"] == []
    assert isinstance(refused("st_johns_wort", "--report", "a.html"), KnowledgeError)


def test_everything_wrong_with_the_options_is_told_at_once() -> None:
    """A report that is no page, and a whole table beside one victim."""
    error = refused("kratom", "--report", "a.docx", "--write", "--victim", "midazolam")
    assert isinstance(error, UsageError)
    assert {fault.path for fault in error.faults} == {"--report", "--write"}


@pytest.mark.parametrize("name", ["midazolan", "kratom", ""])
def test_a_name_that_is_no_medicine_is_refused(name: str) -> None:
    """A resembling name is never taken for it, an adjunct is no victim here."""
    assert isinstance(refused("kratom", "--victim", name), UsageError)


@pytest.mark.slow
def test_the_page_is_whole_and_the_same_twice(tmp_path: Path) -> None:
    """No script, every section, every value of the pictures again in a table; the same records give the same page."""
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for path in pages:
        run("kratom", "--report", str(path))
    text = pages[0].read_text("utf-8")
    assert text == pages[1].read_text("utf-8")
    assert "<script" not in text
    for section in ("judged", "courses", "victims", "bounds", "published"):
        assert f'<section id="{section}"' in text
    names = re.findall(r'\sid="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert "CYP3A4 gut: activity over usual" in text


@pytest.mark.slow
def test_a_table_that_was_written_is_the_one_that_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--write` makes the file of the records anew: bounds to the digit, rows within the integrator's error."""
    monkeypatch.setenv("EQUIPOISE_CACHE", str(tmp_path / "cache"))
    shutil.copytree(RECORDS, tmp_path / "records")
    run("kratom", "--write", "--knowledge", str(tmp_path / "records"))
    place = Path("substances") / "kratom" / "inhibition.json"
    fresh, kept = (json.loads((folder / place).read_bytes()) for folder in (tmp_path / "records", RECORDS))
    assert fresh["bounds"] == kept["bounds"]
    assert [fresh[name] for name in ("inputs", "table_inputs")] == [kept[name] for name in ("inputs", "table_inputs")]
    for one, other in zip(fresh["rows"], kept["rows"], strict=True):
        assert one["medicine"] == other["medicine"]
        for name in ("static", "dynamic", "observed_based"):
            assert (name in one) == (name in other)
            if name in one:
                assert one[name]["median"] == pytest.approx(other[name]["median"], rel=2e-4)
