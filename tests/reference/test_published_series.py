"""Single-patient series whose results are published or were computed by other programs, reproduced to the last digit.

The data and the figures stand in the shared data folder (`nof1/`, its README names every source):
- `series84`: simulated; posterior by an independent quadrature (1.0320) and by brms (mean -2.058, SD 1.032).
- `melatonin`: one person over 70 days, daily randomised (haomeng797-ship-it/nof1kit at 43d7ab7, study CC-BY-4.0); REML
  with AR(1) residuals by R's nlme::gls, run for this project.
- `sleep`: Cushny and Peebles 1905, R datasets::sleep; the paired t-test.

Lambert and Saddler (scdhlm) are multi-case series: their standardised differences and REML fits pool several people and
are therefore out of scope here; they belong to pooling. The brms posterior of the melatonin trial conditions on lagged
mood and on other ratings of the same day, which is another estimand.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import t as student
from typer.testing import CliRunner

from equipoise.analyse import analyse
from equipoise.analyse.columns import columns
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.moments import moments
from equipoise.cli.app import app
from equipoise.exchange.table_in import read_table
from equipoise.exchange.trial_in import Reading, trial_of
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import WEAK, Prior
from equipoise.model.schedule import Exposure, Floats, Schedule

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def nof1(shared_data: Path) -> Path:
    """The folder of the single-patient series."""
    return shared_data / "nof1"


@pytest.fixture(scope="module")
def published(nof1: Path) -> dict[str, Any]:
    """What papers and other programs print for them."""
    return json.loads((nof1 / "published_results.json").read_text("utf-8"))


def digits(value: float, printed: str) -> bool:
    """Whether a value rounds to what was printed, digit by digit."""
    return f"{value:.{len(printed.partition('.')[2])}f}" == printed


SERIES84 = {"mean": "-2.0537", "sd": "1.0320", "low": "-4.100", "high": "-0.025", "below": "0.97629", "phi": "0.4369"}


def test_figures_of_series84_are_those_published(published: dict[str, Any]) -> None:
    """The digits that the tests below ask for are the ones in the published file."""
    fine = published["series84"]["quadrature_fine"]
    wanted = (fine["b_mean"], fine["b_sd"], *fine["ci95"], fine["P_b_lt_0"], fine["phi"], fine["s"])
    assert tuple(map(float, (*SERIES84.values(), "2.7884"))) == wanted


def test_series84_by_the_program_interface(nof1: Path) -> None:
    """Mean, SD, interval, probability, correlation and innovation SD agree in every printed digit."""
    table = read_table(nof1 / "series84.csv")
    schedule, seen, _ = trial_of(table, Reading(time="day", outcome="y", on="trt"))
    answer = analyse(schedule, seen, prior=replace(WEAK, s0=float(np.std(seen.values, ddof=1))))
    effect = answer.effect
    found = {
        "mean": effect.mean,
        "sd": effect.sd,
        "low": effect.interval[0],
        "high": effect.interval[1],
        "below": effect.p_below_zero,
        "phi": answer.phi.mean,
    }
    assert {name: digits(value, SERIES84[name]) for name, value in found.items()} == dict.fromkeys(SERIES84, True)


def test_innovation_sd_of_series84(nof1: Path) -> None:
    """The SD of the daily innovation is the spread times sqrt(1 - phi^2), averaged over the posterior: 2.7884."""
    table = read_table(nof1 / "series84.csv")
    schedule, seen, _ = trial_of(table, Reading(time="day", outcome="y", on="trt"))
    prior = replace(WEAK, s0=float(np.std(seen.values, ddof=1)))
    fit = fit_gaussian(schedule, seen, prior, Plan())
    assert digits(float(fit.weight @ (fit.spread * np.sqrt(1.0 - fit.phi**2))), "2.7884")


def test_series84_by_the_command(nof1: Path) -> None:
    """`equipoise analyse --prior weak --s0 sd --json` prints the same digits."""
    options = ["--time", "day", "--outcome", "y", "--on", "trt", "--prior", "weak", "--s0", "sd", "--json"]
    done = CliRunner().invoke(app, ["analyse", str(nof1 / "series84.csv"), *options])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    effect = answer["effect"]
    low, high = effect["interval_95"]
    found = (effect["mean"], effect["sd"], low, high, effect["p_below_zero"], answer["phi"]["mean"])
    assert all(digits(value, wanted) for value, wanted in zip(found, SERIES84.values(), strict=True))


def test_series84_with_missing_ratings_is_still_near(nof1: Path) -> None:
    """The column with missing ratings is analysed without imputation; the effect stays within an SD of the full one."""
    table = read_table(nof1 / "series84.csv")
    schedule, seen, _ = trial_of(table, Reading(time="day", outcome="y_missing", on="trt"))
    assert seen.missing > 0
    answer = analyse(schedule, seen, prior=replace(WEAK, s0=float(np.nanstd(seen.values, ddof=1))))
    assert answer.effect.mean == pytest.approx(-2.0537, abs=1.0320)
    assert answer.effect.sd > 1.0320


def daily_melatonin(nof1: Path) -> tuple[Floats, Floats, Floats]:
    """Day, mean mood and melatonin (0 or 1) of each of the 70 days."""
    by_day: dict[float, list[tuple[float, float]]] = {}
    with (nof1 / "melatonin_ema_obs.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_day.setdefault(float(row["study_day"]), []).append((float(row["mood"]), float(row["melatonin"])))
    days = np.array(sorted(by_day))
    mood = np.array([np.mean([rating for rating, _ in by_day[day]]) for day in days])
    taken = np.array([by_day[day][0][1] for day in days])
    return days, mood, taken


def test_melatonin_reml_from_the_moments(nof1: Path, published: dict[str, Any]) -> None:
    """Maximising the restricted likelihood built from the program's own moments gives the figures of nlme::gls."""
    wanted = published["melatonin_gls_ar1_own"]
    days, mood, taken = daily_melatonin(nof1)
    assert days.size == 70
    schedule = Schedule("alternating_days", Exposure(days - 1.0, taken))
    found = columns(schedule, Observations(days, mood), Prior(s0=1.0, centre=0.0), "linear", 1)
    held = moments(found, days, mood[None])

    def restricted(phi: float) -> tuple[float, Floats, Floats]:
        products, log_det = held.whitened(np.full((1, 1, 1), phi), np)
        full = np.array([[float(products[min(i, j), max(i, j)].item()) for j in range(4)] for i in range(4)])
        inner, cross = full[:3, :3], full[:3, 3]
        estimate = np.linalg.solve(inner, cross)
        variance = (full[3, 3] - cross @ estimate) / (days.size - 3)
        log_likelihood = -0.5 * (
            (days.size - 3) * np.log(variance) + float(log_det.item()) + np.linalg.slogdet(inner)[1]
        )
        return log_likelihood, estimate * found.sd, variance * np.diag(np.linalg.inv(inner)) * found.sd**2

    best = minimize_scalar(lambda phi: -restricted(phi)[0], bounds=(-0.9, 0.9), options={"xatol": 1e-10})
    _, estimate, variance = restricted(float(best.x))
    per_day = estimate[1] / ((days[-1] - days[0] + 1.0) / 2.0)
    assert estimate[2] == pytest.approx(wanted["melatonin"], abs=1e-5)
    assert np.sqrt(variance[2]) == pytest.approx(wanted["se"], abs=1e-5)
    assert per_day == pytest.approx(wanted["day_slope"], abs=1e-5)
    assert float(best.x) == pytest.approx(wanted["phi"], abs=1e-5)


def test_melatonin_posterior_is_near_reml(nof1: Path, published: dict[str, Any]) -> None:
    """With a weak prior the posterior of the daily means lies within a tenth of an SE of the REML estimate."""
    wanted = published["melatonin_gls_ar1_own"]
    days, mood, taken = daily_melatonin(nof1)
    schedule = Schedule("alternating_days", Exposure(days - 1.0, taken))
    prior = replace(WEAK, s0=float(np.std(mood, ddof=1)))
    answer = analyse(schedule, Observations(days, mood, better="higher"), prior=prior)
    assert answer.effect.mean == pytest.approx(wanted["melatonin"], abs=0.1 * wanted["se"])
    assert answer.effect.sd == pytest.approx(wanted["se"], rel=0.1)


def test_cushny_peebles_is_the_limit_without_correlation(nof1: Path, published: dict[str, Any]) -> None:
    """Without correlation, the moments of ten paired differences under one column give the paired t-test."""
    wanted = published["sleep_paired_t"]
    with (nof1 / "cushny_peebles_sleep.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    extra = np.array([float(row["extra"]) for row in rows])
    group = np.array([row["group"] for row in rows])
    gap = extra[group == "1"] - extra[group == "2"]
    found = columns(
        Schedule("observational", Exposure((0.0,), (1.0,))),
        Observations(np.arange(1.0, 11.0), gap),
        Prior(s0=1.0, centre=0.0),
        "none",
        1,
    )
    products, _ = moments(found, np.arange(1.0, 11.0), gap[None]).whitened(np.zeros((1, 1, 1)), np)
    inner, cross, square = (float(products[key].item()) for key in ((1, 1), (1, 2), (2, 2)))
    mean, se = cross / inner, np.sqrt((square - cross**2 / inner) / 9 / inner)
    assert mean == pytest.approx(wanted["mean_diff"], abs=1e-9)
    assert mean / se == pytest.approx(wanted["t"], abs=1e-6)
    assert 2.0 * student.cdf(mean / se, 9) == pytest.approx(wanted["p"], abs=1e-8)
