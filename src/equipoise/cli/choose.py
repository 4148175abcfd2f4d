"""`equipoise choose`: the plan of the smallest burden that reaches a wished chance of learning."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options, power
from equipoise.errors import Fault, InputError, UsageError

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge
    from equipoise.model.trial_design import TrialDesign

NUMBERS = re.compile(r"\d+(,\d+)*")


def choose(
    protocol: power.Protocol,
    wish: Annotated[float, typer.Option("--power", help="The wished chance of learning a benefit.")] = 0.8,
    blocks: Annotated[str, typer.Option("--blocks", help="Numbers of blocks to try.")] = "2,3,4,6,8,12,16",
    period: Annotated[str, typer.Option("--period", help="Lengths of a period to try, in days.")] = "3,5,7,10,14,21,28",
    washout: Annotated[
        str | None, typer.Option("--washout", help="Lengths of a washout to try, in days. Default: the plan's.")
    ] = None,
    every: Annotated[str, typer.Option("--every", help="Days between ratings to try.")] = "1,2,3,7",
    most_days: Annotated[int, typer.Option("--most-days", help="The longest trial that is thought of.")] = 365,
    effect: power.Effect = None,
    phi: power.Phi = None,
    sd: power.Sd = None,
    half_life: power.HalfLife = None,
    adherence: power.Adherence = None,
    missing: power.Missing = None,
    dropout: power.Dropout = None,
    seed: power.Seed = 1,
    threads: power.Threads = None,
    json: options.Json = False,
    report: Annotated[Path | None, typer.Option("--report", help="Leave the frontier as a page (.html).")] = None,
    knowledge: options.Records = None,
) -> None:
    """The shortest plan that reaches a chance of learning, among those that the rules of design allow."""
    from equipoise.cli.truth_options import truth_from
    from equipoise.design.choose import Options
    from equipoise.design.choose import choose as chosen_plan
    from equipoise.exchange.protocol_file import read_protocol
    from equipoise.report.choose_view import as_json, print_choice

    power.check_report(report, protocol)
    design = read_protocol(protocol)
    tried = {"--blocks": blocks, "--period": period, "--washout": washout or str(design.washout_days), "--every": every}
    lists = _lists(tried)
    names = ("effect", "phi", "sd", "half_life", "adherence", "missing", "dropout")
    truth = truth_from(design, dict(zip(names, (effect, phi, sd, half_life, adherence, missing, dropout), strict=True)))
    records = options.records(knowledge)
    with power.watched("trying plans") as progress:
        found = chosen_plan(
            design,
            truth,
            wish=wish,
            options=Options(*lists),
            allowed=lambda plan: _allowed(plan, records),
            most_days=most_days,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    if report is not None:
        from equipoise.report.power_html import choice_html

        options.write(report, choice_html(design.title, found).encode())
        typer.echo(f"wrote {report}", err=True)
    if json:
        import json as writer

        typer.echo(writer.dumps(as_json(found), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    print_choice(design.title, found, Console())


def _allowed(design: TrialDesign, records: Knowledge) -> bool:
    """Whether the rules of design admit a plan."""
    from equipoise.design.build import judged

    try:
        judged(design, records)
    except InputError:
        return False
    return True


def _lists(told: dict[str, str]) -> list[tuple[int, ...]]:
    """Whole numbers of each option; every wrong one in one message."""
    faults = [
        Fault(option, repr(text), "whole numbers with commas between", f"For example {option} 2,4,6.")
        for option, text in told.items()
        if NUMBERS.fullmatch(text) is None
    ]
    if faults:
        raise UsageError("command line", faults)
    return [tuple(int(part) for part in text.split(",")) for text in told.values()]
