"""The ratings as they are, as rows: by level and by period, before any model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.analyse.described import Group, described
from equipoise.analyse.figures import plain
from equipoise.model.posterior import Posterior
from equipoise.report import words
from equipoise.report.answer_days import day_figure

PLAIN = "No trend, correlation, carry-over or prior is in this figure."


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One level or period with its figures in words."""

    name: str
    n: str
    missing: str
    mean: str
    sd: str


@dataclass(frozen=True, slots=True)
class DescribedView:
    """The rows of the levels and those of the periods, and the plain difference of means as a sentence or nothing."""

    levels: tuple[GroupLine, ...]
    periods: tuple[GroupLine, ...]
    difference: str


def described_view(posterior: Posterior) -> DescribedView:
    """What the ratings were, before any model."""
    found = described(posterior.schedule, posterior.observations)
    return DescribedView(
        levels=tuple(_line(posterior, group, _level(group)) for group in found.levels),
        periods=tuple(_line(posterior, group, _period(posterior, group)) for group in found.periods),
        difference=_difference(posterior, found.difference),
    )


def described_words(posterior: Posterior) -> Iterable[str]:
    """The levels and the difference, as lines of a terminal."""
    view = described_view(posterior)
    for line in view.levels:
        yield f"{line.name}: mean {line.mean}, SD {line.sd}, {words.count(int(line.n), 'rating')}."
    if view.difference:
        yield view.difference


def _line(posterior: Posterior, group: Group, name: str) -> GroupLine:
    mean, sd = (_figure(posterior, value) for value in (group.mean, group.sd))
    return GroupLine(words.sentence(name), str(group.n), str(group.missing), mean, sd)


def _level(group: Group) -> str:
    if group.withdrawal:
        return "days of withdrawal, kept apart"
    if group.level is None:
        return "with, at any level"
    return {0.0: "without", 1.0: "with"}.get(group.level, f"at level {plain(group.level)}")


def _period(posterior: Posterior, group: Group) -> str:
    first, last = (day_figure(posterior.observations, day) for day in group.days)
    return f"{'day ' if posterior.observations.day_zero is None else ''}{first} to {last}: {_level(group)}"


def _figure(posterior: Posterior, value: float | None) -> str:
    if value is None:
        return "none"
    return f"{100 * value:.0f} %" if posterior.likelihood == "binary" else plain(value)


def _difference(posterior: Posterior, value: float | None) -> str:
    if value is None:
        return ""
    size = f"{plain(100 * value)} percentage points" if posterior.likelihood == "binary" else plain(value)
    return f"With minus without, plain means: {size}. {PLAIN}"
