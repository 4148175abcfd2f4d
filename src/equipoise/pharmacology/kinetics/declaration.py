"""What a person writes down of a system, before anything is read as an expression."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.model.base import Frozen, FrozenMap, empty

Interpolation = Literal["previous", "next", "linear"]
Expression = Annotated[str, Field(min_length=1, max_length=4000)]


class Parameter(Frozen):
    """A number that a subject keeps: its value where nobody gives another, and its unit ("?": not stated)."""

    value: float
    unit: str


class Covariate(Frozen):
    """What records say of a subject. Between two records it has the value of the previous one, of the next one, or
    (linear) their mean: constant from record to record. `default`: where no record has the column; None: required.
    """

    unit: str
    default: float | None = None
    interpolation: Interpolation = "previous"


class Entry(Frozen):
    """How doses enter a state: lag time, fraction that arrives, and the rate or duration of modelled infusions.

    NONMEM's ALAG, F, R and D. Expressions of parameters and covariates.
    """

    lag: Expression = "0"
    bioavailability: Expression = "1"
    rate: Expression | None = None
    duration: Expression | None = None


class Output(Frozen):
    """What is reported: an expression and the unit that it must have."""

    expression: Expression
    unit: str


class Declaration(Frozen):
    """The fields of a system, each by itself sound. `System` is what checked how they fit together."""

    name: str = Field(min_length=1)
    time_unit: str = "h"
    states: FrozenMap[str, str] = Field(min_length=1)
    parameters: FrozenMap[str, Parameter] = Field(default_factory=empty)
    covariates: FrozenMap[str, Covariate] = Field(default_factory=empty)
    assignments: FrozenMap[str, Expression] = Field(default_factory=empty)
    rates: FrozenMap[str, Expression]
    initial: FrozenMap[str, Expression] = Field(default_factory=empty)
    entries: FrozenMap[str, Entry] = Field(default_factory=empty)
    outputs: FrozenMap[str, Output] = Field(min_length=1)
