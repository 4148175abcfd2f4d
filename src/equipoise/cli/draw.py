"""`equipoise draw`: the order of a planned trial, drawn once, and the calendar that does not tell it."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import SHOWN, Fault, InputError, UsageError

if TYPE_CHECKING:
    from equipoise.model.allocation import Allocation
    from equipoise.model.calendar import Calendar
    from equipoise.model.trial_design import TrialDesign

SEED_BITS = 128
SEALED = "sealed"
UTC = "UTC"


def draw(
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="The plan, as `equipoise design` wrote it.")],
    start: Annotated[str, typer.Option("--start", metavar="YYYY-MM-DD", help="The first day of the run-in.")],
    folder: Annotated[Path, typer.Option("--out", help="A new folder for the trial.")] = Path("trial"),
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="Where the patient lives: Europe/Berlin. Default: UTC.")
    ] = None,
    remind_at: Annotated[str, typer.Option("--remind-at", metavar="HH:MM", help="When ratings are due.")] = "20:00",
    seed: Annotated[
        int | None, typer.Option("--seed", help="A whole number that the order follows from. Default: drawn at random.")
    ] = None,
    knowledge: options.Records = None,
) -> None:
    """Draw the order of a trial, once, and write the calendar, the empty diary, and the sealed order beside them.

    What is in the folder `sealed` tells the order: give it to the pharmacist or keep it shut. Nothing else tells it.
    """
    from pydantic import ValidationError

    from equipoise.design.build import judged
    from equipoise.design.calendar import calendar
    from equipoise.exchange.protocol_file import read_protocol
    from equipoise.model.base import faults_of

    _refuse_a_trial(folder)
    with options.asked():
        first, at = options.day(start, "--start"), _clock(remind_at)
    plan = read_protocol(protocol)
    records = options.records(knowledge)
    judged(plan, records)
    allocation = None
    if plan.template.randomised:
        from equipoise.design.draw import draw as drawn

        with options.asked():
            chosen = secrets.randbits(SEED_BITS) if seed is None else seed
            allocation = drawn(plan, first, seed=chosen, nonce=secrets.token_hex(32))
    try:
        book = calendar(plan, first, allocation, time_zone=UTC if time_zone is None else time_zone, remind_at=at)
    except ValidationError as error:
        raise UsageError("command line", faults_of(error)) from error
    written = _write(folder, plan, allocation, book, protocol)
    typer.echo(f"{plan.title}: {book.start} to {book.end}, {len(book.ratings)} days with ratings.")
    if allocation is not None:
        typer.echo(f"One of {allocation.admissible} orders was drawn. Commitment: {allocation.commitment}")
        if seed is not None and plan.blinding.blinded:
            typer.echo("! The seed was given: whoever knows it can find out the order. A real trial has none.")
    if time_zone is None:
        typer.echo(f"! No time zone was given (--time-zone): reminders stand at {at:%H:%M} {UTC}.")
    if plan.screened is not None and plan.screened.knowledge_hash != records.hash:
        typer.echo("! The records were changed since the screening: screen anew before anything starts.")
    width = max(len(str(path)) for path, _ in written)
    for path, what in written:
        typer.echo(f"  {path!s:<{width}}  {what}")
    typer.echo("Nothing starts before a clinician has signed the protocol (`equipoise protocol`).")


def _refuse_a_trial(folder: Path) -> None:
    """An order is drawn once, and no diary, filled or not, is ever written over."""
    if folder.is_dir() and any(folder.iterdir()):
        mend = "Use the trial that is there; another one needs another folder."
        expected = "a new folder without a trial: it is drawn once"
        there = ", ".join(sorted(path.name for path in folder.iterdir())[:SHOWN])
        raise InputError("draw", [Fault("--out", f"{folder} with {there}", expected, mend)])


def _clock(text: str) -> dt.time:
    try:
        return dt.datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - an hour on the patient's own clock
    except ValueError as error:
        fault = Fault("--remind-at", repr(text), "an hour as HH:MM", "For example 20:00.")
        raise UsageError("command line", [fault]) from error


def _write(
    folder: Path, plan: TrialDesign, allocation: Allocation | None, book: Calendar, protocol: Path
) -> list[tuple[Path, str]]:
    """Everything of the trial, at once: no draw is ever half done."""
    from equipoise.exchange.allocation_file import allocation_text
    from equipoise.exchange.drawn_trial import DIARY, PLAN, diary_text, trial_text
    from equipoise.exchange.ical_out import icalendar_text
    from equipoise.exchange.trial_folder import SEALED_ORDER
    from equipoise.report.calendar_html import calendar_html, pharmacist_html

    now = dt.datetime.now(tz=dt.UTC)
    sealed = folder / SEALED
    made: list[tuple[Path, str, bytes]] = []
    if allocation is not None:
        made += [
            (sealed / SEALED_ORDER, "SEALED: the order, its seed and its proof", allocation_text(allocation).encode()),
            (
                sealed / "pharmacist.html",
                "SEALED: what goes into each package",
                pharmacist_html(plan, allocation, book).encode(),
            ),
        ]
    made += [
        (
            sealed / "trial.yaml",
            f"SEALED: for `equipoise analyse {sealed}` at the end",
            trial_text(plan, allocation, f"../{DIARY}").encode(),
        ),
        (folder / PLAN, "the plan that it was drawn for", protocol.read_bytes()),
        (folder / "calendar.html", "for the patient", calendar_html(plan, book).encode()),
        (folder / "calendar.ics", "for the patient's calendar program", icalendar_text(book, stamp=now)),
        (folder / "calendar.json", "the same for a program", (book.model_dump_json(indent=2) + "\n").encode()),
        (folder / DIARY, "the empty diary", diary_text(plan, book).encode()),
    ]
    options.folder_at_once(folder, {path.relative_to(folder): content for path, _, content in made}, SEALED)
    return [(path, what) for path, what, _ in made]
