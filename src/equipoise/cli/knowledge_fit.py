"""`equipoise knowledge fit`: the model of an adjunct's kinetics, fitted anew to every published figure."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise import __version__
from equipoise.cli import options
from equipoise.errors import Fault, KnowledgeError, UsageError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from equipoise.knowledge import Knowledge
    from equipoise.model.kinetics import KineticFit
    from equipoise.pharmacology.summaries.fit import Progress

Report = Annotated[
    Path | None, typer.Option("--report", help="Write predictions beside figures, with pictures: a file in .html.")
]
Write = Annotated[bool, typer.Option("--write", help="Keep what was fitted beside the records, as kinetics.json.")]


def fit(
    substance: Annotated[
        str, typer.Argument(metavar="SUBSTANCE", help="The adjunct; `equipoise knowledge show substances` lists them.")
    ],
    json: options.Json = False,
    report: Report = None,
    write: Write = False,
    knowledge: options.Records = None,
) -> None:
    """Fit an adjunct's kinetics to every published figure, and print each prediction beside what was published.

    Takes a minute or two; the same records and seed give the same result.
    """
    from importlib.metadata import version

    from equipoise.knowledge import RECORDS
    from equipoise.pharmacology.summaries.fit import fit_parts, kinetic_fit

    if report is not None and report.suffix.lower() != ".html":
        fault = Fault("--report", str(report), "a file that ends in .html", "For example kinetics.html.")
        raise UsageError("command line", [fault])
    records = options.records(knowledge)
    with options.asked():
        adjunct = records.substance(substance)
        model = adjunct.kinetic_model
        if model is None:
            fault = Fault(substance, "no kinetic_model", "a model with figures to fit it to", "Add kinetics.yaml.")
            raise KnowledgeError("SUBSTANCE", [fault])
    studies, figures = adjunct.kinetic_studies, adjunct.kinetic_figures
    with _watched() as progress:
        parts = fit_parts(model, studies, figures, progress)
        found = kinetic_fit(
            model,
            studies,
            figures,
            adjunct.content_figures,
            parts,
            inputs=records.kinetic_inputs(substance),
            date=options.day(None),
            versions={"equipoise": __version__, "numpy": version("numpy"), "scipy": version("scipy")},
        )
    if write:
        from equipoise.knowledge.files import SUBSTANCES
        from equipoise.knowledge.written import kinetics_text

        options.write((knowledge or RECORDS) / SUBSTANCES / substance / "kinetics.json", kinetics_text(found).encode())
    if report is not None:
        from equipoise.report.kinetics_html import kinetics_html

        options.write(report, kinetics_html(records, adjunct, found, parts).encode())
        typer.echo(f"wrote {report}", err=True)
    _show(found, substance, records, as_json=json)


@contextmanager
def _watched() -> Generator[Progress]:
    """A bar for each independent part of the model, on the error stream."""
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def heard(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(f"fitting {name.replace('_', ' ')}", total=1.0)
            bars.update(tasks[name], completed=share)

        yield heard


def _show(found: KineticFit, substance: str, records: Knowledge, *, as_json: bool) -> None:
    if as_json:
        import json as text

        figures = {item.id: item for item in records.substance(substance).kinetic_figures}
        said = found.model_dump(mode="json")
        for row in said["figures"]:
            row["published"] = figures[row["id"]].model_dump(mode="json", exclude_none=True)
        typer.echo(text.dumps({"substance": substance, "knowledge_hash": records.hash, **said}, indent=2))
        return
    from rich.console import Console

    from equipoise.report.kinetics_terminal import print_kinetics

    print_kinetics(records, records.substance(substance), found, Console())
