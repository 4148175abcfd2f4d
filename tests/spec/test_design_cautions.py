"""Which cautions about its design a plan meets: a table that a clinician can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.design.cautions import cautions
from equipoise.knowledge import Knowledge
from equipoise.model.trial_design import TrialDesign

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "design_cautions.yaml").read_text("utf-8"))
SITUATIONS: list[dict[str, Any]] = TABLE["situations"]


def plan(changes: dict[str, Any]) -> TrialDesign:
    """The plan of a situation."""
    rest = {name: value for name, value in changes.items() if name != "recall_days"}
    rating = {"id": "mood", "label": "low mood", "primary": True, "recall_days": changes.get("recall_days", 0)}
    known = {
        "title": "N-of-1 trial",
        "substance": TABLE["substance"],
        "substance_name": TABLE["substance"],
        "template": "randomised_blocks",
        "blocks": 3,
        "period_days": 14,
        "run_in_days": 14,
        "conventional_care": "as before",
        "outcomes": [rating],
    }
    return TrialDesign.model_validate(known | rest)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda row: row["name"])
def test_situation(knowledge: Knowledge, situation: dict[str, Any]) -> None:
    """The plan meets exactly these cautions, and each says what in the plan it is about."""
    found = cautions(plan(situation["plan"]), knowledge)
    assert [item.record.id for item in found] == situation["meets"]
    assert all(item.here for item in found)


def test_every_caution_is_met_and_missed_somewhere(knowledge: Knowledge) -> None:
    """The table tries every record both ways."""
    known = {item.id for item in knowledge.substance(TABLE["substance"]).design_cautions}
    met = [set(row["meets"]) for row in SITUATIONS]
    assert set.union(*met) == known
    assert not set.intersection(*met)


def test_an_adjunct_without_such_records_has_no_caution(knowledge: Knowledge) -> None:
    """Nothing is invented where the records are silent."""
    assert cautions(plan({"substance": "st_johns_wort"}), knowledge) == ()
