"""Predictions for an estimate come from a kinetic system: every measurement of every output, all parameters at once."""

from __future__ import annotations

import numpy as np
import pytest
from linear_systems import ORAL

from equipoise.errors import InputError
from equipoise.pharmacology.estimation.individual import Individual, Measured
from equipoise.pharmacology.estimation.kinetic import KineticPrediction
from equipoise.pharmacology.estimation.objective import objective
from equipoise.pharmacology.estimation.posterior import posterior
from equipoise.pharmacology.estimation.residual import Additive, Proportional
from equipoise.pharmacology.estimation.variation import Variation
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.simulate import simulate

NAMES = ("CL", "V", "KA", "TL")
TIMES = [30.0, 1.0, 6.0, 24.0, 6.0, 48.0]
OUTPUTS = ["CP", "CP", "CP", "CP", "U_now", "U_now"]
EVENTS = Events.of({"TIME": [0, 24], "AMT": [20, 20]}, ORAL)
VARIATION = Variation.of(dict(zip(NAMES, (5.0, 50.0, 1.0, 0.5), strict=True)), np.diag([0.1, 0.05, 0.2, 0.1]))


@pytest.fixture(scope="module")
def prediction() -> KineticPrediction:
    """Plasma at four times and urine at two, in no order, two of them at the same time and one at that of a dose."""
    return KineticPrediction(ORAL, EVENTS, NAMES, TIMES, OUTPUTS)


def test_each_measurement_is_predicted_by_its_own_output(prediction: KineticPrediction) -> None:
    """Every column is the named output at its time, before a dose at that time, in the measurements' own order."""
    rng = np.random.default_rng(1)
    parameters = VARIATION.parameters(0.3 * rng.standard_normal((9, 4)))
    found = prediction(parameters)
    assert found.shape == (9, 6)
    for row, values in zip(found, parameters, strict=True):
        one = simulate(ORAL, EVENTS, np.unique(TIMES), parameters=dict(zip(NAMES, values.tolist(), strict=True)))
        expected = [
            one.values[output][0, one.times.tolist().index(time)] for output, time in zip(OUTPUTS, TIMES, strict=True)
        ]
        assert row == pytest.approx(expected, rel=1e-12)


def test_a_patient_of_a_kinetic_system_is_estimated(prediction: KineticPrediction) -> None:
    """From precise measurements of plasma and urine the patient's own parameters come back, lag time among them."""
    truth = np.array([[7.0, 40.0, 1.5, 0.7]])
    measured = Measured(prediction(truth)[0], analyte=[0, 0, 0, 0, 1, 1])
    patient = Individual("1", prediction, measured, (Proportional(0.01), Additive(0.02)), VARIATION)
    found = objective(patient)
    whole = posterior(patient, seed=1)
    assert found.converged
    assert VARIATION.parameters(found.eta[None, :])[0] == pytest.approx(truth[0], rel=0.05)
    assert np.all(np.abs(whole.mean - truth[0]) < 3.0 * whole.sd)
    assert whole.converged


def test_what_does_not_fit_is_named() -> None:
    """Unknown outputs, more outputs than times and events of several patients are refused together."""
    several = Events.of({"ID": [1, 2], "TIME": [0, 0], "AMT": [5, 5]}, ORAL)
    with pytest.raises(InputError) as caught:
        KineticPrediction(ORAL, several, NAMES, [1.0, 2.0], ["CP", "C1", "CP"])
    assert [fault.path for fault in caught.value.faults] == ["outputs", "outputs", "events"]
