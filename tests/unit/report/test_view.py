"""What is shown and in which order, before any layout."""

from __future__ import annotations

from typing import Any

from equipoise.model.case import Unread
from equipoise.model.dossier import Dossier
from equipoise.model.terms import Answer, Effect, LawStatus, Severity
from equipoise.report import words
from equipoise.report.view import questions, unread_groups, view


def test_nothing_of_the_dossier_is_lost(full: Dossier) -> None:
    """Each finding is among the met ones or among the questions."""
    shown = view(full)
    met = {item.id for group in shown.groups for item in group.findings}
    asked = {question.finding.id for question in shown.questions if question.finding}
    assert met | asked == {item.id for item in full.findings}


def test_blocking_means_an_unanswered_contraindication_of_a_caution(build: Any) -> None:
    """Only a caution that the dossier lists as blocking blocks; a namesake of another domain does not."""
    found = tuple(
        build.finding(name, answer=Answer.UNKNOWN, severity=Severity.CONTRAINDICATED)
        for name in ("caution/pregnancy", "law/pregnancy")
    )
    asked = questions(build.dossier(findings=found, blocked_by=("pregnancy",)))
    assert [(item.finding.id, item.blocks) for item in asked if item.finding] == [
        ("caution/pregnancy", True),
        ("law/pregnancy", False),
    ]


def test_blocking_question_of_a_met_finding_comes_first(build: Any) -> None:
    """A milder met finding with an unanswered contraindication comes before what does not block."""
    met = build.finding("caution/qt_drugs", severity=Severity.CAUTION, to_settle="Is there another one?")
    law = build.finding("law/us", domain="law", severity=Severity.CONTRAINDICATED, answer=Answer.UNKNOWN)
    asked = questions(build.dossier(findings=(met, law), blocked_by=("qt_drugs",)))
    assert [(item.record, item.if_so) for item in asked] == [
        ("qt_drugs", Severity.CONTRAINDICATED),
        ("law/us", Severity.CONTRAINDICATED),
    ]


def test_namesake_does_not_hide_a_blocking_record(build: Any) -> None:
    """A finding of another domain with the same name leaves a blocking record to be asked on its own."""
    namesake = build.finding("law/pregnancy", answer=Answer.UNKNOWN)
    asked = questions(build.dossier(findings=(namesake,), blocked_by=("pregnancy",)))
    assert [item.blocks for item in asked] == [True, False]


def test_unread_parts_are_grouped_by_reason() -> None:
    """The commonest reason comes first, with its first paths and the number of the others."""
    items = [Unread(path=f"entry[{index}]", reason="b" if index else "a") for index in range(6)]
    groups = unread_groups(items)
    assert [(group.reason, group.count) for group in groups] == [("b", 5), ("a", 1)]
    assert groups[0].first == "entry[1], entry[2], entry[3] and 2 more"


def test_footnotes_are_numbered_as_they_are_met(full: Dossier) -> None:
    """The first source that a reader meets is number 1, and each source is listed once."""
    notes = view(full).notes.notes
    assert notes[0].key == "naltrexone_2023"
    assert [note.number for note in notes] == list(range(1, len(notes) + 1))
    assert len({note.key for note in notes}) == len(notes)


def test_every_term_has_its_words() -> None:
    """No outcome, severity, certainty, effect or legal status is without plain words."""
    from equipoise.model.terms import Certainty, Outcome

    assert set(words.OUTCOMES) == set(Outcome)
    assert set(words.SEVERITIES) == set(Severity)
    assert set(words.CERTAINTIES) == set(words.CERTAINTY_POINTS) == set(Certainty)
    assert set(words.EFFECTS) == set(Effect)
    assert set(words.LAW_STATUSES) == set(LawStatus)


def test_question_of_law_names_its_place(build: Any) -> None:
    """What the law says is asked for a place, so that two places give two questions."""
    found = build.finding(
        "law/us-tx.leaf", title="Law in Texas", domain="law", to_settle="What does the law say today?"
    )
    assert words.question(found) == "Law in Texas: What does the law say today?"


def test_equal_reasons_are_told_once(build: Any) -> None:
    """Two findings with one title give one line among the reasons; the dossier keeps both."""
    shown = view(build.dossier(reasons=("caution: Law in Texas", "caution: Law in Texas", "not assessed: x")))
    assert shown.reasons == ("Caution: Law in Texas", "Not assessed: x")


def test_single_studies_can_be_left_out(full: Dossier) -> None:
    """Without the studies the footnotes end earlier, and the numbers of the others stay."""
    notes = view(full).notes
    short = notes.without_studies(full)
    assert short == notes.notes[: len(short)]
    assert {note.key for note in notes.notes} - {note.key for note in short} == {
        "garcia_romeu_2020",
        "smith_2024_ema",
        "vicknasingam_2020",
    }
