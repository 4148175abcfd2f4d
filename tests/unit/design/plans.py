"""Plans of every template, bare and complete, for the tests of whatever is made from a plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from equipoise.knowledge import Knowledge
from equipoise.model.trial_design import TrialDesign

OUTCOMES = (
    {
        "id": "mood",
        "label": "low mood",
        "primary": True,
        "mcid": 2.0,
        "bounds": [0, 10],
        "minutes": 1,
    },
    {"id": "phq9", "label": "PHQ-9", "instrument": "phq9", "every_days": 7, "recall_days": 14, "mcid": 5, "minutes": 3},
)
TEMPLATES: dict[str, dict[str, Any]] = {
    "randomised_blocks": {"blocks": 3, "period_days": 14, "washout_days": 10},
    "alternating_days": {"blocks": 14, "period_days": 1, "rule": "run_length", "max_run": 3},
    "supervised_taper": {"steps": [{"share": 0.5, "days": 14}, {"share": 0.0, "days": 14}]},
    "observational": {"period_days": 28},
}


def bare(template: str, **changes: object) -> TrialDesign:
    """A plan that says no more than it must."""
    known: dict[str, object] = {
        "title": "A trial of kratom in one person",
        "substance": "kratom",
        "substance_name": "kratom",
        "template": template,
        "run_in_days": 14,
        "conventional_care": "sertraline and talks every two weeks",
        "outcomes": OUTCOMES,
    }
    return TrialDesign.model_validate(known | TEMPLATES[template] | changes)


def complete(template: str, records: Knowledge, **changes: object) -> TrialDesign:
    """A plan in which nothing is blank: screened, with its stop rules, and with every statement that is asked for."""
    said = {item.statement: f"Said of {item.statement}." for item in records.protocol_items if item.statement}
    known: dict[str, object] = {
        "title": "N-of-1 trial of kratom",
        "stop_rules": [record.rule for record in records.stop_rules_of("kratom")],
        "statements": said,
        "rescue": "The clinician may give what care needs at any time.",
        "screened": {
            "case_id": "case-7",
            "on": dt.date(2026, 11, 20),
            "outcome": "clinician_must_decide",
            "knowledge_hash": records.hash,
        },
        "blinding": {
            "blinded": ["patient", "analyst"],
            "means": "capsules that look and weigh alike",
            "ask_guess": True,
        },
    }
    if not bare(template).template.randomised:
        del known["blinding"]
    return bare(template, **(known | changes))
