"""Model files and event tables: read as a system, its population and its doses, or refused with every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.errors import InputError
from equipoise.exchange.system_in import read_events, read_model

EXAMPLES = Path(__file__).parents[3] / "src" / "equipoise" / "examples"
MODEL = EXAMPLES / "two-compartment.yaml"


def test_the_example_is_a_model_with_a_population() -> None:
    """The bundled model has its three states and people about it."""
    model = read_model(MODEL)
    assert list(model.system.states) == ["DEPOT", "CENTRAL", "PERIPHERAL"]
    assert model.population is not None
    assert model.population.people is not None
    assert model.population.people.names == ("CL", "V", "KA")


def test_events_are_read_with_their_columns() -> None:
    """The bundled events are ten doses of one ID and then five, by two records."""
    events = read_events(EXAMPLES / "events.csv", read_model(MODEL))
    assert events.ids == ("1",)
    assert events.records.additional.tolist() == [9, 4]


def test_every_fault_of_an_event_table_names_its_line(tmp_path: Path) -> None:
    """A negative time, an unknown compartment and a word for an amount are told together, with the file's lines."""
    table = tmp_path / "events.csv"
    table.write_text("ID,TIME,AMT,CMT\n1,-1,5,1\n\n1,2,much,1\n1,3,5,9\n")
    with pytest.raises(InputError) as raised:
        read_events(table, read_model(MODEL))
    told = str(raised.value)
    assert str(table) in told
    assert "line 2" in told
    assert "much in line 4" in told
    assert "9 in line 5" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "one mapping"),
        ("- 1\n", "something else than a mapping; expected one mapping"),
        ("name: a\nname: b\n", "a second time"),
        ("name: a\nstates: {A: mg}\n", "rates"),
        ("a: [", "not YAML"),
    ],
)
def test_a_file_that_is_no_model_is_refused(text: str, told: str, tmp_path: Path) -> None:
    """An empty file, a list, a doubled key, a missing field and broken YAML are faults of the file."""
    path = tmp_path / "model.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=told) as raised:
        read_model(path)
    assert raised.value.subject == str(path)


@pytest.mark.parametrize("people", ["population: many", "population: {omega: {XX: {XX: 0.1}}}"])
def test_an_unfit_population_is_a_fault_of_the_file(people: str, tmp_path: Path) -> None:
    """What stands under `population` is checked against the system."""
    path = tmp_path / "model.yaml"
    path.write_text(MODEL.read_text().split("population:")[0] + people + "\n")
    with pytest.raises(InputError, match="population"):
        read_model(path)


def test_a_model_without_people_has_no_population(tmp_path: Path) -> None:
    """Nothing is invented where a file declares nothing."""
    path = tmp_path / "model.yaml"
    path.write_text(MODEL.read_text().split("population:")[0])
    assert read_model(path).population is None


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The path stands in the message."""
    with pytest.raises(InputError, match=r"none\.yaml"):
        read_model(tmp_path / "none.yaml")
