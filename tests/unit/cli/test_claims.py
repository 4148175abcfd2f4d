"""`equipoise claims`: verdicts with their figures, as text and as JSON."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from equipoise.cli.app import app


def run(*arguments: str) -> str:
    """What the command prints."""
    found = CliRunner().invoke(app, ["claims", *arguments])
    assert found.exit_code == 0, found.output
    return found.output


def test_the_text_gives_verdicts_figures_and_what_is_missing() -> None:
    """Each claim with its verdict, affinities, concentrations, occupancy with interval, gaps and sources."""
    text = " ".join(run("kratom").split())
    for said in (
        "OPIOID RECEPTORS: PLAUSIBLE",
        "DOPAMINE: NOT KNOWN (EXPLORATORY",
        "no verdict here says that it helps",
        "Ki 1260 nM",
        "81.9 (50.1 to 177)",
        "90 % interval",
        "not in the records: the unbound fraction in plasma",
        "a2_mitragynine",
    ):
        assert said in text.replace("\N{NO-BREAK SPACE}", " "), said


def test_the_json_holds_every_figure() -> None:
    """Verdict, targets, thresholds, binders, intervals, sources, and the hash of the records."""
    found = json.loads(run("kratom", "--json"))
    claims = {row["id"]: row for row in found["claims"]}
    assert set(claims) == {"opioid", "serotonin", "dopamine", "noradrenaline", "stress"}
    assert len(found["knowledge_hash"]) == 64
    alpha = next(item for item in claims["noradrenaline"]["targets"] if item["id"] == "alpha_2a")
    first = alpha["binders"][0]
    assert first["ki_nm"] == [1260.0]
    assert first["verdict"] == "implausible"
    assert first["occupancy"]["high"] < alpha["threshold"]
    assert first["sources"]


def test_an_adjunct_without_records_of_its_action_is_not_assessed() -> None:
    """Nothing recorded is never 'implausible'."""
    text = " ".join(run("st_johns_wort").split())
    assert "not assessed, and not implausible" in text
    assert json.loads(run("st_johns_wort", "--json"))["claims"] == []


def test_an_adjunct_that_nobody_knows_is_a_wrong_choice() -> None:
    """Exit code 2, and the names there are."""
    from equipoise.errors import UsageError

    found = CliRunner().invoke(app, ["claims", "aspirin"])
    assert isinstance(found.exception, UsageError)
    assert "kratom" in str(found.exception)
