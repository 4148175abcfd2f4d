"""Evidence, harms, regulators, products, instruments and sources against the fact files they were made from.

Skipped where the facts are absent. Every deliberate difference stands in a table below, with its reason.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from equipoise.knowledge.files import check_entries, read_entries

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "src" / "equipoise" / "knowledge" / "records"
KRATOM = RECORDS / "substances" / "kratom"
FACTS = Path(os.environ.get("EQUIPOISE_FACTS") or ROOT.parent / "shared" / "facts")

needs_facts = pytest.mark.skipif(
    not (FACTS / "safety" / "evidence.yaml").is_file(),
    reason=f"EVIDENCE RECORDS NOT COMPARED WITH THEIR FACTS: no {FACTS}/safety/evidence.yaml; set EQUIPOISE_FACTS",
)

Record = dict[str, Any]

# Records whose id is not that of their fact: an id must not carry an amount somebody takes, and trials have no fact id.
RENAMED = {
    "metals_lead_3g": "metals_lead_lighter_use",
    "metals_lead_25g": "metals_lead_heavy_use",
    "metals_ni_25g": "metals_nickel_heavy_use",
    "metals_as_25g": "metals_arsenic_heavy_use",
    "not given": "nih_mitragynine_oud_2026",
    "none found": "no_registered_depression_trial",
}

# Sources: two documents shared one key, so the pharmacology one has a new key; two keys name the same document twice.
RENAMED_SOURCES = {"singh_2018": "singh_2018_hormones"}
IN_SAFETY = {"brogdon_2022", "idayu_2011"}
# The address of the facts is a proxy's throw-away link; the record has the catalogue's address that the facts give too.
OTHER_ADDRESS = {"rogers_2024": "https://ouci.dntb.gov.ua/en/works/7Xkjrpq9"}

# Amounts that people took are left out of every record, and those of animals from what a dossier shows of a study.
AMOUNTS_LEFT_OUT = {
    "idayu_2011": {"10", "30"},
    "guelph_2021": {"0.5", "1"},
    "hazim_2014": {"10", "40"},
    "smith_2024_direct": {"5.16", "4.38", "1.1", "10.9"},
    "tdm_2025_leaf_rct": {"500", "4000", "6.65", "53.2"},
    "fda_sad": {"1", "12"},
    "pc_ga_al": {"24", "1", "5", "15", "45.1", "17"},
    "ecg_borderline_qtc": {"434.28"},
    "ecg_serum": {"4"},
    "psychosis_schizoaffective": {"270"},
    "suicide_withdrawal": {"3", "50"},
    "dep_malaysia_2014": {"276.5", "79"},
    "dep_dose_or": {"3"},
    "wd_dose_or": {"3"},
    "wd_mood_moderate": {"4"},
    "ae_grundmann": {"5", "22"},
    "metals_lead_3g": {"3"},
    "metals_lead_25g": {"25"},
    "metals_ni_25g": {"25"},
    "metals_as_25g": {"25"},
    "pk_linearity": {"6.65", "53.2"},
}

# Values and units that are words in the facts and were put into other words, and cases that count as one case.
OTHER_VALUE = {
    "liver_rechallenge": "came back after a shorter time in reports",
    "endocrine": "single reports",
    "pk_linearity": "proportional",
    "case_quet": 1,
    "case_venl": 1,
    "case_ss": 1,
    "case_clom": 1,
}
OTHER_UNIT = {
    "livertox_score": "category (likely a rare cause of apparent liver injury)",
    "pk_linearity": "statement",
}

# ISO 3166 has no code for a county, and `INT` stands for what is international.
OTHER_JURISDICTION = {"US-CA-LA": "US-CA", "international": "INT"}

# Two levels of this triage are customary and were not read; the facts say so in a note only.
TRIAGE_READ = {"high": True, "moderate": False, "low": False}

# Read in a table after the facts were gathered: the two items of PHQ-2 ask about the same two weeks as PHQ-9.
LATER_RECALL_DAYS = {"phq2": 14}

# A run of this many words that is the same in a record and its fact counts as copied.
RUN = 7

NUMBER = re.compile(r"(?<![A-Za-z_.\d])\d[\d,]*(?:\.\d+)?(?!\d)")
# "1-12 g", "53.2 mg" and the like; not concentrations, contents, animal doses or limits.
AMOUNT = re.compile(r"\d\s?(?:grams?|g|mg)\b(?!\s?/)", re.IGNORECASE)
# The threshold of a legal notice is no amount that anybody takes.
AMOUNT_ALLOWED = {"dea_2026_notice"}


@cache
def read(path: Path) -> Record:
    found: Record = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def load(path: Path, key: str) -> dict[str, Record]:
    """The records of one section by id, with the file's defaults under each; a doubled id is an error."""
    document = read(path)
    records = [{**document.get("defaults", {}), **record} for record in document[key]]
    names = [record.get("id") or record["key"] for record in records]
    doubled = [name for name, count in Counter(names).items() if count > 1]
    assert not doubled
    return dict(zip(names, records, strict=True))


def named(fact: Record) -> str:
    name = str(fact.get("id") or fact["nct"])
    return RENAMED.get(name, name if "id" in fact else name.lower())


def fact_sources(fact: Record) -> list[str]:
    keys = ("source", "source_2", "source_3", "status_source", "expected_effect_source")
    return [fact[key] for key in keys if fact.get(key)]


def texts(value: object) -> Iterator[str]:
    """Every text below a value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)


def figures(value: object) -> set[str]:
    """Every number below a value, in one spelling: 65.0 and 65 are the same, a minus sign does not count."""
    found: set[str] = set()
    if isinstance(value, bool):
        return found
    if isinstance(value, (int, float)):
        return {f"{abs(value):g}"}
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return found.union(*(figures(item) for item in value))
    if value is not None:
        found = {f"{float(number.replace(',', '')):g}" for number in NUMBER.findall(str(value))}
    return found


def missing_figures(facts: Iterable[Record], records: dict[str, Record], fields: Iterable[str]) -> list[str]:
    """One line per figure of a fact that its record does not have and that was not left out on purpose."""
    found: list[str] = []
    for fact in facts:
        wanted = figures([fact.get(field) for field in fields]) - AMOUNTS_LEFT_OUT.get(str(fact.get("id")), set())
        record = {name: value for name, value in records[named(fact)].items() if name not in {"id", "date"}}
        lost = wanted - figures(record)
        if lost:
            found.append(f"{named(fact)}: {sorted(lost)}")
    return found


def runs(value: object) -> set[str]:
    """Every run of seven words within one text below a value; a figure ends a run."""
    found: set[str] = set()
    for text in (part for whole in texts(value) for part in re.split(r"[+\d]", whole.lower())):
        words = re.findall(r"[a-z]+", text)
        found |= {" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
    return found


def copied(facts: Iterable[Record], records: dict[str, Record]) -> list[str]:
    """One line per run of words that a record has word for word from its fact."""
    return [f"{named(fact)}: {run}" for fact in facts for run in sorted(runs(fact) & runs(records[named(fact)]))]


@pytest.fixture(scope="module")
def evidence() -> list[Record]:
    document = read(FACTS / "safety" / "evidence.yaml")
    sections = ("studies", "reviews", "animals", "registered_trials", "n_of_1_in_depression")
    return [fact for section in sections for fact in document[section]]


@pytest.fixture(scope="module")
def harms() -> list[Record]:
    cases = read(FACTS / "pharmacology" / "enzymes.yaml")["case_reports"]
    return [*read(FACTS / "safety" / "harms.yaml")["facts"], *cases]


@pytest.fixture(scope="module")
def statements() -> list[Record]:
    return list(read(FACTS / "safety" / "regulators.yaml")["statements"])


@pytest.fixture(scope="module")
def products() -> list[Record]:
    document = read(FACTS / "pharmacology" / "products.yaml")
    return [*document["content"], *document["strain_labels"]]


@pytest.fixture(scope="module")
def instruments() -> list[Record]:
    return list(read(FACTS / "safety" / "instruments.yaml")["instruments"])


def records_of(kind: str) -> dict[str, Record]:
    path, key = {
        "evidence": (KRATOM / "evidence.yaml", "studies"),
        "harms": (KRATOM / "harms.yaml", "harms"),
        "statements": (KRATOM / "regulators.yaml", "statements"),
        "products": (KRATOM / "products.yaml", "product_facts"),
        "instruments": (RECORDS / "instruments.yaml", "instruments"),
    }[kind]
    return load(path, key)


KINDS = ["evidence", "harms", "statements", "products", "instruments"]


@needs_facts
@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_has_its_record(kind: str, request: pytest.FixtureRequest) -> None:
    """No fact is lost and none is invented; products have three records more, for the advice and the two gaps."""
    more = {"one_lot", "gap_strain_labels", "gap_lots"} if kind == "products" else set[str]()
    assert set(records_of(kind)) == {named(fact) for fact in request.getfixturevalue(kind)} | more


@needs_facts
@pytest.mark.parametrize("kind", KINDS)
def test_sources_are_those_of_the_facts(kind: str, request: pytest.FixtureRequest) -> None:
    """A record names the sources of its fact first and in their order; instruments name those of their parts after."""
    wrong: list[str] = []
    for fact in request.getfixturevalue(kind):
        expected, found = fact_sources(fact), records_of(kind)[named(fact)]["sources"]
        if (found[: len(expected)] if kind == "instruments" else found) != expected:
            wrong.append(f"{named(fact)}: {found}, the facts say {expected}")
    assert not wrong


@needs_facts
@pytest.mark.parametrize("kind", KINDS)
def test_read_is_that_of_the_facts(kind: str, request: pytest.FixtureRequest) -> None:
    """What was recalled is not passed off as read, nor the reverse."""
    records = records_of(kind)
    wrong = [named(fact) for fact in request.getfixturevalue(kind) if records[named(fact)]["read"] is not fact["read"]]
    assert not wrong


@needs_facts
@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_is_copied(kind: str, request: pytest.FixtureRequest) -> None:
    """Facts and figures carry over, sentences do not: no run of seven words is the same, names set aside."""
    names = {"name", "title", "agency", "fhir", "unit"}
    facts = [{key: value for key, value in fact.items() if key not in names} for fact in request.getfixturevalue(kind)]
    assert not copied(facts, records_of(kind))


@needs_facts
def test_studies_keep_their_figures(evidence: list[Record]) -> None:
    """Every number of a study's fact stands in its record, except amounts that people took."""
    fields = (
        "design",
        "n",
        "n_extended",
        "n_kratom_lifetime",
        "events",
        "events_note",
        "n_ema",
        "n_active",
        "n_placebo",
    )
    more = (
        "population",
        "period",
        "measure",
        "result",
        "dose",
        "start",
        "end",
        "phase",
        "reading",
        "effect_on_depression",
    )
    assert not missing_figures(evidence, records_of("evidence"), (*fields, *more))


@needs_facts
def test_studies_keep_bias_and_certainty(evidence: list[Record]) -> None:
    """Risk of bias and certainty are those of the facts.

    `none` becomes very_low with addresses_question false; what answers another question, or has no depression
    outcome, does not address the question either. A review without a judgement is not_judged.
    """
    records = records_of("evidence")
    wrong: list[str] = []
    for fact in evidence:
        record = records[named(fact)]
        certainty = fact.get("certainty", "very_low")
        elsewhere = certainty == "none" or "for_question" in fact or fact.get("depression_outcome") is False
        expected = (
            fact.get("rob", "not_judged"),
            "very_low" if certainty == "none" else certainty,
            not (elsewhere or named(fact) == "kronish_2018"),
        )
        found = (record["risk_of_bias"], record["certainty"], record.get("addresses_question", True))
        if found != expected:
            wrong.append(f"{named(fact)}: {found}, the facts say {expected}")
    assert not wrong


@needs_facts
def test_answers_are_those_of_the_facts() -> None:
    """The bottom line keeps its certainty and source; the line on the prior stands as a second answer."""
    facts = read(FACTS / "safety" / "evidence.yaml")
    answers = load(KRATOM / "evidence.yaml", "answers")
    line = facts["bottom_line"]
    assert list(answers) == ["depression_adjunct", "prior_for_analysis"]
    found = answers["depression_adjunct"]
    assert (found["certainty"], found["sources"], found["read"]) == (line["certainty"], [line["source"]], line["read"])
    assert answers["prior_for_analysis"]["read"] is facts["prior_for_the_analysis"]["read"]


@needs_facts
@pytest.mark.parametrize(
    ("field", "of_fact"),
    [
        ("value", "value"),
        ("unit", "unit"),
        ("n", "n"),
        ("percent", "percent"),
        ("sd", "sd"),
        ("p", "p"),
        ("interval_95", "ci95"),
        ("range", "range"),
        ("derived", "derived"),
        ("certainty", "certainty"),
    ],
)
def test_harms_keep_every_number(harms: list[Record], field: str, of_fact: str) -> None:
    """Value, unit, denominator, interval and the rest of a harm are exactly those of its fact."""
    other = {"value": OTHER_VALUE, "unit": OTHER_UNIT}.get(field, {})
    records = records_of("harms")
    wrong: list[str] = []
    for fact in harms:
        expected, found = other.get(fact["id"], fact.get(of_fact)), records[named(fact)].get(field)
        judged_here = field == "certainty" and expected is None
        if found != expected and not judged_here:
            wrong.append(f"{named(fact)}: {found!r}, the facts say {expected!r}")
    assert not wrong


@needs_facts
def test_harms_keep_topic_and_the_figures_in_words(harms: list[Record]) -> None:
    """Numbers inside the words of a harm carry over too; cases of interactions have a topic of their own."""
    records = records_of("harms")
    topics = {named(fact): fact.get("topic", "interaction_case") for fact in harms}
    assert {name: records[name]["topic"] for name in topics} == topics
    assert not missing_figures(harms, records, ("what", "population", "period", "note"))


@needs_facts
def test_every_gap_of_the_harms_is_written_down() -> None:
    """What was looked for and not found stands as unknown, point by point."""
    assert len(load(KRATOM / "harms.yaml", "harm_gaps")) == len(read(FACTS / "safety" / "harms.yaml")["not_found"])


@needs_facts
def test_statements_keep_day_place_and_figures(statements: list[Record]) -> None:
    """A regulator's statement keeps its day, its jurisdiction, its substances' number and every figure."""
    records = records_of("statements")
    wrong: list[str] = []
    for fact in statements:
        record = records[named(fact)]
        place = OTHER_JURISDICTION.get(fact["jurisdiction"], fact["jurisdiction"])
        expected = (str(fact["date"]), place, len(fact["substance"]), fact.get("status_read"))
        found = (str(record["said_on"]), record["jurisdiction"], len(record["substances"]), record.get("status_read"))
        if found != expected:
            wrong.append(f"{named(fact)}: {found}, the facts say {expected}")
    assert not wrong
    fields = ("says", "status", "expected_effect", "pharmacovigilance_cited")
    assert not missing_figures(statements, records, fields)


@needs_facts
def test_products_keep_value_unit_and_spread(products: list[Record]) -> None:
    """A measured content keeps value, unit, n and every figure of its spread; a value in words is None."""
    records = records_of("products")
    wrong: list[str] = []
    for fact in products:
        record = records[named(fact)]
        value = fact["value"] if not isinstance(fact["value"], str) else None
        if (record.get("value"), record["unit"]) != (value, fact["unit"]):
            wrong.append(f"{named(fact)}: {record.get('value')} {record['unit']}, the facts say {value} {fact['unit']}")
    assert not wrong
    kept = [{**fact, "n": None if fact["n"] == "1 product" else fact["n"]} for fact in products]
    assert not missing_figures(kept, records, ("value", "spread", "n", "what", "note", "derived"))


@needs_facts
@pytest.mark.parametrize("field", ["items_read", "item_range", "recall_days", "bands_read", "may_ship", "bands_source"])
def test_instruments_keep_their_plain_fields(instruments: list[Record], field: str) -> None:
    """Item range, recall, read flags and the right to ship are those of the facts.

    Bands without a flag of their own have that of the entry.
    """
    records = records_of("instruments")
    wrong: list[str] = []
    for fact in instruments:
        inherited = fact["read"] if field == "bands_read" and "bands" in fact else None
        expected, found = fact.get(field, inherited), records[fact["id"]].get(field)
        if field == "recall_days":
            expected = LATER_RECALL_DAYS.get(fact["id"], expected)
        if found != expected:
            wrong.append(f"{fact['id']}: {found!r}, the facts say {expected!r}")
    assert not wrong


@needs_facts
def test_instruments_keep_items_and_ranges(instruments: list[Record]) -> None:
    """The number of items and the range of the score carry over; WHO-5 keeps its raw and its percent range."""
    records = records_of("instruments")
    for fact in instruments:
        record = records[fact["id"]]
        items = fact.get("items")
        assert record.get("items") == (items if isinstance(items, int) else None), fact["id"]
        assert record.get("range") == fact.get("range", fact.get("range_raw")), fact["id"]
        assert record.get("range_percent") == fact.get("range_percent"), fact["id"]


@needs_facts
def test_instruments_keep_their_bands(instruments: list[Record]) -> None:
    """Every band has its name and both ends."""
    records = records_of("instruments")
    for fact in instruments:
        found = {band["name"]: [band["low"], band["high"]] for band in records[fact["id"]].get("bands", [])}
        assert found == fact.get("bands", {}), fact["id"]


def _cutoffs(fact: Record) -> Iterator[tuple[object, ...]]:
    for cutoff in fact.get("cutoffs", []):
        for score in [cutoff[key] for key in ("score", "score_men", "score_women") if key in cutoff]:
            names = ("unit", "sensitivity", "specificity", "auc", "ci95", "n", "source", "read")
            yield (score, *(cutoff.get(name) for name in names))


@needs_facts
def test_instruments_keep_their_cutoffs(instruments: list[Record]) -> None:
    """Score, sensitivity, specificity, n, source and read flag of every cut-off; AUDIT-C has one for each sex."""
    names = ("score", "unit", "sensitivity_percent", "specificity_percent", "auc", "interval_95", "n", "source", "read")
    records = records_of("instruments")
    for fact in instruments:
        found = [tuple(cutoff.get(name) for name in names) for cutoff in records[fact["id"]].get("cutoffs", [])]
        assert found == list(_cutoffs(fact)), fact["id"]


@needs_facts
def test_instruments_keep_their_important_differences(instruments: list[Record]) -> None:
    """Value, unit, interval, n, source and read flag of every important difference."""
    records = records_of("instruments")
    for fact in instruments:
        expected = [
            [mid.get(key) for key in ("value", "unit", "ci95", "n", "source", "read")] for mid in fact.get("mid", [])
        ]
        differences = records[fact["id"]].get("important_differences", [])
        keys = ("value", "unit", "interval_95", "n", "source", "read")
        assert [[difference.get(key) for key in keys] for difference in differences] == expected, fact["id"]


@needs_facts
def test_instruments_keep_their_codes(instruments: list[Record]) -> None:
    """LOINC codes, whether each was read, and where they were seen."""
    records = records_of("instruments")
    for fact in instruments:
        record, loinc = records[fact["id"]], fact.get("loinc") or {}
        names = {name for name in loinc if name in {"panel", "total", "item9", "full"}}
        assert record.get("loinc", {}) == {name: loinc[name] for name in names}, fact["id"]
        read_flags = {name: loinc.get(f"{name}_read", loinc.get("read")) for name in names}
        assert record.get("loinc_read", {}) == read_flags, fact["id"]
        seen = [loinc[key] for key in ("source", "source_total") if key in loinc]
        assert record.get("loinc_sources", []) == seen, fact["id"]


@needs_facts
def test_instruments_keep_their_licence(instruments: list[Record]) -> None:
    """Where the licence was seen and whether it was read; facts that say neither leave both empty."""
    words = {True: "yes", False: "no", "partly": "partly", None: None}
    records = records_of("instruments")
    for fact in instruments:
        record = records[fact["id"]]
        expected = (fact.get("licence_source"), words[fact.get("licence_read")])
        assert (record.get("licence_source"), record.get("licence_read")) == expected, fact["id"]


@needs_facts
def test_instruments_keep_their_reliability(instruments: list[Record]) -> None:
    """Every alpha and test-retest figure, with its source and its read flag."""
    records = records_of("instruments")
    for fact in instruments:
        given = fact.get("reliability", {})
        names = {"cronbach_alpha": "cronbach_alpha", "test_retest": "test_retest"}
        names["correlation_with_clinician_madrs"] = "corr_with_clinician_madrs"
        expected = {
            name: (given[key], given["source"], given.get(f"{key}_read", given["read"]))
            for name, key in names.items()
            if key in given
        }
        found = records[fact["id"]].get("reliability", {})
        assert {name: (f["value"], f["source"], f["read"]) for name, f in found.items()} == expected, fact["id"]


@needs_facts
def test_instruments_keep_grades_rules_and_other_figures(instruments: list[Record]) -> None:
    """Toxicity grades end by end, each triage level with its read flag, and every figure named once in the facts."""
    facts, records = {fact["id"]: fact for fact in instruments}, records_of("instruments")
    ctcae = facts["ctcae5_liver"]
    tables = {"upper_limit": "grades", "baseline": "grades_if_baseline_abnormal_multiples_of_baseline"}
    expected = {
        (times, test, int(grade[1:])): ends
        for times, key in tables.items()
        for test, grades in ctcae[key].items()
        for grade, ends in grades.items()
    }
    found = {
        (grade["times"], grade["test"], grade["grade"]): [grade["above"], grade.get("up_to")]
        for grade in records["ctcae5_liver"]["grades"]
    }
    assert found == expected
    assert {rule["name"]: rule["read"] for rule in records["cssrs_screener"]["rules"]} == TRIAGE_READ
    flags = {rule["name"]: rule["read"] for rule in records["hys_law"]["rules"]}
    assert [name for name, was_read in flags.items() if not was_read] == ["no_early_cholestasis"]
    assert facts["hys_law"]["alp_criterion_read"] is False
    fields = (
        "natural_drift",
        "reference_value",
        "sensitivity_youth_percent",
        "population",
        "triage",
        "decision",
        "criteria",
    )
    more = (
        "prognosis",
        "weakness_for_kratom",
        "scoring",
        "domains",
        "components",
        "loinc_warning",
        "confusion_warning",
    )
    assert not missing_figures(instruments, records, (*fields, *more))


@needs_facts
@pytest.mark.parametrize("family", ["safety", "pharmacology"])
def test_every_source_of_the_facts_has_its_record(family: str) -> None:
    """Year, DOI, PMID, address and kind of a source carry over; only what nobody opened has read false."""
    records = {
        **load(RECORDS / "sources" / "pharmacology.yaml", "sources"),
        **load(RECORDS / "sources" / "safety.yaml", "sources"),
    }
    wrong: list[str] = []
    for key, fact in read(FACTS / family / "sources.yaml")["sources"].items():
        shared = family == "pharmacology" and key in IN_SAFETY
        record = records[RENAMED_SOURCES.get(key, key) if family == "pharmacology" else key]
        kind = fact.get("via") or fact["kind"]
        address = OTHER_ADDRESS.get(key, fact.get("url_read"))
        expected = {
            "year": fact.get("year"),
            "doi": fact.get("doi"),
            "url": address if str(address).startswith("http") else None,
            "kind": record["kind"] if shared else kind,
            "read": kind != "memory",
        }
        if fact.get("pmid"):
            expected["pmid"] = fact["pmid"]
        found = {name: record.get(name) for name in expected}
        if found != expected or fact.get("pmcid", "") not in record.get("reference", ""):
            wrong.append(f"{key}: {found}, the facts say {expected}")
    assert not wrong


def test_sources_of_these_files_resolve_and_every_record_fits_its_type() -> None:
    """Each of these files is read by its types without a fault, and every source key it names is defined once."""
    entries, faults = read_entries(RECORDS)
    ours = re.compile(
        r"instruments\.yaml|sources/(safety|pharmacology|vocabularies)|kratom/(evidence|harms|regulators|products)"
    )
    _, more = check_entries(entry for entry in entries if ours.search(entry.path))
    assert not [fault for fault in [*faults, *more] if ours.search(str(fault))]
    keys = Counter(entry.raw["key"] for entry in entries if entry.section == "sources")
    assert not [key for key, count in keys.items() if count > 1]
    cited = {key for entry in entries if ours.search(entry.path) for key in _cited(entry.raw)}
    assert not sorted(cited - set(keys))


def _cited(value: object, field: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _cited(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _cited(item, field)
    elif isinstance(value, str) and (field in {"source", "sources"} or field.endswith(("_source", "_sources"))):
        yield value


@pytest.mark.parametrize("kind", ["evidence", "harms", "statements", "instruments"])
def test_no_record_tells_an_amount_that_people_take(kind: str) -> None:
    """No text has grams or milligrams that somebody took; contents per gram stand with the products only."""
    told = [
        f"{name}: {text}"
        for name, record in records_of(kind).items()
        if name not in AMOUNT_ALLOWED
        for text in texts(record)
        if AMOUNT.search(text)
    ]
    assert not told
