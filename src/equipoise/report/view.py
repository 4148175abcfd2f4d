"""What a report shows and in which order: the dossier sorted for a reader, before any layout."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from equipoise.model.case import Unread
from equipoise.model.dossier import AssessedMedication, Dossier, NotAssessed
from equipoise.model.finding import Finding
from equipoise.model.terms import Answer, Severity
from equipoise.report import words
from equipoise.report.footnotes import Footnotes, footnotes

FIRST_PATHS = 3
Entry = TypeVar("Entry", AssessedMedication, NotAssessed)


@dataclass(frozen=True, slots=True)
class Group:
    """The met findings of one severity."""

    severity: Severity
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask. `blocks`: an unanswered contraindication; nothing may start before it is answered.

    `if_so`: what the answer yes would weigh; None where the dossier does not say it. `record`: the id under which a
    case file answers it, else the id of the finding.
    """

    text: str
    record: str
    blocks: bool
    if_so: Severity | None
    finding: Finding | None = None

    @property
    def answerable(self) -> bool:
        """True where a yes or no in the case file settles it."""
        return "/" not in self.record

    @property
    def urgency(self) -> tuple[bool, int, str]:
        """What is asked first: what blocks, then the weightier finding, then by name."""
        return not self.blocks, self.finding.severity.rank if self.finding else 0, self.record


@dataclass(frozen=True, slots=True)
class UnreadGroup:
    """What was not taken over from the input for one reason; all the paths are only in the JSON form."""

    reason: str
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class Entries(Generic[Entry]):
    """Entries of the medication list that differ in nothing but their place and age, which only JSON holds of each."""

    item: Entry
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class View:
    """A dossier in reading order."""

    dossier: Dossier
    groups: tuple[Group, ...]
    questions: tuple[Question, ...]
    medications: tuple[Entries[AssessedMedication], ...]
    not_assessed: tuple[Entries[NotAssessed], ...]
    unread: tuple[UnreadGroup, ...]
    notes: Footnotes

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of the outcome, each once: two findings may share a title."""
        return tuple(dict.fromkeys(words.sentence(reason) for reason in self.dossier.reasons))

    @property
    def met(self) -> int:
        """How many findings are met."""
        return sum(len(group.findings) for group in self.groups)

    @property
    def blocking(self) -> int:
        """How many questions block a start."""
        return sum(question.blocks for question in self.questions)


def view(dossier: Dossier) -> View:
    """The dossier in reading order."""
    groups = met_groups(dossier.findings)
    asked = questions(dossier)
    shown = [item for group in groups for item in group.findings]
    shown += [item.finding for item in asked if item.finding is not None]
    return View(
        dossier,
        groups,
        asked,
        folded_entries(dossier.medications, _oldest),
        folded_entries(dossier.not_assessed, lambda same: same[0]),
        unread_groups(dossier.unread),
        footnotes(dossier, shown),
    )


def met_groups(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """The met findings by severity, the strongest first; their own order is kept."""
    met = [item for item in findings if item.answer is Answer.MET]
    grouped = (Group(severity, tuple(item for item in met if item.severity is severity)) for severity in Severity)
    return tuple(group for group in grouped if group.findings)


def questions(dossier: Dossier) -> tuple[Question, ...]:
    """What is to be asked: what blocks first, then by severity; a blocking record is never left out."""
    blocked = set(dossier.blocked_by)
    asked = [_question(item, blocked) for item in dossier.findings if words.is_open(item)]
    named = {question.record for question in asked if question.blocks}
    asked += [
        Question(f"{words.sentence(words.readable(record))}: does this apply?", record, True, Severity.CONTRAINDICATED)
        for record in dossier.blocked_by
        if record not in named
    ]
    return tuple(sorted(asked, key=lambda question: question.urgency))


def _question(item: Finding, blocked: set[str]) -> Question:
    prefix, _, record = item.id.partition("/")
    blocks = prefix == "caution" and record in blocked
    # A met finding stays open where a stronger level is unknown; how much stronger, only blocking tells.
    if_so = Severity.CONTRAINDICATED if blocks else item.severity if item.answer is Answer.UNKNOWN else None
    # Only a caution is answered by its id; the id of anything else is shown whole, so that nobody tries to.
    return Question(words.question(item), record if prefix == "caution" else item.id, blocks, if_so, item)


def folded_entries(items: Sequence[Entry], shown: Callable[[Sequence[Entry]], Entry]) -> tuple[Entries[Entry], ...]:
    """The entries of the medication list, each kind once with its count: a chart may hold one order 45 times.

    `shown` picks the entry that stands for all that are alike.
    """
    alike: dict[str, list[Entry]] = {}
    for item in items:
        alike.setdefault(item.model_dump_json(exclude={"path", "since"}), []).append(item)
    return tuple(
        Entries(shown(same), len(same), first_of([item.path for item in same if item.path])) for same in alike.values()
    )


def _oldest(same: Sequence[AssessedMedication]) -> AssessedMedication:
    """Of entries alike the one that has stood longest: whoever asks whether it is still taken starts there."""
    return min(same, key=lambda item: item.since or dt.date.max)


def first_of(paths: Sequence[str]) -> str:
    """The first paths and how many more there are.

    >>> first_of(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    shown = ", ".join(paths[:FIRST_PATHS])
    rest = len(paths) - FIRST_PATHS
    return f"{shown} and {rest} more" if rest > 0 else shown


def unread_groups(items: Iterable[Unread]) -> tuple[UnreadGroup, ...]:
    """What was not read, by reason, the commonest first."""
    by_reason: dict[str, list[str]] = {}
    for item in items:
        by_reason.setdefault(item.reason, []).append(item.path)
    groups = [UnreadGroup(reason, len(paths), first_of(paths)) for reason, paths in by_reason.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.reason)))
