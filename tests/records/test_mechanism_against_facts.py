"""Binding constants and concentrations against the fact files that they were made from.

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
    not (FACTS / "receptors.yaml").is_file(),
    reason=f"MECHANISM RECORDS NOT COMPARED WITH THEIR FACTS: no {FACTS}/receptors.yaml; set EQUIPOISE_FACTS",
)

# Behaviour of rats, which stands under mechanism_evidence in words.
NOT_BINDING = {"ob21_e", "ob21_f"}


def facts(name: str, *parts: str) -> list[dict[str, Any]]:
    """The facts of some parts of a file."""
    content = yaml.safe_load((FACTS / name).read_text("utf-8"))
    return [row for part in parts for row in content[part]]


def slug(text: str) -> str:
    """A compound's name as the records spell its id."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


def test_every_constant_of_the_facts_is_a_record(knowledge: Knowledge) -> None:
    """Same constituent, same value, and read or recalled as the fact is."""
    constants = knowledge.substance("kratom").binding_constants
    told = {(item.constituent, item.value, item.read) for item in constants}
    wanted = facts("receptors.yaml", "receptor_data", "recalled_not_read")
    lost = [
        row["id"]
        for row in wanted
        if isinstance(row["value"], (int, float)) and row["id"] not in NOT_BINDING
        if (slug(row["compound"]), float(row["value"]), row["read"]) not in told
    ]
    assert not lost


def test_every_peak_in_people_is_a_record(knowledge: Knowledge) -> None:
    """Median, range and number of participants of each alkaloid's peak."""
    records = knowledge.substance("kratom").concentrations
    told = {(item.constituent, item.middle, item.lowest, item.highest, item.n) for item in records}
    peaks = [row for row in facts("pk.yaml", "human_pk") if row["id"].endswith("_cmax")]
    assert peaks
    for row in peaks:
        low, high = map(float, re.findall(r"[\d.]+", row["spread"]))
        assert (slug(row["analyte"]), row["value"], low, high, row["n"]) in told, row["id"]


def test_a_recalled_figure_is_never_calculated_with(knowledge: Knowledge) -> None:
    """What nobody opened stands in the records and in no occupancy."""
    for item in knowledge.substance("kratom").binding_constants:
        assert item.read or not item.counts
