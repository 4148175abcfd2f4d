"""The command line as a person uses it: in a process of its own, in an empty folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.cli import doctor
from equipoise.knowledge import load_knowledge

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).parents[3]
PROGRAM = "from equipoise.cli import main; main()"


@pytest.fixture
def run(tmp_path: Path, _own_folders: None) -> Run:
    """Runs `equipoise` with the arguments given, in an empty folder."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


CASE = """
age_years: 43
sex: female
medications:
- {text: sertraline 100 mg}
- {text: Sleepwell forte}
jurisdictions: [US-TX]
"""


@pytest.fixture
def case(tmp_path: Path) -> str:
    """A small case file."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE, "utf-8")
    return path.name


def test_screen_prints_json_with_the_promised_keys(run: Run, case: str) -> None:
    """`screen CASE --json` prints at least the keys that a program relies on."""
    done = run("screen", case, "--json", "--on", "2026-11-22")
    assert done.returncode == 0, done.stderr
    dossier = json.loads(done.stdout)
    for key in ("outcome", "findings", "not_assessed", "unread", "missing_tests", "knowledge_hash", "substance", "on"):
        assert key in dossier
    assert dossier["outcome"] == "specialist_decision"
    assert dossier["substance"] == "kratom"
    assert dossier["on"] == "2026-11-22"
    for finding in dossier["findings"]:
        for key in ("id", "severity", "answer", "title", "implicated", "magnitude", "certainty", "sources"):
            assert key in finding
        if finding["magnitude"] is not None:
            assert {"estimate", "interval", "kind"} <= finding["magnitude"].keys()


def test_screen_shows_the_outcome_first(run: Run, case: str) -> None:
    """A person sees the outcome before anything else, the unknown medicine, and the standing of the rules."""
    done = run("screen", case, "--on", "2026-11-22")
    assert done.returncode == 0, done.stderr
    assert "specialist" in done.stdout[:400].lower()
    assert "Sleepwell forte" in done.stdout
    assert "\x1b[" not in done.stdout


def test_in_repeats_and_adds_to_the_case(run: Run, case: str) -> None:
    """Every place given with --in counts beside those of the case."""
    done = run("screen", case, "--json", "--in", "us-al", "--in", "GB", "--on", "2026-11-22")
    dossier = json.loads(done.stdout)
    places = {row["jurisdiction"]["code"] for row in dossier["law"]}
    assert {"US-TX", "US-AL", "GB", "US"} <= places
    assert dossier["outcome"] == "stop"


def test_the_second_adjunct_is_a_name_away(run: Run, case: str) -> None:
    """`--substance st_johns_wort` works the same way."""
    done = run("screen", case, "--json", "--substance", "st_johns_wort", "--on", "2026-11-22")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["substance"] == "st_johns_wort"


@pytest.mark.parametrize("ending", ["dossier.html", "dossier.json", "dossier.fhir.json"])
def test_a_dossier_can_be_written(run: Run, case: str, tmp_path: Path, ending: str) -> None:
    """Each format is written where it was asked for, and the command says where."""
    done = run("screen", case, "--on", "2026-11-22", "--out", f"out/{ending}")
    assert done.returncode == 0, done.stderr
    assert ending in done.stderr
    assert (tmp_path / "out" / ending).stat().st_size > 1000


def test_dossiers_of_two_adjuncts_stand_beside_each_other(run: Run, case: str, tmp_path: Path) -> None:
    """A bare format names the file after the case and the adjunct, so that the second does not replace the first."""
    for substance in ("kratom", "st_johns_wort"):
        done = run("screen", case, "--on", "2026-11-22", "--substance", substance, "--out", "json")
        assert done.returncode == 0, done.stderr
    found = sorted(path.name.rpartition("-")[2] for path in tmp_path.glob("dossier-*.json"))
    assert found == ["kratom.json", "st_johns_wort.json"]


COLUMNS = ("--time", "day", "--outcome", "score", "--on", "on")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("screen", "absent.yaml"), 3, ("absent.yaml",)),
        (("screen", "case.yaml", "--on", "yesterday"), 2, ("--on", "YYYY-MM-DD")),
        (("screen", "case.yaml", "--in", "Texas", "--in", "Mars"), 2, ("Texas", "Mars", "ISO 3166")),
        (("screen", "case.yaml", "--substance", "aspirin"), 2, ("aspirin", "kratom", "st_johns_wort")),
        (("screen", "case.yaml", "--out", "x.docx"), 2, ("x.docx", "html")),
        (("screen", "case.yaml", "--out", "/proc/nowhere/x.json"), 6, ("/proc/nowhere",)),
        (("interaction", "nonsense", "ketoconazol"), 2, ("nonsense", "ketoconazole")),
        (("interaction", "midazolam", "--phenotype", "CYP3A4=PM"), 2, ("CYP3A4", "CYP2D6")),
        (("knowledge", "show", "nowhere"), 4, ("nowhere", "medicines")),
        (("knowledge", "show", "medicines", "sertralin"), 4, ("sertraline",)),
        (("screen", "case.yaml", "--substance", ""), 2, ("''", "kratom")),
        (("knowledge", "show", "cautions", "x", "--substance", "kava"), 2, ("kava", "st_johns_wort")),
        (("knowledge", "check", "/nonexist"), 3, ("FOLDER", "/nonexist", "no folder")),
        (("knowledge", "check", "."), 3, ("FOLDER", "settings.yaml")),
        (("knowledge", "diff", "/nonexist"), 3, ("BEFORE", "/nonexist")),
        (("interaction", "midazolam", "midazolam"), 2, ("midazolam", "another medicine")),
        (("interaction", "oxycodone", "percocet"), 2, ("oxycodone", "another medicine")),
        (("screen", "case.yaml", "--in", "XX"), 2, ("XX", "ISO 3166")),
        (("screen", "case.yaml", "--patient", "nobody"), 2, ("--patient", "nobody")),
        (("interaction", "foo", "bar"), 2, ("foo", "bar")),
        (("interaction", "sertraline for sleep", "paroxetine"), 2, ("VICTIM", "sertraline for sleep")),
        (("interaction", "midazolam", "ketoconazole", "--route", "rectal"), 2, ("rectal", "oral or iv")),
        (("interaction", "midazolam", "--phenotype", "CYP9=PM"), 2, ("CYP9",)),
        (("score", "phq9", "--total", "99"), 2, ("99",)),
        (("analyse", "d.csv", *COLUMNS, "--trend", "cubic"), 2, ("--trend", "cubic", "spline")),
        (("analyse", "d.csv", *COLUMNS, "--mcid", "-1"), 2, ("mcid", "-1", "positive")),
        (("analyse", "d.csv", *COLUMNS, "--recall", "x"), 2, ("--recall", "14d")),
        (("analyse", "d.csv", "--on", "on"), 2, ("--time", "--outcome")),
        (("analyse", "d.csv", *COLUMNS), 3, ("d.csv", "file")),
        (("analyse", "d.csv", *COLUMNS, "--case", "who", "--case-label", "p"), 2, ("--case-label", "beside --case")),
        (("screen",), 2, ("CASE",)),
    ],
)
def test_an_error_names_the_value_the_expectation_and_the_mend(
    run: Run, case: str, arguments: tuple[str, ...], code: int, words: tuple[str, ...]
) -> None:
    """Wrong input ends with its exit code and a message, never with a traceback."""
    del case
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def test_a_value_of_a_trial_file_is_an_input_and_one_on_the_command_line_is_usage(run: Run, tmp_path: Path) -> None:
    """The same impossible value ends with 2 where it stood on the command line and with 3 where a file says it."""
    rows = [f"{day},{day % 5},{day // 7 % 2}" for day in range(56)]
    (tmp_path / "diary.csv").write_text("\n".join(["day,score,on", *rows]))
    options = "{time: day, outcome: score, on: on, mcid: -1}"
    (tmp_path / "trial.yaml").write_text(f"diary: diary.csv\noptions: {options}\n")
    by_file = run("analyse", str(tmp_path))
    assert by_file.returncode == 3, by_file.stderr
    assert "mcid" in by_file.stderr
    for option, value in (("--half-life", "long"), ("--s0", "x"), ("--phi-prior", "beta"), ("--mcid", "-2")):
        done = run("analyse", "diary.csv", *COLUMNS, option, value)
        assert done.returncode == 2, done.stderr
        assert value.lstrip("-") in done.stderr
    assert run("analyse", str(tmp_path), "--mcid", "-2").returncode == 2


def test_what_was_assumed_is_a_note_and_the_option_that_says_it_is_a_hint(run: Run, tmp_path: Path) -> None:
    """The terminal names the option after the answer; note, JSON and page say in plain words what is missing."""
    rows = [f"{day},{day % 5},{day // 7 % 2}" for day in range(56)]
    (tmp_path / "d.csv").write_text("\n".join(["day,score,on", *rows]))
    told = run("analyse", "d.csv", *COLUMNS, "--report", "a.html")
    assert told.returncode == 0, told.stderr
    assert "Say it with --design" in told.stdout.splitlines()[-1]
    assert "its tests assume a draw in pairs of periods" in (tmp_path / "a.html").read_text("utf-8")
    assert "--design" not in (tmp_path / "a.html").read_text("utf-8")
    assert "--" not in " ".join(json.loads(run("analyse", "d.csv", *COLUMNS, "--json").stdout)["notes"])
    assert "--design" not in run("analyse", "d.csv", *COLUMNS, "--design", "blocks").stdout


def test_labels_stand_in_the_answer(run: Run, tmp_path: Path) -> None:
    """Case and adjunct are those of the command line or of trial.yaml; with --case the column names each person."""
    rows = [f"{who},{day},{day % 5},{day // 7 % 2}" for who in "ab" for day in range(56)]
    (tmp_path / "diary.csv").write_text("\n".join(["who,day,score,on", *rows]))
    told = run("analyse", "diary.csv", *COLUMNS, "--case", "who", "--adjunct", "black tea", "--json")
    found = [json.loads(line) for line in told.stdout.splitlines()]
    assert [(item["case"], item["adjunct"]) for item in found] == [("a", "black tea"), ("b", "black tea")]
    options = "{time: day, outcome: score, on: on, case-label: p-07, adjunct: black tea}"
    (tmp_path / "trial.yaml").write_text(f"diary: diary.csv\noptions: {options}\n")
    one = json.loads(run("analyse", ".", "--where", "who=a", "--case-label", "p-08", "--json").stdout)
    assert (one["case"], one["adjunct"], one["first_rating"]) == ("p-08", "black tea", None)


def test_places_are_asked_for_with_their_option_on_a_terminal_alone(run: Run, tmp_path: Path) -> None:
    """Without a place the terminal names --in after the dossier; the dossier itself does not."""
    (tmp_path / "bare.yaml").write_text("age_years: 43\n", "utf-8")
    done = run("screen", "bare.yaml", "--on", "2026-11-22")
    assert "--in US-TX" in done.stdout.splitlines()[-1]
    assert "--in" not in run("screen", "bare.yaml", "--on", "2026-11-22", "--json").stdout


def test_errors_are_json_where_json_is_asked_for(run: Run) -> None:
    """With --json an error is one JSON object on standard error with subject, exit code and every fault."""
    done = run("screen", "absent.yaml", "--json")
    error = json.loads(done.stderr)
    assert error["exit_code"] == done.returncode == 3
    assert {"path", "found", "expected", "mend"} == error["faults"][0].keys()


def test_interaction_prints_the_promised_keys(run: Run) -> None:
    """`interaction VICTIM PERPETRATOR --json` prints estimate, 90 % interval, kind and enzymes."""
    done = run("interaction", "midazolam", "ketoconazole", "--json")
    found = json.loads(done.stdout)
    low, high = found["interval"]
    assert low < found["estimate"] < high
    assert found["estimate"] > 4
    assert found["enzymes"] == ["CYP3A4"]
    assert found["kind"]


def test_interaction_takes_a_phenotype(run: Run) -> None:
    """A poor metaboliser is insensitive to an inhibitor of the enzyme that he lacks."""
    normal = json.loads(run("interaction", "desipramine", "paroxetine", "--json").stdout)
    poor = json.loads(run("interaction", "desipramine", "paroxetine", "--phenotype", "CYP2D6=PM", "--json").stdout)
    assert normal["estimate"] > 3
    assert abs(poor["estimate"] - 1) < 0.05


def test_interaction_says_when_nobody_knows(run: Run) -> None:
    """A victim whose enzymes no record knows gets null and the word unknown, not a number."""
    found = json.loads(run("interaction", "lithium", "fluoxetine", "--json").stdout)
    assert found["estimate"] is None
    assert found["interval"] is None
    assert found["kind"] == "unknown"


def test_interaction_never_lets_ignorance_look_like_safety(run: Run) -> None:
    """A number from a single exposure is called a floor, and what nobody knows is no evidence of no interaction."""
    seen = run("interaction", "midazolam", "kratom")
    assert "a floor for daily use, not a ceiling" in seen.stdout
    assert "a floor" not in run("interaction", "midazolam", "ketoconazole").stdout
    unknown = run("interaction", "lithium", "ibuprofen")
    assert "not known" in unknown.stdout
    assert "no evidence of no interaction" in unknown.stdout
    constituent = run("interaction", "midazolam", "7-hydroxymitragynine")
    assert constituent.returncode == 2
    assert "what a constituent alone does to other medicines was not studied" in constituent.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("knowledge", "check"),
        ("knowledge", "show", "medicines", "sertraline"),
        ("knowledge", "show", "cautions", "naltrexone", "--substance", "kratom"),
        ("knowledge", "show", "substances"),
        ("knowledge", "stale", "--on", "2026-11-22"),
        ("knowledge", "cite", "tanna_2023"),
        ("doctor",),
        ("--version",),
        ("--help",),
    ],
)
def test_a_looking_command_ends_well(run: Run, arguments: tuple[str, ...]) -> None:
    """Commands that only look print something and end with 0."""
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize(
    "arguments", [("knowledge", "stale"), ("screen", "case.yaml"), ("screen", "case.yaml", "--json")]
)
@pytest.mark.usefixtures("_own_folders")
def test_a_reader_that_leaves_early_is_no_failure(case: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """`equipoise ... | head -1` ends with 0 and without a word, whichever library was printing."""
    del case
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.wait(timeout=120) == 0
        assert running.stderr.read() == b""


def test_a_screening_starts_without_the_libraries_of_the_other_commands(tmp_path: Path) -> None:
    """Neither a screening nor a help text loads numerics, data frames or calendars: a clinician waits for its start."""
    (tmp_path / "case.yaml").write_text("medications: [sertraline]\n", "utf-8")
    heavy = ["numpy", "scipy", "icalendar", "numba", "pandas", "jinja2"]
    for arguments in (["screen", "case.yaml", "--on", "2026-11-22", "--json"], ["--help"]):
        code = (
            f"import sys; sys.argv = ['equipoise', *{arguments!r}]\n"
            "from equipoise.cli import main\n"
            "try: main()\n"
            "except SystemExit: pass\n"
            f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stderr.splitlines()[-1] == "[]", arguments


def test_doctor_tells_a_program_what_it_tells_a_person(run: Run, tmp_path: Path) -> None:
    """`doctor --json` holds the version, the records with their whole hash, and what is not installed."""
    found = json.loads(run("doctor", "--json", EQUIPOISE_DATA_HOME=str(tmp_path / "data")).stdout)
    assert found["records"]["hash"] == load_knowledge().hash
    assert found["rxnorm_concepts"] is None
    assert found["optional"]["weasyprint"]["extra"] == "pdf"
    assert {item["extra"] for item in found["optional"].values()} == {"pdf", "frames", "mcmc", "simulate", "cluster"}


def test_doctor_says_what_works_without_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is named with what it is for, what works without it, and which extra brings it."""

    def nothing(name: str) -> None:
        del name

    monkeypatch.setattr(doctor, "find_spec", nothing)
    told = {item.package: str(item) for item in doctor.OPTIONAL}
    packages = {"weasyprint", "pandas", "pyarrow", "polars", "arviz_base", "numpyro", "jax", "numba", "distributed"}
    assert set(told) == packages
    assert told["pandas"].startswith("missing: no data frames of an answer; the same figures come as JSON.")
    assert all(f'-e ".[{item.extra}]"' in told[item.package] for item in doctor.OPTIONAL)


def test_every_optional_package_belongs_to_an_extra_of_the_project() -> None:
    """What `doctor` looks for is what the extras of pyproject.toml bring."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {(re.split(r"[<>=]", item)[0].replace("-", "_"), extra) for extra in extras for item in extras[extra]}
    assert {(item.package, item.extra) for item in doctor.OPTIONAL} == named


def test_imported_names_resolve_product_codes(run: Run, tmp_path: Path) -> None:
    """After `knowledge import-rxnorm` a product code in a case is assessed; before it is not."""
    (tmp_path / "rx.tsv").write_text(
        "rxcui\ttty\tname\tunii\tingredient_rxcuis\n312941\tSCD\tsertraline 50 MG Oral Tablet\t\t36437\n", "utf-8"
    )
    (tmp_path / "coded.yaml").write_text("medications: [{text: as coded, rxcui: '312941'}]\n", "utf-8")
    home = {"EQUIPOISE_DATA_HOME": str(tmp_path / "home")}
    before = json.loads(run("screen", "coded.yaml", "--json", **home).stdout)
    assert len(before["not_assessed"]) == 1
    done = run("knowledge", "import-rxnorm", "rx.tsv", **home)
    assert done.returncode == 0, done.stderr
    after = json.loads(run("screen", "coded.yaml", "--json", **home).stdout)
    assert after["not_assessed"] == []
    assert after["medications"][0]["medicines"] == ["sertraline"]


def test_the_demo_leaves_dossiers(run: Run, tmp_path: Path) -> None:
    """`equipoise demo` leaves a dossier for each adjunct and the report of a trial, and says how to open each file."""
    done = run("demo")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "equipoise-demo").iterdir()}
    assert {"dossier-kratom.html", "dossier-st_johns_wort.html", "dossier-kratom.fhir.json"} <= names
    told = done.stdout.partition("Written:")[2].splitlines()
    for name in names:
        (line,) = (line for line in told if f"equipoise-demo/{name} " in line)
        assert ("browser" in line) == name.endswith(".html")
        assert ("program" in line or "FHIR" in line) == name.endswith(".json")
