"""The plan with the smallest burden that reaches a wished chance of learning, and what each step of burden buys."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from equipoise.design.burden import Burden, burden
from equipoise.design.estimates import Estimate, share
from equipoise.design.power import Progress, Spread, check, on_threads, pieces
from equipoise.design.trials import Found, found_in, joined
from equipoise.design.truth import Truth
from equipoise.errors import Fault, InputError
from equipoise.model.trial_design import PlannedOutcome, Template, TrialDesign

Allowed = Callable[[TrialDesign], bool]
TRIED, KEPT = 1_024, 4_096
"""Trials for a first look at a candidate, and for one that may reach the wish."""

SURE = 3.0
"""A candidate is given up when its power lies so many Monte-Carlo errors below the wish."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may vary: blocks, length of a period, washout and how often the primary outcome is rated."""

    blocks: Sequence[int] = (2, 3, 4, 6, 8, 12, 16)
    period_days: Sequence[int] = (3, 5, 7, 10, 14, 21, 28)
    washout_days: Sequence[int] = (0,)
    every_days: Sequence[int] = (1, 2, 3, 7)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan with its chance of learning a benefit and its burden. `given_up`: after a first look, being too weak."""

    design: TrialDesign
    power: Estimate
    burden: Burden
    given_up: bool

    @property
    def every_days(self) -> int:
        """How often its primary outcome is rated."""
        return self.design.primary.every_days


@dataclass(frozen=True, slots=True)
class Chosen:
    """`truth`: what was taken for true. `best`: the plan of the fewest days, then of the fewest ratings, that reaches
    the wish; None where none does.

    `frontier`: the plans that no other one beats in days, ratings and power at once, by days. `tried`: all that were
    simulated. `refused`: how many the rules did not allow. `skipped`: how many were longer than `best`.
    """

    wish: float
    truth: Truth
    best: Candidate | None
    frontier: tuple[Candidate, ...]
    tried: tuple[Candidate, ...]
    refused: int
    skipped: int


def choose(
    design: TrialDesign,
    truth: Truth,
    *,
    wish: float = 0.8,
    options: Options | None = None,
    allowed: Allowed | None = None,
    most_days: int = 365,
    seed: int = 1,
    threads: int | None = None,
    spread: Spread | None = None,
    progress: Progress | None = None,
) -> Chosen:
    """The plan of the smallest burden whose chance of learning a benefit is `wish`, and the frontier.

    Candidates go by days, then by ratings; all are simulated with the same random numbers, so that they differ by
    their plan and not by luck. One that is clearly too weak after a first look is given up. `allowed` says which plans
    the rules admit. Alternating days keep their unit of a day. Raises InputError for a plan that cannot be simulated or
    a wish that is no chance.
    """
    _check(design, wish, most_days)
    every, refused = _candidates(design, options or Options(), allowed, most_days)
    tried: list[Candidate] = []
    best: Candidate | None = None
    for done, plan in enumerate(every):
        if best is not None and plan.length_days > best.burden.days:
            break
        tried.append(_tried(plan, truth, wish, seed, spread or on_threads(threads)))
        if best is None and tried[-1].power.value >= wish:
            best = tried[-1]
        if progress is not None:
            progress((done + 1) / len(every))
    if progress is not None:
        progress(1.0)
    return Chosen(wish, truth, best, frontier(tried), tuple(tried), refused, len(every) - len(tried))


def frontier(tried: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates that no other one beats: as short and with as few ratings, and more powerful."""
    kept = [item for item in tried if not any(_beats(other, item) for other in tried)]
    return tuple(sorted(kept, key=lambda item: (item.burden.days, item.burden.ratings, item.power.value)))


def _beats(one: Candidate, other: Candidate) -> bool:
    no_worse = (
        one.burden.days <= other.burden.days
        and one.burden.ratings <= other.burden.ratings
        and one.power.value >= other.power.value
    )
    better = one.burden.days < other.burden.days or one.burden.ratings < other.burden.ratings
    return no_worse and (better or one.power.value > other.power.value)


def _tried(design: TrialDesign, truth: Truth, wish: float, seed: int, spread: Spread) -> Candidate:
    found = _found(design, truth, seed, pieces(TRIED), spread)
    power = _power(design, found)
    if power.value < wish - SURE * power.mcse:
        return Candidate(design, power, burden(design), given_up=True)
    rest = _found(design, truth, seed, pieces(KEPT, TRIED), spread)
    return Candidate(design, _power(design, joined([found, rest])), burden(design), given_up=False)


def _found(design: TrialDesign, truth: Truth, seed: int, portions: list[range], spread: Spread) -> Found:
    return joined(list(spread(partial(found_in, design, truth, seed, intervals=0, nulls=0), portions)))


def _power(design: TrialDesign, found: Found) -> Estimate:
    return share(found.p_better >= design.analysis.convinced)


def _check(design: TrialDesign, wish: float, most_days: int) -> None:
    check(design, 1)
    faults: list[Fault] = []
    if not design.template.randomised:
        mend = "Choose among plans whose order is drawn."
        faults.append(Fault("template", design.template.value, "a randomised template", mend))
    if not 0.0 < wish < 1.0:
        faults.append(Fault("power", f"{wish:g}", "a chance above 0 and below 1", "For example 0.8."))
    if most_days < 1:
        faults.append(Fault("most_days", str(most_days), "at least 1 day", "For example 180."))
    if faults:
        raise InputError("choice of a plan", faults)


def _candidates(
    design: TrialDesign, options: Options, allowed: Allowed | None, most_days: int
) -> tuple[list[TrialDesign], int]:
    """The plans that may be, by days and ratings, and how many the rules refused."""
    found, refused = list[TrialDesign](), 0
    for changes in _combined(design, options):
        try:
            plan = TrialDesign.model_validate(design.model_dump() | changes)
        except ValidationError:
            continue  # no plan at all
        if plan.length_days > most_days:
            continue
        if allowed is None or allowed(plan):
            found.append(plan)
        else:
            refused += 1
    return sorted(found, key=lambda plan: (plan.length_days, burden(plan).ratings, plan.blocks)), refused


def _combined(design: TrialDesign, options: Options) -> Iterator[dict[str, object]]:
    daily = design.template is Template.ALTERNATING_DAYS
    periods, washouts = ((1,), (0,)) if daily else (options.period_days, options.washout_days)
    for blocks, period, washout, every in itertools.product(options.blocks, periods, washouts, options.every_days):
        outcomes = tuple(_rated(item, every) for item in design.outcomes)
        yield {"blocks": blocks, "period_days": period, "washout_days": washout, "outcomes": outcomes}


def _rated(outcome: PlannedOutcome, every: int) -> PlannedOutcome:
    return outcome.model_copy(update={"every_days": every}) if outcome.primary else outcome
