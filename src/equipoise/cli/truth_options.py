"""The options of simulated trials as texts, and the truth that they mean; every wrong one in one message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from equipoise.cli.trial_options import half_life_of, phi_of
from equipoise.design.truth import Normal, Truth, better, truth_of
from equipoise.errors import Fault, InputError, UsageError
from equipoise.model.prior import PhiPrior
from equipoise.model.trial_design import TrialDesign

NUMBER = r"[-+]?\d+(?:\.\d+)?"
DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375}
T = TypeVar("T")


def truth_from(design: TrialDesign, said: Mapping[str, Any]) -> Truth:
    """The truth of the options; what is not said is as the plan expects: an effect of its MCID, and its prior."""
    faults: list[Fault] = []
    sd = said["sd"] if said.get("sd") is not None else design.analysis.s0
    if sd is None:
        expected = "the within-person SD of the outcome: the plan reads its own from the run-in"
        faults.append(Fault("--sd", "neither an SD nor a planning SD", expected, "For example --sd 3."))
    effect = _read(said, "effect", lambda text: _effect(text, design), _expected(design), faults)
    if effect is None:
        expected = "an effect in points, or prior: the plan names no MCID to simulate"
        faults.append(Fault("--effect", "nothing", expected, "For example --effect=-2."))
    plain = truth_of(design, effect=0.0, sd=1.0)
    changes: dict[str, Any] = {
        "effect": 0.0 if effect is None else effect,
        "sd": 1.0 if sd is None else sd,
        "phi": _read(said, "phi", lambda text: _phi(text, design), plain.phi, faults),
        "half_life": _read(said, "half_life", half_life_of, plain.half_life, faults),
        "dropout_per_day": _read(said, "dropout", _per_day, 0.0, faults),
        **{name: said[name] for name in ("trend", "adherence", "missing") if said.get(name) is not None},
    }
    try:
        truth = replace(plain, **changes)
    except InputError as error:
        faults += [replace(fault, path=f"--{fault.path}") for fault in error.faults]
        truth = plain
    if faults:
        raise UsageError("simulated trials", faults)
    return truth


def _read(said: Mapping[str, Any], name: str, reader: Callable[[str], T], otherwise: T, faults: list[Fault]) -> T:
    """The value of one option, or `otherwise`; what is wrong with it goes to the faults."""
    text = said.get(name)
    if text is None:
        return otherwise
    try:
        return reader(str(text))
    except InputError as error:
        faults += error.faults
        return otherwise


def _expected(design: TrialDesign) -> float | None:
    mcid = design.primary.mcid
    return None if mcid is None else better(design) * mcid


def _effect(text: str, design: TrialDesign) -> float | Normal:
    if text == "prior":
        s0 = design.analysis.s0
        if s0 is None:
            expected = "a plan with a planning SD: the prior is told in units of it"
            raise InputError("effect", [Fault("--effect", "prior", expected, "Say the effect in points.")])
        return Normal(0.0, s0 * design.analysis.effect)
    return _number("--effect", text, "a number of points, or prior", "For example --effect=-2.")


def _phi(text: str, design: TrialDesign) -> float | PhiPrior:
    if text == "prior":
        return design.analysis.prior.phi
    if re.fullmatch(NUMBER, text):
        return float(text)
    try:
        return phi_of(text)
    except InputError as error:
        expected = "a number from 0 to below 1, prior, or beta(a,b)"
        raise InputError("phi", [Fault("--phi", repr(text), expected, "For example --phi 0.4.")]) from error


def _per_day(text: str) -> float:
    """The chance of leaving on a day, out of one per day, week or month.

    >>> round(_per_day("0.07/week"), 4), round(_per_day("0.01"), 4)
    (0.0103, 0.01)
    """
    match = re.fullmatch(rf"({NUMBER})(?:/(day|week|month))?", text)
    if match is None or not 0.0 <= float(match[1]) <= 1.0:
        mend = "For example --dropout 0.01/week."
        fault = Fault("--dropout", repr(text), "a probability per day, week or month", mend)
        raise InputError("dropout", [fault])
    return 1.0 - (1.0 - float(match[1])) ** (1.0 / DAYS[match[2] or "day"])


def _number(option: str, text: str, expected: str, mend: str) -> float:
    if re.fullmatch(NUMBER, text) is None:
        raise InputError("numbers", [Fault(option, repr(text), expected, mend)])
    return float(text)
