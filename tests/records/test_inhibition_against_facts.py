"""Inhibition constants, observed and published ratios against the fact file that they were made from.

Skipped where the facts are absent.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.knowledge import Knowledge

ROOT = Path(__file__).resolve().parents[2]
FACTS = Path(os.environ.get("EQUIPOISE_FACTS") or ROOT.parent / "shared" / "facts") / "pharmacology"

pytestmark = pytest.mark.skipif(
    not (FACTS / "enzymes.yaml").is_file(),
    reason=f"INHIBITION RECORDS NOT COMPARED WITH THEIR FACTS: no {FACTS}/enzymes.yaml; set EQUIPOISE_FACTS",
)


def facts(name: str, part: str) -> dict[str, dict[str, Any]]:
    """The facts of one part of a file, by id."""
    return {row["id"]: row for row in yaml.safe_load((FACTS / name).read_text("utf-8"))[part]}


def numbers(text: object) -> list[float]:
    """Every number in a fact's value."""
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", str(text))]


def test_every_constant_of_the_facts_is_a_record(knowledge: Knowledge) -> None:
    """The same values in the same units, bounds as bounds."""
    told = {(item.value, item.unit) for item in knowledge.substance("kratom").in_vitro}
    for row in facts("enzymes.yaml", "inhibition_in_vitro").values():
        if row["unit"] != "text":
            unit = str(row["unit"]).replace("μ", "u")
            assert {(value, unit) for value in numbers(row["value"])} <= told, row["id"]


def test_the_tissue_of_the_inactivation_is_that_of_the_facts(knowledge: Knowledge) -> None:
    """Liver and intestinal microsomes are not taken for each other."""
    known = facts("enzymes.yaml", "inhibition_in_vitro")
    for item in knowledge.substance("kratom").in_vitro:
        if item.tissue is not None:
            fact = known[f"{item.measure}_3a_{'him' if item.tissue == 'gut' else 'hlm'}"]
            assert item.value == fact["value"]


def test_what_was_seen_is_what_the_facts_say(knowledge: Knowledge) -> None:
    """Areas, peaks and half-life with their intervals."""
    known = facts("enzymes.yaml", "clinical_interactions_kratom")
    for item in knowledge.substance("kratom").observed_inhibition:
        short = {"midazolam": "mdz", "dextromethorphan": "dex"}[item.probe]
        for field, ends, fact in (
            (item.auc_ratio, item.interval_90, "auc"),
            (item.cmax_ratio, item.cmax_interval_90, "cmax"),
            (item.half_life_ratio, item.half_life_interval_90, "thalf"),
        ):
            row = known.get(f"gmr_{short}_{fact}")
            assert field == (None if row is None else row["value"])
            if row is not None and ends is not None:
                assert list(ends) == numbers(str(row["spread"]).partition("CI")[2].replace("-", " "))


def test_published_ratios_are_those_of_the_facts(knowledge: Knowledge) -> None:
    """The static predictions, the basic ones, and the concentrations that a review used."""
    published = {item.id: item for item in knowledge.substance("kratom").published_ratios}
    known = facts("enzymes.yaml", "clinical_interactions_kratom")
    static = [float(published[f"static_{name}"].printed) for name in ("dextromethorphan", "midazolam")]
    assert static == known["static_pred"]["value"]
    basic = [published[name].printed for name in ("r1_cyp2d6", "r1_cyp3a_gut", "r1_pgp_gut", "r1_cyp2c19")]
    assert [float(text) for text in basic] == known["r1_static"]["value"]
    used = facts("pk.yaml", "physicochemical_and_preclinical")
    for part, field in (("t5_ihep", "inlet_nm"), ("t5_igut", "gut_nm")):
        ends = [getattr(item, field) for item in published.values() if getattr(item, field) is not None]
        assert ends
        for low, high in ends:
            assert low <= used[part]["value"] * 1000.0 <= high
