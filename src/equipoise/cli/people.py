"""Several people in one table: each is analysed alone, and one whose rows cannot be analysed stops nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from equipoise.errors import SHOWN, Fault, InputError

if TYPE_CHECKING:
    from equipoise.exchange.table_in import Table

FEWEST_WATCHED = 4


def people(table: Table, case: str | None) -> list[tuple[str | None, Table]]:
    """The rows of each person that the column `case` names; without a column those of one person without a name."""
    if case is None:
        return [(None, table)]
    return [(name, table.where(case, name, "--case")) for name in dict.fromkeys(table.column(case, "--case"))]


def watched(found: list[tuple[str | None, Table]]) -> Iterator[tuple[str | None, Table]]:
    """The people, with a progress bar on the error stream where there are several and somebody watches."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    few = len(found) < FEWEST_WATCHED or not console.is_terminal
    return iter(track(found, description="analysing", console=console, transient=True, disable=few))


def refusal(subject: str, refused: Mapping[str, InputError]) -> InputError:
    """One error for all people without an answer: each fault with those whom it concerns, the same ones together."""
    concerned: dict[Fault, list[str]] = {}
    for name, error in refused.items():
        for fault in error.faults:
            concerned.setdefault(fault, []).append(name)
    faults = [Fault(f"{_cases(names)}, {f.path}", f.found, f.expected, f.mend) for f, names in concerned.items()]
    return InputError(subject, faults)


def _cases(names: list[str]) -> str:
    """People in a message, cut after five.

    >>> _cases(["a"]), _cases(["a", "b"])
    ("case 'a'", "cases 'a', 'b'")
    """
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return f"case{'s' if len(names) > 1 else ''} {', '.join([*map(repr, names[:SHOWN]), *more])}"
