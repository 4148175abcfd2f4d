"""Population parameters: exact where the likelihood has a closed form, and every number of a population free or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.fit import fit
from equipoise.pharmacology.estimation.individual import Measured
from equipoise.pharmacology.estimation.population import Population, Subject, Values
from equipoise.pharmacology.estimation.residual import Additive, Combined2, Proportional
from equipoise.pharmacology.estimation.uncertainty import uncertainty

SEED = 20_261_125
REPEATS = 4


def level(parameters: Floats) -> Floats:
    """The same value at every time."""
    return np.repeat(parameters[:, :1], REPEATS, axis=1)


def typical_level(theta: Values, covariates: Values) -> Values:
    return {"LEVEL": theta["MEAN"] + theta["SLOPE"] * covariates["X"]}


@pytest.fixture(scope="module")
def measured() -> Floats:
    """Measurements (patients, repeats) of a level that differs between patients."""
    rng = np.random.default_rng(SEED)
    return 3.0 + 0.8 * rng.standard_normal((30, 1)) + 0.5 * rng.standard_normal((30, REPEATS))


def subjects(measured: Floats, covariate: Floats) -> list[Subject]:
    return [Subject(str(i), level, Measured(row), {"X": float(covariate[i])}) for i, row in enumerate(measured)]


def population(**changes: object) -> Population:
    start = Population(
        theta={"MEAN": 1.0, "SLOPE": 0.0},
        typical=typical_level,
        varying=("LEVEL",),
        omega=np.array([[0.2]]),
        residuals=(Additive(1.0),),
        normal=("LEVEL",),
        signed=("MEAN", "SLOPE"),
        fixed=("SLOPE",),
    )
    return replace(start, **changes)  # type: ignore[arg-type]


def test_variances_of_a_balanced_design_are_the_exact_ones(measured: Floats) -> None:
    """A level with repeats: mean and both variances are those of the analysis of variance, by maximum likelihood."""
    found = fit(population(), subjects(measured, np.zeros(30)))
    means = measured.mean(axis=1)
    within = ((measured - means[:, None]) ** 2).sum() / (30 * (REPEATS - 1))
    between = ((means - means.mean()) ** 2).mean() - within / REPEATS
    (residual,) = found.population.residuals
    assert isinstance(residual, Additive)
    assert found.converged
    assert found.population.theta["MEAN"] == pytest.approx(means.mean(), abs=1e-4)
    assert residual.sd**2 == pytest.approx(within, rel=1e-3)
    assert found.population.omega[0, 0] == pytest.approx(between, rel=1e-3)
    assert found.objective == pytest.approx(sum(item.value for item in found.individuals))
    errors = uncertainty(found.population, subjects(measured, np.zeros(30))).standard_errors
    assert list(errors) == ["MEAN", "omega(1,1)", "sd of error 1"]
    assert errors["MEAN"] == pytest.approx(np.sqrt(((means - means.mean()) ** 2).mean() / 30), rel=1e-3)


def test_a_covariate_explains_what_it_caused(measured: Floats) -> None:
    """A level that follows a covariate: the slope is least squares', and less is left between patients."""
    x = np.linspace(-1.0, 1.0, 30)
    people = subjects(measured + 0.9 * x[:, None], x)
    without, found = fit(population(), people), fit(population(fixed=()), people)
    slope = np.polyfit(x, (measured + 0.9 * x[:, None]).mean(axis=1), 1)[0]
    assert found.population.theta["SLOPE"] == pytest.approx(slope, abs=1e-3)
    assert found.population.omega[0, 0] < without.population.omega[0, 0]
    assert found.objective < without.objective


def test_what_is_free_can_be_put_back() -> None:
    """The vector of free numbers is one of logarithms and a Cholesky factor; structure and fixed numbers stay."""
    omega = np.array([[0.2, 0.1, 0.0], [0.1, 0.3, 0.0], [0.0, 0.0, 0.4]])
    start = Population(
        theta={"CL": 3.0, "V": 20.0, "KA": 1.0, "SHIFT": -0.5, "KNOWN": 0.75},
        typical=lambda theta, _: {"CL": theta["CL"], "V": theta["V"], "KA": theta["KA"]},
        varying=("CL", "V", "KA"),
        omega=omega,
        residuals=(Combined2(0.5, 0.1), Proportional(0.2), Combined2(0.0, 0.3)),
        signed=("SHIFT",),
        fixed=("KNOWN",),
    )
    again = start.with_free(start.free)
    moved = start.with_free(start.free + 0.1)
    assert start.free.size == 4 + 4 + 4
    assert again.theta == pytest.approx(dict(start.theta))
    assert again.omega == pytest.approx(omega)
    assert again.residuals[0].variance(np.array([2.0])) == pytest.approx([0.29])
    assert moved.theta["KNOWN"] == 0.75
    assert moved.theta["SHIFT"] == pytest.approx(-0.4)
    assert moved.omega[2, :2].tolist() == [0.0, 0.0]
    assert moved.omega[0, 1] != omega[0, 1]
    assert moved.residuals[2].variance(np.array([1.0])) == pytest.approx([0.09 * np.exp(0.2)])
    assert len(start.free_names) == start.free.size
    assert [name for name in start.free_names if "log" not in name] == ["SHIFT", "root(2,1)"]


def test_every_fault_of_a_population_is_named() -> None:
    """Unknown names, numbers that must be positive, an omega that does not fit, and nobody to fit: all told."""
    with pytest.raises(InputError) as caught:
        population(signed=("SLOPE", "NOBODY"), theta={"MEAN": -1.0, "SLOPE": 0.0}, omega=np.eye(2))
    assert {fault.path for fault in caught.value.faults} == {"signed", "MEAN", "omega"}
    with pytest.raises(InputError, match="0 subjects"):
        fit(population(), [])


def test_a_fit_that_cannot_be_says_why() -> None:
    """Patients whose predictions are no numbers: no exception, not converged, and their names."""
    nobody = [Subject("7", lambda p: np.full((len(p), 2), np.nan), Measured([1.0, 2.0]), {"X": 0.0})]
    found = fit(population(), nobody)
    assert not found.converged
    assert "subject 7" in found.why
    known = uncertainty(population(), nobody)
    assert not known.converged
    assert np.isnan(known.standard_errors["MEAN"])
    assert "no minimum" in known.why
