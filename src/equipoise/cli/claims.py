"""`equipoise claims`: how an adjunct is said to act, judged at concentrations that were measured in people."""

from __future__ import annotations

from typing import Annotated

import typer

from equipoise.cli import options


def claims(
    substance: Annotated[
        str, typer.Argument(metavar="SUBSTANCE", help="The adjunct; `equipoise knowledge show substances` lists them.")
    ],
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Judge what is claimed of how an adjunct acts: plausible, implausible or not known, with the figures behind it.

    No amount goes in and none comes out; a verdict never says that the adjunct helps.
    """
    from equipoise.screen.claims import claim_rows

    records = options.records(knowledge)
    with options.asked():
        adjunct = records.substance(substance)
    rows = claim_rows(records, adjunct)
    if json:
        import json as text

        said = [row.model_dump(mode="json") for row in rows]
        found = {"substance": adjunct.substance.id, "knowledge_hash": records.hash, "claims": said}
        typer.echo(text.dumps(found, indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    from equipoise.report.claim_terminal import print_claims

    print_claims(adjunct.substance.name, rows, Console())
