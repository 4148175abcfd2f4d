"""`equipoise analyse`: a diary in, the individual answer out."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from equipoise.cli import analyse_options as opt
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
    table: opt.Diary,
    time: opt.Time = None,
    outcome: opt.Outcome = None,
    on: opt.On = None,
    on_value: opt.OnValue = None,
    case: opt.Case = None,
    case_label: opt.CaseLabel = None,
    adjunct: opt.Adjunct = None,
    where: opt.Where = None,
    covariates: opt.Covariates = None,
    guess: opt.Guess = None,
    design: opt.Design = "auto",
    unit: opt.Unit = None,
    max_run: opt.MaxRun = None,
    instrument: opt.Instrument = None,
    mcid: opt.Mcid = None,
    better: opt.Better = "lower",
    half_life: opt.HalfLife = "0",
    recall: opt.Recall = "0",
    bounds: opt.Bounds = None,
    trend: opt.Trend = "linear",
    likelihood: opt.Likelihood = "auto",
    prior: opt.Prior = "sceptical",
    phi_prior: opt.PhiPrior = None,
    s0: opt.S0 = None,
    fewest: opt.Fewest = 8,
    seed: opt.Seed = 1,
    json: options.Json = False,
    report: opt.Report = None,
    patient_page: opt.PatientPage = None,
) -> None:
    """Analyse a single-patient trial: did it help this person, by how much, and could it be chance or trend."""
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
        reading = choices.reading if name is None else replace(choices.reading, case_label=name)
        schedule, seen, assumed = trial_of(rows, reading, trial.recorded)
        with _asked(trial, given):
            believed = choices.prior(seen.values)
        answer = run(schedule, seen, prior=believed, plan=choices.plan)
        answers.append((name, _noted(answer, (*assumed, *choices.notes))))
    for _, answer in answers:
        _show(answer, json)
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
    return replace(answer, notes=(*assumed, *answer.notes)) if assumed else answer


def _show(answer: Posterior, json: bool) -> None:  # noqa: FBT001 - the flag of the command
    if json:
        from equipoise.report.answer_plain import answer_json

        typer.echo(answer_json(answer).decode())
        return
    from rich.console import Console

    from equipoise.report.answer_terminal import print_answer

    print_answer(answer, Console())


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
