"""Virtual people: the same numbers whatever the portion, the declared distributions, and every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.draws import normals, uniforms
from equipoise.pharmacology.population.people import Study, observed_error, summary, uncertain
from equipoise.pharmacology.population.population import Population

MANY = 100_000
DECLARED: Mapping[str, object] = {
    "omega": {"CL": {"CL": 0.09, "V": 0.03}, "V": {"V": 0.0625}},
    "covariates": {"WT": {"distribution": "normal", "mean": 75, "sd": 12, "low": 45, "high": 120}},
    "uncertainty": {"CL": {"CL": 0.04}},
}


@pytest.fixture(scope="module")
def system() -> System:
    return System.of(
        {
            "name": "one compartment",
            "states": {"A": "mg"},
            "parameters": {"CL": {"value": 5, "unit": "L/h"}, "V": {"value": 50, "unit": "L"}},
            "covariates": {"WT": {"unit": "kg", "default": 70}},
            "assignments": {"K": "CL*(WT/70)**0.75/V"},
            "rates": {"A": "-K*A"},
            "entries": {"A": {}},
            "outputs": {"CP": {"expression": "A/V", "unit": "mg/L"}},
        }
    )


@pytest.fixture(scope="module")
def study(system: System) -> Study:
    events = Events.of({"TIME": [0], "AMT": [100], "ADDL": [2], "II": [12]}, system)
    return Study(system, events, np.arange(0.0, 49.0, 4.0), (Reduction("CP", "auc"), Reduction("CP", "cmax")))


@pytest.mark.parametrize("portion", [1, 7, 1000])
def test_a_persons_numbers_do_not_depend_on_the_portion(portion: int, system: System) -> None:
    """People made one by one, by seven or all at once have bit-identical parameters and covariates."""
    population = Population.of(DECLARED, system)
    whole = population.persons(seed=5, first=0, count=1000)
    starts = range(0, 1000 if portion > 1 else 40, portion)
    parts = [population.persons(seed=5, first=first, count=min(portion, 1000 - first)) for first in starts]
    for name, values in whole.items():
        joined = np.concatenate([part[name] for part in parts])
        np.testing.assert_array_equal(joined, values[: joined.size])


def test_another_stream_changes_nobody_elses_numbers(system: System) -> None:
    """A covariate added to the declaration leaves everybody's random effects as they were."""
    without = Population.of({"omega": DECLARED["omega"]}, system).persons(seed=5, first=0, count=50)
    with_weight = Population.of(DECLARED, system).persons(seed=5, first=0, count=50)
    np.testing.assert_array_equal(without["CL"], with_weight["CL"])


def test_seeds_and_streams_give_independent_normal_numbers() -> None:
    """Two seeds and two streams correlate with nothing; moments are those of the standard normal distribution."""
    drawn = np.array([normals(1, "a", 0, MANY), normals(2, "a", 0, MANY), normals(1, "b", 0, MANY)])
    assert np.abs(drawn.mean(axis=1)).max() < 4 / np.sqrt(MANY)
    assert np.abs(drawn.std(axis=1) - 1).max() < 4 / np.sqrt(2 * MANY)
    assert np.abs(np.corrcoef(drawn) - np.eye(3)).max() < 4 / np.sqrt(MANY)


def test_uniform_numbers_stay_inside_their_ends() -> None:
    """0 and 1 themselves are never drawn, so that no inverse is infinite."""
    drawn = uniforms(3, "a", 10, MANY)
    assert 0.0 < drawn.min() < 1e-3
    assert 1.0 - 1e-3 < drawn.max() < 1.0


def test_people_vary_as_declared(system: System) -> None:
    """Logarithms of the parameters have the declared means and covariances; the weight its cut distribution."""
    people = Population.of(DECLARED, system).persons(seed=11, first=0, count=MANY)
    logs = np.log(np.array([people["CL"] / 5.0, people["V"] / 50.0]))
    wanted = np.array([[0.09, 0.03], [0.03, 0.0625]])
    assert np.abs(logs.mean(axis=1)).max() < 4 * 0.3 / np.sqrt(MANY)
    assert np.abs(np.cov(logs) - wanted).max() < 4 * np.sqrt(2 / MANY) * 0.09
    assert people["WT"].min() >= 45.0
    assert people["WT"].max() <= 120.0
    assert abs(np.median(people["WT"]) - 75.0) < 0.3


@pytest.mark.parametrize(
    ("declared", "middle", "spread"),
    [
        ({"distribution": "lognormal", "median": 70, "log_sd": 0.2}, 70 * np.exp(0.02), 14.36),
        ({"distribution": "uniform", "low": 50, "high": 90}, 70.0, 40 / np.sqrt(12)),
        ({"distribution": "categories", "shares": {60: 0.25, 80: 0.75}}, 75.0, 20 * np.sqrt(0.1875)),
        (
            {
                "distribution": "phenotypes",
                "enzyme": "CYP2D6",
                "values": {"PM": 60, "NM": 80},
                "shares": {"PM": 0.25, "NM": 0.75},
            },
            75.0,
            20 * np.sqrt(0.1875),
        ),
    ],
)
def test_covariates_follow_their_distribution(
    declared: Mapping[str, object], middle: float, spread: float, system: System
) -> None:
    """Mean and SD of drawn weights are those of the distribution."""
    weights = Population.of({"covariates": {"WT": declared}}, system).persons(seed=1, first=0, count=MANY)["WT"]
    assert abs(weights.mean() - middle) < 4 * spread / np.sqrt(MANY)
    assert abs(weights.std() / spread - 1) < 0.02


def test_added_effects_are_added(system: System) -> None:
    """A parameter named as additive is normal about its typical value."""
    population = Population.of({"omega": {"V": {"V": 4.0}}, "additive": ["V"]}, system)
    volumes = population.persons(seed=1, first=0, count=MANY)["V"]
    assert abs(volumes.mean() - 50.0) < 4 * 2 / np.sqrt(MANY)
    assert abs(volumes.std() - 2.0) < 0.02


def test_every_fault_of_a_declaration_is_told(system: System) -> None:
    """An unknown parameter, an unknown covariate and a table that is no covariance come in one error."""
    declared = {
        "omega": {"CL": {"CL": 0.01, "V": 5.0}, "V": {"V": 0.01}},
        "covariates": {"AGE": {"distribution": "uniform", "low": 20, "high": 80}},
        "uncertainty": {"KA": {"KA": 0.1}},
        "additive": ["Q"],
    }
    with pytest.raises(InputError) as raised:
        Population.of(declared, system)
    places = [fault.path for fault in raised.value.faults]
    assert places == [
        "population.covariates.AGE",
        "population.uncertainty.KA",
        "population.additive",
        "population.omega",
    ]


@pytest.mark.parametrize(
    "declared",
    [
        {"distribution": "normal", "mean": 70},
        {"distribution": "normal", "mean": 70, "sd": 1, "low": 5, "high": 4},
        {"distribution": "uniform", "low": 5, "high": 5},
        {"distribution": "categories", "shares": {1: 0.5}},
        {"distribution": "cauchy"},
        {"distribution": "phenotypes", "enzyme": "CYP2D6", "values": {"PM": 0, "NM": 1}},
        {"distribution": "phenotypes", "enzyme": "CYP2D6", "values": {"PM": 0}, "shares": {"PM": 0.1, "NM": 0.9}},
        {"distribution": "phenotypes", "enzyme": "CYP2D6", "values": {"PM": 0}, "shares": {"PM": 0.9}},
        {"distribution": "phenotypes", "enzyme": "CYP9", "values": {"PM": 0}, "shares": {"PM": 1}},
    ],
)
def test_an_unfit_distribution_is_refused(declared: Mapping[str, object], system: System) -> None:
    """What is missing, in the wrong order, no whole or not known is a fault of the covariate."""
    with pytest.raises(InputError, match=r"population\.covariates\.WT"):
        Population.of({"covariates": {"WT": declared}}, system)


def test_a_covariance_given_twice_has_one_value(system: System) -> None:
    """Two different covariances of the same two parameters are a fault."""
    omega = {"CL": {"CL": 0.09, "V": 0.03}, "V": {"V": 0.0625, "CL": 0.02}}
    with pytest.raises(InputError, match="one covariance of two parameters"):
        Population.of({"omega": omega}, system)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_an_impossible_seed_is_refused(seed: int, system: System) -> None:
    """A seed is a whole number of 64 bits."""
    with pytest.raises(InputError, match="seed"):
        Population.of(DECLARED, system).persons(seed=seed, first=0, count=1)


@pytest.fixture(scope="module")
def population(system: System) -> Population:
    return Population.of(DECLARED, system)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_results_do_not_depend_on_blocks_or_threads(
    size: int, threads: int, study: Study, population: Population
) -> None:
    """Areas, peaks and bands are bit-identical for any block and number of threads."""
    count = 60
    whole = summary(study.blocks(population, count, seed=3))
    found = summary(replace(study, threads=threads).blocks(population, count, seed=3, size=size))
    for item in study.reduce:
        np.testing.assert_array_equal(found.reduced[item], whole.reduced[item])
    np.testing.assert_array_equal(found.bands["CP"], whole.bands["CP"])


def test_bands_are_the_quantiles_of_the_people(study: Study, population: Population) -> None:
    """Streamed quantiles are those of the whole table within 0.4 %."""
    (whole,) = study.blocks(population, 2000, seed=3)
    found = summary(study.blocks(population, 2000, seed=3, size=300))
    wanted = np.quantile(whole.values["CP"], found.levels, axis=0, method="inverted_cdf")
    np.testing.assert_allclose(found.bands["CP"], wanted, rtol=0.004)


def test_a_drawn_person_is_simulated_with_the_drawn_values(study: Study, population: Population) -> None:
    """The area to infinity of a linear system is amount / clearance, weight included; here up to the last row."""
    people = population.persons(seed=3, first=0, count=20)
    found = summary(study.blocks(population, 20, seed=3))
    rate = people["CL"] * (people["WT"] / 70) ** 0.75 / people["V"]
    left = sum(100 * np.exp(-rate * (48.0 - time)) for time in (0.0, 12.0, 24.0))
    np.testing.assert_allclose(found.reduced[study.reduce[0]], (300 - left) / rate / people["V"], rtol=1e-10)


def test_replicates_differ_by_what_is_uncertain(study: Study, population: Population, system: System) -> None:
    """Medians over people move with the drawn typical clearance; without uncertainty all replicates are alike."""
    moved = uncertain(study, population, 40, seed=3, replicates=5)[study.reduce[0]]
    clearances = [population.drawn_typical(seed=3, replicate=i)["CL"] for i in range(5)]
    assert moved.shape == (5, 5)
    assert np.argsort(moved[:, 2]).tolist() == np.argsort(clearances)[::-1].tolist()
    certain = Population.of({"omega": DECLARED["omega"]}, system)
    same = uncertain(study, certain, 40, seed=3, replicates=2)[study.reduce[0]]
    np.testing.assert_array_equal(same[0], same[1])


def test_events_of_several_ids_are_those_of_as_many_people(system: System, population: Population) -> None:
    """Two IDs with other doses are two people; another number of people is refused."""
    events = Events.of({"ID": [1, 2], "TIME": [0, 0], "AMT": [100, 200]}, system)
    study = Study(system, events, np.array([0.0, 1.0]), (Reduction("CP", "cmax"),))
    people = population.persons(seed=3, first=0, count=2)
    assert summary(study.blocks(population, 2, seed=3)).reduced[study.reduce[0]].shape == people["CL"].shape
    with pytest.raises(InputError, match="one person for each ID"):
        next(study.blocks(population, 3, seed=3))


def test_progress_grows_to_the_whole(study: Study, population: Population) -> None:
    """The share done never falls and ends at 1."""
    told: list[float] = []
    report: Callable[[float], None] = told.append
    summary(study.blocks(population, 30, seed=3, size=10, progress=report))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_many_ids_come_in_blocks(system: System, population: Population) -> None:
    """Events of many IDs in blocks of seven: each has its own dose and its own numbers, bit for bit, and its name."""
    ids = [f"p{i}" for i in range(30)]
    table = {"ID": ids, "TIME": [0] * 30, "AMT": [float(i + 1) for i in range(30)]}
    study = Study(system, Events.of(table, system), np.arange(0.0, 9.0), (Reduction("CP", "cmax"),))
    (whole,) = study.blocks(population, 30, seed=3)
    parts = list(study.blocks(population, 30, seed=3, size=7))
    assert [name for part in parts for name in part.ids] == ids
    np.testing.assert_array_equal(np.concatenate([part.values["CP"] for part in parts]), whole.values["CP"])
    typical = list(study.blocks(None, 30, seed=3, size=7))
    after = np.concatenate([part.values["CP"][:, 1] for part in typical])
    np.testing.assert_allclose(after / after[0], np.arange(1, 31), rtol=1e-12)


def test_the_observed_error_is_that_of_some_people_at_a_finer_tolerance(system: System, population: Population) -> None:
    """0 in closed form; of an integration near its tolerance, and far less at a finer one. Rows are far apart: a row
    ends a step, and short steps are better than asked for.
    """
    study = Study(system, Events.of({"TIME": [0], "AMT": [100]}, system), np.array([0.0, 20.0, 40.0]))
    assert observed_error(study, population, 500, seed=1) == 0.0
    rough, fine = (
        observed_error(replace(study, engine="explicit", tolerance=Tolerance(rtol, rtol)), population, 500, seed=1)
        for rtol in (1e-4, 1e-9)
    )
    assert 0.0 < fine < 1e-8 < rough < 1e-3
