"""Operating characteristics: what the analysis itself would say of simulated trials."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind
from small_plans import CARRY_OVER, MOOD, plan

from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.probabilities import beyond, within
from equipoise.design.burden import Burden, burden
from equipoise.design.early_stop import early_stop
from equipoise.design.estimates import share
from equipoise.design.power import operating
from equipoise.design.simulated import simulate
from equipoise.design.trials import found_in, welch
from equipoise.design.truth import Truth, truth_of
from equipoise.errors import InputError
from equipoise.model.plan import Plan
from equipoise.model.trial_design import PlannedAnalysis, PlannedOutcome, TaperStep

LIFE = replace(truth_of(plan(analysis=CARRY_OVER), effect=-2.0, sd=3.0), adherence=0.9, missing=0.1)


@pytest.mark.parametrize("analysis", [CARRY_OVER, CARRY_OVER.model_copy(update={"s0": None, "centre": "baseline"})])
@pytest.mark.parametrize("better", ["lower", "higher"])
def test_a_trial_is_told_as_the_single_analysis_tells_it(analysis: PlannedAnalysis, better: str) -> None:
    """Probabilities of benefit, of one that matters, of none that does, and the interval are those of one diary."""
    design = plan(analysis=analysis, outcomes=(MOOD.model_copy(update={"better": better}),))
    found = found_in(design, LIFE, 5, range(40, 48), intervals=44, nulls=48)
    made = simulate(design, LIFE, seed=5, first=40, count=8)
    for row in range(8):
        schedule, seen = made.diaries.one(row)
        alone = fit_gaussian(schedule, seen, analysis.prior, Plan(several_a_day=False), "fast").mixture
        way = "lower" if better == "lower" else "higher"
        assert found.p_better[row] == pytest.approx(beyond(alone, 0.0, way), abs=1e-10)
        assert found.p_matters[row] == pytest.approx(beyond(alone, 2.0, way), abs=1e-10)
        assert found.p_futile[row] == pytest.approx(within(alone, 1.0), abs=1e-10)
        assert found.p_below_truth[row] == pytest.approx(alone.below(-2.0), abs=1e-10)
        if row < 4:
            assert (found.low[row], found.high[row]) == pytest.approx(alone.interval(0.95), abs=1e-5)
    assert np.isnan(found.low[4:]).all()


def test_threads_change_no_number() -> None:
    """One thread and three give equal results, and so does the same seed again; another seed does not."""
    results = [operating(plan(), LIFE, trials=2_500, seed=2, threads=threads, looked_at=5) for threads in (1, 3)]
    assert results[0] == results[1]
    assert operating(plan(), LIFE, trials=2_500, seed=3, looked_at=5).power != results[0].power


def test_more_trials_keep_the_first_ones() -> None:
    """The trials of a short simulation are the first ones of a long one."""
    short, long = (found_in(plan(), LIFE, 2, range(n), intervals=0, nulls=0).p_better for n in (20, 60))
    assert short == pytest.approx(long[:20], abs=1e-12)


def test_without_an_effect_power_is_the_type_one_error() -> None:
    """Where nothing acts, what is learned is an error; both are the same share of the same trials."""
    found = operating(plan(), replace(LIFE, effect=0.0), trials=1_000, looked_at=0)
    assert found.power == found.type_i_error
    assert found.fits == 1_000


def test_power_grows_with_the_effect_and_decisions_exclude_one_another() -> None:
    """A larger effect is learned more often; the decisions add up to all trials."""
    design = plan(analysis=CARRY_OVER)
    small, large = (operating(design, replace(LIFE, effect=size), trials=500, looked_at=0) for size in (-1.0, -6.0))
    assert small.power.value < large.power.value
    told = large.decisions
    every = (told.benefit, told.harm, told.futile, told.open, told.no_answer)
    assert sum(part.value for part in every) == pytest.approx(1.0)
    assert small.coverage.value > 0.9


def test_trials_that_nobody_could_analyse_have_no_answer() -> None:
    """Where everybody leaves on the first day there is no answer, no power, and no figure that would need one."""
    found = operating(plan(), replace(LIFE, dropout_per_day=1.0), trials=30, looked_at=0)
    assert found.decisions.no_answer.value == 1.0
    assert found.power.value == 0.0
    assert found.coverage.trials == 0
    assert found.coverage.as_json()["value"] is None


def test_plans_that_compare_nothing_are_refused_with_every_fault() -> None:
    """An observation, a likelihood of other ratings and no trials are named together."""
    analysis = PlannedAnalysis(s0=3.0, likelihood="ordinal")
    design = plan(template="observational", blocks=0, period_days=60, analysis=analysis)
    with pytest.raises(InputError) as refused:
        operating(design, LIFE, trials=0)
    assert [fault.path for fault in refused.value.faults] == ["template", "analysis.likelihood", "trials"]


def test_welch_is_that_of_scipy() -> None:
    """The vectorised t-test gives SciPy's one-sided p-values, with missing ratings left out."""
    rng = np.random.default_rng(2)
    values, on = rng.standard_normal((4, 30)), rng.random((4, 30)) < 0.4
    values[0, 3:6] = np.nan
    for sign, side in ((-1.0, "less"), (1.0, "greater")):
        found = welch(values, on, sign)
        for row in range(4):
            given = ~np.isnan(values[row])
            parts = (values[row][given & on[row]], values[row][given & ~on[row]])
            assert found[row] == pytest.approx(ttest_ind(*parts, equal_var=False, alternative=side).pvalue)


def test_progress_is_told_up_to_the_end() -> None:
    """Progress rises to 1."""
    told: list[float] = []
    operating(plan(), LIFE, trials=2_100, progress=told.append, looked_at=0)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_burden_counts_every_outcome() -> None:
    """Ratings and minutes of all outcomes, days, and days with the adjunct are counted from the plan."""
    weekly = PlannedOutcome(id="phq9", label="PHQ-9", every_days=7, minutes=3.0)
    assert burden(plan(outcomes=(MOOD, weekly))) == Burden(ratings=49 + 7, minutes=98.0 + 21.0, days=49, days_on=21)
    steps = (TaperStep(share=0.5, days=10), TaperStep(share=0.0, days=20))
    taper = plan(
        template="supervised_taper",
        blocks=0,
        period_days=0,
        steps=steps,
        outcomes=(PlannedOutcome(id="m", label="m", primary=True),),
    )
    assert burden(taper) == Burden(ratings=37, minutes=None, days=37, days_on=17)


def test_early_stops_need_enough_drawn_periods() -> None:
    """Three pairs can never stop a trial early; with thirty short ones a huge effect nearly always does."""
    few = early_stop(plan(), LIFE, trials=5, seed=1)
    assert few.stopped is None
    assert "too few" in few.why
    many = plan(blocks=30, period_days=2, analysis=PlannedAnalysis(s0=3.0))
    found = early_stop(many, Truth(effect=-12.0, sd=2.0), trials=20, seed=1)
    assert found.stopped is not None
    assert found.days is not None
    assert found.stopped.value > 0.9
    assert found.days.value < many.length_days
    none = early_stop(many, Truth(effect=12.0, sd=2.0), trials=20, seed=1)
    assert none.stopped is not None
    assert none.stopped.value == 0.0


def test_a_share_never_seen_is_not_certain() -> None:
    """The Monte-Carlo error of 0 out of 100 is not 0."""
    assert share(np.zeros(100, dtype=bool)).mcse == pytest.approx(np.sqrt(0.005 * 0.995 / 100))
