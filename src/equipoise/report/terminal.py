"""A dossier on a terminal: the outcome in the first line, then what was met, what is unknown, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from equipoise.model.dossier import Dossier
from equipoise.model.finding import Burden, Finding
from equipoise.model.source import SourceKey
from equipoise.model.terms import Outcome, Severity
from equipoise.report import words
from equipoise.report.burden_chart import burden_parts, heaviest_first
from equipoise.report.claim_terminal import claims_in_dossier
from equipoise.report.footnotes import Note
from equipoise.report.sheet import Sheet
from equipoise.report.view import Question, View, view

if TYPE_CHECKING:
    from rich.console import Console

OUTCOME_STYLES: dict[Outcome, str] = {
    Outcome.STOP: "bold red",
    Outcome.SPECIALIST_DECISION: "bold yellow",
    Outcome.CLINICIAN_MUST_DECIDE: "bold cyan",
}
SEVERITY_STYLES: dict[Severity, str] = {
    Severity.CONTRAINDICATED: "bold red",
    Severity.SPECIALIST_DECISION: "bold yellow",
    Severity.CAUTION: "bold cyan",
    Severity.INFORMATION: "bold",
}
LONGEST_BAR = 24


def print_dossier(dossier: Dossier, console: Console) -> None:
    """Prints the dossier for a person: readable at 80 columns, without colour, and in a pipe."""
    shown = view(dossier)
    sheet = Sheet(console)
    _outcome(sheet, shown)
    _met(sheet, shown)
    _questions(sheet, shown)
    _not_assessed(sheet, shown)
    _missing_tests(sheet, shown)
    _baseline_values(sheet, dossier)
    _law(sheet, shown)
    _burdens(sheet, dossier.burdens)
    _unread(sheet, shown)
    _evidence(sheet, shown)
    claims_in_dossier(sheet, dossier.claims)
    _sources(sheet, shown.notes.without_studies(dossier))
    _foot(sheet, dossier)


def _outcome(sheet: Sheet, shown: View) -> None:
    dossier = shown.dossier
    told = words.OUTCOMES[dossier.outcome]
    sheet.line(told.headline, style=OUTCOME_STYLES[dossier.outcome])
    sheet.line(told.meaning)
    sheet.line(f"Screening of case {dossier.case_id} for {dossier.substance_name} on {dossier.on}", style="dim")
    sheet.heading("Why")
    sheet.bullets(shown.reasons)


def _met(sheet: Sheet, shown: View) -> None:
    for group in shown.groups:
        title = f"{words.SEVERITIES[group.severity]}: {len(group.findings)} met"
        sheet.heading(title, SEVERITY_STYLES[group.severity])
        for item in group.findings:
            _finding(sheet, shown, item)


def _finding(sheet: Sheet, shown: View, item: Finding) -> None:
    sheet.line(item.title, first="  ", style="bold")
    if item.implicated:
        found = (f"{part.label} ({how})" if (how := words.matched(part)) else part.label for part in item.implicated)
        sheet.pair("rests on", "; ".join(found))
    sheet.pair("says", item.explanation)
    if item.magnitude is not None:
        sheet.pair("how much", f"{words.magnitude(item.magnitude)}: {item.magnitude.kind}")
    told = f"{words.certainty(item.certainty).lower()}; {words.reading(item.read)}; rule {item.standing}"
    sheet.pair("how sure", f"{told} {_cites(shown, item.sources)}")
    if item.mitigation is not None:
        sheet.pair("can be done", item.mitigation)
    for note in item.notes:
        sheet.pair("note", note)


def _cites(shown: View, keys: Iterable[SourceKey]) -> str:
    numbers = ", ".join(str(number) for number in shown.notes.numbers(keys))
    return f"[{numbers}]" if numbers else "[no source named]"


def _questions(sheet: Sheet, shown: View) -> None:
    if not shown.questions:
        return
    blocking = [question for question in shown.questions if question.blocks]
    others = [question for question in shown.questions if not question.blocks]
    if blocking:
        sheet.heading(
            f"Unanswered contraindications: {len(blocking)}; nothing may start before they are answered", "bold red"
        )
        _ask(sheet, blocking)
    if others:
        sheet.heading(f"Also to settle: {words.count(len(others), 'question')}")
        _ask(sheet, others)


def _ask(sheet: Sheet, asked: Iterable[Question]) -> None:
    for question in asked:
        sheet.line(f"{question.text} ({question.record})", first="  ? ")
        # Without the reason, the same question after a no looks like a fault of the program.
        if question.finding is not None and question.finding.contradicted:
            sheet.line(question.finding.notes[0], first="    ")
            sheet.line(question.finding.explanation, first="    ")


def _not_assessed(sheet: Sheet, shown: View) -> None:
    if not shown.not_assessed:
        return
    sheet.heading(
        f"Not assessed: {words.count(len(shown.dossier.not_assessed), 'medicine')}; interactions unknown, not absent",
        "bold yellow",
    )
    for entry in shown.not_assessed:
        often = f" × {entry.count}" if entry.count > 1 else ""
        where = f" ({entry.first})" if entry.first else ""
        sheet.line(f"{entry.item.text}{often}{where}", first="  ", style="bold")
        sheet.line(words.sentence(entry.item.reason), first="    ")
        if entry.item.candidates:
            names = ", ".join(f"{one.name} ({one.score:.0f})" for one in entry.item.candidates)
            sheet.line(f"could mean: {names}; a person has to confirm it", first="    ")


def _missing_tests(sheet: Sheet, shown: View) -> None:
    if not shown.dossier.missing_tests:
        return
    sheet.heading("Baseline tests missing")
    for test in shown.dossier.missing_tests:
        last = f"last seen {test.last_on}" if test.last_on else "never seen"
        wanted = f"{', '.join(test.missing)}; not older than {words.count(test.within_days, 'day')}; {last}"
        sheet.line(f"{test.title}: {wanted} {_cites(shown, test.sources)}", first="  • ")


def _baseline_values(sheet: Sheet, dossier: Dossier) -> None:
    if not dossier.baseline_values:
        return
    sheet.heading("Baseline results on record")
    for value in dossier.baseline_values:
        when = f"{value.on or 'undated'}{'' if value.in_time else ', too old'}"
        unjudged = "; no rule judges it" if value.shown_only else ""
        sheet.line(f"{value.title}: {value.result} ({when}{unjudged})", first="  • ")


def _law(sheet: Sheet, shown: View) -> None:
    sheet.heading(f"Law on {shown.dossier.on}")
    if not shown.dossier.law:
        sheet.line(
            "Not judged: no jurisdiction is recorded. Say where the patient lives, works and travels.", first="  "
        )
        return
    rows = [
        (
            row.place,
            words.law_status(row.status) + (" (doubtful)" if row.doubtful else ""),
            str(row.as_of or ("undated" if row.record else "no source")),
            f"{row.words} {_cites(shown, row.sources)}",
        )
        for row in shown.dossier.law
    ]
    sheet.columns(("Place", "Status", "Source date", "What the record says"), rows, wide=3)


def _burdens(sheet: Sheet, burdens: tuple[Burden, ...]) -> None:
    shown = [burden for burden in heaviest_first(burdens) if burden.points]
    if not shown:
        return
    sheet.heading("Effects that add up (█ own medicines, ░ the adjunct)")
    most = max(burden.points for burden in shown)
    for burden in shown:
        weight = words.SEVERITIES[burden.severity].lower() if burden.severity else "below every limit"
        points = words.count(burden.points, "point")
        sheet.line(f"{bar(burden, most)}  {points}, {weight}", first=f"  {words.EFFECTS[burden.effect]:<26}")
        sheet.line(f"{burden_parts(burden)} ({burden.points_without_adjunct} without the adjunct)", first=" " * 28)


def bar(burden: Burden, most: int) -> str:
    """A burden as a bar of characters; the adjunct's share has its own character, so no colour is needed."""
    step = max(1, min(2, LONGEST_BAR // max(1, most)))
    own = burden.points_without_adjunct
    blocks = "█" * (own * step) + "░" * ((burden.points - own) * step)
    return blocks if len(blocks) <= LONGEST_BAR else _squeezed(own, burden.points)


def _squeezed(own: int, points: int) -> str:
    """A bar too long for its place, in proportion; a share that is there keeps at least one character."""
    solid = round(LONGEST_BAR * own / points)
    solid = min(max(solid, 1 if own else 0), LONGEST_BAR - (1 if points > own else 0))
    return "█" * solid + "░" * (LONGEST_BAR - solid)


def _unread(sheet: Sheet, shown: View) -> None:
    if not shown.unread:
        return
    sheet.heading(f"Input not read: {words.count(len(shown.dossier.unread), 'part')}")
    for group in shown.unread:
        sheet.line(f"{group.count} × {group.reason}: {group.first}", first="  • ")
    sheet.line("The full list is in the JSON form.", first="  ", style="dim")


def _evidence(sheet: Sheet, shown: View) -> None:
    if not shown.dossier.evidence:
        return
    sheet.heading("What is known of benefit and harm")
    for table in shown.dossier.evidence:
        sheet.line(table.question, first="  ", style="bold")
        sheet.line(f"{table.answer} {words.certainty(table.certainty)}. {_cites(shown, table.sources)}", first="    ")
        if table.rows:
            behind = words.count(len(table.rows), "study", "studies")
            sheet.line(f"{behind} behind it: see the page or the JSON form", first="    ", style="dim")


def _sources(sheet: Sheet, notes: Iterable[Note]) -> None:
    listed = list(notes)
    if not listed:
        return
    sheet.heading("Sources")
    for note in listed:
        number = f"[{note.number}]"
        sheet.line(_source(note), first=f"  {number:<5}")
    sheet.line("Authors, addresses and the studies stand in the page and in the JSON form.", first="  ", style="dim")


def _source(note: Note) -> str:
    if note.source is None:
        return f"{note.key}: MISSING from this dossier; do not rely on it"
    told = f"{note.source.title}, {note.published}"
    return told if note.source.read else f"{told}. RECALLED, not opened"


def _foot(sheet: Sheet, dossier: Dossier) -> None:
    sheet.line()
    stamp = f"Knowledge {dossier.knowledge_hash[:12]} of {dossier.knowledge_date} · Equipoise {dossier.program_version}"
    sheet.line(stamp, style="dim")
    sheet.line(dossier.standing_note, style="dim")
    sheet.line(words.INTENDED_USE)
