"""The inhibition records: every reference is checked, silence is a fault, and impossible figures are refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from equipoise.knowledge import Knowledge
from equipoise.knowledge.inhibition_references import inhibition_faults
from equipoise.model.base import Frozen
from equipoise.model.inhibition import EnzymeTurnover, PerpetratorFigure, Ratio, VictimKinetics

KNOWN: dict[str, Any] = {"sources": (), "date": dt.date(2026, 1, 1), "certainty": "low", "read": True, "how": "x"}


def records(knowledge: Knowledge) -> dict[tuple[str, str], list[Frozen]]:
    """The inhibition records as the checks of references see them."""
    adjunct = knowledge.substance("kratom")
    assert adjunct.exposure_scenario is not None
    own: dict[str, list[Frozen]] = {
        "alkaloids": list(adjunct.alkaloids.values()),
        "metabolites": list(adjunct.metabolites.values()),
        "kinetic_studies": list(adjunct.kinetic_studies),
        "in_vitro": list(adjunct.in_vitro),
        "exposure_scenario": [adjunct.exposure_scenario],
        "perpetrator_figures": list(adjunct.perpetrator_figures),
        "published_ratios": list(adjunct.published_ratios),
    }
    general: dict[str, list[Frozen]] = {
        "medicines": list(knowledge.medicines.values()),
        "victim_kinetics": list(knowledge.victim_kinetics.values()),
        "inhibition_rules": [knowledge.inhibition_rule],
    }
    found = {("kratom", name): items for name, items in own.items()}
    return found | {("", name): items for name, items in general.items()}


def test_the_records_name_nothing_that_is_not_there(knowledge: Knowledge) -> None:
    """As they are, without a fault."""
    assert not list(inhibition_faults(records(knowledge)))


@pytest.mark.parametrize(
    ("section", "field", "wanted"),
    [
        ("exposure_scenario", {"study": "nobody"}, "a record of kinetic_studies"),
        ("published_ratios", {"probe": "nothing"}, "the id of a medicine"),
        ("perpetrator_figures", {"constituent": "caffeine"}, "a constituent"),
    ],
)
def test_a_name_without_its_record_is_a_fault(
    knowledge: Knowledge, section: str, field: dict[str, Any], wanted: str
) -> None:
    """The fault says which record names what, and what would fit."""
    found = records(knowledge)
    items = found["kratom", section]
    found["kratom", section] = [items[0].model_copy(update=field), *items[1:]]
    faults = [fault for fault in inhibition_faults(found) if fault.expected == wanted]
    assert len(faults) == 1
    assert section in faults[0].path


def test_silence_on_the_way_to_an_enzyme_is_a_fault(knowledge: Knowledge) -> None:
    """A constituent with constants needs a record of each figure, be it that nobody knows it; all are told at once."""
    found = records(knowledge)
    found["kratom", "perpetrator_figures"] = []
    faults = [fault.found for fault in inhibition_faults(found)]
    assert faults == [
        f"nothing on {part} of mitragynine" for part in ("absorbed", "unbound_in_microsomes", "blood_over_plasma")
    ]
    del found["", "inhibition_rules"]
    assert len(list(inhibition_faults(found))) == 4


def test_impossible_figures_are_refused() -> None:
    """Ranges in the wrong order, a fraction above 1, an interval without its median."""
    turnover = {**KNOWN, "id": "a", "enzyme": "CYP3A4", "organ": "gut"}
    figure = {**KNOWN, "id": "a", "constituent": "b", "part": "absorbed"}
    victim = {**KNOWN, "id": "a", "medicine": "b", "half_life_h": (1.0, 2.0), "absorption_per_h": (1.0, 2.0)}
    for kind, row in (
        (EnzymeTurnover, turnover | {"range_90": (0.03, 0.02)}),
        (PerpetratorFigure, figure | {"range_90": (0.5, 1.5)}),
        (VictimKinetics, victim | {"half_life_h": (3.0, 2.0)}),
        (Ratio, {"median": 2.0, "interval": (2.5, 3.0)}),
    ):
        with pytest.raises(ValidationError):
            kind.model_validate(row)
    assert PerpetratorFigure.model_validate(figure | {"part": "blood_over_plasma", "range_90": (0.5, 1.5)}).range_90
