"""`equipoise victims`: what an adjunct does to the exposure of medicines, by three models, beside what was seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise import __version__
from equipoise.cli import options
from equipoise.errors import Fault, KnowledgeError, UsageError

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge, SubstanceKnowledge
    from equipoise.model.inhibition import Course, VictimRow
    from equipoise.model.medicine import Medicine

COURSES: tuple[Course, ...] = ("once", "daily")
DRAWN_H = 72.0


def victims(
    substance: Annotated[
        str, typer.Argument(metavar="SUBSTANCE", help="The adjunct; `equipoise knowledge show substances` lists them.")
    ],
    victim: Annotated[
        list[str] | None, typer.Option("--victim", help="A medicine instead of the table of antidepressants. Repeats.")
    ] = None,
    json: options.Json = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the figures with pictures: a file in .html.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Compute the table anew and keep it beside the records, as inhibition.json.")
    ] = False,
    knowledge: options.Records = None,
) -> None:
    """Predict what an adjunct does to the exposure of medicines: by observed ratios, a static and a dynamic model.

    The amounts are those of the study; no amount goes in, and no figure clears a combination.
    """
    records = options.records(knowledge)
    _check_options(report, victim, write=write)
    with options.asked():
        adjunct = records.substance(substance)
    chosen = [_medicine(records, name) for name in victim or []]
    if adjunct.exposure_scenario is None:
        rows: tuple[VictimRow, ...] = ()
        _refuse_files(substance, report, write=write)
    elif write:
        rows = _written(records, adjunct, knowledge)
    else:
        rows = _rows(records, adjunct, chosen)
    if report is not None:
        options.write(report, _page(records, adjunct, rows).encode())
        typer.echo(f"wrote {report}", err=True)
    _show(records, adjunct, rows, as_json=json)


def _check_options(report: Path | None, victim: list[str] | None, *, write: bool) -> None:
    faults: list[Fault] = []
    if report is not None and report.suffix.lower() != ".html":
        faults.append(Fault("--report", str(report), "a file that ends in .html", "For example victims.html."))
    if write and victim:
        faults.append(Fault("--write", "--victim beside it", "the whole table", "Leave one of them out."))
    if faults:
        raise UsageError("command line", faults)


def _refuse_files(substance: str, report: Path | None, *, write: bool) -> None:
    if report is None and not write:
        return
    fault = Fault(substance, "no exposure_scenario", "an adjunct with constants and an exposure", "Add the records.")
    raise KnowledgeError("SUBSTANCE", [fault])


def _medicine(records: Knowledge, name: str) -> Medicine:
    """A medicine by its id or a name that is its own; one that resembles another is never taken for it."""
    from equipoise.knowledge.resolve import Resolver
    from equipoise.model.case import Medication

    known = name if name in records.medicines else None
    found = Resolver(records).resolve(Medication(text=name or "-", medicine=known))
    if len(found.medicines) == 1 and not found.reason:
        return records.medicines[found.medicines[0]]
    near = ", ".join(item.name for item in found.candidates)
    expected = "the name of one medicine" + (f"; near it: {near}" if near else "")
    fault = Fault("--victim", repr(name), expected, "`equipoise knowledge show medicines` lists them.")
    raise UsageError("command line", [fault])


def _rows(records: Knowledge, adjunct: SubstanceKnowledge, chosen: list[Medicine]) -> tuple[VictimRow, ...]:
    """The kept table where it still holds; what was chosen, or another table, is computed now."""
    from equipoise.screen.inhibition import kept_rows

    if not chosen:
        kept = kept_rows(records, adjunct)
        if kept is not None:
            return kept
    from equipoise.screen.inhibition_rows import victim_rows, victims_of

    wanted: list[tuple[Medicine, Course]] = [(item, course) for item in chosen for course in COURSES]
    return victim_rows(records, adjunct, wanted or victims_of(records, adjunct))


def _written(records: Knowledge, adjunct: SubstanceKnowledge, folder: Path | None) -> tuple[VictimRow, ...]:
    from importlib.metadata import version

    from equipoise.knowledge import RECORDS
    from equipoise.knowledge.files import SUBSTANCES
    from equipoise.knowledge.written import inhibition_text
    from equipoise.screen.inhibition import inhibition_file

    versions = {"equipoise": __version__, "numpy": version("numpy")}
    found = inhibition_file(records, adjunct, date=options.day(None), versions=versions)
    place = (folder or RECORDS) / SUBSTANCES / adjunct.substance.id / "inhibition.json"
    options.write(place, inhibition_text(found).encode())
    return found.rows


def _page(records: Knowledge, adjunct: SubstanceKnowledge, rows: tuple[VictimRow, ...]) -> str:
    from equipoise.report.inhibition_html import inhibition_html
    from equipoise.screen.inhibition_bounds import bounds
    from equipoise.screen.inhibition_course import turned_over
    from equipoise.screen.inhibition_figures import Figures
    from equipoise.screen.inhibition_published import checks

    rule = records.inhibition_rule
    return inhibition_html(
        records,
        adjunct,
        rows,
        bounds=bounds(records, Figures(records, adjunct, rule.draws)),
        published=checks(records, adjunct),
        activity=turned_over(records, Figures(records, adjunct, rule.courses), DRAWN_H),
    )


def _show(records: Knowledge, adjunct: SubstanceKnowledge, rows: tuple[VictimRow, ...], *, as_json: bool) -> None:
    if as_json:
        import json as text

        said = [row.model_dump(mode="json") for row in rows]
        seen = [item.model_dump(mode="json", exclude_none=True) for item in adjunct.observed_inhibition]
        found = {"substance": adjunct.substance.id, "knowledge_hash": records.hash, "victims": said, "observed": seen}
        typer.echo(text.dumps(found, indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    from equipoise.report.inhibition_terminal import print_victims

    print_victims(adjunct, rows, Console())
