"""`equipoise power`: what a plan can find out, by simulating it before anyone takes anything."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, UsageError

if TYPE_CHECKING:
    from equipoise.design.power import Progress, Spread
    from equipoise.report.power_view import Told

COMPARED = 1_024
"""Trials in which adaptive allocation is compared: each takes an analysis after every period."""

Protocol = Annotated[Path, typer.Argument(metavar="PROTOCOL", help="The plan, as `equipoise design` writes it.")]
Effect = Annotated[
    str | None,
    typer.Option("--effect", metavar="POINTS|prior", help="True difference on minus off. Default: the plan's MCID."),
]
Phi = Annotated[
    str | None,
    typer.Option("--phi", metavar="PHI", help="Correlation over a day: 0.4, beta(2,2) or prior. Default: prior."),
]
Sd = Annotated[float | None, typer.Option("--sd", help="SD within the person in points. Default: the planning SD.")]
HalfLife = Annotated[
    str | None, typer.Option("--half-life", help="Of the effect: 2d, lognormal(2,0.5). Default: the plan's prior.")
]
Trend = Annotated[float | None, typer.Option("--trend", help="Change over half the trial, in points.")]
Adherence = Annotated[float | None, typer.Option("--adherence", help="Chance that a planned day is taken.")]
Missing = Annotated[float | None, typer.Option("--missing", help="Chance that a rating is not given.")]
Dropout = Annotated[
    str | None, typer.Option("--dropout", metavar="RATE", help="Chance of leaving: 0.01/week, 0.002/day.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**63 - 1, help="The same seed gives the same figures.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Default: one for each core.")]


def power(
    protocol: Protocol,
    trials: Annotated[int, typer.Option("--trials", min=1, max=1_000_000, help="Simulated trials.")] = 20_000,
    effect: Effect = None,
    phi: Phi = None,
    sd: Sd = None,
    half_life: HalfLife = None,
    trend: Trend = None,
    adherence: Adherence = None,
    missing: Missing = None,
    dropout: Dropout = None,
    seed: Seed = 1,
    threads: Threads = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="ADDRESS", help="Of a Dask scheduler, as tcp://host:8786.")
    ] = None,
    adaptive: Annotated[
        bool, typer.Option("--adaptive", help="Show allocation that follows what was seen so far beside the plan's.")
    ] = False,
    json: options.Json = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Leave a page with pictures in this file (.html).")
    ] = None,
) -> None:
    """What a plan can find out: chance of learning, false claims, width, decisions, burden. Nothing is drawn."""
    from equipoise.cli.truth_options import truth_from
    from equipoise.design.adaptive import compared
    from equipoise.design.power import operating
    from equipoise.exchange.protocol_file import read_protocol
    from equipoise.report.power_view import Told, as_json

    check_report(report, protocol)
    design = read_protocol(protocol)
    said = {
        "effect": effect,
        "phi": phi,
        "sd": sd,
        "half_life": half_life,
        "trend": trend,
        "adherence": adherence,
        "missing": missing,
        "dropout": dropout,
    }
    truth = truth_from(design, said)
    with watched("simulating trials") as progress:
        spread = _on_cluster(cluster)
        found = operating(design, truth, trials=trials, seed=seed, threads=threads, progress=progress, spread=spread)
    told = Told(found, adaptive=compared(design, truth, trials=min(trials, COMPARED), seed=seed) if adaptive else None)
    if report is not None:
        told = _with_pictures(told, seed, threads)
        options.write(report, _page(told).encode())
        typer.echo(f"wrote {report}", err=True)
    if json:
        import json as writer

        typer.echo(writer.dumps(as_json(told), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from equipoise.report.power_terminal import print_power

    print_power(told, Console())


def _on_cluster(address: str | None) -> Spread | None:
    """The trials on the workers of a cluster, where one is named."""
    if address is None:
        return None
    from functools import partial

    from equipoise.pharmacology.kinetics.cluster import on_cluster

    return partial(on_cluster, cluster=address)


def _with_pictures(told: Told, seed: int, threads: int | None) -> Told:
    """The same plan under other effects and correlations, for the pictures of a page."""
    from dataclasses import replace

    from equipoise.design.sweep import curves, effects_about, false_claims

    design, truth = told.design, told.found.truth
    with watched("effects and correlations") as progress:
        lines = curves(design, truth, effects_about(design, truth), seed=seed, threads=threads, progress=progress)
    with watched("false claims") as progress:
        claims = false_claims(design, truth, seed=seed, threads=threads, progress=progress)
    return replace(told, curves=lines, claims=claims)


def _page(told: Told) -> str:
    from equipoise.report.power_html import power_html

    return power_html(told)


def check_report(report: Path | None, protocol: Path) -> None:
    """Refuses a report that is no page, or that would take the place of the protocol."""
    if report is None:
        return
    if report.suffix.lower() != ".html":
        fault = Fault("--report", str(report), "a file that ends in .html", "For example power.html.")
        raise UsageError("command line", [fault])
    if report.resolve() == protocol.resolve():
        raise UsageError("command line", [Fault("--report", str(report), "another file than the protocol", "Name it.")])


@contextmanager
def watched(what: str) -> Generator[Progress | None]:
    """A progress bar on the error stream where somebody watches."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Bar(console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
