"""One patient's objective and estimate: exact where the likelihood is known, told where none is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.errors import InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.estimation.individual import Individual, Measured
from equipoise.pharmacology.estimation.objective import Method, objective
from equipoise.pharmacology.estimation.residual import (
    Additive,
    Combined1,
    Combined2,
    LogNormal,
    Power,
    Proportional,
    Residual,
)
from equipoise.pharmacology.estimation.search import find_mode
from equipoise.pharmacology.estimation.target import Target
from equipoise.pharmacology.estimation.variation import Variation

DESIGN = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 3.0], [0.5, 2.0]])
OMEGA = np.array([[0.5, 0.2], [0.2, 0.4]])
TIMES = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
METHODS: tuple[Method, ...] = ("FO", "FOCE", "FOCEI", "LAPLACE")


def straight(parameters: Floats) -> Floats:
    return parameters @ DESIGN.T


def decay(parameters: Floats) -> Floats:
    """A bolus of 100 in one compartment: CL and V."""
    rate = parameters[:, :1] / parameters[:, 1:]
    return 100.0 / parameters[:, 1:] * np.exp(-rate * TIMES)


def person(
    predict: Callable[[Floats], Floats],
    residual: Residual,
    values: Floats,
    variation: Variation,
    below: object = None,
) -> Individual:
    return Individual("1", predict, Measured(values, below=below), (residual,), variation)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def linear() -> Individual:
    """Predictions linear in normal effects, an additive error: the marginal density is normal."""
    variation = Variation.of({"A": 1.0, "B": -0.5}, OMEGA, normal=("A", "B"))
    return person(straight, Additive(0.7), np.array([1.4, 0.1, -1.9, 0.6]), variation)


@pytest.fixture(scope="module")
def cleared() -> Individual:
    """A decay with log-normal clearance and volume, and a proportional error."""
    variation = Variation.of({"CL": 3.0, "V": 20.0}, [[0.1, 0.03], [0.03, 0.08]])
    return person(decay, Proportional(0.2), np.array([4.1, 4.4, 3.2, 2.9, 1.1]), variation)


@pytest.mark.parametrize("method", METHODS)
def test_a_linear_patient_has_the_exact_likelihood(linear: Individual, method: Method) -> None:
    """Every method gives the normal marginal density, the posterior mean and covariance, where all is linear."""
    found = objective(linear, method)
    error = linear.measured.values - straight(linear.variation.typical[None, :])[0]
    marginal = DESIGN @ OMEGA @ DESIGN.T + 0.49 * np.eye(4)
    exact = np.linalg.slogdet(marginal)[1] + error @ np.linalg.solve(marginal, error)
    covariance = np.linalg.inv(DESIGN.T @ DESIGN / 0.49 + np.linalg.inv(OMEGA))
    assert found.converged
    assert found.value == pytest.approx(exact, abs=1e-6)
    assert found.eta == pytest.approx(covariance @ DESIGN.T @ error / 0.49, abs=1e-6)
    assert found.covariance == pytest.approx(covariance, rel=1e-5)


@pytest.mark.parametrize(
    "residual",
    [Additive(0.5), Proportional(0.2), Combined1(0.2, 0.1), Combined2(0.2, 0.1), Power(0.3, 0.7), LogNormal(0.25)],
    ids=lambda residual: type(residual).__name__,
)
def test_the_gradient_is_that_of_the_density(cleared: Individual, residual: Residual) -> None:
    """Gradients agree with differences of the density, values below their limit among them, for every error model."""
    below = [False, False, True, False, True]
    target = Target(replace(cleared, residuals=(residual,), measured=Measured(cleared.measured.values, below=below)))
    point, step = np.array([0.7, -0.4]), 1e-5
    shifts = step * np.eye(2)
    slope = (target.values(point + shifts) - target.values(point - shifts)) / (2.0 * step)
    found = target.expansion(point)
    assert found.gradient == pytest.approx(slope, rel=1e-5, abs=1e-5)
    assert found.value == pytest.approx(target.values(point[None, :])[0], rel=1e-12)


def test_what_is_below_its_limit_counts_by_its_probability(cleared: Individual) -> None:
    """A value below quantification adds -2 log of the probability of a measurement below it (M3)."""
    below = [False, False, False, False, True]
    censored = replace(cleared, measured=Measured(cleared.measured.values, below=below))
    seen = replace(cleared, measured=Measured(cleared.measured.values[:4]), predict=lambda p: decay(p)[:, :4])
    point = np.array([[0.3, 0.1]])
    predicted = decay(cleared.variation.parameters(point @ cleared.variation.root.T))[0, 4]
    added = -2.0 * norm.logcdf((1.1 - predicted) / (0.2 * predicted))
    assert Target(censored).values(point)[0] == pytest.approx(Target(seen).values(point)[0] + added, rel=1e-12)


def test_only_laplace_takes_values_below_quantification(cleared: Individual) -> None:
    """The other methods refuse them, and say why."""
    censored = replace(cleared, measured=Measured(cleared.measured.values, below=[False] * 4 + [True]))
    assert objective(censored, "LAPLACE").converged
    for method in METHODS[:3]:
        with pytest.raises(InputError, match="no normal density"):
            objective(censored, method)


def test_an_effect_with_almost_no_variance_is_no_special_case(cleared: Individual) -> None:
    """With a variance of 1e-14 the objective is that of a model without the effect, and the search ends."""
    almost = Variation.of({"CL": 3.0, "V": 20.0}, np.diag([0.1, 1e-14]))
    without = Variation.of({"CL": 3.0, "V": 20.0}, [[0.1]], varying=("CL",))
    one, other = (objective(replace(cleared, variation=variation)) for variation in (almost, without))
    assert one.converged
    assert one.value == pytest.approx(other.value, abs=1e-6)


def test_an_effect_on_several_parameters_is_counted_once(cleared: Individual) -> None:
    """An unknown bioavailability moves clearance and volume together: a loading of ones."""
    together = Variation.of({"CL": 3.0, "V": 20.0}, [[0.1]], loading=[[1.0], [1.0]])
    found = objective(replace(cleared, variation=together))
    ratio = together.parameters(found.eta[None, :])[0] / together.typical
    assert ratio[0] == pytest.approx(ratio[1], rel=1e-12)


def test_the_lower_of_two_modes_is_found() -> None:
    """From a hill that slopes to the higher of two valleys, the search goes there, and then finds the lower one."""
    variation = Variation.of({"X": 0.0}, [[4.0]], normal=("X",))
    valleys = person(lambda x: x**2 - 0.2 * x + 0.1 * x**3, Additive(0.5), np.array([4.0]), variation)
    found = find_mode(Target(valleys))
    points = np.linspace(-4.0, 4.0, 8001)[:, None]
    values = Target(valleys).values(points)
    assert found.converged
    assert found.searches == 2
    assert found.value <= values.min() + 1e-9
    assert found.point[0] == pytest.approx(points[values.argmin(), 0], abs=2e-3)


def test_a_patient_without_prediction_is_told() -> None:
    """Where nothing can be predicted there is no value, no exception, and a reason."""
    variation = Variation.of({"X": 1.0}, [[1.0]])
    nobody = person(lambda x: np.full((len(x), 2), np.nan), Additive(1.0), np.array([1.0, 2.0]), variation)
    for method in METHODS:
        found = objective(nobody, method)
        assert not found.converged
        assert np.isnan(found.value)
        assert "no prediction" in found.why


def test_a_measurement_without_variance_is_told(cleared: Individual) -> None:
    """A prediction of 0 under a proportional error has no likelihood: a reason, not an infinite objective."""
    found = objective(replace(cleared, predict=lambda p: decay(p) * [0.0, 1.0, 1.0, 1.0, 1.0]))
    assert not found.converged
    assert "without variance" in found.why


def test_noise_of_predictions_ends_the_search_with_a_word(cleared: Individual) -> None:
    """Predictions rounded to four digits end in a mode near the true one or in a reason, never in a loop."""
    rough = objective(replace(cleared, predict=lambda p: np.round(decay(p), 4), step_sds=0.05))
    exact = objective(cleared)
    assert rough.eta == pytest.approx(exact.eta, abs=2e-3)
    assert rough.converged or rough.why


def test_the_estimate_moves_with_the_measurements(cleared: Individual) -> None:
    """What the typical patient would show gives no effects under an additive error; higher values, less clearance."""
    typical = decay(cleared.variation.typical[None, :])[0]
    additive = replace(cleared, residuals=(Additive(0.2),))
    same = objective(replace(additive, measured=Measured(typical)))
    more = objective(replace(additive, measured=Measured(typical * 1.3)))
    assert same.eta == pytest.approx([0.0, 0.0], abs=1e-6)
    assert more.eta[0] < 0.0


def test_every_fault_of_a_patient_is_named(cleared: Individual) -> None:
    """Measurements, error models and variations that do not fit are refused with all that is wrong."""
    with pytest.raises(InputError) as caught:
        Measured([1.0, np.nan], below=[True], analyte=[0, 0])
    assert {fault.path for fault in caught.value.faults} == {"below", "values"}
    with pytest.raises(InputError, match="an error model for each analyte"):
        replace(cleared, measured=Measured(cleared.measured.values, analyte=[0, 0, 0, 0, 1]))
    with pytest.raises(InputError, match="values above 0"):
        replace(cleared, residuals=(LogNormal(0.1),), measured=Measured([1.0, 1.0, 1.0, 0.0, 1.0]))
    with pytest.raises(InputError) as caught:
        Variation.of({"CL": -1.0, "V": 2.0}, [[0.1, 0.3], [0.3, 0.1]])
    assert {fault.path for fault in caught.value.faults} == {"CL", "omega"}
    with pytest.raises(InputError, match="one of CL, V"):
        cleared.variation.at({"KA": 1.0})
    for wrong in (
        lambda: Additive(-1.0),
        lambda: Power(0.0, 1.0),
        lambda: Combined2(0.0, 0.0),
        lambda: Additive(np.inf),
    ):
        with pytest.raises(InputError):
            wrong()
    with pytest.raises(InputError, match="one row a set"):
        objective(replace(cleared, predict=lambda p: decay(p)[0]))
