"""Every person's outputs at every time as a file, block after block: CSV, or an Arrow file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from equipoise.errors import Fault, MissingExtraError, OutputError, how_to_install

if TYPE_CHECKING:
    from equipoise.pharmacology.kinetics.simulation import Simulation

Writer = Callable[[list[str], "Simulation"], None]


def kept(blocks: Iterator[Simulation], names: list[str], path: Path | None, *, numbered: bool) -> Iterator[Simulation]:
    """The same blocks, their tables left in the file on the way. `names`: of the outputs.

    `numbered`: people are counted over all blocks; else they have the IDs of the events. Raises `OutputError` where the
    file cannot be written, `MissingExtraError` for Arrow without the extra `frames`.
    """
    if path is None:
        yield from blocks
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (_csv if path.suffix.lower() == ".csv" else _arrow)(path, names) as write:
            before = 0
            for block in blocks:
                count = len(block.ids)
                write([str(before + i + 1) for i in range(count)] if numbered else list(block.ids), block)
                before += count
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

        def write(ids: list[str], block: Simulation) -> None:
            for i, person in enumerate(ids):
                columns = [block.times.tolist(), *(block.values[name][i].tolist() for name in names)]
                writer.writerows([person, *row] for row in zip(*columns, strict=True))

        yield write


@contextmanager
def _arrow(path: Path, names: list[str]) -> Generator[Writer]:
    try:
        arrow: Any = import_module("pyarrow")
    except ImportError as error:
        fault = Fault("pyarrow", "not installed", "the extra `frames`", how_to_install("frames"))
        raise MissingExtraError("frames", [fault]) from error
    fields = [("ID", arrow.dictionary(arrow.int32(), arrow.string()))]
    schema = arrow.schema([*fields, *((name, arrow.float64()) for name in ("TIME", *names))])
    with arrow.OSFile(str(path), "wb") as file, arrow.ipc.new_stream(file, schema) as stream:

        def write(ids: list[str], block: Simulation) -> None:
            rows = block.times.size
            places = np.repeat(np.arange(len(ids), dtype=np.int32), rows)
            people = arrow.DictionaryArray.from_arrays(places, arrow.array(ids))
            columns = [np.tile(block.times, len(ids)), *(block.values[name].ravel() for name in names)]
            stream.write_batch(arrow.record_batch([people, *map(arrow.array, columns)], schema=schema))

        yield write
