"""References between records: every key that a record names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from equipoise.errors import Fault
from equipoise.knowledge.inhibition_references import inhibition_faults
from equipoise.knowledge.kinetics_references import kinetics_faults
from equipoise.knowledge.mechanism_references import mechanism_faults
from equipoise.model.base import Frozen
from equipoise.model.criterion import Criterion, leaves
from equipoise.model.medicine import Combination, Medicine
from equipoise.model.plain_fact import PlainFact
from equipoise.model.source import Provenance, Source
from equipoise.model.stop_rule import StopRuleRecord
from equipoise.model.substance import Alkaloid, Substance

Records = dict[tuple[str, str], list[Frozen]]


def reference_faults(records: Records) -> list[Fault]:
    """Every source, medicine or alkaloid that a record names and that no record defines."""
    sources = {cast("Source", record).key for record in records.get(("", "sources"), [])}
    medicines = {cast("Medicine", record).id for record in records.get(("", "medicines"), [])}
    return [
        *_source_faults(records, sources),
        *_combination_faults(records, medicines),
        *_name_faults(records),
        *_criterion_faults(records, medicines),
        *_substance_faults(records, medicines),
        *mechanism_faults(records),
        *kinetics_faults(records),
        *inhibition_faults(records),
        *_plain_fact_faults(records),
    ]


REQUIRED = ("settings", "naming", "plain_words", "sources", "medicines", "law_rules", "ratio_rules", "burden_rules")
REQUIRED_OF_SUBSTANCE = ("substance", "cautions", "baseline_tests", "answers", "law")


def missing_sections(records: Records) -> Iterator[Fault]:
    """Every section without which a screening would be silent where it must speak."""
    scopes = sorted({scope for scope, _ in records if scope})
    wanted = [("", name) for name in REQUIRED] + [(scope, name) for scope in scopes for name in REQUIRED_OF_SUBSTANCE]
    for scope, name in wanted:
        if (scope, name) not in records:
            where = f"{scope or 'general'}/{name}"
            yield Fault(where, "no record", "at least one: without it a screening would be silent", "Add the section.")
    if not scopes:
        yield Fault("substances", "no folder", "at least one adjunct", "Add substances/<id>/.")


def _source_faults(records: Records, known: set[str]) -> Iterator[Fault]:
    for (scope, section), items in records.items():
        for record in items:
            if isinstance(record, Provenance):
                cited = [*record.sources, *(record.rxcui_confirmed_by if isinstance(record, Medicine) else ())]
                where = f"{scope or 'general'}/{section}/{getattr(record, 'id', '')}"
                yield from _unknown(
                    where, cited, known, "the key of a source record", "Add the source or correct the key."
                )


def _combination_faults(records: Records, medicines: set[str]) -> Iterator[Fault]:
    for record in records.get(("", "combinations"), []):
        combination = cast("Combination", record)
        mend = "Add the medicine or correct the id."
        yield from _unknown(
            f"combinations/{combination.id}", combination.ingredients, medicines, "the id of a medicine", mend
        )


def _name_faults(records: Records) -> Iterator[Fault]:
    """One name must not stand for two medicines: a reader could not tell which was meant."""
    owners: dict[str, str] = {}
    for record in records.get(("", "medicines"), []):
        medicine = cast("Medicine", record)
        for name in {text.casefold() for text in (medicine.name, *medicine.synonyms, *medicine.brands)}:
            other = owners.setdefault(name, medicine.id)
            if other != medicine.id:
                found = f"the name {name!r}, which {other} has too"
                yield Fault(
                    f"medicines/{medicine.id}", found, "a name of one medicine only", "Remove it from one of them."
                )


def _criterion_faults(records: Records, medicines: set[str]) -> Iterator[Fault]:
    classes = {name for record in records.get(("", "medicines"), []) for name in cast("Medicine", record).classes}
    for (scope, section), items in records.items():
        if section not in ("cautions", "medicine_cautions"):
            continue
        for record in items:
            criterion = cast("Criterion", record)
            where = f"{scope or 'general'}/{section}/{criterion.id}"
            for test in (leaf.medicine for level in criterion.levels for leaf in leaves(level.when) if leaf.medicine):
                mend = "Correct the id, or add the medicine."
                yield from _unknown(where, (*test.ids, *test.except_ids), medicines, "the id of a medicine", mend)
                yield from _unknown(
                    where, test.classes, classes, "a class that some medicine has", "Correct the class."
                )


def _substance_faults(records: Records, medicines: set[str]) -> Iterator[Fault]:
    for (scope, section), items in records.items():
        if section != "substance":
            continue
        substance = cast("Substance", items[0])
        alkaloids = {cast("Alkaloid", record).id for record in records.get((scope, "alkaloids"), [])}
        where = f"{scope}/substance"
        yield from _unknown(where, substance.alkaloids, alkaloids, "the id of an alkaloid", "Add the alkaloid.")
        named = () if substance.medicine is None else (substance.medicine,)
        yield from _unknown(where, named, medicines, "the id of a medicine", "Correct the id.")
        if substance.id != scope:
            yield Fault(where, substance.id, f"the name of its folder, {scope}", "Rename one of the two.")


def _plain_fact_faults(records: Records) -> Iterator[Fault]:
    """A sign of which the rule has gone would promise a help that no rule gives."""
    general = {cast("StopRuleRecord", item).id for item in records.get(("", "stop_rules"), [])}
    for (scope, section), items in records.items():
        if section != "plain_facts":
            continue
        known = general | {cast("StopRuleRecord", item).id for item in records.get((scope, "stop_rules"), [])}
        for item in items:
            fact = cast("PlainFact", item)
            where = f"{scope or 'general'}/plain_facts/{fact.id}"
            yield from _unknown(where, fact.rules, known, "the id of a stop rule", "Correct the id, or add the rule.")


def _unknown(where: str, names: Iterable[str], known: set[str], expected: str, mend: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(where, name, expected, mend)
