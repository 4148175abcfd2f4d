"""`equipoise protocol`: from a dossier to papers that can be signed, and what keeps them from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from calls import ran, refused
from leaks import leaks

import equipoise
from equipoise.errors import InputError, UsageError
from equipoise.exchange.protocol_file import read_protocol

EXAMPLES = Path(equipoise.__file__).parent / "examples"
SAID = ("--outcome", "mood=low mood", "--outcome", "phq9@7d", "--care", "sertraline as before", "--mcid", "1.5")
REST = ("--sd", "2", "--blocks", "6")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dossier, a plan with blanks, and one in which the clinic has said everything."""
    home = tmp_path_factory.mktemp("protocol")
    dossier = str(home / "dossier.json")
    ran("screen", str(EXAMPLES / "trial-case.yaml"), "--on", "2026-11-25", "--out", dossier)
    ran("design", dossier, *SAID, *REST, "--out", str(home / "blank.yaml"))
    said = str(EXAMPLES / "trial-statements.yaml")
    ran("design", dossier, *SAID, *REST, "--with", said, "--out", str(home / "whole.yaml"))
    return home


def test_new_user_gets_from_a_dossier_to_papers_that_can_be_signed(folder: Path) -> None:
    """With the bundled statements nothing is blank, and every paper is written."""
    papers = ("protocol.html", "protocol.pdf", "protocol.fhir.json", "consent.html")
    asked = [part for name in papers for part in ("--out", str(folder / name))]
    told = ran("protocol", str(folder / "whole.yaml"), "--dossier", str(folder / "dossier.json"), *asked)
    assert "Ready for signature: nothing is blank." in told
    assert "baseline tests are due" in told
    assert all((folder / name).stat().st_size > 10_000 for name in papers)
    assert "Ready for signature: nothing is blank" in (folder / "protocol.html").read_text("utf-8")
    assert (folder / "protocol.pdf").read_bytes().startswith(b"%PDF-")
    assert json.loads((folder / "protocol.fhir.json").read_bytes())["type"] == "document"


def test_blanks_are_told_and_named_by_what_fills_them(folder: Path) -> None:
    """As text and as JSON."""
    told = " ".join(ran("protocol", str(folder / "blank.yaml")).split())
    assert "Not ready to be signed." in told
    assert "statements.ethics: Approval by an ethics committee" in told
    found = json.loads(ran("protocol", str(folder / "blank.yaml"), "--json"))
    assert found["ready"] is False
    assert {"rescue", "statements.ethics"} <= {row["fills"] for row in found["blanks"]}
    assert {row["id"] for row in found["cautions"]} == {"frequency", "liver_window", "withdrawal_bias"}


def test_blanks_filled_in_leave_none(folder: Path) -> None:
    """The file of blanks holds every key; a text for each of them is enough."""
    path = folder / "blanks.yaml"
    ran("protocol", str(folder / "blank.yaml"), "--out", str(path))
    empty = yaml.safe_load(path.read_text("utf-8"))
    filled = {key: "said" for key in empty if key != "statements"}
    filled["statements"] = dict.fromkeys(empty["statements"], "said")
    path.write_text(yaml.safe_dump(filled), "utf-8")
    again = str(folder / "again.yaml")
    ran("design", str(folder / "dossier.json"), *SAID, *REST, "--with", str(path), "--out", again)
    found = json.loads(ran("protocol", again, "--dossier", str(folder / "dossier.json"), "--json"))
    assert found["ready"] is True
    assert found["obstacles"] == found["blanks"] == []


def test_file_of_blanks_left_empty_is_refused(folder: Path) -> None:
    """Nothing is filled in by leaving it empty."""
    path = folder / "empty.yaml"
    ran("protocol", str(folder / "blank.yaml"), "--out", str(path))
    found = refused("design", str(folder / "dossier.json"), *SAID, "--with", str(path), "--out", str(folder / "x.yaml"))
    assert any(fault.path.startswith("statements") for fault in found.faults)


def test_every_wrong_target_is_named_at_once(folder: Path) -> None:
    """An ending that says nothing, a file that is read, two papers in one file; nothing is written."""
    plan = folder / "whole.yaml"
    before = plan.read_bytes()
    page = str(folder / "new.html")
    found = refused("protocol", str(plan), "--out", str(plan), "--out", "x.txt", "--out", page, "--out", page)
    assert isinstance(found, UsageError)
    assert [fault.found for fault in found.faults] == [str(plan), "'x.txt'", page]
    assert plan.read_bytes() == before
    assert not Path(page).exists()


def test_other_dossier_is_refused(folder: Path) -> None:
    """A plan shows no other screening than its own."""
    other = folder / "other.json"
    case = (EXAMPLES / "trial-case.yaml").read_text("utf-8").replace("id: p-07", "id: p-08")
    (folder / "other.yaml").write_text(case, "utf-8")
    ran("screen", str(folder / "other.yaml"), "--on", "2026-11-25", "--out", str(other))
    found = refused("protocol", str(folder / "whole.yaml"), "--dossier", str(other), "--out", str(folder / "o.html"))
    assert isinstance(found, InputError)
    assert not (folder / "o.html").exists()


def test_plan_edited_against_a_rule_gets_no_papers(folder: Path) -> None:
    """A washout cut by hand is refused as it would be at the draw."""
    plan = yaml.safe_load((folder / "whole.yaml").read_text("utf-8")) | {"washout_days": 1}
    path = folder / "cut.yaml"
    path.write_text(yaml.safe_dump(plan), "utf-8")
    found = refused("protocol", str(path), "--out", str(folder / "cut.html"))
    assert isinstance(found, InputError)
    assert not (folder / "cut.html").exists()


def test_no_paper_gives_the_drawn_order_away(folder: Path) -> None:
    """The papers are searched for the order that was really drawn for the plan, and for its seed."""
    home, seed = folder / "trial", 918273645
    ran("draw", str(folder / "whole.yaml"), "--start", "2027-01-04", "--seed", str(seed), "--out", str(home))
    order = json.loads((home / "sealed" / "allocation.json").read_text("utf-8"))["sequence"]
    assert len(order) == 12
    names = ("p.html", "p.fhir.json", "p.consent.html")
    ran("protocol", str(home / "protocol.yaml"), *[part for name in names for part in ("--out", str(folder / name))])
    for path in (*(folder / name for name in names), home / "protocol.yaml"):
        assert leaks(path.read_bytes(), order, seed) == [], path.name


def test_example_says_what_it_says_in_the_fields_of_a_plan(folder: Path) -> None:
    """The bundled statements are taken over whole."""
    said = yaml.safe_load((EXAMPLES / "trial-statements.yaml").read_text("utf-8"))
    plan = read_protocol(folder / "whole.yaml")
    assert dict(plan.statements) == said["statements"]
    assert plan.rescue == said["rescue"]
