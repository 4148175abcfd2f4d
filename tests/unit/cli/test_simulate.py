"""`equipoise simulate`: figures, files and pictures of given doses, and every refusal before anything is computed."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.errors import EquipoiseError, KnowledgeError, MissingExtraError, UsageError

EXAMPLES = Path(__file__).parents[3] / "src" / "equipoise" / "examples"
MODEL, EVENTS = str(EXAMPLES / "two-compartment.yaml"), str(EXAMPLES / "events.csv")
SHORT = ("--times", "0:48:4")


SATURABLE = """
name: saturable
states: {A: mg}
parameters: {VMAX: {value: 10, unit: mg/h}, KM: {value: 0.5, unit: mg/L}, V: {value: 50, unit: L}}
rates: {A: -VMAX*(A/V)/(KM + A/V)}
entries: {A: {}}
outputs: {CP: {expression: A/V, unit: mg/L}}
"""


def run(*arguments: str) -> str:
    """What the command prints."""
    found = CliRunner().invoke(app, ["simulate", MODEL, "--events", EVENTS, *arguments])
    assert found.exit_code == 0, (found.output, found.exception)
    return found.stdout


def refused(*arguments: str) -> EquipoiseError:
    """The error that the command ends with."""
    found = CliRunner().invoke(app, ["simulate", *arguments])
    assert isinstance(found.exception, EquipoiseError), found.output
    return found.exception


def test_the_table_says_who_by_which_engine_and_how_people_differ() -> None:
    """Number of people, engine with its reason, every reduction with its unit, and that no amount is proposed."""
    told = " ".join(run("--population", "30", *SHORT).split())
    for said in ("30 drawn people", "closed (the system is linear", "area, ug/L*h", "peak, ug/L", "time of peak, h"):
        assert said in told
    assert "nothing here says which to take" in told


def test_without_a_population_the_typical_person_is_simulated() -> None:
    """One value of each reduction and no range."""
    told = " ".join(run(*SHORT).split())
    assert "one person with the typical values" in told
    assert "5 to 95 %" not in told
    assert "How people differ is not in these figures" in told
    assert "Receptors" not in told


def test_the_json_holds_bands_and_reductions_with_units() -> None:
    """The same seed gives the same bytes; quantiles rise; the area's unit is the output's times the time's."""
    text = run("--population", "30", "--json", *SHORT)
    assert text == run("--population", "30", "--json", "--threads", "2", *SHORT)
    found = json.loads(text)
    assert found["people"] == 30
    assert found["times"] == list(range(0, 49, 4))
    quantiles = np.array(list(found["bands"]["CP"]["quantiles"].values()))
    assert quantiles.shape == (5, 13)
    assert np.all(np.diff(quantiles, axis=0) >= 0.0)
    assert [(row["kind"], row["unit"]) for row in found["reduced"]] == [
        ("auc", "ug/L*h"),
        ("cmax", "ug/L"),
        ("tmax", "h"),
    ]


def test_the_example_meets_its_published_course() -> None:
    """The bundled model and doses give what the RxODE tutorial prints for its first hours, to all printed figures.

    Central concentrations C2 of `head(mod1$solve(theta, ev, inits))`, RxODE's introduction; the same in rxode2.
    """
    found = json.loads(run("--times", "0:5:1", "--json"))
    published = [0.0, 44.37555, 54.88296, 51.90343, 44.49738, 36.48434]
    np.testing.assert_allclose(found["bands"]["CP"]["quantiles"]["0.5"], published, atol=5.1e-6)


def test_an_integration_says_how_well_it_did() -> None:
    """By another engine the areas agree, and the error that was seen stands in the table and in the JSON."""
    arguments = ("--population", "20", *SHORT)
    closed = json.loads(run(*arguments, "--json"))
    found = json.loads(run(*arguments, "--engine", "explicit", "--tolerance", "1e-8", "--json"))
    assert closed["observed_error"] is None
    assert 0.0 < found["observed_error"] < 1e-6
    assert found["reduced"][0]["quantiles"]["0.5"] == pytest.approx(closed["reduced"][0]["quantiles"]["0.5"], rel=1e-7)
    assert "of the peak, seen in some at a hundredth" in " ".join(run(*arguments, "--engine", "rosenbrock").split())


def test_an_error_that_cannot_be_seen_is_told_as_a_bound(tmp_path: Path) -> None:
    """Close rows make both tolerances take the same steps: below the finer one, never 0; without a result not known."""
    model, table = tmp_path / "saturable.yaml", tmp_path / "events.csv"
    model.write_text(SATURABLE)
    table.write_text("TIME,AMT,SS,II\n0,100,0,0\n")
    arguments = ("simulate", str(model), "--events", str(table), "--times", "0:24:0.25")
    told = " ".join(CliRunner().invoke(app, list(arguments)).stdout.split())
    assert "error below 1e-08 of the peak" in told
    table.write_text("TIME,AMT,SS,II\n0,300,1,24\n")
    told = " ".join(CliRunner().invoke(app, list(arguments)).stdout.split())
    assert "its error is not known" in told
    assert "no steady state was found" in told


def test_a_cluster_gives_the_same_bytes() -> None:
    """Blocks done by workers of a scheduler: the JSON of one machine."""
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    arguments = ("--population", "30", "--replicates", "20", "--json", *SHORT)
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=":0", silence_logs=50) as cluster:
        assert run(*arguments, "--cluster", cluster.scheduler_address) == run(*arguments)


def test_replicates_say_how_uncertain_the_median_is() -> None:
    """One quantile of every replicate, and a column of the table."""
    arguments = ("--population", "20", "--replicates", "20", *SHORT)
    found = json.loads(run(*arguments, "--json"))
    medians = found["reduced"][0]["replicates"]["0.5"]
    assert len(medians) == 20
    assert len(set(medians)) == 20
    assert "uncertain" in run(*arguments)


def test_the_csv_holds_every_person_at_every_time(tmp_path: Path) -> None:
    """ID, time and output; the highest value of each person is the reduction of the JSON."""
    path = tmp_path / "table.csv"
    found = json.loads(run("--population", "8", "--csv", str(path), "--reduce", "cmax", "--json", *SHORT))
    with path.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8 * 13
    assert set(rows[0]) == {"ID", "TIME", "CP"}
    peaks = [max(float(row["CP"]) for row in rows if row["ID"] == str(i + 1)) for i in range(8)]
    assert np.median(peaks) == found["reduced"][0]["quantiles"]["0.5"]


def test_the_table_of_the_typical_person_is_closed_and_told(tmp_path: Path) -> None:
    """One person's file too is named once it is whole."""
    path = tmp_path / "table.csv"
    found = CliRunner().invoke(app, ["simulate", MODEL, "--events", EVENTS, "--csv", str(path), *SHORT])
    assert f"wrote {path}" in found.stderr
    assert len(path.read_text().splitlines()) == 1 + 13


def test_the_arrow_file_holds_what_the_csv_holds(tmp_path: Path) -> None:
    """ID as text, times and outputs as numbers, in the same order."""
    ipc = pytest.importorskip("pyarrow.ipc", reason="the extra `frames` is not installed")
    run("--population", "8", "--csv", str(tmp_path / "table.csv"), *SHORT)
    run("--population", "8", "--arrow", str(tmp_path / "table.arrow"), *SHORT)
    with ipc.open_stream((tmp_path / "table.arrow").read_bytes()) as stream:
        found = stream.read_all().to_pydict()
    with (tmp_path / "table.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert found["ID"] == [row["ID"] for row in rows]
    assert found["TIME"] == [float(row["TIME"]) for row in rows]
    assert found["CP"] == [float(row["CP"]) for row in rows]


def test_arrow_without_its_extra_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the extra."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    error = refused(MODEL, "--events", EVENTS, *SHORT, "--arrow", str(tmp_path / "t.arrow"))
    assert isinstance(error, MissingExtraError)
    assert "frames" in str(error)


@pytest.mark.parametrize("ending", [".html", ".svg"])
def test_the_picture_shows_median_and_bands(ending: str, tmp_path: Path) -> None:
    """A page without a script, or the picture alone; one line and two surfaces for each width."""
    path = tmp_path / f"bands{ending}"
    run("--population", "20", "--picture", str(path), *SHORT)
    made = path.read_text("utf-8")
    assert "<script" not in made
    assert made.count('class="s-link" fill="none" stroke') == (2 if ending == ".html" else 1)
    assert made.count('class="s-dot"') >= 2
    assert "time, h" in made


def test_a_typical_person_has_no_bands(tmp_path: Path) -> None:
    """The picture of one person is one line, and its legend names no people."""
    path = tmp_path / "line.html"
    run("--picture", str(path), *SHORT)
    assert "the typical person" in path.read_text("utf-8")
    assert "50 % of people" not in path.read_text("utf-8")


def test_a_covariate_of_the_events_is_not_drawn(tmp_path: Path) -> None:
    """Where the table gives weights, all people have them: heavier ones clear faster."""
    areas: list[float] = []
    for weight in (50, 100):
        table = tmp_path / f"events{weight}.csv"
        table.write_text(f"TIME,AMT,WT\n0,100,{weight}\n")
        arguments = ["simulate", MODEL, "--events", str(table), "--population", "20", "--json", *SHORT]
        found = json.loads(CliRunner().invoke(app, arguments).stdout)
        areas.append(found["reduced"][0]["quantiles"]["0.5"])
    assert areas[0] > areas[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((MODEL, "--events", EVENTS, "--times", "5:1:1"), "--times"),
        ((MODEL, "--events", EVENTS, "--times", "0,0"), "--times"),
        ((MODEL, "--events", EVENTS, "--times", "0:1e9:0.001"), "at most 1000000"),
        ((MODEL, "--events", EVENTS, "--times", "now"), "--times"),
        ((MODEL, "--events", EVENTS, "--reduce", "auc,mean"), "auc, cmax, tmax"),
        ((MODEL, "--events", EVENTS, "--reduce", ","), "auc, cmax, tmax"),
        ((MODEL, "--events", EVENTS, "--reduce", "time_above"), "a level"),
        ((MODEL, "--events", EVENTS, "--reduce", "auc=1"), "a level"),
        ((MODEL, "--events", EVENTS, "--reduce", "time_above=x"), "a number"),
        ((MODEL, "--events", EVENTS, "--output", "CX"), "one of CP"),
        ((MODEL, "--events", EVENTS, "--engine", "euler"), "rosenbrock"),
        ((MODEL, "--events", EVENTS, "--tolerance", "2"), "below 1"),
        ((MODEL, "--events", EVENTS, "--product", "throughout"), "an adjunct whose products"),
        (("kratom", "--events", EVENTS, "--product", "0"), "after how many days"),
        ((MODEL, "--events", EVENTS, "--cluster", "tcp://a:1", "--threads", "2"), "one of the two"),
        ((MODEL, "--events", EVENTS, "--picture", "a.png"), ".html"),
        ((MODEL, "--events", EVENTS, "--csv", EVENTS), "another file"),
        ((MODEL, "--events", EVENTS, "--csv", "a.txt"), "ends in .csv"),
        ((MODEL, "--events", EVENTS, "--csv", "a.csv", "--arrow", "a.arrow"), "one of the two"),
        ((MODEL, "--events", EVENTS, "--replicates", "40"), "with --population"),
        ((MODEL, "--events", EVENTS, "--population", "5", "--replicates", "5"), "at least 20"),
        (("nothing", "--events", EVENTS), "a model file"),
    ],
)
def test_an_impossible_value_is_refused(arguments: Sequence[str], told: str) -> None:
    """Each names what was found and what was expected."""
    error = refused(*arguments)
    assert isinstance(error, UsageError)
    assert told in str(error)


def test_a_population_has_to_be_declared(tmp_path: Path) -> None:
    """Nobody is invented where the model says nothing of people."""
    path = tmp_path / "model.yaml"
    path.write_text(Path(MODEL).read_text().split("population:")[0])
    assert "a model that declares a population" in str(refused(str(path), "--events", EVENTS, "--population", "5"))


def test_as_many_people_as_the_events_have_ids(tmp_path: Path) -> None:
    """Events of two IDs are those of two people: five are refused, two are simulated."""
    table = tmp_path / "events.csv"
    table.write_text("ID,TIME,AMT\na,0,100\nb,0,200\n")
    error = refused(MODEL, "--events", str(table), "--population", "5", *SHORT)
    assert isinstance(error, UsageError)
    assert "2 IDs" in str(error)
    csv_file = tmp_path / "out.csv"
    arguments = ["simulate", MODEL, "--events", str(table), "--population", "2", "--csv", str(csv_file), *SHORT]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert {line.split(",")[0] for line in csv_file.read_text().splitlines()[1:]} == {"a", "b"}


def test_how_long_to_simulate_has_to_be_said_for_a_single_dose(tmp_path: Path) -> None:
    """A dose at time 0 without an interval leaves the end open."""
    table = tmp_path / "events.csv"
    table.write_text("TIME,AMT\n0,100\n")
    assert "how long to simulate" in str(refused(MODEL, "--events", str(table)))


def test_an_adjunct_without_a_kinetic_model_is_refused() -> None:
    """An id of the records whose kinetics they do not hold ends with the reason, not with an empty answer."""
    assert isinstance(refused("st_johns_wort", "--events", EVENTS), KnowledgeError)


def test_without_numba_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install what is missing."""
    monkeypatch.setitem(sys.modules, "numba", None)
    error = refused(MODEL, "--events", EVENTS, "--times", "0:3:1", "--output", "CP", "--reduce", "clast")
    assert isinstance(error, MissingExtraError)
    assert "simulate" in str(error)


def _adjunct(*arguments: str) -> str:
    found = CliRunner().invoke(app, ["simulate", "kratom", "--output", "mitragynine", *arguments])
    assert found.exit_code == 0, (found.output, found.exception)
    return found.stdout


def test_products_make_people_differ_more(tmp_path: Path) -> None:
    """The same people take mg of a constituent, then a product: areas spread wider; the notes say what AMT is."""
    table = tmp_path / "events.csv"
    table.write_text("TIME,AMT,ADDL,II\n0,1,9,24\n")
    common = ("--events", str(table), "--population", "400", "--times", "0:240:4", "--reduce", "auc")
    spreads: list[float] = []
    for more in ((), ("--product", "throughout"), ("--product", "2")):
        quantiles = json.loads(_adjunct(*common, *more, "--json"))["reduced"][0]["quantiles"]
        spreads.append(np.log(quantiles["0.95"] / quantiles["0.05"]))
    assert spreads[0] < spreads[2] < spreads[1]
    assert "mg of one constituent" in " ".join(_adjunct(*common).split())
    assert "takes up another product every 2 days" in " ".join(_adjunct(*common, "--product", "2").split())


def test_an_adjuncts_model_says_when_and_to_whose_figures_it_was_fitted(tmp_path: Path) -> None:
    """The date of the fit and every study behind it, in the table and on the page."""
    from equipoise.knowledge.store import load_knowledge

    records = load_knowledge()
    adjunct = records.substance("kratom")
    assert adjunct.kinetic_fit is not None
    table, page = tmp_path / "events.csv", tmp_path / "page.html"
    table.write_text("TIME,AMT\n0,1\n")
    told = " ".join(_adjunct("--events", str(table), "--times", "0:4:1", "--picture", str(page)).split())
    assert f"The model of {adjunct.substance.name} was fitted on {adjunct.kinetic_fit.date} to published" in told
    for study in adjunct.kinetic_studies:
        for key in study.sources:
            assert records.sources[key].short in told
    assert "to published figures" in page.read_text("utf-8")
    assert "records were changed" not in told


def test_a_product_goes_into_no_single_compartment(tmp_path: Path) -> None:
    """The fault names the line of the file and the compartment that was written."""
    table = tmp_path / "events.csv"
    table.write_text("TIME,AMT,CMT\n0,1,5\n")
    error = refused("kratom", "--events", str(table), "--product", "30", *SHORT)
    assert [(fault.path, fault.found) for fault in error.faults] == [("CMT", "compartment 5 in line 2")]


def test_faults_of_a_product_come_with_all_other_faults(tmp_path: Path) -> None:
    """A negative time, a rate and a compartment: one message, each with its line."""
    table = tmp_path / "events.csv"
    table.write_text("TIME,AMT,RATE,CMT\n-1,1,0,0\n2,1,5,0\n3,1,0,5\n")
    error = refused("kratom", "--events", str(table), "--product", "30", *SHORT)
    told = {fault.path: fault.found for fault in error.faults}
    assert "line 2" in told["TIME"]
    assert told["RATE"] == "a rate in line 3"
    assert told["CMT"] == "compartment 5 in line 4"


def test_strain_and_colour_in_the_events_change_nothing_and_are_told(tmp_path: Path) -> None:
    """Columns that no model knows are named as not used, and every figure is as without them."""
    found: list[dict[str, object]] = []
    for name, text in (("a", "TIME,AMT,STRAIN,VEIN\n0,1,1,2\n"), ("b", "TIME,AMT\n0,1\n")):
        table = tmp_path / f"{name}.csv"
        table.write_text(text)
        found.append(json.loads(_adjunct("--events", str(table), "--product", "30", "--times", "0:48:8", "--json")))
    assert "STRAIN, VEIN" in str(found[0].pop("notes"))
    assert "STRAIN" not in str(found[1].pop("notes"))
    assert found[0] == found[1]


PHENOTYPES = """
name: cleared by an enzyme
states: {A: mg}
parameters: {CL: {value: 5, unit: L/h}, V: {value: 50, unit: L}}
covariates: {CYP2D6: {unit: "1", default: 1}}
rates: {A: -CL*(0.2 + 0.8*CYP2D6)/V*A}
entries: {A: {}}
outputs: {CP: {expression: A/V, unit: mg/L}}
population:
  covariates: {CYP2D6: {distribution: phenotypes, enzyme: ENZYME, values: {PM: 0, IM: 0.5, NM: 1, UM: 2}}}
"""


def test_phenotypes_are_as_frequent_as_the_records_say(tmp_path: Path) -> None:
    """Four kinds of people, as often as the record's middles, and a note with its source and date."""
    path, table = tmp_path / "model.yaml", tmp_path / "events.csv"
    path.write_text(PHENOTYPES.replace("ENZYME", "CYP2D6"))
    table.write_text("TIME,AMT\n0,100\n")
    arguments = ["simulate", str(path), "--events", str(table), "--population", "20000", "--times", "0,10"]
    out = tmp_path / "out.csv"
    found = CliRunner().invoke(app, [*arguments, "--csv", str(out), "--reduce", "clast"])
    assert found.exit_code == 0, (found.output, found.exception)
    told = " ".join(found.stdout.split())
    assert "NM 84.5 %" in told
    assert "bell_2017" in told
    with out.open() as file:
        last = np.array([float(row["CP"]) for row in csv.DictReader(file) if row["TIME"] == "10.0"])
    kinds, counts = np.unique(np.round(np.log(last / 2.0) / -1.0, 6), return_counts=True)
    np.testing.assert_allclose(kinds, [0.2, 0.6, 1.0, 1.8])
    np.testing.assert_allclose(counts / 20000, [0.075, 0.065, 0.845, 0.015], atol=4 * np.sqrt(0.25 / 20000))


def test_phenotypes_without_a_record_need_shares(tmp_path: Path) -> None:
    """The enzyme that most medicines meet has no phenotype groups: the message asks for shares."""
    path = tmp_path / "model.yaml"
    path.write_text(PHENOTYPES.replace("ENZYME", "CYP3A4"))
    error = refused(str(path), "--events", EVENTS, "--population", "5")
    assert "how often each phenotype of CYP3A4 is" in str(error)


def test_an_adjuncts_receptors_are_drawn_beside_its_concentrations(tmp_path: Path) -> None:
    """Occupancy with its threshold and what is not known; outputs that no dose reaches are named and left out."""
    table, page = tmp_path / "events.csv", tmp_path / "bands.html"
    table.write_text("TIME,AMT\n0,1\n")
    arguments = ["simulate", "kratom", "--events", str(table), "--population", "50", "--times", "0:24:1"]
    found = CliRunner().invoke(app, [*arguments, "--json", "--picture", str(page)])
    assert found.exit_code == 0, (found.output, found.exception)
    told = json.loads(found.stdout)
    mu = told["occupancy"]["mu-opioid receptor"]
    assert "7-hydroxymitragynine" in mu["by"]
    assert "speciociliatine" in mu["not_known"]
    assert told["bands"]["mu-opioid receptor"]["unit"] == "% occupied"
    assert "speciociliatine" not in told["bands"]
    assert any("no dose leads there: speciociliatine" in note for note in told["notes"])
    made = page.read_text("utf-8")
    assert "stroke-dasharray" in made
    assert "Bound is not an effect" in made
    kept = json.loads(CliRunner().invoke(app, [*arguments, "--json", "--output", "speciociliatine"]).stdout)
    assert next(iter(kept["bands"])) == "speciociliatine"


def test_every_fault_of_events_comes_with_its_lines(tmp_path: Path) -> None:
    """Times, steady state, compartment and covariate of one table in one message; a cell is told once."""
    table = tmp_path / "events.csv"
    table.write_text("TIME,AMT,CMT,SS,II,WT\n-1,100,1,0,0,70\n2,100,1,1,0,\n3,100,9,0,0,x\n")
    found = [(fault.path, fault.found) for fault in refused(MODEL, "--events", str(table)).faults]
    assert found == [
        ("WT", "x in line 4"),
        ("WT", "nothing in line 3"),
        ("CMT", "9 in line 4"),
        ("TIME", "-1 in line 2"),
        ("II", "0 in line 3"),
    ]


def test_faults_of_a_system_and_its_population_come_together(tmp_path: Path) -> None:
    """A unit that does not match and a variance below 0: one message."""
    path = tmp_path / "model.yaml"
    text = PHENOTYPES.replace("V: {value: 50, unit: L}", "V: {value: 50, unit: kg}")
    path.write_text(text.split("population:")[0] + "population:\n  covariates: {CYP2D6: {distribution: uniform}}\n")
    paths = [fault.path for fault in refused(str(path), "--events", EVENTS).faults]
    assert "outputs.CP" in paths
    assert "population.covariates.CYP2D6.uniform.low" in paths


def test_values_without_a_result_are_told(tmp_path: Path) -> None:
    """A weight below 0 has no power: the table shows that there is no number, and a note says whose weight it is."""
    table = tmp_path / "events.csv"
    table.write_text("ID,TIME,AMT,WT\na,0,100,-70\nb,0,100,70\n")
    told = " ".join(CliRunner().invoke(app, ["simulate", MODEL, "--events", str(table), *SHORT]).stdout.split())
    assert "subject a: no finite number at some times" in told
    assert "WT -70" in told


@pytest.mark.parametrize(("product", "small", "large"), [((), 1, 500), (("--product", "throughout"), 0.1, 50)])
def test_doses_beyond_the_studies_are_told(product: Sequence[str], small: float, large: float, tmp_path: Path) -> None:
    """A dose larger than any that the model's studies gave is an extrapolation; the note holds no amount."""
    told: list[str] = []
    for amount in (small, large):
        table = tmp_path / f"{amount}.csv"
        table.write_text(f"TIME,AMT\n0,{amount}\n")
        told.append(" ".join(_adjunct("--events", str(table), "--times", "0:24:8", *product).split()))
    assert "beyond those of the studies" not in told[0]
    note = told[1].split("Doses into")[1].split("Note:")[0]
    assert "it extrapolates" in note
    assert "mg" not in note


OCCASIONS = """
name: with occasions
states: {A: mg}
parameters: {CL: {value: 5, unit: L/h}, V: {value: 50, unit: L}}
rates: {A: -CL/V*A}
entries: {A: {}}
outputs: {CP: {expression: A/V, unit: mg/L}}
population:
  omega: {CL: {CL: 0.04}}
  occasions: {visit: {omega: {CL: {CL: 0.25}}}}
"""


def test_occasions_need_their_column_where_people_are_drawn(tmp_path: Path) -> None:
    """Drawn people have occasions by OCC, or the message asks for it; the typical person has none and no note of it."""
    model, table = tmp_path / "model.yaml", tmp_path / "events.csv"
    model.write_text(OCCASIONS)
    table.write_text("TIME,AMT,OCC\n0,100,1\n24,100,2\n")
    arguments = [str(model), "--events", str(table), "--times", "0:48:4"]
    assert "not used" not in CliRunner().invoke(app, ["simulate", *arguments]).stdout
    found = json.loads(CliRunner().invoke(app, ["simulate", *arguments, "--population", "200", "--json"]).stdout)
    clast = CliRunner().invoke(app, ["simulate", *arguments, "--population", "200", "--json", "--reduce", "clast"])
    quantiles = json.loads(clast.stdout)["reduced"][0]["quantiles"]
    assert quantiles["0.95"] > 3 * quantiles["0.05"]
    assert found["notes"] == []
    table.write_text("TIME,AMT\n0,100\n24,100\n")
    assert "OCC: found no column" in str(refused(*arguments, "--population", "20"))
