"""Where the answers of an analysis go: every file is named and checked before anything is analysed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from equipoise.errors import Fault, UsageError


@dataclass(frozen=True, slots=True)
class Output:
    """One file to write. `option`: the one that asked for it. `case`: whose answer goes there, of several people."""

    option: str
    path: Path
    case: str | None

    @property
    def ending(self) -> str:
        """The ending of the file in lower case, which says what it is to hold."""
        return self.path.suffix.lower()


REPORT, PATIENT_PAGE = "--report", "--patient-page"
ENDINGS = {REPORT: (".html", ".pdf"), PATIENT_PAGE: (".html",)}


def outputs(
    cases: Sequence[str | None], reports: Sequence[Path], patient_page: Path | None, read: Sequence[Path]
) -> tuple[Output, ...]:
    """Every file to write, those of each person together; with several people each file is named after its person.

    `read`: what the analysis reads. Raises UsageError, with all faults at once, for an ending that says nothing, a file
    that would destroy what is read, and two answers that would end up in one file.
    """
    asked = [(REPORT, path) for path in reports]
    if patient_page is not None:
        asked.append((PATIENT_PAGE, patient_page))
    found = tuple(Output(option, _named(path, case), case) for case in cases for option, path in asked)
    faults = [*_endings(asked), *_destroyed(found, read), *_shared(found)]
    if faults:
        raise UsageError("command line", faults)
    return found


def _named(path: Path, case: str | None) -> Path:
    """The file of one of several people."""
    return path if case is None else path.with_stem(f"{path.stem}-{re.sub(r'[^A-Za-z0-9._-]+', '_', case)}")


def _endings(asked: Sequence[tuple[str, Path]]) -> list[Fault]:
    return [
        Fault(option, str(path), f"a file that ends in {' or '.join(ENDINGS[option])}", "For example answer.html.")
        for option, path in asked
        if path.suffix.lower() not in ENDINGS[option]
    ]


def _destroyed(found: Sequence[Output], read: Sequence[Path]) -> list[Fault]:
    kept = {_place(path) for path in read}
    expected = "another file than those that the analysis reads"
    return [
        Fault(item.option, str(item.path), expected, "Name a new file.") for item in found if _place(item.path) in kept
    ]


def _shared(found: Sequence[Output]) -> list[Fault]:
    """Two answers for one file: the later would silently take the place of the other, perhaps of another person."""
    first: dict[str, Output] = {}
    faults: list[Fault] = []
    for item in found:
        other = first.setdefault(_place(item.path), item)
        if other is item:
            continue
        if other.case == item.case:
            mend = "Give each its own file."
            faults.append(Fault(item.option, f"{item.path} twice", "one file for each page", mend))
        else:
            told = f"{item.path} for both {other.case!r} and {item.case!r}"
            mend = "Give these people names that differ in letters and digits, or choose one with --where."
            faults.append(Fault(item.option, told, "one file for each person", mend))
    return faults


def _place(path: Path) -> str:
    """Where a path leads; letters in one case, since some file systems do not tell them apart."""
    return str(path.resolve()).casefold()
