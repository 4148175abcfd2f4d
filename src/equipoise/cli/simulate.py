"""`equipoise simulate`: concentrations over time of given doses, in one typical person or in many drawn ones."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from equipoise.cli import options
from equipoise.errors import Fault, UsageError

if TYPE_CHECKING:
    from equipoise.model.schedule import Floats
    from equipoise.pharmacology.kinetics.parallel import Progress
    from equipoise.pharmacology.kinetics.reducers import Reduction
    from equipoise.pharmacology.occupancy.simulated import Site
    from equipoise.pharmacology.population.people import Study, Summary
    from equipoise.pharmacology.population.population import Population
    from equipoise.report.simulation import Told

ENDINGS = (".html", ".svg")


def simulate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A YAML file of a model, or the id of an adjunct.")],
    events: Annotated[Path, typer.Option("--events", help="A CSV table of doses with NONMEM's columns.")],
    population: Annotated[
        int | None, typer.Option("--population", min=1, help="So many drawn people. Without it: the typical person.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**63 - 1, help="The same seed draws the same people.")] = 1,
    replicates: Annotated[
        int, typer.Option("--replicates", min=0, help="Draws of the typical values that the model calls uncertain.")
    ] = 0,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="Default: one for each core.")] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="ADDRESS", help="Of a Dask scheduler, as tcp://host:8786.")
    ] = None,
    product: Annotated[
        str | None,
        typer.Option(
            "--product",
            metavar="throughout|DAYS",
            help="Of an adjunct: AMT is grams of a product; people keep to one, or take up another every so many days.",
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="auto, closed (linear systems), explicit, or rosenbrock (stiff ones).")
    ] = "auto",
    tolerance: Annotated[
        float | None, typer.Option("--tolerance", help="Relative, of each step of an integration. Default: 1e-6.")
    ] = None,
    times: Annotated[
        str | None,
        typer.Option("--times", metavar="TIMES", help="0,1,2,4 or FIRST:LAST:STEP, in the model's time unit."),
    ] = None,
    reduce: Annotated[
        str, typer.Option("--reduce", help="Of each person: auc, cmax, tmax, cmin, clast, time_above=LEVEL.")
    ] = "auc,cmax,tmax",
    output: Annotated[list[str] | None, typer.Option("--output", help="An output of the model. Repeats.")] = None,
    json: options.Json = False,
    table: Annotated[
        Path | None, typer.Option("--csv", help="Leave every person's outputs at every time in this CSV file.")
    ] = None,
    arrow: Annotated[
        Path | None, typer.Option("--arrow", help="The same as an Arrow stream, which is smaller and faster.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Leave a picture in this file: .html or .svg.")
    ] = None,
) -> None:
    """Simulate given doses: median and 5 to 95 % of people of each output. It proposes no amount."""
    from equipoise.cli.simulate_model import beyond_of, check_ids, check_people, model_of
    from equipoise.cli.simulate_options import (
        aside_of,
        cluster_of,
        engine_of,
        reductions,
        times_of,
        tolerance_of,
        undrawn_of,
        unreached_of,
    )
    from equipoise.exchange.system_in import read_events
    from equipoise.pharmacology.kinetics.ensemble.engine import Tolerance
    from equipoise.pharmacology.population.people import Study
    from equipoise.report.simulation import Told

    table = _table(table, arrow, events)
    _check_picture(picture)
    found = model_of(model, product)
    check_people(found, population, replicates, model)
    names = tuple(dict.fromkeys(output or found.system.outputs))
    wanted = reductions(reduce, found.system, names)
    people = found.population if population else None
    doses = read_events(events, found, people.labels if people else ())
    check_ids(population, len(doses.ids))
    sites = found.sites if people else ()
    needed = tuple(dict.fromkeys([*names, *(output for site in sites for output in site.outputs.values())]))
    grid, method = times_of(times, doses), engine_of(engine)
    study = Study(found.system, doses, grid, wanted, needed, method, threads, tolerance_of(tolerance))
    crowd = Crowd(people, population or len(doses.ids), seed, cluster_of(cluster, threads))
    with _watched() as progress:
        summary = _summary(study, crowd, Kept(names, table, sites), progress)
        spread = _spread(study, crowd, replicates, progress)
    error = None if summary.engine == "closed" else _error(study, crowd, summary)
    unreached = () if output else summary.unreached
    if len(unreached) < len(summary.bands):
        summary = summary.without(unreached)
    labels = found.population.labels if found.population else ()
    undrawn = () if people else undrawn_of(found)
    notes = (*found.notes, *undrawn, *beyond_of(found, doses), *aside_of(doses, labels), *unreached_of(unreached))
    step = (study.tolerance or Tolerance()).rtol
    told = Told(found.system, summary, spread, seed if population else None, error, notes, sites, step)
    if picture is not None:
        _draw(told, picture)
    _show(told, json)


class Crowd(NamedTuple):
    """Who is simulated and where; `population` None: every ID with the typical values."""

    population: Population | None
    size: int
    seed: int
    cluster: str | None


class Kept(NamedTuple):
    """What is kept of the people: outputs, the file of their table, and the sites whose occupancy is wanted."""

    names: tuple[str, ...]
    table: Path | None
    sites: tuple[Site, ...]


def _summary(study: Study, crowd: Crowd, keep: Kept, progress: Progress | None) -> Summary:
    from equipoise.cli.simulate_tables import kept
    from equipoise.pharmacology.occupancy.simulated import occupied
    from equipoise.pharmacology.population.people import summary, typical

    blocks = study.blocks(crowd.population, crowd.size, seed=crowd.seed, cluster=crowd.cluster, progress=progress)
    found = kept(blocks, list(keep.names), keep.table)
    if crowd.population is None and crowd.size == 1:
        (one,) = found
        return typical(one)
    return summary(occupied(found, keep.sites, keep.names, seed=crowd.seed))


def _spread(study: Study, crowd: Crowd, replicates: int, progress: Progress | None) -> dict[Reduction, Floats] | None:
    from equipoise.pharmacology.population.people import uncertain

    if crowd.population is None or not replicates:
        return None
    return uncertain(
        study,
        crowd.population,
        crowd.size,
        seed=crowd.seed,
        replicates=replicates,
        cluster=crowd.cluster,
        progress=progress,
    )


def _error(study: Study, crowd: Crowd, summary: Summary) -> float:
    """What the integration made wrong in some people, by the method that most were integrated by."""
    from equipoise.cli.simulate_options import engine_of
    from equipoise.pharmacology.population.people import observed_error

    taken = replace(study, engine=engine_of(summary.engine), reduce=())
    return observed_error(taken, crowd.population, crowd.size, seed=crowd.seed)


def _check_picture(picture: Path | None) -> None:
    if picture is not None and picture.suffix.lower() not in ENDINGS:
        expected = f"a file that ends in {' or '.join(ENDINGS)}"
        fault = Fault("--picture", str(picture), expected, "For example bands.html.")
        raise UsageError("command line", [fault])


def _table(csv: Path | None, arrow: Path | None, events: Path) -> Path | None:
    """The file that the whole table goes to; its ending says how."""
    faults: list[Fault] = []
    for option, path, ending in (("--csv", csv, ".csv"), ("--arrow", arrow, ".arrow")):
        if path is not None and path.suffix.lower() != ending:
            faults.append(Fault(option, str(path), f"a file that ends in {ending}", f"For example table{ending}."))
        if path is not None and path.resolve() == events.resolve():
            faults.append(Fault(option, str(path), "another file than the events", "Name a new file."))
    if csv is not None and arrow is not None:
        faults.append(Fault("--arrow", "--csv beside it", "one of the two", "Leave one out."))
    if faults:
        raise UsageError("command line", faults)
    return csv or arrow


@contextmanager
def _watched() -> Generator[Progress | None]:
    """A progress bar on the error stream where somebody watches."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Bar(console=console, transient=True) as bar:
        task = bar.add_task("simulating", total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _draw(told: Told, path: Path) -> None:
    from equipoise.report.simulation_html import simulation_html, simulation_svg

    made = simulation_svg(told) if path.suffix.lower() == ".svg" else simulation_html(told)
    options.write(path, made.encode())
    typer.echo(f"wrote {path}", err=True)


def _show(told: Told, json: bool) -> None:  # noqa: FBT001 - the flag of the command
    from equipoise.report.simulation import as_json

    if json:
        typer.echo(as_json(told).decode())
        return
    from rich.console import Console

    from equipoise.report.simulation_terminal import print_simulation

    print_simulation(told, Console())
