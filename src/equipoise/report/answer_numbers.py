"""All numbers of an answer, and every choice that was made before it."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.analyse.figures import plain, span
from equipoise.model.posterior import Posterior, Summary
from equipoise.model.prior import Prior
from equipoise.report import words
from equipoise.report.answer_rows import Row, level_of

LIKELIHOODS = {
    "gaussian": "ratings as continuous, normally distributed",
    "ordinal_sum": "sum score as a latent normal, known up to its score",
    "ordinal": "single item as ordered answers",
    "binary": "two answers",
    "poisson": "counts",
}


def numbers(posterior: Posterior, noun: str) -> Iterable[Row]:
    """Every estimated quantity with what it means."""
    effect, level = posterior.effect, level_of(posterior)

    def row(name: str, item: Summary, meaning: str) -> Row:
        return Row(name, f"{plain(item.mean)} (SD {plain(item.sd)}; {level} {span(item.interval)})", meaning)

    own = Summary(effect.mean, effect.sd, effect.interval)
    yield row(words.sentence(noun), own, f"steady state, on minus off, {effect.unit}")
    if effect.as_delivered is not None:
        yield row("As delivered", effect.as_delivered, "mean difference over the days as they were lived")
    yield Row("P(below 0)", words.probability(effect.p_below_zero), "probability that the score is lower with it")
    yield row("Correlation over one day (phi)", posterior.phi, "how much of a day's departure is left on the next")
    yield row("Residual SD (sigma)", posterior.sigma, f"spread about the course, {posterior.scale}")
    if posterior.prior.half_life.kernel:
        days = len(posterior.prior.half_life.kernel)
        meaning = "the share of what is taken that acts on its own day, the next, and so on"
        yield Row("Build-up and decay", f"a known kernel over {days} days", meaning)
    else:
        yield row("Half-life, days", posterior.half_life_days, "of build-up and decay")
    for name, item in posterior.coefficients.items():
        if name != "effect":
            yield row(words.sentence(name), item, _coefficient(name, posterior.scale))
    why = f"{posterior.scale}, from: {posterior.s0_from}; all priors use it"
    yield Row("Planning SD (s0)", plain(posterior.s0), why)
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


def choices(posterior: Posterior, noun: str) -> Iterable[Row]:
    """Likelihood, trend, MCID, windows, priors, level, seed: what another choice would change."""
    prior, plan, seen = posterior.prior, posterior.plan, posterior.observations
    yield Row("Likelihood", LIKELIHOODS.get(posterior.likelihood, posterior.likelihood), posterior.likelihood_why)
    yield Row("Trend", plan.trend, "of the ratings over the days of the trial")
    agreed = "none agreed" if plan.mcid is None else f"{plain(plan.mcid)} {posterior.effect.unit}"
    yield Row("Smallest difference that matters (MCID)", agreed)
    yield Row("Recall window", f"{plain(seen.recall_days)} days" if seen.recall_days else "none: the rating is of now")
    yield Row("Score range", "not given" if seen.bounds is None else span(seen.bounds))
    yield from priors(prior, noun)
    yield Row("Level of intervals", level_of(posterior))
    yield Row("Seed", str(plan.seed), "of sampled orders, replicated diaries and the course of a latent scale")
    yield Row("Fewest ratings at each level", str(plan.fewest), "below which no answer is given")
    several = {None: "where a day has several", True: "yes", False: "no"}[plan.several_a_day]
    yield Row("Several ratings a day share the day's state", several)


def priors(prior: Prior, noun: str) -> Iterable[Row]:
    """What is believed before the diary is read; `noun` is what the estimate may be called."""
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
    known = f"a known kernel, on average as slow as {plain(half.median_days)} days" if half.kernel else known
    spread = f"log-normal, median {plain(half.median_days)} days, log SD {plain(half.log_sd)}"
    yield Row("Prior of the half-life", known or spread)
    yield Row("Prior of each rating's own noise", f"beta({plain(prior.noise[0])}, {plain(prior.noise[1])})",
              "share of the variance; used only with several ratings a day")  # fmt: skip
