"""`equipoise analyse`: a diary in, the individual answer out."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli import options
from equipoise.errors import Fault, InputError, UsageError

if TYPE_CHECKING:
    from equipoise.exchange.table_in import Table
    from equipoise.exchange.trial_folder import Trial
    from equipoise.model.posterior import Posterior

FEWEST_WATCHED = 4
DRAW = "How was the order drawn? Say it with --design blocks, --design daily --max-run N, or another design."


def analyse(
    context: typer.Context,
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="A CSV table of one or more people, or a folder with a trial.yaml.")
    ],
    time: Annotated[
        str | None, typer.Option("--time", help="Column of the day (a number) or of the date and time.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Column of the rating; empty where it is missing.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Column of what was taken: 0 and 1, a level, or words.")
    ] = None,
    on_value: Annotated[str | None, typer.Option("--on-value", help="The word that means: taken.")] = None,
    case: Annotated[str | None, typer.Option("--case", help="Column that tells people apart; one answer each.")] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only these rows. Repeats.")
    ] = None,
    covariates: Annotated[
        list[str] | None, typer.Option("--covariate", help="A column to adjust for. Repeats.")
    ] = None,
    guess: Annotated[
        str | None, typer.Option("--guess", help="Column of what the patient believed to have taken: 1, 0 or empty.")
    ] = None,
    design: Annotated[
        str, typer.Option("--design", help="How the order was drawn: auto, blocks, daily, taper, observational.")
    ] = "auto",
    unit: Annotated[
        str | None, typer.Option("--unit", help="Daily draws: the column that tells drawn days apart (study day).")
    ] = None,
    max_run: Annotated[int | None, typer.Option("--max-run", help="Daily draws: the longest run allowed.")] = None,
    instrument: Annotated[
        str | None, typer.Option("--instrument", help="Recall window and bounds from the records: phq9, gad7, who5.")
    ] = None,
    mcid: Annotated[float | None, typer.Option("--mcid", help="Smallest difference that matters, in points.")] = None,
    better: Annotated[str, typer.Option("--better", help="Which direction is a relief: lower or higher.")] = "lower",
    half_life: Annotated[
        str, typer.Option("--half-life", help="Build-up and decay of the effect: 0, 2d, 36h or lognormal(2,0.5).")
    ] = "0",
    recall: Annotated[str, typer.Option("--recall", help="The rating looks back over so long: 14d.")] = "0",
    bounds: Annotated[str | None, typer.Option("--bounds", help="Least and greatest score: 0,27.")] = None,
    trend: Annotated[str, typer.Option("--trend", help="linear, spline or none.")] = "linear",
    likelihood: Annotated[
        str, typer.Option("--likelihood", help="auto, gaussian, ordinal_sum, ordinal, binary or poisson.")
    ] = "auto",
    prior: Annotated[
        str, typer.Option("--prior", help="sceptical (default) or weak (flat in level and correlation).")
    ] = "sceptical",
    phi_prior: Annotated[
        str | None, typer.Option("--phi-prior", help="Correlation over one day: beta(2,2) or uniform(0,0.99).")
    ] = None,
    s0: Annotated[
        str | None, typer.Option("--s0", help="Planning SD in points: a number, or `sd` for that of all ratings.")
    ] = None,
    fewest: Annotated[int, typer.Option("--fewest", help="Ratings needed at each level.")] = 8,
    seed: Annotated[int, typer.Option("--seed", help="Draws the orders of a randomisation test.")] = 1,
    json: options.Json = False,
    report: Annotated[
        list[Path] | None, typer.Option("--report", help="Write a report: a file that ends in .html or .pdf. Repeats.")
    ] = None,
    patient_page: Annotated[
        Path | None, typer.Option("--patient-page", help="Write the page in plain language (.html).")
    ] = None,
) -> None:
    """Analyse a single-patient trial: did it help this person, by how much, and could it be chance or trend."""
    del (
        time,
        outcome,
        on,
        on_value,
        unit,
        case,
        covariates,
        guess,
        design,
        max_run,
        instrument,
        mcid,
        better,
        half_life,
        recall,
    )
    del bounds, trend, likelihood, prior, phi_prior, s0, fewest, seed  # read by name, with those of a trial folder
    from equipoise.analyse import analyse as run
    from equipoise.cli import trial_options as chosen
    from equipoise.exchange.table_in import read_table
    from equipoise.exchange.trial_folder import Trial, read_trial
    from equipoise.exchange.trial_in import trial_of

    given = {name: value for name, value in context.params.items() if _said(context, name)}
    trial = read_trial(table) if table.is_dir() else Trial(table)
    records = options.records(None) if chosen.needs_records(trial, given) else None
    with _asked(trial, given):
        choices = chosen.choices({**trial.options, **given}, records)
    found = read_table(trial.diary)
    for text in where or ():
        column, _, value = text.partition("=")
        found = found.where(column, value)
    answers: list[tuple[str | None, Posterior]] = []
    for name, rows in _watched(list(_people(found, choices.case))):
        schedule, seen, assumed = trial_of(rows, choices.reading, trial.recorded)
        with _asked(trial, given):
            believed = choices.prior(seen.values)
        answer = run(schedule, seen, prior=believed, plan=choices.plan)
        answers.append((name, _noted(answer, (*assumed, *choices.notes))))
    for name, answer in answers:
        _show(name, answer, json)
    if not json and any(_is_assumed(answer) for _, answer in answers):
        typer.echo(DRAW)
    for name, answer in answers:
        for path in report or ():
            _write(_named(path, name), answer, plain=False)
        if patient_page is not None:
            _write(_named(patient_page, name), answer, plain=True)


def _watched(people: list[tuple[str | None, Table]]) -> Iterator[tuple[str | None, Table]]:
    """The people, with a progress bar on the error stream where there are several and somebody watches."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    few = len(people) < FEWEST_WATCHED or not console.is_terminal
    return iter(track(people, description="analysing", console=console, transient=True, disable=few))


@contextmanager
def _asked(trial: Trial, given: Mapping[str, Any]) -> Generator[None]:
    """What is refused inside stood on the command line, unless the trial's own file says it."""
    try:
        with options.asked():
            yield
    except UsageError as error:
        recorded = tuple(name for name in trial.options if name not in given)
        named = (fault.path.lstrip("-").replace("-", "_") for fault in error.faults)
        if any(option.startswith(name) for name in named for option in recorded):
            raise InputError(str(trial.diary.parent), error.faults) from error
        raise


def _said(context: typer.Context, name: str) -> bool:
    """Whether an option was given on the command line, not left at its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name not in ("DEFAULT", "DEFAULT_MAP")


def _named(path: Path, name: str | None) -> Path:
    """The file for one of several people."""
    return path if name is None else path.with_stem(f"{path.stem}-{_safe(name)}")


def _people(table: Table, case: str | None) -> Iterator[tuple[str | None, Table]]:
    if case is None:
        yield None, table
        return
    for name in dict.fromkeys(table.column(case, "--case")):
        yield name, table.where(case, name, "--case")


def _is_assumed(answer: Posterior) -> bool:
    """Whether nobody said how the order was drawn."""
    rule = answer.schedule.randomisation
    return rule is not None and rule.assumed


def _noted(answer: Posterior, assumed: tuple[str, ...]) -> Posterior:
    from dataclasses import replace

    return replace(answer, notes=(*assumed, *answer.notes)) if assumed else answer


def _show(name: str | None, answer: Posterior, json: bool) -> None:  # noqa: FBT001 - the flag of the command
    if json:
        from equipoise.report.answer_plain import answer_json

        typer.echo(answer_json(answer, case=name).decode())
        return
    from rich.console import Console

    from equipoise.report.answer_terminal import print_answer

    print_answer(answer, Console(), case=name)


def _write(path: Path, answer: Posterior, *, plain: bool) -> None:
    from equipoise.report import answer_html

    ending = path.suffix.lower()
    if plain:
        content = answer_html.patient_html(answer).encode()
    elif ending == ".html":
        content = answer_html.answer_html(answer).encode()
    elif ending == ".pdf":
        content = answer_html.answer_pdf(answer)
    else:
        expected = "a file that ends in .html or .pdf"
        raise UsageError("command line", [Fault("--report", str(path), expected, "For example --report answer.html.")])
    options.write(path, content)
    typer.echo(f"wrote {path}", err=True)


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)
