"""A trial as a folder: `trial.yaml` says what was planned, drawn and taken; a table beside it is the diary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from equipoise.errors import Fault, InputError
from equipoise.model.allocation import Allocation
from equipoise.model.base import Frozen, faults_of
from equipoise.model.schedule import Exposure, Randomisation

FILE = "trial.yaml"
SEALED_ORDER = "allocation.json"


class _Step(Frozen):
    """From a day on, a level was taken: 1 is the full adjunct."""

    from_day: float
    level: float


class _Draw(Frozen):
    """How the order was drawn; as `Randomisation`."""

    rule: Literal["blocks", "run_length", "independent"]
    unit_starts_days: tuple[float, ...]
    drawn: tuple[int, ...]
    blocks: tuple[int, ...] = ()
    max_run: int | None = None
    probability: float = 0.5
    unit_ends_days: tuple[float, ...] = ()


class _Options(Frozen):
    """The options of the command; what is left out keeps its default."""

    time: str | None = None
    outcome: str | None = None
    label: str | None = None
    on: str | None = None
    on_value: Annotated[str | None, Field(alias="on-value")] = None
    kept: str | None = None
    unit: str | None = None
    case: str | None = None
    case_label: Annotated[str | None, Field(alias="case-label")] = None
    adjunct: str | None = None
    covariates: tuple[str, ...] = ()
    guess: str | None = None
    design: str = "auto"
    max_run: Annotated[int | None, Field(alias="max-run")] = None
    instrument: str | None = None
    mcid: float | None = None
    better: str = "lower"
    half_life: Annotated[str, Field(alias="half-life")] = "0"
    before: float | None = None
    recall: str = "0"
    every: str | None = None
    bounds: tuple[float, float] | None = None
    trend: str = "linear"
    likelihood: str = "auto"
    prior: str = "sceptical"
    effect_prior: Annotated[float | None, Field(alias="effect-prior")] = None
    phi_prior: Annotated[str | None, Field(alias="phi-prior")] = None
    s0: str | None = None
    fewest: int = 8
    seed: int = 1


class _File(Frozen):
    """What a trial file may hold."""

    diary: str = "diary.csv"
    options: _Options = Field(default_factory=_Options)
    exposure: tuple[_Step, ...] = ()
    randomisation: _Draw | None = None
    withdrawal_days: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded beside the diary, in days of its time column; it stands above what rows suggest."""

    exposure: Exposure | None = None
    randomisation: Randomisation | None = None
    withdrawal_days: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the diary is, the options of its analysis, and what was recorded."""

    diary: Path
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    recorded: Recorded = field(default_factory=Recorded)


def read_trial(folder: Path) -> Trial:
    """The trial of a folder. Raises InputError with every fault of its trial.yaml."""
    from equipoise.exchange.yaml_text import parse_yaml  # here: PyYAML costs start-up time and tables do not need it

    path = folder / FILE
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        mend = "Write one (docs/how-to/analyse-a-trial.md), or give the table itself."
        raise InputError(str(folder), [Fault(FILE, "no readable file", "what was planned and drawn", mend)]) from error
    documents, faults = parse_yaml(text)
    if faults or len(documents) != 1:
        found = faults or [Fault(FILE, f"{len(documents)} documents", "one", "Write one document.")]
        raise InputError(str(path), found)
    try:
        file = _File.model_validate(documents[0])
    except ValidationError as error:
        raise InputError(str(path), faults_of(error)) from error
    _hold_to_the_seal(folder, file, path)
    options = file.options.model_dump(exclude_unset=True)
    try:
        return Trial(folder / file.diary, MappingProxyType(options), _recorded(file))
    except InputError as error:
        raise InputError(str(path), error.faults) from error


def options_said(found: Mapping[str, Any]) -> dict[str, Any]:
    """Every option by name, with its default where `found`, written as in a trial file, does not say it."""
    return _Options.model_validate(dict(found)).model_dump()


def _hold_to_the_seal(folder: Path, file: _File, path: Path) -> None:
    """Where the sealed order lies beside the trial, the trial is analysed in that order and no other."""
    if not (folder / SEALED_ORDER).exists():
        return
    try:
        sealed = Allocation.model_validate_json((folder / SEALED_ORDER).read_text("utf-8")).sequence
    except ValidationError as error:
        raise InputError(str(folder / SEALED_ORDER), faults_of(error)) from error
    drawn = None if file.randomisation is None else file.randomisation.drawn
    if drawn != sealed:
        found = "no order" if drawn is None else "another order than the sealed one"
        expected = f"the order of {SEALED_ORDER}: it was drawn once and is analysed as it was drawn"
        mend = "Take the trial.yaml that was written with it; what was really taken belongs into exposure."
        raise InputError(str(path), [Fault("randomisation.drawn", found, expected, mend)])


def _recorded(file: _File) -> Recorded:
    exposure = None
    if file.exposure:
        starts, levels = [step.from_day for step in file.exposure], [step.level for step in file.exposure]
        exposure = Exposure(starts, levels)
    draw = file.randomisation
    randomisation = None if draw is None else Randomisation(**draw.model_dump())
    return Recorded(exposure, randomisation, file.withdrawal_days)
