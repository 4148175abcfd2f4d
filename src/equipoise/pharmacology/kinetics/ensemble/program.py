"""Puts a program together: the numbers and equations of one system, a method's step, and how lanes walk."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import lru_cache
from types import ModuleType
from typing import Literal

from equipoise.pharmacology.kinetics.compiled import heading, load
from equipoise.pharmacology.kinetics.course import Op
from equipoise.pharmacology.kinetics.ensemble import explicit, rosenbrock, search, walk
from equipoise.pharmacology.kinetics.ensemble.field import Field
from equipoise.pharmacology.kinetics.ensemble.layout import CONSTANTS
from equipoise.pharmacology.kinetics.system import System

Method = Literal["explicit", "rosenbrock"]
# Functions in the order in which they call each other.
_WALKING = (
    *(walk.restart, walk.write, walk.set_covariates, walk.silence, walk.begin, walk.amount, walk.aim, walk.start_run),
    *(walk.carry_out, search.start_cycle, search.start_search, search.settled, search.finish_search, search.search_on),
    *(walk.proceed, walk.tell, walk.take, walk.serve, walk.first_step, walk.refresh),
    *(walk.measure, walk.judge, walk.commit, walk.walk),
)
_METHODS = {"explicit": explicit, "rosenbrock": rosenbrock}


def program(system: System, method: Method, integrals: Sequence[str] = ()) -> ModuleType:
    """The compiled program of a system: `walk(first, end, script, out, told)` and its numbers.

    `integrals`: names of outputs whose integrals over time are written too, after the outputs.
    """
    return _program(system.model_dump_json(), method, tuple(integrals))


@lru_cache(maxsize=64)
def _program(system: str, method: Method, integrals: tuple[str, ...]) -> ModuleType:
    """A system's text stands for it: writing a program takes a thousand times as long as comparing two texts."""
    return load(source(System.model_validate_json(system), method, integrals), method)


def source(system: System, method: Method, integrals: Sequence[str] = ()) -> str:
    """The text of a program."""
    field = Field(system, integrals)
    step = _METHODS[method].functions(field)
    written = {
        "hoist(w)": field.hoist(),
        "initial(w)": field.initial(),
        "slopes(w)": field.slopes("Y", "F_NEW"),
        "report(w)": field.report(),
        **step,
    }
    numbers = (
        CONSTANTS
        | {op.name: op.value for op in Op}
        | field.layout.names
        | {
            "STATES": len(field.states),
            "CONTROLLED": field.controlled,
            "NAMES": len(field.values),
            "OUTPUTS": len(field.outputs),
            "SIZE": field.layout.size,
        }
    )
    return "\n\n".join(
        [
            heading(),
            "\n".join(f"{name} = {value!r}" for name, value in numbers.items()),
            *(_function(signature, body) for signature, body in written.items()),
            *(f"@compiled\n{inspect.getsource(function)}" for function in _WALKING[:-1]),
            f"@njit(**settings, cache=True)\n{inspect.getsource(_WALKING[-1])}",
        ]
    )


def _function(signature: str, body: list[str]) -> str:
    return "\n".join(["@compiled", f"def {signature}:", *(body or ["    return"])])
