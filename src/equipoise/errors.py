"""What a person can mend: one family of errors, one shape, one table of exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from typing import Any

SHOWN = 5
"""So many numbers of rows stand in a message."""


class ExitCode(IntEnum):
    """The exit codes of the command line; `docs/reference/exit-codes.md` is generated from this table."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    INPUT = 3
    KNOWLEDGE = 4
    MISSING_EXTRA = 5
    OUTPUT = 6


EXIT_MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "The command did what it was asked; a screening that ends in `stop` is an answer, not a failure.",
    ExitCode.UNEXPECTED: "A defect of the program. Please report it with the command, never with patient data.",
    ExitCode.USAGE: "The command line itself is wrong: an unknown option, a missing argument, an impossible value.",
    ExitCode.INPUT: "A file given by the user cannot be used as it is; the message lists every fault and its mend.",
    ExitCode.KNOWLEDGE: "The knowledge records are faulty or a name is not among them.",
    ExitCode.MISSING_EXTRA: "An optional part is not installed; the message names the extra.",
    ExitCode.OUTPUT: "The result could not be written where it was asked for.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong value: where it stands, what was found, what was expected and why, what to do.

    >>> print(Fault("birth_date", "2999-01-01", "a date not after the screening date", "Correct the date."))
    birth_date: found 2999-01-01; expected a date not after the screening date. Correct the date.
    """

    path: str
    found: str
    expected: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}; expected {self.expected}. {self.mend}"

    def as_json(self) -> dict[str, str]:
        """The fault as a flat mapping, the same for the command line and for HTTP."""
        return {"path": self.path, "found": self.found, "expected": self.expected, "mend": self.mend}


def listed(numbers: Sequence[int]) -> str:
    """Numbers for a message, cut after five.

    >>> listed([1, 2, 3, 4, 5, 6, 7])
    '1, 2, 3, 4, 5 and 2 more'
    """
    head = ", ".join(str(number) for number in numbers[:SHOWN])
    return head if len(numbers) <= SHOWN else f"{head} and {len(numbers) - SHOWN} more"


def numbered(word: str, numbers: Sequence[int]) -> str:
    """Numbers with what they count, cut after five.

    >>> numbered("line", (4,)), numbered("line", (4, 6))
    ('line 4', 'lines 4, 6')
    """
    return f"{word} {numbers[0]}" if len(numbers) == 1 else f"{word}s {listed(numbers)}"


class UnfitError(ValueError):
    """What a type refuses: what it expects and why; `found` where the value itself would say too much or too little.

    >>> str(UnfitError("an end on or after the start", found="end 2023 before start 2024"))
    'found end 2023 before start 2024; expected an end on or after the start'
    """

    def __init__(self, expected: str, found: str | None = None) -> None:
        self.expected = expected
        self.found = found
        super().__init__(f"found {found}; expected {expected}" if found else f"expected {expected}")


def how_to_install(extra: str) -> str:
    """What to do about a missing optional part: the program is installed from its checkout, not from a registry.

    >>> how_to_install("pdf")
    'In the checkout, with the Python that runs Equipoise: python -m pip install -e ".[pdf]"'
    """
    return f'In the checkout, with the Python that runs Equipoise: python -m pip install -e ".[{extra}]"'


class EquipoiseError(Exception):
    """All faults of one input together.

    `subject` names the input (a file, a command); `faults` holds at least one `Fault`.
    """

    exit_code: ExitCode = ExitCode.UNEXPECTED
    kind: str = "error"

    def __init__(self, subject: str, faults: Iterable[Fault]) -> None:
        self.subject = subject
        self.faults: tuple[Fault, ...] = tuple(faults)
        if not self.faults:
            raise ValueError("an error names at least one fault")
        super().__init__(self.message())

    def __reduce__(self) -> tuple[type[EquipoiseError], tuple[str, tuple[Fault, ...]]]:
        """How it goes from one process to another."""
        return type(self), (self.subject, self.faults)

    def message(self) -> str:
        """The faults as lines under the name of the input."""
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return "\n".join([f"{self.subject}: {count}", *(f"  - {fault}" for fault in self.faults)])

    def as_json(self) -> dict[str, object]:
        """The one JSON shape of an error: `error`, `subject`, `exit_code`, `faults`."""
        return {
            "error": self.kind,
            "subject": self.subject,
            "exit_code": int(self.exit_code),
            "faults": [fault.as_json() for fault in self.faults],
        }


class InputError(EquipoiseError):
    """A file or a value that a user gave cannot be used as it is. On the command line a value's is a `UsageError`."""

    exit_code = ExitCode.INPUT
    kind = "input"


class UsageError(InputError):
    """A value on the command line is impossible."""

    exit_code = ExitCode.USAGE
    kind = "usage"


class KnowledgeError(EquipoiseError):
    """The knowledge records contradict themselves, or what was asked for is not among them."""

    exit_code = ExitCode.KNOWLEDGE
    kind = "knowledge"


class MissingExtraError(EquipoiseError):
    """An optional part of the program is not installed."""

    exit_code = ExitCode.MISSING_EXTRA
    kind = "missing_extra"


class OutputError(EquipoiseError):
    """A result could not be written where it was asked for."""

    exit_code = ExitCode.OUTPUT
    kind = "output"


def of_extra(package: str, extra: str) -> Any:  # noqa: ANN401 - a package without types of use to a strict checker
    """An optional package, imported when it is first needed. Raises `MissingExtraError` that names its extra."""
    try:
        return import_module(package)
    except ImportError as error:
        fault = Fault(package, "not installed", f"the extra `{extra}`", how_to_install(extra))
        raise MissingExtraError(extra, [fault]) from error
