"""The ensemble integrator against SciPy: operations, steady states, rows, stiffness, independence of lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from scipy.integrate import DOP853, quad, solve_ivp

from equipoise.errors import InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.course import Course, Op
from equipoise.pharmacology.kinetics.ensemble import dop853
from equipoise.pharmacology.kinetics.ensemble.elimination import elimination, factorise, substitute
from equipoise.pharmacology.kinetics.ensemble.engine import FAILURES, Ensemble, Told, Tolerance
from equipoise.pharmacology.kinetics.ensemble.program import Method
from equipoise.pharmacology.kinetics.evaluate import evaluate
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.kinetics.values import Given, complete

# Saturable elimination of an oral dose, an enzyme with turnover that the substance inactivates, a covariate.
SATURABLE: dict[str, Any] = {
    "name": "saturable",
    "states": {"G": "mg", "A": "mg", "E": "1"},
    "parameters": {
        "KA": {"value": 1.2, "unit": "1/h"},
        "VM": {"value": 8, "unit": "mg/h"},
        "KM": {"value": 0.3, "unit": "mg/L"},
        "V": {"value": 30, "unit": "L"},
    },
    "covariates": {"WT": {"unit": "kg", "default": 70}},
    "assignments": {"C": "A/(V*(WT/70)**1.5)"},
    "rates": {"G": "-KA*G", "A": "KA*G - E*VM*C/(KM + C)", "E": "0.1*(1 - E) - 0.2*C/(1 + C)*E"},
    "initial": {"E": "1"},
    "entries": {"G": {}, "A": {}},
    "outputs": {
        "CP": {"expression": "C", "unit": "?"},
        "G_now": {"expression": "G", "unit": "mg"},
        "E_now": {"expression": "E", "unit": "1"},
    },
}
METHODS: tuple[Method, ...] = ("explicit", "rosenbrock")
TIGHT = Tolerance(rtol=1e-11, atol=1e-13)


def course(
    operations: Sequence[tuple[int, int, int, int]],
    durations: Sequence[float],
    values: Sequence[float] = (),
    *,
    subjects: int = 1,
    covariates: dict[str, Floats] | None = None,
) -> Course:
    """A course that some subjects share."""
    rows = sum(op[2] for op in operations if op[0] == Op.RUN and op[3] >= 0) + sum(
        op[0] == Op.WRITE for op in operations
    )
    return Course(
        subjects=np.arange(subjects),
        operations=np.array(operations, dtype=np.int32).reshape(-1, 4),
        durations=np.array(durations)[:, None],
        values=np.array(values).reshape(-1, 1),
        covariates=covariates or {},
        start=0.0,
        rows=rows,
    )


def slopes(system: System, values: dict[str, float], inputs: dict[str, float]) -> Callable[[float, Floats], Floats]:
    """The right-hand side for SciPy, from the system's own nodes."""
    equations = system.equations

    def found(time: float, states: Floats) -> Floats:
        known: dict[str, Any] = {**values, **dict(zip(equations.states, states, strict=True)), "t": time}
        rates = evaluate(equations.graph, equations.rates, known)
        return np.array(
            [float(rate) + inputs.get(name, 0.0) for name, rate in zip(equations.states, rates, strict=True)]
        )

    return found


def integrated(
    system: System,
    values: dict[str, float],
    inputs: dict[str, float],
    states: Floats,
    length: float,
    start: float = 0.0,
) -> Floats:
    """The states after a while, by SciPy's implicit method at a tight tolerance."""
    span = (start, start + length)
    done = solve_ivp(slopes(system, values, inputs), span, states, method="DOP853", rtol=1e-12, atol=1e-14)
    return done.y[:, -1]


@pytest.fixture(scope="module", params=METHODS)
def saturable(request: pytest.FixtureRequest) -> Ensemble:
    """The saturable system under each method."""
    return Ensemble(System.of(SATURABLE), request.param, ("CP",))


def run(made: Ensemble, courses: Sequence[Course], given: Given, subjects: int, **options: Any) -> tuple[Floats, Told]:
    """A run with the system's own values where none is given."""
    return made.run(courses, complete(made.system, given), subjects, **options)


VALUES = {"KA": 1.2, "VM": 8.0, "KM": 0.3, "V": 30.0, "WT": 70.0}
ALL = (Op.WRITE, 0, 0, 0)


def test_operations_do_what_scipy_does_between_them(saturable: Ensemble) -> None:
    """Bolus, infusion, change of a covariate, reset: every row agrees with SciPy restarted at each of them."""
    one = course(
        [
            (Op.WRITE, 0, 0, 0),
            (Op.BOLUS, 0, 0, 0),
            (Op.RUN, 0, 2, 1),
            (Op.RATE, 1, 1, 0),
            (Op.RUN, 1, 1, 3),
            (Op.EPOCH, 1, 0, 0),
            (Op.RUN, 1, 1, -1),
            (Op.RATE, 1, -1, 0),
            (Op.RUN, 0, 1, 4),
            (Op.RESET, 0, 0, 0),
            (Op.BOLUS, 1, 1, 0),
            (Op.RUN, 0, 1, 5),
        ],
        [3.0, 1.5],
        [20.0, 4.0],
        covariates={"WT": np.array([70.0, 95.0])},
    )
    out, told = run(saturable, [one], {}, 1, tolerance=TIGHT)
    system = saturable.system
    states = np.array([20.0, 0.0, 1.0])
    first = integrated(system, VALUES, {}, states, 3.0)
    second = integrated(system, VALUES, {}, first, 3.0)
    third = integrated(system, VALUES, {"A": 4.0}, second, 1.5)
    heavy = {**VALUES, "WT": 95.0}
    fourth = integrated(system, heavy, {"A": 4.0}, third, 1.5)
    fifth = integrated(system, heavy, {}, fourth, 3.0)
    sixth = integrated(system, heavy, {}, np.array([0.0, 4.0, 1.0]), 3.0)
    wanted = np.array([first, second, third, fifth, sixth])
    np.testing.assert_allclose(out[1, 0, 1:], wanted[:, 0], rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(out[2, 0, 1:], wanted[:, 2], rtol=1e-9)
    np.testing.assert_allclose(out[0, 0, [0, 1, 2]], [0.0, first[1] / 30, second[1] / 30], rtol=1e-9)
    assert told.failure.tolist() == [0]


def test_every_row_is_as_good_as_the_tolerance_says(saturable: Ensemble) -> None:
    """Steps end at rows, so that the error is controlled there, on a fine grid as on a coarse one."""
    times = 0.05 * np.arange(1, 481)
    fine = course([(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 480, 0)], [0.05], [20.0])
    coarse = course([(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 4, 0)], [6.0], [20.0])
    wanted = solve_ivp(
        slopes(saturable.system, VALUES, {}),
        (0, 24),
        [20.0, 0.0, 1.0],
        method="DOP853",
        rtol=1e-12,
        atol=1e-14,
        t_eval=times,
    )
    for one, rows in ((fine, slice(None)), (coarse, slice(119, None, 120))):
        out, _ = run(saturable, [one], {}, 1, tolerance=Tolerance(1e-8, 1e-10))
        assert np.max(np.abs(out[0, 0] - wanted.y[1, rows] / 30)) < 1e-7 * np.max(wanted.y[1] / 30)
        assert np.max(np.abs(out[2, 0] - wanted.y[2, rows])) < 1e-7


def test_an_integral_is_the_area_under_the_rows(saturable: Ensemble) -> None:
    """The integral state of an output agrees with SciPy's quadrature of SciPy's solution."""
    one = course([(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 1, 0)], [24.0], [20.0])
    out, _ = run(saturable, [one], {}, 1, tolerance=TIGHT)
    solved = solve_ivp(
        slopes(saturable.system, VALUES, {}),
        (0, 24),
        [20.0, 0.0, 1.0],
        method="DOP853",
        rtol=1e-11,
        atol=1e-13,
        dense_output=True,
    )
    area, _ = quad(lambda time: float(solved.sol(time)[1]) / 30, 0, 24, limit=500, epsabs=1e-11)
    assert out[3, 0, 0] == pytest.approx(area, rel=1e-8)


@pytest.mark.parametrize(
    ("values", "cycle"),
    [
        ([20.0, 0.0, 0.0, 12.0, 12.0], [(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 1, -1)]),
        (
            [0.0, 4.0, 5.0, 12.0, 12.0],
            [(Op.RATE, 1, 1, 0), (Op.RUN, 1, 1, -1), (Op.RATE, 1, -1, 0), (Op.RUN, 2, 1, -1)],
        ),
    ],
    ids=["bolus", "infusion"],
)
def test_a_steady_state_is_where_repeating_leads(
    saturable: Ensemble, values: list[float], cycle: list[tuple[int, int, int, int]]
) -> None:
    """The state that is looked for is the one after two hundred doses given one by one."""
    state = 0 if values[1] == 0 else 1
    durations = [12.0, 5.0, 7.0]
    sought = course([(Op.STEADY, 1, state, 0), (Op.WRITE, 0, 0, 0)], durations, values)
    given = course([*cycle * 200, (Op.WRITE, 0, 0, 0)], durations, values)
    tolerance = Tolerance(1e-10, 1e-12)
    found, told = run(saturable, [sought], {}, 1, tolerance=tolerance)
    wanted, _ = run(saturable, [given], {}, 1, tolerance=tolerance)
    np.testing.assert_allclose(found[:3, 0, 0], wanted[:3, 0, 0], rtol=1e-8, atol=1e-12)
    assert 0 < told.cycles[0] < 100


def test_an_infusion_longer_than_its_interval_overlaps_itself(saturable: Ensemble) -> None:
    """At steady state an infusion of 15 h every 6 h runs twice or three times at once; its mean rate is what counts."""
    one = course([(Op.STEADY, 1, 1, 0), (Op.WRITE, 0, 0, 0)], [], [0.0, 0.5, 15.0, 6.0, 6.0])
    found, _ = run(saturable, [one], {}, 1, tolerance=Tolerance(1e-9, 1e-11))
    cycle = [(Op.RATE, 1, 0, 0), (Op.RUN, 0, 1, -1), (Op.RATE, 1, 1, 0), (Op.RUN, 0, 1, -1)]
    given = course([*cycle * 200, (Op.WRITE, 0, 0, 0)], [3.0], [1.5, 1.0])
    wanted, _ = run(saturable, [given], {}, 1, tolerance=Tolerance(1e-9, 1e-11))
    np.testing.assert_allclose(found[:3, 0, 0], wanted[:3, 0, 0], rtol=1e-7)


def test_a_steady_state_at_a_phase_and_in_addition(saturable: Ensemble) -> None:
    """The phase counts from the last implied dose; mode 2 adds what the doses bring to what is there."""
    at = course([(Op.STEADY, 1, 0, 0), (Op.WRITE, 0, 0, 0)], [], [20.0, 0.0, 0.0, 12.0, 4.0])
    on = course([(Op.STEADY, 1, 0, 0), (Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 1, 0)], [4.0], [20.0, 0.0, 0.0, 12.0, 12.0])
    added = course([(Op.BOLUS, 1, 5, 0), (Op.STEADY, 2, 0, 0), (Op.WRITE, 0, 0, 0)], [], [20.0, 0, 0, 12.0, 4.0, 3.0])
    found = [run(saturable, [one], {}, 1, tolerance=TIGHT)[0][:3, 0, 0] for one in (at, on, added)]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-8)
    np.testing.assert_allclose(found[2] - found[0], [3.0 / 30.0, 0.0, 0.0], atol=1e-9)


def test_an_endless_infusion_leads_to_its_plateau(saturable: Ensemble) -> None:
    """At the plateau nothing moves under the same infusion; it is not running of itself, as with NONMEM."""
    keeps = [(Op.STEADY_RATE, 1, 1, 0), (Op.WRITE, 0, 0, 0), (Op.RATE, 1, 0, 0), (Op.RUN, 0, 1, 1)]
    one = course(keeps, [50.0], [2.0])
    found, _ = run(saturable, [one], {}, 1, tolerance=TIGHT)
    np.testing.assert_allclose(found[:3, 0, 0], found[:3, 0, 1], rtol=1e-9)
    states = np.array([0.0, found[0, 0, 0] * 30.0, found[2, 0, 0]])
    assert np.max(np.abs(slopes(saturable.system, VALUES, {"A": 2.0})(0.0, states))) < 1e-8
    ends, _ = run(saturable, [course([*keeps[:2], keeps[3]], [50.0], [2.0])], {}, 1, tolerance=TIGHT)
    assert ends[0, 0, 1] < 0.5 * ends[0, 0, 0]


def population(count: int) -> dict[str, Floats]:
    """Parameters of many subjects, some ten times apart."""
    rng = np.random.default_rng(11)
    return {name: VALUES[name] * np.exp(0.6 * rng.standard_normal(count)) for name in ("KA", "VM", "KM", "V")}


def test_results_do_not_depend_on_threads_or_company(saturable: Ensemble) -> None:
    """Bit for bit the same on one and two threads, alone and among others, on one course or in several."""
    count = 300
    operations = [(Op.STEADY, 1, 0, 1), (Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 9, 0), (Op.BOLUS, 0, 0, 0), (Op.RUN, 1, 40, 9)]
    shared = course(operations, [1.0, 0.1], [20.0, 1.0, 0, 0, 8.0, 8.0], subjects=count)
    values = population(count)
    one, told = run(saturable, [shared], values, count, threads=1)
    two, _ = run(saturable, [shared], values, count, threads=2)
    assert np.array_equal(one, two)
    assert not told.failure.any()
    for i in (0, 7, 123, 299):
        alone, _ = run(
            saturable,
            [course(operations, [1.0, 0.1], [20.0, 1.0, 0, 0, 8.0, 8.0])],
            {k: v[[i]] for k, v in values.items()},
            1,
        )
        assert np.array_equal(alone[:, 0], one[:, i])
    parts = [
        Course(np.arange(k, count, 3), shared.operations, shared.durations, shared.values, {}, 0.0, shared.rows)
        for k in range(3)
    ]
    several, _ = run(saturable, parts, values, count)
    assert np.array_equal(several, one)


def test_durations_and_amounts_may_be_a_subjects_own(saturable: Ensemble) -> None:
    """Columns of one number per subject are read by subject."""
    own = course([(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 1, 0)], [1.0], [20.0], subjects=3)
    lengths, amounts = np.array([[1.0, 2.0, 4.0]]), np.array([[20.0, 5.0, 1.0]])
    found, _ = run(
        saturable, [Course(own.subjects, own.operations, lengths, amounts, {}, 0.0, 1)], {}, 3, tolerance=TIGHT
    )
    np.testing.assert_allclose(found[1, :, 0], amounts[0] * np.exp(-1.2 * lengths[0]), rtol=1e-9)


def test_a_subject_that_fails_is_named_and_the_others_go_on(saturable: Ensemble) -> None:
    """Rows that were not reached are NaN, with the reason; nobody else is touched."""
    both = course([(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 3, 0)], [4.0], [20.0], subjects=2)
    values = {**complete(saturable.system, {}), "KA": np.array([1.2, np.nan])}
    found, told = saturable.run([both], values, 2, tolerance=Tolerance(most_steps=500))
    assert np.isfinite(found[:, 0]).all()
    assert np.isnan(found[:, 1]).all()
    assert told.failure[0] == 0
    assert told.failure[1] in FAILURES


def test_where_nothing_is_steady_it_is_said(saturable: Ensemble) -> None:
    """An input beyond what can be eliminated accumulates for ever: no number pretends otherwise."""
    one = course([(Op.STEADY_RATE, 1, 1, 0), (Op.WRITE, 0, 0, 0)], [], [20.0])
    found, told = run(saturable, [one], {}, 1)
    assert np.isnan(found).all()
    assert FAILURES[int(told.failure[0])] == "no steady state was found"


def test_progress_reaches_the_end(saturable: Ensemble) -> None:
    """The share that is done grows to 1."""
    told: list[float] = []
    run(saturable, [course([ALL], [], subjects=600)], {}, 600, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_cannot_be_done_is_refused(saturable: Ensemble) -> None:
    """A lag longer than the interval and an impossible tolerance are faults."""
    late = course([(Op.STEADY, 1, 0, 0)], [], [20.0, 0.0, 0.0, 12.0, -1.0])
    with pytest.raises(InputError, match="late_lag"):
        run(saturable, [late], {}, 1)
    with pytest.raises(InputError, match="2 faults"):
        Tolerance(rtol=0.0, atol=-1.0)


ROBERTSON = System.of(
    {
        "name": "Robertson",
        "time_unit": "s",
        "states": {"A": "1", "B": "1", "C": "1"},
        "parameters": {
            "K1": {"value": 0.04, "unit": "1/s"},
            "K2": {"value": 3e7, "unit": "1/s"},
            "K3": {"value": 1e4, "unit": "1/s"},
        },
        "rates": {"A": "-K1*A + K3*B*C", "B": "K1*A - K3*B*C - K2*B**2", "C": "K2*B**2"},
        "initial": {"A": "1"},
        "outputs": {name: {"expression": name, "unit": "1"} for name in ("A", "B", "C")},
    }
)


@pytest.mark.slow
def test_the_rosenbrock_method_solves_a_stiff_problem() -> None:
    """Robertson's kinetics to 1e5 s agree with SciPy's Radau; mass is kept; the explicit method would need millions."""
    ends = [0.4, 40.0, 4e3, 1e5]
    one = course([(Op.RUN, i, 1, i) for i in range(4)], list(np.diff([0.0, *ends])))
    tolerance = Tolerance(rtol=1e-9, atol=1e-13)
    found, told = run(Ensemble(ROBERTSON, "rosenbrock"), [one], {}, 1, tolerance=tolerance)
    values = {name: item.value for name, item in ROBERTSON.parameters.items()}
    wanted = solve_ivp(
        slopes(ROBERTSON, values, {}), (0.0, 1e5), [1.0, 0.0, 0.0], method="Radau", rtol=1e-11, atol=1e-16, t_eval=ends
    )
    np.testing.assert_allclose(found[:, 0], wanted.y, rtol=2e-7)
    np.testing.assert_allclose(found[:, 0].sum(axis=0), 1.0, rtol=1e-12)
    assert told.taken[0] < 2000


# A rate that looks at the time, and functions that no processor does for eight numbers at once.
TIMED = System.of(
    {
        "name": "day and night",
        "states": {"A": "?", "P": "?"},
        "parameters": {"K": {"value": 0.2, "unit": "?"}, "HILL": {"value": 1.7, "unit": "?"}},
        "assignments": {"wave": "exp(-(2*t - 12)**2/32) + log(2 + 1.5*t)/10", "sat": "A**HILL/(1 + A**HILL)"},
        "rates": {"A": "wave - K*A - 0.3*sat", "P": "sqrt(1 + A) + exp(-sat)*0.1 - 0.1*P"},
        "outputs": {
            "A_now": {"expression": "A", "unit": "?"},
            "with_time": {"expression": "P + t + max(A - 1, 0) - min(A, 2)", "unit": "?"},
        },
    }
)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_rates_may_depend_on_the_time(method: Method) -> None:
    """A driven system agrees with SciPy at its own order, and an output may name the time."""
    one = course([(Op.RUN, 0, 3, 0)], [4.0])
    found, _ = run(Ensemble(TIMED, method), [one], {}, 1, tolerance=Tolerance(1e-9, 1e-11))
    wanted = np.array([0.0, 0.0])
    for i in range(3):
        wanted = integrated(TIMED, {"K": 0.2, "HILL": 1.7}, {}, wanted, 4.0, 4.0 * i)
        np.testing.assert_allclose(found[0, 0, i], wanted[0], rtol=1e-7)
        np.testing.assert_allclose(
            found[1, 0, i], wanted[1] + 4.0 * (i + 1) + max(wanted[0] - 1, 0) - min(wanted[0], 2), rtol=1e-7
        )
    searching = course([(Op.STEADY_RATE, 1, 0, 0)], [], [1.0])
    with pytest.raises(InputError, match="do not depend on the time"):
        run(Ensemble(TIMED, method), [searching], {}, 1)


@pytest.mark.slow
def test_rates_may_have_kinks() -> None:
    """Least and greatest of two flows, and their slopes in the Jacobian, agree with SciPy in short steps."""
    capped = System.of(
        {
            "name": "capped",
            "states": {"A": "mg", "B": "mg"},
            "parameters": {"K": {"value": 0.5, "unit": "1/h"}, "MOST": {"value": 2, "unit": "mg/h"}},
            "assignments": {"flow": "min(K*A, MOST)", "back": "max(0.1*B - 0.2, 0)"},
            "rates": {"A": "back - flow", "B": "flow - back"},
            "entries": {"A": {}},
            "outputs": {"A_now": {"expression": "A", "unit": "mg"}, "B_now": {"expression": "B", "unit": "mg"}},
        }
    )
    one = course([(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 5, 0)], [2.0], [10.0])
    found, _ = run(Ensemble(capped, "rosenbrock"), [one], {}, 1, tolerance=Tolerance(1e-9, 1e-11))
    wanted = solve_ivp(
        slopes(capped, {"K": 0.5, "MOST": 2.0}, {}),
        (0.0, 10.0),
        [10.0, 0.0],
        method="LSODA",
        rtol=1e-12,
        atol=1e-13,
        t_eval=np.arange(2.0, 11.0, 2.0),
        max_step=0.01,
    )
    np.testing.assert_allclose(found[:, 0], wanted.y, rtol=1e-7)
    np.testing.assert_allclose(found[:, 0].sum(axis=0), 10.0, rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "order", "steps"), [("explicit", 8, 8), ("rosenbrock", 5, 64)])
def test_a_method_has_its_order(method: Method, order: int, steps: int) -> None:
    """Halving the steps of a driven nonlinear problem divides the error by about 2 to the order."""
    made = Ensemble(TIMED, method).program
    wanted = integrated(TIMED, {"K": 0.2, "HILL": 1.7}, {}, np.array([1.5, 0.5]), 8.0)
    errors = [_fixed(made, np.zeros(made.SIZE), count, wanted) for count in (steps, 2 * steps)]
    assert np.log2(errors[0] / errors[1]) > order - 0.7


def _fixed(made: Any, w: Floats, steps: int, wanted: Floats) -> float:
    """The error after so many equal steps over eight hours."""
    from numba import njit

    @njit
    def go(w: Floats, steps: int) -> None:
        made_hoist(w)
        made_slopes(w)
        for i in range(made_states * 8):
            w[made_f + i] = w[made_f_new + i]
        for _ in range(steps):
            made_step(w, 1e-6)
            for i in range(made_states * 8):
                w[made_y + i] = w[made_y_new + i]
                w[made_f + i] = w[made_f_new + i]
            w[made_t] += w[made_h]

    made_hoist, made_slopes, made_step = made.hoist, made.slopes, made.step
    made_states, made_f, made_f_new, made_y, made_y_new = made.STATES, made.F, made.F_NEW, made.Y, made.Y_NEW
    made_t, made_h = made.T, made.H
    w[made.VALUE], w[made.VALUE + 8] = 0.2, 1.7
    w[made.Y], w[made.Y + 8] = 1.5, 0.5
    w[made.H] = 8.0 / steps
    go(w, steps)
    return float(np.max(np.abs(np.array([w[made.Y], w[made.Y + 8]]) - wanted)))


def test_the_coefficients_of_the_explicit_method_are_those_of_scipy() -> None:
    """Every weight of every stage and estimate, bit for bit."""
    rows = [*dop853.A, dop853.B, dop853.ERROR_5, dop853.ERROR_3]
    theirs = [*DOP853.A[1:], DOP853.B, DOP853.E5, DOP853.E3]
    for own, row in zip(rows, theirs, strict=True):
        assert own == {i: weight for i, weight in enumerate(row.tolist()) if weight != 0.0}
    assert list(dop853.NODES) == DOP853.C.tolist()


def test_an_elimination_solves_what_numpy_solves() -> None:
    """The statements of a sparse elimination, run as Python, give NumPy's solution."""
    rng = np.random.default_rng(5)
    pattern = [(i, j) for i in range(7) for j in range(7) if i != j and rng.random() < 0.3]
    matrix = np.diag(rng.uniform(3, 5, 7))
    for i, j in pattern:
        matrix[i, j] = rng.standard_normal()
    right = rng.standard_normal(7)
    steps = elimination(7, pattern)
    space: dict[str, float] = {f"a_{i}_{j}": matrix[i, j] for i, j in [*steps.filled, *((k, k) for k in range(7))]}
    space |= {f"b_{i}": right[i] for i in range(7)}
    cell = {(i, j): f"a_{i}_{j}" for i, j in [*steps.filled, *((k, k) for k in range(7))]}
    known = {"fma": lambda a, b, c: a * b + c}
    exec("\n".join([*factorise(steps), *substitute(steps, cell)]), known, space)  # noqa: S102 - the test's own program
    np.testing.assert_allclose([space[f"b_{i}"] for i in range(7)], np.linalg.solve(matrix, right), rtol=1e-12)


def test_told_counts_steps(saturable: Ensemble) -> None:
    """A tighter tolerance takes more steps."""
    one = course([(Op.BOLUS, 0, 0, 0), (Op.RUN, 0, 1, 0)], [24.0], [20.0])
    runs: list[Told] = [run(saturable, [one], {}, 1, tolerance=Tolerance(rtol, 1e-12))[1] for rtol in (1e-4, 1e-9)]
    assert 0 < runs[0].taken[0] < runs[1].taken[0]
