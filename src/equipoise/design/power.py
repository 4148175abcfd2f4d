"""What a plan can find out, by simulating it: the same trials, analysed by the very engine that will read the diary."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from equipoise.design.burden import Burden, ExpectedBurden, burden, expected_burden
from equipoise.design.early_stop import EarlyStop, early_stop
from equipoise.design.estimates import Estimate, mean, share
from equipoise.design.trials import PORTION, Found, found_in, joined
from equipoise.design.truth import Truth
from equipoise.errors import Fault, InputError
from equipoise.model.trial_design import Template, TrialDesign

Progress = Callable[[float], None]
Work = Callable[[range], Found]
Spread = Callable[[Work, list[range]], Iterator[Found]]
"""How pieces of work are spread: gives what the work finds in each piece, in the order of the pieces."""

LIKELIHOODS = ("auto", "gaussian")
INTERVALS, NULLS = 2_000, 5_000
LOOKED_AT = 200
WORTH_SAYING = 0.01
"""By how much an error may lie above its nominal share before it is said in words."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The share of trials that end in each decision; they exclude one another.

    `futile`: any difference is too small to matter; else `benefit` or `harm`; else `open`. Each when its probability
    reaches what the plan calls convinced. `no_answer`: too few ratings for an analysis.
    """

    benefit: Estimate
    harm: Estimate
    futile: Estimate
    open: Estimate
    no_answer: Estimate


@dataclass(frozen=True, slots=True)
class Operating:
    """The operating characteristics of a plan under one truth.

    `power`: the chance that a benefit is learned: its probability reaches what the plan calls convinced.
    `power_beyond_mcid`: the same of a benefit beyond the MCID; None without one. `type_i_error`: the share of the very
    same trials, had the adjunct done nothing, in which a benefit would be claimed; `welch_type_i_error`: by Welch's
    t-test at the same level, `nominal`. `coverage`: how often the interval holds the true effect. `interval_width`: in
    points. `seconds`: wall-clock time of simulating and fitting, `fits` of them.
    """

    design: TrialDesign
    truth: Truth
    trials: int
    seed: int
    power: Estimate
    power_beyond_mcid: Estimate | None
    type_i_error: Estimate
    welch_type_i_error: Estimate
    nominal: float
    coverage: Estimate
    interval_width: Estimate
    decisions: Decisions
    early_stop: EarlyStop
    burden: Burden
    expected_burden: ExpectedBurden
    fits: int
    seconds: float = field(compare=False)

    @property
    def claims_too_often(self) -> bool:
        """Whether benefits are claimed of nothing by more than a point above nominal, beyond the Monte-Carlo error."""
        excess = self.type_i_error.value - self.nominal
        return excess > WORTH_SAYING and excess > 3.0 * self.type_i_error.mcse


def operating(
    design: TrialDesign,
    truth: Truth,
    *,
    trials: int = 20_000,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
    looked_at: int = LOOKED_AT,
    spread: Spread | None = None,
) -> Operating:
    """Power, errors, coverage, decisions and burden of a plan, each with its Monte-Carlo error.

    Each trial draws its order anew, by the plan's own rule. Its numbers follow from `seed` and its own number alone:
    threads, or `spread` over other machines, change nothing. `looked_at`: trials of the run for early stopping.
    Ratings are simulated as Gaussian numbers without bounds. Raises InputError for a plan that compares nothing, or
    whose outcome wants another likelihood.

    Source: ou_quadrature
    """
    check(design, trials)
    started = time.perf_counter()
    work = partial(found_in, design, truth, seed, intervals=INTERVALS, nulls=NULLS)
    portions = pieces(trials)
    found = joined(list(_watched((spread or on_threads(threads))(work, portions), len(portions), progress)))
    seconds = time.perf_counter() - started
    convinced = design.analysis.convinced
    answered = found.answered
    nulls = ~np.isnan(found.null_p_better)
    width = (found.high - found.low)[~np.isnan(found.low)]
    tail = (1.0 - design.analysis.level) / 2.0
    covered = np.abs(found.p_below_truth[answered] - 0.5) < 0.5 - tail
    return Operating(
        design=design,
        truth=truth,
        trials=trials,
        seed=seed,
        power=share(found.p_better >= convinced),
        power_beyond_mcid=None if design.primary.mcid is None else share(found.p_matters >= convinced),
        type_i_error=share(found.null_p_better[nulls] >= convinced),
        welch_type_i_error=share(found.null_welch[nulls] <= 1.0 - convinced),
        nominal=round(1.0 - convinced, 12),
        coverage=share(covered),
        interval_width=mean(width),
        decisions=_decisions(found, convinced),
        early_stop=early_stop(design, truth, trials=min(looked_at, trials), seed=seed),
        burden=burden(design),
        expected_burden=expected_burden(found),
        fits=int(answered.sum()) + (0 if truth.effect == 0.0 else int(nulls.sum())),
        seconds=seconds,
    )


def check(design: TrialDesign, trials: int) -> None:
    """Refuses what cannot be simulated, every fault in one message."""
    faults: list[Fault] = []
    if design.template is Template.OBSERVATIONAL:
        mend = "Simulate a plan of another template."
        faults.append(Fault("template", "observational", "a plan that compares two levels", mend))
    if design.analysis.likelihood not in LIKELIHOODS:
        expected = f"one of {', '.join(LIKELIHOODS)}: ratings are simulated as Gaussian numbers"
        mend = "Size the trial for an outcome that can be read so."
        faults.append(Fault("analysis.likelihood", design.analysis.likelihood, expected, mend))
    if trials < 1:
        faults.append(Fault("trials", str(trials), "at least 1", "For example 20000."))
    if faults:
        raise InputError("simulated trials", faults)


def pieces(trials: int, first: int = 0) -> list[range]:
    """The trials in pieces of work, always the same ones."""
    return [range(start, min(start + PORTION, trials)) for start in range(first, trials, PORTION)]


def on_threads(threads: int | None = None) -> Spread:
    """The pieces on threads of this machine; by default one for each core."""

    def spread(work: Work, portions: list[range]) -> Iterator[Found]:
        with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
            yield from pool.map(work, portions)

    return spread


def _watched(found: Iterator[Found], count: int, progress: Progress | None) -> Iterator[Found]:
    for done, item in enumerate(found, start=1):
        if progress is not None:
            progress(done / count)
        yield item


def _decisions(found: Found, convinced: float) -> Decisions:
    futile = found.p_futile >= convinced
    benefit = ~futile & (found.p_better >= convinced)
    harm = ~futile & (found.p_better <= 1.0 - convinced)
    undecided = found.answered & ~futile & ~benefit & ~harm
    return Decisions(share(benefit), share(harm), share(futile), share(undecided), share(~found.answered))
