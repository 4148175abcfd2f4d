"""`equipoise simulate`: concentrations over time of given doses, in one typical person or in many drawn ones."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, KnowledgeError, UsageError

if TYPE_CHECKING:
    from equipoise.exchange.system_in import Model
    from equipoise.model.schedule import Floats
    from equipoise.pharmacology.kinetics.parallel import Progress
    from equipoise.pharmacology.kinetics.reducers import Reduction
    from equipoise.pharmacology.population.people import Study, Summary
    from equipoise.report.simulation import Told

FEWEST_REPLICATES = 20
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
    from equipoise.cli.simulate_options import reductions, times_of
    from equipoise.exchange.system_in import read_events
    from equipoise.pharmacology.population.people import Study
    from equipoise.report.simulation import Told

    table = _table(table, arrow, events)
    _check_picture(picture)
    found = _model(model)
    _check_people(found, population, replicates, model)
    names = tuple(dict.fromkeys(output or found.system.outputs))
    wanted = reductions(reduce, found.system, names)
    doses = read_events(events, found.system)
    _check_ids(population, len(doses.ids))
    study = Study(found.system, doses, times_of(times, doses), wanted, names, threads=threads)
    with _watched() as progress:
        summary = _summary(study, found, population, seed, table, progress)
        spread = _spread(study, found, population, seed, replicates, progress)
    told = Told(found.system, summary, spread, seed if population else None)
    if picture is not None:
        _draw(told, picture)
    _show(told, json)


def _summary(
    study: Study, model: Model, population: int | None, seed: int, table: Path | None, progress: Progress | None
) -> Summary:
    from equipoise.cli.simulate_tables import kept
    from equipoise.pharmacology.population.people import summary, typical

    names, numbered = list(study.outputs or study.system.outputs), len(study.events.ids) == 1
    if population is None or model.population is None:
        one = study.one({}, progress)
        for _ in kept(iter([one]), names, table, numbered=numbered):
            pass
        return typical(one)
    blocks = study.blocks(model.population, population, seed=seed, progress=progress)
    return summary(kept(blocks, names, table, numbered=numbered))


def _spread(
    study: Study, model: Model, population: int | None, seed: int, replicates: int, progress: Progress | None
) -> dict[Reduction, Floats] | None:
    from equipoise.pharmacology.population.people import uncertain

    if population is None or model.population is None or not replicates:
        return None
    return uncertain(study, model.population, population, seed=seed, replicates=replicates, progress=progress)


def _model(name: str) -> Model:
    """The model of a file, or of an adjunct by its id."""
    from equipoise.exchange.system_in import Model, read_model

    path = Path(name)
    if path.exists() or path.suffix:
        return read_model(path)
    records = options.records(None)
    if name in records.substance_ids:
        model, fit = records.substance(name).kinetic_model, records.substance(name).kinetic_fit
        if model is not None and fit is not None:
            from equipoise.pharmacology.summaries.fitted import fitted_population, fitted_system

            return Model(fitted_system(model, fit), fitted_population(model, fit))
        expected = "an adjunct whose kinetics are fitted in the records"
        fault = Fault("MODEL", name, expected, "Give a model file (docs/how-to/simulate.md).")
        raise KnowledgeError("kinetics", [fault])
    expected = f"a model file, or one of {', '.join(records.substance_ids)}"
    raise UsageError("command line", [Fault("MODEL", repr(name), expected, "Correct the path or the name.")])


def _check_people(model: Model, population: int | None, replicates: int, name: str) -> None:
    faults: list[Fault] = []
    if population is not None and model.population is None:
        expected = "a model that declares a population"
        faults.append(Fault("--population", name, expected, "Add `population` to it, or leave the option out."))
    if 0 < replicates < FEWEST_REPLICATES:
        expected = f"at least {FEWEST_REPLICATES}: an interval of fewer draws says little"
        faults.append(Fault("--replicates", str(replicates), expected, "For example --replicates 200."))
    if replicates and (population is None or model.population is None or model.population.typical is None):
        expected = "with --population, and a model whose population declares `uncertainty`"
        faults.append(Fault("--replicates", str(replicates), expected, "Leave it out, or declare what is uncertain."))
    if faults:
        raise UsageError("command line", faults)


def _check_ids(population: int | None, ids: int) -> None:
    if population is not None and ids not in (1, population):
        expected = f"{ids}: the events are those of {ids} IDs"
        fault = Fault("--population", str(population), expected, "Correct it, or give events of one ID for everybody.")
        raise UsageError("command line", [fault])


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
