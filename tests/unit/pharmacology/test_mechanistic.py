"""The mechanistic static model and the dynamic one: algebra at the limits, each other, two engines, and bad input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from equipoise.errors import InputError
from equipoise.pharmacology.interaction.formula import relative_exposure
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
from equipoise.pharmacology.kinetics.reducers import Reduction
from equipoise.pharmacology.kinetics.simulate import simulate
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.mechanistic import (
    NOTHING,
    Acting,
    Constants,
    Driver,
    Present,
    dynamic_system,
    enterocyte_nm,
    inlet_nm,
    remaining_activity,
    static_ratio,
)
from equipoise.pharmacology.mechanistic.dynamic import ORGANS, parameters_of
from equipoise.pharmacology.mechanistic.restricted import part_of

STRICT = Tolerance(rtol=1e-10, atol=1e-12)
STILL: Mapping[str, Any] = {
    "states": {"LEVEL": "nmol/L"},
    "parameters": {"START": {"value": 0.0, "unit": "nmol/L"}},
    "rates": {"LEVEL": "0"},
    "initial": {"LEVEL": "START"},
}
"""A perpetrator that stays at one concentration."""
FALLING: Mapping[str, Any] = {
    "states": {"LEVEL": "nmol/L"},
    "parameters": {"START": {"value": 900.0, "unit": "nmol/L"}, "FALL": {"value": 0.35, "unit": "1/h"}},
    "rates": {"LEVEL": "-FALL*LEVEL"},
    "initial": {"LEVEL": "START"},
}
DRIVER = Driver("x", gut="10*LEVEL", liver="LEVEL")
SHARES = {"CYP3A4": 0.8, "CYP2D6": 0.15}
VICTIM = {"FM_CYP3A4": 0.8, "FM_CYP2D6": 0.15, "GUT_ODDS": 1.0, "EXTRACTION": 0.44, "KA_VICTIM": 2.0, "K_VICTIM": 0.3}
KDEG = {"KDEG_CYP3A4_liver": 0.0193, "KDEG_CYP3A4_gut": 0.03}
INACTIVATOR = Constants(ki_nm=6000.0, inactivator_nm=4100.0, kinact_per_h=4.08)
MIXED = Constants(ki_nm=500.0, inactivator_nm=1500.0, kinact_per_h=0.3, emax=6.0, ec50_nm=50.0, scale=0.8)
INDUCER = Constants(emax=8.0, ec50_nm=300.0, scale=0.7)


def acting(inactivator: Constants = INACTIVATOR) -> list[Acting]:
    """An inactivator of CYP3A4 in both organs that also competes at CYP2D6."""
    found = [Acting("x", "CYP3A4", organ, inactivator) for organ in ("gut", "liver")]
    return [*found, Acting("x", "CYP2D6", "liver", Constants(ki_nm=1170.0))]


def ratio(
    perpetrator: Mapping[str, Any],
    doing: list[Acting],
    values: Mapping[str, Any],
    *,
    dosed_at: float = 0.0,
    horizon: float = 200.0,
) -> np.ndarray:
    """AUC of the victim over that of its control, dosed once at a time."""
    system = dynamic_system(perpetrator, [DRIVER], doing, enzymes=list(SHARES), gut_enzyme="CYP3A4")
    events = Events.of(
        {"TIME": [0.0, dosed_at], "AMT": [0.0, 1.0], "EVID": [2, 1], "CMT": ["0", "VICTIM_LUMEN"]}, system
    )
    known = {**VICTIM, **KDEG, **parameters_of(doing), **values}
    wanted = [Reduction(name, "auc") for name in ("victim", "control")]
    times = [dosed_at, dosed_at + horizon]
    inside = {name: value for name, value in known.items() if name in system.parameters}
    found = simulate(system, events, times, parameters=inside, reduce=wanted, tolerance=STRICT)
    return found.reduced[wanted[0]] / found.reduced[wanted[1]]


def bound(level: float, constants: Constants, *, gut_level: float | None = None) -> float:
    """What the static model says of the same victim."""
    at_gut = 10.0 * level if gut_level is None else gut_level
    liver = {
        "CYP3A4": remaining_activity([Present(level, constants)], KDEG["KDEG_CYP3A4_liver"]),
        "CYP2D6": remaining_activity([Present(level, Constants(ki_nm=1170.0))], 0.0099),
    }
    gut = remaining_activity([Present(at_gut, constants)], KDEG["KDEG_CYP3A4_gut"])
    return float(static_ratio(SHARES, 0.5, liver, gut).ratio)


def test_nothing_that_acts_changes_nothing() -> None:
    """Without an inhibitor, or at a concentration of 0, the ratio is exactly 1."""
    assert float(remaining_activity([], 0.02)) == 1.0
    assert float(remaining_activity([Present(0.0, INACTIVATOR), Present(100.0, NOTHING)], 0.02)) == 1.0
    assert float(static_ratio(SHARES, 0.5, {}).ratio) == pytest.approx(1.0, abs=1e-15)
    assert ratio(STILL, acting(), {"START": 0.0})[0] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("share", "available", "activity", "gut", "expected"),
    [
        (1.0, 1.0, 0.25, 1.0, 4.0),
        (1.0, 0.5, 0.5, 0.0, 4.0),
        (0.9, 1.0, 0.0, 1.0, 10.0),
        (0.0, 1.0, 0.0, 1.0, 1.0),
        (0.5, 0.25, 1.0, 0.0, 4.0),
        (0.5, 1.0, 3.0, 3.0, 0.5),
    ],
)
def test_the_static_ratio_at_its_limits(
    share: float, available: float, activity: float, gut: float, expected: float
) -> None:
    """All by one blocked enzyme, none, the gut wall alone, induction: what algebra gives by hand."""
    found = static_ratio({"CYP3A4": share}, available, {"CYP3A4": activity}, gut)
    assert float(found.ratio) == pytest.approx(expected, rel=1e-14)


def test_activity_at_its_limits() -> None:
    """Ki to 0 leaves nothing, inactivation ends at kdeg over kdeg + kinact, induction at 1 + d Emax."""
    assert float(remaining_activity([Present(1.0, Constants(ki_nm=1e-12))], 0.02)) < 1e-11
    full = remaining_activity([Present(1e12, Constants(inactivator_nm=1.0, kinact_per_h=0.18))], 0.02)
    assert float(full) == pytest.approx(0.1, rel=1e-9)
    induced = remaining_activity([Present(1e12, Constants(emax=4.0, ec50_nm=1.0, scale=0.5))], 0.02)
    assert float(induced) == pytest.approx(3.0, rel=1e-9)


def test_several_inhibitors_add_and_the_strongest_inducer_decides() -> None:
    """Parent and metabolite at one site: occupations and rates add; two inducers give what the stronger gives."""
    one, two = Present(100.0, Constants(ki_nm=100.0)), Present(300.0, Constants(ki_nm=100.0))
    assert float(remaining_activity([one, two], 0.02)) == pytest.approx(1.0 / 5.0)
    slow = Present(5.0, Constants(inactivator_nm=5.0, kinact_per_h=0.04))
    assert float(remaining_activity([slow, slow], 0.02)) == pytest.approx(0.02 / 0.06)
    weak, strong = (Present(1.0, Constants(emax=size, ec50_nm=1.0)) for size in (1.0, 6.0))
    assert float(remaining_activity([weak, strong], 0.02)) == float(remaining_activity([strong], 0.02)) == 4.0


def test_the_static_form_is_the_contribution_inhibition_form() -> None:
    """Shares and Fg say what weights and odds say: the two formulas give one number, gut and liver apart."""
    liver, gut = {"CYP3A4": 0.2, "CYP2D6": 0.7}, 0.05
    weights = {name: share / 0.05 for name, share in SHARES.items()}
    other = relative_exposure(weights, liver, gut_odds=1.0, gut_activity=gut)
    assert float(static_ratio(SHARES, 0.5, liver, gut).ratio) == pytest.approx(other, rel=1e-13)


def test_concentrations_where_the_enzymes_are() -> None:
    """Gut wall: Fa ka dose / Q; inlet: fu (peak + Fa ka dose / Q / RB), whatever shape the draws have."""
    assert enterocyte_nm(np.array([1000.0, 2000.0]), 2.0, 0.9, 18.0).tolist() == [100.0, 200.0]
    assert float(inlet_nm(80.0, 1000.0, 0.1, 100.0, 0.5)) == pytest.approx(0.1 * (80.0 + 20.0))


@pytest.mark.parametrize("level", [3.0, 70.0, 1500.0])
@pytest.mark.parametrize("extraction", [0.05, 0.44, 0.9])
def test_a_constant_inhibitor_makes_the_dynamic_model_static(level: float, extraction: float) -> None:
    """After the enzymes have come to rest the ratio of areas is the static formula's to 1e-6, at any extraction."""
    horizon = 4000.0 / VICTIM["K_VICTIM"] * 0.3
    found = ratio(STILL, acting(), {"START": level, "EXTRACTION": extraction}, dosed_at=1500.0, horizon=horizon)
    assert found[0] == pytest.approx(bound(level, INACTIVATOR), rel=1e-6)


def test_a_constant_inducer_makes_the_dynamic_model_static() -> None:
    """Induction in the dynamic model ends at the static B term."""
    found = ratio(STILL, acting(INDUCER), {"START": 200.0}, dosed_at=1500.0, horizon=400.0)
    assert found[0] == pytest.approx(bound(200.0, INDUCER), rel=1e-6)
    assert found[0] < 0.5


def test_two_constituents_add_in_the_dynamic_model_as_in_the_static_one() -> None:
    """A parent and its metabolite that inactivate, compete and induce at once, in one system with two drivers."""
    other = Constants(ki_nm=900.0, inactivator_nm=2000.0, kinact_per_h=0.5, emax=3.0, ec50_nm=40.0)
    both = [Acting(name, "CYP3A4", organ, known) for name, known in (("x", MIXED), ("y", other)) for organ in ORGANS]
    drivers = [Driver("x", "LEVEL", "LEVEL"), Driver("y", "3*LEVEL", "3*LEVEL")]
    system = dynamic_system(STILL, drivers, both, enzymes=list(SHARES), gut_enzyme="CYP3A4")
    # A course begins with its first record: the enzymes come to rest before the dose.
    events = Events.of({"TIME": [0, 1500.0], "AMT": [0, 1.0], "EVID": [2, 1], "CMT": ["0", "VICTIM_LUMEN"]}, system)
    known = {**VICTIM, **KDEG, **parameters_of(both), "START": 60.0}
    wanted = [Reduction(name, "auc") for name in ("victim", "control")]
    inside = {name: value for name, value in known.items() if name in system.parameters}
    found = simulate(system, events, [1500.0, 2500.0], parameters=inside, reduce=wanted, tolerance=STRICT)
    present = [Present(60.0, MIXED), Present(180.0, other)]
    left = {organ: remaining_activity(present, KDEG[f"KDEG_CYP3A4_{organ}"]) for organ in ORGANS}
    expected = static_ratio(SHARES, 0.5, {"CYP3A4": left["liver"]}, left["gut"]).ratio
    assert found.reduced[wanted[0]][0] / found.reduced[wanted[1]][0] == pytest.approx(float(expected), rel=1e-6)


def test_a_course_stays_below_its_static_bound() -> None:
    """A perpetrator that falls does less than one that stays at its peak, and more than one that is not there."""
    found = float(ratio(FALLING, acting(), {})[0])
    assert 1.0 < found < bound(900.0, INACTIVATOR)


def test_more_of_an_inhibitor_does_more() -> None:
    """The ratio rises with the concentration, in both models."""
    levels = np.array([0.0, 1.0, 10.0, 100.0, 1e3, 1e4])
    dynamic = ratio(FALLING, acting(), {"START": levels})
    assert np.all(np.diff(dynamic) > 0.0)
    static = [bound(float(level), INACTIVATOR) for level in levels]
    assert np.all(np.diff(static) > 0.0)


def test_two_engines_agree() -> None:
    """SciPy's DOP853, written by hand from the equations, gives the same ratio as the declared system to 1e-7."""
    known = {**VICTIM, **KDEG}
    odds, share, rate = known["GUT_ODDS"], known["EXTRACTION"], known["K_VICTIM"]

    def slope(time: float, state: np.ndarray) -> list[float]:
        level = 900.0 * np.exp(-0.35 * time)
        gut, liver, lumen, victim, control, _, _ = state
        act_gut = gut / (1.0 + 10.0 * level / 6000.0)
        act_liver = liver / (1.0 + level / 6000.0)
        r0 = share / (1.0 - share)
        r = r0 * (1.0 - 0.8 * (1.0 - act_liver) - 0.15 * (1.0 - 1.0 / (1.0 + level / 1170.0)))
        entering = known["KA_VICTIM"] * lumen
        return [
            0.03 * (1.0 - gut) - 4.08 * 10.0 * level / (4100.0 + 10.0 * level) * gut,
            0.0193 * (1.0 - liver) - 4.08 * level / (4100.0 + level) * liver,
            -entering,
            entering / (1.0 + odds * act_gut) / (1.0 + r) - rate * (r / (1.0 + r)) / share * victim,
            entering / (1.0 + odds) / (1.0 + r0) - rate * control,
            victim,
            control,
        ]

    start = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    solved = solve_ivp(slope, (0.0, 200.0), start, method="DOP853", rtol=1e-11, atol=1e-13)
    assert ratio(FALLING, acting(), {})[0] == pytest.approx(solved.y[5, -1] / solved.y[6, -1], rel=1e-7)


def test_every_fault_of_constants_is_told_at_once() -> None:
    """What is out of range and what has only one half, in one message."""
    with pytest.raises(InputError) as told:
        Constants(ki_nm=0.0, inactivator_nm=[1.0, -2.0], kinact_per_h=-1.0, emax=2.0)
    assert [fault.path for fault in told.value.faults] == ["ki_nm", "inactivator_nm", "kinact_per_h", "ec50_nm"]


def test_every_fault_of_a_victim_is_told_at_once() -> None:
    """A share below 0, shares above 1 together, and a gut that lets nothing through."""
    with pytest.raises(InputError) as told:
        static_ratio({"CYP3A4": 1.2, "CYP2D6": -0.1}, 0.0, {})
    assert [fault.path for fault in told.value.faults] == ["shares.CYP2D6", "shares", "gut_available"]


def test_a_concentration_or_a_rate_that_cannot_be_is_refused() -> None:
    """Negative or missing concentrations, and an enzyme that is never lost."""
    with pytest.raises(InputError, match="free_nm"):
        Present([1.0, -1.0, np.nan], NOTHING)
    with pytest.raises(InputError, match="kdeg_per_h"):
        remaining_activity([], 0.0)


def test_every_fault_of_a_dynamic_model_is_told_at_once() -> None:
    """A driver that is not there and names that no expression can hold."""
    wrong = [Acting("y", "CYP3A4", "gut", INACTIVATOR), Acting("x", "P-gp", "gut", INACTIVATOR)]
    with pytest.raises(InputError) as told:
        dynamic_system(STILL, [DRIVER], wrong, enzymes=["CYP3A4"], gut_enzyme="CYP3A4")
    assert len(told.value.faults) == 2


def test_a_part_of_a_system_gives_the_same_course() -> None:
    """What is left out does not reach the outputs that are kept."""
    whole = System.of(
        {
            "name": "two drugs",
            "states": {"GA": "mg", "A": "mg", "B": "mg"},
            "parameters": {name: {"value": 0.3, "unit": "1/h"} for name in ("KA", "K", "L")},
            "assignments": {"OUT": "K*A", "OTHER": "L*B"},
            "rates": {"GA": "-KA*GA", "A": "KA*GA - OUT", "B": "-OTHER"},
            "entries": {"GA": {}, "B": {}},
            "outputs": {"a": {"expression": "A", "unit": "mg"}, "b": {"expression": "B", "unit": "mg"}},
        }
    )
    part = System.of({"name": "one drug", **part_of(whole, ["a"])})
    assert list(part.states) == ["GA", "A"]
    assert list(part.assignments) == ["OUT"]
    doses = {"TIME": [0.0], "AMT": [5.0]}
    times = np.linspace(0.0, 20.0, 9)
    courses = [simulate(item, Events.of(doses, item), times).values["a"] for item in (whole, part)]
    np.testing.assert_allclose(courses[0], courses[1], rtol=1e-12)
