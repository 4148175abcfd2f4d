"""`equipoise analyse`: a diary in, the individual answer out."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from equipoise.cli import analyse_options as opt
from equipoise.cli import options
from equipoise.cli.outputs import PATIENT_PAGE, Output, outputs
from equipoise.cli.people import people, refusal, watched
from equipoise.errors import InputError, UsageError

if TYPE_CHECKING:
    from equipoise.exchange.table_in import Table
    from equipoise.exchange.trial_folder import Trial
    from equipoise.model.observations import Observations
    from equipoise.model.plan import Plan
    from equipoise.model.posterior import Posterior
    from equipoise.model.schedule import Schedule

DRAW = "How was the order drawn? Say it with --design blocks, --design daily --max-run N, or another design."
RUN = "How long could a run of equal days be? Say it with --max-run N."


def analyse(
    context: typer.Context,
    table: opt.Diary,
    time: opt.Time = None,
    outcome: opt.Outcome = None,
    label: opt.Label = None,
    on: opt.On = None,
    on_value: opt.OnValue = None,
    kept: opt.Kept = None,
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
    before: opt.Before = None,
    recall: opt.Recall = "0",
    every: opt.Every = None,
    bounds: opt.Bounds = None,
    trend: opt.Trend = "linear",
    likelihood: opt.Likelihood = "auto",
    prior: opt.Prior = "sceptical",
    effect_prior: opt.EffectPrior = None,
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
        recorded = trial.recorded.exposure is not None
        choices = chosen.choices({**trial.options, **given}, records, recorded=recorded)
    departed = _departures(table, {**trial.options, **given}) if table.is_dir() else ()
    found = read_table(trial.diary)
    for text in where or ():
        column, _, value = text.partition("=")
        found = found.where(column, value)
    everybody = people(found, choices.case)
    files = outputs([name for name, _ in everybody], report or (), patient_page, _read(table, trial))

    def answer_of(name: str | None, rows: Table) -> Posterior:
        reading = choices.reading if name is None else replace(choices.reading, case_label=name)
        schedule, seen, assumed = trial_of(rows, reading, trial.recorded)
        with _asked(trial, given):
            believed = choices.prior(seen.values)
        with _unanswered(files, name, schedule, seen, choices.plan):
            answer = run(schedule, seen, prior=believed, plan=choices.plan)
        return replace(answer, notes=(*departed, *assumed, *choices.notes, *answer.notes))

    answers: dict[str | None, Posterior] = {}
    refused: dict[str, InputError] = {}
    for name, rows in watched(everybody):
        try:
            answers[name] = answer_of(name, rows)
        except InputError as error:  # one person's rows are no reason to leave the others without an answer
            if name is None or isinstance(error, UsageError):
                raise
            refused[name] = error
    try:
        for file in files:
            if file.case in answers:
                _write(file, answers[file.case])
    finally:  # a file that cannot be written is no reason to lose the answer; a reader that leaves loses no file
        _show(answers.values(), refused, choices.hints, json)
    if refused:
        raise refusal(str(trial.diary), refused)


@contextmanager
def _unanswered(
    files: tuple[Output, ...], case: str | None, schedule: Schedule, seen: Observations, plan: Plan
) -> Generator[None]:
    """A diary that cannot answer leaves the patient a page that says so, where one was asked for."""
    try:
        yield
    except InputError:
        from equipoise.report.answer_html import unanswered_html

        for file in files:
            if file.case == case and file.option == PATIENT_PAGE:
                _leave(file, unanswered_html(schedule, seen, plan).encode())
        raise


def _departures(folder: Path, said: dict[str, object]) -> tuple[str, ...]:
    """Where the analysis is not the planned one; read only for a sealed trial: plans cost start-up time."""
    from equipoise.exchange.trial_folder import SEALED_ORDER

    if not (folder / SEALED_ORDER).exists():
        return ()
    from equipoise.exchange.as_planned import departures

    return departures(folder, said)


def _read(table: Path, trial: Trial) -> tuple[Path, ...]:
    """The files that hold the trial."""
    from equipoise.exchange.trial_folder import FILE

    return (trial.diary, table / FILE) if table.is_dir() else (trial.diary,)


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


def _drawing_hints(answers: Collection[Posterior]) -> tuple[str, ...]:
    """How to say what nobody said of the draw."""
    schedules = [answer.schedule for answer in answers]
    unsaid = any(schedule.design == "undeclared" for schedule in schedules)
    partly = any(schedule.design != "undeclared" and schedule.assumed_draw for schedule in schedules)
    return (*((DRAW,) if unsaid else ()), *((RUN,) if partly else ()))


def _show(answers: Collection[Posterior], refused: Collection[str], hints: tuple[str, ...], json: bool) -> None:  # noqa: FBT001 - the flag of the command
    if json:
        from equipoise.report.answer_plain import answer_json

        for answer in answers:
            typer.echo(answer_json(answer).decode())
        return
    from rich.console import Console

    from equipoise.report.answer_people import print_people
    from equipoise.report.answer_terminal import print_answer

    console = Console()
    for answer in answers:
        print_answer(answer, console)
    if len(answers) + len(refused) > 1:
        print_people(tuple(answers), refused, console)
    for hint in (*hints, *_drawing_hints(answers)):
        typer.echo(hint)


def _write(file: Output, answer: Posterior) -> None:
    from equipoise.report import answer_html

    if file.option == PATIENT_PAGE:
        content = answer_html.patient_html(answer).encode()
    elif file.ending == ".pdf":
        content = answer_html.answer_pdf(answer)
    else:
        content = answer_html.answer_html(answer).encode()
    _leave(file, content)


def _leave(file: Output, content: bytes) -> None:
    options.write(file.path, content)
    typer.echo(f"wrote {file.path}", err=True)
