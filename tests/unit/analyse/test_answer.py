"""The whole answer: probabilities against an MCID, sentence, checks, what-if rows, scores, notes, fitted course."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from diaries import blocks, diary, wandering
from scipy.stats import norm

from equipoise.analyse import analyse
from equipoise.analyse.answer import effect_of
from equipoise.analyse.checks import checks
from equipoise.analyse.coefficients import coefficients
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.analyse.sentence import sentence
from equipoise.model.mixture import Mixture
from equipoise.model.observations import Better, Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Check, Effect
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Design, Exposure, Floats, Schedule

TRIAL = blocks((0, 1, 1, 0, 1, 0))
DAYS = np.arange(1.0, 43.0)
ONE = Mixture(np.ones(1), np.array([-2.0]), np.array([1.0]))


@pytest.mark.parametrize(("better", "benefit", "harm"), [("lower", -1.0, 3.0), ("higher", 3.0, -1.0)])
def test_benefit_is_in_the_direction_of_relief(better: Better, benefit: float, harm: float) -> None:
    """P(benefit) is beyond the MCID in the direction of relief, P(harm) in the other, P(futile) within half of it."""
    seen = Observations((1.0, 2.0), (1.0, 2.0), better=better)
    effect = effect_of(ONE, seen, Plan(mcid=1.0), None)
    below, above = norm(-2.0, 1.0).cdf(-1.0), norm(-2.0, 1.0).sf(1.0)
    wanted = (below, above) if benefit < 0 < harm else (above, below)
    assert (effect.p_benefit, effect.p_harm) == pytest.approx(wanted)
    assert effect.p_futile == pytest.approx(norm(-2.0, 1.0).cdf(0.5) - norm(-2.0, 1.0).cdf(-0.5))
    assert effect.p_below_zero == pytest.approx(norm(-2.0, 1.0).cdf(0.0))


def test_without_mcid_nothing_is_said_of_it() -> None:
    """No agreed difference, no probability of exceeding it."""
    effect = effect_of(ONE, Observations((1.0, 2.0), (1.0, 2.0)), Plan(level=0.8), None)
    assert (effect.p_benefit, effect.p_harm, effect.p_futile) == (None, None, None)
    assert effect.interval == pytest.approx(norm(-2.0, 1.0).interval(0.8))


SENTENCES: list[tuple[Effect, Design, float, str, tuple[str, ...]]] = [
    (
        Effect(-2.05, 1.0, (-4.1, -0.02), 0.976, None, None, None, None),
        "randomised_blocks",
        0.95,
        "gaussian",
        (
            "With the adjunct mood is estimated 2 points lower (better; 95 % interval −4.1 to −0.02);",
            "it is very likely (98 %) that it differs in this direction.",
            "One trial in one person is weak evidence.",
        ),
    ),
    (
        Effect(0.3, 1.0, (-1.0, 1.6), 0.42, 0.1, 0.2, 0.4, 1.5),
        "observational",
        0.8,
        "gaussian",
        (
            "Whether mood differs with the adjunct is open:",
            "best guess 0.3 points higher (worse; 80 % interval −1 to 1.6).",
            "The probability of a worsening of more than 1.5 points is 20 %, of an improvement of more than that 10 %,",
            "of a difference too small to matter (under 0.75 points) 40 %, of one in between 30 %.",
            "The days were not drawn by chance, so this says how they differed, not why.",
            "A diary of one person is weak evidence.",
        ),
    ),
    (
        Effect(-1.3, 0.56, (-2.4, -0.22), 0.991, 0.0, 0.0, 0.98, 5.0),
        "alternating_days",
        0.95,
        "gaussian",
        (
            "Any difference is very likely too small to matter (98 %).",
            "With the adjunct mood is estimated 1.3 points lower (better; 95 % interval −2.4 to −0.22);",
            "it is almost certain (over 99 %) that it differs in this direction.",
            "The probability of an improvement of more than 5 points is under 1 %,",
            "of a worsening of more than that under 1 %,",
            "of a difference too small to matter (under 2.5 points) 98 %, of one in between 2 %.",
            "One trial in one person is weak evidence.",
        ),
    ),
    (
        Effect(1234.4, 400.0, (450.0, 2018.6), 0.002, None, None, None, None, unit="steps"),
        "supervised_taper",
        0.95,
        "gaussian",
        (
            "At the full level mood is estimated 1234 steps higher (worse; 95 % interval 450 to 2019);",
            "it is almost certain (over 99 %) that it differs in this direction.",
            "Level and time changed together, so the adjunct cannot be told from the passing of time.",
            "A diary of one person is weak evidence.",
        ),
    ),
    (
        Effect(0.95, 0.4, (0.24, 1.96), 0.004, None, None, None, None, "SDs", expected=(0.36, 0.634)),
        "randomised_blocks",
        0.95,
        "binary",
        (
            "The chance of yes for mood is estimated at 63 % with the adjunct, 36 % without it",
            "(worse; 0.95 SDs higher, 95 % interval 0.24 to 2);",
            "it is almost certain (over 99 %) that it differs in this direction.",
            "One trial in one person is weak evidence.",
        ),
    ),
    (
        Effect(-2.0, 1.0, (-4.1, -0.02), 0.976, None, None, None, None),
        "undeclared",
        0.95,
        "gaussian",
        (
            "With the adjunct mood is estimated 2 points lower (better; 95 % interval −4.1 to −0.02);",
            "it is very likely (98 %) that it differs in this direction.",
            "Nobody said that chance drew the days, so this says how they differed, not why.",
            "A diary of one person is weak evidence.",
        ),
    ),
]


@pytest.mark.parametrize(("effect", "design", "level", "likelihood", "wanted"), SENTENCES)
def test_the_sentence(effect: Effect, design: Design, level: float, likelihood: str, wanted: tuple[str, ...]) -> None:
    """Too small to matter first; direction and whether it is better or worse, interval, certainty, how weak it is."""
    seen = Observations((1.0, 2.0), (1.0, 2.0), name="mood")
    said = sentence(effect, seen, Schedule(design, Exposure((0.0,), (1.0,))), level, likelihood)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == " ".join(wanted)


@pytest.mark.parametrize(
    ("better", "likelihood", "told"),
    [
        ("lower", "gaussian", "(better if lower is better; "),
        ("higher", "gaussian", "(worse if higher is better; "),
        ("higher", "binary", "(worse if yes is better; "),
    ],
)
def test_a_direction_that_nobody_said_is_a_condition(better: Better, likelihood: str, told: str) -> None:
    """Where it was only assumed which direction is a relief, the sentence says better or worse under that condition."""
    seen = Observations((1.0, 2.0), (1.0, 2.0), name="mood", better=better, better_said=False)
    effect = replace(SENTENCES[0][0], expected=(0.6, 0.3) if likelihood == "binary" else None)
    said = sentence(effect, seen, Schedule("observational", Exposure((0.0,), (1.0,))), likelihood=likelihood)
    assert told in said


def test_a_sentence_never_breaks_between_a_figure_and_its_sign() -> None:
    """Every per-cent sign of a probability stands behind a space that no line is broken at."""
    effect = SENTENCES[2][0]
    seen = Observations((1.0, 2.0), (1.0, 2.0), name="mood")
    said = sentence(effect, seen, Schedule("alternating_days", Exposure((0.0,), (1.0,))))
    assert said.count("\N{NO-BREAK SPACE}%") == 6
    assert "-" not in said


def checked(values: Floats, bounds: tuple[float, float] | None = None, times: Floats = DAYS) -> dict[str, Check]:
    schedule = blocks((0, 1, 1, 0, 1, 0))
    fit = fit_gaussian(schedule, Observations(times, values), Prior(s0=2.0, centre=10.0), Plan())
    found = coefficients(fit)
    assert found is not None
    return {check.name: check for check in checks(found, bounds, seed=5)}


def test_a_diary_of_the_model_passes_its_checks() -> None:
    """A diary that the model itself wrote looks like one; the same seed gives the same figures."""
    values = diary(TRIAL, DAYS, seed=2).values
    found = checked(values)
    assert not any("score" in name for name in found)
    assert "residual correlation with the rating before" in found
    assert all(check.p_value > 0.05 for check in found.values())
    assert all(check.expected[0] < check.expected[1] for check in found.values())
    assert checked(values) == found


def test_an_outlier_is_seen() -> None:
    """One rating far out stands out in the check of the largest residual."""
    values = diary(TRIAL, DAYS, seed=2).values.copy()
    values[20] += 25.0
    assert checked(values)["largest residual (in residual SDs)"].p_value < 0.05


def test_an_effect_that_appears_late_is_seen() -> None:
    """An effect in the second half only stands out in the check of the halves."""
    late = (
        diary(TRIAL, DAYS, effect=0.0, seed=2).values
        - 12.0 * (DAYS > 21) * TRIAL.exposure.levels[((DAYS - 1) // 7).astype(int)]
    )
    assert checked(late)["estimate in the second half minus the first (in units of the ratings)"].p_value < 0.05


def test_ratings_at_the_floor_are_seen() -> None:
    """A Gaussian model knows no floor: many ratings at the least score stand out."""
    values = np.maximum(diary(TRIAL, DAYS, seed=2).values - 9.0, 0.0)
    found = checked(values, (0.0, 27.0))
    assert found["share of ratings at the least score"].p_value < 0.05
    assert found["share of ratings at the greatest score"].seen == 0.0


def test_few_ratings_are_not_checked() -> None:
    """Fewer than twelve ratings are too few to check a model."""
    assert checked(diary(TRIAL, DAYS[:11], seed=2).values, times=DAYS[:11]) == {}


def test_what_if_rows_change_one_thing_each() -> None:
    """Narrower, wider, other correlations, trends and half-lives; a wider prior shrinks less, a narrower one more."""
    answer = analyse(TRIAL, diary(TRIAL, DAYS, effect=-3.0))
    rows = {row.name: row for row in answer.what_if}
    assert set(rows) == {
        "sceptical prior of the effect (half as wide)",
        "wide prior of the effect (twice as wide)",
        "hardly any prior of the effect (ten times as wide)",
        "any correlation between days equally likely",
        "trend: none",
        "trend: spline",
        "carry-over with a half-life of 2 days",
    }
    narrow, wide = (rows[name].mean for name in list(rows)[:2])
    assert abs(narrow) < abs(answer.effect.mean) < abs(wide)
    other = analyse(TRIAL, diary(TRIAL, DAYS, effect=-3.0), prior=Prior(half_life=HalfLife(2.0, 0.4)))
    assert {"no carry-over", "half the half-life", "twice the half-life"} <= {row.name for row in other.what_if}


def test_scores_prefer_the_model_that_wrote_the_diary() -> None:
    """With a strong correlation and a large effect, the models without them predict worse by leave-one-out."""
    rng = np.random.default_rng(3)
    level = TRIAL.exposure.levels[((DAYS - 1) // 7).astype(int)]
    values = 10.0 - 8.0 * level + wandering(rng, DAYS, 0.8, 2.0)
    answer = analyse(TRIAL, Observations(DAYS, values), prior=Prior(s0=2.0, effect=4.0))
    scores = {score.model: score for score in answer.loo}
    assert list(scores) == ["chosen", "without correlation", "without trend", "without effect"]
    for name in ("without correlation", "without effect"):
        assert scores[name].difference is not None
        assert scores[name].difference < 0.0
    assert scores["chosen"].difference is None


def test_as_delivered_is_the_effect_times_what_was_reached() -> None:
    """With a long half-life the days on reach only a part of the steady state, and so does the difference as lived."""
    seen = diary(TRIAL, DAYS)
    at_once = analyse(TRIAL, seen).effect
    assert at_once.as_delivered is not None
    assert at_once.as_delivered.mean == pytest.approx(at_once.mean)
    slow = analyse(TRIAL, seen, prior=Prior(half_life=HalfLife(5.0))).effect
    assert slow.as_delivered is not None
    assert 0.2 < slow.as_delivered.mean / slow.mean < 0.8
    wide = analyse(TRIAL, seen, plan=Plan(level=0.5)).effect
    assert wide.as_delivered is not None
    assert wide.as_delivered.interval == pytest.approx(wide.interval)


def test_notes_say_what_was_assumed() -> None:
    """Missing ratings, design, recall window and half-life each leave a note."""
    values = diary(TRIAL, DAYS).values.copy()
    values[::7] = np.nan
    schedule = replace(TRIAL, design="supervised_taper", randomisation=None)
    seen = Observations(DAYS, values, recall_days=14.0)
    notes = " ".join(analyse(schedule, seen, prior=Prior(half_life=HalfLife(2.0, 0.3))).notes)
    for words in ("6 of 42 ratings are missing (14%)", "Taper:", "longer than the shortest period", "half-life was"):
        assert words in notes


def test_fitted_course_has_every_row() -> None:
    """The course and its band cover rows without a rating too, and the band holds most of the ratings' mean course."""
    values = diary(TRIAL, DAYS).values.copy()
    values[10:14] = np.nan
    fitted = analyse(TRIAL, Observations(DAYS, values)).fitted
    assert fitted.days.tolist() == DAYS.tolist()
    assert np.isfinite(fitted.mean).all()
    assert (fitted.low < fitted.mean).all()
    assert (fitted.mean < fitted.high).all()
    assert np.unique(fitted.exposure.round(9)).tolist() == [0.0, 1.0]
