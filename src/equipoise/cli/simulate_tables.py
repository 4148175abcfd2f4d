"""Every person's outputs at every time as a file, block after block: CSV, or an Arrow file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from equipoise.errors import Fault, OutputError, of_extra

if TYPE_CHECKING:
    from equipoise.pharmacology.kinetics.simulation import Simulation

Writer = Callable[["Simulation"], None]


def kept(blocks: Iterator[Simulation], names: list[str], path: Path | None) -> Iterator[Simulation]:
    """The same blocks, their tables left in the file on the way. `names`: of the outputs.

    Raises `OutputError` where the file cannot be written, `MissingExtraError` for Arrow without the extra `frames`.
    """
    if path is None:
        yield from blocks
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (_csv if path.suffix.lower() == ".csv" else _arrow)(path, names) as write:
            for block in blocks:
                write(block.only(names))
                yield block
    except OSError as error:
        fault = Fault(str(path), error.strerror or str(error), "a file that can be written", "Choose another place.")
        raise OutputError("output", [fault]) from error
    typer.echo(f"wrote {path}", err=True)


@contextmanager
def _csv(path: Path, names: list[str]) -> Generator[Writer]:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ID", "TIME", *names])

        def write(block: Simulation) -> None:
            for i, person in enumerate(block.ids):
                columns = [block.times.tolist(), *(block.values[name][i].tolist() for name in names)]
                writer.writerows([person, *row] for row in zip(*columns, strict=True))

        yield write


@contextmanager
def _arrow(path: Path, names: list[str]) -> Generator[Writer]:
    arrow = of_extra("pyarrow", "frames")
    fields = [("ID", arrow.dictionary(arrow.int32(), arrow.string()))]
    schema = arrow.schema([*fields, *((name, arrow.float64()) for name in ("TIME", *names))])
    with arrow.OSFile(str(path), "wb") as file, arrow.ipc.new_stream(file, schema) as stream:
        yield lambda block: stream.write_table(block.to_arrow())
