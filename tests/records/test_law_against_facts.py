"""The law records against the fact file they were made from, field by field; skipped where the facts are absent."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "src" / "equipoise" / "knowledge" / "records"
FACTS = Path(os.environ.get("EQUIPOISE_FACTS") or ROOT.parent / "shared" / "facts") / "legal"

pytestmark = pytest.mark.skipif(
    not (FACTS / "legal_status.yaml").is_file(),
    reason=f"LAW RECORDS NOT COMPARED WITH THEIR FACTS: no {FACTS}/legal_status.yaml; set EQUIPOISE_FACTS to the facts",
)

STATUS = {"regulated_kcpa": "regulated_consumer_act"}
CERTAINTY = {"high": "high", "medium": "moderate", "low": "low"}
SUBSTANCES = ["kratom_leaf", "mitragynine", "7_hydroxymitragynine"]
SENTENCE_WORDS = 12

Record = dict[str, Any]


def load(path: Path, key: str) -> list[Record]:
    """The records of one file, with the file's defaults under each."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [{**document.get("defaults", {}), **record} for record in document[key]]


@pytest.fixture(scope="module")
def facts() -> list[Record]:
    found: list[Record] = yaml.safe_load((FACTS / "legal_status.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def fact_sources() -> list[Record]:
    found: list[Record] = yaml.safe_load((FACTS / "sources.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def law() -> list[Record]:
    return load(RECORDS / "substances" / "kratom" / "law.yaml", "law")


@pytest.fixture(scope="module")
def sources() -> list[Record]:
    return load(RECORDS / "sources" / "law.yaml", "sources")


def identifier(fact: Record) -> str:
    return str(fact["id"]).replace("-", "_")


def day(value: object) -> str | None:
    """A date as ISO text, whether YAML read it as a date or as a string."""
    return None if value is None else str(value)


def differences(facts: list[Record], law: list[Record], field: str, expected: dict[str, Any]) -> list[str]:
    """One line per record whose field is not the expected one."""
    by_id = {record["id"]: record for record in law}
    return [
        f"{fact_id}: {field} is {found!r}, the facts say {expected[fact_id]!r}"
        for fact_id in map(identifier, facts)
        if (found := _plain(by_id.get(fact_id, {}).get(field))) != expected[fact_id]
    ]


def _plain(value: object) -> object:
    return day(value) if hasattr(value, "isoformat") else value


def test_every_fact_has_exactly_one_record(facts: list[Record], law: list[Record]) -> None:
    """No legal fact is lost, doubled or invented: the two files hold the same ids."""
    assert Counter(record["id"] for record in law) == Counter(map(identifier, facts))


@pytest.mark.parametrize("field", ["jurisdiction", "locality", "name", "substance"])
def test_place_and_substance_are_those_of_the_facts(facts: list[Record], law: list[Record], field: str) -> None:
    """Each record speaks of the same place and the same substance as its fact."""
    assert not differences(facts, law, field, {identifier(fact): fact[field] for fact in facts})


def test_status_is_that_of_the_facts(facts: list[Record], law: list[Record]) -> None:
    """Each status is the fact's; only the consumer protection act has another word."""
    expected = {identifier(fact): STATUS.get(fact["status"], fact["status"]) for fact in facts}
    assert not differences(facts, law, "status", expected)


def test_treatment_while_unclear_is_that_of_the_facts(facts: list[Record], law: list[Record]) -> None:
    """A careful treatment is assumed exactly where the facts suggest one."""
    words = {identifier(fact): fact["conservative_default"] for fact in facts}
    expected = {fact_id: STATUS.get(word, word) for fact_id, word in words.items()}
    assert not differences(facts, law, "assumed_while_unclear", expected)


def test_minimum_age_is_that_of_the_facts(facts: list[Record], law: list[Record]) -> None:
    """No age limit is lost, added or changed."""
    assert not differences(facts, law, "minimum_age", {identifier(fact): fact["minimum_age"] for fact in facts})


@pytest.mark.parametrize("field", ["effective_from", "valid_to", "as_of"])
def test_dates_are_those_of_the_facts(facts: list[Record], law: list[Record], field: str) -> None:
    """Start, end and source date agree to the day; an unknown date stays unknown."""
    assert not differences(facts, law, field, {identifier(fact): day(fact[field]) for fact in facts})


def test_undated_records_carry_the_day_of_retrieval(
    facts: list[Record], fact_sources: list[Record], law: list[Record]
) -> None:
    """A record is dated by its source, or by the day the sources were fetched where the source is undated."""
    (fetched,) = {day(source["retrieved"]) for source in fact_sources}
    expected = {identifier(fact): day(fact["as_of"]) or fetched for fact in facts}
    assert not differences(facts, law, "date", expected)


@pytest.mark.parametrize("field", ["as_of_basis", "read"])
def test_basis_and_reading_are_those_of_the_facts(facts: list[Record], law: list[Record], field: str) -> None:
    """How the date is known, and whether a source was read, are neither raised nor lowered."""
    assert not differences(facts, law, field, {identifier(fact): fact[field] for fact in facts})


def test_certainty_is_that_of_the_facts(facts: list[Record], law: list[Record]) -> None:
    """The confidence of each fact becomes the matching word of GRADE."""
    assert not differences(facts, law, "certainty", {identifier(fact): CERTAINTY[fact["confidence"]] for fact in facts})


def test_records_to_verify_are_those_of_the_facts(facts: list[Record], law: list[Record]) -> None:
    """A record asks to be verified before use exactly where its fact does."""
    asking = {record["id"] for record in law if record.get("verify_before_use", False)}
    assert asking == {identifier(fact) for fact in facts if fact["verify_before_use"]}


def test_sources_of_each_record_are_those_of_its_fact(facts: list[Record], law: list[Record]) -> None:
    """Each record names its fact's own source first and the others after it."""
    expected = {}
    for fact in facts:
        first = [fact["source"]["id"]] if fact["source"] else []
        keys = dict.fromkeys(first + list(fact["other_sources"] or []))
        expected[identifier(fact)] = [f"law_{key}" for key in keys]
    assert not differences(facts, law, "sources", expected)


def test_every_source_is_carried_over(fact_sources: list[Record], sources: list[Record]) -> None:
    """The source list holds every source of the facts, with its title, publisher, address, date and reading."""
    fields = ("title", "publisher", "url", "kind", "read")
    carried = {
        source["key"]: (*(source.get(field) for field in fields), source.get("depth"), day(source.get("date")))
        for source in sources
    }
    assert len(carried) == len(sources)
    assert carried == {
        f"law_{fact['id']}": (*(fact[field] for field in fields), fact["read_extent"], day(fact["date"]))
        for fact in fact_sources
    }


def test_every_source_key_is_defined(law: list[Record], sources: list[Record]) -> None:
    """No record points at a source that the list does not have."""
    used = {key for record in law for key in record["sources"]}
    assert used <= {source["key"] for source in sources}


def test_texts_are_present_where_the_facts_have_them(facts: list[Record], law: list[Record]) -> None:
    """Limits, instrument and wording of the start are present exactly where the facts have them."""
    names = {"limits": "limits", "instrument": "instrument", "effective_text": "effective_from_text"}
    by_id = {record["id"]: record for record in law}
    wrong = [
        (identifier(fact), ours)
        for fact in facts
        for ours, theirs in names.items()
        if bool(by_id[identifier(fact)].get(ours)) != bool(fact[theirs])
    ]
    assert not wrong


def test_no_long_sentence_is_copied(facts: list[Record], law: list[Record]) -> None:
    """Free text is rewritten: no sentence of more than twelve words stands in the fact file too."""
    fields = ("note", "limits", "effective_from_text")
    given = " ".join(" ".join(str(fact[field] or "") for field in fields) for fact in facts)
    copied = [
        (record["id"], sentence)
        for record in law
        for field in ("note", "limits", "effective_text")
        for sentence in str(record.get(field) or "").split(". ")
        if len(sentence.split()) > SENTENCE_WORDS and sentence.strip(" .") in given
    ]
    assert not copied


def test_records_stand_in_order(law: list[Record]) -> None:
    """Records of one place stand together, by substance and then by time, so that a reader finds them."""
    places = list(dict.fromkeys((record["jurisdiction"], record.get("locality")) for record in law))
    order = [
        (
            places.index((record["jurisdiction"], record.get("locality"))),
            SUBSTANCES.index(record["substance"]),
            day(record.get("valid_to")) or "9999",
        )
        for record in law
    ]
    assert order == sorted(order)
