"""The plan of a trial as FHIR: all five oracles are content, and nothing in it tells the order."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from leaks import leaks
from plans import TEMPLATES, bare, complete

from equipoise.errors import InputError
from equipoise.exchange.fhir_out.trial import trial_to_fhir, trial_to_fhir_json
from equipoise.knowledge import load_knowledge
from equipoise.model.trial_design import TrialDesign
from fhir_gate import oracles, sample
from fhir_gate.own_walk import roots, walk

ISSUED = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
Document = dict[str, Any]
EACH = pytest.mark.parametrize("name", [*TEMPLATES, "hostile"])
AMOUNT = re.compile(r"\d\s*(mg|g|grams?|ml|µg|mcg|capsules?)\b", re.IGNORECASE)


@cache
def plan(name: str) -> TrialDesign:
    """A complete plan of a template; the hostile one holds texts that break what is not escaped."""
    knowledge = load_knowledge()
    if name != "hostile":
        return complete(name, knowledge)
    outcome = {"id": "mood", "label": sample.HOSTILE, "primary": True}
    said = {"title": sample.HOSTILE, "rescue": sample.HOSTILE, "outcomes": [outcome], "substance_name": sample.HOSTILE}
    own = {"id": "own", "trigger": sample.HOSTILE, "level": "stop", "action": sample.HOSTILE}
    return complete("randomised_blocks", knowledge, **said, stop_rules=[own], conventional_care=sample.HOSTILE)


def document(name: str) -> Document:
    """The document of a plan, to be changed freely."""
    return trial_to_fhir(plan(name), issued=ISSUED)


@cache
def _told() -> dict[str, oracles.Complaints]:
    """What all oracles say of every document and of every planted fault; Node is started once."""
    asked = {name: document(name) for name in (*TEMPLATES, "hostile")} | {name: _with(name) for name in FAULTS}
    return dict(zip(asked, oracles.ask_all(list(asked.values())), strict=True))


def of_type(found: Document, kind: str) -> Document:
    """The one resource of a type."""
    return next(resource for _, resource in roots(found) if resource["resourceType"] == kind)


FAULTS: dict[str, Callable[[Document], object]] = {
    "plan without a status": lambda found: of_type(found, "PlanDefinition").pop("status"),
    "study with a status of a plan": lambda found: of_type(found, "ResearchStudy").update(status="draft"),
    "care plan without a subject": lambda found: of_type(found, "CarePlan").pop("subject"),
    "care plan with an intent that there is not": lambda found: of_type(found, "CarePlan").update(intent="directive"),
    "study that follows a care plan": lambda found: of_type(found, "ResearchStudy")["protocol"][0].update(
        reference=f"urn:uuid:{of_type(found, 'CarePlan')['id']}", type="CarePlan"
    ),
    "duration without a unit's system": lambda found: of_type(found, "PlanDefinition")["action"][0][
        "timingDuration"
    ].pop("system"),
    "relation that there is not": lambda found: of_type(found, "PlanDefinition")["action"][1]["relatedAction"][
        0
    ].update(relationship="follows"),
    "priority that there is not": lambda found: of_type(found, "PlanDefinition")["action"][-1].update(priority="now"),
    "activity without a status": lambda found: of_type(found, "CarePlan")["activity"][0]["detail"].pop("status"),
    "plan that nothing leads to": lambda found: (
        of_type(found, "Composition")["section"][0]["entry"].pop(0) and of_type(found, "ResearchStudy").pop("protocol")
    ),
    "creation after the issue": lambda found: of_type(found, "CarePlan").update(created="2027-01-01"),
    "unknown element": lambda found: of_type(found, "CarePlan").update(order="01"),
}


def _with(fault: str) -> Document:
    found = copy.deepcopy(document("randomised_blocks"))
    FAULTS[fault](found)
    return found


@pytest.mark.gate
@pytest.mark.parametrize("oracle", oracles.ORACLES)
@EACH
def test_every_oracle_is_content(name: str, oracle: str, node_oracles: None) -> None:
    """A plan of every template, and one with hostile texts."""
    del node_oracles
    assert _told()[name][oracle] == []


@pytest.mark.gate
@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_caught(fault: str, node_oracles: None) -> None:
    """At least one oracle catches it, and not by breaking down."""
    del node_oracles
    found = [line for lines in _told()[fault].values() for line in lines if not line.startswith(oracles.BREAKDOWN)]
    assert found


@EACH
def test_oracles_that_need_no_node_are_content(name: str) -> None:
    """The two in Python alone."""
    assert oracles.ask_fhir_resources(document(name)) == []
    assert oracles.own_check(document(name)) == []


@EACH
def test_same_plan_gives_the_same_bytes(name: str) -> None:
    """And another moment another identity."""
    first = trial_to_fhir_json(plan(name), issued=ISSUED)
    assert first == trial_to_fhir_json(plan(name), issued=ISSUED)
    assert json.loads(first) == document(name)
    later = trial_to_fhir(plan(name), issued=ISSUED + dt.timedelta(seconds=1))
    assert later["id"] != document(name)["id"]


@EACH
def test_nothing_in_it_has_begun_or_is_agreed(name: str) -> None:
    """A draft, in review, a proposal: no reader can take it for an order."""
    found = document(name)
    assert of_type(found, "PlanDefinition")["status"] == "draft"
    assert of_type(found, "ResearchStudy")["status"] == "in-review"
    care = of_type(found, "CarePlan")
    assert (care["status"], care["intent"]) == ("draft", "proposal")
    assert {item["detail"]["status"] for item in care["activity"]} == {"not-started"}
    assert of_type(found, "Composition")["status"] == "preliminary"


def test_every_stop_rule_and_outcome_is_in_it() -> None:
    """Nothing of the plan is lost on the way."""
    design = plan("randomised_blocks")
    texts = {str(value) for _, value in walk(document("randomised_blocks"))}
    assert all(f"{rule.level}: {rule.trigger}" in texts and rule.action in texts for rule in design.stop_rules)
    assert all(f"Rate {item.label}" in texts for item in design.outcomes)
    assert design.conventional_care in texts


@pytest.mark.parametrize("template", ["randomised_blocks", "alternating_days"])
@pytest.mark.parametrize("order", [(0, 1, 1, 0) * 5, (1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0)])
def test_document_gives_no_order_away(template: str, order: tuple[int, ...]) -> None:
    """Neither the periods nor anything else differs as the order does."""
    design = complete(template, load_knowledge(), blocks=10)
    assert leaks(trial_to_fhir_json(design, issued=ISSUED), order, seed=918273645) == []


@EACH
def test_no_amount_is_named(name: str) -> None:
    """No text of it holds an amount to take, and no element a dosage."""
    found = document(name)
    assert [value for _, value in walk(found) if isinstance(value, str) and AMOUNT.search(value)] == []
    assert [path for path, _ in walk(found) if re.search(r"dos(e|age)|quantity", path, re.IGNORECASE)] == []


def test_plan_without_a_screening_is_refused() -> None:
    """A care plan names its patient, and nothing starts without a dossier."""
    with pytest.raises(InputError, match="the screening that the plan rests on"):
        trial_to_fhir(bare("observational"), issued=ISSUED)


def test_issue_before_the_screening_is_refused() -> None:
    """So is a moment without a time zone."""
    for moment in (ISSUED - dt.timedelta(days=30), ISSUED.replace(tzinfo=None)):
        with pytest.raises(InputError):
            trial_to_fhir(plan("observational"), issued=moment)
