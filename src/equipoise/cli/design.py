"""`equipoise design`: a plan of a single-patient trial out of a dossier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli import options
from equipoise.errors import Fault, InputError, UsageError

if TYPE_CHECKING:
    from equipoise.model.dossier import Dossier

Text = str | None


def design(
    dossier: Annotated[
        Path | None, typer.Argument(metavar="[DOSSIER]", help="The dossier of the patient, as `screen --out json`.")
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome",
            metavar="WHAT[@EVERY]",
            help="What is rated: an instrument (phq9@14d), or column=label of a scale of one's own (mood=low mood). "
            "Repeats; the first is primary.",
        ),
    ] = None,
    care: Annotated[Text, typer.Option("--care", help="The conventional care that goes on all the time.")] = None,
    current_use: Annotated[
        Text, typer.Option("--current-use", help="How often it is taken now: never, past, occasional, daily.")
    ] = None,
    template: Annotated[
        Text,
        typer.Option(
            "--template",
            help="randomised_blocks, alternating_days, supervised_taper or observational. Default: a taper for who "
            "takes it daily, else blocks.",
        ),
    ] = None,
    blocks: Annotated[int | None, typer.Option("--blocks", help="Blocks of one period with and one without.")] = None,
    period: Annotated[Text, typer.Option("--period", help="Length of a period: 21d, 3w.")] = None,
    washout: Annotated[Text, typer.Option("--washout", help="Days without it after every period: 15d.")] = None,
    run_in: Annotated[Text, typer.Option("--run-in", help="Days of rating before the first period: 14d.")] = None,
    mcid: Annotated[
        float | None, typer.Option("--mcid", help="Agreed smallest difference that matters, in points of the first.")
    ] = None,
    sd: Annotated[
        float | None, typer.Option("--sd", help="Planning SD of the primary outcome within this person, in points.")
    ] = None,
    override: Annotated[
        list[str] | None, typer.Option("--override", metavar="RULE=REASON", help="Set a rule of design aside. Repeats.")
    ] = None,
    signed_by: Annotated[Text, typer.Option("--signed-by", help="Who sets rules aside.")] = None,
    on: Annotated[
        Text, typer.Option("--on", metavar="YYYY-MM-DD", help="The day of a signature. Default: today.")
    ] = None,
    with_: Annotated[
        Path | None, typer.Option("--with", help="A YAML file with fields of the plan; options stand above it.")
    ] = None,
    substance: options.Substance = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the protocol. Default: protocol.yaml.")
    ] = None,
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Plan a single-patient trial: periods and washout sized by the adjunct's kinetics, judged by the dossier.

    Nothing is drawn and no amount is named. Next: `equipoise power`, then `equipoise draw`.
    """
    from equipoise.cli import design_options as said
    from equipoise.design.build import design_trial
    from equipoise.exchange.protocol_file import protocol_text

    with options.asked():
        given: dict[str, Any] = {
            "outcomes": [said.outcome_of(text) for text in outcome or ()],
            "conventional_care": care,
            "current_use": current_use,
            "template": template,
            "blocks": blocks,
            "period_days": None if period is None else said.whole_days("--period", period),
            "washout_days": None if washout is None else said.whole_days("--washout", washout),
            "run_in_days": None if run_in is None else said.whole_days("--run-in", run_in),
            "overrides": said.overrides_of(override or (), signed_by, options.day(on)),
        }
        if mcid is not None and given["outcomes"]:
            given["outcomes"][0]["mcid"] = mcid
    chosen = said.preferences_of(given, with_)
    if sd is not None:
        chosen["analysis"] = {**chosen.get("analysis", {}), "s0": sd}
    records = options.records(knowledge)
    screened = None if dossier is None else read_dossier(dossier)
    plan = design_trial(screened, chosen, records, substance=substance)
    target = out or Path("protocol.yaml")
    _not_over(target, [path for path in (dossier, with_) if path is not None])
    options.write(target, protocol_text(plan).encode())
    if json:
        typer.echo(plan.model_dump_json(indent=2))
        return
    from rich.console import Console

    from equipoise.report.design_terminal import print_design

    print_design(plan, target, Console())


def read_dossier(path: Path) -> Dossier:
    """The dossier of a file that `screen --out json` wrote; raises InputError with every fault."""
    from pydantic import ValidationError

    from equipoise.exchange.files import open_input
    from equipoise.model.base import faults_of
    from equipoise.model.dossier import Dossier

    mend = "Write one with `equipoise screen CASE --out dossier.json`."
    pieces = open_input(path).pieces
    if len(pieces) != 1:
        raise InputError(str(path), [Fault("(whole input)", f"{len(pieces)} files", "one dossier", mend)])
    try:
        return Dossier.model_validate_json(pieces[0].text)
    except ValidationError as error:
        faults = [Fault(f.path, f.found, f.expected, mend) for f in faults_of(error)[:3]]
        raise InputError(str(path), faults) from error


def _not_over(target: Path, read: list[Path]) -> None:
    if target.resolve() in {path.resolve() for path in read}:
        expected = "another file than those that are read"
        raise UsageError("command line", [Fault("--out", str(target), expected, "Name a new file.")])
