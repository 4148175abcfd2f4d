"""The record set as a whole: whole references, no dose, honest standing, an order-independent hash."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from equipoise.errors import KnowledgeError
from equipoise.knowledge import RECORDS, Knowledge, load_knowledge
from equipoise.knowledge.browse import citation, compare, every_record, resting_on, stale_records
from equipoise.knowledge.references import leaves
from equipoise.model.terms import Standing

SRC = Path(__file__).parents[3] / "src" / "equipoise"
# Amounts per intake or per day: what somebody takes. Contents of products and laboratory units are no amounts.
DOSE = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:mg|g|gram|grams|milligrams?)\b(?!\s*/\s*(?:d?l|ml|g|kg))", re.IGNORECASE)
# The law's own thresholds and fines, metal limits and animal experiments are no intake of a patient.
ABOUT_ARTICLES = ("kratom/statements/dea_2026_notice",)  # a threshold per article, from the notice itself
NOT_A_DOSE = ("law", "sources", "observed_ratios", "contribution_priors", "product_facts")


def test_every_record_says_where_it_stands(knowledge: Knowledge) -> None:
    """Every record has a date, a certainty, a standing and says whether its source was read; none is ratified."""
    for item in every_record(knowledge):
        if item.section in ("settings", "naming", "plain_words", "sources"):
            continue
        assert item.row["date"], item.path
        assert item.row.get("standing", "proposed") != Standing.RATIFIED, item.path
        assert item.row["certainty"], item.path
        assert item.row["read"] in (True, False), item.path


def test_every_rule_of_the_program_names_what_it_rests_on(knowledge: Knowledge) -> None:
    """No burden, ratio or law rule is without a source, be it the project's own judgement under its name."""
    for rule in (*knowledge.burden_rules, knowledge.ratio_rule, knowledge.law_rule):
        assert all(key in knowledge.sources for key in rule.sources), rule.id
        with pytest.raises(ValueError, match="at least 1 item"):
            type(rule).model_validate({**rule.model_dump(), "sources": ()})


def test_every_graded_effect_of_an_adjunct_says_what_it_rests_on(knowledge: Knowledge) -> None:
    """A grade without its ground, or a ground without its grade, is refused."""
    for name in knowledge.substance_ids:
        substance = knowledge.substance(name).substance
        grounds = dict(substance.effects_rest_on)
        assert grounds.pop(next(iter(substance.effects)))
        with pytest.raises(ValueError, match="a grade says what it rests on"):
            type(substance).model_validate({**substance.model_dump(), "effects_rest_on": grounds})


def test_no_record_of_an_adjunct_carries_an_amount_to_take(knowledge: Knowledge) -> None:
    """Nowhere does a record name grams or milligrams of an adjunct that somebody takes or should take."""
    found = [
        f"{item.path}: {hit.group(0)} in {text[:80]!r}"
        for item in every_record(knowledge)
        if item.scope and item.section not in NOT_A_DOSE and item.path not in ABOUT_ARTICLES
        for text in _texts(item.row)
        for hit in DOSE.finditer(text)
    ]
    allowed = ("mg/kg", "ug/day")
    assert not [line for line in found if not any(word in line for word in allowed)]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return []


def test_no_adjunct_is_named_in_code(knowledge: Knowledge) -> None:
    """A second adjunct is a folder of records: no code file knows the name of one, of its plant or of its alkaloids."""
    words = {"mitragyn", "hypericum", "hyperforin"}
    for name in knowledge.substance_ids:
        words |= {name.replace("_", " "), name}
    offenders = [
        f"{path.relative_to(SRC)}: {text!r}"
        for path in SRC.rglob("*.py")
        for text in _strings(path.read_text("utf-8"))
        if any(word in text.casefold() for word in words)
    ]
    assert not offenders


def test_every_baseline_item_is_judged_or_marked_as_shown_only(knowledge: Knowledge) -> None:
    """A caution looks for each code of a baseline test, or the item says that only a person judges it."""
    for name in knowledge.substance_ids:
        records = knowledge.substance(name)
        whens = (level.when for criterion in records.cautions.values() for level in criterion.levels)
        tests = [leaf.measurement for when in whens for leaf in leaves(when) if leaf.measurement is not None]
        judged = {code for test in tests for code in test.loinc}
        for item in (item for test in records.baseline_tests for item in test.panel):
            looked_for = bool(item.loinc) and judged.issuperset(item.loinc)
            assert looked_for is not item.shown_only, f"{name}: {item.title}"


def test_every_score_says_which_direction_is_a_relief(knowledge: Knowledge) -> None:
    """An instrument with a range of scores says whether a lower or a higher one is better; one measures well-being."""
    scored = {item.id: item.better for item in knowledge.instruments.values() if item.range is not None}
    assert None not in scored.values()
    assert [name for name, better in scored.items() if better == "higher"] == ["who5"]


def test_no_template_names_an_adjunct_or_an_amount(knowledge: Knowledge) -> None:
    """The page's templates know no adjunct and no amount."""
    for path in SRC.rglob("*.j2"):
        text = path.read_text("utf-8")
        assert not any(name in text.casefold() for name in knowledge.substance_ids), path
        assert not DOSE.search(text), path


def test_no_dossier_shows_an_amount_to_take(knowledge: Knowledge) -> None:
    """What a person reads of the adjunct carries no amount: findings, evidence, questions, tests."""
    import datetime as dt

    from equipoise.model.case import Case
    from equipoise.screen import screen

    case = Case.model_validate({"age_years": 40, "medications": ["midazolam", "ketoconazole"], "jurisdictions": ["DE"]})
    for name in knowledge.substance_ids:
        dossier = screen(case, knowledge, on=dt.date(2026, 11, 22), substance=name)
        said = [
            text for item in dossier.findings if item.domain != "law" for text in _texts(item.model_dump(mode="json"))
        ]
        said += [text for table in dossier.evidence for text in _texts(table.model_dump(mode="json"))]
        said += [text for test in dossier.missing_tests for text in _texts(test.model_dump(mode="json"))]
        assert not [text for text in said if DOSE.search(text)]


def _strings(code: str) -> list[str]:
    """The string constants of a file without its docstrings, whose examples may name an adjunct."""
    tree = ast.parse(code)
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))]
    documented = {id(node.body[0].value) for node in nodes if node.body and isinstance(node.body[0], ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in constants if id(node) not in documented]


def test_the_hash_follows_what_the_records_say(tmp_path: Path) -> None:
    """Moving records between files keeps the hash; changing one severity changes it."""
    copy = tmp_path / "records"
    shutil.copytree(RECORDS, copy)
    assert load_knowledge(copy).hash == load_knowledge().hash
    (copy / "medicines" / "renamed.yaml").write_bytes((copy / "medicines" / "analgesics.yaml").read_bytes())
    (copy / "medicines" / "analgesics.yaml").unlink()
    load_knowledge.cache_clear()
    assert load_knowledge(copy).hash == load_knowledge().hash
    cautions = copy / "substances" / "kratom" / "cautions.yaml"
    cautions.write_text(
        cautions.read_text("utf-8").replace("severity: contraindicated", "severity: caution", 1), "utf-8"
    )
    load_knowledge.cache_clear()
    changed = load_knowledge(copy)
    assert changed.hash != load_knowledge().hash
    changes = compare(load_knowledge(), changed)
    assert [item.kind for item in changes] == ["changed"]
    assert "levels" in changes[0].fields


def test_all_faults_of_a_record_set_come_together(tmp_path: Path) -> None:
    """Unknown sections, wrong types, unknown sources and medicines are listed in one message, each with its place."""
    copy = tmp_path / "records"
    shutil.copytree(RECORDS, copy)
    (copy / "bad.yaml").write_text(
        "medicines:\n"
        "- {id: Bad Id, name: x, classes: [a], sources: [], date: 2026-01-01, certainty: sure, read: true}\n"
        "- {id: no_class, name: y, sources: [], date: 2026-01-01, certainty: low, read: true, dose: 5}\n"
        "surprises: []\n",
        "utf-8",
    )
    (copy / "broken.yaml").write_text("medicines: [", "utf-8")
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(copy)
    message = str(error.value)
    for part in ("Bad Id", "certainty", "classes", "dose", "surprises", "broken.yaml"):
        assert part in message, part


def test_references_are_checked(tmp_path: Path) -> None:
    """A source, a medicine or a class that no record defines is a fault that names the record."""
    copy = tmp_path / "records"
    shutil.copytree(RECORDS, copy)
    (copy / "extra.yaml").write_text(
        "combinations:\n"
        "- {id: odd, name: odd product, ingredients: [sertraline, unobtainium], sources: [no_such_source], "
        "date: 2026-01-01, certainty: low, read: false}\n",
        "utf-8",
    )
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(copy)
    assert "unobtainium" in str(error.value)
    assert "no_such_source" in str(error.value)


def test_every_adjunct_has_law(tmp_path: Path) -> None:
    """A lost law file is a fault that says what to do, not a record set without law."""
    copy = tmp_path / "records"
    shutil.copytree(RECORDS, copy)
    (copy / "substances" / "kratom" / "law.yaml").unlink()
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(copy)
    assert "kratom/law: found no record" in str(error.value)
    assert "Add the section" in str(error.value)


def test_stale_law_is_found_and_history_is_not(knowledge: Knowledge) -> None:
    """Law past its shelf life or undated is listed; a record whose span has ended is history and is not."""
    import datetime as dt

    found = stale_records(knowledge, dt.date(2026, 11, 22))
    names = {item.name for item in found}
    assert "us_tx__kratom_leaf__1" in names
    assert "us__kratom_leaf__2" not in names
    later = stale_records(knowledge, dt.date(2030, 1, 1))
    assert len(later) > len(found)


def test_a_citation_leads_to_the_document_and_to_its_users(knowledge: Knowledge) -> None:
    """A source is shown with its standing, and the records that rest on it are found."""
    row = next(item.row for item in every_record(knowledge) if item.name == "tanna_2023")
    text = citation(row)
    assert "[read" in text
    users = {item.path for item in resting_on(knowledge, "tanna_2023")}
    assert "kratom/cautions/cyp3a_narrow" in users


def test_most_sources_are_used_by_some_record(knowledge: Knowledge) -> None:
    """Sources of facts that later steps need stand by; they stay the smaller part and do not grow unseen."""
    used = {key for item in every_record(knowledge) for key in _cited(item.row)}
    # A method is cited where it is computed, by the code that an answer's references come from.
    code = "".join(path.read_text("utf-8") for path in sorted(SRC.rglob("*.py")))
    used |= set(re.findall(r'"([a-z0-9]+(?:_[a-z0-9]+)+)"', code))
    unused = {item.name for item in every_record(knowledge) if item.section == "sources"} - used
    assert len(unused) <= 85, sorted(unused)


def _cited(row: dict[str, object]) -> set[str]:
    keys: set[str] = set()
    for name, value in row.items():
        if name in ("sources", "rxcui_confirmed_by") and isinstance(value, list):
            keys |= set(value)
        elif isinstance(value, (dict, list)):
            parts = value.values() if isinstance(value, dict) else value
            keys |= {key for part in parts if isinstance(part, dict) for key in _cited(part)}
    return keys


def test_the_expected_counts_are_there(knowledge: Knowledge) -> None:
    """47 cautions, 227 records of law, all medicines that the tables of the fit and the charts need."""
    kratom = knowledge.substance("kratom")
    assert len(kratom.cautions) == 47
    assert len(kratom.law) == 227
    assert len(kratom.baseline_tests) == 7
    assert len(knowledge.instruments) == 23
    assert len(knowledge.observed_ratios) == 186
    assert len(knowledge.medicines) >= 400
    for row in knowledge.observed_ratios:
        assert row.victim in knowledge.medicines, row.victim
        assert row.perpetrator in knowledge.medicines, row.perpetrator
