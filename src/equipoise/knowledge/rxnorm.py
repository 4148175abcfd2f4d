"""RxNorm's public prescribable names, imported by a user: product and brand codes to ingredient codes.

The table is not part of the program. `import_rxnorm` checks a file and keeps a compact copy in the user's data
folder; the resolver then knows every code and name in it. What has no knowledge record stays 'not assessed'.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

from equipoise.errors import Fault, InputError, OutputError
from equipoise.knowledge.names import folded
from equipoise.model.codes import RxCUI

COLUMNS = ("rxcui", "tty", "name", "ingredient_rxcuis")
GZIP_MAGIC = b"\x1f\x8b"
MAX_BYTES = 512 * 2**20
MAX_SHOWN_FAULTS = 20
FILE = "rxnorm.json"


def data_folder() -> Path:
    """Where imported tables are kept: `EQUIPOISE_DATA_HOME`, or the user's data folder."""
    chosen = os.environ.get("EQUIPOISE_DATA_HOME")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "equipoise"


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: a table of tens of thousands of names
class RxNormNames:
    """Names and codes of RxNorm concepts with the codes of their ingredients."""

    concepts: dict[str, tuple[str, tuple[str, ...]]]
    by_name: dict[str, str]

    def ingredients_of(self, rxcui: str) -> tuple[str, ...]:
        """The ingredient codes of a concept; empty where the code is not in the table."""
        return self.concepts.get(rxcui, ("", ()))[1]

    def name_of(self, rxcui: str) -> str | None:
        """The name of a concept, or None."""
        found = self.concepts.get(rxcui)
        return found[0] if found else None

    def rxcui_of(self, name: str) -> str | None:
        """The code of a folded name, or None."""
        return self.by_name.get(name)


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import read and kept."""

    rows: int
    concepts: int
    kept_at: Path


def import_rxnorm(files: list[Path], on_row: Callable[[int], object] = int) -> ImportSummary:
    """The counts of an import, after all files were checked and joined with what was imported before.

    Expects tab-separated text (gzip too) with the columns rxcui, tty, name and ingredient_rxcuis (joined by `|`);
    others are passed over. `on_row` is called every 5,000 rows. Raises `InputError` with the first 20 faulty rows.
    """
    kept = load_rxnorm()
    concepts = dict(kept.concepts) if kept else {}
    faults: list[Fault] = []
    rows = 0
    for path in files:
        for number, row in _rows(path, faults):
            rows += 1
            if rows % 5000 == 0:
                on_row(rows)
            _take(path, number, row, concepts, faults)
    if faults:
        more = [] if len(faults) <= MAX_SHOWN_FAULTS else [_more(len(faults) - MAX_SHOWN_FAULTS)]
        raise InputError("RxNorm import", [*faults[:MAX_SHOWN_FAULTS], *more])
    target = data_folder() / FILE
    _write(target, concepts)
    load_rxnorm.cache_clear()
    return ImportSummary(rows, len(concepts), target)


@lru_cache(maxsize=1)
def load_rxnorm() -> RxNormNames | None:
    """The imported table, or None where nothing was imported."""
    path = data_folder() / FILE
    if not path.is_file():
        return None
    try:
        raw: dict[str, tuple[str, list[str]]] = orjson.loads(path.read_bytes())
        concepts = {code: (name, tuple(parts)) for code, (name, parts) in raw.items()}
    except (ValueError, TypeError, AttributeError) as error:
        mend = "Delete the file and run `equipoise knowledge import-rxnorm` again."
        raise InputError(str(path), [Fault("(whole file)", "damaged", "an imported RxNorm table", mend)]) from error
    return RxNormNames(concepts, {folded(name): code for code, (name, _) in concepts.items()})


def _text_of(path: Path, faults: list[Fault]) -> str | None:
    """The unpacked text of a file; None where it cannot be read, with a fault that says why."""
    expected, mend = "a tab-separated file in UTF-8 (gzip too)", "Check the path and the file."
    try:
        blob = path.read_bytes()
        if blob.startswith(GZIP_MAGIC):
            with gzip.GzipFile(fileobj=io.BytesIO(blob)) as unpacked:
                blob = unpacked.read(MAX_BYTES + 1)
        if len(blob) <= MAX_BYTES:
            return blob.decode("utf-8-sig")
        found = f"more than {MAX_BYTES // 2**20} MiB unpacked"
    except (EOFError, zlib.error, gzip.BadGzipFile):
        found = "gzip data that is damaged or ends too early"
    except UnicodeDecodeError as error:
        found = f"a byte at position {error.start} that is not UTF-8"
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        found = (reason or "not a path").lower()
    faults.append(Fault(str(path), found, expected, mend))
    return None


def _rows(path: Path, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str | None]]]:
    text = _text_of(path, faults)
    if text is None:
        return
    reader = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    except csv.Error:
        missing = list(COLUMNS)
    if missing:
        found = "no column " + ", ".join(missing)
        faults.append(Fault(str(path), found, "a header with " + ", ".join(COLUMNS), "Add the header line."))
        return
    try:
        yield from enumerate(reader, start=2)
    except csv.Error:
        found = f"something else after line {reader.line_num}"
        faults.append(Fault(str(path), found, "tab-separated lines", "Give RxNorm's table, not another file."))


def _take(
    path: Path,
    number: int,
    row: dict[str, str | None],
    concepts: dict[str, tuple[str, tuple[str, ...]]],
    faults: list[Fault],
) -> None:
    code = RxCUI.parse((row["rxcui"] or "").strip())
    name = (row["name"] or "").strip()
    parts = tuple(part.strip() for part in (row["ingredient_rxcuis"] or "").split("|") if part.strip())
    wrong = [part for part in parts if RxCUI.parse(part) is None]
    if code is None or not name or wrong:
        found = f"rxcui {row['rxcui']!r}, name {name!r}" + (f", ingredients {wrong}" if wrong else "")
        expected = "an RxCUI of at most 8 digits, a name, and ingredient RxCUIs joined by |"
        faults.append(Fault(f"{path}:{number}", found, expected, "Correct or remove the row."))
        return
    concepts[str(code)] = (name, parts or (str(code),))


def _more(count: int) -> Fault:
    return Fault(
        "(more rows)", f"{count} further faulty rows", "rows like those above", "Mend the file and import it again."
    )


def _write(target: Path, concepts: dict[str, tuple[str, tuple[str, ...]]]) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        partial.write_bytes(orjson.dumps(concepts))
        partial.replace(target)
    except OSError as error:
        mend = "Free space, or choose another folder with EQUIPOISE_DATA_HOME."
        raise OutputError(
            str(target),
            [Fault(str(target), (error.strerror or "not writable").lower(), "a folder that can be written to", mend)],
        ) from error
