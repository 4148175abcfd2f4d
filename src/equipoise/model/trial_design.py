"""The plan of a single-patient trial: what is compared, when, by which outcomes and rules, and how it is read."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from equipoise.errors import UnfitError
from equipoise.model.base import Frozen, FrozenMap, empty
from equipoise.model.plan import Likelihood, Plan, Trend
from equipoise.model.prior import Centre, HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Rule
from equipoise.model.source import RecordId, SourceKey, Text
from equipoise.model.terms import Outcome, UseFrequency

Days = Annotated[int, Field(ge=0, le=3650)]
Positive = Annotated[float, Field(gt=0)]
Better = Literal["lower", "higher"]


class Template(StrEnum):
    """The four kinds of trial. Only the first two draw an order, and only they may say what the adjunct did."""

    RANDOMISED_BLOCKS = "randomised_blocks"
    ALTERNATING_DAYS = "alternating_days"
    SUPERVISED_TAPER = "supervised_taper"
    OBSERVATIONAL = "observational"

    @property
    def randomised(self) -> bool:
        """Whether chance draws the order."""
        return self in (Template.RANDOMISED_BLOCKS, Template.ALTERNATING_DAYS)


KEPT, GUESS = "taken_as_planned", "guess"
OWN_COLUMNS = ("day", "date", KEPT, GUESS)
"""What the diary says beside its outcomes."""


def _no_column_of_the_diary(name: str) -> str:
    if name in OWN_COLUMNS:
        raise UnfitError(f"another name than {', '.join(OWN_COLUMNS)}: the diary has these columns already", name)
    return name


class PlannedOutcome(Frozen):
    """What is rated, how often, and over how many days it looks back.

    `id`: its column in the diary. `instrument`: the record it is scored by; None for a scale of the patient's own.
    `mcid`: the smallest difference that matters, in points, and where it comes from. `minutes`: what one rating takes.
    """

    id: Annotated[RecordId, AfterValidator(_no_column_of_the_diary)]
    label: Text
    instrument: RecordId | None = None
    every_days: Annotated[int, Field(ge=1)] = 1
    recall_days: Annotated[float, Field(ge=0)] = 0.0
    better: Better = "lower"
    bounds: tuple[float, float] | None = None
    mcid: Positive | None = None
    mcid_source: SourceKey | None = None
    minutes: Positive | None = None
    primary: bool = False


class TaperStep(Frozen):
    """Some days at a share of what the patient takes by habit; the amount behind the share is the clinician's."""

    share: Annotated[float, Field(ge=0, le=1)]
    days: Annotated[int, Field(ge=1)]


class Blinding(Frozen):
    """Who does not know the order, and by which means. `ask_guess`: they are asked what they believe they took."""

    blinded: tuple[Literal["patient", "clinician", "analyst"], ...] = ()
    means: Text | None = None
    ask_guess: bool = False

    @model_validator(mode="after")
    def _a_blinded_trial_says_by_which_means(self) -> Self:
        if self.blinded and self.means is None:
            raise UnfitError("means: what makes on and off alike, since blinding without it is a word", "none")
        return self


class StopRule(Frozen):
    """When exposure is paused or ended; the program may only stop, pause or call a clinician, never start again."""

    id: RecordId
    trigger: Text
    level: Literal["emergency", "stop", "pause", "review"]
    action: Text
    sources: tuple[SourceKey, ...] = ()


class Override(Frozen):
    """A rule of design that a named person set aside, with the reason. `rule`: as the refusal names it."""

    rule: RecordId
    reason: Text
    signed_by: Text
    signed_on: dt.date


class Screened(Frozen):
    """The dossier that the plan rests on. `unanswered`: contraindications that nobody has answered yet.

    `dossier_hash`: the SHA-256 of the dossier as JSON, so that another one cannot take its place. `use`: how often the
    adjunct was taken then.
    """

    case_id: Text
    on: dt.date
    outcome: Outcome
    knowledge_hash: Text
    dossier_hash: Text | None = None
    use: UseFrequency | None = None
    unanswered: tuple[RecordId, ...] = ()


class PlannedAnalysis(Frozen):
    """How the diary will be read, fixed before the first day; spreads of the prior are multiples of `s0`.

    `s0`: planning SD in points; None: from the run-in. `half_life_days`, `half_life_log_sd`: how fast the effect comes
    and goes. `convinced`: the probability of a benefit (or of a harm) from which on the answer counts as learned.
    """

    trend: Trend = "linear"
    likelihood: Likelihood = "auto"
    s0: Positive | None = None
    centre: Centre | float = "baseline"
    effect: Positive = 1.0
    phi: tuple[Positive, Positive] = (2.0, 2.0)
    half_life_days: Annotated[float, Field(ge=0)] = 0.0
    half_life_log_sd: Annotated[float, Field(ge=0)] = 0.0
    half_life_from: Text | None = None
    level: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    convinced: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    seed: Annotated[int, Field(ge=0)] = 1

    @model_validator(mode="after")
    def _an_uncertain_half_life_is_one(self) -> Self:
        if self.half_life_days == 0.0 and self.half_life_log_sd > 0.0:
            raise UnfitError("a half-life above 0 days where it is uncertain", "0 days with a log SD")
        return self

    @property
    def prior(self) -> Prior:
        """The prior of the analysis."""
        half_life = HalfLife(self.half_life_days, self.half_life_log_sd)
        phi = PhiPrior(*self.phi)
        return Prior(s0=self.s0, centre=self.centre, effect=self.effect, phi=phi, half_life=half_life)

    def plan(self, mcid: float | None) -> Plan:
        """The fixed choices, for an outcome with this important difference."""
        return Plan(trend=self.trend, likelihood=self.likelihood, mcid=mcid, seed=self.seed, level=self.level)


class TrialDesign(Frozen):
    """The whole plan. It names no amount of the adjunct and holds no order: that is drawn later, once.

    Days count from 0, the first day of the run-in. In the randomised templates each of `blocks` blocks has one period
    with the adjunct and one without, `period_days` long, and `washout_days` without it follow every period, so that
    the calendar does not tell which one it was. Alternating days: units of one day, `blocks` with and `blocks` without,
    no run longer than `max_run`. A supervised taper goes through `steps`; an observation lasts `period_days`.
    `conventional_care`: what goes on all the time. `current_use`: how often the adjunct is taken before the trial.
    `statements`: what the protocol says on items that nothing else here answers. `overrides`: rules set aside, signed.

    >>> rating = PlannedOutcome(id="mood", label="low mood", primary=True)
    >>> plan = TrialDesign(title="t", substance="sample", substance_name="Sample", template="randomised_blocks",
    ...     blocks=2, period_days=14, run_in_days=7, conventional_care="as before", outcomes=(rating,))
    >>> plan.unit_starts_days, plan.length_days
    ((7, 21, 35, 49), 63)
    """

    title: Text
    substance: RecordId
    substance_name: Text
    template: Template
    conventional_care: Text
    current_use: UseFrequency | None = None
    run_in_days: Days = 0
    blocks: Annotated[int, Field(ge=0, le=500)] = 0
    period_days: Days = 0
    washout_days: Days = 0
    rule: Rule = "blocks"
    max_run: Annotated[int, Field(ge=1)] | None = None
    steps: tuple[TaperStep, ...] = ()
    outcomes: Annotated[tuple[PlannedOutcome, ...], Field(min_length=1)]
    rescue: Text | None = None
    blinding: Blinding = Field(default_factory=Blinding)
    stop_rules: tuple[StopRule, ...] = ()
    analysis: PlannedAnalysis = Field(default_factory=PlannedAnalysis)
    overrides: tuple[Override, ...] = ()
    statements: FrozenMap[RecordId, Text] = Field(default_factory=empty)
    screened: Screened | None = None

    @model_validator(mode="after")
    def _the_template_has_what_it_needs(self) -> Self:
        if self.template.randomised and not (self.blocks and self.period_days):
            found = f"{self.blocks} blocks of periods of {self.period_days} d"
            raise UnfitError("at least one block and periods of at least a day", found)
        if self.template is Template.ALTERNATING_DAYS and (self.period_days != 1 or self.washout_days):
            found = f"periods of {self.period_days} d, washout {self.washout_days} d"
            raise UnfitError("units of one day and no washout in alternating days", found)
        if (self.template is Template.SUPERVISED_TAPER) != bool(self.steps):
            raise UnfitError(
                "steps: [{share: ..., days: ...}, ...], shares and days that the clinician decided on, in a supervised "
                "taper and nowhere else",
                f"{len(self.steps)} steps",
            )
        if self.template is Template.OBSERVATIONAL and (self.blocks or not self.period_days):
            found = f"{self.blocks} blocks, {self.period_days} d"
            raise UnfitError("an observation of at least a day and no blocks", found)
        return self

    @model_validator(mode="after")
    def _one_outcome_is_primary(self) -> Self:
        primary = [item.id for item in self.outcomes if item.primary]
        if len(primary) != 1:
            raise UnfitError("exactly one primary outcome: it alone decides", f"{', '.join(primary) or 'none'}")
        if len({item.id for item in self.outcomes}) < len(self.outcomes):
            raise UnfitError("outcomes with ids of their own", ", ".join(item.id for item in self.outcomes))
        return self

    @model_validator(mode="after")
    def _runs_can_be_as_short_as_the_rule_says(self) -> Self:
        if self.max_run is not None and self.rule == "blocks" and self.max_run < 2 and self.blocks > 1:
            raise UnfitError("a longest run of at least 2 periods: two blocks may meet with the same level", "1")
        return self

    @property
    def primary(self) -> PlannedOutcome:
        """The outcome that decides."""
        return next(item for item in self.outcomes if item.primary)

    @property
    def units(self) -> int:
        """How many periods, or days, chance assigns."""
        return 2 * self.blocks if self.template.randomised else 0

    @property
    def unit_starts_days(self) -> tuple[int, ...]:
        """The first day of each drawn period."""
        step = self.period_days + self.washout_days
        return tuple(self.run_in_days + step * unit for unit in range(self.units))

    @property
    def length_days(self) -> int:
        """From the first day of the run-in to the last day of the trial."""
        if self.template.randomised:
            return self.run_in_days + self.units * (self.period_days + self.washout_days)
        return self.run_in_days + (sum(step.days for step in self.steps) or self.period_days)
