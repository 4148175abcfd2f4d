"""Where an answer comes from: whose diary, of what, from when, by which program and with which records."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise import __version__
from equipoise.analyse.figures import plain
from equipoise.knowledge import load_knowledge
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.schedule import Schedule
from equipoise.report.answer_rows import Row

UNSAID = "not stated"


@dataclass(frozen=True, slots=True)
class Origin:
    """The foot of a page. `running` and `stamp` stand at the head and the foot of each printed sheet.

    `patient`: whose diary, of what, and from when, in a patient's words.
    """

    facts: tuple[Row, ...]
    patient: tuple[Row, ...]
    knowledge_hash: str
    running: str
    stamp: str


def origin(schedule: Schedule, seen: Observations, plan: Plan) -> Origin:
    """Labels as they were given, the dates of the first and the last rating, program, seed and records.

    The clock is not asked: the same answer has the same origin. The records are those that the page cites.
    """
    knowledge = load_knowledge()
    case, adjunct, rated = seen.case or UNSAID, schedule.adjunct or UNSAID, _rated(seen)
    facts = (
        Row("Case", case),
        Row("Adjunct", adjunct),
        Row("Outcome", seen.name),
        Row("First and last rating", rated),
        Row("Program", f"Equipoise {__version__}"),
        Row("Seed", str(plan.seed)),
        Row("Knowledge as of", str(knowledge.date)),
    )
    patient = (
        Row("Diary of", case),
        Row("What you tried", adjunct),
        Row("From", rated),
    )
    stamp = f"Knowledge {knowledge.hash[:12]} · Equipoise {__version__}"
    return Origin(facts, patient, knowledge.hash, f"Case {case} · {seen.name} · {rated}", stamp)


def _rated(seen: Observations) -> str:
    if not seen.n:
        return "no rating given"
    first, last = (float(day) for day in seen.times_days[seen.observed][[0, -1]])
    start, end = seen.date(first), seen.date(last)
    if start is None or end is None:
        return f"day {plain(first)} to day {plain(last)}, dates not stated"
    return f"{start} to {end}"
