"""A kinetic or dynamic system: a declaration that checked itself, and its equations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Self

from pydantic import ValidationError, model_validator

from equipoise.errors import Fault, InputError, UnfitError
from equipoise.model.base import faults_of
from equipoise.pharmacology.kinetics.declaration import Declaration
from equipoise.pharmacology.kinetics.equations import Equations, read
from equipoise.pharmacology.kinetics.expressions import RESERVED
from equipoise.pharmacology.kinetics.units import TIMES, unit

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class System(Declaration):
    """A system that checked itself: names, expressions and units. Expressions are text: names, numbers, + - * / **,
    exp, log, sqrt, min, max; `t` is the time.

    `states`: unit by name; compartment 1 is the first. `assignments`: expressions for later ones, in order. `rates`:
    the time derivative of each state. `initial`: 0 where not given. `entries`: where doses may go; the compartment
    number of a dose counts the states, not the entries. `outputs`: what a simulation reports.
    Raises `InputError` with every fault.

    >>> one = System.of({
    ...     "name": "one compartment", "states": {"A": "mg"},
    ...     "parameters": {"CL": {"value": 4, "unit": "L/h"}, "V": {"value": 50, "unit": "L"}},
    ...     "rates": {"A": "-CL/V*A"}, "entries": {"A": {}},
    ...     "outputs": {"CP": {"expression": "A/V", "unit": "mg/L"}},
    ... })
    >>> one.compartment("A"), one.time_unit
    (1, 'h')
    """

    @classmethod
    def of(cls, content: Mapping[str, object]) -> Self:
        """The system of a mapping as YAML or JSON gives it. Raises `InputError` with every fault."""
        try:
            return cls.model_validate(dict(content))
        except ValidationError as error:
            raise InputError(f"system {content.get('name', 'without a name')}", faults_of(error)) from error

    def __reduce__(self) -> tuple[Callable[[dict[str, object]], Self], tuple[dict[str, object]]]:
        """As what was declared: what follows from it is made again where it goes."""
        return type(self).of, (self.model_dump(),)

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = [*_name_faults(self), *_key_faults(self), *_unit_faults(self)]
        if faults := faults or list(read(self)[1]):
            raise InputError(f"system {self.name}", faults)
        return self

    @cached_property
    def equations(self) -> Equations:
        """The expressions as nodes of one graph, assignments put in."""
        return read(self)[0]

    def compartment(self, state: str) -> int:
        """The number by which dosing records name a state, 1 for the first."""
        return list(self.states).index(state) + 1


def _name_faults(system: Declaration) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for kind in ("states", "parameters", "covariates", "assignments"):
        names: Mapping[str, object] = getattr(system, kind)
        for name in names:
            if not _NAME.fullmatch(name) or name in RESERVED:
                expected = f"a letter, then letters, digits and _, and none of {', '.join(sorted(RESERVED))}"
                yield Fault(f"{kind}.{name}", name, expected, "Rename it.")
            if name in seen:
                yield Fault(f"{kind}.{name}", f"a name that {seen[name]} have", "one meaning per name", "Rename one.")
            seen[name] = kind


def _key_faults(system: Declaration) -> Iterator[Fault]:
    """States without a rate; rates, starts and entries of what is no state."""
    known = ", ".join(system.states)
    for state in system.states:
        if state not in system.rates:
            yield Fault(
                f"rates.{state}", "nothing", "the rate of every state", "Add it; 0 for a state that only holds."
            )
    for kind in ("rates", "initial", "entries"):
        names: Mapping[str, object] = getattr(system, kind)
        for name in names:
            if name not in system.states:
                yield Fault(f"{kind}.{name}", name, f"one of the states {known}", "Correct the name.")


def _unit_faults(system: Declaration) -> Iterator[Fault]:
    if system.time_unit not in TIMES:
        yield Fault("time_unit", system.time_unit, f"one of {', '.join(TIMES)}", "Correct it.")
    texts = {f"states.{name}": text for name, text in system.states.items()}
    texts |= {f"parameters.{name}.unit": item.unit for name, item in system.parameters.items()}
    texts |= {f"covariates.{name}.unit": item.unit for name, item in system.covariates.items()}
    texts |= {f"outputs.{name}.unit": item.unit for name, item in system.outputs.items()}
    for path, text in texts.items():
        try:
            unit(text)
        except UnfitError as error:
            yield Fault(path, error.found or repr(text), error.expected, "Correct the unit.")
