"""`equipoise protocol`: the papers of a plan: what is to be signed, what the patient is asked, and FHIR."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, UsageError

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge
    from equipoise.model.dossier import Dossier
    from equipoise.model.trial_design import TrialDesign

    Paper = Callable[[TrialDesign, Knowledge, Dossier | None], bytes]

NAMES = {
    "html": "protocol.html",
    "pdf": "protocol.pdf",
    "fhir": "protocol.fhir.json",
    "consent": "consent.html",
    "blanks": "blanks.yaml",
}
EXPECTED = "html, pdf, fhir, consent or blanks, or a file that ends in .html, .pdf, .fhir.json, consent.html or .yaml"


def protocol(
    plan: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="The plan, as `equipoise design` wrote it.")],
    dossier: Annotated[
        Path | None,
        typer.Option("--dossier", help="The dossier that the plan rests on; its studies and open questions are shown."),
    ] = None,
    out: Annotated[
        list[str] | None,
        typer.Option(
            "--out",
            metavar="FILE|FORMAT",
            help="Write a paper: protocol.html, protocol.pdf, protocol.fhir.json, consent.html, blanks.yaml, or html, "
            "pdf, fhir, consent, blanks. Repeats.",
        ),
    ] = None,
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Write the papers of a plan, and say what is still blank. None of them holds the order of the periods."""
    from equipoise.cli.design import read_dossier
    from equipoise.design.build import judged
    from equipoise.exchange.protocol_file import read_protocol
    from equipoise.report.protocol_view import protocol_view

    targets = [_target(text) for text in out or ()]
    faults = _faults(targets, [path for path in (plan, dossier) if path is not None])
    if faults:
        raise UsageError("command line", faults)
    design, records = read_protocol(plan), options.records(knowledge)
    screening = None if dossier is None else read_dossier(dossier)
    judged(design, records)
    view = protocol_view(design, records, screening)
    for kind, path in targets:
        options.write(path, _PAPERS[kind](design, records, screening))
        typer.echo(f"wrote {path}", err=True)
    if json:
        from equipoise.report.protocol_plain import protocol_json

        typer.echo(protocol_json(view).decode())
        return
    from rich.console import Console

    from equipoise.report.protocol_terminal import print_protocol

    print_protocol(view, Console())


def _target(text: str) -> tuple[str, Path]:
    """What a file is to hold, and where; an unknown ending is kept as the kind and refused with all other faults."""
    if text in NAMES:
        return text, Path(NAMES[text])
    path = Path(text)
    name = path.name.lower()
    ends = {"consent.html": "consent", ".html": "html", ".pdf": "pdf", ".fhir.json": "fhir", ".yaml": "blanks"}
    return next((kind for ending, kind in ends.items() if name.endswith(ending)), ""), path


def _faults(targets: list[tuple[str, Path]], read: list[Path]) -> list[Fault]:
    """Every target that says nothing, would destroy what is read, or would lose another paper."""
    taken = {path.resolve() for path in read}
    faults: list[Fault] = []
    for kind, path in targets:
        if not kind:
            faults.append(Fault("--out", repr(str(path)), EXPECTED, "For example --out protocol.html."))
        elif path.resolve() in taken:
            expected = "a file of its own: neither one that is read nor that of another paper"
            faults.append(Fault("--out", str(path), expected, "Name a new file."))
        taken.add(path.resolve())
    return faults


def _html(design: TrialDesign, records: Knowledge, dossier: Dossier | None) -> bytes:
    from equipoise.report.protocol_html import protocol_html

    return protocol_html(design, records, dossier).encode()


def _pdf(design: TrialDesign, records: Knowledge, dossier: Dossier | None) -> bytes:
    from equipoise.report.protocol_html import protocol_pdf

    return protocol_pdf(design, records, dossier)


def _consent(design: TrialDesign, records: Knowledge, dossier: Dossier | None) -> bytes:
    from equipoise.report.consent_html import consent_html

    del dossier
    return consent_html(design, records).encode()


def _fhir(design: TrialDesign, records: Knowledge, dossier: Dossier | None) -> bytes:
    import datetime as dt

    from equipoise.exchange.fhir_out.trial import trial_to_fhir_json

    del records, dossier
    return trial_to_fhir_json(design, issued=dt.datetime.now(tz=dt.UTC).replace(microsecond=0))


def _blanks(design: TrialDesign, records: Knowledge, dossier: Dossier | None) -> bytes:
    from equipoise.report.protocol_blanks import blanks_text
    from equipoise.report.protocol_view import protocol_view

    return blanks_text(protocol_view(design, records, dossier)).encode()


_PAPERS: dict[str, Paper] = {"html": _html, "pdf": _pdf, "fhir": _fhir, "consent": _consent, "blanks": _blanks}
