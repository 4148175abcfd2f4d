"""Kleene's strong three-valued logic over answers that carry what they rest on.

Source: kleene_1952 (Introduction to Metamathematics, section 64).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.model.finding import Implicated
from equipoise.model.terms import Answer


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, the parts of the case that it rests on, and what is not known where it is unknown.

    `recorded`: unknown although something is recorded that bears on it; a bare "no" then settles nothing.
    """

    answer: Answer
    implicated: tuple[Implicated, ...] = ()
    unknowns: tuple[str, ...] = ()
    recorded: bool = False

    @property
    def met(self) -> bool:
        return self.answer is Answer.MET

    @property
    def unknown(self) -> bool:
        return self.answer is Answer.UNKNOWN


NOT_MET = Judged(Answer.NOT_MET)


def met(*implicated: Implicated) -> Judged:
    """Met, resting on these parts of the case."""
    return Judged(Answer.MET, implicated)


def unknown(*reasons: str) -> Judged:
    """Unknown because nothing is recorded, for these reasons."""
    return Judged(Answer.UNKNOWN, (), reasons)


def unreadable(*reasons: str) -> Judged:
    """Unknown although something is recorded: it cannot be judged, for these reasons."""
    return Judged(Answer.UNKNOWN, (), reasons, recorded=True)


def any_of(parts: Sequence[Judged]) -> Judged:
    """Met when one is met; else unknown when one is unknown; else not met."""
    if any(part.met for part in parts):
        return met(*(item for part in parts if part.met for item in part.implicated))
    return _unknown_or_not_met([part for part in parts if part.unknown])


def all_of(parts: Sequence[Judged]) -> Judged:
    """Not met when one is not met; else unknown when one is unknown; else met."""
    if any(part.answer is Answer.NOT_MET for part in parts):
        return NOT_MET
    lacking = [part for part in parts if part.unknown]
    if lacking:
        return _unknown_or_not_met(lacking)
    return met(*(item for part in parts for item in part.implicated))


def none_of(parts: Sequence[Judged]) -> Judged:
    """The negation of `any_of`."""
    joined = any_of(parts)
    if joined.met:
        return NOT_MET
    return joined if joined.unknown else met()


def _unknown_or_not_met(lacking: Sequence[Judged]) -> Judged:
    if not lacking:
        return NOT_MET
    implicated = tuple(item for part in lacking for item in part.implicated)
    reasons = tuple(dict.fromkeys(why for part in lacking for why in part.unknowns))
    return Judged(Answer.UNKNOWN, implicated, reasons, recorded=any(part.recorded for part in lacking))
