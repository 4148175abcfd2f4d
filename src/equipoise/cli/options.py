"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.errors import Fault, InputError, KnowledgeError, OutputError, UsageError

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge

FIRST_YEAR, LAST_YEAR = 1900, 2200

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Records = Annotated[
    Path | None,
    typer.Option(
        "--knowledge", envvar="EQUIPOISE_KNOWLEDGE", help="A folder of records to use instead of the program's own."
    ),
]
Substance = Annotated[
    str | None, typer.Option("--substance", help="The adjunct; `equipoise knowledge show substances` lists them.")
]
On = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day of the screening. Default: today.")]


def day(text: str | None, option: str = "--on") -> dt.date:
    """The day that was asked for, or today. The clock is read here and nowhere below."""
    if text is None:
        return dt.datetime.now(tz=dt.UTC).astimezone().date()
    try:
        found = dt.date.fromisoformat(text)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError(text)  # noqa: TRY301 - one message for everything that is no usable date
    except ValueError as error:
        expected = f"a date as YYYY-MM-DD between {FIRST_YEAR} and {LAST_YEAR}"
        raise UsageError(
            "command line", [Fault(option, repr(text), expected, f"For example {option} 2026-11-22.")]
        ) from error
    return found


def records(folder: Path | None, argument: str = "--knowledge") -> Knowledge:
    """The record set to use; `argument` is where the folder was named."""
    from equipoise.knowledge import RECORDS, load_knowledge

    if folder is None:
        return load_knowledge(RECORDS)
    if not (folder / "settings.yaml").is_file():
        found = f"{folder}, which holds no settings.yaml" if folder.is_dir() else f"{folder}, which is no folder"
        mend = "Give the folder that holds settings.yaml, medicines/ and substances/."
        raise InputError("command line", [Fault(argument, found, "a folder of records", mend)])
    return load_knowledge(folder.resolve())


@contextmanager
def asked() -> Generator[None]:
    """What is refused inside stood on the command line: a `UsageError`, whoever found it."""
    try:
        yield
    except (InputError, KnowledgeError) as error:
        raise UsageError(error.subject, error.faults) from error


def folder_at_once(folder: Path, files: Mapping[Path, bytes], private: str) -> None:
    """Writes a whole new folder or none of it: it is made beside its place and then put there.

    `files`: by path inside it. `private`: the folder inside it that only the owner can read. Of two makers of one
    folder the second is refused.
    """
    place = folder.resolve()
    made = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        (made / private).mkdir(mode=0o700, parents=True)
        for path, content in files.items():
            (made / path).write_bytes(content)
        made.replace(place)
    except OSError as error:
        raise _unwritable(folder, error, "a new folder") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write(path: Path, content: bytes) -> None:
    """Writes a file, or says why it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise _unwritable(path, error, "a file that can be written") from error


def _unwritable(path: Path, error: OSError, expected: str) -> OutputError:
    mend = "Choose a place that exists and that you may write to."
    return OutputError("output", [Fault(str(path), error.strerror or str(error), expected, mend)])
