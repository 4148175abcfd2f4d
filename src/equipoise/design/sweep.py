"""The same plan under other truths: power against effect and correlation, and false claims where nothing acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from equipoise.analyse.randomisation import randomisation_test
from equipoise.design.estimates import Estimate, share
from equipoise.design.layout import randomisation
from equipoise.design.power import Operating, Progress, operating
from equipoise.design.simulated import simulate
from equipoise.design.truth import Normal, Truth, better
from equipoise.model.observations import Observations
from equipoise.model.posterior import CONVINCING
from equipoise.model.schedule import Exposure, Schedule
from equipoise.model.trial_design import TrialDesign

PHIS = (0.0, 0.2, 0.4, 0.6)
ERROR_PHIS = (0.0, 0.2, 0.4, 0.6, 0.7)


@dataclass(frozen=True, slots=True)
class Curve:
    """One correlation: what the plan can do at each effect, in their order."""

    phi: float
    effects: tuple[float, ...]
    found: tuple[Operating, ...]


@dataclass(frozen=True, slots=True)
class FalseClaims:
    """One correlation, and no effect: how often each method claims one.

    `posterior`: a benefit, by the rule of the plan; `welch`: the same by Welch's t-test; both nominally `nominal`.
    `randomisation_test`: a p-value of at most 0.05, two-sided; None where no order could give one, and `why` says it.
    """

    phi: float
    posterior: Estimate
    welch: Estimate
    nominal: float
    randomisation_test: Estimate | None
    why: str = ""

    @property
    def too_often(self) -> bool:
        """Whether the plan's rule claims by more than a point above nominal, beyond the Monte-Carlo error."""
        excess = self.posterior.value - self.nominal
        return excess > 0.01 and excess > 3.0 * self.posterior.mcse


def effects_about(design: TrialDesign, truth: Truth) -> tuple[float, ...]:
    """Effects from none to twice the one in question: the true one, else the MCID, else half of the SD."""
    told = 0.0 if isinstance(truth.effect, Normal) else truth.effect
    size = told or better(design) * (design.primary.mcid or truth.sd / 2.0)
    return tuple(size * part for part in (0.0, 0.5, 1.0, 1.5, 2.0))


def curves(
    design: TrialDesign,
    truth: Truth,
    effects: Sequence[float],
    *,
    phis: Sequence[float] = PHIS,
    trials: int = 1_000,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Curve, ...]:
    """The plan at each correlation and effect; the same random numbers everywhere, so that curves are smooth."""
    steps = len(phis) * len(effects)

    def told(done: int) -> Progress | None:
        return None if progress is None else partial(_told, progress, done, steps)

    found: list[Curve] = []
    for i, phi in enumerate(phis):
        at = [
            operating(
                design,
                replace(truth, phi=phi, effect=effect),
                trials=trials,
                seed=seed,
                threads=threads,
                progress=told(i * len(effects) + j),
                looked_at=0,
            )
            for j, effect in enumerate(effects)
        ]
        found.append(Curve(phi, tuple(effects), tuple(at)))
    return tuple(found)


def _told(progress: Progress, done: int, steps: int, part: float) -> None:
    progress((done + part) / steps)


def false_claims(
    design: TrialDesign,
    truth: Truth,
    *,
    phis: Sequence[float] = ERROR_PHIS,
    trials: int = 2_000,
    tested: int = 200,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[FalseClaims, ...]:
    """How often an effect is claimed of nothing, at each correlation; `tested`: trials of the randomisation test."""
    found: list[FalseClaims] = []
    for i, phi in enumerate(phis):
        none = replace(truth, phi=phi, effect=0.0)
        at = operating(design, none, trials=trials, seed=seed, threads=threads, looked_at=0)
        test, why = tested_error(design, none, trials=tested, seed=seed)
        found.append(FalseClaims(phi, at.type_i_error, at.welch_type_i_error, at.nominal, test, why))
        if progress is not None:
            progress((i + 1) / len(phis))
    return tuple(found)


def tested_error(design: TrialDesign, truth: Truth, *, trials: int, seed: int) -> tuple[Estimate | None, str]:
    """How often the randomisation test's p-value is at most 0.05, or why it never is."""
    if not design.template.randomised:
        return None, "the order is not drawn by chance"
    made = simulate(design, truth, seed=seed, first=0, count=trials)
    hits: list[bool] = []
    for row in range(trials):
        diaries = made.diaries
        drawn = randomisation(design, tuple(made.orders[row].tolist()))
        exposure = Exposure(range(diaries.levels.shape[1]), diaries.levels[row])
        seen = Observations(diaries.times_days, diaries.values[row], recall_days=diaries.recall_days)
        if seen.n < 4:
            continue
        plan = design.analysis.plan(design.primary.mcid)
        test = randomisation_test(Schedule(design.template.value, exposure, drawn), seen, design.analysis.prior, plan)
        if test.is_out_of_reach:
            return None, f"no order could give a p-value of {CONVINCING:g}: {test.schedules} orders are too few"
        if test.p_value is not None:
            hits.append(test.p_value <= CONVINCING)
    return share(np.array(hits, dtype=np.bool_)), ""
