"""`equipoise demo`: see it work on an invented chart and an invented trial."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli import options

if TYPE_CHECKING:
    from equipoise.model.dossier import Dossier

DEMO_DAY = dt.date(2026, 11, 22)
FIRST_DAY = dt.date(2027, 1, 4)
PREFERENCES: Mapping[str, Any] = {
    "outcomes": [{"id": "mood", "label": "low mood", "mcid": 1.5}, {"instrument": "phq9", "every_days": 7}],
    "conventional_care": "sertraline as before",
    "blocks": 3,
    "blinding": {"blinded": ["patient", "clinician"], "means": "opaque capsules of one kind", "ask_guess": True},
    "rescue": "the clinician's number, day and night",
    "analysis": {"s0": 2.0},
}
EXAMPLES = Path(__file__).parent.parent / "examples"
HOW_TO_OPEN = {
    ".html": "open it in a browser and print it from there",
    ".fhir.json": "a FHIR R4 document, for a health record system",
    ".json": "the same figures, for a program",
    ".yaml": "a text that people read and sign",
    ".ics": "open it in a calendar",
}


def demo(folder: Annotated[Path, typer.Argument(help="Where to leave the files.")] = Path("equipoise-demo")) -> None:
    """Screen a synthetic chart, plan and draw a trial, analyse a simulated one; every patient is invented."""
    written = {**_screened(folder), **_planned(folder), **_analysed(folder)}
    width = max(len(str(folder / name)) for name in written)
    typer.echo("\nWritten:")
    for name, subject in written.items():
        how = next(how for ending, how in HOW_TO_OPEN.items() if name.endswith(ending))
        typer.echo(f"  {folder / name!s:<{width}}  {subject}: {how}")
    typer.echo("The patient and the trial are invented; the records are not.")


def _screened(folder: Path) -> dict[str, str]:
    """Screens the bundled chart for every adjunct and prints the first dossier; what was written, by name of file."""
    from rich.console import Console

    from equipoise.cli.screen import render
    from equipoise.exchange import merge_cases, read_cases
    from equipoise.report.terminal import print_dossier
    from equipoise.screen import screen

    knowledge = options.records(None)
    chart = read_cases(EXAMPLES / "chart.fhir.json", on=DEMO_DAY)[0]
    added = read_cases(EXAMPLES / "clinician.yaml", on=DEMO_DAY)[0]
    case = merge_cases(chart, added)
    dossiers: list[Dossier] = [screen(case, knowledge, on=DEMO_DAY, substance=name) for name in knowledge.substance_ids]
    written: dict[str, str] = {}
    for dossier in dossiers:
        for kind, ending in (("html", "html"), ("json", "json"), ("fhir", "fhir.json")):
            name = f"dossier-{dossier.substance}.{ending}"
            options.write(folder / name, render(dossier, kind))
            written[name] = f"dossier on {dossier.substance_name}"
    print_dossier(dossiers[0], Console())
    return written


def _planned(folder: Path) -> dict[str, str]:
    """Screens a patient with whom a trial can be talked about, plans it, and draws its order; prints the plan."""
    from rich.console import Console

    from equipoise.design.build import design_trial
    from equipoise.design.calendar import calendar
    from equipoise.design.draw import draw
    from equipoise.exchange import read_cases
    from equipoise.exchange.ical_out import icalendar_text
    from equipoise.exchange.protocol_file import protocol_text
    from equipoise.report.calendar_html import calendar_html, pharmacist_html
    from equipoise.report.consent_html import consent_html
    from equipoise.report.design_terminal import print_design
    from equipoise.report.protocol_html import protocol_html
    from equipoise.screen import screen

    knowledge = options.records(None)
    case = read_cases(EXAMPLES / "trial-case.yaml", on=DEMO_DAY)[0]
    dossier = screen(case, knowledge, on=DEMO_DAY, substance=knowledge.settings.default_substance)
    plan = design_trial(dossier, PREFERENCES, knowledge)
    order = draw(plan, FIRST_DAY, seed=1, nonce="0" * 64)
    book = calendar(plan, FIRST_DAY, order, time_zone="America/Chicago", remind_at=dt.time(20))
    typer.echo("\nA trial planned with an invented patient:")
    print_design(plan, folder / "protocol.yaml", Console())
    typer.echo("For the demo its order was drawn as well, from a seed that everybody knows.")
    stamp = dt.datetime.combine(DEMO_DAY, dt.time(), dt.UTC)
    pages = {
        "protocol.yaml": ("plan of a trial", protocol_text(plan).encode()),
        "protocol.html": ("what is to be signed, blanks first", protocol_html(plan, knowledge, dossier).encode()),
        "consent.html": ("consent text in plain words", consent_html(plan, knowledge).encode()),
        "calendar.html": ("calendar of the blinded patient", calendar_html(plan, book).encode()),
        "calendar.ics": ("the same calendar", icalendar_text(book, stamp=stamp)),
        "sealed-pharmacist.html": (
            "drawn order, for who prepares the packages",
            pharmacist_html(plan, order, book).encode(),
        ),
    }
    for name, (_, content) in pages.items():
        options.write(folder / name, content)
    return {name: subject for name, (subject, _) in pages.items()}


def _analysed(folder: Path) -> dict[str, str]:
    """Analyses the bundled trial and prints the answer; what was written, by name of file."""
    from rich.console import Console

    from equipoise.analyse import analyse
    from equipoise.exchange.table_in import read_table
    from equipoise.exchange.trial_in import Reading, trial_of
    from equipoise.model.plan import Plan
    from equipoise.model.prior import HalfLife, Prior
    from equipoise.report.answer_html import answer_html, patient_html
    from equipoise.report.answer_plain import answer_json
    from equipoise.report.answer_terminal import print_answer

    reading = Reading(
        "day",
        "low_mood",
        "taken",
        label="low mood",
        drawn_by="blocks",
        bounds=(0.0, 100.0),
        case_label="simulated",
        adjunct="an invented adjunct",
    )
    schedule, seen, _ = trial_of(read_table(EXAMPLES / "diary.csv"), reading)
    answer = analyse(schedule, seen, prior=Prior(half_life=HalfLife(1.5, 0.5)), plan=Plan(mcid=5.0))
    typer.echo("\nA simulated trial of 84 days; its true effect is -9 points:")
    print_answer(answer, Console())
    pages = {
        "answer.html": ("report of the trial", answer_html(answer).encode()),
        "answer-patient.html": ("the trial in plain words, for the patient", patient_html(answer).encode()),
        "answer.json": ("report of the trial", answer_json(answer)),
    }
    for name, (_, content) in pages.items():
        options.write(folder / name, content)
    return {name: subject for name, (subject, _) in pages.items()}
