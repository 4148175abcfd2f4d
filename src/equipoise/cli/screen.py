"""`equipoise screen`: a chart in, a dossier out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, InputError, UsageError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from equipoise.model.case import Case
    from equipoise.model.dossier import Dossier

FORMATS = ("html", "pdf", "json", "fhir")
PLACES = "Places can be given with --in, for example --in US-TX --in US-CA/San\\ Diego."


def screen(
    case: Annotated[
        Path,
        typer.Argument(
            metavar="CASE", help="A case (YAML or JSON), a FHIR R4 Bundle, ndjson, or a folder of ndjson; gzip too."
        ),
    ],
    substance: options.Substance = None,
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--in",
            metavar="PLACE",
            help="Where the patient lives, works or travels: US-TX, GB, US-CA/San Diego. Repeats.",
        ),
    ] = None,
    on: options.On = None,
    overlay: Annotated[
        Path | None,
        typer.Option("--with", help="A case file laid over the chart: answers, product, use, what the clinician adds."),
    ] = None,
    patient: Annotated[
        str | None, typer.Option("--patient", help="Which patient of an input with several (their pseudonym).")
    ] = None,
    out: Annotated[
        list[str] | None,
        typer.Option(
            "--out",
            metavar="FILE|FORMAT",
            help="Write the dossier: html, pdf, json, fhir, or a file with that ending. Repeats.",
        ),
    ] = None,
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Screen a case: what speaks against the adjunct for this patient, how sure that is, and what is unknown."""
    from equipoise.knowledge.rxnorm import load_rxnorm
    from equipoise.screen import screen as run

    today = options.day(on)
    targets = [_target(text) for text in out or ()]
    records = options.records(knowledge)
    with options.asked():
        records.substance(substance)
    cases = [_extended(item, places or []) for item in _cases(case, overlay, patient, today)]
    rxnorm = load_rxnorm()
    dossiers = (run(item, records, on=today, substance=substance, rxnorm=rxnorm) for item in cases)
    if len(cases) == 1:
        _show_one(next(dossiers), targets, json)
    else:
        _show_many(dossiers, len(cases), targets, json)


def _cases(path: Path, overlay: Path | None, patient: str | None, today: dt.date) -> list[Case]:
    from equipoise.exchange import merge_cases, read_cases

    cases = list(read_cases(path, on=today))
    if patient is not None:
        chosen = [item for item in cases if item.id == patient]
        if not chosen:
            known = ", ".join(item.id for item in cases[:10])
            raise UsageError(
                str(path), [Fault("--patient", patient, f"one of {known}", "Use one of these pseudonyms.")]
            )
        cases = chosen
    if overlay is None:
        return cases
    if len(cases) > 1:
        mend = "Choose the patient with --patient."
        raise InputError(str(path), [Fault("--with", f"{len(cases)} patients", "one patient for one overlay", mend)])
    laid_over = read_cases(overlay, on=today)
    if len(laid_over) != 1:
        mend = "Write one case per file."
        raise InputError(str(overlay), [Fault("--with", f"{len(laid_over)} cases", "exactly one case", mend)])
    return [merge_cases(cases[0], laid_over[0])]


def _extended(case: Case, places: list[str]) -> Case:
    """The case with the places given on the command line added to its own."""
    from equipoise.model.law import Jurisdiction

    added: list[Jurisdiction] = []
    faults: list[Fault] = []
    for text in places:
        try:
            added.append(Jurisdiction.parse(text))
        except ValueError:
            mend = "For example --in US-TX, --in GB (not UK) or --in US-CA/San\\ Diego."
            faults.append(Fault("--in", repr(text), "an ISO 3166 code, with /LOCALITY where it matters", mend))
    if faults:
        raise UsageError("command line", faults)
    return case.model_copy(update={"jurisdictions": tuple(dict.fromkeys((*case.jurisdictions, *added)))})


def _target(text: str) -> tuple[str, Path | None]:
    """The format and the file of one `--out`; a bare format word means a file named after the case."""
    if text in FORMATS:
        return text, None
    path = Path(text)
    ending = "fhir" if path.name.endswith(".fhir.json") else path.suffix.lstrip(".").lower()
    if ending not in FORMATS:
        expected = "html, pdf, json or fhir, or a file that ends in .html, .pdf, .json or .fhir.json"
        raise UsageError("command line", [Fault("--out", repr(text), expected, "For example --out dossier.html.")])
    return ending, path


def _show_one(dossier: Dossier, targets: list[tuple[str, Path | None]], json: bool) -> None:  # noqa: FBT001 - the flag of the command
    for kind, path in targets:
        typer.echo(f"wrote {_write(dossier, kind, path)}", err=True)
    if json:
        from equipoise.report.plain import dossier_json

        typer.echo(dossier_json(dossier).decode())
    elif not targets:
        from rich.console import Console

        from equipoise.report.terminal import print_dossier

        print_dossier(dossier, Console())
        if any(item.domain == "law" and item.to_settle for item in dossier.findings):
            typer.echo(PLACES)


def _show_many(dossiers: Iterable[Dossier], count: int, targets: list[tuple[str, Path | None]], json: bool) -> None:  # noqa: FBT001 - the flag of the command
    """Several patients: one JSON line each, or one line of text each; files are named after the patients."""
    if any(path is not None for _, path in targets):
        mend = (
            "Use the bare format (--out html), which names each file after its patient, or choose one with --patient."
        )
        raise UsageError("command line", [Fault("--out", f"one file for {count} patients", "a format word", mend)])
    for dossier in dossiers:
        for kind, path in targets:
            _write(dossier, kind, path)
        if json:
            from equipoise.report.plain import dossier_json

            typer.echo(dossier_json(dossier).decode())
        else:
            typer.echo(f"{dossier.case_id}  {dossier.outcome:<22}  {dossier.reasons[0]}")


def _write(dossier: Dossier, kind: str, path: Path | None) -> Path:
    target = path or Path(f"dossier-{dossier.case_id}-{dossier.substance}.{'fhir.json' if kind == 'fhir' else kind}")
    options.write(target, render(dossier, kind))
    return target


def render(dossier: Dossier, kind: str) -> bytes:
    """The dossier in one of the four file formats."""
    if kind == "html":
        from equipoise.report.html import dossier_html

        return dossier_html(dossier).encode()
    if kind == "pdf":
        from equipoise.report.pdf import dossier_pdf

        return dossier_pdf(dossier)
    if kind == "json":
        from equipoise.report.plain import dossier_json

        return dossier_json(dossier)
    return _fhir(dossier)


def _fhir(dossier: Dossier) -> bytes:
    import datetime as dt

    from equipoise.exchange.fhir_out import dossier_to_fhir_json

    return dossier_to_fhir_json(dossier, issued=dt.datetime.now(tz=dt.UTC).replace(microsecond=0))
