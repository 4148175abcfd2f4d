"""Published figures of kinetics against the fact files that they were made from. Skipped where the facts are absent."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.knowledge import Knowledge
from equipoise.model.kinetics import KineticFigure

ROOT = Path(__file__).resolve().parents[2]
FACTS = Path(os.environ.get("EQUIPOISE_FACTS") or ROOT.parent / "shared" / "facts") / "pharmacology"

pytestmark = pytest.mark.skipif(
    not (FACTS / "pk.yaml").is_file(),
    reason=f"KINETIC RECORDS NOT COMPARED WITH THEIR FACTS: no {FACTS}/pk.yaml; set EQUIPOISE_FACTS",
)

ABOUT = ("tmax", "thalf", "t_half", "cmax", "auc_inf", "cl_f", "vz_f", "ratio", "tss")
QUANTITY = {"t_half": "half_life"}
SAID = re.compile(r"\d+(?:\.\d+)?")
# Vd/F per kilogram; the record has the litres into which the review converted it.
CONVERTED = {"tr_vd"}


@pytest.fixture(scope="module")
def facts() -> list[dict[str, Any]]:
    """Everything that was published of kinetics in people."""
    return yaml.safe_load((FACTS / "pk.yaml").read_text("utf-8"))["human_pk"]


def numbers(figure: KineticFigure) -> set[float]:
    """Every number of a record."""
    found = (figure.value, figure.low, figure.high, figure.sd)
    return {value for value in found if value is not None}


def said(fact: dict[str, Any]) -> set[float]:
    """Every number of a fact."""
    spread = {float(text) for text in SAID.findall(str(fact["spread"] or ""))}
    return spread | ({float(fact["value"])} if isinstance(fact["value"], (int, float)) else set())


def test_every_figure_of_the_facts_is_a_record(knowledge: Knowledge, facts: list[dict[str, Any]]) -> None:
    """The same numbers stand in a record of the same study; nothing that was published is lost."""
    told = [(item.sources, numbers(item)) for item in knowledge.substance("kratom").kinetic_figures]
    wanted = [row for row in facts if row["id"].endswith(ABOUT) or re.search(r"_(tmax|thalf|tss|ratio)_", row["id"])]
    assert len(wanted) > 50
    lost = [
        row["id"]
        for row in wanted
        if row["id"] not in CONVERTED and not any(row["source"] in keys and said(row) <= have for keys, have in told)
    ]
    assert not lost


def test_every_figure_of_the_table_has_its_analyte_and_quantity(
    knowledge: Knowledge, facts: list[dict[str, Any]]
) -> None:
    """Median, range and number of people of each analyte and quantity in the table of the review."""
    told = {
        (item.analyte, item.quantity, item.value, item.low, item.high, item.n)
        for item in knowledge.substance("kratom").kinetic_figures
        if item.given == "median"
    }
    rows = [row for row in facts if row["id"].startswith("ta_") and "analyte" in row]
    assert len(rows) == len(told) == 40
    for row in rows:
        name = row["analyte"].replace("7-hydroxy", "7_hydroxy")
        short = row["id"].removeprefix(f"ta_{row['analyte']}_")
        low, high = (float(text) for text in row["spread"].removeprefix("range ").split("-"))
        assert (name, QUANTITY.get(short, short), row["value"], low, high, row["n"]) in told


def test_every_dose_of_the_table_is_that_of_the_study(knowledge: Knowledge, facts: list[dict[str, Any]]) -> None:
    """What each alkaloid's study gave, as a fact of the study."""
    study = next(item for item in knowledge.substance("kratom").kinetic_studies if item.id == "tanna")
    given = {row["analyte"]: row["dose_mg"] for row in facts if row["id"].startswith("ta_") and row.get("dose_mg")}
    assert {name: low for name, (low, _) in study.amount_mg.items()} == given


def test_every_content_of_a_product_or_leaf_is_a_record(knowledge: Knowledge) -> None:
    """Every measured content of an alkaloid of the leaf, used or with the reason why not."""
    content = yaml.safe_load((FACTS / "products.yaml").read_text("utf-8"))["content"]
    told = {
        value
        for item in knowledge.substance("kratom").content_figures
        for value in (item.value, item.low, item.high)
        if value is not None
    }
    used = [row for row in content if row["source"] in ("prozialeck_2020", "huestis_2024", "leksungnoen_2022")]
    used += [row for row in content if row["id"].startswith("k51_") and row["id"] != "k51_7oh"]
    assert len(used) == 9
    for row in used:
        wanted = {float(row["value"])} if row["value"] else said({**row, "value": None})
        assert wanted <= told, row["id"]


def test_peaks_are_the_same_here_and_where_occupancies_are_calculated(knowledge: Knowledge) -> None:
    """Kinetics and mechanism hold the same peaks of the same study."""
    adjunct = knowledge.substance("kratom")
    peaks = {(item.constituent, item.middle, item.lowest, item.highest) for item in adjunct.concentrations}
    figures = [item for item in adjunct.kinetic_figures if item.quantity == "cmax"]
    assert figures
    assert all((item.analyte, item.value, item.low, item.high) in peaks for item in figures)
