"""The gate: what we write passes five oracles, and planted faults show that the oracles look."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from equipoise.exchange.fhir_out import dossier_to_fhir
from equipoise.model.dossier import Dossier
from fhir_gate import asked, oracles, render_table, sample
from fhir_gate.faults import planted_faults
from fhir_gate.strategies import DOSSIERS

HERE = Path(__file__).resolve().parent
NOON = dt.datetime(2026, 3, 15, 12, tzinfo=dt.UTC)
FAULTS = [fault.what for fault in planted_faults()]
drawn = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.gate
@pytest.mark.parametrize("oracle", oracles.ORACLES)
@pytest.mark.parametrize("name", sample.documents())
def test_sample_passes(name: str, oracle: str, node_oracles: None) -> None:
    """Every oracle is content with every document made by hand."""
    del node_oracles
    assert asked.about_samples()[name][oracle] == []


@pytest.mark.gate
@pytest.mark.parametrize("place", range(len(FAULTS)), ids=FAULTS)
def test_planted_fault_is_caught(place: int, node_oracles: None) -> None:
    """At least one oracle catches the planted fault, and not by breaking down over it."""
    del node_oracles
    fault, told = asked.about_faults()[place]
    verdicts = {oracle: render_table.verdict(told[oracle]) for oracle in oracles.ORACLES}
    assert render_table.CAUGHT in verdicts.values(), fault


@pytest.mark.gate
def test_no_oracle_is_idle(node_oracles: None) -> None:
    """Every oracle catches at least a quarter of the planted faults, so none of them is switched off unseen."""
    del node_oracles
    for oracle in oracles.ORACLES:
        caught = sum(render_table.verdict(told[oracle]) == render_table.CAUGHT for _, told in asked.about_faults())
        assert caught >= len(FAULTS) / 4, oracle


@pytest.mark.gate
def test_table_is_up_to_date(node_oracles: None) -> None:
    """docs/reference/fhir-gate.md is what the oracles say today; render_table.py writes it."""
    del node_oracles
    assert render_table.PAGE.read_text("utf-8") == render_table.page()


def test_faults_have_names_of_their_own() -> None:
    """Every planted fault is told from every other by its words, and changes the document."""
    valid = sample.documents()["full with PDF"]
    assert len(set(FAULTS)) == len(FAULTS) >= 30
    assert all(fault.in_a_copy_of(valid) != valid for fault in planted_faults())


@pytest.mark.parametrize("name", sample.documents())
def test_sample_passes_without_node(name: str) -> None:
    """The two oracles that need no Node package are content with every document made by hand."""
    document = sample.documents()[name]
    assert oracles.ask_fhir_resources(document) == []
    assert oracles.own_check(document) == []


@given(DOSSIERS)
@drawn
def test_any_dossier_passes_without_node(dossier: Dossier) -> None:
    """Whatever a dossier holds, its document passes fhir.resources and our own check."""
    document = dossier_to_fhir(dossier, issued=NOON)
    assert oracles.ask_fhir_resources(document) == []
    assert oracles.own_check(document) == []


@pytest.mark.gate
@given(dossier=DOSSIERS)
@drawn
def test_any_dossier_passes_the_schema(node_oracles: None, dossier: Dossier) -> None:
    """Whatever a dossier holds, its document passes the official JSON schema."""
    del node_oracles
    assert oracles.ask_json_schema(dossier_to_fhir(dossier, issued=NOON)) == []


def test_lock_file_names_no_host() -> None:
    """The lock file pins every package by its hash and says nothing of where it was fetched."""
    lock: dict[str, Any] = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if not (entry.get("integrity") or entry.get("inBundle"))]
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
