"""The fit of kinetics to published figures: exact courses, extremes of samples, draws with several peaks, recovery."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

from equipoise.errors import InputError
from equipoise.model.kinetics import ContentFigure, KineticFigure, KineticModel, KineticStudy, LogPrior
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.summaries.anneal import anneal
from equipoise.pharmacology.summaries.blocks import Values, blocks
from equipoise.pharmacology.summaries.content import fit_content
from equipoise.pharmacology.summaries.fit import fit_parts, independent, kinetic_fit
from equipoise.pharmacology.summaries.likelihood import Part
from equipoise.pharmacology.summaries.modes import Dosing, modes
from equipoise.pharmacology.summaries.orders import highest, span
from equipoise.pharmacology.summaries.people import virtual_people
from equipoise.pharmacology.summaries.predict import Predictor

KNOWN: dict[str, Any] = {
    "sources": (),
    "date": dt.date(2026, 1, 1),
    "certainty": "low",
    "read": True,
}
TWO: dict[str, Any] = {
    "name": "two substances, one with a metabolite",
    "states": {"G": "nmol", "A": "nmol", "P": "nmol", "M": "nmol", "B": "nmol"},
    "rates": {
        "G": "-KA*G",
        "A": "KA*G - CL/V*A - Q/V*A + Q/W*P",
        "P": "Q/V*A - Q/W*P",
        "M": "CL/V*A - K*M",
        "B": "-KB*B",
    },
    "entries": {"G": {}, "B": {"bioavailability": "F"}},
    "outputs": {
        "parent": {"expression": "A/V", "unit": "nM"},
        "metabolite": {"expression": "M/V", "unit": "nM"},
        "other": {"expression": "B/V", "unit": "nM"},
    },
}
UNITS = {"KA": "1/h", "CL": "L/h", "V": "L", "Q": "L/h", "W": "L", "K": "1/h", "KB": "1/h", "F": "1"}
VALUES = {"KA": 1.2, "CL": 8.0, "V": 40.0, "Q": 15.0, "W": 300.0, "K": 0.4, "KB": 0.3, "F": 0.5}


def system(values: dict[str, float] = VALUES) -> System:
    """The two substances with numbers."""
    return System.of({**TWO, "parameters": {k: {"value": v, "unit": UNITS[k]} for k, v in values.items()}})


def arrays(values: dict[str, float]) -> Values:
    """Each value for one subject."""
    return {name: np.array([value]) for name, value in values.items()}


def by_expm(values: dict[str, float], doses: int, interval_h: float, times: np.ndarray) -> np.ndarray:
    """Parent and metabolite by the matrix exponential of SciPy: (outputs, times)."""
    v = values
    a = np.array(
        [
            [-v["KA"], 0, 0, 0],
            [v["KA"], -(v["CL"] + v["Q"]) / v["V"], v["Q"] / v["W"], 0],
            [0, v["Q"] / v["V"], -v["Q"] / v["W"], 0],
            [0, v["CL"] / v["V"], 0, -v["K"]],
        ]
    )
    start = sum(expm(a * interval_h * k) @ np.array([1000.0, 0, 0, 0]) for k in range(doses))
    states = np.array([expm(a * t) @ start for t in times])
    return np.array([states[:, 1], states[:, 3]]) / v["V"]


@pytest.mark.parametrize("doses", [1, 15])
def test_courses_are_those_of_the_matrix_exponential(doses: int) -> None:
    """Parent and metabolite after one dose and after fifteen, to ten digits."""
    times = np.array([0.0, 0.3, 1.0, 5.0, 24.0, 100.0])
    wanted = by_expm(VALUES, doses, 24.0, times)
    for row, output in enumerate(("parent", "metabolite")):
        found = modes(blocks(system())[output].at(arrays(VALUES))).course(Dosing({"G": 1000.0}, doses, 24.0))
        assert found.at(times)[0] == pytest.approx(wanted[row], rel=1e-7, abs=1e-9)


def test_endless_doses_are_the_limit_of_many() -> None:
    """Steady state equals the two-hundredth dose."""
    solved = modes(blocks(system())["parent"].at(arrays(VALUES)))
    many, endless = (solved.course(Dosing({"G": 1.0}, doses, 24.0)) for doses in (200, math.inf))
    times = np.array([0.0, 12.0, 24.0])
    assert endless.at(times) == pytest.approx(many.at(times), rel=1e-9)


def test_rates_that_coincide_need_no_special_case() -> None:
    """Absorption, clearance and the metabolite's rate all alike: no division by zero, four digits stay."""
    alike = {**VALUES, "KA": 0.2, "K": 0.2, "CL": 8.0, "Q": 1e-9}
    times = np.array([0.5, 5.0, 50.0])
    wanted = by_expm(alike, 1, 24.0, times)
    for row, output in enumerate(("parent", "metabolite")):
        found = modes(blocks(system())[output].at(arrays(alike))).course(Dosing({"G": 1000.0}))
        assert found.at(times)[0] == pytest.approx(wanted[row], rel=2e-4)


def test_a_block_holds_what_flows_into_its_output_and_nothing_else() -> None:
    """The metabolite needs its parent, the parent not its metabolite; a dose elsewhere is no dose here."""
    found = blocks(system())
    assert found["parent"].states == ("G", "A", "P")
    assert found["metabolite"].states == ("G", "A", "P", "M")
    assert found["other"].states == ("B",)
    assert found["other"].parameters == {"KB", "F", "V"}
    course = modes(found["other"].at(arrays(VALUES))).course(Dosing({"B": 80.0, "G": 7.0}))
    assert course.at(np.array([0.0]))[0, 0] == pytest.approx(1.0)


def test_a_system_that_is_not_linear_is_refused() -> None:
    """The message says which rate is not linear."""
    saturable = {**TWO, "rates": {**TWO["rates"], "A": "KA*G - CL*A/(V + A/V)"}}
    values = {k: {"value": v, "unit": "?"} for k, v in VALUES.items()}
    with pytest.raises(InputError, match="rate of A is not linear"):
        blocks(System.of({**saturable, "parameters": values}))


def test_what_is_read_off_a_course_is_what_a_fine_grid_shows() -> None:
    """Peak, area, crossing, mean time and half-life against sums over a fine grid."""
    found = modes(blocks(system())["parent"].at(arrays(VALUES))).course(Dosing({"G": 1000.0}))
    grid = np.linspace(0.0, 3000.0, 3_000_001)
    values = found.at(grid)[0]
    assert found.peak_h[0] == pytest.approx(grid[np.argmax(values)], abs=1e-3)
    assert found.area(0.0, np.inf)[0] == pytest.approx(np.trapezoid(values, grid), rel=1e-6)
    assert found.area(2.0, 30.0)[0] == pytest.approx(np.trapezoid(values[2000:30001], grid[2000:30001]), rel=1e-6)
    assert found.mean_time[0] == pytest.approx(np.trapezoid(values * grid, grid) / np.trapezoid(values, grid), rel=1e-5)
    crossing = found.falls_to(0.5, found.peak_h, 1e4)[0]
    assert found.at(np.array([crossing]))[0, 0] == pytest.approx(0.5, rel=1e-9)
    assert found.half_life[0] == pytest.approx(math.log(2.0) / -np.log(values[-1] / values[-100_001]) * 100.0, rel=1e-6)


@pytest.mark.parametrize(("n", "mean", "sd"), [(2, 1.128, 0.853), (5, 2.326, 0.864), (10, 3.078, 0.797)])
def test_the_range_of_a_small_sample(n: int, mean: float, sd: float) -> None:
    """The constants d2 and d3 of quality control, as every table has them."""
    assert span(n) == pytest.approx((mean, sd), abs=6e-4)
    assert highest(n)[0] == pytest.approx(mean / 2.0, abs=3e-4)


class TwoPeaks:
    """A posterior with two narrow peaks, one of them three times the other."""

    centre = np.zeros(2)
    sd = np.full(2, 3.0)

    def log_likelihood(self, logs: np.ndarray) -> np.ndarray:
        """Peaks at (-2, 0) and (2, 0)."""
        far = [((logs - np.array([x, 0.0])) ** 2).sum(axis=1) / (2.0 * 0.3**2) for x in (-2.0, 2.0)]
        return np.logaddexp(math.log(3.0) - far[0], -far[1])

    def log_prior(self, logs: np.ndarray) -> np.ndarray:
        """Wide about the middle."""
        return -((logs / self.sd) ** 2).sum(axis=1) / 2.0


def test_draws_keep_both_peaks_with_their_weights() -> None:
    """Three quarters of the draws lie about the heavier peak, within the error of so many draws; nothing between."""
    found = anneal(TwoPeaks(), 2000, seed=4)
    assert (found.draws[:, 0] < 0.0).mean() == pytest.approx(0.75, abs=0.05)
    assert (np.abs(found.draws[:, 0]) < 0.5).sum() == 0
    assert found.distinct > 0.9


def test_the_same_seed_gives_the_same_draws() -> None:
    """And another one gives others."""
    first, again, other = (anneal(TwoPeaks(), 200, seed=seed).draws for seed in (1, 1, 2))
    assert (first == again).all()
    assert not (first == other).any()


MODEL = KineticModel.model_validate(
    {
        **KNOWN,
        "id": "one",
        "system": {
            "name": "one compartment",
            "states": {"G": "mg", "A": "mg"},
            "rates": {"G": "-KA*G", "A": "KA*G - CL/V*A"},
            "entries": {"G": {}},
            "outputs": {"a": {"expression": "A/(V*MM)", "unit": "nM"}},
        },
        "analytes": [{"constituent": "a", "output": "a", "entry": "G", "molar_mass": 500.0, "because": "test"}],
        "parameters": [
            {"name": "MM", "unit": "mg/nmol", "prior": {"median": 5e-4, "log_sd": 0.0}},
            {"name": "KA", "unit": "1/h", "prior": {"median": 1.0, "log_sd": 0.4}, "varies": "all"},
            {"name": "CL", "unit": "L/h", "prior": {"median": 30.0, "log_sd": 2.0}, "varies": "all"},
            {"name": "V", "unit": "L", "prior": {"median": 300.0, "log_sd": 2.0}, "varies": "all"},
        ],
        "spreads": {"all": {"median": 0.3, "log_sd": 0.3}},
        "rule": {
            "window_h": {"median": 48.0, "log_sd": 0.3},
            "quantification_nm": {"median": 0.1, "log_sd": 0.3},
            "heterogeneity": {"median": 0.05, "log_sd": 0.2},
            "content": {"median": 0.6, "log_sd": 0.5},
            "groups": 5,
            "group_n": 8,
            "steady_share": 0.9,
            "samples_h": [0.5, 1, 2, 4, 8, 12, 16, 24, 36, 48],
            "draws": 400,
            "people": 400,
            "seed": 3,
            "because": "test",
        },
        "carry_over": {"analyte": "a", "because": "test"},
    }
)
STUDY = KineticStudy.model_validate(
    {**KNOWN, "id": "s", "laboratory": "l", "what": "test", "amount_mg": {"a": [50, 50]}, "doses": 1}
)
TRUE = {"KA": 0.8, "CL": 12.0, "V": 150.0}


def figure(quantity: str, middle: float, **more: Any) -> KineticFigure:
    """A median of 40 people who differ by about a third."""
    given = {"given": "median", "value": middle, "low": middle / 2.0, "high": middle * 2.0, "n": 40}
    named = {"id": f"{quantity}_{len(more)}", "study": "s", "analyte": "a", "quantity": quantity}
    return KineticFigure.model_validate({**KNOWN, **named, **given, **more})


def true_figures() -> list[KineticFigure]:
    """What a study of these people would report."""
    ka, k = TRUE["KA"], TRUE["CL"] / TRUE["V"]
    tmax = math.log(ka / k) / (ka - k)
    dose = 50e6 / 500.0
    return [
        figure("cmax", dose / TRUE["V"] * math.exp(-k * tmax)),
        figure("tmax", tmax),
        figure("half_life", math.log(2.0) / k),
        figure("auc_inf", dose / TRUE["CL"]),
    ]


def typical(spread: float, floor: float) -> Values:
    """The true parameters with a spread between people, a window of two days and a limit of quantification."""
    return arrays({**TRUE, "MM": 5e-4, "spread.all": spread, "window.s": 48.0, "floor.l": floor})


def test_a_fit_finds_the_parameters_that_made_the_figures() -> None:
    """Each true value lies within two posterior SDs, and the SDs are small: four figures settle three parameters.

    What is believed of KA rules out the twin in which absorption is the slow step.
    """
    part = Part(MODEL, [STUDY], true_figures(), {"a"})
    found = anneal(part, 400, seed=1)
    names = [item.name for item in part.free]
    for name, value in TRUE.items():
        logs = found.draws[:, names.index(name)]
        assert abs(logs.mean() - math.log(value)) < 2.0 * logs.std()
        assert logs.std() < 0.3


def test_everything_that_is_kept_of_a_fit() -> None:
    """Predictions stand beside the figures with ratio and range; the hand-over follows from the same people."""
    figures = [*true_figures(), figure("cl_f", 12.0, follows_from="auc_inf_0"), figure("vz_f", 9999.0, left_out="odd")]
    heard: list[float] = []
    parts = fit_parts(MODEL, [STUDY], figures, lambda _name, share: heard.append(share))
    found = kinetic_fit(
        MODEL, [STUDY], figures, [], parts, inputs="x", date=dt.date(2026, 1, 1), versions={"numpy": "2"}
    )
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert [item.id for item in found.figures] == [item.id for item in figures]
    shown = {item.id: item for item in found.figures}
    assert all(shown[item.id].inside for item in figures[:5])
    assert shown["cl_f_1"].ratio == pytest.approx(1.0, abs=0.2)
    assert shown["vz_f_1"].inside is False
    assert found.hand_over.half_life_days.median == pytest.approx(
        math.log(2.0) * (1.0 / TRUE["KA"] + TRUE["V"] / TRUE["CL"]) / 24.0, rel=0.2
    )
    assert sum(found.hand_over.kernel) == pytest.approx(1.0, abs=1e-4)
    shares = [item.median_days for item in found.hand_over.washout]
    assert shares == sorted(shares)
    assert found.parts[0].covariance[0][0] == pytest.approx(found.parts[0].parameters[0].log_sd ** 2, rel=1e-3)


def test_a_figure_that_is_left_out_changes_nothing() -> None:
    """A wild value with its reason is predicted, and the fit is the same as without it."""
    figures = true_figures()
    wild = figure("cmax", 1e6, left_out="an error of the unit")
    logs = np.zeros((3, len(Part(MODEL, [STUDY], figures, {"a"}).free)))
    assert (
        Part(MODEL, [STUDY], figures, {"a"}).log_likelihood(logs)
        == Part(MODEL, [STUDY], [*figures, wild], {"a"}).log_likelihood(logs)
    ).all()


def test_the_typical_population_stands_for_many_people() -> None:
    """Median and spread of 32 people are those of 4,000 drawn at random, to a few per cent."""
    predictor = Predictor(MODEL, [STUDY])
    points = typical(spread=0.3, floor=0.01)
    rng = np.random.default_rng(5)
    many = {name: np.repeat(value, 4000) for name, value in points.items()}
    for name in TRUE:
        many[name] = many[name] * np.exp(0.3 * rng.standard_normal(4000))
    for item in true_figures():
        found = predictor.predict([item], points)
        people = np.log(predictor.people(item, many))
        assert found.logs[0, 0] == pytest.approx(np.median(people), abs=0.04)
        assert found.spreads[0, 0] == pytest.approx(people.std(), rel=0.15)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"given": "mean", "value": 1.0, "sd": 0.3, "low": None, "high": None}, "mean"),
        ({"given": "highest_group", "value": 1.0, "low": None, "high": None, "n": None}, "highest"),
        ({"given": "group_range", "value": None, "low": 0.5, "high": 2.0, "n": None}, "median"),
    ],
)
def test_a_figure_is_predicted_as_it_was_given(given: dict[str, Any], wanted: str) -> None:
    """A mean is the mean, the highest of several groups' means lies above it, a range of medians is for the median."""
    predictor = Predictor(MODEL, [STUDY])
    points = typical(spread=0.4, floor=0.01)
    median = predictor.predict([figure("auc_inf", 1.0)], points).logs[0, 0]
    found = predictor.predict([figure("auc_inf", 1.0, **given)], points).logs[0, 0]
    lift = {"median": 0.0, "mean": 0.4**2 / 2.0, "highest": 0.4**2 / 2.0 + 1.163 * 0.42 / math.sqrt(8)}[wanted]
    assert found - median == pytest.approx(lift, abs=0.03)


def test_at_most_is_no_pull_from_below() -> None:
    """A prediction below the limit is as likely, however far below; above it, less and less so."""
    part = Part(MODEL, [STUDY], [figure("half_life", 10.0, given="at_most", low=None, high=None, n=None)], {"a"})
    names = [item.name for item in part.free]
    points = np.tile(part.centre, (4, 1))
    points[:, names.index("V")] = np.log([30.0, 100.0, 900.0, 1800.0])  # half-lives 0.7, 2.3, 21, 42 h
    likelihood = part.log_likelihood(points)
    assert likelihood[0] == pytest.approx(likelihood[1], abs=1e-6)
    assert likelihood[1] > likelihood[2] > likelihood[3]


def test_parts_that_share_no_parameter_are_fitted_apart() -> None:
    """Two substances are two parts, a parent and its metabolite are one."""
    analytes = [
        {"constituent": name, "output": name, "molar_mass": 1.0, "because": "test"}
        for name in ("parent", "other", "metabolite")
    ]
    system = {**TWO, "outputs": {**TWO["outputs"], "other": {"expression": "B/1", "unit": "nmol"}}}
    parameters = [{"name": k, "unit": u, "prior": {"median": 1.0, "log_sd": 1.0}} for k, u in UNITS.items()]
    model = KineticModel.model_validate(
        {
            **MODEL.model_dump(),
            "system": system,
            "analytes": analytes,
            "parameters": parameters,
            "spreads": {},
            "carry_over": {"analyte": "other", "because": "test"},
        }
    )
    assert independent(model, [STUDY]) == [{"other"}, {"parent", "metabolite"}]


def test_virtual_people_differ_as_the_spread_says() -> None:
    """The log SD of a parameter among people is its posterior SD and its spread together."""
    part = Part(MODEL, [STUDY], true_figures(), {"a"})
    draws = np.tile(part.centre, (10, 1))
    people = virtual_people(part, draws, 20_000, np.random.default_rng(1))
    assert np.log(people["CL"]).std() == pytest.approx(0.3, rel=0.03)
    assert np.ptp(people["window.s"]) == 0.0


def test_the_content_of_products_follows_from_extremes_and_single_values() -> None:
    """Extremes of a thousand-fold sample give its SD; one product borrows it."""
    base = {**KNOWN, "constituent": "a"}
    normal = np.sort(np.random.default_rng(8).standard_normal(1000))
    low, high = (float(10.0 * math.exp(0.5 * normal[k])) for k in (0, -1))
    ranged = ContentFigure.model_validate({**base, "id": "r", "low": low, "high": high, "n": 1000})
    single = ContentFigure.model_validate({**base, "id": "s", "constituent": "b", "value": 3.0})
    wrong = ContentFigure.model_validate({**base, "id": "w", "value": 900.0, "left_out": "an extract"})
    a, b = fit_content([ranged, single, wrong], LogPrior(median=0.6, log_sd=0.5))
    assert (a.constituent, a.borrowed, b.constituent, b.borrowed) == ("a", False, "b", True)
    assert a.median == pytest.approx(10.0, rel=0.25)
    assert a.log_sd == pytest.approx(0.5, rel=0.15)
    assert (b.median, b.log_sd) == (pytest.approx(3.0), a.log_sd)


def test_a_figure_without_what_it_is_given_as_is_refused() -> None:
    """A median without its range, a ratio without its denominator: the message says what is missing."""
    with pytest.raises(ValueError, match="given as median, but without low, high"):
        figure("cmax", 1.0, low=None, high=None)
    with pytest.raises(ValueError, match="relative_to stands with a ratio"):
        figure("ratio", 1.0)
    with pytest.raises(ValueError, match="does not hold the value"):
        figure("cmax", 1.0, low=2.0)


def test_an_occasion_is_cut_by_the_window_and_the_limit_of_quantification() -> None:
    """Two phases: a short window, or a high limit, reads a shorter half-life than the slowest one."""
    solved = modes(blocks(system())["parent"].at(arrays(VALUES)))
    predictor = Predictor(MODEL, [STUDY])
    points = typical(spread=0.3, floor=1e-6)
    own = predictor.occasion(true_figures()[2], "a", points)
    own_floor = float(solved.course(own.dosing).at(np.array([13.0]))[0, 0])
    long = replace(own, modes=solved, times=np.concatenate([own.times, [72.0, 96.0, 120.0]]), window=120.0)
    short, cut = replace(long, window=12.0), replace(long, floor=own_floor)
    slowest = solved.course(own.dosing).half_life[0]
    assert long.analysed.half_life[0] == pytest.approx(slowest, rel=0.05)
    assert short.analysed.half_life[0] < 0.8 * slowest
    assert cut.analysed.half_life[0] < 0.8 * slowest
