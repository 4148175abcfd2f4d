"""`equipoise knowledge fit`, and what other commands take from a fit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from calls import refused
from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.errors import UsageError
from equipoise.knowledge import RECORDS, load_knowledge
from equipoise.pharmacology.summaries.fitted import fitted_population, fitted_system

FITTED = "substances/kratom/kinetics.json"


def test_an_adjunct_without_a_kinetic_model_cannot_be_fitted() -> None:
    """The message says what is missing; so does that of a report that is no page."""
    assert "a model with figures" in str(refused("knowledge", "fit", "st_johns_wort"))
    assert isinstance(refused("knowledge", "fit", "st_johns_wort"), UsageError)
    assert "ends in .html" in str(refused("knowledge", "fit", "kratom", "--report", "fit.pdf"))


@pytest.mark.slow
def test_a_fit_is_printed_drawn_and_kept_where_its_records_are(tmp_path: Path) -> None:
    """JSON has every figure beside its prediction; the page has the courses; the file holds the hash of its records."""
    folder = tmp_path / "records"
    shutil.copytree(RECORDS, folder)
    path = folder / "substances" / "kratom" / "kinetics.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["kinetic_model"]["rule"] |= {"draws": 100, "people": 100}
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    page = tmp_path / "fit.html"
    arguments = ["knowledge", "fit", "kratom", "--json", "--write", "--report", str(page), "--knowledge", str(folder)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    records = load_knowledge.__wrapped__(folder)  # what this process has read before is older than the file
    kept = records.substance("kratom").kinetic_fit
    assert kept is not None
    assert said["inputs"] == kept.inputs == records.kinetic_inputs("kratom")
    assert [row["id"] for row in said["figures"]] == [item.id for item in kept.figures]
    assert all(row["published"]["id"] == row["id"] for row in said["figures"])
    assert page.read_text("utf-8").count('id="panel-') == 7
    assert json.loads((folder / FITTED).read_text("utf-8"))["seed"] == kept.seed


@pytest.mark.slow
def test_an_adjunct_is_simulated_with_its_fitted_model(tmp_path: Path) -> None:
    """A thousand people after the dose of a study: the band holds its published peak, and the median is near it."""
    pytest.importorskip("numba")
    records = load_knowledge().substance("kratom")
    study = next(item for item in records.kinetic_studies if item.id == "tanna")
    peak = next(item for item in records.kinetic_figures if item.id == "ta_mg_cmax")
    table = tmp_path / "events.csv"
    table.write_text(f"TIME,AMT,CMT\n0,{study.amount_mg['mitragynine'][0]},1\n")
    arguments = ["simulate", "kratom", "--events", str(table), "--population", "1000", "--seed", "3", "--json"]
    done = CliRunner().invoke(app, [*arguments, "--times", "0:24:0.1", "--output", "mitragynine", "--reduce", "cmax"])
    assert done.exit_code == 0, done.exception
    found = json.loads(done.stdout)
    quantiles = found["reduced"][0]["quantiles"]
    assert (found["people"], found["engine"]) == (1000, "closed")
    assert peak.value == pytest.approx(quantiles["0.5"], rel=0.15)
    assert quantiles["0.05"] < (peak.low or 0.0) < (peak.high or 0.0) < 1.1 * quantiles["0.95"]


def test_the_people_of_a_simulation_are_those_of_the_fit() -> None:
    """Each parameter varies as its spread says, availability among them; medians are in doubt, together, as fitted."""
    records = load_knowledge().substance("kratom")
    model, fit = records.kinetic_model, records.kinetic_fit
    assert model is not None
    assert fit is not None
    system, population = fitted_system(model, fit), fitted_population(model, fit)
    part = fit.parts[0]
    known = {item.name: item for item in part.parameters}
    assert system.parameters["CL_MG"].value == known["CL_MG"].median
    assert next(iter(system.states)) == "G_MG"
    people = population.persons(seed=1, first=0, count=4000)
    spreads = [{item.name: item.median for item in found.parameters} for found in fit.parts[:2]]
    assert fit.parts[1].analytes == ("speciociliatine",)
    for name, place, spread in (("CL_MG", 0, "disposition"), ("F_MG", 0, "availability"), ("KA_SC", 1, "absorption")):
        assert np.log(people[name]).std() == pytest.approx(spreads[place][f"spread.{spread}"], rel=0.05)
    typical = [population.drawn_typical(seed=1, replicate=k)["CL_MG"] for k in range(400)]
    assert np.log(typical).std() == pytest.approx(known["CL_MG"].log_sd, rel=0.1)


def test_every_molar_mass_is_the_same_in_both_places() -> None:
    """The factor of the equations is that of the analyte, in mg/nmol."""
    model = load_knowledge().substance("kratom").kinetic_model
    assert model is not None
    masses = {
        item.name.removeprefix("MM_"): item.prior.median * 1e6 for item in model.parameters if item.unit == "mg/nmol"
    }
    entries = {item.entry.removeprefix("G_"): item.molar_mass for item in model.analytes if item.entry}
    assert masses == pytest.approx(entries)
