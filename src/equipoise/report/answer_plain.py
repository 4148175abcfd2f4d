"""The answer of an analysis as plain JSON values: everything a program may want, and null where there is nothing."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import orjson

from equipoise import __version__
from equipoise.analyse.certainty import certainty
from equipoise.analyse.described import described
from equipoise.analyse.robustness import robustness
from equipoise.analyse.sentence import side
from equipoise.model.observations import Observations
from equipoise.model.posterior import Effect, Posterior, Summary

Plain = Any  # any JSON value


def answer_json(posterior: Posterior) -> bytes:
    """The answer as one line of JSON in UTF-8; what does not exist or was not said is null."""
    return orjson.dumps(answer_plain(posterior))


def answer_plain(posterior: Posterior) -> dict[str, Any]:
    """The answer as a mapping: whose it is, `effect`, the other quantities, what stands beside it, and its making."""
    effect = posterior.effect
    seen = posterior.observations
    found: dict[str, Any] = {
        "case": seen.case,
        "adjunct": posterior.schedule.adjunct,
        "sentence": posterior.sentence,
        "robustness": robustness(posterior),
        "effect": {
            "mean": effect.mean,
            "sd": effect.sd,
            f"interval_{100 * posterior.plan.level:g}": list(effect.interval),
            "p_below_zero": effect.p_below_zero,
            "p_better": posterior.p_better,
            "side": side(effect, seen),
            "certainty": certainty(max(posterior.p_better, 1.0 - posterior.p_better)),
            "p_benefit": effect.p_benefit,
            "p_harm": effect.p_harm,
            "p_futile": effect.p_futile,
            "mcid": effect.mcid,
            "unit": effect.unit,
            "as_delivered": _summary(effect.as_delivered),
            "expected": _expected(effect),
        },
        "described": asdict(described(posterior.schedule, seen)),
        "phi": _summary(posterior.phi),
        "sigma": _summary(posterior.sigma),
        "trend": _summary(posterior.trend),
        "half_life": _summary(posterior.half_life_days),
        "coefficients": {name: _summary(item) for name, item in posterior.coefficients.items()},
        "randomisation_test": asdict(posterior.randomisation_test),
        "confidence_sequence": asdict(posterior.confidence_sequence),
        "blinding": None if posterior.blinding is None else asdict(posterior.blinding),
        "checks": [asdict(item) for item in posterior.checks],
        "loo": [asdict(item) for item in posterior.loo],
        "what_if": [asdict(item) for item in posterior.what_if],
        "likelihood": posterior.likelihood,
        "likelihood_why": posterior.likelihood_why,
        "design": posterior.schedule.design,
        "outcome": seen.name,
        "better": seen.better,
        "better_said": seen.better_said,
        "first_rating": _date(seen, 0),
        "last_rating": _date(seen, -1),
        "n": seen.n,
        "missing": seen.missing,
        "scale": posterior.scale,
        "s0": posterior.s0,
        "s0_from": posterior.s0_from,
        "log_evidence": posterior.log_evidence,
        "prior": asdict(posterior.prior),
        "plan": asdict(posterior.plan),
        "notes": list(posterior.notes),
        "references": list(posterior.references),
        "version": __version__,
    }
    return _finite(found)


def _expected(effect: Effect) -> dict[str, float] | None:
    """The mean rating to expect without the adjunct and with it; null where the effect is in points."""
    return None if effect.expected is None else dict(zip(("without", "with"), effect.expected, strict=True))


def _date(seen: Observations, rating: int) -> str | None:
    """The date of the first (0) or the last (-1) rating; null where the diary has days without dates."""
    found = seen.date(float(seen.times_days[seen.observed][rating]))
    return None if found is None else found.isoformat()


def _summary(item: Summary | None) -> dict[str, Any] | None:
    return None if item is None else {"mean": item.mean, "sd": item.sd, "interval": list(item.interval)}


def _finite(value: Plain) -> Plain:
    """The same with null for every number that is none; JSON knows no NaN. Counts beyond 64 bits become texts."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType] - any JSON value
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]  # pyright: ignore[reportUnknownVariableType] - any JSON value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > 2**53:
        return float(value)
    return value
