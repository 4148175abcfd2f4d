"""What kind of number a rating is, as words and on an axis: points, counts, answers, yes or no."""

from __future__ import annotations

from equipoise.analyse.figures import plain
from equipoise.model.posterior import Posterior
from equipoise.report.answer_axes import Axis
from equipoise.report.canvas import Tick

UNITS = {"binary": "yes or no", "poisson": "a count", "ordinal": "an answer"}
MOST = 6


def rating_unit(posterior: Posterior) -> str:
    """What a rating is: points, unless the likelihood says that it is something else."""
    return UNITS.get(posterior.likelihood, "points")


def rating_word(posterior: Posterior, value: float) -> str:
    """One rating in words."""
    if posterior.likelihood == "binary":
        return "yes" if value else "no"
    return plain(value)


def better_words(posterior: Posterior) -> str:
    """Which rating is a relief, and whether that was only assumed."""
    better = posterior.observations.better
    told = f"a {better} score"
    if posterior.likelihood == "binary":
        told = "yes more often" if better == "higher" else "no more often"
    return told if posterior.observations.better_said else f"{told} (assumed)"


def rating_ticks(y: Axis, posterior: Posterior) -> tuple[Tick, ...]:
    """Named ratings on an axis: only such as somebody could give."""
    if posterior.likelihood == "binary":
        return (Tick(y.at(0.0), "no"), Tick(y.at(1.0), "yes"))
    return y.ticks(MOST, whole=posterior.likelihood in UNITS)
