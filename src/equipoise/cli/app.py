"""The application: its commands, and the one place that turns errors into exit codes."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from equipoise import __version__
from equipoise.cli import (
    analyse,
    choose,
    claims,
    demo,
    design,
    doctor,
    draw,
    interaction,
    knowledge,
    power,
    protocol,
    score,
    screen,
    simulate,
    victims,
)
from equipoise.errors import EquipoiseError, ExitCode

app = typer.Typer(
    name="equipoise",
    help="Find out, safely, whether an adjunct helps this patient. Never recommends a dose, never clears a patient.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("screen")(screen.screen)
app.command("design")(design.design)
app.command("power")(power.power)
app.command("choose")(choose.choose)
app.command("protocol")(protocol.protocol)
app.command("draw")(draw.draw)
app.command("analyse")(analyse.analyse)
app.command("interaction")(interaction.interaction)
app.command("simulate")(simulate.simulate)
app.command("claims")(claims.claims)
app.command("victims")(victims.victims)
# A wrong answer such as -1 is an answer to refuse with its reason, not an unknown option.
app.command("score", context_settings={"ignore_unknown_options": True})(score.score)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(knowledge.app, name="knowledge")


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands a flag over by position
    if wanted:
        typer.echo(f"equipoise {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Find out, safely, whether an adjunct helps this patient."""
    del version


def main() -> None:
    """Runs the command line; every expected error ends with its exit code and one message, never a traceback."""
    # A short-lived process makes many objects and keeps most: collecting while it starts only costs time.
    gc.set_threshold(200_000)
    try:
        app()
    except EquipoiseError as error:
        _report(error)
        sys.exit(int(error.exit_code))
    except SystemExit as ended:
        # The reader of a pipe went away (`| head`): Typer and Rich call that a failure, but nothing is wrong.
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody is left to read the rest
        sys.exit(int(ExitCode.DONE))
    except Exception as error:
        if os.environ.get("EQUIPOISE_DEBUG"):
            raise
        typer.echo(f"error: a defect of the program ({type(error).__name__}). Please report the command.", err=True)
        typer.echo("Set EQUIPOISE_DEBUG=1 to see where it happened; the trace may hold values of the case.", err=True)
        sys.exit(int(ExitCode.UNEXPECTED))


def _report(error: EquipoiseError) -> None:
    if "--json" in sys.argv:
        import json

        typer.echo(json.dumps(error.as_json(), ensure_ascii=False, indent=2), err=True)
    else:
        typer.echo(f"error: {error}", err=True)
