"""`equipoise demo` and `equipoise doctor`: see it work, and what is missing where it does not."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise import __version__
from equipoise.cli import options
from equipoise.errors import how_to_install

if TYPE_CHECKING:
    from equipoise.model.dossier import Dossier

DEMO_DAY = dt.date(2026, 11, 22)
EXAMPLES = Path(__file__).parent.parent / "examples"


def demo(folder: Annotated[Path, typer.Argument(help="Where to leave the dossiers.")] = Path("equipoise-demo")) -> None:
    """Screen the bundled synthetic chart and analyse the bundled simulated trial; everything in them is invented."""
    from rich.console import Console

    from equipoise.cli.screen import render
    from equipoise.exchange import merge_cases, read_cases
    from equipoise.report.terminal import print_dossier
    from equipoise.screen import screen

    knowledge = options.records(None)
    chart = read_cases(EXAMPLES / "chart.fhir.json", on=DEMO_DAY)[0]
    added = read_cases(EXAMPLES / "clinician.yaml", on=DEMO_DAY)[0]
    case = merge_cases(chart, added)
    written: list[Path] = []
    dossiers: list[Dossier] = [screen(case, knowledge, on=DEMO_DAY, substance=name) for name in knowledge.substance_ids]
    for dossier in dossiers:
        for kind in ("html", "json", "fhir"):
            target = folder / f"dossier-{dossier.substance}.{'fhir.json' if kind == 'fhir' else kind}"
            options.write(target, render(dossier, kind))
            written.append(target)
    print_dossier(dossiers[0], Console())
    written += _analysed(folder)
    typer.echo("\nWritten:")
    for target in written:
        typer.echo(f"  {target}")
    typer.echo(f"Open {written[0]} in a browser. The patient is invented; the records are not.")


def _analysed(folder: Path) -> list[Path]:
    """Analyses the bundled trial, prints the answer, and leaves the report, the patient's page and the figures."""
    from rich.console import Console

    from equipoise.analyse import analyse
    from equipoise.exchange.table_in import read_table
    from equipoise.exchange.trial_in import Reading, trial_of
    from equipoise.model.plan import Plan
    from equipoise.model.prior import HalfLife, Prior
    from equipoise.report.answer_html import answer_html, patient_html
    from equipoise.report.answer_plain import answer_json
    from equipoise.report.answer_terminal import print_answer

    reading = Reading("day", "low_mood", "taken", drawn_by="blocks", bounds=(0.0, 100.0))
    schedule, seen, _ = trial_of(read_table(EXAMPLES / "diary.csv"), reading)
    answer = analyse(schedule, seen, prior=Prior(half_life=HalfLife(1.5, 0.5)), plan=Plan(mcid=5.0))
    typer.echo("\nA simulated trial of 84 days; its true effect is -9 points:")
    print_answer(answer, Console())
    pages = {
        "answer.html": answer_html(answer).encode(),
        "answer-patient.html": patient_html(answer).encode(),
        "answer.json": answer_json(answer),
    }
    for name, content in pages.items():
        options.write(folder / name, content)
    return [folder / name for name in pages]


def doctor(json: options.Json = False) -> None:
    """Say what this installation has, what is missing, and how to mend it."""
    from equipoise.knowledge.compiled import cache_folder
    from equipoise.knowledge.rxnorm import load_rxnorm

    knowledge = options.records(None)
    table = load_rxnorm()
    rxnorm = "not imported: `equipoise knowledge import-rxnorm FILE` lets product codes resolve"
    if table is not None:
        rxnorm = f"{len(table.concepts):,} concepts"
    installed = importlib.util.find_spec("weasyprint") is not None
    if json:
        import json as writer

        facts = {
            "version": __version__,
            "python": sys.version.split()[0],
            "records": {"date": str(knowledge.date), "hash": knowledge.hash, "adjuncts": knowledge.substance_ids},
            "compiled_copy": str(cache_folder()),
            "rxnorm_concepts": None if table is None else len(table.concepts),
            "pdf": installed,
        }
        typer.echo(writer.dumps(facts, indent=2))
        return
    lines = {
        "Equipoise": __version__,
        "Python": f"{sys.version.split()[0]} ({'ok' if sys.version_info >= (3, 11) else 'needs 3.11 or newer'})",
        "records": f"{knowledge.date}, hash {knowledge.hash[:12]}, adjuncts {', '.join(knowledge.substance_ids)}",
        "compiled copy": str(cache_folder()),
        "RxNorm names": rxnorm,
        "PDF": "installed" if installed else f"missing. {how_to_install('pdf')}",
    }
    for name, value in lines.items():
        typer.echo(f"{name:<14} {value}")
