"""Real charts all the way through: nothing crashes, no medicine vanishes, every dossier can be written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from equipoise.exchange import read_cases
from equipoise.exchange.fhir_out import dossier_to_fhir_json
from equipoise.knowledge import Knowledge
from equipoise.knowledge.resolve import Resolver
from equipoise.knowledge.rxnorm import import_rxnorm, load_rxnorm
from equipoise.model.case import Case, Medication
from equipoise.report.html import dossier_html
from equipoise.report.plain import dossier_json
from equipoise.screen import screen

ON = dt.date(2026, 11, 22)
pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def charts(shared_data: Path) -> list[Case]:
    """Every case of every real file."""
    folder = shared_data / "fhir"
    files = [*sorted((folder / "synthea_r4").iterdir()), *sorted((folder / "ecqm_2025").iterdir())]
    files += [folder / "synthea_bulk10", *sorted((folder / "hl7_r4_examples").iterdir())]
    return [case for path in files for case in read_cases(path, on=ON)]


def test_every_chart_is_screened_for_every_adjunct(charts: list[Case], knowledge: Knowledge) -> None:
    """All charts end in one of the three outcomes, and each medication is assessed or listed as not assessed."""
    assert len(charts) > 110
    for case in charts:
        for name in knowledge.substance_ids:
            dossier = screen(case, knowledge, on=ON, substance=name)
            shown = Counter(item.text for item in dossier.medications)
            open_ones = Counter(item.text for item in dossier.not_assessed)
            for text, count in Counter(item.text for item in case.medications).items():
                assert shown[text] + open_ones[text] >= count, (case.id, text)
            assert dossier.unread[: len(case.unread)] == case.unread
            # All observations that no rule looks for are one line.
            assert len(dossier.unread) - len(case.unread) <= 1


@pytest.mark.slow
def test_every_dossier_can_be_written(charts: list[Case], knowledge: Knowledge) -> None:
    """HTML, JSON and FHIR are written for every chart."""
    issued = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    for case in charts:
        dossier = screen(case, knowledge, on=ON)
        assert dossier.case_id in dossier_html(dossier)
        assert dossier_json(dossier)
        assert dossier_to_fhir_json(dossier, issued=issued)


def test_no_name_of_a_patient_enters_a_dossier(charts: list[Case], knowledge: Knowledge, shared_data: Path) -> None:
    """The pseudonym is all that a dossier carries of a patient's identity."""
    import gzip
    import json

    path = min((shared_data / "fhir" / "synthea_r4").iterdir())
    bundle = json.loads(gzip.decompress(path.read_bytes()))
    patient = next(item["resource"] for item in bundle["entry"] if item["resource"]["resourceType"] == "Patient")
    family, identifier = patient["name"][0]["family"], patient["identifier"][0]["value"]
    text = dossier_json(screen(read_cases(path, on=ON)[0], knowledge, on=ON)).decode()
    assert charts
    assert family not in text
    assert identifier not in text
    assert patient["id"] not in text


def test_the_real_names_resolve(charts: list[Case], knowledge: Knowledge) -> None:
    """Of the distinct medication texts of the real charts nearly all are tied to a record, none by resemblance."""
    resolver = Resolver(knowledge)
    texts = {item.text: item for case in charts for item in case.medications}
    lost = [text for text, item in texts.items() if not resolver.resolve(item).medicines]
    print(f"{len(texts) - len(lost)} of {len(texts)} distinct texts resolve; not: {sorted(lost)}")
    assert len(lost) <= 0.15 * len(texts)


def test_the_real_rxnorm_table_can_be_imported(knowledge: Knowledge, shared_data: Path) -> None:
    """Both files are read, and product codes without any text then resolve to their ingredients."""
    folder = shared_data / "rxnorm"
    summary = import_rxnorm([folder / "rxnorm_names.tsv.gz", folder / "rxnorm_products.tsv.gz"])
    assert summary.rows > 35_000
    table = load_rxnorm()
    resolver = Resolver(knowledge, table)

    def by_code(code: str) -> tuple[str, ...]:
        return resolver.resolve(Medication.model_validate({"text": "as coded", "rxcui": [code]})).medicines

    assert by_code("208161") == ("sertraline",)
    assert set(by_code("93252")) == {"hydrochlorothiazide", "triamterene"}
