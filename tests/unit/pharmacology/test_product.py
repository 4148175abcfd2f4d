"""Amounts of a product: what goes where, how contents differ, and that strain or colour is nothing to the model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.knowledge import Knowledge
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.people import Study
from equipoise.pharmacology.population.population import Population
from equipoise.pharmacology.population.product import into_each, of_product
from equipoise.pharmacology.summaries.fitted import product_model

GRID = np.arange(0.0, 60.0, 3.0)


@pytest.fixture(scope="module")
def two() -> System:
    """Two substances that know nothing of each other, each with a depot."""
    return System.of(
        {
            "name": "two substances",
            "states": {"GA": "mg", "A": "mg", "GB": "mg", "B": "mg"},
            "parameters": {"KA": {"value": 1, "unit": "1/h"}, "KE": {"value": 0.1, "unit": "1/h"}},
            "rates": {"GA": "-KA*GA", "A": "KA*GA - KE*A", "GB": "-KA*GB", "B": "KA*GB - 2*KE*B"},
            "entries": {"GA": {}, "GB": {}},
            "outputs": {"A_now": {"expression": "A", "unit": "mg"}, "B_now": {"expression": "B", "unit": "mg"}},
        }
    )


@pytest.mark.parametrize(
    "table",
    [
        {"TIME": [0, 20], "AMT": [4, 2], "ADDL": [2, 0], "II": [6, 0]},
        {"TIME": [0], "AMT": [4], "SS": [1], "II": [12]},
        {"TIME": [0, 5, 9], "AMT": [4, 0, 3], "EVID": [1, 2, 4]},
    ],
)
def test_an_amount_of_a_product_is_the_amounts_of_its_constituents(
    two: System, table: Mapping[str, list[float]]
) -> None:
    """Each substance is where it would be if its own amount (product times content) had been given alone."""
    product = of_product(two, {"GA": 15.0, "GB": 5.0})
    given = into_each(Events.of(table, product), [0, 2])
    found = simulate(product, given, GRID)
    for state, name, content in (("GA", "A_now", 15.0), ("GB", "B_now", 5.0)):
        doses = [amount * content for amount in table["AMT"]]
        alone = Events.of({**table, "AMT": doses, "CMT": [state] * len(doses)}, two)
        wanted = simulate(two, alone, GRID).values[name]
        np.testing.assert_allclose(found.values[name], wanted, rtol=1e-12, atol=1e-14)


def test_ids_keep_their_records(two: System) -> None:
    """Of two IDs with observations between, each has its own doses twice."""
    events = Events.of({"ID": [1, 1, 2, 2, 2], "TIME": [0, 1, 0, 1, 2], "AMT": [4, 0, 0, 2, 2]}, two)
    found = into_each(events, [0, 2])
    assert np.diff(found.starts).tolist() == [3, 5]
    assert found.regimen(1).state.tolist() == [-1, 0, 2, 0, 2]
    assert found.regimen(1).amount.tolist() == [0, 2, 2, 2, 2]


def test_what_a_product_cannot_be_is_refused(two: System) -> None:
    """An infusion, and a dose into one state alone, both at once with their rows."""
    table = {"TIME": [0, 1], "AMT": [4, 4], "RATE": [0, 2], "CMT": [3, 1]}
    with pytest.raises(InputError) as raised:
        into_each(Events.of(table, two), [0, 2])
    assert [(fault.path, fault.found) for fault in raised.value.faults] == [
        ("RATE", "a rate in row 2"),
        ("CMT", "compartment 3 in row 1"),
    ]


def test_content_of_what_is_no_entry_is_refused(two: System) -> None:
    """The message names the entries that there are."""
    with pytest.raises(InputError, match="GA, GB"):
        of_product(two, {"A": 15.0})


def test_a_person_keeps_to_a_product_or_takes_up_another(knowledge: Knowledge) -> None:
    """Throughout: one content each. Every so many days: another one each time, as different as products are."""
    adjunct = knowledge.substance("kratom")
    model, fit = adjunct.kinetic_model, adjunct.kinetic_fit
    assert model is not None
    assert fit is not None
    content = {item.constituent: item for item in fit.content}["mitragynine"]
    for every, spread_between in ((None, 0.0), (7.0, content.log_sd)):
        system, population, states = product_model(model, fit, every)
        study = Study(system, into_each(Events.of({"TIME": [0], "AMT": [1]}, system), states), np.array([0.0, 500.0]))
        whole = study.everybody(population, 20_000, seed=1)
        numbers = None if every is None else np.array([[1], [2]])
        assert (whole.numbers is None) == (every is None)
        drawn = population.persons(seed=1, first=0, count=20_000, numbers=numbers)["CONTENT_G_MG"]
        logs = np.log(drawn).reshape(-1, 20_000)
        assert abs(logs[0].std() / content.log_sd - 1) < 0.03
        assert abs(np.exp(np.median(logs[0])) / content.median - 1) < 0.03
        if every is not None:
            assert abs(np.diff(logs, axis=0).std() / spread_between / np.sqrt(2) - 1) < 0.03


def test_strain_and_colour_are_no_covariate(knowledge: Knowledge) -> None:
    """No covariate, no parameter and no figure of content names them, and the records say why with their sources."""
    adjunct = knowledge.substance("kratom")
    model, fit = adjunct.kinetic_model, adjunct.kinetic_fit
    assert model is not None
    assert fit is not None
    system, population, _ = product_model(model, fit, None)
    assert not system.covariates
    assert not population.covariates
    words = ("strain", "vein", "colour", "red", "green", "white")
    named = [*system.parameters, *(item.id for item in adjunct.content_figures)]
    assert not [name for name in named if set(name.lower().split("_")) & set(words)]
    why = {
        item.id: item for item in adjunct.product_facts if any(word in item.what.lower() for word in ("red", "vein"))
    }
    assert {source for item in why.values() for source in item.sources} >= {"strains_2023", "sengnon_2023"}


def test_a_product_population_is_that_of_the_model_and_its_content(knowledge: Knowledge) -> None:
    """People are the same with and without a product: content is drawn by its own name and changes nobody else."""
    adjunct = knowledge.substance("kratom")
    model, fit = adjunct.kinetic_model, adjunct.kinetic_fit
    assert model is not None
    assert fit is not None
    from equipoise.pharmacology.summaries.fitted import fitted_population

    plain: Population = fitted_population(model, fit)
    _, population, _ = product_model(model, fit, None)
    people = population.persons(seed=1, first=0, count=50, replicate=3)
    for name, values in plain.persons(seed=1, first=0, count=50, replicate=3).items():
        np.testing.assert_array_equal(people[name], values)
