"""What a simulated plan can find out, in words and figures: one view for terminal, page and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from equipoise.analyse.figures import plain
from equipoise.design.adaptive import Compared
from equipoise.design.estimates import Estimate
from equipoise.design.power import Operating
from equipoise.design.sweep import Curve, FalseClaims
from equipoise.design.truth import Normal, Truth
from equipoise.model.prior import HalfLife, PhiPrior
from equipoise.model.trial_design import Template, TrialDesign
from equipoise.report.words import NBSP

HALF = 0.5
LIMITS = (
    "Simulated ratings are Gaussian numbers without bounds; a score at its floor tells less.",
    "An early stop rests on the half-life that the plan assumes; it is a figure of planning, not a rule to stop by.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is, its value, its Monte-Carlo error, and what it means."""

    name: str
    value: str
    error: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Told:
    """A simulated plan as people read it. `curves`, `claims`, `adaptive`: empty where they were not simulated."""

    found: Operating
    curves: tuple[Curve, ...] = ()
    claims: tuple[FalseClaims, ...] = ()
    adaptive: Compared | None = None

    @property
    def design(self) -> TrialDesign:
        """The plan."""
        return self.found.design

    @property
    def chance(self) -> str:
        """The chance of learning, alone."""
        return f"{per_cent(self.found.power.value)} chance of learning a benefit"

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        found = self.found
        chance = found.power.value
        judged = (
            "more often than not the question would stay open"
            if chance < HALF
            else "more often than not the answer would be learned"
        )
        return f"{self.if_true}, this plan shows it in {per_cent(chance)} of trials: {judged}."

    @property
    def if_true(self) -> str:
        """The truth of the effect as the beginning of a sentence."""
        effect, label = self.found.truth.effect, self.design.primary.label
        if isinstance(effect, Normal):
            return f"If the effect on {label} is as uncertain as the prior says"
        if effect == 0.0:
            return f"If the adjunct does nothing for {label}"
        way = "lowers" if effect < 0 else "raises"
        return f"If the adjunct truly {way} {label} by {plain(abs(effect))} points"

    @property
    def warnings(self) -> Iterator[str]:
        """What a reader must not miss."""
        found = self.found
        if not self.design.template.randomised:
            yield (
                "Nothing is drawn in this plan, and level and time go together: what it shows is how the ratings went "
                "with the level, never what the adjunct did."
            )
        if found.claims_too_often:
            yield (
                f"Too many false claims: where the adjunct does nothing, a benefit is claimed in "
                f"{per_cent(found.type_i_error.value)} of trials, more than a point above the nominal "
                f"{per_cent(found.nominal)}."
            )
        for item in self.claims:
            if item.too_often:
                yield (
                    f"At a day-to-day correlation of {item.phi:g} the plan's rule claims a benefit of nothing in "
                    f"{per_cent(item.posterior.value)} of trials, more than a point above {per_cent(item.nominal)}."
                )
        if found.decisions.no_answer.value > 0.0:
            yield (
                f"In {per_cent(found.decisions.no_answer.value)} of trials too few ratings are left for any answer; "
                "they count as not learned."
            )

    def rows(self) -> Iterator[Row]:
        """The figures, the most asked for first."""
        found = self.found
        sure = per_cent(self.design.analysis.convinced)
        yield _share("Chance of learning a benefit", found.power, f"its probability reaches {sure}")
        if found.power_beyond_mcid is not None:
            beyond = f"of a benefit beyond {plain(self.design.primary.mcid or 0.0)} points reaches {sure}"
            yield _share("Chance of learning that it matters", found.power_beyond_mcid, f"the probability {beyond}")
        yield _share("False claims of a benefit", found.type_i_error, "the same trials, had the adjunct done nothing")
        told = f"the usual t-test at the same {per_cent(found.nominal)}, which ignores correlation"
        yield _share("False claims by Welch's t-test", found.welch_type_i_error, told)
        level = per_cent(self.design.analysis.level)
        yield _share("Interval holds the truth", found.coverage, f"nominally {level}, averaged over the prior")
        width = found.interval_width
        yield Row("Width of the interval", _plain(width), _error(width), f"points; the {level} interval at the end")
        yield from self._decisions()
        yield from self._stops()
        yield from self._burden()

    def _decisions(self) -> Iterator[Row]:
        told = self.found.decisions
        yield _share("Ends with: benefit", told.benefit, "it is for the better")
        yield _share("Ends with: harm", told.harm, "it is for the worse")
        if self.design.primary.mcid is not None:
            yield _share("Ends with: too small to matter", told.futile, "under half of what matters")
        yield _share("Ends with: open", told.open, "nobody can tell")
        yield _share("Ends with: no answer", told.no_answer, "too few ratings")

    def _stops(self) -> Iterator[Row]:
        stop = self.found.early_stop
        if stop.stopped is None or stop.days is None:
            yield Row("Valid early stop", "none", "", stop.why)
            return
        yield _share("Valid early stop for benefit", stop.stopped, "by the anytime-valid confidence sequence")
        yield Row("Days until then, or the end", _plain(stop.days), _error(stop.days), "days")

    def _burden(self) -> Iterator[Row]:
        asked, lived = self.found.burden, self.found.expected_burden
        minutes = "" if asked.minutes is None else f", {plain(asked.minutes)} minutes"
        yield Row("Asked of the patient", f"{asked.ratings} ratings", "", f"all outcomes{minutes}")
        yield Row("Days", str(asked.days), "", f"{asked.days_on} of them with the adjunct")
        yield Row("Days lived through", _plain(lived.days), _error(lived.days), "until the patient leaves")
        yield Row("Days it was taken", _plain(lived.days_on), _error(lived.days_on), "until then")

    def ways(self) -> Iterator[tuple[str, str, str]]:
        """Adaptive allocation beside that of the plan: what, adaptive, as planned; nothing where it was not asked."""
        if self.adaptive is None:
            return
        one, other = self.adaptive.adaptive, self.adaptive.planned
        yield "Chance of learning a benefit", _both(one.power), _both(other.power)
        yield "False claims of a benefit", _both(one.type_i_error), _both(other.type_i_error)
        yield "Interval holds the truth", _both(one.coverage), _both(other.coverage)
        yield "Drawn periods with the adjunct", _both(one.share_on), _both(other.share_on)

    def assumed(self) -> Iterator[tuple[str, str]]:
        """What the simulation takes for true, name and value."""
        yield from assumptions(self.found.truth)

    @property
    def layout(self) -> str:
        """The plan in one line."""
        design = self.design
        if design.template is Template.SUPERVISED_TAPER:
            return f"a taper of {len(design.steps)} steps, {design.length_days} days in all"
        if design.template is Template.ALTERNATING_DAYS:
            return f"{design.units} drawn days, {design.length_days} days in all"
        washout = f", {design.washout_days} days of washout" if design.washout_days else ""
        periods = f"{design.units} periods of {design.period_days} days{washout}"
        return f"{periods}, {design.length_days} days in all"

    @property
    def simulated(self) -> str:
        """How the figures came about."""
        found = self.found
        rate = plain(found.fits / found.seconds)
        return (
            f"{found.trials} simulated trials, seed {found.seed}, each with an order of its own; "
            f"{found.fits} analyses in {plain(found.seconds)} s ({rate} a second)."
        )


def assumptions(truth: Truth) -> Iterator[tuple[str, str]]:
    """What a truth says, name and value."""
    effect = truth.effect
    told = f"{plain(effect)} points" if not isinstance(effect, Normal) else f"normal, SD {plain(effect.sd)} points"
    yield "effect", told
    phi = truth.phi
    yield "correlation over a day", _beta(phi) if isinstance(phi, PhiPrior) else plain(phi)
    yield "SD within the person", f"{plain(truth.sd)} points"
    yield "half-life of the effect", _half_life(truth.half_life)
    if truth.trend:
        yield "trend", f"{plain(truth.trend)} points over half the trial"
    yield "planned days taken", per_cent(truth.adherence)
    yield "ratings missing", per_cent(truth.missing)
    yield "leaving", f"{per_cent(1.0 - (1.0 - truth.dropout_per_day) ** 7)} a week"


def _beta(phi: PhiPrior) -> str:
    return f"Beta({phi.a:g}, {phi.b:g}) from {phi.low:g} to {phi.high:g}"


def _half_life(found: HalfLife) -> str:
    if found.fixed:
        return f"{plain(found.median_days)} days" if found.median_days else "at once"
    return f"log-normal, median {plain(found.median_days)} days, log SD {plain(found.log_sd)}"


def per_cent(value: float) -> str:
    """A share in per cent, to a tenth.

    >>> per_cent(0.3247).split()
    ['32.5', '%']
    """
    return f"{100.0 * value:.1f}{NBSP}%".replace(".0" + NBSP, NBSP)


def _both(found: Estimate) -> str:
    """A share with its error in one cell."""
    return f"{per_cent(found.value)} ± {100.0 * found.mcse:.1f}" if found.trials else "not known"


def _share(name: str, found: Estimate, meaning: str) -> Row:
    if not found.trials:
        return Row(name, "not known", "", "no trial tells it")
    return Row(name, per_cent(found.value), f"± {100.0 * found.mcse:.2f}", meaning)


def _plain(found: Estimate) -> str:
    return plain(found.value) if found.trials else "not known"


def _error(found: Estimate) -> str:
    return f"± {plain(found.mcse, 2)}" if found.trials else ""


def as_json(told: Told) -> dict[str, Any]:
    """The figures for programs; `mcse` holds the Monte-Carlo standard error of each under the same name."""
    found = told.found
    named: dict[str, Estimate | None] = {
        "power": found.power,
        "power_beyond_mcid": found.power_beyond_mcid,
        "type_i_error": found.type_i_error,
        "welch_type_i_error": found.welch_type_i_error,
        "coverage": found.coverage,
        "interval_width": found.interval_width,
    }
    shares = {name: Estimate(**part) for name, part in asdict(found.decisions).items()}
    stop = found.early_stop
    stopped = {"share": stop.stopped, "days": stop.days}
    return {
        **{name: _value(item) for name, item in named.items()},
        "mcse": {name: _mcse(item) for name, item in named.items()},
        "nominal": found.nominal,
        "claims_too_often": found.claims_too_often,
        "decisions": {name: item.as_json() for name, item in shares.items()},
        "early_stop": {name: item and item.as_json() for name, item in stopped.items()} | {"why": stop.why},
        "burden": asdict(found.burden),
        "expected_burden": {name: Estimate(**part).as_json() for name, part in asdict(found.expected_burden).items()},
        "trials": found.trials,
        "seed": found.seed,
        "fits": found.fits,
        "fits_per_second": found.fits / found.seconds,
        "truth": asdict(found.truth),
        "adaptive": None if told.adaptive is None else _compared(told.adaptive),
        "sentence": told.headline,
        "warnings": [*told.warnings],
    }


def _compared(found: Compared) -> dict[str, Any]:
    ways = {"adaptive": found.adaptive, "planned": found.planned}
    return {
        **{name: {key: Estimate(**part).as_json() for key, part in asdict(way).items()} for name, way in ways.items()},
        "costs": found.costs,
    }


def _value(found: Estimate | None) -> float | None:
    return found.value if found is not None and found.trials else None


def _mcse(found: Estimate | None) -> float | None:
    return found.mcse if found is not None and found.trials else None
