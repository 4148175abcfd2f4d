"""The answer of one analysis and everything that stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from equipoise.model.answer_frames import What, frame, inference_data
from equipoise.model.mixture import Mixture
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats, Schedule

CONVINCING = 0.05
"""The p-value that a test without a model has to be able to reach."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One quantity: mean, SD and central interval of its posterior."""

    mean: float
    sd: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Effect:
    """The steady-state difference on minus off between mean ratings, in what `unit` names, the MCID too.

    `p_benefit`, `p_harm`: probability of a change for the better or the worse beyond the MCID; `p_futile`: of one
    smaller than half of it. None without an MCID. `as_delivered`: the mean difference over the days as they were lived.
    `unit`: points, counts or, of yes and no, percentage points. `expected`: the mean rating without the adjunct and
    with it, where the model's own scale is not that of the ratings: a chance of yes, a mean answer, score or count.
    """

    mean: float
    sd: float
    interval: tuple[float, float]
    p_below_zero: float
    p_benefit: float | None
    p_harm: float | None
    p_futile: float | None
    mcid: float | None
    unit: str = "points"
    as_delivered: Summary | None = None
    expected: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """A test that is valid whatever the model: the statistic under every schedule that could have been drawn.

    `p_value` None: it cannot be had, and `why` says why. `mid_p` counts ties half. `exact`: all schedules were listed.
    """

    p_value: float | None
    mid_p: float | None = None
    schedules: int | None = None
    exact: bool | None = None
    statistic: float | None = None
    least_p: float | None = None
    seed: int | None = None
    why: str = ""

    @property
    def is_out_of_reach(self) -> bool:
        """Whether no order that could be drawn would give a p-value of 0.05: the trial has too few drawn units."""
        return self.least_p is not None and self.least_p > CONVINCING


@dataclass(frozen=True, slots=True)
class Look:
    """The confidence sequence at one look; a bound of None has not been reached yet.

    `all_refuted`: no value of the effect is left: an additive effect with this half-life does not describe the trial.
    """

    day: float
    low: float | None = None
    high: float | None = None
    e_value: float = 1.0
    all_refuted: bool = False


@dataclass(frozen=True, slots=True)
class ConfidenceSequence:
    """Intervals that stay valid however often one looks; `looks` is empty where none can be had, and `why` says why.

    `most`: the e-value after the last look if every bet had been won in full; what no ratings can exceed. `additive`:
    whether an effect can add to the ratings; if not, looks have no bounds, and their e-value alone speaks.
    """

    level: float
    looks: tuple[Look, ...] = ()
    why: str = ""
    most: float | None = None
    additive: bool = True

    @property
    def needed(self) -> float:
        """The e-value that refutes an effect at this level."""
        return 1.0 / (1.0 - self.level)

    @property
    def is_out_of_reach(self) -> bool:
        """Whether no ratings at all could refute anything: the trial has too few drawn units."""
        return self.most is not None and self.most < self.needed


@dataclass(frozen=True, slots=True)
class Check:
    """One posterior predictive check: what was seen, where the model expects it (95 %), and the two-sided p-value."""

    name: str
    seen: float
    expected: tuple[float, float]
    p_value: float


@dataclass(frozen=True, slots=True)
class ModelScore:
    """Leave-one-out log score of one model, and its difference from the chosen one with its standard error."""

    model: str
    elpd: float | None
    difference: float | None = None
    se: float | None = None
    log_evidence: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The effect under one other assumption; `p_benefit` as in Effect."""

    name: str
    mean: float
    sd: float
    interval: tuple[float, float]
    p_below_zero: float
    p_benefit: float | None = None


@dataclass(frozen=True, slots=True)
class Blinding:
    """Guesses of what was taken: how many, how many without an opinion, the share that was right, and its p-value.

    `p_value`: how often another admissible order would have been guessed as well or better; None, and `why`, where it
    cannot be had. A small one means that the patient could tell, and that expectation may be part of the effect.
    `least_p`: the least p-value that these guesses could give under any order. `interval`: of the share, 95 %, with the
    guesses of one drawn unit counted as one, since they are alike.
    """

    guesses: int
    unsure: int
    right: float | None
    p_value: float | None
    why: str = ""
    least_p: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def could_tell(self) -> bool | None:
        """Whether the guesses show that the patient could tell; None where they can show nothing, either way."""
        if self.p_value is None or self.p_value <= CONVINCING:
            return None if self.p_value is None else True
        return None if self.least_p is not None and self.least_p > CONVINCING else False


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The curves that a picture needs, at each row: acting exposure, and mean and 95 % band of the fitted course.

    The course is the rating that is expected of such a day, on the scale of the ratings whatever their likelihood. NaN
    where it cannot be had.
    """

    days: Floats
    exposure: Floats
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What one single-patient trial says: the effect first, then what it rests on and what speaks against trusting it.

    `mixture` is the posterior of the effect itself, exact up to quadrature. `scale`: what coefficients, residual SD and
    planning SD are in, where that is not the scale of the ratings. `likelihood_why` says why this likelihood was
    chosen. `notes`: what was assumed or could not be had. `references`: source keys of the methods that
    were used.

    An answer converts and draws itself: `to_frame`, `to_inference_data`, `plot`; a notebook shows it as its picture.
    """

    schedule: Schedule
    observations: Observations
    prior: Prior
    plan: Plan
    effect: Effect
    mixture: Mixture
    likelihood: str
    likelihood_why: str
    s0: float
    s0_from: str
    phi: Summary
    sigma: Summary
    half_life_days: Summary
    trend: Summary | None
    coefficients: Mapping[str, Summary]
    log_evidence: float
    fitted: Fitted
    randomisation_test: RandomisationTest
    confidence_sequence: ConfidenceSequence
    checks: tuple[Check, ...]
    loo: tuple[ModelScore, ...]
    what_if: tuple[WhatIf, ...]
    sentence: str
    notes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    blinding: Blinding | None = None
    scale: str = "points"

    @property
    def p_better(self) -> float:
        """The probability of any difference for the better, however small."""
        below = self.effect.p_below_zero
        return below if self.observations.better == "lower" else 1.0 - below

    def to_frame(self, what: What = "estimates") -> Any:  # noqa: ANN401 - a type of an optional package
        """A pandas data frame: the estimates, or the diary with what the model makes of it.

        `estimates`: one row per quantity and assumption; the effect as planned first; `low` and `high` bound the
        plan's interval. `diary`: one row per rating, in days and points, missing ratings as NaN. Raises
        `MissingExtraError` without the extra `frames`, and `InputError` for another word.
        """
        return frame(self, what)

    def to_inference_data(self, seed: int, *, draws: int = 1000) -> Any:  # noqa: ANN401 - a type of an optional package
        """ArviZ's container: `posterior` (4 chains of independent draws of the effect, in points), `observed_data`
        with the ratings, `constant_data` with days and acting exposure.

        The draws come from the exact mixture, so they are no Markov chain: their effective size is their number. The
        same seed gives the same draws. Raises `MissingExtraError` without the extra `mcmc`.
        """
        return inference_data(self, seed, draws)

    def plot(self) -> str:
        """The series and the posterior of the effect as one SVG that stands alone; a notebook shows it as a picture.

        860 units wide; no script, no font file. The same answer gives the same text.
        """
        # The one late call upwards, by name: pictures belong to the report, and this layer imports nothing above it.
        report: Any = import_module("equipoise.report.answer_plot")
        return report.plot(self)

    def _repr_svg_(self) -> str:
        """What a notebook shows of the answer."""
        return self.plot()
