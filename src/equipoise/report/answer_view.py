"""An individual analysis as the words and rows of its report: every figure once, said the same on every page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.analyse.sentence import percent
from equipoise.knowledge import load_knowledge
from equipoise.model.posterior import ConfidenceSequence, Look, Posterior, RandomisationTest, Summary
from equipoise.model.prior import Prior
from equipoise.model.schedule import RANDOMISED
from equipoise.report import words
from equipoise.report.answer_axes import plain
from equipoise.report.answer_pictures import Estimate
from equipoise.report.answer_terminal import blinding_words
from equipoise.report.footnotes import Footnotes, Note

SUSPECT = 0.05
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
WEAK_RECORD = "A diary of one person is weak evidence, whatever it shows."

DESIGNS = {
    "randomised_blocks": "randomised periods",
    "alternating_days": "randomised days",
    "supervised_taper": "supervised taper, not randomised",
    "observational": "observation, not randomised",
}
LIKELIHOODS = {
    "gaussian": "ratings as continuous, normally distributed",
    "ordinal_sum": "sum score as a latent normal, known up to its score",
    "ordinal": "single item as ordered answers",
    "binary": "two answers",
    "poisson": "counts",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One named value of a table with what it means."""

    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class EstimateLine:
    """One assumption with the figures that follow from it."""

    name: str
    mean: str
    sd: str
    interval: str
    below: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One posterior predictive check."""

    name: str
    seen: str
    expected: str
    p_value: str
    passes: bool


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One model's leave-one-out score."""

    name: str
    elpd: str
    difference: str
    reading: str


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look of the confidence sequence."""

    day: str
    low: str
    high: str
    e_value: str


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """One row of the diary."""

    day: str
    acting: str
    rating: str
    fitted: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """Everything that the report says; `noun` is `effect` only where chance drew the order, else `difference`."""

    title: str
    noun: str
    randomised: bool
    facts: tuple[Row, ...]
    probabilities: tuple[Row, ...]
    estimates: tuple[EstimateLine, ...]
    test: tuple[str, ...]
    sequence: tuple[str, ...]
    blinding: str
    looks: tuple[LookLine, ...]
    checks: tuple[CheckLine, ...]
    failed: int
    scores: tuple[ScoreLine, ...]
    numbers: tuple[Row, ...]
    choices: tuple[Row, ...]
    diary: tuple[DiaryLine, ...]
    notes: tuple[str, ...]
    sources: Footnotes
    weak: str = WEAK_RECORD


def answer_view(posterior: Posterior) -> AnswerView:
    """The report's words and rows."""
    seen = posterior.observations
    randomised = posterior.schedule.design in RANDOMISED
    noun = "effect" if randomised else "difference"
    checks = _checks(posterior, noun)
    return AnswerView(
        title=words.clean(f"Individual analysis: {seen.name}"),
        noun=noun,
        randomised=randomised,
        facts=_facts(posterior),
        probabilities=_probabilities(posterior),
        estimates=tuple(_estimate_line(posterior, noun)),
        test=_test(posterior.randomisation_test),
        sequence=_sequence(posterior.confidence_sequence),
        blinding=_blinding(posterior, noun),
        looks=tuple(
            LookLine(plain(look.day), _bound(look.low), _bound(look.high), plain(look.e_value))
            for look in posterior.confidence_sequence.looks
        ),
        checks=checks,
        failed=sum(not line.passes for line in checks),
        scores=_scores(posterior, noun),
        numbers=tuple(_numbers(posterior, noun)),
        choices=tuple(_choices(posterior, noun)),
        diary=_diary(posterior),
        notes=tuple(_named(note, noun) for note in posterior.notes),
        sources=citations(posterior.references),
    )


def citations(keys: Iterable[str]) -> Footnotes:
    """The sources of the methods, numbered in the order given; a key without a record stays visible as such."""
    known = load_knowledge().sources
    return Footnotes(tuple(Note(index, key, known.get(key)) for index, key in enumerate(keys, start=1)))


def estimates(posterior: Posterior) -> tuple[Estimate, ...]:
    """The planned estimate first, then those under other assumptions."""
    noun = "effect" if posterior.schedule.design in RANDOMISED else "difference"
    own = Estimate("as planned", posterior.effect.mean, posterior.effect.interval)
    return (own, *(Estimate(_named(row.name, noun), row.mean, row.interval) for row in posterior.what_if))


def span(interval: tuple[float, float]) -> str:
    """An interval in words.

    >>> span((-1.12, 2.8))
    '−1.12 to 2.8'
    """
    return f"{plain(interval[0])} to {plain(interval[1])}"


def _named(text: str, noun: str) -> str:
    """The text with the word for the estimate that the design allows: without randomisation it is no effect."""
    return text.replace("effect", noun)


def _level(posterior: Posterior) -> str:
    return f"{100 * posterior.plan.level:g} %"


def _facts(posterior: Posterior) -> tuple[Row, ...]:
    seen = posterior.observations
    first, last = float(seen.times_days[0]), float(seen.times_days[-1])
    return (
        Row("Outcome", seen.name),
        Row("Better is", f"a {seen.better} score"),
        Row("Design", DESIGNS[posterior.schedule.design]),
        Row("Ratings", f"{seen.n}, {seen.missing} missing"),
        Row("Days", f"{plain(first)} to {plain(last)}"),
    )


def _probabilities(posterior: Posterior) -> tuple[Row, ...]:
    effect, seen = posterior.effect, posterior.observations
    below = effect.p_below_zero
    better = below if seen.better == "lower" else 1.0 - below
    rows = [
        Row("The better direction", percent(better), "any difference for the better, however small"),
        Row("The worse direction", percent(1.0 - better), "any difference for the worse, however small"),
    ]
    if effect.mcid is None or effect.p_benefit is None or effect.p_harm is None or effect.p_futile is None:
        why = "no smallest difference that matters was agreed"
        if posterior.plan.mcid is not None:
            why = f"the smallest difference that matters is in points, this answer in {effect.unit}"
        return (*rows, Row("A difference that matters", "not stated", why))
    size = f"{plain(effect.mcid)} {effect.unit}"
    return (
        *rows,
        Row("Better by an amount that matters", percent(effect.p_benefit), f"more than {size}"),
        Row("Worse by an amount that matters", percent(effect.p_harm), f"more than {size}"),
        Row("Too small to matter", percent(effect.p_futile), f"less than half of {size} in either direction"),
    )


def _estimate_line(posterior: Posterior, noun: str) -> Iterable[EstimateLine]:
    effect = posterior.effect
    rows = [("as planned", effect.mean, effect.sd, effect.interval, effect.p_below_zero)]
    rows += [(_named(row.name, noun), row.mean, row.sd, row.interval, row.p_below_zero) for row in posterior.what_if]
    for name, mean, sd, interval, below in rows:
        yield EstimateLine(name, plain(mean), plain(sd), span(interval), words.probability(below))


def _test(test: RandomisationTest) -> tuple[str, ...]:
    if test.p_value is None:
        return (f"Not to be had: {test.why}.",)
    count = _count(test.schedules or 0)
    how = "all of them were tried" if test.exact else f"a sample of them was drawn with seed {test.seed}"
    found = [
        f"p = {plain(test.p_value)} (two-sided). The rule could have drawn {count} orders; {how}.",
        "It asks how often another order, drawn by the same rule, would have looked at least as striking.",
        "It needs no model of the ratings.",
    ]
    if test.least_p is not None:
        found.append(f"The least p that this design could give is {plain(test.least_p)}.")
    if test.mid_p is not None:
        found.append(f"With ties counted half (mid-p): {plain(test.mid_p)}.")
    return (*found, words.closed(test.why)) if test.why else tuple(found)


def _blinding(posterior: Posterior, noun: str) -> str:
    """What the patient's guesses say, with the word that the design allows; empty where nobody asked."""
    return "" if posterior.blinding is None else _named(blinding_words(posterior.blinding), noun)


def _count(orders: int) -> str:
    """A number of orders; a huge one as a power of ten.

    >>> _count(252), _count(1_170_068_094_910_332_341)
    ('252', '1.2 × 10¹⁸')
    """
    if orders < 10**9:
        return f"{orders:,}"
    digits, _, power = f"{orders:.1e}".partition("e+")
    return f"{digits} × 10{power.translate(SUPERSCRIPT)}"


def _sequence(sequence: ConfidenceSequence) -> tuple[str, ...]:
    if not sequence.looks:
        return (f"Not to be had: {sequence.why}.",)
    last = sequence.looks[-1]
    level = f"{100 * sequence.level:g} %"
    threshold = plain(1.0 / (1.0 - sequence.level))
    found = [
        f"After the last look, on day {plain(last.day)}: {_bounds(last)} ({level}, valid at every look together).",
        f"Evidence against no effect (e-value): {plain(last.e_value)}; {threshold} would refute it at this level.",
        "It is wider than the interval above because it may be looked at after each drawn unit.",
        "It alone may end a trial early for benefit.",
    ]
    return (*found, words.closed(sequence.why)) if sequence.why else tuple(found)


def _bounds(look: Look) -> str:
    if look.all_refuted:
        return "every value is refuted: an additive effect with this half-life does not describe the trial"
    if look.low is not None and look.high is not None:
        return span((look.low, look.high))
    if look.low is not None:
        return f"above {plain(look.low)}, no upper bound reached"
    return "no bound reached" if look.high is None else f"below {plain(look.high)}, no lower bound reached"


def _bound(value: float | None) -> str:
    return "not reached" if value is None else plain(value)


def _checks(posterior: Posterior, noun: str) -> tuple[CheckLine, ...]:
    return tuple(
        CheckLine(
            words.sentence(_named(check.name, noun)),
            plain(check.seen),
            span(check.expected),
            words.probability(check.p_value),
            check.p_value >= SUSPECT,
        )
        for check in posterior.checks
    )


def _scores(posterior: Posterior, noun: str) -> tuple[ScoreLine, ...]:
    found: list[ScoreLine] = []
    for score in posterior.loo:
        name = words.sentence(_named("chosen model" if score.model == "chosen" else score.model, noun))
        if score.elpd is None:
            found.append(ScoreLine(name, "none", "none", words.sentence(score.why)))
        elif score.difference is None or score.se is None:
            found.append(ScoreLine(name, f"{plain(score.elpd)}", "reference", "the others are compared with it"))
        else:
            told = f"{plain(score.difference)} (SE {plain(score.se)})"
            found.append(ScoreLine(name, plain(score.elpd), told, _reading(score.difference, score.se)))
    return tuple(found)


def _reading(difference: float, se: float) -> str:
    if abs(difference) <= 2.0 * se:
        return "no clear difference"
    return "predicts worse" if difference < 0 else "predicts better: read the planned answer with care"


def _numbers(posterior: Posterior, noun: str) -> Iterable[Row]:
    effect, level = posterior.effect, _level(posterior)

    def row(name: str, item: Summary, meaning: str) -> Row:
        return Row(name, f"{plain(item.mean)} (SD {plain(item.sd)}; {level} {span(item.interval)})", meaning)

    own = Summary(effect.mean, effect.sd, effect.interval)
    yield row(words.sentence(noun), own, f"steady state, on minus off, {effect.unit}")
    if effect.as_delivered is not None:
        yield row("As delivered", effect.as_delivered, "mean difference over the days as they were lived")
    yield Row("P(below 0)", words.probability(effect.p_below_zero), "probability that the score is lower with it")
    yield row("Correlation over one day (phi)", posterior.phi, "how much of a day's departure is left on the next")
    yield row("Residual SD (sigma)", posterior.sigma, f"spread about the course, {effect.unit}")
    if posterior.prior.half_life.fixed:
        yield Row("Half-life", f"{plain(posterior.half_life_days.mean)} days, fixed", "of build-up and decay")
    else:
        yield row("Half-life, days", posterior.half_life_days, "of build-up and decay")
    for name, item in posterior.coefficients.items():
        if name != "effect":
            yield row(words.sentence(name), item, _coefficient(name, effect.unit))
    yield Row("Planning SD (s0)", plain(posterior.s0), f"{effect.unit}, from: {posterior.s0_from}; all priors use it")
    yield Row("Ratings", str(posterior.observations.n), f"{posterior.observations.missing} missing")
    yield Row("Log evidence", plain(posterior.log_evidence), "log marginal likelihood of the diary")


def _coefficient(name: str, unit: str) -> str:
    if name == "level":
        return f"score with no exposure in the middle of the trial, {unit}"
    if name == "trend":
        return f"change from the middle to the end of the trial, {unit}"
    if name.startswith("bend"):
        return f"change of the trend's slope there, {unit} per half trial"
    if name == "withdrawal":
        return f"difference on days marked as withdrawal, kept apart, {unit}"
    if name.startswith("threshold"):
        return f"where one answer gives way to the next, {unit}"
    return f"for one SD of this column, {unit}"


def _choices(posterior: Posterior, noun: str) -> Iterable[Row]:
    prior, plan, seen = posterior.prior, posterior.plan, posterior.observations
    yield Row("Likelihood", LIKELIHOODS.get(posterior.likelihood, posterior.likelihood), posterior.likelihood_why)
    yield Row("Trend", plan.trend, "of the ratings over the days of the trial")
    agreed = "none agreed" if plan.mcid is None else f"{plain(plan.mcid)} points"
    yield Row("Smallest difference that matters (MCID)", agreed)
    yield Row("Recall window", f"{plain(seen.recall_days)} days" if seen.recall_days else "none: the rating is of now")
    yield Row("Score range", "not given" if seen.bounds is None else span(seen.bounds))
    yield from _priors(prior, noun)
    yield Row("Level of intervals", _level(posterior))
    yield Row("Seed", str(plan.seed), "of sampled orders and replicated diaries")
    yield Row("Fewest ratings at each level", str(plan.fewest), "below which no answer is given")
    several = {None: "where a day has several", True: "yes", False: "no"}[plan.several_a_day]
    yield Row("Several ratings a day share the day's state", several)


def _priors(prior: Prior, noun: str) -> Iterable[Row]:
    centre = prior.centre if isinstance(prior.centre, str) else plain(prior.centre)
    yield Row(f"Prior of the {noun}", f"normal, mean 0, SD {plain(prior.effect)} s0", "sceptical: centred on none")
    yield Row("Prior of the level", f"normal about the {centre}, SD {plain(prior.intercept)} s0")
    rest = (("trend", prior.trend), ("covariates", prior.covariate), ("withdrawal", prior.withdrawal))
    for name, size in rest:
        yield Row(f"Prior of the {name}", f"normal, mean 0, SD {plain(size)} s0")
    of = "the residual" if prior.scale_of == "marginal" else "its daily step"
    yield Row("Prior of the residual SD", f"half-normal, scale {plain(prior.scale)} s0", f"SD of {of}")
    phi = prior.phi
    shape = f"beta({plain(phi.a)}, {plain(phi.b)}) on {plain(phi.low)} to {plain(phi.high)}"
    yield Row("Prior of the correlation over one day", shape)
    half = prior.half_life
    known = f"{plain(half.median_days)} days, fixed" if half.fixed else ""
    spread = f"log-normal, median {plain(half.median_days)} days, log SD {plain(half.log_sd)}"
    yield Row("Prior of the half-life", known or spread)
    yield Row("Prior of each rating's own noise", f"beta({plain(prior.noise[0])}, {plain(prior.noise[1])})",
              "share of the variance; used only with several ratings a day")  # fmt: skip


def _diary(posterior: Posterior) -> tuple[DiaryLine, ...]:
    seen, fit = posterior.observations, posterior.fitted
    rows = zip(seen.times_days, fit.exposure, seen.values, fit.mean, fit.low, fit.high, strict=True)
    return tuple(
        DiaryLine(
            day=plain(float(day)),
            acting=plain(float(acting)),
            rating="missing" if math.isnan(value) else plain(float(value)),
            fitted="none" if math.isnan(mean) else f"{plain(float(mean))} ({span((float(low), float(high)))})",
        )
        for day, acting, value, mean, low, high in rows
    )
