"""One patient's posterior: exact where it is known, by quadrature where it is not, and calibrated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest, norm

from equipoise.errors import InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.batch import objectives, posteriors
from equipoise.pharmacology.estimation.individual import Individual, Measured
from equipoise.pharmacology.estimation.objective import objective
from equipoise.pharmacology.estimation.posterior import posterior
from equipoise.pharmacology.estimation.residual import Additive, Combined2, LogNormal, Proportional
from equipoise.pharmacology.estimation.variation import Variation

SEED = 20_261_125
TIMES = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
POPULATION = Variation.of({"CL": 3.0, "V": 20.0}, [[0.1, 0.03], [0.03, 0.08]])


def decay(parameters: Floats) -> Floats:
    """A bolus of 100 in one compartment: CL and V."""
    rate = parameters[:, :1] / parameters[:, 1:2]
    return 100.0 / parameters[:, 1:2] * np.exp(-rate * TIMES)


def with_metabolite(parameters: Floats) -> Floats:
    """The same, then a metabolite formed by all that is cleared and cleared at KM itself; its volume is 10."""
    rate, own = parameters[:, :1] / parameters[:, 1:2], parameters[:, 2:3]
    formed = 10.0 * rate / (own - rate) * (np.exp(-rate * TIMES) - np.exp(-own * TIMES))
    return np.concatenate([decay(parameters), formed], axis=1)


@pytest.fixture(scope="module")
def patient() -> Individual:
    return Individual("1", decay, Measured([4.1, 4.4, 3.2, 2.9, 1.1]), (Proportional(0.2),), POPULATION)


def test_a_linear_patient_has_the_conjugate_posterior() -> None:
    """Mean, standard deviation, mode and likelihood are the exact ones where all is normal and linear."""
    design = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 3.0]])
    omega = np.array([[0.5, 0.2], [0.2, 0.4]])
    values = np.array([0.4, 1.0, 0.2])
    variation = Variation.of({"A": 0.0, "B": 0.0}, omega, normal=("A", "B"))
    person = Individual("1", lambda p: p @ design.T, Measured(values), (Additive(0.7),), variation)
    found = posterior(person, seed=SEED, draws=20_000)
    covariance = np.linalg.inv(design.T @ design / 0.49 + np.linalg.inv(omega))
    mean = covariance @ design.T @ values / 0.49
    error = np.sqrt(np.diag(covariance) / found.effective)
    assert found.converged
    assert found.map_parameters == pytest.approx(mean, abs=1e-6)
    assert np.all(np.abs(found.mean - mean) < 4.0 * error)
    assert found.sd == pytest.approx(np.sqrt(np.diag(covariance)), rel=0.03)
    levels = np.array([0.05, 0.5, 0.95])
    exact = norm.ppf(levels)[:, None] * np.sqrt(np.diag(covariance)) + mean
    assert found.quantiles(levels) == pytest.approx(exact, abs=0.04)
    assert found.laplace == pytest.approx(objective(person, "FO").value, abs=1e-5)
    assert found.objective == pytest.approx(found.laplace, abs=0.02)


def test_quadrature_agrees_where_a_value_is_below_quantification() -> None:
    """With one log-normal parameter and a value below its limit, mean and likelihood are those of an integral."""
    variation = Variation.of({"K": 0.4}, [[0.25]])
    values, below = np.array([5.0, 0.5]), np.array([False, True])
    person = Individual(
        "1", lambda k: 10.0 * np.exp(-k * [1.0, 6.0]), Measured(values, below=below), (Combined2(0.2, 0.15),), variation
    )

    def density(eta: float) -> float:
        f = 10.0 * np.exp(-0.4 * np.exp(eta) * np.array([1.0, 6.0]))
        sd = np.sqrt(0.04 + (0.15 * f) ** 2)
        seen = norm.pdf(values[0], f[0], sd[0]) * np.sqrt(2.0 * np.pi)
        return float(seen * norm.cdf((values[1] - f[1]) / sd[1]) * norm.pdf(eta, 0.0, 0.5))

    whole = quad(density, -4.0, 4.0, epsabs=1e-12)[0]
    mean = quad(lambda eta: 0.4 * np.exp(eta) * density(eta), -4.0, 4.0, epsabs=1e-12)[0] / whole
    found = posterior(person, seed=SEED, draws=40_000)
    assert found.mean[0] == pytest.approx(mean, abs=4.0 * found.sd[0] / np.sqrt(found.effective))
    assert found.objective == pytest.approx(-2.0 * np.log(whole), abs=0.03)
    assert found.laplace == pytest.approx(found.objective, abs=0.2)


def test_several_analytes_inform_the_same_parameters() -> None:
    """A metabolite with an error model of its own narrows what the parent says of clearance; neither is left out."""
    wider = Variation.of({"CL": 3.0, "V": 20.0, "KM": 0.6}, np.diag([0.1, 0.08, 0.05]))
    truth = np.array([[2.5, 22.0, 0.5]])
    values = with_metabolite(truth)[0]
    analyte = np.repeat([0, 1], TIMES.size)
    both = Individual(
        "1", with_metabolite, Measured(values, analyte=analyte), (Proportional(0.2), LogNormal(0.1)), wider
    )
    parent = replace(
        both,
        predict=lambda p: with_metabolite(p)[:, : TIMES.size],
        measured=Measured(values[: TIMES.size]),
    )
    one, two = posterior(parent, seed=SEED), posterior(both, seed=SEED)
    assert np.all(two.sd < one.sd)
    assert np.all(np.abs(two.mean - truth[0]) < 2.0 * two.sd)


def test_without_measurements_the_prior_remains(patient: Individual) -> None:
    """Nothing measured, nothing learnt: medians are typical, spreads those of the population."""
    found = posterior(replace(patient, predict=lambda p: np.empty((len(p), 0)), measured=Measured([])), seed=SEED)
    assert found.converged
    assert found.map_parameters == pytest.approx(POPULATION.typical)
    assert found.map_covariance == pytest.approx(POPULATION.omega, rel=1e-6)
    assert found.objective == pytest.approx(0.0, abs=0.05)


def test_two_separate_modes_are_both_drawn() -> None:
    """Where a square is measured both roots are possible: the mean lies between them and the spread reaches both."""
    variation = Variation.of({"X": 0.0}, [[4.0]], normal=("X",))
    person = Individual("1", lambda x: x**2, Measured([4.0]), (Additive(0.3),), variation)
    found = posterior(person, seed=SEED)

    def density(x: float) -> float:
        return float(np.exp(-0.5 * ((4.0 - x**2) / 0.3) ** 2) / 0.3 * norm.pdf(x, 0.0, 2.0))

    whole = quad(density, -6.0, 6.0, points=[-2.0, 2.0], epsabs=1e-12)[0]
    assert found.converged
    assert abs(found.mean[0]) < 4.0 * found.sd[0] / np.sqrt(found.effective)
    assert found.sd[0] == pytest.approx(2.0, abs=0.05)
    assert abs(found.map_parameters[0]) == pytest.approx(2.0, abs=0.05)
    assert found.objective == pytest.approx(-2.0 * np.log(whole), abs=8.0 / np.sqrt(found.effective))
    assert found.laplace - found.objective > 1.0


def test_a_sample_that_says_little_is_told(patient: Individual) -> None:
    """So few draws that the effective size is below 200, or no prediction at all: not converged, and why."""
    few = posterior(patient, draws=100, seed=SEED)
    assert not few.converged
    assert "effective draws" in few.why
    nobody = posterior(replace(patient, predict=lambda p: np.full((len(p), 5), np.nan)), seed=SEED)
    assert not nobody.converged
    assert "no prediction" in nobody.why
    with pytest.raises(InputError, match="100 or more"):
        posterior(patient, draws=10)


def test_a_batch_gives_everybody_the_same_numbers(patient: Individual) -> None:
    """Results do not depend on threads or company: the i-th patient of a batch is the one of stream i."""
    people = [replace(patient, label=str(i), measured=Measured([4.1, 4.4, 3.2, 2.9, 1.0 + i])) for i in range(3)]
    one, two = posteriors(people, seed=SEED, threads=1), posteriors(people, seed=SEED, threads=2)
    alone = posterior(people[2], seed=SEED, stream=2)
    assert [item.label for item in one] == ["0", "1", "2"]
    for first, second in zip(one, two, strict=True):
        assert np.array_equal(first.parameters, second.parameters)
    assert np.array_equal(one[2].weights, alone.weights)
    values = [item.value for item in objectives(people, threads=2)]
    assert values == [objective(person).value for person in people]


@pytest.mark.slow
def test_ranks_of_the_truth_are_uniform() -> None:
    """With 800 patients from the prior the truth's rank in its posterior is uniform, values below limits among them."""
    rng = np.random.default_rng(SEED)
    ranks = np.empty((800, 2))
    for i in range(len(ranks)):
        truth = POPULATION.parameters((POPULATION.root @ rng.standard_normal(2))[None, :])
        f = decay(truth)[0]
        values = f * (1.0 + 0.25 * rng.standard_normal(f.size))
        below = values < 1.0
        person = Individual(
            "1", decay, Measured(np.where(below, 1.0, values), below=below), (Proportional(0.25),), POPULATION
        )
        found = posterior(person, draws=2000, seed=SEED, stream=i)
        assert found.converged
        ranks[i] = found.weights @ (found.parameters < truth)
    p_values = [kstest(ranks[:, i], "uniform").pvalue for i in range(2)]
    print(f"Kolmogorov-Smirnov p = {p_values[0]:.3f}, {p_values[1]:.3f}")
    assert min(p_values) > 0.005
