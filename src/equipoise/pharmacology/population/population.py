"""A population about a system: declared beside it, checked against it, drawn person by person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from pydantic import Field, ValidationError

from equipoise.errors import Fault, InputError
from equipoise.model.base import Frozen, FrozenMap, empty, faults_of
from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.estimation.variation import Variation
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.distributions import Distribution
from equipoise.pharmacology.population.draws import MOST_SEED, normals, uniforms
from equipoise.pharmacology.population.occasions import Covariances, Occasion


class Declared(Frozen):
    """What a person writes down of a population.

    `omega`: variances and covariances of the random effects of people, {CL: {CL: 0.09, V: 0.02}, V: {V: 0.0625}}; a
    parameter is its typical value x exp(effect), or plus it where `additive` names it. What is not given is 0.
    `covariates`: what each is drawn from. `uncertainty`: the same as `omega`, of the logarithms of typical values.
    `occasions`: kinds of occasion by a name of one's own, each with the random effects that are drawn anew in it.
    """

    omega: Covariances = Field(default_factory=empty)
    additive: tuple[str, ...] = ()
    covariates: FrozenMap[str, Distribution] = Field(default_factory=empty)
    uncertainty: Covariances = Field(default_factory=empty)
    occasions: FrozenMap[str, Occasion] = Field(default_factory=empty)


def declared_faults(content: Mapping[str, object]) -> tuple[Fault, ...]:
    """What is wrong with a declaration whatever the system is."""
    try:
        Declared.model_validate(dict(content))
    except ValidationError as error:
        return faults_of(error, "population")
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """People about a system. `people`: how they vary; `typical`: how uncertain the typical values are; None: not.

    `occasions`: what begins each kind of occasion; `between`: how parameters vary between those of a kind.

    >>> one = System.of({
    ...     "name": "one", "states": {"A": "mg"}, "parameters": {"K": {"value": 0.1, "unit": "1/h"}},
    ...     "rates": {"A": "-K*A"}, "entries": {"A": {}}, "outputs": {"A_now": {"expression": "A", "unit": "mg"}},
    ... })
    >>> population = Population.of({"omega": {"K": {"K": 0.09}}}, one)
    >>> population.persons(seed=1, first=2, count=2)["K"].round(4).tolist()
    [0.0846, 0.2194]
    """

    people: Variation | None
    typical: Variation | None
    covariates: Mapping[str, Distribution]
    occasions: Mapping[str, Occasion] = field(default_factory=dict[str, Occasion])
    between: Mapping[str, Variation] = field(default_factory=dict[str, Variation])

    @classmethod
    def of(cls, content: Mapping[str, object], system: System) -> Self:
        """The population of a mapping as YAML gives it. Raises `InputError` with every fault."""
        subject = f"population of {system.name}"
        try:
            declared = Declared.model_validate(dict(content))
        except ValidationError as error:
            raise InputError(subject, faults_of(error, "population")) from error
        faults = list(_faults(declared, system))
        people = _variation("omega", declared.omega, system, declared.additive, faults)
        typical = _variation("uncertainty", declared.uncertainty, system, (), faults)
        between = {
            name: _variation(f"occasions.{name}.omega", kind.omega, system, declared.additive, faults)
            for name, kind in declared.occasions.items()
        }
        if faults:
            raise InputError(subject, faults)
        sound = {name: variation for name, variation in between.items() if variation is not None}
        return cls(people, typical, declared.covariates, declared.occasions, sound)

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns of the events that number occasions."""
        return tuple(kind.label for kind in self.occasions.values() if kind.label)

    def persons(
        self, *, seed: int, first: int, count: int, replicate: int | None = None, numbers: Indices | None = None
    ) -> dict[str, Floats]:
        """Parameters and covariates of the people `first`, `first` + 1, ..., each (count,), counted from 0.

        `replicate`: about which draw of the uncertain typical values; None: about the declared ones. The people of
        every replicate have the same random effects, so that replicates differ by what is uncertain alone.
        `numbers` (occasions, kinds): those of the kinds of occasion; then parameters that differ between occasions are
        (occasions, count). None: without such differences.
        """
        _check_seed(seed)
        found: dict[str, Floats] = {}
        about = {} if replicate is None else self.drawn_typical(seed=seed, replicate=replicate)
        for name, value in about.items():
            found[name] = np.full(count, value)
        if self.people is not None:
            here = {name: value for name, value in about.items() if name in self.people.names}
            found |= _drawn(self.people.at(here), seed, "person", first, count)
        if numbers is not None:
            for (kind, variation), column in zip(self.between.items(), numbers.T, strict=True):
                changes = _changes(variation, seed, kind, column, first, count)
                found |= {name: _changed(variation, name, found, change) for name, change in changes.items()}
        for name, distribution in self.covariates.items():
            found[name] = distribution.at(uniforms(seed, f"covariate/{name}", first, count))
        return found

    def drawn_typical(self, *, seed: int, replicate: int) -> dict[str, float]:
        """One draw of the typical values that are uncertain; the same number gives the same draw."""
        drawn = self.drawn_typicals(seed=seed, first=replicate, count=1)
        return {name: float(values[0]) for name, values in drawn.items()}

    def drawn_typicals(self, *, seed: int, first: int, count: int) -> dict[str, Floats]:
        """The draws `first`, `first` + 1, ... of the typical values that are uncertain, each (count,)."""
        return {} if self.typical is None else _drawn(self.typical, seed, "typical", first, count)


def _drawn(variation: Variation, seed: int, kind: str, first: int, count: int) -> dict[str, Floats]:
    """The parameters of a variation's draws, each by its name."""
    standard = [normals(seed, f"{kind}/{name}", first, count) for name in variation.names]
    # Term by term and not as a product of matrices: that may sum in another order in a portion of another size.
    effects = np.zeros((count, variation.effects))
    for i, j in zip(*np.nonzero(variation.root), strict=True):
        effects[:, i] += variation.root[i, j] * standard[j]
    values = variation.parameters(effects)
    return {name: np.ascontiguousarray(values[:, i]) for i, name in enumerate(variation.names)}


def _changes(variation: Variation, seed: int, kind: str, numbers: Indices, first: int, count: int) -> dict[str, Floats]:
    """What people's parameters are multiplied by, or what is added to them, in each occasion (occasions, count)."""
    neutral = {name: float(multiplies) for name, multiplies in zip(variation.names, variation.logarithmic, strict=True)}
    about = variation.at(neutral)
    known, which = np.unique(numbers, return_inverse=True)
    drawn = [_drawn(about, seed, f"occasion/{kind}/{number}", first, count) for number in known.tolist()]
    return {name: np.stack([one[name] for one in drawn])[which] for name in variation.names}


def _changed(variation: Variation, name: str, found: Mapping[str, Floats], change: Floats) -> Floats:
    """A parameter in each occasion."""
    place = variation.names.index(name)
    own = found.get(name, variation.typical[place])
    return own * change if variation.logarithmic[place] else own + change


def _check_seed(seed: int) -> None:
    if not 0 <= seed <= MOST_SEED:
        fault = Fault("seed", str(seed), "a whole number from 0 to 2**64 - 1", "Choose one, for example 1.")
        raise InputError("seed", [fault])


def _faults(declared: Declared, system: System) -> Iterator[Fault]:
    """Names that the system does not have."""
    named = {f"population.covariates.{name}": (name, tuple(system.covariates)) for name in declared.covariates}
    tables = {"omega": declared.omega, "uncertainty": declared.uncertainty}
    tables |= {f"occasions.{name}.omega": kind.omega for name, kind in declared.occasions.items()}
    for kind, table in tables.items():
        for row, cells in table.items():
            for name in (row, *cells):
                named[f"population.{kind}.{name}"] = (name, tuple(system.parameters))
    for path, (name, known) in named.items():
        if name not in known:
            yield Fault(path, name, f"one of {', '.join(known) or 'none: the system has none'}", "Correct the name.")
    for name in declared.additive:
        if not any(name in table for kind, table in tables.items() if kind != "uncertainty"):
            yield Fault("population.additive", name, "a parameter with a row in omega", "Add it, or leave it out.")


def _variation(
    kind: str, table: Covariances, system: System, additive: tuple[str, ...], faults: list[Fault]
) -> Variation | None:
    """The variation that a table of covariances declares; its faults are added to the others."""
    names = tuple(dict.fromkeys([*table, *(name for cells in table.values() for name in cells)]))
    if not names or any(name not in system.parameters for name in names):
        return None
    covariance = np.zeros((len(names), len(names)))
    for row, cells in table.items():
        for column, value in cells.items():
            i, j = names.index(row), names.index(column)
            other = table.get(column, {}).get(row, value)
            if other != value:
                found = f"{value:g} for {row}, {column} and {other:g} for {column}, {row}"
                faults.append(Fault(f"population.{kind}", found, "one covariance of two parameters", "Give it once."))
            covariance[i, j] = covariance[j, i] = value
    typical = {name: system.parameters[name].value for name in names}
    try:
        return Variation.of(typical, covariance, normal=[name for name in additive if name in names])
    except InputError as error:
        faults += [Fault(f"population.{kind}", f.found, f.expected, f.mend) for f in error.faults]
        return None
