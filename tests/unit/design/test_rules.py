"""What a plan must not contradict; the situations stand as a table in tests/spec/design.yaml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.design.facts import Facts, LongestHalfLife
from equipoise.design.rules import contradictions, refusals
from equipoise.model.terms import Outcome
from equipoise.model.trial_design import Override, PlannedOutcome, StopRule, TaperStep, TrialDesign

Plan = Callable[..., TrialDesign]
TABLE = yaml.safe_load((Path(__file__).parents[2] / "spec" / "design.yaml").read_text())
STOP_RULE = StopRule(id="crisis", trigger="any crisis answer", level="emergency", action="act now")

SCREENED = {"case_id": "c", "on": "2027-01-04", "outcome": "specialist_decision", "knowledge_hash": "0"}


def known(row: dict[str, Any]) -> Facts:
    """The facts of a row: hours of a half-life, windows of instruments, the end of the dossier."""
    hours = row.get("half_life_h", 67.9)
    return Facts(
        half_life=None if hours is None else LongestHalfLife(hours, "sample_alkaloid", "sample_record"),
        recall_days={"phq9": 14.0},
        outcome=Outcome(row["dossier"]) if "dossier" in row else None,
        reasons=("contraindicated: something",),
    )


def planned(plan: Plan, row: dict[str, Any]) -> TrialDesign:
    """The plan of a row."""
    said = dict(row["plan"])
    phq9 = PlannedOutcome(
        id="phq9",
        label="PHQ-9",
        instrument="phq9",
        recall_days=said.pop("recall", 14),
        every_days=said.pop("every", 1),
        primary=True,
    )
    changes = {"period_days": 15, "washout_days": 15, "outcomes": (phq9,), "stop_rules": (STOP_RULE,)} | said
    if "use_then" in row:
        changes["screened"] = SCREENED | {"use": row["use_then"]}
    if changes.get("template") == "supervised_taper":
        changes |= {"blocks": 0, "period_days": 0, "washout_days": 0, "steps": (TaperStep(share=0.5, days=7),)}
    if changes.get("template") == "observational":
        changes |= {"blocks": 0, "period_days": 28, "washout_days": 0}
    if changes.get("template") == "alternating_days":
        changes |= {"period_days": 1, "washout_days": 0, "rule": "run_length", "max_run": 2}
    return plan(**changes)


@pytest.mark.parametrize("row", TABLE, ids=[row["situation"] for row in TABLE])
def test_a_plan_breaks_exactly_the_rules_of_its_row(plan: Plan, row: dict[str, Any]) -> None:
    """Each situation of the table breaks the rules that it names and no other."""
    found = contradictions(planned(plan, row), known(row))
    assert [item.rule for item in found] == row["breaks"]
    assert [item.rule for item in found if not item.may_be_overridden] == row.get("for_good", [])


@pytest.mark.parametrize("row", TABLE, ids=[row["situation"] for row in TABLE])
def test_a_signature_sets_aside_what_may_be_set_aside(plan: Plan, row: dict[str, Any]) -> None:
    """With every broken rule signed, only those stand that nobody can set aside."""
    broken = row["breaks"]
    signed = tuple(
        Override(rule=rule, reason="r", signed_by="Dr Ada", signed_on=dt.date(2027, 1, 4))
        for rule in dict.fromkeys(broken)
    )
    design = planned(plan, row).model_copy(update={"overrides": signed})
    left = refusals(design, known(row))
    assert len(left) == len(row.get("for_good", []))


def test_a_refusal_names_the_figure_its_record_and_both_ways_out(plan: Plan) -> None:
    """The message says which value, why, by which record, and how to mend or to sign."""
    row: dict[str, Any] = {"plan": {"washout_days": 5}}
    fault = refusals(planned(plan, row), known(row))[0]
    assert str(fault) == (
        "washout_days: found 5 d; expected at least 14.1 d (5 half-lives of 67.9 h, record sample_record of "
        "sample_alkaloid). Plan 15 d of washout. Or record who sets the rule short_washout aside, and why, under "
        "overrides."
    )


def test_a_signature_for_a_rule_that_holds_is_refused(plan: Plan) -> None:
    """An override of nothing would hide a later mistake."""
    idle = Override(rule="short_washout", reason="r", signed_by="Dr Ada", signed_on=dt.date(2027, 1, 4))
    design = planned(plan, {"plan": {}}).model_copy(update={"overrides": (idle,)})
    assert [fault.path for fault in refusals(design, known({}))] == ["overrides.short_washout"]
