"""The table of claims that a clinician can read, held against the rule that judges them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from equipoise.knowledge import Knowledge
from equipoise.model.claim import ClaimRow
from equipoise.screen.claim_judge import judge
from equipoise.screen.claims import claim_rows

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "claims.yaml").read_text("utf-8"))
SITUATIONS = TABLE["situations"]
GIVEN = {"sources": ["project_judgement"], "date": str(dt.date(2026, 11, 25)), "certainty": "low", "read": True}


def judged(row: dict[str, Any], knowledge: Knowledge) -> ClaimRow:
    """The one claim of a situation, judged by the rule of the records."""
    target = {"id": "t", "name": "receptor", "kind": "receptor", "occupancy": row.get("limit", 0.2), "because": "x"}
    target |= {"site": row.get("site", "brain"), **GIVEN}
    claim = {"id": "c", "title": "C", "statement": "It acts.", "targets": ["t"] if "limit" in row else [], **GIVEN}
    rows: dict[str, list[dict[str, Any]]] = {
        ".targets": [target],
        ".mechanism_claims": [claim],
        ".claim_rules": list(knowledge.rows("", "claim_rules")),
        "made_up.substance": [substance(row)],
        "made_up.mechanism_evidence": [
            {"id": f"e{i}", "claim": "c", "what": "Seen.", **GIVEN, **item}
            for i, item in enumerate(row.get("seen", []))
        ],
    }
    for index, item in enumerate(row.get("constituents", [])):
        for section, found in records(f"a{index}", item).items():
            rows.setdefault(f"made_up.{section}", []).extend(found)
    made = Knowledge({name: orjson.dumps(found) for name, found in rows.items()})
    # A substance of which nothing at all is recorded has no claims; here the gap is what is judged.
    if not any(rows.get(f"made_up.{name}") for name in ("binding_constants", "mechanism_evidence")):
        nothing = {"id": "n", "claim": "c", "what": "Nothing.", "seen_in": "human", "shows": "not_looked", **GIVEN}
        made = Knowledge({**{k: orjson.dumps(v) for k, v in rows.items()}, **_one("mechanism_evidence", nothing)})
    (found,) = judge(made, made.substance("made_up"))
    return found


def _one(section: str, row: dict[str, Any]) -> dict[str, bytes]:
    return {f"made_up.{section}": orjson.dumps([row])}


def substance(row: dict[str, Any]) -> dict[str, Any]:
    """The made-up adjunct with its constituents."""
    names = [f"a{index}" for index in range(len(row.get("constituents", [])))]
    product = {"id": "p", "title": "P", "forms": ["other"], "law_substances": ["made_up"]}
    return {
        "id": "made_up",
        "name": "made up",
        "summary": "x",
        "alkaloids": names,
        "product_classes": [product],
        **GIVEN,
    }


def records(name: str, item: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The records of one constituent."""
    doubt = {"left_out": "Probably an error."} if item.get("doubtful_peaks") else {}
    made_up = {"matrix": "plasma", "occasion": "peak", "n": 5, "conditions": "Made up"}
    constants = [
        {"target": "t", "measure": "Ki", "value": value, "unit": "nM", "receptor": "human", "assay": "x"}
        for value in item.get("ki", [])
    ]
    peaks = [
        {"middle": value, "lowest": value, "highest": value, **made_up, **doubt} for value in item.get("peaks", [])
    ]
    parts = (("unbound", "unbound_in_plasma"), ("brain", "brain_over_plasma"))
    fractions = [
        {"part": part, "range_90": item[key], "species": "human", "how": "x"} for key, part in parts if key in item
    ]
    read = not item.get("recalled", False)
    whole = {"binding_constants": constants, "concentrations": peaks, "free_fractions": fractions}
    found = {
        section: [{"id": f"{name}_{i}", "constituent": name, **GIVEN, **row} for i, row in enumerate(rows)]
        for section, rows in whole.items()
    }
    for row in found["binding_constants"]:
        row["read"] = read
    return found | {"alkaloids": [{"id": name, "name": name, "role": "x", **GIVEN}]}


@pytest.mark.parametrize("row", SITUATIONS, ids=[row["name"] for row in SITUATIONS])
def test_a_situation_gets_its_verdict(row: dict[str, Any], knowledge: Knowledge) -> None:
    """Each row of the table: the verdict, and whether the claim is marked as exploratory."""
    found = judged(row, knowledge)
    assert found.verdict == row["expect"], found
    if "exploratory" in row:
        assert found.exploratory is row["exploratory"]


@pytest.mark.parametrize("name", TABLE["adjuncts"])
def test_an_adjuncts_claims_stand_in_the_table(name: str, knowledge: Knowledge) -> None:
    """Every claim of every adjunct has the verdict of the table, and no claim is missing from it."""
    rows = claim_rows(knowledge, knowledge.substance(name))
    found = {row.id: {"expect": str(row.verdict), "exploratory": row.exploratory} for row in rows}
    assert found == TABLE["adjuncts"][name]
    assert set(TABLE["adjuncts"]) == set(knowledge.substance_ids)


def test_what_was_judged_when_the_records_were_edited_is_what_they_give(knowledge: Knowledge) -> None:
    """The verdicts that a screening reads from file are those that the records give now."""
    for name in knowledge.substance_ids:
        adjunct = knowledge.substance(name)
        assert claim_rows(knowledge, adjunct) == judge(knowledge, adjunct)


def test_more_of_everything_never_lowers_a_verdict(knowledge: Knowledge) -> None:
    """Higher concentrations move a verdict from implausible over unknown to plausible, never back."""
    row = {"limit": 0.2, "constituents": [{"ki": [100, 100], "unbound": [0.1, 0.2], "brain": [0.5, 1.5]}]}
    words = []
    for peak in (0.01, 1, 100, 10_000, 1_000_000):
        row["constituents"][0]["peaks"] = [peak]
        words.append(str(judged(row, knowledge).verdict))
    assert words == sorted(words, key=["implausible", "unknown", "plausible"].index)
    assert set(words) == {"implausible", "unknown", "plausible"}


def test_no_verdict_speaks_of_benefit_or_of_an_amount(knowledge: Knowledge) -> None:
    """Whatever a claim says is about binding and what was seen: no help, no better mood, no amount."""
    for name in knowledge.substance_ids:
        for row in claim_rows(knowledge, knowledge.substance(name)):
            said = row.model_dump_json().casefold()
            assert not [
                word for word in ("helps", "relieves", "improves", "antidepressant", " mg", " gram") if word in said
            ]
