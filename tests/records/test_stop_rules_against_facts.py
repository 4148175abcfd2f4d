"""Stop rules and design cautions against the facts that they were made from.

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
from equipoise.model.design_caution import PlanTest

ROOT = Path(__file__).resolve().parents[2]
FACTS = Path(os.environ.get("EQUIPOISE_FACTS") or ROOT.parent / "shared" / "facts") / "safety"

pytestmark = pytest.mark.skipif(
    not (FACTS / "stopping_rules.yaml").is_file(),
    reason=f"STOP RULES NOT COMPARED WITH THEIR FACTS: no {FACTS}/stopping_rules.yaml; set EQUIPOISE_FACTS",
)

# Numbers that are part of a name and no threshold.
NAMES = re.compile(r"PHQ-9|C-SSRS|DSM-5|SpO2|7-OH|HAM-D17|item 9|question")
# Thresholds that the record spells as a word.
SPELT: dict[str, set[float]] = {"sr_missing_data": {2.0}, "sr_phq_up5": {1.0}}
# Points of standards.yaml without an id, by the record that carries them, in their order.
POINTS = (
    "washout",
    "recall",
    "withdrawal_bias",
    "liver_window",
    "blinding_fragile",
    "frequency",
    "natural_course",
)
# Numbers of a point that the caution spells out.
OTHER_WORDS: dict[str, set[float]] = {"liver_window": {2.0}}


def limits(test: PlanTest) -> list[float]:
    """The limits of a test of a plan."""
    return [float(value) for value in test.model_dump().values() if isinstance(value, (int, float))]


def facts() -> dict[str, dict[str, Any]]:
    """The rules of the facts by id."""
    return {row["id"]: row for row in yaml.safe_load((FACTS / "stopping_rules.yaml").read_text("utf-8"))["rules"]}


def numbers(text: str) -> set[float]:
    """The thresholds of a text; numbers that are part of a name are none."""
    return {float(found) for found in re.findall(r"\d+(?:\.\d+)?", NAMES.sub(" ", text))}


def flat(value: Any) -> set[float]:
    """All numbers of the figures, however nested."""
    if isinstance(value, dict):
        return {number for part in value.values() for number in flat(part)}
    if isinstance(value, (list, tuple)):
        return {float(number) for number in value}
    return {float(value)}


def test_every_rule_of_the_facts_is_a_record_and_nothing_else_is(knowledge: Knowledge) -> None:
    """No rule is lost and none is invented."""
    assert {rule.id for rule in knowledge.stop_rules_of("kratom")} == set(facts())


def test_level_standing_domain_and_what_was_read_are_those_of_the_fact(knowledge: Knowledge) -> None:
    """A rule is never called better founded, or milder, than its fact."""
    known = facts()
    for rule in knowledge.stop_rules_of("kratom"):
        fact = known[rule.id]
        told = (rule.level, rule.domain, rule.standing.value, rule.read)
        assert told == (fact["level"], fact["domain"], fact["kind"], fact["read"]), rule.id
        wanted = {fact[name] for name in ("source", "source_2", "evidence") if name in fact}
        assert set(rule.sources) == wanted, rule.id


def test_thresholds_are_those_of_the_fact(knowledge: Knowledge) -> None:
    """Every number of a fact's trigger and action stands in the record's, and no other."""
    known = facts()
    for rule in knowledge.stop_rules_of("kratom"):
        fact = known[rule.id]
        said = numbers(f"{rule.trigger} {rule.action}")
        wanted = numbers(f"{fact['trigger']} {fact['action']}")
        assert said == wanted - SPELT.get(rule.id, set()), rule.id


def test_figures_behind_a_rule_are_those_of_the_fact(knowledge: Knowledge) -> None:
    """The figures of the concern came over whole."""
    known = facts()
    for rule in knowledge.stop_rules_of("kratom"):
        assert flat(dict(rule.figures)) == flat(known[rule.id].get("figures", {})), rule.id


def test_words_are_our_own(knowledge: Knowledge) -> None:
    """No trigger of more than a few words is copied."""
    known = facts()
    copied = [
        rule.id
        for rule in knowledge.stop_rules_of("kratom")
        if len(rule.trigger.split()) > 5 and rule.trigger.casefold() == known[rule.id]["trigger"].casefold()
    ]
    assert not copied


def test_every_consequence_for_the_design_is_a_caution(knowledge: Knowledge) -> None:
    """Each point of the facts has its record, with its source and whether it was read and derived."""
    points = yaml.safe_load((FACTS / "standards.yaml").read_text("utf-8"))["consequences_for_kratom"]
    records = {item.id: item for item in knowledge.substance("kratom").design_cautions}
    assert set(records) == set(POINTS)
    for name, point in zip(POINTS, points, strict=True):
        record = records[name]
        assert point["source"] in record.sources, name
        assert (record.read, record.derived) == (point["read"], point["derived"]), name
        told = numbers(record.words + record.advice) | flat([n for test in record.when for n in limits(test)])
        assert numbers(point["point"]) - OTHER_WORDS.get(name, set()) <= told, name
