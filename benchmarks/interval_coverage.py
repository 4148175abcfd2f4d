"""How often an interval of 95 % holds the truth: by size of effect, width of its prior, and a wrong half-life.

Simulates diaries of correlation 0.3 and SD 1 whose order is drawn anew for every hundredth of them. First a true effect
of 0 to 3 SDs under three designs and three widths of its prior: coverage and the mean estimate. Then an effect of 2 SDs
that builds up and fades, analysed as if it acted at once: coverage of the interval and of the confidence sequence.
Run: python benchmarks/interval_coverage.py
"""

from __future__ import annotations

import numpy as np

from equipoise.analyse.batch import fit_many
from equipoise.analyse.confidence import confidence_sequence
from equipoise.analyse.exposure import acting_exposure
from equipoise.model.admissible import Admissible
from equipoise.model.observations import Observations
from equipoise.model.posterior import ConfidenceSequence
from equipoise.model.prior import Prior
from equipoise.model.schedule import Bools, Exposure, Floats, Randomisation, Schedule

SEED = 20261125
TRIALS, DRAWS = 4_000, 100
SEQUENCES = 400
PHI, LEVEL = 0.3, 10.0
EFFECTS = (0.0, 0.5, 1.0, 2.0, 3.0)
WIDTHS = (1.0, 2.0, 10.0)
WEEK = 7
HALF_LIVES_DAYS = (0.0, 1.0, 2.0, 4.0)


def noise(rng: np.random.Generator, count: int, days: int) -> Floats:
    """Correlated diaries of SD 1 without an effect: (count, days)."""
    out = rng.standard_normal((count, days))
    for i in range(1, days):
        out[:, i] = PHI * out[:, i - 1] + np.sqrt(1.0 - PHI**2) * out[:, i]
    return LEVEL + out


def weeks(rng: np.random.Generator, pairs: int) -> Schedule:
    """Pairs of weeks, one with and one without in random order."""
    order = tuple(int(level) for _ in range(pairs) for level in rng.permutation([0, 1]))
    starts = tuple(float(WEEK * unit) for unit in range(2 * pairs))
    rule = Randomisation("blocks", starts, order, tuple(unit // 2 for unit in range(2 * pairs)))
    return Schedule("randomised_blocks", Exposure(starts, order), rule)


def drawn_days(rng: np.random.Generator, days: int) -> Schedule:
    """Days drawn one by one, as many with as without, no run longer than two."""
    starts = tuple(float(day) for day in range(days))
    rule = Randomisation("run_length", starts, (0, 1) * (days // 2), max_run=2)
    order = tuple(int(level) for level in Admissible(rule).sample(rng, 1)[0])
    drawn = Randomisation("run_length", starts, order, max_run=2)
    return Schedule("alternating_days", Exposure(starts, order), drawn)


def acting(schedule: Schedule, days: Floats, half_life_days: float) -> Floats:
    """What acts of what was taken, on each day."""
    return acting_exposure(schedule.exposure, days, np.array([half_life_days]))[0]


def by_size(pairs: int, width: float, effect: float) -> tuple[float, float]:
    """Coverage and mean estimate of a true effect, in SDs."""
    rng = np.random.default_rng(SEED)
    days = np.arange(1.0, 2 * WEEK * pairs + 1.0)
    held: list[Bools] = []
    means: list[Floats] = []
    for _ in range(DRAWS):
        schedule = weeks(rng, pairs)
        series = noise(rng, TRIALS // DRAWS, days.size) + effect * acting(schedule, days, 0.0)
        found = fit_many(schedule, days, series, Prior(s0=1.0, centre=LEVEL, effect=width), at=(effect,))
        held.append(np.abs(found.below[:, 0] - 0.5) < 0.475)
        means.append(found.mean)
    return float(np.mean(np.concatenate(held))), float(np.mean(np.concatenate(means)))


def by_half_life(half_life_days: float, effect: float = 2.0, days: int = 56) -> tuple[float, float]:
    """Coverage of interval and confidence sequence where the effect builds up, analysed as acting at once."""
    rng = np.random.default_rng(SEED)
    times = np.arange(1.0, days + 1.0)
    interval, sequence = 0, 0
    for _ in range(SEQUENCES):
        schedule = drawn_days(rng, days)
        series = noise(rng, 1, days) + effect * acting(schedule, times, half_life_days)
        below = fit_many(schedule, times, series, Prior(s0=1.0, centre=LEVEL), at=(effect,)).below[0, 0]
        interval += abs(below - 0.5) < 0.475
        sequence += holds(confidence_sequence(schedule, Observations(times, series[0]), Prior(), 1.0), effect)
    return interval / SEQUENCES, sequence / SEQUENCES


def holds(found: ConfidenceSequence, effect: float) -> bool:
    """Whether the last look has not refuted the effect."""
    last = found.looks[-1]
    low, high = (end if given is None else given for end, given in ((-np.inf, last.low), (np.inf, last.high)))
    return not last.all_refuted and low <= effect <= high


def main() -> None:
    """Prints both tables."""
    mcse = 100.0 * np.sqrt(0.25 / TRIALS)
    print(f"coverage in % (mean estimate in SDs), {TRIALS} trials each; Monte-Carlo error at most {mcse:.1f}")
    print("pairs of weeks  width of the prior" + "".join(f"{f'{effect:g} SD':>14}" for effect in EFFECTS))
    for pairs in (2, 4, 6):
        for width in WIDTHS:
            cells = [by_size(pairs, width, effect) for effect in EFFECTS]
            told = "".join(f"{100 * cover:7.1f} ({mean:4.2f})" for cover, mean in cells)
            print(f"{pairs:>14}  {width:>18g}{told}", flush=True)
    print(f"an effect of 2 SDs on 56 drawn days, analysed as acting at once, {SEQUENCES} trials each")
    for half_life in HALF_LIVES_DAYS:
        interval, sequence = by_half_life(half_life)
        print(
            f"true half-life {half_life:g} d: interval {interval:.1%}, confidence sequence {sequence:.1%}", flush=True
        )


if __name__ == "__main__":
    main()
