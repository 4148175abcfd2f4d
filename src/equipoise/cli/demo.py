"""`equipoise demo`: see it work on an invented chart and an invented trial."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options

if TYPE_CHECKING:
    from equipoise.model.dossier import Dossier

DEMO_DAY = dt.date(2026, 11, 22)
EXAMPLES = Path(__file__).parent.parent / "examples"
HOW_TO_OPEN = {
    ".html": "open it in a browser and print it from there",
    ".fhir.json": "a FHIR R4 document, for a health record system",
    ".json": "the same figures, for a program",
}


def demo(folder: Annotated[Path, typer.Argument(help="Where to leave the files.")] = Path("equipoise-demo")) -> None:
    """Screen the bundled synthetic chart and analyse the bundled simulated trial; everything in them is invented."""
    written = {**_screened(folder), **_analysed(folder)}
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
